"""The program being analysed: its modules, torch's names, and the doors through which the interpreter imports."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from convlint.interp.imports import names, running
from convlint.interp.imports.finding import Finder
from convlint.interp.imports.torch_names import TorchNames
from convlint.interp.values.classes import ClassValue
from convlint.interp.values.modules import LazyImport, PyModule
from convlint.interp.values.scope import Frame
from convlint.interp.values.unknown import Unknown, Value
from convlint.ir import nodes
from convlint.trace import Place

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

Loader = Callable[[str], nodes.Module]
"""Reads and lowers a file; raises `OSError` or `ValueError` when it cannot."""

MAX_STEPS = 3_000_000
"""How much one run may do: calls, statements and expressions are a step each."""


class Program:
    """Everything that runs over the same sources share.

    `roots` are the folders that absolute imports search. `names` tells under which name a file goes, by its names and
    its resolved path: one that is found in a folder of `roots` is the one that was asked for by another spelling.
    """

    def __init__(
        self,
        load: Loader,
        roots: tuple[str, ...] = (),
        *,
        names: Mapping[str, str] | None = None,
        max_steps: int = MAX_STEPS,
    ) -> None:
        self.load = load
        self.roots = roots
        self.max_steps = max_steps
        self.spent = 0
        self.taints: dict[int, tuple[Any, Unknown]] = {}
        self.classes: dict[Place, ClassValue] = {}
        self.stars: dict[int, list[PyModule]] = {}
        """The modules that a scope imports with a star and that have not run."""
        self._finder = Finder(roots, names or {})
        self._torch = TorchNames(self)
        self._bodies: dict[str, nodes.Module] = {}

    # --- modules -----------------------------------------------------------------------------------------

    @property
    def files(self) -> dict[str, PyModule]:
        """The modules of source files, by path."""
        return self._finder.files

    def module_of_file(self, filename: str) -> PyModule:
        """Return the module of a source file, not run yet."""
        return self._finder.module_of_file(filename)

    def found(self, path: Path) -> PyModule:
        """Return the module of a source below its package, or what is modelled in place of an installed one."""
        return self._finder.found(path)

    def namespace(self, name: str) -> PyModule:
        """Return the module of a modelled library."""
        return self._finder.namespace(name)

    def import_module(self, vm: Vm, name: str, importer: PyModule) -> PyModule:
        """Return the module of an absolute dotted name."""
        return self._finder.absolute(vm, name, importer)

    def import_relative(self, vm: Vm, name: str, level: int, importer: PyModule) -> PyModule:
        """Return the module that `from ...name import` names."""
        return self._finder.relative(vm, name, level, importer)

    def run(self, vm: Vm, module: PyModule) -> None:
        """Run a module as an import does, once."""
        running.run(self, vm, module)

    def body(self, filename: str) -> nodes.Module:
        """Return the lowered module of a file. Raises OSError or ValueError."""
        if filename not in self._bodies:
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

    def define_class(self, cls: ClassValue, node: nodes.ClassDef) -> None:
        """Remember a class by where it is written, whatever decorators make of its name."""
        if cls.place is not None:
            self.classes[cls.place] = cls

    # --- torch -------------------------------------------------------------------------------------------

    def torch_value(self, vm: Vm, name: str) -> Value:
        """Return the value of a qualified torch name; what is not modelled is unknown."""
        return self._torch.value(vm, name)

    def define_operator(self, name: str, value: Value) -> None:
        """Remember an operator that the program gives torch, by namespace and name ("mine.double")."""
        self._torch.define_operator(name, value)
