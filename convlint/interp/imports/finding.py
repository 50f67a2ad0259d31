"""Where modules come from: by dotted name below folders, relative to the importing file, or modelled libraries."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from convlint.interp.imports import harmless, module_files, project_roots
from convlint.interp.imports.module_files import (
    above,
    dotted_name,
    holds_sources,
    own_roots,
    source_in,
    without_source,
)
from convlint.interp.imports.names import TORCH_ROOTS
from convlint.interp.natives import registry as natives
from convlint.interp.values.modules import PyModule
from convlint.interp.values.scope import Scope
from convlint.interp.values.unknown import Harmless, Unknown
from convlint.source import disk

if TYPE_CHECKING:
    from convlint.interp.vm import Vm


class Finder:
    """The modules of a program, each found once."""

    def __init__(self, roots: tuple[str, ...]) -> None:
        self.files: dict[str, PyModule] = {}
        self._roots = roots
        self.made: dict[str, PyModule] = {}
        """The modules that the program has made itself, by name."""
        self._harmless: dict[str, PyModule] = {}
        self._namespaces: dict[str, PyModule] = {}
        self._sourceless: dict[tuple[str, ...], tuple[PyModule, bool]] = {}

    def module_of_file(self, filename: str) -> PyModule:
        """Return the module of a source file, not run yet."""
        filename = disk.now().called(filename) or filename
        key = str(Path(filename))
        if key not in self.files:
            path = Path(filename)
            is_package = path.name == "__init__.py"
            with disk.now().recording(filename):
                name = dotted_name(path)
            self.files[key] = PyModule(name, filename, Scope({}), state="lazy", is_package=is_package)
        disk.now().uses(self.files[key].filename)
        return self.files[key]

    def namespace(self, name: str) -> PyModule:
        """Return the module of a modelled library."""
        if name not in self._namespaces:
            self._namespaces[name] = PyModule(name)
        return self._namespaces[name]

    def at(self, path: Path) -> PyModule | None:
        """Return the module or package at a path without suffix, or what is modelled in its place if it is installed.

        A folder with Python files in it is a namespace package.
        """
        source = source_in(path)
        if source is None:
            return self._folder(path) if holds_sources(path) else None
        module = self.module_of_file(str(source))
        modelled = natives.is_module(module.name) and is_installed(module.filename)
        return self.namespace(module.name) if modelled else module

    def requires(self, package: str, other: str) -> bool:
        """Whether an installed package says that it needs another one, always or for something that it offers."""
        return disk.now().once(("requires", package, other, self._roots), lambda: self._requires(package, other))

    def _requires(self, package: str, other: str) -> bool:
        """A package that says nothing of what it needs may need it."""
        metadata = (one for root in self._roots if (one := module_files.metadata_of(Path(root), package)) is not None)
        return (
            re.search(rf"^Requires-Dist: {other}\b", next(metadata, f"Requires-Dist: {other}"), re.MULTILINE)
            is not None
        )

    def package_of(self, module: PyModule) -> PyModule | None:
        """Return the package that a module lies in, if that is known."""
        folder = Path(module.filename).parent
        if module.is_package:
            folder = above(folder)
        key = str(folder / "__init__.py")
        return self.module_of_file(key) if disk.now().is_file(key) else self.files.get(key)

    def _folder(self, path: Path) -> PyModule:
        """A package without `__init__.py`. Other folders may add to it, so that what is not in it is unknown."""
        key = str(path / "__init__.py")
        if key not in self.files:
            name = dotted_name(path / "__init__.py")
            unknown = Unknown(f"`{name}` is a folder without `__init__.py`")
            scope = Scope({"__name__": name, "__path__": [str(path)]})
            self.files[key] = PyModule(name, key, scope, is_package=True, unknown=unknown)
        return self.files[key]

    def absolute(self, vm: Vm, name: str, importer: PyModule) -> PyModule:
        """Return the module of an absolute dotted name."""
        found = self.lookup(name, 0, importer)
        if found is not None:
            return found
        if name.partition(".")[0] in sys.stdlib_module_names:
            return self._missing(vm, name)
        if name.partition(".")[0] in harmless.NAMES and not vm.import_guards:
            return self._not_followed(name)
        roots = (*_own_roots(importer), *_declared_roots(importer), *self._roots)
        return self._missing(vm, name, [Path(root).joinpath(*name.split(".")) for root in roots])

    def relative(self, vm: Vm, name: str, level: int, importer: PyModule) -> PyModule:
        """Return the module that `from ...name import` names."""
        if level == 0:
            return self.absolute(vm, name, importer)
        found = self.lookup(name, level, importer)
        if found is not None:
            return found
        return self._missing(vm, "." * level + name, [_below(importer, name, level)] if name else [])

    def lookup(self, name: str, level: int, importer: PyModule) -> PyModule | None:
        """Return the module that an import names, None if there is no source of it and no model."""
        if level:
            outer = importer.name.split(".")[: None if importer.is_package else -1]
            return _named(self.at(_below(importer, name, level)), [*outer[: len(outer) - level + 1], name])
        if name in self.made:
            return self.made[name]
        top = name.partition(".")[0]
        if top in TORCH_ROOTS or (top in sys.stdlib_module_names and natives.is_module(name)):
            return self.namespace(name)
        if top in sys.stdlib_module_names:
            return None
        found = self._locate(name, _own_roots(importer))
        modelled = natives.is_module(name)
        # A project's own module may have a modelled library's name; the library itself is better known as modelled.
        if found is not None and not (modelled and is_installed(found.filename)):
            return found
        if modelled:
            return self.namespace(name)
        found = self._locate(name, (*_declared_roots(importer), *self._roots, *_roots_around(importer)))
        return self._not_followed(name) if found is not None and top in harmless.NAMES else found

    def _not_followed(self, name: str) -> PyModule:
        """The module of a package that is nothing to models."""
        if name not in self._harmless:
            self._harmless[name] = PyModule(name, unknown=Harmless(f"`{name}` is not followed"))
        return self._harmless[name]

    def _locate(self, name: str, roots: tuple[str, ...]) -> PyModule | None:
        """Look a dotted name up below folders: those of the importing file, then those of installed packages."""
        places = [Path(root).joinpath(*name.split(".")) for root in roots]
        source, folder = disk.now().once(("source", name, roots), lambda: _in_places(places))
        if source is not None:
            return _named(self.module_of_file(str(source)), [name])
        return self._folder(folder) if folder is not None else None

    def _missing(self, vm: Vm, name: str, places: Sequence[Path] = ()) -> PyModule:
        """Return a module of which nothing is known, or raise as Python would where the program expects that.

        `places` are the paths without suffix at which it may be there in another form than source.
        """
        key = (name, *map(str, places))
        there = next((reason for place in places if (reason := without_source(place))), "")
        if key not in self._sourceless:
            if name.partition(".")[0] in sys.stdlib_module_names:
                there = "is not modelled"
            unknown = Unknown(f"module `{name}` {there or 'was not found'}", vm.place())
            self._sourceless[key] = (PyModule(name, unknown=unknown), bool(there))
        module, exists = self._sourceless[key]
        if vm.import_guards and not exists:
            vm.throw(ModuleNotFoundError, f"No module named '{name}'")
        return module


def _in_places(places: Sequence[Path]) -> tuple[Path | None, Path | None]:
    """The first source at one of these paths without suffix, else the first folder that can be a package."""
    source = next((source for place in places if (source := source_in(place)) is not None), None)
    folder = next((place for place in places if holds_sources(place)), None) if source is None else None
    return source, folder


def _own_roots(importer: PyModule) -> tuple[str, ...]:
    """The folders that the absolute imports of a module search first."""
    file = importer.filename
    return disk.now().once(("roots", file), lambda: own_roots(file)) if file else ()


def _declared_roots(importer: PyModule) -> tuple[str, ...]:
    """The folders in which the importing file's project keeps its packages; an installed file is in no project."""
    file = importer.filename
    if not file or importer.hidden or is_installed(file):
        return ()
    return disk.now().once(("declared", file), lambda: project_roots.declared(file))


def _roots_around(importer: PyModule) -> tuple[str, ...]:
    """The folders from which the project's tests and scripts may be run: what is installed comes before them."""
    file = importer.filename
    if not file or importer.hidden or is_installed(file):
        return ()
    return disk.now().once(("around", file), lambda: project_roots.around(file))


def is_installed(filename: str) -> bool:
    """Whether a source file belongs to an installed distribution."""
    return disk.now().once(("installed", filename), lambda: module_files.is_installed(Path(filename)))


def _named(module: PyModule | None, names: list[str]) -> PyModule | None:
    """A module below folders without `__init__.py` is called what it is imported as; its file tells only the end."""
    name = ".".join(filter(None, names))
    if module is not None and module.state != "running" and name.endswith("." + module.name):
        module.name = name
    return module


def _below(importer: PyModule, name: str, level: int) -> Path:
    """Return the path without suffix that a relative import names."""
    folder = Path(importer.filename).parent
    for _ in range(level - 1):
        folder = above(folder)
    return folder.joinpath(*name.split(".")) if name else folder
