"""Memory at another batch size, and the biggest batch that fits."""

from __future__ import annotations

from msgspec.structs import replace

from convlint.memory.account import Memory
from convlint.symbolic import Size, Symbol, symbols_of
from convlint.symbolic.dim import of_atom
from convlint.symbolic.rewrite import evaluate, substitute
from convlint.trace import ModelTrace

MOST = 1 << 24
"""The largest batch that is looked for."""


def batch_symbol(trace: ModelTrace) -> Symbol | None:
    """Return the symbol that is the first size of the first input, None if that is a number."""
    if not trace.inputs or not trace.inputs[0].shape:
        return None
    size = trace.inputs[0].shape[0]
    symbols = symbols_of(size)
    symbol = next(iter(symbols)) if len(symbols) == 1 else None
    return symbol if symbol is not None and size == of_atom(symbol) else None


def at_batch(memory: Memory, symbol: Symbol, size: int) -> Memory:
    """Return the memory of a run whose batch has that symbol as its size, at this size."""

    def at(part: Size | None) -> Size | None:
        return None if part is None else substitute(part, {symbol: size})

    return replace(memory, activations=at(memory.activations))


def biggest_batch(memory: Memory, symbol: Symbol, limit: int) -> int | None:
    """Return the largest batch that takes at most `limit` bytes, 0 if not even one fits; None if that is not known.

    What a batch takes never shrinks as it grows.
    """
    total = memory.total
    if total is None or symbols_of(total) != {symbol}:
        return None

    def fits(batch: int) -> bool:
        return evaluate(total, {symbol: batch}) <= limit

    if not fits(1):
        return 0
    high = 2
    while fits(high):
        high *= 2
        if high > MOST:
            return MOST
    low = high // 2
    while low + 1 < high:
        middle = (low + high) // 2
        low, high = (middle, high) if fits(middle) else (low, middle)
    return low
