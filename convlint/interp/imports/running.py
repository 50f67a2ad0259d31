"""Running a module as an import does, once: its statements in order, each of which may fail without losing the rest."""

from __future__ import annotations

import time
from importlib import machinery
from pathlib import Path
from typing import TYPE_CHECKING

from convlint.interp.imports import declared
from convlint.interp.language import checks, loops
from convlint.interp.language.compile import run_module
from convlint.interp.natives.objects import Record
from convlint.interp.values.modules import PyModule
from convlint.interp.values.scope import Frame
from convlint.interp.values.signals import Bound, PyRaise, Undecided
from convlint.interp.values.unknown import Unknown, Value
from convlint.ir import nodes
from convlint.ir.walking import walk
from convlint.source import disk
from convlint.trace import Concern

if TYPE_CHECKING:
    from convlint.interp.imports.program import Program
    from convlint.interp.vm import Vm

MODULE_SECONDS = 20.0


def run(program: Program, vm: Vm, module: PyModule) -> None:
    """Run a module that has not run yet; when imports have an order, after the packages that it lies in.

    An import that fails raises what Python raises where the program is ready for that; it is tried again the next time.
    """
    if module.state != "lazy":
        return
    ordered = program.has_order(module)
    package = program.package_of(module) if ordered else None
    if package is not None and not declared.is_lazy(program, package):
        run(program, vm, package)
        if module.state != "lazy":
            return
    try:
        body = program.body(module.filename)
    except (OSError, ValueError) as error:
        module.unknown = Unknown(f"`{module.name}` cannot be read: {error}")
        module.state = "ready"
        return
    module.state = "running"
    try:
        _run_body(program, vm, module, body)
    except PyRaise:
        assert module.scope is not None
        module.scope.names.clear()
        module.state = "lazy"
        program.adopt_all(vm)
        raise
    module.state = "ready"
    if not ordered and not module.hidden:
        program.registries.note(module, body, program.order_of(module))
    if package is not None and package.scope is not None:
        package.scope.names[module.name.rpartition(".")[2]] = module
    program.adopt(vm, module)


class Spec(Record):
    """The `ModuleSpec` of a module."""

    also = (machinery.ModuleSpec,)


def described(module: PyModule) -> dict[str, Value]:
    """Return what Python binds in a module before it runs."""
    name, file = module.name, str(Path(module.filename).absolute())
    package = name if module.is_package else name.rpartition(".")[0]
    path = [str(Path(file).parent)] if module.is_package else None
    spec = Spec(
        "ModuleSpec",
        {"name": name, "origin": file, "parent": package, "submodule_search_locations": path, "has_location": True},
    )
    found = {"__name__": name, "__file__": file, "__package__": package, "__spec__": spec, "__doc__": None}
    kept = {word: Unknown(f"`{word}` of a module") for word in ("__builtins__", "__cached__", "__loader__")}
    return {**found, **kept} if path is None else {**found, **kept, "__path__": path}


def _run_body(program: Program, vm: Vm, module: PyModule, body: nodes.Module) -> None:
    """Run the statements of a module with a share of work of its own: who imports it pays nothing."""
    assert module.scope is not None
    module.scope.names.update(described(module), __doc__=_docstring(body.body))
    frame = Frame(module, module.scope)
    started = time.thread_time()
    steps, vm.steps = vm.steps, 0
    deadline, vm.deadline = vm.deadline, started + MODULE_SECONDS
    guards, vm.import_guards = vm.import_guards, 0
    tracings, vm.tracings = vm.tracings, []
    guarded, program.guarded = program.guarded, program.guarded or guards > 0
    journals, vm.journals = vm.journals, []
    met = vm.met
    caught, vm.guarded = vm.guarded, 0  # a `try` around the import is told by `guards`
    if not vm.importing:
        vm.root_import = module.filename
    vm.importing += 1
    vm.frames.append(frame)
    try:
        with disk.now().recording(module.filename):
            run_module(vm, body, frame, lambda stmt, error: _fail(vm, stmt, frame, error, guarded=program.guarded))
        if any(isinstance(stmt, nodes.AnnAssign) for stmt in body.body):
            module.scope.names.setdefault("__annotations__", Unknown("the annotations of a module"))
    except Bound as bound:
        module.unknown = Unknown(f"`{module.name}` is not run to its end: {bound.reason}", vm.place())
    finally:
        vm.frames.pop()
        vm.importing -= 1
        vm.journals = journals
        vm.import_guards, program.guarded, vm.tracings = guards, guarded, tracings
        vm.steps = steps
        vm.guarded = caught
        if not guards or program.is_packaged(module):
            vm.met = met  # what is met there has nothing to do with the `try` that the run is in
        vm.deadline = deadline + time.thread_time() - started


def _fail(vm: Vm, stmt: nodes.Stmt, frame: Frame, error: PyRaise | Undecided, *, guarded: bool) -> None:
    """Go on without a statement that failed, or raise an ImportError that the importer is ready for."""
    if isinstance(error, Undecided):
        _skip(vm, stmt, frame, f"a module-level decision that is not known: {error.reason}")
    elif guarded and isinstance(error.value, ImportError):
        raise error
    else:
        _skip(vm, stmt, frame, f"`{frame.module.name}` raises on import: {checks.described(error.value)}")


def _skip(vm: Vm, stmt: nodes.Stmt, frame: Frame, reason: str) -> None:
    """What a statement would have bound is unknown, and so is what it may have changed."""
    cause = vm.unknown(reason, Concern.PROGRAM)
    loops.forget(vm, (stmt,), frame, reason)
    if any(_may_bind_anything(inner) for inner in walk((stmt,))):
        frame.module.unknown = frame.module.unknown or cause


def _may_bind_anything(node: object) -> bool:
    """Whether a statement may bind names that it does not tell, or put something else in the place of its module."""
    if isinstance(node, nodes.ImportFrom):
        return node.names[0].name == "*"
    return isinstance(node, nodes.Assign) and declared.replaces_module(node)


def _docstring(body: tuple[nodes.Stmt, ...]) -> str | None:
    first = body[0] if body else None
    if isinstance(first, nodes.ExprStmt) and isinstance(first.value, nodes.Constant):
        return first.value.value if isinstance(first.value.value, str) and not first.value.kind else None
    return None
