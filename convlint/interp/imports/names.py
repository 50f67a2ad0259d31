"""The names of modules: what `module.name`, `from module import name` and `from module import *` stand for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from convlint.interp.imports import prelude
from convlint.interp.imports.module_files import source_in
from convlint.interp.natives import registry as natives
from convlint.interp.values.modules import LazyImport, PyModule
from convlint.interp.values.scope import Frame
from convlint.interp.values.unknown import MISSING, Value
from convlint.layers.core import registry as layers
from convlint.trace import Concern

if TYPE_CHECKING:
    from convlint.interp.imports.program import Program
    from convlint.interp.vm import Vm

TORCH_ROOTS = frozenset({"torch"})


def imported(program: Program, vm: Vm, module: PyModule, name: str) -> Value:
    """Return what `from module import name` binds: at once if that is cheap, else when it is first used."""
    if module.filename and module.state == "lazy" and not vm.import_guards:
        return LazyImport(module, name)
    return resolve(program, vm, LazyImport(module, name))


def resolve(program: Program, vm: Vm, lazy: LazyImport) -> Value:
    found = attribute(program, vm, lazy.module, lazy.name)
    if found is not MISSING:
        return found
    if lazy.module.state == "running":
        vm.throw(
            ImportError, f"cannot import name '{lazy.name}' from partially initialized module '{lazy.module.name}'"
        )
    vm.throw(ImportError, f"cannot import name '{lazy.name}' from '{lazy.module.name}'")


def import_star(program: Program, vm: Vm, module: PyModule, frame: Frame) -> None:
    """Remember `from module import *`: its names are looked for after the module's own."""
    if module.filename:
        program.stars.setdefault(id(frame.scope.module()), []).append(module)
        return
    if module.unknown is not None:
        frame.module.unknown = frame.module.unknown or module.unknown
        return
    listed = natives.names_in(module.name) + [
        name[len(module.name) + 1 :]
        for name in layers.names()
        if name.startswith(module.name + ".") and "." not in name[len(module.name) + 1 :]
    ]
    for name in listed:
        frame.scope.names.setdefault(name, attribute(program, vm, module, name))


def attribute(program: Program, vm: Vm, module: PyModule, name: str) -> Value:
    """Return `module.name` or `MISSING`; a module that has not run yet runs first."""
    if module.name.partition(".")[0] in TORCH_ROOTS and not module.filename:
        return program.torch_value(vm, f"{module.name}.{name}")
    if module.filename:
        return of_source(program, vm, module, name)
    if name in module.attrs:
        return module.attrs[name]
    return _of_library(program, vm, module, name)


def _of_library(program: Program, vm: Vm, module: PyModule, name: str) -> Value:
    """A name of a library that is modelled, wholly or in part."""
    full = f"{module.name}.{name}"
    if natives.has(full):
        return natives.find(full)
    if natives.is_module(full):
        return program.namespace(full)
    if prelude.file_of(full) is not None or layers.find(full) is not None:
        return program.torch_value(vm, full)
    if module.unknown is not None:
        return program.namespace(full) if full in prelude.OTHERS else vm.derived(module.unknown, ".", name)
    if name == "__name__":
        return module.name
    return vm.unknown(f"`{full}` is not modelled", Concern.NOTHING)


def of_source(program: Program, vm: Vm, module: PyModule, name: str) -> Value:
    """A name of a module whose source is known, or `MISSING`."""
    scope = module.scope
    assert scope is not None
    program.run(vm, module)
    if name in scope.names:
        value = scope.names[name]
        return resolve(program, vm, value) if isinstance(value, LazyImport) else value
    late = late_global(program, vm, module, name)
    if late is not MISSING:
        return late
    inner = submodule(program, module, name)
    if inner is not None:
        return inner
    if name == "__dict__":
        return scope.names
    getter = scope.names.get("__getattr__")
    if getter is not None:
        return vm.call(getter, [name])
    return vm.derived(module.unknown, ".", name) if module.unknown is not None else MISSING


def submodule(program: Program, module: PyModule, name: str) -> PyModule | None:
    """Return the module of that name in a package's folder."""
    if not module.is_package:
        return None
    found = source_in(Path(module.filename).parent / name)
    return program.found(found) if found is not None else None


def late_global(program: Program, vm: Vm, module: PyModule, name: str) -> Value:
    """Look a global name up in the modules that were imported with a star, the last one first."""
    if module.scope is None or name.startswith("_"):
        return MISSING
    for source in reversed(program.stars.get(id(module.scope), [])):
        if source.state == "running":
            continue
        program.run(vm, source)
        assert source.scope is not None
        public = source.scope.names.get("__all__")
        if isinstance(public, list) and vm.taint_of(public) is None and name not in public:
            continue
        found = of_source(program, vm, source, name)
        if found is not MISSING:
            return found
    return MISSING
