"""What depends on each place where tracking stopped: from the records of one run to the gaps that are told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from convlint.layers.core.tensor import Tensor
from convlint.symbolic import Symbol, SymbolKind, symbols_of
from convlint.trace import Event, Gap, ModelTrace, Place

PARAMETERS = "the number of parameters"
OUTPUT = "the output"

Key = tuple[Place | None, str]


def gaps_of(trace: ModelTrace) -> tuple[Gap, ...]:
    """Return where tracking stopped in one run, with what is not known because of it, in the order it was met.

    A leaf layer depends on a gap if a part of what it was given or returned, or a size of that, comes from there.
    """
    affected: dict[Key, dict[str, None]] = {(gap.place, gap.reason): {} for gap in trace.gaps}
    sizes: dict[Symbol, Key] = {}
    for event in trace.events:
        for key in (*_keys(event.unknown), *_keys_of_sizes(event, sizes)):
            # an operation between layers shows where a size got lost; only layers are told to depend on it
            told = affected.setdefault(key, {})
            if event.leaf and event.module is not None:
                told[event.module.path or event.module.kind] = None
    lost_sizes = [sizes[symbol] for symbol in _unknown_symbols(trace.outputs) if symbol in sizes]
    for key in (*_keys(trace.unknown_outputs), *lost_sizes):
        affected.setdefault(key, {})[OUTPUT] = None
    for key in _keys(trace.unknown_parts):
        affected.setdefault(key, {})[PARAMETERS] = None
    return tuple(Gap(place, reason, tuple(told)) for (place, reason), told in affected.items())


def merged(analyses: Iterable[ModelTrace]) -> tuple[Gap, ...]:
    """Return the gaps of several models, each once, with what depends on it under the names of the models."""
    found: dict[Key, dict[str, None]] = {}
    for trace in analyses:
        for gap in gaps_of(trace):
            told = found.setdefault((gap.place, gap.reason), {})
            told.update(dict.fromkeys(_named(part, trace.name) for part in gap.affects))
    return tuple(Gap(place, reason, tuple(told)) for (place, reason), told in found.items())


def _named(part: str, model: str) -> str:
    return f"{part} of {model}" if part in (PARAMETERS, OUTPUT) else f"{model}.{part}"


def _keys(gaps: tuple[Gap, ...]) -> Iterator[Key]:
    for gap in gaps:
        yield gap.place, gap.reason


def _keys_of_sizes(event: Event, seen: dict[Symbol, Key]) -> Iterator[Key]:
    """Yield the origin of each unknown size in a call: the first operation in whose result it shows."""
    for unknown in _unknown_symbols((*event.inputs, *event.outputs)):
        yield seen.setdefault(unknown, (event.place, unknown.reason))


def _unknown_symbols(tensors: tuple[Tensor, ...]) -> Iterator[Symbol]:
    sizes = {size for tensor in tensors for size in tensor.shape if type(size) is not int}
    found = {symbol for size in sizes for symbol in symbols_of(size) if _is_unknown(symbol)}
    yield from sorted(found, key=lambda symbol: symbol.key)


def _is_unknown(symbol: Symbol) -> bool:
    """Tell whether a size is not known; one that is too large to be followed may be negative, and says why, too."""
    return symbol.kind is SymbolKind.UNKNOWN or bool(symbol.reason)
