"""What a value that never changes itself holds, calls, or lets be called."""

from __future__ import annotations

from collections.abc import ItemsView, Iterable, Iterator, KeysView, ValuesView
from types import CellType, FunctionType, MethodType
from typing import Any

from convlint.interp.language.effects import Use
from convlint.interp.values.classes import Instance, SuperValue
from convlint.interp.values.functions import (
    BoundMethod,
    ClassMethod,
    Function,
    GeneratorValue,
    Native,
    Partial,
    Property,
    StaticMethod,
)
from convlint.interp.values.reach import is_atom
from convlint.interp.values.unknown import Inside, Unknown, Value

OWN = "convlint.interp."
"""Values of these modules stand for what a library makes: what they keep in their fields, they may call."""
NOT_OF_PROGRAM = ("convlint.interp.vm", "convlint.interp.imports.", "convlint.interp.values.scope")
"""What belongs to the run itself."""


def held(value: Value, use: Use) -> Iterable[tuple[Value, Use]]:
    """Return what a value that never changes itself holds, or lets be called, and how far that is let out of sight."""
    if isinstance(value, tuple | frozenset):
        return [(item, Use.EXPOSED) for item in value] if use is not Use.READ else []
    if isinstance(value, BoundMethod):
        return [(value.receiver, Use.EXPOSED), (value.func, Use.READ)]
    if isinstance(value, StaticMethod | ClassMethod):
        return [(value.func, Use.READ)]
    if isinstance(value, Property):
        return [(value.getter, Use.READ), (value.setter, Use.READ), (value.deleter, Use.READ)]
    if isinstance(value, Native):
        return [(one, Use.READ) for one in value.holds or _variables(value.call)]
    if isinstance(value, Partial):
        return [(value.func, Use.READ), *((item, Use.EXPOSED) for item in (*value.args, *value.kwargs.values()))]
    if isinstance(value, SuperValue):
        return [(value.receiver, Use.EXPOSED)]
    if isinstance(value, Inside):
        return [(value.holder, Use.EXPOSED)]
    if isinstance(value, KeysView | ValuesView | ItemsView):
        return [(value._mapping, Use.CONTENTS)]  # type: ignore[union-attr]
    return [(one, Use.EXPOSED) for one in _fields(value)]


def _fields(value: Value) -> Iterator[Value]:
    """Yield what a value that stands for something of a library keeps of the program's."""
    kind = type(value)
    home = kind.__module__
    if is_atom(value) or not home.startswith(OWN) or home.startswith(NOT_OF_PROGRAM):
        return
    names = [*getattr(value, "__dict__", ()), *(name for base in kind.__mro__ for name in _slots(base))]
    for name in names:
        kept = getattr(value, name, None)
        yield from _variables(kept) if isinstance(kept, FunctionType | MethodType) else _of_program(kept)


def _slots(kind: type) -> tuple[str, ...]:
    listed = vars(kind).get("__slots__", ())
    return (listed,) if isinstance(listed, str) else tuple(listed)


def _variables(function: object) -> list[Value]:
    """Return the variables of the program's that a function of convlint remembers from where it was made."""
    found: list[Value] = []
    waiting, seen = [function], set()
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        if isinstance(one, MethodType):
            waiting.append(one.__func__)
            found += _of_program(one.__self__)
        elif isinstance(one, FunctionType):
            cells: tuple[CellType, ...] = one.__closure__ or ()
            inside = [cell.cell_contents for cell in cells if not _is_empty(cell)]
            waiting += [item for item in inside if isinstance(item, FunctionType | MethodType)]
            found += [value for item in inside for value in _of_program(item)]
    return found


def _is_empty(cell: CellType) -> bool:
    try:
        return cell.cell_contents is _is_empty
    except ValueError:
        return True


def _of_program(value: Any) -> list[Value]:
    """Return a value if it is one of the program's."""
    if is_atom(value) and not isinstance(value, Unknown):
        return []
    program = isinstance(value, Instance | Function | BoundMethod | Partial | GeneratorValue | Native | Inside)
    containers = isinstance(value, list | dict | set | tuple)
    own = type(value).__module__.startswith(OWN) and not type(value).__module__.startswith(NOT_OF_PROGRAM)
    return [value] if program or containers or own else []
