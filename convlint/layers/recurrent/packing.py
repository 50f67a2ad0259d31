"""`torch.nn.utils.rnn`: sequences of different lengths, padded to one tensor or packed for recurrent layers.

Sources: torch.nn.utils.rnn, ATen/native/PackedSequence.cpp.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from convlint.layers.core.context import Context
from convlint.layers.core.refusal import RefusalKind, Unmodelled
from convlint.layers.core.registry import operation
from convlint.layers.core.tensor import Shape, Tensor
from convlint.layers.shared.axes import refusal, refuse, shown, size_of, written
from convlint.layers.shared.broadcasting import broadcast_to
from convlint.symbolic import Size, Verdict, at_least, equal, maximum

_RNN = "torch.nn.utils.rnn"


class _Fields(NamedTuple):
    data: Tensor
    batch_sizes: Tensor
    sorted_indices: Tensor | None = None
    unsorted_indices: Tensor | None = None


class PackedSequence(_Fields):
    """`torch.nn.utils.rnn.PackedSequence`: (rows, *) with the rows of all sequences, and how many run at each step.

    `batch` is the number of sequences, `lengths` their lengths where they are known.
    """

    batch: Size
    lengths: tuple[int, ...] | None

    @classmethod
    def made(cls, fields: _Fields, batch: Size, lengths: tuple[int, ...] | None) -> PackedSequence:
        packed = cls(*fields)
        packed.batch, packed.lengths = batch, lengths
        return packed

    def holding(self, data: Tensor) -> PackedSequence:
        """Return the same sequences with other data."""
        return self.made(_Fields(data, *self[1:]), self.batch, self.lengths)


@operation(f"{_RNN}.pack_padded_sequence")
def pack_padded_sequence(
    ctx: Context, input: Tensor, lengths: Any, batch_first: bool = False, enforce_sorted: bool = True
) -> PackedSequence:
    """(T, N, *) and N lengths → (sum of the lengths, *). Refused: other than N lengths, not above 0, not sorted."""
    if not isinstance(input, Tensor) or input.ndim < 2:
        raise Unmodelled("`pack_padded_sequence` of less than two dimensions")
    steps, batch = (input.shape[1], input.shape[0]) if batch_first else input.shape[:2]
    given, count = _lengths(ctx, lengths)
    text = f"`pack_padded_sequence` takes a length for each of {batch} sequences and gets {count}"
    if enforce_sorted:
        ctx.require(equal(count, batch), refusal(RefusalKind.SIZES, text, expected=batch, got=count))
    else:  # torch picks as many sequences as there are lengths
        ctx.require(at_least(batch, count), refusal(RefusalKind.SIZES, text, Exception, expected=batch, got=count))
        batch = count
    _need_entries(ctx, input)
    indices = None if enforce_sorted else Tensor((batch,), "int64")
    if given is None:
        rows = ctx.unknown_size("the sum of the lengths of sequences")
        most = ctx.unknown_size("the greatest length of sequences")
        fields = _Fields(Tensor((rows, *input.shape[2:]), input.dtype), Tensor((most,), "int64"), indices, indices)
        return PackedSequence.made(fields, batch, None)
    if min(given) <= 0:
        refuse(RefusalKind.LAYER, f"`pack_padded_sequence` takes lengths above 0, not {min(given)}", got=min(given))
    if enforce_sorted and list(given) != sorted(given, reverse=True):
        refuse(RefusalKind.LAYER, "`pack_padded_sequence` takes lengths in decreasing order with `enforce_sorted`")
    if ctx.decide(at_least(steps, max(given))) is not Verdict.PROVED:
        raise Unmodelled("`pack_padded_sequence` with lengths that may exceed the padded ones")
    return _packed(tuple(input.shape[2:]), input.dtype, batch, given, indices)


def _packed(rest: Shape, dtype: str, batch: Size, lengths: tuple[int, ...], indices: Tensor | None) -> PackedSequence:
    running = tuple(sum(length > step for length in lengths) for step in range(max(lengths)))
    sizes = Tensor((len(running),), "int64", running)
    return PackedSequence.made(_Fields(Tensor((sum(lengths), *rest), dtype), sizes, indices, indices), batch, lengths)


@operation(f"{_RNN}.pad_packed_sequence", harmless=("padding_value",))
def pad_packed_sequence(
    ctx: Context, sequence: Any, batch_first: bool = False, padding_value: Any = 0.0, total_length: Size | None = None
) -> tuple[Tensor, Tensor]:
    """(rows, *) → (T, N, *) and the lengths; T is `total_length`, or the greatest length."""
    if not isinstance(sequence, PackedSequence):
        raise Unmodelled("`pad_packed_sequence` of what is no packed sequence")
    steps = sequence.batch_sizes.shape[0]
    if total_length is not None:
        wanted = size_of(ctx, total_length)
        text = f"`pad_packed_sequence` takes a total length of at least {steps}, the greatest, and gets {wanted}"
        why = refusal(RefusalKind.LAYER, text, ValueError, expected=steps, got=wanted)
        ctx.require(at_least(wanted, steps), why)
        steps = wanted
    lead = (sequence.batch, steps) if batch_first else (steps, sequence.batch)
    lengths = Tensor((sequence.batch,), "int64", sequence.lengths)
    return Tensor((*lead, *sequence.data.shape[1:]), sequence.data.dtype), lengths


@operation(f"{_RNN}.pad_sequence", harmless=("padding_value",))
def pad_sequence(
    ctx: Context, sequences: Any, batch_first: bool = False, padding_value: Any = 0.0, padding_side: str = "right"
) -> Tensor:
    """N tensors (Lᵢ, *) → (T, N, *), where T is the greatest length."""
    if padding_side not in ("left", "right"):
        refuse(RefusalKind.LAYER, f"`pad_sequence` takes a padding side of left or right, not {written(padding_side)}")
    parts = _sequences(sequences, "pad_sequence")
    steps = maximum(*(part.shape[0] for part in parts))
    rest = parts[0].shape[1:]
    for part in parts[1:]:
        if part.ndim != parts[0].ndim:
            raise Unmodelled("`pad_sequence` of tensors of different ranks")
        broadcast_to(ctx, part.shape[1:], rest, "pad_sequence")
    lead = (len(parts), steps) if batch_first else (steps, len(parts))
    return Tensor((*lead, *rest), parts[0].dtype)


@operation(f"{_RNN}.pack_sequence")
def pack_sequence(ctx: Context, sequences: Any, enforce_sorted: bool = True) -> PackedSequence:
    """Pack the tensors of a list, whose sizes are the lengths."""
    parts = _sequences(sequences, "pack_sequence")
    padded = pad_sequence(ctx, parts)
    return pack_padded_sequence(ctx, padded, [part.shape[0] for part in parts], False, enforce_sorted)  # type: ignore[no-any-return]


@operation(f"{_RNN}.unpad_sequence")
def unpad_sequence(ctx: Context, padded_sequences: Tensor, lengths: Any, batch_first: bool = False) -> list[Tensor]:
    """(T, N, *) and N lengths → N tensors (Lᵢ, *)."""
    given, count = _lengths(ctx, lengths)
    if padded_sequences.ndim < 2:
        raise Unmodelled("`unpad_sequence` of less than two dimensions")
    steps, batch = padded_sequences.shape[:2][:: -1 if batch_first else 1]
    if not isinstance(batch, int) or count != batch or (given is not None and not isinstance(steps, int)):
        raise Unmodelled("`unpad_sequence` of a number of sequences that is not known")
    own: list[Size] = [ctx.unknown_size("the length of a sequence") for _ in range(batch)]
    if given is not None and isinstance(steps, int):
        own = [min(max(length, 0), steps) for length in given]
    return [Tensor((length, *padded_sequences.shape[2:]), padded_sequences.dtype) for length in own]


def _lengths(ctx: Context, lengths: Any) -> tuple[tuple[int, ...] | None, Size]:
    """Return the lengths, None if they are not known, and how many there are."""
    if isinstance(lengths, Tensor):
        if lengths.ndim != 1:
            text = f"lengths are a vector of integers, not {shown(lengths.shape)}"
            refuse(RefusalKind.RANK, text, expected=1, got=lengths.ndim)
        known = None if lengths.data is None else tuple(int(length) for length in lengths.data)
        return known or None, lengths.shape[0]
    if not isinstance(lengths, list | tuple) or not lengths:
        raise Unmodelled("the lengths of sequences")
    sizes = [size_of(ctx, length) for length in lengths]
    whole = [size for size in sizes if isinstance(size, int)]
    return tuple(whole) if len(whole) == len(sizes) else None, len(sizes)


def _sequences(sequences: Any, name: str) -> Sequence[Tensor]:
    if isinstance(sequences, Tensor):
        count = sequences.shape[0] if sequences.shape else 0
        if not isinstance(count, int) or not count:
            raise Unmodelled(f"`{name}` of a number of sequences that is not known")
        return [Tensor(sequences.shape[1:], sequences.dtype) for _ in range(count)]
    if sequences is None or isinstance(sequences, int | float):
        refuse(RefusalKind.LAYER, f"`{name}` takes a list of sequences, not {written(sequences)}")
    if not isinstance(sequences, list | tuple) or not all(isinstance(part, Tensor) for part in sequences):
        raise Unmodelled(f"`{name}` of what is not known")
    if not sequences:
        refuse(RefusalKind.LAYER, f"`{name}` of no sequences")
    if any(not part.shape for part in sequences):
        raise Unmodelled(f"`{name}` of scalars")
    return sequences


def _need_entries(ctx: Context, input: Tensor) -> None:
    for size in input.shape:
        text = f"`pack_padded_sequence` takes no empty tensor, and gets {shown(input.shape)}"
        ctx.require(at_least(size, 1), refusal(RefusalKind.SIZES, text, got=size))
