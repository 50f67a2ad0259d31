"""What the file of a model says besides: its words, and the pairs of numbers that it writes as sizes are written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import pairwise

from convlint.interp.imports.program import Program
from convlint.ir import nodes
from convlint.ir.walking import walk
from convlint.layers.core.refusal import RefusalKind
from convlint.trace import Hints, ModelTrace

_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_PAIR = re.compile(r"(?<!\d)(\d{2,4})\s*(?:[x×*,]|by)\s*(\d{2,4})(?!\d)")


def with_hints(program: Program, traces: Iterable[ModelTrace]) -> Iterator[ModelTrace]:
    """Yield the traces, with what their files say where a linear layer demands something of an input of open size."""
    found: dict[str, Hints | None] = {}
    for trace in traces:
        asks = any(demand.refusal.kind is RefusalKind.FEATURES for demand in trace.conditions)
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
    for node in walk(body.body, into_definitions=True):
        for text in _texts(node):
            words.update(word.lower() for word in _WORD.findall(text))
            pairs.update((int(first), int(second)) for first, second in _PAIR.findall(text))
        if isinstance(node, nodes.Tuple | nodes.List):
            pairs.update(_neighbours(item.value for item in node.elts if isinstance(item, nodes.Constant)))
    return Hints(frozenset(words), frozenset(pairs))


def _neighbours(values: Iterable[object]) -> Iterator[tuple[int, int]]:
    for first, second in pairwise(values):
        if type(first) is int and type(second) is int:
            yield first, second


def _texts(node: nodes.Node) -> Iterator[str]:
    """Yield the names and texts in a node itself."""
    for field in node.__struct_fields__:
        value = getattr(node, field)
        if isinstance(value, str):
            yield value
        elif isinstance(value, tuple):
            yield from (item for item in value if isinstance(item, str))
