"""What can be called or bound: functions of the program, natives, methods, properties, partials, generators."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from msgspec import Struct, field

from convlint.interp.values.classes import ClassValue
from convlint.interp.values.modules import PyModule
from convlint.interp.values.unknown import Value

if TYPE_CHECKING:
    from convlint.interp.values.code import Code
    from convlint.interp.values.scope import Scope
    from convlint.interp.vm import Vm
    from convlint.ir import nodes


class Function(Struct, eq=False):
    """A `def` or `lambda` of the program, closed over its scope. `owner` is the class whose body defined it."""

    code: Code
    scope: Scope
    name: str
    qualname: str
    module: PyModule
    defaults: dict[str, Value]
    owner: ClassValue | None = None
    attrs: dict[str, Value] = {}

    @property
    def node(self) -> nodes.FunctionDef | nodes.Lambda:
        return self.code.node


class Native(Struct, eq=False):
    """A function that convlint implements: `call(vm, args, kwargs)`. `binds` makes it a method in a class body.

    `reads` tells that it changes no list, dict, set or object that it is given, and remembers nothing. `holds` are the
    values of the program that it calls or changes.
    """

    name: str
    call: Callable[[Vm, list[Value], dict[str, Value]], Value]
    binds: bool = False
    reads: bool = False
    holds: tuple[Value, ...] = ()


class BoundMethod(Struct, eq=False):
    func: Value
    receiver: Value


class StaticMethod(Struct, eq=False):
    func: Value


class ClassMethod(Struct, eq=False):
    func: Value


class Property(Struct, eq=False):
    """A `property`; `cached` stores the first result in the instance."""

    getter: Value
    setter: Value | None = None
    deleter: Value | None = None
    cached: bool = False


class Partial(Struct, eq=False):
    """`functools.partial`."""

    func: Value
    args: tuple[Value, ...]
    kwargs: dict[str, Value]


_births = itertools.count()


def births() -> int:
    """Return a number that is larger than those of all iterators there are."""
    return next(_births)


class _Drawing(Struct, eq=False, kw_only=True):
    holds: tuple[Value, ...] = ()
    born: int = field(default_factory=births)
    """Which of two iterators is the older one: it has the smaller number."""


class GeneratorValue(_Drawing, eq=False):
    """A running generator or another lazy iterator of the program.

    `holds` is what its next step may change: its frame, or what it draws from and calls.
    """

    iterator: Iterator[Value]
    name: str = "generator"
