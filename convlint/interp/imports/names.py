"""The names of modules: what `module.name`, `from module import name` and `from module import *` stand for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from convlint.interp.imports import declared, harmless, prelude
from convlint.interp.language import absent
from convlint.interp.natives import real_names
from convlint.interp.natives import registry as natives
from convlint.interp.values.classes import ClassValue
from convlint.interp.values.functions import Native
from convlint.interp.values.modules import LazyImport, PyModule
from convlint.interp.values.scope import Frame
from convlint.interp.values.signals import PyRaise
from convlint.interp.values.unknown import MISSING, Harmless, Unknown, Value
from convlint.layers.core import registry as layers
from convlint.trace import Concern

if TYPE_CHECKING:
    from convlint.interp.imports.program import Program
    from convlint.interp.vm import Vm

TORCH_ROOTS = frozenset({"torch"})


def imported(program: Program, vm: Vm, module: PyModule, name: str) -> Value:
    """Return what `from module import name` binds: when imports have no order, not before it is first used."""
    settled = id(vm.frame.scope.module()) in program.settled
    may_wait = module.filename and not settled and not program.has_order(module) and not vm.import_guards
    if may_wait and (module.state == "lazy" or (vm.frame.module is not module and _comes_later(program, module, name))):
        return LazyImport(module, name)
    return resolve(program, vm, LazyImport(module, name))


def _comes_later(program: Program, module: PyModule, name: str) -> bool:
    """Whether a module that runs will bind a name that it has not bound yet: that of an installed package has it, in
    the order in which Python imports them, when it is imported from there."""
    if module.state != "running" or module.scope is None or not program.is_packaged(module):
        return False
    return name not in module.scope.names and name in program.bound_names(module)


def resolve(program: Program, vm: Vm, lazy: LazyImport) -> Value:
    """Return what a name that was imported lazily stands for; ImportError in the program if there is none."""
    module = lazy.module
    found = attribute(program, vm, module, lazy.name)
    if found is not MISSING and not absent.is_refused(vm, module, lazy.name, found):
        return found
    if module.state == "running":
        package = program.order_of(module)
        if not program.needs_torch(package) or program.runs_late(package):
            return vm.unknown(
                f"`{module.name}.{lazy.name}` is asked for while `{module.name}` is imported", Concern.NOTHING
            )
        program.need_order(package)
        vm.throw(ImportError, f"cannot import name '{lazy.name}' from partially initialized module '{module.name}'")
    vm.throw(ImportError, f"cannot import name '{lazy.name}' from '{module.name}'")


def import_star(program: Program, vm: Vm, module: PyModule, frame: Frame) -> None:
    """Do what `from module import *` does; when imports have no order, its names are looked for after the own ones."""
    settled = id(frame.scope.module()) in program.settled
    if module.filename and not settled and not program.has_order(module) and not _overrides(program, module, frame):
        program.stars.setdefault(id(frame.scope.module()), []).append(module)
        return
    program.run(vm, module)
    if module.unknown is not None:
        frame.module.unknown = frame.module.unknown or module.unknown
    if module.filename:
        _bind_public(program, vm, module, frame)
        return
    if module.unknown is not None:
        return
    listed = natives.names_in(module.name) + [
        name[len(module.name) + 1 :]
        for name in layers.names()
        if name.startswith(module.name + ".") and "." not in name[len(module.name) + 1 :]
    ]
    for name in listed:
        frame.scope.names.setdefault(name, attribute(program, vm, module, name))
    frame.module.unknown = frame.module.unknown or Unknown(
        f"other names of `{module.name}` are not modelled", vm.place()
    )


def _overrides(program: Program, module: PyModule, frame: Frame) -> bool:
    """Whether a star import may bind a name that is bound already: then it cannot wait."""
    before = {name for name in frame.scope.names if not _is_special(name)}
    return bool(before) and (program.binds_stars(module) or not before.isdisjoint(program.bound_names(module)))


def settle(program: Program, vm: Vm, module: PyModule) -> dict[str, Value]:
    """Bind all names of a module, also those that are imported late, and return them. New ones are bound at once."""
    scope = module.scope
    assert scope is not None
    program.settled.add(id(scope))
    for name, value in list(scope.names.items()):
        if isinstance(value, LazyImport):
            scope.names[name] = resolve(program, vm, value)
    own = dict(scope.names)
    for source in program.stars.pop(id(scope), []):
        import_star(program, vm, source, Frame(module, scope))
    scope.names.update(own)
    return scope.names


def _bind_public(program: Program, vm: Vm, module: PyModule, frame: Frame) -> None:
    """Bind what a module that has run makes public: what `__all__` lists, else every name without an underscore."""
    assert module.scope is not None
    listed = attribute(program, vm, module, "__all__")
    if listed is MISSING:
        for name, value in list(module.scope.names.items()):
            if not name.startswith("_"):
                frame.scope.names[name] = value
        return
    wanted = vm.list_of(listed)
    if isinstance(wanted, Unknown):
        # Whether a name is among them is not known: what it stood for may still be what it stands for.
        for name, value in list(module.scope.names.items()):
            known = name not in frame.scope.names and natives.find(f"builtins.{name}") is None
            frame.scope.names[name] = value if known else vm.derived(wanted, "*", name)
        return
    for name in wanted:
        if isinstance(name, str):
            value = attribute(program, vm, module, name)
            frame.scope.names[name] = vm.unknown(f"`{module.name}` has no `{name}`") if value is MISSING else value


def attribute(program: Program, vm: Vm, module: PyModule, name: str) -> Value:
    """Return `module.name` or `MISSING`; a module that has not run yet runs first, but for what is modelled of it."""
    if module.name in natives.PARTLY and _is_modelled_of(program, module, name):
        return program.torch_value(vm, f"{module.name}.{name}")
    if module.state == "lazy":
        late = declared.find(program, module, name)
        if late is not MISSING:
            return resolve(program, vm, late) if isinstance(late, LazyImport) else late
        program.run(vm, module)
    if module.stand_in is not MISSING:
        found = vm.getattr(module.stand_in, name, MISSING)
        return found if found is not MISSING else submodule(program, module, name) or MISSING
    if module.name.partition(".")[0] in TORCH_ROOTS and not module.filename:
        return _of_torch(program, vm, module, name)
    if name == "__init__" and module.scope is not None and not module.filename:
        return Native("module.__init__", lambda vm, args, kwargs: _begin_again(vm, module, args, kwargs))
    if name == "__annotations__" and module.scope is not None and not module.filename:
        vm.writing(module.scope)
        return module.scope.names.setdefault(name, {})
    if module.filename or module.scope is not None:
        return of_source(program, vm, module, name)
    if name in module.attrs:
        return module.attrs[name]
    return _of_library(program, vm, module, name)


def _of_torch(program: Program, vm: Vm, module: PyModule, name: str) -> Value:
    found = program.torch_members.get((module.name, name))
    if found is None:
        listed = real_names.of(f"module {module.name}")
        if listed is not None and name not in listed and not _is_special(name):
            return MISSING
        found = program.torch_value(vm, f"{module.name}.{name}")
        if isinstance(found, ClassValue | Native):
            program.torch_members[module.name, name] = found
    return found


def _is_modelled_of(program: Program, module: PyModule, name: str) -> bool:
    """Whether a name is modelled of a package that is read from its source otherwise."""
    is_librarys = not module.filename or program.is_installed(module.filename)
    return is_librarys and natives.written_in(f"{module.name}.{name}") is not None


def _begin_again(vm: Vm, module: PyModule, args: list[Value], kwargs: dict[str, Value]) -> None:
    """`__init__` of a module that the program has made: what it holds stays."""
    assert module.scope is not None
    given = [*args, *kwargs.values()]
    vm.writing(module.scope)
    module.scope.names.update(zip(("__name__", "__doc__"), [*given, None][:2], strict=False))


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
    if full.partition(".")[0] in harmless.NAMES:
        return Harmless(f"`{full}` is not followed")
    return vm.unknown(f"`{full}` is not modelled", Concern.NOTHING)


def of_source(program: Program, vm: Vm, module: PyModule, name: str) -> Value:
    """A name of a module whose source is known, or `MISSING`."""
    scope = module.scope
    assert scope is not None
    if name in scope.names:
        value = scope.names[name]
        return resolve(program, vm, value) if isinstance(value, LazyImport) else value
    late = late_global(program, vm, module, name)
    if late is not MISSING:
        return late
    if name == "__dict__":
        return settle(program, vm, module)
    getter = scope.names.get("__getattr__", MISSING)
    if getter is not MISSING and not _is_special(name):
        try:
            return vm.call(getter, [name])
        except PyRaise as raised:
            if not isinstance(raised.value, AttributeError):
                raise
    inner = submodule(program, module, name)
    if inner is not None:
        if program.has_order(inner):
            program.run(vm, inner)
        return inner
    return vm.derived(module.unknown, ".", name) if module.unknown is not None else MISSING


def _is_special(name: str) -> bool:
    return name.startswith("__") and name.endswith("__")


def submodule(program: Program, module: PyModule, name: str) -> PyModule | None:
    """Return the module of that name in a package's folder."""
    if not module.is_package:
        return None
    return program.module_at(Path(module.filename).parent / name)


def late_global(program: Program, vm: Vm, module: PyModule, name: str) -> Value:
    """Look a global name up in the modules that were imported with a star, the last one first."""
    if module.scope is None:
        return MISSING
    for source in reversed(program.stars.get(id(module.scope), [])):
        if source.state == "running":
            continue
        program.run(vm, source)
        assert source.scope is not None
        public = source.scope.names.get("__all__", MISSING)
        known = isinstance(public, list | tuple) and vm.taint_of(public) is None
        if name not in public if known else name.startswith("_"):
            continue
        found = of_source(program, vm, source, name)
        if found is not MISSING:
            return found
    return MISSING
