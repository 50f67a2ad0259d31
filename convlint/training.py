"""What training one model takes: its memory in a dtype, with an optimizer, at a batch size, and what fits. Prints
nothing."""

from __future__ import annotations

from msgspec import Struct

from convlint.layers.core.tensor import Tensor
from convlint.memory.account import Memory, item_bytes, memory_of
from convlint.memory.batches import at_batch, batch_symbol, biggest_batch
from convlint.symbolic import Size, Symbol, product
from convlint.trace import ModelTrace


class Training(Struct, frozen=True):
    """The memory that training takes, the batch size that this is for, and the biggest batch that fits in `limit`."""

    memory: Memory
    batch_size: Size | None
    passes: Size | None
    """The bytes of the outputs of all layers with parameters, twice: what torchinfo calls the size of a forward and
    backward pass."""
    limit: int | None = None
    biggest_batch: int | None = None
    """None if `limit` is not given, or if the biggest batch is not known."""


def training_of(
    trace: ModelTrace, dtype: str, optimizer: str, batch_size: int | None = None, limit: int | None = None
) -> Training:
    """Return what training takes; the trace is that of a run in training mode.

    `batch_size` is put in for the first size of the first input where that is a symbol; `limit` is in bytes.
    """
    memory = memory_of(trace, dtype, optimizer)
    symbol = batch_symbol(trace)
    size = trace.inputs[0].shape[0] if trace.inputs and trace.inputs[0].shape else None
    passes = _passes(trace, dtype)
    biggest = None if limit is None or symbol is None else biggest_batch(memory, symbol, limit)
    if batch_size is not None and symbol is not None:
        memory, size, passes = at_batch(memory, symbol, batch_size), batch_size, _at(passes, symbol, batch_size)
    return Training(memory, size, passes, limit, biggest)


def _passes(trace: ModelTrace, dtype: str) -> Size | None:
    if not trace.complete:
        return None
    total: Size = 0
    for event in trace.events:
        if event.leaf and event.module is not None and event.module.parameters:
            if not event.output_known:
                return None
            total = total + 2 * _bytes(event.outputs, dtype)
    return total


def _bytes(tensors: tuple[Tensor, ...], dtype: str) -> Size:
    total: Size = 0
    for tensor in tensors:
        total = total + product(tensor.shape) * item_bytes(tensor.dtype, dtype)
    return total


def _at(size: Size | None, symbol: Symbol, number: int) -> Size | None:
    from convlint.symbolic.rewrite import substitute

    return None if size is None else substitute(size, {symbol: number})
