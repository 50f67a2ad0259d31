"""Scopes and frames: where names live and where the run stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from convlint.interp.values.classes import ClassValue
from convlint.interp.values.functions import Function
from convlint.interp.values.modules import PyModule
from convlint.interp.values.unknown import Value

if TYPE_CHECKING:
    from convlint.ir.nodes import Span


@dataclass(eq=False, slots=True)
class Scope:
    """The names of a module, class body, function call or comprehension, and the scope around it."""

    names: dict[str, Value]
    parent: Scope | None = None
    kind: str = "function"
    """"module", "class" or "function"."""
    redirected: dict[str, Scope] = field(default_factory=dict)
    """Names declared `global` or `nonlocal`, with the scope that holds them."""
    locals: frozenset[str] = frozenset()
    """The names that the function binds: reading one before it is bound is an error in Python."""

    def module(self) -> Scope:
        scope = self
        while scope.parent is not None:
            scope = scope.parent
        return scope


@dataclass(eq=False, slots=True)
class Frame:
    """One call in progress, or a module being run. `at` is the span of the expression that is being evaluated."""

    module: PyModule
    scope: Scope
    function: Function | None = None
    receiver: Value = None
    """The first argument of a method, for `super()`."""
    owner: ClassValue | None = None
    at: Span = (1, 0, 1, 0)
    handling: Value = None
    """The exception that an `except` block is handling."""
