"""Arrays of NumPy as other libraries see them: their sizes, and arrays of which only those are known."""

from __future__ import annotations

from convlint.interp.numpy.arrays import Array, Sized
from convlint.interp.values.unknown import Value
from convlint.symbolic import Size


def sizes_of_array(value: Value) -> tuple[tuple[Size, ...], str] | None:
    """Return the shape and the dtype of an array, None for what is none."""
    return (value.shape, value.dtype) if isinstance(value, Array | Sized) else None
