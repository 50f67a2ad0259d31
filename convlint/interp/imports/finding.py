"""Where modules come from: by dotted name below folders, relative to the importing file, or modelled libraries."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from convlint.interp.imports.module_files import (
    above,
    dotted_name,
    is_installed,
    own_roots,
    source_in,
    without_source,
)
from convlint.interp.imports.names import TORCH_ROOTS
from convlint.interp.natives import registry as natives
from convlint.interp.values.modules import PyModule
from convlint.interp.values.scope import Scope
from convlint.interp.values.unknown import Unknown

if TYPE_CHECKING:
    from convlint.interp.vm import Vm


class Finder:
    """The modules of a program, each found once. `names` tells under which name a file goes, by its resolved path."""

    def __init__(self, roots: tuple[str, ...], names: Mapping[str, str]) -> None:
        self.files: dict[str, PyModule] = {}
        self._roots = roots
        self._names = names
        self._namespaces: dict[str, PyModule] = {}
        self._sourceless: dict[tuple[str, ...], tuple[PyModule, bool]] = {}
        self._located: dict[tuple[str, tuple[str, ...]], PyModule | None] = {}

    def module_of_file(self, filename: str) -> PyModule:
        """Return the module of a source file, not run yet."""
        if self._names:
            filename = self._names.get(filename) or self._names.get(str(Path(filename).resolve()), filename)
        key = str(Path(filename))
        if key not in self.files:
            path = Path(filename)
            is_package = path.name == "__init__.py"
            self.files[key] = PyModule(
                dotted_name(path), filename, Scope({}, kind="module"), state="lazy", is_package=is_package
            )
        return self.files[key]

    def namespace(self, name: str) -> PyModule:
        """Return the module of a modelled library."""
        if name not in self._namespaces:
            self._namespaces[name] = PyModule(name)
        return self._namespaces[name]

    def found(self, path: Path) -> PyModule:
        """Return the module of a source below its package, or what is modelled in place of an installed one."""
        module = self.module_of_file(str(path))
        return self.namespace(module.name) if natives.is_module(module.name) and is_installed(path) else module

    def absolute(self, vm: Vm, name: str, importer: PyModule) -> PyModule:
        """Return the module of an absolute dotted name."""
        top = name.partition(".")[0]
        if top in TORCH_ROOTS or (top in sys.stdlib_module_names and natives.is_module(name)):
            return self.namespace(name)
        if top in sys.stdlib_module_names:
            return self._missing(vm, name)
        own = own_roots(importer.filename) if importer.filename else ()
        found = self._locate(name, own)
        modelled = natives.is_module(name)
        # A project's own module may have a modelled library's name; the library itself is better known as modelled.
        if found is not None and not (modelled and is_installed(Path(found.filename))):
            return found
        if modelled:
            return self.namespace(name)
        places = [Path(root).joinpath(*name.split(".")) for root in (*own, *self._roots)]
        return self._locate(name, self._roots) or self._missing(vm, name, places)

    def relative(self, vm: Vm, name: str, level: int, importer: PyModule) -> PyModule:
        """Return the module that `from ...name import` names."""
        if level == 0:
            return self.absolute(vm, name, importer)
        folder = Path(importer.filename).parent
        for _ in range(level - 1):
            folder = above(folder)
        found = source_in(folder.joinpath(*name.split("."))) if name else source_in(folder)
        if found is not None:
            return self.found(found)
        if not name and folder.is_dir():
            return PyModule(folder.name, str(folder / "__init__.py"), Scope({}, kind="module"), is_package=True)
        return self._missing(vm, "." * level + name, [folder.joinpath(*name.split("."))] if name else [])

    def _locate(self, name: str, roots: tuple[str, ...]) -> PyModule | None:
        """Look a dotted name up below folders: those of the importing file, then those of installed packages."""
        key = (name, roots)
        if key not in self._located:
            paths = (source_in(Path(root).joinpath(*name.split("."))) for root in roots)
            found = next((path for path in paths if path is not None), None)
            self._located[key] = self.module_of_file(str(found)) if found is not None else None
        return self._located[key]

    def _missing(self, vm: Vm, name: str, places: Sequence[Path] = ()) -> PyModule:
        """Return a module of which nothing is known, or raise as Python would where the program expects that.

        `places` are the paths without suffix at which it may be there in another form than source.
        """
        key = (name, *map(str, places))
        if key not in self._sourceless:
            there = next((reason for place in places if (reason := without_source(place))), "")
            if name.partition(".")[0] in sys.stdlib_module_names:
                there = "is not modelled"
            unknown = Unknown(f"module `{name}` {there or 'was not found'}", vm.place())
            self._sourceless[key] = (PyModule(name, unknown=unknown), bool(there))
        module, exists = self._sourceless[key]
        if vm.import_guards and not exists:
            vm.throw(ModuleNotFoundError, f"No module named '{name}'")
        return module
