"""Generators that are left before they have ended: Python closes them when the last reference goes, which nobody sees.

What `finally`, `with` and handlers of `GeneratorExit` around the `yield` where it waits may do is forgotten.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.interp.language import forgetting
from convlint.interp.values.classes import Instance
from convlint.interp.values.functions import BoundMethod, GeneratorValue
from convlint.interp.values.scope import Frame
from convlint.interp.values.unknown import MISSING, Unknown, Value
from convlint.ir import nodes
from convlint.ir.walking import walk

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

REASON = "nobody knows when a generator is closed that is left before its end"
CLOSING = frozenset({"GeneratorExit", "BaseException"})


def last_words(node: nodes.Try) -> tuple[nodes.Stmt, ...]:
    """Return what a `try` may run when the generator is closed that waits in it."""
    handled = [handler.body for handler in node.handlers if _catches_closing(handler.type)]
    return (*(stmt for body in handled for stmt in body), *node.finalbody)


def _catches_closing(kind: nodes.Expr | None) -> bool:
    kinds = kind.elts if isinstance(kind, nodes.Tuple) else (kind,)
    return any(not isinstance(one, nodes.Name) or one.id in CLOSING for one in kinds)


def left(vm: Vm, value: Value) -> None:
    """Forget what closing may do, of a generator that something has drawn from and may not come back to."""
    if not isinstance(value, GeneratorValue):
        return
    for held in value.holds:
        if isinstance(held, GeneratorValue):
            left(vm, held)
        elif isinstance(held, Frame):
            for words in reversed(held.last_words):
                _forget(vm, held, words)


def drawn_by_native(vm: Vm, value: GeneratorValue) -> None:
    """Note that a native has drawn from a generator: if a name keeps it for good, it is left when that scope ends."""
    if not any(isinstance(held, GeneratorValue) or getattr(held, "last_words", ()) for held in value.holds):
        return
    if any(value is other for other, _ in vm.waiting):
        return
    keeper = next((frame for frame in reversed(vm.frames) if _keeps(frame, value)), None)
    if keeper is None:
        left(vm, value)
    elif keeper.function is not None:
        vm.waiting.append((value, keeper))


def _keeps(frame: Frame, value: GeneratorValue) -> bool:
    """Whether a name of a frame holds a generator, and is bound once."""
    name = next((name for name, held in frame.names.items() if held is value), None)
    if name is None or frame.scope.kind not in ("function", "module"):
        return False
    body = frame.body if frame.function is None else frame.function.node.body
    return _binds_once(body, name)


def _binds_once(body: Value, name: str) -> bool:
    """Whether a name is bound by one assignment that is in no loop, or is a parameter, and by nothing else."""
    for part in walk(body, into_definitions=True):
        if isinstance(part, nodes.FunctionDef) and name in (*part.globals, *part.nonlocals):
            return False
    looped = [part for part in walk(body) if isinstance(part, nodes.For | nodes.While)]
    if any(name in names_bound(inner) for loop in looped for inner in walk((loop,)) if inner is not loop):
        return False
    bound = [found for part in walk(body) for found in names_bound(part)]
    return bound.count(name) <= 1


def names_bound(part: Value) -> list[str]:
    """Return the names that a statement or expression binds or deletes by itself."""
    if isinstance(part, nodes.Assign | nodes.Delete):
        targets = part.targets
    elif isinstance(part, nodes.AnnAssign | nodes.AugAssign | nodes.For | nodes.NamedExpr | nodes.Comprehension):
        targets = (part.target,)
    elif isinstance(part, nodes.WithItem):
        targets = () if part.optional_vars is None else (part.optional_vars,)
    elif isinstance(part, nodes.FunctionDef | nodes.ClassDef | nodes.ExceptHandler):
        return [part.name] if part.name is not None else []
    elif isinstance(part, nodes.Import | nodes.ImportFrom):
        return [alias.asname or alias.name for alias in part.names]
    else:
        return []
    return [inner.id for inner in walk(tuple(targets)) if isinstance(inner, nodes.Name)]


def ended(vm: Vm, frame: Frame) -> None:
    """Forget what the closing of those generators may do that only a function that has ended has kept."""
    gone = [value for value, keeper in vm.waiting if keeper is frame]
    vm.waiting = [one for one in vm.waiting if one[1] is not frame]
    for value in gone:
        left(vm, value)


def _forget(vm: Vm, frame: Frame, words: Value) -> None:
    """Forget what statements, the exit of a context manager, or another generator may do."""
    if isinstance(words, tuple):
        forgetting.forget(vm, words, frame, REASON)
    elif isinstance(words, Instance):
        method = words.cls.find("__exit__")
        if method is not MISSING:
            forgetting.call(vm, [BoundMethod(method, words)], Unknown(REASON, vm.place()))
    else:
        left(vm, words)
