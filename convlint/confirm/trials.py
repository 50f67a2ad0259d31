"""Chooses numbers for the symbolic sizes of a model's inputs: some that it accepts, and some that it refuses."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping

from convlint.accepts import Accepted, accepted
from convlint.symbolic import Size, Symbol, SymbolKind, evaluate, holds, symbols_of
from convlint.symbolic.conditions import condition_symbols
from convlint.symbolic.sizeset import SizeSet
from convlint.trace import ModelTrace, RunPath

Values = Mapping[Symbol, int]
Shapes = tuple[tuple[int, ...], ...]

BATCHES, CHANNELS, EXTENTS = (2, 1, 3, 4), (3, 4, 1, 8, 16, 64), (32, 64, 224, 16, 8, 48, 128, 31)
"""What is tried first for the first size of an input, for the second one, and for the others."""
MOST_TRIED = 600
MOST_ELEMENTS = 1 << 24
"""No inputs with more elements are chosen: they have to be made."""


def accepted_by(trace: ModelTrace) -> Accepted:
    """Return the inputs that take the path of this trace."""
    return accepted(trace, (RunPath("returned", trace, trace.assumed),), exhaustive=True)


def choose(trace: ModelTrace, inputs: Accepted) -> Values | None:
    """Return values with which the path of the trace is taken; None if none are found. No symbols have no values."""
    if not input_symbols(trace):
        return {}
    for values in itertools.islice(_candidates(trace, inputs), MOST_TRIED):
        if fits(trace, values) and _is_small(shapes_with(trace, values)):
            return values
    return None


def usual(trace: ModelTrace) -> Values:
    """Return a number for every symbol of the inputs, whether or not the model accepts them."""
    return {symbol: first[0] for symbol, first in input_symbols(trace).items()}


def refuse(trace: ModelTrace, inputs: Accepted, values: Values) -> Iterator[Values]:
    """Yield values that torch must refuse: those given with one changed, for each symbol where such are known.

    There are some only if every input must meet what the trace demands, and the set is exact.
    """
    if not (trace.only_path and trace.complete and not trace.gaps and inputs.decided):
        return
    for symbol, value in values.items():
        for other in (*_just_outside(inputs, symbol), value - 1, value + 1, 1, value * 2 + 1):
            changed = {**values, symbol: other}
            shapes = shapes_with(trace, changed)
            if other >= 1 and shapes is not None and _is_small(shapes) and inputs.takes(*shapes) is False:
                yield changed
                break


def _is_small(shapes: Shapes | None) -> bool:
    return shapes is not None and sum(map(math.prod, shapes)) <= MOST_ELEMENTS


def shapes_with(trace: ModelTrace, values: Values) -> Shapes | None:
    """Return the shapes of the inputs in numbers; None if a size has none."""
    shapes = tuple(tuple(number(size, values) for size in tensor.shape) for tensor in trace.inputs)
    known = tuple(tuple(size for size in shape if size is not None and size >= 0) for shape in shapes)
    return known if [len(shape) for shape in known] == [len(shape) for shape in shapes] else None


def number(size: Size | None, values: Values) -> int | None:
    """Return the value of a size; None if it depends on a symbol that has none."""
    if size is None or isinstance(size, int):
        return size
    try:
        return evaluate(size, values)
    except (KeyError, ZeroDivisionError):
        return None


def fits(trace: ModelTrace, values: Values) -> bool:
    """Whether values meet every condition of the trace that they decide."""
    try:
        return all(
            holds(condition, values) for condition in trace.assumed if condition_symbols(condition) <= values.keys()
        )
    except ZeroDivisionError:
        return False


def input_symbols(trace: ModelTrace) -> dict[Symbol, tuple[int, ...]]:
    """Return the symbols of the inputs, each with what is tried for it first."""
    found: dict[Symbol, tuple[int, ...]] = {}
    for tensor in trace.inputs:
        for axis, size in enumerate(tensor.shape):
            usual = BATCHES if axis == 0 else CHANNELS if axis == 1 and tensor.ndim > 2 else EXTENTS
            for symbol in symbols_of(size):
                if symbol.kind is not SymbolKind.UNKNOWN:
                    found.setdefault(symbol, usual)
    return found


def _candidates(trace: ModelTrace, inputs: Accepted) -> Iterator[dict[Symbol, int]]:
    """Yield values from the solved sets, then the usual ones in all combinations."""
    firsts = input_symbols(trace)
    for case in inputs.cases:
        alternatives = case.alternatives or (None,)
        for way in alternatives[:8]:
            sets = {**dict(case.sizes), **(dict(way.sizes) if way is not None else {})}
            lists = [_members(sets.get(symbol), first) for symbol, first in firsts.items()]
            for numbers in itertools.islice(itertools.product(*lists), 60):
                yield dict(zip(firsts, numbers, strict=True))
    for numbers in itertools.product(*firsts.values()):
        yield dict(zip(firsts, numbers, strict=True))


def _just_outside(inputs: Accepted, symbol: Symbol) -> Iterator[int]:
    """Yield the numbers next to the ends of a symbol's sets."""
    for case in inputs.cases:
        sizes = case.of(symbol)
        for part in sizes.parts if sizes is not None else ():
            yield from () if part.low is None else (part.low - 1,)
            yield from () if part.high is None else (part.high + 1,)


def _members(sizes: SizeSet | None, first: tuple[int, ...]) -> list[int]:
    """Return some members of a set, the usual ones first."""
    if sizes is None:
        return list(first)
    ends = [end for part in sizes.parts for end in (part.low, part.high) if end is not None and end >= 1]
    return [*(size for size in first if size in sizes), *dict.fromkeys(ends)][:6]
