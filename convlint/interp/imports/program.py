"""The program being analysed: its modules, torch's names, and the doors through which the interpreter imports."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from convlint.interp.imports import declared, names, running
from convlint.interp.imports.acting import Effects
from convlint.interp.imports.finding import Finder, is_installed
from convlint.interp.imports.registries import Registries
from convlint.interp.imports.torch_names import TorchNames
from convlint.interp.imports.versions import Versions
from convlint.interp.language.function_attributes import docstring
from convlint.interp.torch.rebuilding import Rebuilding
from convlint.interp.torch.replays import Replays
from convlint.interp.values.classes import ClassValue
from convlint.interp.values.modules import LazyImport, PyModule
from convlint.interp.values.picture import Standing, Writes
from convlint.interp.values.scope import Frame
from convlint.interp.values.signals import NeedFirst, NeedImports
from convlint.interp.values.taint import Marks
from convlint.interp.values.unknown import Value
from convlint.ir import nodes
from convlint.source.stack import uncounted
from convlint.trace import Gap, Place

if TYPE_CHECKING:
    from convlint.interp.values.scope import Scope
    from convlint.interp.vm import Vm

Loader = Callable[[str], nodes.Module]
"""Reads and lowers a file; raises `OSError` or `ValueError` when it cannot."""

MOST_FIRST = 8
"""How often a file is begun again to have a module run before it."""
MAX_STEPS = 3_000_000
"""How much one run may do: calls, statements and expressions are a step each."""


def package_name(module: PyModule) -> str:
    """Return the name of the top-level package of a module."""
    return module.name.partition(".")[0]


class Program:
    """Everything that runs over the same sources share.

    `roots` are the folders that absolute imports search. What is asked of the disk is noted by `disk.now()`, which also
    tells under which name a file goes that was asked for by another spelling.

    Modules whose run can be seen from outside run when they are imported, in order, as Python runs them. Of installed
    packages that is done only for those that are `in_order` ("" asks for it for all that is not installed). Others run
    when something of them is first asked for, which is the same as long as nobody looks at what running another module
    would have changed; `NeedImports` is raised where somebody does. The files in `first` are run before all else:
    `NeedFirst` asks for that where such a module and what came before it change the same, as registries.
    """

    def __init__(
        self,
        load: Loader,
        roots: tuple[str, ...] = (),
        *,
        max_steps: int = MAX_STEPS,
        in_order: frozenset[str] = frozenset(),
        first: tuple[str, ...] = (),
    ) -> None:
        self.load = load
        self.roots = roots
        self.max_steps = max_steps
        self.in_order = in_order
        self.first = first
        self.deadline = math.inf
        """When the time is over that all runs have together, as `stack.worked` counts it."""
        self.most_memory = math.inf
        """How many bytes this process may hold while a run goes on."""
        self.spent = 0
        self.watched = ""
        """The file of which every line that runs is watched."""
        self.guarded = False
        """Whether an import is under way that the program expects to fail: ImportError is Python's then."""
        self.marks = Marks()
        self.standing = Standing()
        """Everything that imports have made: runs leave it as they found it."""
        self.patches = Writes()
        """What imports have written to modelled classes and modules, which are the same for all programs."""
        self.added: dict[int, tuple[object, dict[str, Value]]] = {}
        """Attributes that imports have given to what keeps none itself."""
        self.registered: dict[type, tuple[Value, ...]] = {}
        """What imports have registered with abstract classes of Python's own."""
        self.presumed: list[Gap] = []
        self.overrides = False
        """Whether a class says itself what torch's operations do with its objects."""
        self.traced_as_one: list[tuple[Scope, str]] = []
        """Functions, by module and name, that a tracer makes one node of."""
        self.replays = Replays()
        self.rebuilding = Rebuilding()
        self.registries = Registries()
        """Containers of modules that functions fill: what is in them hangs on what has been imported."""
        self.classes: dict[Place, ClassValue] = {}
        self.stars: dict[int, list[PyModule]] = {}
        """The modules that a scope imports with a star and that have not run."""
        self.settled: set[int] = set()
        """The scopes whose names are all bound, because the program looks at them as a dict."""
        self._finder = Finder(roots)
        self.versions = Versions(self)
        self._torch = TorchNames(self)
        self._effects = Effects(self)
        self._bodies: dict[str, nodes.Module] = {}
        self._ready: list[PyModule] = []
        self._main: PyModule | None = None

    def is_installed(self, filename: str) -> bool:
        """Whether a file belongs to an installed package."""
        return is_installed(filename)

    def close(self) -> None:
        """Undo what the program has done to what all programs share."""
        self.patches.undo()

    # --- modules -----------------------------------------------------------------------------------------

    @property
    def files(self) -> dict[str, PyModule]:
        """The modules of source files, by path."""
        return self._finder.files

    def module_of_file(self, filename: str) -> PyModule:
        """Return the module of a source file, not run yet."""
        return self._finder.module_of_file(filename)

    def module_at(self, path: Path) -> PyModule | None:
        """Return the module or package at a path without suffix, or what is modelled in its place."""
        return self._finder.at(path)

    def package_of(self, module: PyModule) -> PyModule | None:
        """Return the package that a module lies in."""
        return self._finder.package_of(module)

    def namespace(self, name: str) -> PyModule:
        """Return the module of a modelled library."""
        return self._finder.namespace(name)

    def import_module(self, vm: Vm, name: str, importer: PyModule) -> PyModule:
        """Import the module of an absolute dotted name, and return it."""
        return self._imported(vm, self._finder.absolute(vm, name, importer))

    def import_relative(self, vm: Vm, name: str, level: int, importer: PyModule) -> PyModule:
        """Import the module that `from ...name import` names, and return it."""
        return self._imported(vm, self._finder.relative(vm, name, level, importer))

    def _imported(self, vm: Vm, module: PyModule) -> PyModule:
        package = self.package_of(module) if module.filename else None
        if package is not None and package.state == "lazy":
            self._imported(vm, package)
        if vm.import_guards and module.state == "lazy" and not self.is_packaged(module):
            # Where a failure would be caught, whether the import succeeds is what the program asks.
            if self._effects.is_circular(module):
                self.need_order("")
            self.run(vm, module)
        if self.has_order(module):
            self.run(vm, module)
        return module

    def settle(self, vm: Vm, module: PyModule) -> dict[str, Value]:
        """Return all names of a module as values, for a program that looks at them as a dict."""
        return names.settle(self, vm, module)

    def lookup(self, name: str, level: int, importer: PyModule) -> PyModule | None:
        """Return the module that an import names, None if there is no source of it and no model."""
        return self._finder.lookup(name, level, importer)

    def has_order(self, module: PyModule) -> bool:
        """Whether a module runs when it is imported."""
        if not module.filename or module.hidden or declared.is_lazy(self, module):
            return False
        if self.is_packaged(module):
            return package_name(module) in self.in_order
        return bool(self.in_order) or self._effects.acts(module)

    def bound_names(self, module: PyModule) -> set[str]:
        """Return the names that the source of a module binds at its top level."""
        return self._effects.summary(module).names

    def binds_stars(self, module: PyModule) -> bool:
        """Whether a module binds names that its source does not tell."""
        return self._effects.summary(module).stars

    def is_packaged(self, module: PyModule) -> bool:
        """Whether a module belongs to an installed package, and not to the project that is analysed."""
        return bool(module.filename) and not module.hidden and is_installed(module.filename)

    def is_in_order(self, package: str) -> bool:
        """Whether the modules of a package run when they are imported."""
        return package in self.in_order or (package == "" and bool(self.in_order))

    def runs_late(self, package: str) -> bool:
        """Whether the modules of a package run late in Python too, as it imports its names when they are asked for."""
        module = self._finder.lookup(package, 0, PyModule("")) if package else None
        return module is not None and declared.is_lazy(self, module)

    def need_order(self, package: str) -> None:
        """Start again with the imports of a package in order, unless they are."""
        if not self.is_in_order(package):
            raise NeedImports(package)

    def begin(self, vm: Vm, path: str) -> PyModule:
        """Return the module of the file that is analysed, once the files in `first` have run."""
        self._main = self.module_of_file(path)
        for filename in self.first:
            self.run(vm, self.module_of_file(filename))
        return self._main

    def need_first(self, filename: str) -> None:
        """Start again with a module run before all else, if the analysed file begins with an import that leads to it.

        Modules that run in order stay where they are.
        """
        if self._main is None or filename in self.first or len(self.first) >= MOST_FIRST:
            return
        if filename == self._main.filename or self.has_order(self.module_of_file(filename)):
            return
        if self._effects.begins_with(self._main, filename):
            raise NeedFirst(filename)

    def needs_torch(self, package: str) -> bool:
        """Whether a package has to do with torch, by what it says that it needs."""
        return not package or self._finder.requires(package, "torch")

    def order_of(self, module: PyModule) -> str:
        """Return the package whose order of imports tells what is in the registries of a module."""
        return package_name(module) if self.is_packaged(module) else ""

    def run(self, vm: Vm, module: PyModule) -> None:
        """Run a module as an import does, once."""
        running.run(self, vm, module)

    def adopt(self, vm: Vm, module: PyModule) -> None:
        """Note what the modules that have just been imported hold, once none of them runs any more."""
        self._ready.append(module)
        self.adopt_all(vm)

    def adopt_all(self, vm: Vm) -> None:
        """Note what modules hold that were imported while others ran, of which one may have failed."""
        if not vm.importing:
            self.standing.adopt(self._ready)
            self._ready.clear()

    def loaded(self, vm: Vm, name: str) -> PyModule | None:
        """Return the module that runs or has run under a name."""
        for frame in reversed(vm.frames):
            if frame.module.name == name:
                return frame.module
        return next((one for one in self.files.values() if one.name == name and one.state != "lazy"), None)

    def replace(self, vm: Vm, name: str, value: Value) -> None:
        """Let what is put into `sys.modules` under a name stand in for the module."""
        module = self.loaded(vm, name)
        changed: object = self._finder.made if module is None else module
        self.standing.setdefault(id(changed), changed)  # so that it is undone after a run
        vm.writing(changed)
        if module is None:
            self._finder.made[name] = PyModule(name, stand_in=value)
        elif value is not module:
            module.stand_in = value

    def body(self, filename: str) -> nodes.Module:
        """Return the lowered module of a file. Raises OSError or ValueError."""
        if filename not in self._bodies:
            with uncounted():
                self._bodies[filename] = self.load(filename)
        return self._bodies[filename]

    # --- names -------------------------------------------------------------------------------------------

    def import_name(self, vm: Vm, module: PyModule, name: str) -> Value:
        """Return what `from module import name` binds."""
        return names.imported(self, vm, module, name)

    def import_star(self, vm: Vm, module: PyModule, frame: Frame) -> None:
        """Do what `from module import *` does."""
        names.import_star(self, vm, module, frame)

    def resolve(self, vm: Vm, lazy: LazyImport) -> Value:
        """Return what a name that was imported lazily stands for; ImportError in the program if there is none."""
        return names.resolve(self, vm, lazy)

    def module_attribute(self, vm: Vm, module: PyModule, name: str) -> Value:
        """Return `module.name` or `MISSING`; a module that has not run yet runs first."""
        return names.attribute(self, vm, module, name)

    def late_global(self, vm: Vm, module: PyModule, name: str) -> Value:
        """Look a global name up in the modules that were imported with a star."""
        return names.late_global(self, vm, module, name)

    def define_class(self, vm: Vm, cls: ClassValue, node: nodes.ClassDef) -> None:
        """Remember a class by where it is written, whatever decorators make of its name.

        What a run defines ends with it: nobody makes such a class again what it was.
        """
        cls.doc = docstring(node)
        if cls.place is not None and vm.importing:
            self.classes[cls.place] = cls

    # --- torch -------------------------------------------------------------------------------------------

    @property
    def torch_members(self) -> dict[tuple[str, str], Value]:
        """Classes and functions that modules of torch have under a name, where they were asked for before."""
        return self._torch.members

    def torch_value(self, vm: Vm, name: str) -> Value:
        """Return the value of a qualified torch name; what is not modelled is unknown."""
        return self._torch.value(vm, name)

    def define_operator(self, name: str, value: Value) -> None:
        """Remember an operator that the program gives torch, by namespace and name ("mine.double")."""
        self._torch.define_operator(name, value)
