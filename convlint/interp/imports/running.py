"""Running a module as an import does, once; an exception or a bound on the way leaves what it has so far."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.interp.language import execute
from convlint.interp.values.modules import PyModule
from convlint.interp.values.scope import Frame
from convlint.interp.values.signals import Bound, PyRaise
from convlint.interp.values.unknown import Unknown

if TYPE_CHECKING:
    from convlint.interp.imports.program import Program
    from convlint.interp.vm import Vm


def run(program: Program, vm: Vm, module: PyModule) -> None:
    """Run a module that has not run yet."""
    if module.state != "lazy":
        return
    module.state = "running"
    assert module.scope is not None
    try:
        body = program.body(module.filename).body
    except (OSError, ValueError) as error:
        module.unknown = Unknown(f"`{module.name}` cannot be read: {error}")
        module.state = "ready"
        return
    names = module.scope.names
    names["__name__"] = module.name
    names["__file__"] = module.filename
    names["__doc__"] = None
    names["__package__"] = module.name if module.is_package else module.name.rpartition(".")[0]
    frame = Frame(module, module.scope)
    guards, vm.import_guards = vm.import_guards, 0
    vm.importing += 1
    vm.frames.append(frame)
    try:
        execute.run(vm, body, frame)
    except PyRaise as raised:
        module.unknown = Unknown(f"`{module.name}` raises on import: {raised.value!r}", vm.place())
    except Bound as bound:
        module.unknown = Unknown(f"`{module.name}` is not run to its end: {bound.reason}", vm.place())
    finally:
        vm.frames.pop()
        vm.importing -= 1
        vm.import_guards = guards
        module.state = "ready"
