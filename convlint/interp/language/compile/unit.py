"""What is being compiled, and the tables from the nodes of the IR to the functions that compile them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from convlint.interp.values.code import Pausing, Run
from convlint.interp.values.scope import Names
from convlint.ir import nodes
from convlint.ir.walking import walk

Maker = Callable[["Unit", Any], Run]
PausingMaker = Callable[["Unit", Any], Pausing]
Body = tuple[nodes.Stmt, ...]

_EXPRESSIONS: dict[type, Maker] = {}
_STATEMENTS: dict[type, Maker] = {}
_PAUSING: dict[type, PausingMaker] = {}


class Unit:
    """A function, lambda or module that is being compiled, as seen from one scope in it.

    `size` counts the statements and expressions that one run through it takes, loops apart: what it counts in steps.
    `held` counts the places for parts of expressions that are evaluated before a `yield`.
    """

    __slots__ = ("held", "names", "pausing", "size")

    def __init__(self, names: Names, *, pausing: bool = False) -> None:
        self.names = names
        self.pausing = pausing
        self.size = 0
        self.held = 0

    def inside(self, names: Names) -> Unit:
        """Return the unit for a scope inside that is run in one go, such as a class body or a comprehension."""
        return Unit(names)


def expression_of(*kinds: type) -> Callable[[Maker], Maker]:
    """Register the function that compiles these expressions."""
    return lambda maker: _register(_EXPRESSIONS, kinds, maker)


def statement_of(*kinds: type) -> Callable[[Maker], Maker]:
    """Register the function that compiles these statements where nothing in them yields."""
    return lambda maker: _register(_STATEMENTS, kinds, maker)


def pausing_of(*kinds: type) -> Callable[[PausingMaker], PausingMaker]:
    """Register the function that compiles these statements or expressions where something in them yields."""
    return lambda maker: _register(_PAUSING, kinds, maker)


def _register(table: dict[type, Any], kinds: tuple[type, ...], maker: Any) -> Any:
    for kind in kinds:
        table[kind] = maker
    return maker


def expression(unit: Unit, node: nodes.Expr) -> Run:
    """Compile an expression; what comes of it returns its value."""
    unit.size += 1
    return _EXPRESSIONS[type(node)](unit, node)


def statement(unit: Unit, node: nodes.Stmt) -> Run:
    """Compile a statement in which nothing yields; what comes of it returns how it ended."""
    unit.size += 1
    return _STATEMENTS[type(node)](unit, node)


def pausing(unit: Unit, node: nodes.Stmt | nodes.Expr) -> Pausing:
    """Compile a statement or an expression in which something yields."""
    unit.size += 1
    maker = _PAUSING.get(type(node)) or _PAUSING[nodes.Node]
    return maker(unit, node)


def pauses(part: Any) -> bool:
    """Whether something in a node or in a tuple of them yields, the bodies of functions inside apart."""
    return any(
        isinstance(node, nodes.Yield | nodes.YieldFrom)
        or (
            isinstance(node, nodes.Lambda | nodes.FunctionDef)
            and pauses((node.params, getattr(node, "decorators", ())))
        )
        or (isinstance(node, nodes.ClassDef) and pauses((node.bases, node.keywords, node.decorators)))
        for node in walk(part)
    )


def runs(unit: Unit, body: Body) -> list[Run]:
    """Compile statements one by one. Text by itself, as that which documents a function, does nothing."""
    return [statement(unit, stmt) for stmt in body if does_something(stmt)]


def does_something(stmt: nodes.Stmt) -> bool:
    """Whether a statement is more than text or `pass`."""
    return not (
        isinstance(stmt, nodes.Pass) or (isinstance(stmt, nodes.ExprStmt) and isinstance(stmt.value, nodes.Constant))
    )


def block(unit: Unit, body: Body) -> Run:
    """Compile statements, nothing in which yields, to one."""
    steps = runs(unit, body)
    if len(steps) == 1:
        return steps[0]
    if not steps:
        return lambda vm, frame: None
    if len(steps) == 2:
        first, second = steps
        return lambda vm, frame: first(vm, frame) or second(vm, frame)

    def run(vm: Any, frame: Any) -> Any:
        for step in steps:
            stop = step(vm, frame)
            if stop is not None:
                return stop
        return None

    return run


def longest(unit: Unit, *parts: Callable[[], Any]) -> list[Any]:
    """Compile parts of which one is run, and count the longest."""
    before, most, made = unit.size, unit.size, []
    for part in parts:
        unit.size = before
        made.append(part())
        most = max(most, unit.size)
    unit.size = most
    return made


def apart(unit: Unit, part: Callable[[], Any]) -> tuple[Any, int]:
    """Compile what is run many times; return it with its size, which does not count for what is around it."""
    before, unit.size = unit.size, 0
    made = part()
    size, unit.size = unit.size, before
    return made, size
