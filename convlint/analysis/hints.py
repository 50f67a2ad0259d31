"""What the file of a model says besides: its words, and the pairs of numbers that it writes as sizes are written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise, product

from msgspec.structs import replace

from convlint.interp.imports.program import Program
from convlint.ir import nodes
from convlint.ir.walking import walk
from convlint.layers.core.refusal import RefusalKind
from convlint.trace import Hints, ModelTrace

_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_PAIR = re.compile(r"(?<!\d)(\d{2,4})\s*(?:[x×*,]|by)\s*(\d{2,4})(?!\d)")

_ASKING = frozenset({RefusalKind.FEATURES, RefusalKind.SIZES, RefusalKind.RESHAPE})
_HIGH, _WIDE = frozenset(["h", "height", "rows", "row"]), frozenset(["w", "width", "cols", "columns", "col"])
"""Words in the names of numbers that are two sides of one input."""


def with_hints(program: Program, traces: Iterable[ModelTrace]) -> Iterator[ModelTrace]:
    """Yield the traces, with what their files say where something is demanded of an input of open size."""
    found: dict[str, Hints | None] = {}
    for trace in traces:
        asks = any(demand.refusal.kind in _ASKING for demand in trace.conditions)
        filename = trace.place.filename
        if not asks or trace.input_source != "symbolic":
            yield trace
            continue
        if filename not in found:
            found[filename] = _hints_in(program, filename)
        yield replace(trace, hints=found[filename])


def _hints_in(program: Program, filename: str) -> Hints | None:
    try:
        body = program.body(filename)
    except (OSError, ValueError):
        return None
    words: set[str] = set()
    pairs: set[tuple[int, int]] = set()
    sides: tuple[set[int], set[int]] = set(), set()
    for node in walk(body.body, into_definitions=True):
        for text in _texts(node):
            words.update(word.lower() for word in _WORD.findall(text))
            pairs.update((int(first), int(second)) for first, second in _PAIR.findall(text))
        if isinstance(node, nodes.Tuple | nodes.List):
            pairs.update(_neighbours(item.value for item in node.elts if isinstance(item, nodes.Constant)))
        for name, value in _named(node):
            said = {word.lower() for word in _WORD.findall(name)}
            for words_of_side, found in zip((_HIGH, _WIDE), sides, strict=True):
                found.update([value] if not words_of_side.isdisjoint(said) else ())
    pairs.update(product(*sides))
    return Hints(frozenset(words), frozenset(pairs))


def _neighbours(values: Iterable[object]) -> Iterator[tuple[int, int]]:
    for first, second in pairwise(values):
        if type(first) is int and type(second) is int:
            yield first, second


def _named(node: nodes.Node) -> Iterator[tuple[str, int]]:
    """Yield the numbers in a node that have a name: as argument, default, or variable."""
    if isinstance(node, nodes.Call):
        given: list[tuple[str | None, nodes.Expr | None]] = [(keyword.arg, keyword.value) for keyword in node.keywords]
    elif isinstance(node, nodes.FunctionDef):
        params = node.params
        given = [(it.name, it.default) for it in params.single]
    elif isinstance(node, nodes.Assign):
        given = [(_name(target), node.value) for target in node.targets]
    else:
        return
    for name, value in given:
        if name and isinstance(value, nodes.Constant) and type(value.value) is int:
            yield name, value.value


def _name(target: nodes.Expr) -> str:
    if isinstance(target, nodes.Attribute):
        return target.attr
    return target.id if isinstance(target, nodes.Name) else ""


def _texts(node: nodes.Node) -> Iterator[str]:
    """Yield the names and texts in a node itself."""
    for field in node.__struct_fields__:
        value = getattr(node, field)
        if isinstance(value, str):
            yield value
        elif isinstance(value, tuple):
            yield from (item for item in value if isinstance(item, str))
