"""Scopes and frames: where names live and where the run stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.interp.values.unknown import Value
from convlint.trace import Place

if TYPE_CHECKING:
    from convlint.interp.values.classes import ClassValue
    from convlint.interp.values.functions import Function
    from convlint.interp.values.modules import PyModule
    from convlint.ir.nodes import Span, Stmt

NOTHING: frozenset[str] = frozenset()


class Names:
    """What the text of a scope says of its names, the same for every time that it runs.

    `kind` is "module", "class", "function" or "comprehension"; `locals` are the names that it binds; `outer` is the
    scope around it; `private` what private names begin with here.
    """

    __slots__ = ("globals", "kind", "locals", "nonlocals", "outer", "private")

    def __init__(
        self,
        kind: str,
        outer: Names | None = None,
        names: frozenset[str] = NOTHING,
        globals_: frozenset[str] = NOTHING,
        nonlocals: frozenset[str] = NOTHING,
    ) -> None:
        self.kind = kind
        self.outer = outer
        self.locals = names
        self.globals = globals_
        self.nonlocals = nonlocals
        self.private: str = "" if outer is None else outer.private

    def written(self, name: str) -> str:
        """Return a name as it is written here: `_Class__name` without the class, as definitions call themselves."""
        return name.removeprefix(self.private) if self.private and name.startswith(f"{self.private}__") else name

    def holds(self, name: str) -> bool:
        """Whether a statement here that binds a name binds it here."""
        return name not in self.globals and name not in self.nonlocals


MODULE = Names("module")


class Scope:
    """The names of a module, class body, function call or comprehension, and the scope around it."""

    __slots__ = ("globals", "names", "parent", "text")

    def __init__(self, names: dict[str, Value], parent: Scope | None = None, text: Names = MODULE) -> None:
        self.names = names
        self.parent = parent
        self.text = text
        self.globals: dict[str, Value] = names if parent is None else parent.globals

    @property
    def kind(self) -> str:
        return self.text.kind

    def module(self) -> Scope:
        scope = self
        while scope.parent is not None:
            scope = scope.parent
        return scope

    def holder(self, name: str) -> Scope:
        """Return the scope in which a statement here binds a name: another one if it is global or nonlocal."""
        if name in self.text.globals:
            return self.module()
        if name in self.text.nonlocals:
            scope = self.parent
            while scope is not None and not (scope.kind == "function" and name in scope.text.locals):
                scope = scope.parent
            return scope or self
        return self


class Frame:
    """One call in progress, or a module being run.

    `at` is the span of the expression that is being evaluated; `receiver` the first argument of a method, for
    `super()`; `handling` the exception that an `except` block is handling; `returned` what a `return` gave; `held`
    what was evaluated of an expression before a `yield` in it; `body` the statements of a module that is run;
    `last_words` what runs if a generator is closed where it waits.
    """

    __slots__ = (
        "_place", "_trail", "at", "body", "function", "handling", "held", "last_words", "module", "names", "owner",
        "receiver", "returned", "scope",
    )  # fmt: skip

    def __init__(
        self,
        module: PyModule,
        scope: Scope,
        function: Function | None = None,
        receiver: Value = None,
        owner: ClassValue | None = None,
        at: Span = (1, 0, 1, 0),
        handling: Value = None,
    ) -> None:
        self.module = module
        self.scope = scope
        self.names = scope.names
        self.function = function
        self.receiver = receiver
        self.owner = owner
        self.at = at
        self.handling = handling
        self.returned: Value = None
        self.held: dict[int, Value] | None = None
        self.last_words: tuple[Value, ...] = ()
        self.body: tuple[Stmt, ...] = ()
        self._place: Place | None = None
        self._trail: tuple[tuple[Place, ...], tuple[Place, ...]] = ((), ())

    def place(self) -> Place:
        """Return where it stands; the same object as long as it stands there."""
        place = self._place
        if place is None or place.span is not self.at:
            place = self._place = Place(self.module.filename, self.at)
        return place

    def trail(self, before: tuple[Place, ...]) -> tuple[Place, ...]:
        """Return the calls that led here, and this place; the same tuple as long as nothing has moved."""
        place = self.place()
        known, trail = self._trail
        if known is not before or not trail or trail[-1] is not place:
            trail = (*before, place)
            self._trail = (before, trail)
        return trail
