"""What can be called or bound: functions of the program, natives, methods, properties, partials, generators."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from convlint.interp.values.classes import ClassValue
from convlint.interp.values.modules import PyModule
from convlint.interp.values.unknown import Value

if TYPE_CHECKING:
    from convlint.interp.values.code import Code
    from convlint.interp.values.scope import Scope
    from convlint.interp.vm import Vm
    from convlint.ir import nodes


@dataclass(eq=False, slots=True)
class Function:
    """A `def` or `lambda` of the program, closed over its scope. `owner` is the class whose body defined it."""

    code: Code
    scope: Scope
    name: str
    qualname: str
    module: PyModule
    defaults: dict[str, Value]
    owner: ClassValue | None = None
    attrs: dict[str, Value] = field(default_factory=dict)

    @property
    def node(self) -> nodes.FunctionDef | nodes.Lambda:
        return self.code.node


@dataclass(eq=False, slots=True)
class Native:
    """A function that convlint implements: `call(vm, args, kwargs)`. `binds` makes it a method in a class body.

    `reads` tells that it changes no list, dict, set or object that it is given, and remembers nothing. `holds` are the
    values of the program that it calls or changes.
    """

    name: str
    call: Callable[[Vm, list[Value], dict[str, Value]], Value]
    binds: bool = False
    reads: bool = False
    holds: tuple[Value, ...] = ()


@dataclass(eq=False, slots=True)
class BoundMethod:
    func: Value
    receiver: Value


@dataclass(eq=False, slots=True)
class StaticMethod:
    func: Value


@dataclass(eq=False, slots=True)
class ClassMethod:
    func: Value


@dataclass(eq=False, slots=True)
class Property:
    """A `property`; `cached` stores the first result in the instance."""

    getter: Value
    setter: Value | None = None
    deleter: Value | None = None
    cached: bool = False


@dataclass(eq=False, slots=True)
class Partial:
    """`functools.partial`."""

    func: Value
    args: tuple[Value, ...]
    kwargs: dict[str, Value]


_births = itertools.count()


def births() -> int:
    """Return a number that is larger than those of all iterators there are."""
    return next(_births)


@dataclass(eq=False, slots=True)
class GeneratorValue:
    """A running generator or another lazy iterator of the program.

    `holds` is what its next step may change: its frame, or what it draws from and calls.
    """

    iterator: Iterator[Value]
    name: str = "generator"
    holds: tuple[Value, ...] = field(default=(), kw_only=True)
    born: int = field(default_factory=births, kw_only=True)
    """Which of two iterators is the older one: it has the smaller number."""
