"""Watching what the lines of one file hold, for those who show shapes beside the source.

What is watched is decided while compiling: where nobody watches, the compiled program is the same as without this.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

from convlint.interp.values.code import Run
from convlint.interp.values.scope import Frame
from convlint.interp.values.unknown import Unknown, Value
from convlint.ir import nodes
from convlint.ir.walking import walk
from convlint.layers.core.tensor import Tensor
from convlint.lines import Seen, SeenParts, SeenTensor, SeenUnknown, Stored
from convlint.places import Place
from convlint.symbolic import Size, SymbolKind, symbols_of

if TYPE_CHECKING:
    from convlint.interp.language.compile.assignments import Put
    from convlint.interp.language.compile.names import Store
    from convlint.interp.vm import Vm

MOST_PARTS = 6
MOST_NESTED = 3
MOST_STORED = 20_000
"""How many different values of lines one run keeps."""

_watched: ContextVar[frozenset[int]] = ContextVar("watched", default=frozenset())


@contextmanager
def watching(module: nodes.Module) -> Iterator[None]:
    """Watch the lines of a file that is compiled inside of the `with`; `module` must stay alive for so long.

    What comprehensions bind is left out: it is gone at the end of the line.
    """
    every = list(walk(module.body, into_definitions=True))
    passing = {id(part) for node in every if isinstance(node, nodes.Comprehension) for part in walk(node.target)}
    token = _watched.set(frozenset(id(node) for node in every) - passing)
    try:
        yield
    finally:
        _watched.reset(token)


def is_watched(node: nodes.Node) -> bool:
    """Whether somebody watches this node."""
    return id(node) in _watched.get()


def stored(node: nodes.Expr, store: Store) -> Store:
    """Return a store into a target that also notes what was stored, if somebody watches."""
    if not is_watched(node):
        return store
    name, span = _written(node), node.span

    def run(vm: Vm, frame: Frame, value: Value) -> None:
        store(vm, frame, value)
        note(vm, frame, span, name, value)

    return run


def put(node: nodes.Expr, put: Put) -> Put:
    """Return a store into a place that also notes what was stored, if somebody watches."""
    if not is_watched(node):
        return put
    name, span = _written(node), node.span

    def run(vm: Vm, frame: Frame, obj: Value, key: Value, value: Value) -> None:
        put(vm, frame, obj, key, value)
        note(vm, frame, span, name, value)

    return run


def evaluated(value: nodes.Expr, name: str, run: Run) -> Run:
    """Return what evaluates an expression, and notes its value if somebody watches."""
    if not is_watched(value):
        return run
    span = value.span

    def noting(vm: Vm, frame: Frame) -> Value:
        result = run(vm, frame)
        note(vm, frame, span, name, result)
        return result

    return noting


def entered(node: nodes.FunctionDef, body: Run) -> Run:
    """Return a function's body that first notes what its parameters are, if somebody watches."""
    if not is_watched(node):
        return body
    params = node.params
    stars = [param for param in (params.vararg, params.kwarg) if param is not None]
    named = [(param.name, param.span) for param in (*params.posonly, *params.args, *params.kwonly, *stars)]

    def run(vm: Vm, frame: Frame) -> Value:
        for name, span in named:
            if name in frame.names:
                note(vm, frame, span, name, frame.names[name])
        return body(vm, frame)

    return run


def note(vm: Vm, frame: Frame, span: nodes.Span, name: str, value: Value) -> None:
    """Note what a line of a file was seen to hold: tensors, and inside of models what is not known."""
    seen = _seen(vm, value, 0)
    if seen is None or (isinstance(seen, SeenUnknown) and (vm.constructing or not vm.owners)):
        return
    key = Stored(Place(frame.module.filename, span), name, seen)
    if key in vm.lines or len(vm.lines) < MOST_STORED:
        vm.lines[key] = vm.lines.get(key, 0) + 1


def _written(node: nodes.Expr) -> str:
    """Return a name, or the attributes of one, as they are written; "…" for other targets."""
    if isinstance(node, nodes.Name):
        return node.id
    if isinstance(node, nodes.Attribute):
        return f"{_written(node.value)}.{node.attr}"
    return "…"


def _seen(vm: Vm, value: Value, depth: int) -> Seen | None:
    """Return what is to be told of a value; None if it holds no tensors."""
    if isinstance(value, Unknown):
        return SeenUnknown(value.reason)
    if not isinstance(value, Tensor | tuple | list | dict):
        return None
    cause = vm.marks.of(value) or vm.program.marks.of(value)
    if cause is not None:
        return SeenUnknown(cause.reason) if isinstance(value, Tensor) else None
    if isinstance(value, Tensor):
        return SeenTensor(tuple(map(_known, value.shape)), value.dtype)
    return _parts(vm, value, depth) if depth < MOST_NESTED else None


def _parts(vm: Vm, value: Value, depth: int) -> Seen | None:
    items = list(value.values()) if isinstance(value, dict) else list(value)
    keys = [str(key) for key in value] if isinstance(value, dict) else [""] * len(items)
    parts = [(key, _seen(vm, item, depth + 1)) for key, item in zip(keys, items, strict=True)]
    told = [(key, part) for key, part in parts if part is not None]
    if not any(_holds_tensors(part) for _, part in told):
        return None
    shown = told[:MOST_PARTS]
    names = tuple(key for key, _ in shown) if isinstance(value, dict) else ()
    return SeenParts(tuple(part for _, part in shown), names, len(told) - len(shown))


def _holds_tensors(part: Seen) -> bool:
    return isinstance(part, SeenTensor) or (isinstance(part, SeenParts) and any(map(_holds_tensors, part.parts)))


def _known(size: Size) -> Size | None:
    unknown = any(symbol.kind is SymbolKind.UNKNOWN for symbol in symbols_of(size))
    return None if unknown else size
