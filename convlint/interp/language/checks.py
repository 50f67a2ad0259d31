"""Checks of the program's own that fail for certain: an `assert` or `raise` that a run on known sizes comes to."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from convlint.interp.values.classes import Instance
from convlint.interp.values.unknown import Unknown, Value
from convlint.layers.core.refusal import Refusal, RefusalKind
from convlint.trace import Concern, Violation

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

SURROUNDINGS = (
    ImportError,
    NotImplementedError,
    OSError,
    StopIteration,
    StopAsyncIteration,
    SystemExit,
    KeyboardInterrupt,
    GeneratorExit,
    MemoryError,
    Warning,
)
"""Exceptions that speak of the machine, of a method that a derived class has, or of the end of something."""
LONGEST = 200


class Believed(Enum):
    """Which raises of the program say that it cannot work so."""

    NONE = "none"
    OF_MODELS = "of models"
    """Those in the construction or call of a model: the code around it may be called by nobody."""
    ALL = "all"


def failed_check(vm: Vm, error: Value, condition: str = "") -> Violation | None:
    """Return what the failure of a check says; None if it is not certain that the program comes to it as it is.

    `condition` is the text of an assert that has no message.
    """
    place = vm.place()
    if place is None or vm.taken or vm.importing or not _is_believed(vm) or not _is_about_the_program(error):
        return None
    if any(frame.handling is not None and not _is_about_the_program(frame.handling) for frame in vm.frames):
        return None  # what could not be imported, opened or read, told in other words
    if vm.program.is_installed(place.filename) and _was_lost(vm):
        return None
    name, text = _name(error), _text(error)
    said = f": {text}" if text else f": `{_cut(condition)}` does not hold" if condition else ""
    told = f"the program refuses this itself: {name}{said}"
    kind = type(error) if isinstance(error, Exception) else RuntimeError
    return Violation(Refusal(RefusalKind.CHECK, told, error=kind), place, vm.stack(), None, name)


def _is_believed(vm: Vm) -> bool:
    if vm.on_defaults or vm.believed is Believed.NONE:
        return False
    return vm.believed is Believed.ALL or bool(vm.owners or vm.constructing)


def _is_about_the_program(error: Value) -> bool:
    if isinstance(error, Instance):
        base = error.cls.native_base
        return base is not None and issubclass(base, Exception) and not issubclass(base, SURROUNDINGS)
    return isinstance(error, Exception) and not isinstance(error, SURROUNDINGS)


def _was_lost(vm: Vm) -> bool:
    """Whether something that is not known stood on the way: library code is not believed to raise then."""
    return bool(vm.doubts) or any(gap.concern is Concern.RUN for gap in vm.gaps)


def described(error: Value) -> str:
    """Return what is told of an exception: its name and its text, or why it is not known."""
    if isinstance(error, Unknown):
        return f"an exception that is not known: {error.reason}"
    text = _text(error)
    return f"{_name(error)}: {text}" if text else _name(error)


def _name(error: Value) -> str:
    return error.cls.name if isinstance(error, Instance) else type(error).__name__


def _text(error: Value) -> str:
    given = error.payload if isinstance(error, Instance) else error
    text = str(given) if isinstance(given, BaseException) else ""
    return _cut(text)


def _cut(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
