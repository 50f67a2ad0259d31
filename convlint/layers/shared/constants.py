"""The values of small constant tensors: keeping, viewing, computing and forgetting them.

Values are exact: what is kept is what torch's tensor holds, rounded to its dtype. Tensors that share memory know each
other (`Tensor.aliases`), so that writing to one makes the others forget.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from convlint.layers.core.tensor import Shape, Tensor
from convlint.symbolic import Size

LIMIT = 4096
"""The number of elements up to which values are kept."""
Number = int | float | bool
_INTEGER_BITS = {"uint8": (0, 8), "int8": (1, 8), "int16": (1, 16), "int32": (1, 32), "int64": (1, 64)}


def element_count(shape: Shape) -> int | None:
    """Return the number of elements, or None when it is symbolic."""
    count = 1
    for size in shape:
        if not isinstance(size, int):
            return None
        count *= size
    return count


def made(shape: Shape, dtype: str, values: Callable[[], Iterable[Any]] | None = None) -> Tensor:
    """Return a new tensor, with its values where they are few and exactly representable."""
    data = None
    count = element_count(shape)
    if values is not None and count is not None and count <= LIMIT:
        data = rounded(values(), dtype)
    return Tensor(shape, dtype, data)


def filled(shape: Shape, dtype: str, value: object) -> Tensor:
    """Return a new tensor of one value, not known when it is not a number."""
    if not isinstance(value, (int, float)):
        return Tensor(shape, dtype)
    return Tensor(shape, dtype, _repeated(value, shape, dtype))


def _repeated(value: Number, shape: Shape, dtype: str) -> tuple[Number, ...] | None:
    """Return one value for each element, rounded once."""
    count = element_count(shape)
    if count is None or count > LIMIT:
        return None
    one = rounded((value,), dtype)
    return None if one is None else one * count


def rounded(values: Iterable[Any], dtype: str) -> tuple[Number, ...] | None:
    """Return the values as a tensor of that dtype holds them, or None if it cannot be said."""
    try:
        if dtype == "float32":
            return tuple([_single(float(value)) for value in values])
        if dtype == "float64":
            return tuple([float(value) for value in values])
        if dtype == "bool":
            return tuple([bool(value) for value in values])
        if dtype in _INTEGER_BITS:
            signed, bits = _INTEGER_BITS[dtype]
            result = tuple([int(value) for value in values])
            low, high = (-(1 << bits - 1), (1 << bits - 1) - 1) if signed else (0, (1 << bits) - 1)
            return result if all(low <= value <= high for value in result) else None
    except (ValueError, OverflowError, TypeError, ArithmeticError):
        return None
    return None


def view(base: Tensor, shape: Shape, positions: Callable[[], Sequence[int]] | None = None) -> Tensor:
    """Return a tensor that shares memory with `base`: `positions` are the elements of `base` that it shows.

    Without `positions` it shows all of them in order. Also right, only careful, for tensors that may share memory.
    """
    result = Tensor(shape, base.dtype)
    base.classes = None  # what is written to a view is written to the labels
    if base.data is not None and element_count(shape) is not None:
        data = base.data
        where = None if positions is None else positions()
        if (len(data) if where is None else len(where)) == element_count(shape):
            result.data = data if where is None else tuple([data[index] for index in where])
            share(base, result)
    return result


def share(first: Tensor, second: Tensor) -> None:
    """Note that two tensors share memory."""
    if first.aliases is None:
        first.aliases = [first]
    first.aliases.append(second)
    second.aliases = first.aliases


def overwritten(tensor: Tensor, data: tuple[Number, ...] | None = None) -> Tensor:
    """Return the tensor that an operation in place wrote to; all that share its memory forget their values."""
    for alias in tensor.aliases or ():
        alias.data = None
    tensor.data, tensor.bounds, tensor.classes = data, None, None
    return tensor


def strides_of(sizes: Sequence[int]) -> list[int]:
    """Return the strides of a contiguous tensor, in elements."""
    strides = [1] * len(sizes)
    for dim in range(len(sizes) - 2, -1, -1):
        strides[dim] = strides[dim + 1] * sizes[dim + 1]
    return strides


def strided(sizes: Sequence[Size], strides: Sequence[int], offset: int = 0) -> list[int]:
    """Return the positions of a strided view in row-major order; sizes must be concrete."""
    positions = [offset]
    for size, stride in zip(sizes, strides, strict=False):
        assert isinstance(size, int)
        positions = [start + step * stride for start in positions for step in range(size)]
    return positions


def is_small(tensor: Tensor) -> bool:
    """Tell whether the values of the tensor are known."""
    return tensor.data is not None


def computed(
    shape: Shape,
    dtype: str,
    function: Callable[..., Any],
    operands: Sequence[object],
    operand_dtype: str,
) -> tuple[Number, ...] | None:
    """Return the values of an elementwise function of broadcast tensors and numbers, or None.

    Operands are rounded to `operand_dtype` first, as torch does; a single rounding of the result in double precision
    is then exact for + - * / and comparisons of float32.
    """
    count = element_count(shape)
    if count is None or count > LIMIT:
        return None
    columns = [column(operand, shape, operand_dtype) for operand in operands]
    known = [values for values in columns if values is not None]
    if len(known) != len(columns):
        return None
    try:
        return rounded([function(*row) for row in zip(*known, strict=False)], dtype)
    except (ArithmeticError, ValueError, TypeError):
        return None


def column(operand: object, shape: Shape, dtype: str) -> Sequence[Number] | None:
    """Return an operand's values spread over the broadcast shape, rounded to a dtype."""
    if isinstance(operand, Tensor):
        if operand.data is None or element_count(operand.shape) is None:
            return None
        data = operand.data
        if operand.shape != shape:
            data = tuple([data[index] for index in broadcast_positions(operand.shape, shape)])
        return data if operand.dtype == dtype else rounded(data, dtype)
    if isinstance(operand, (int, float)):
        return _repeated(operand, shape, dtype)
    return None


def broadcast_positions(own: Shape, shape: Shape) -> list[int]:
    """Return the element of a tensor that each element of the broadcast shape reads; sizes must be concrete."""
    sizes = [size for size in own if isinstance(size, int)]
    strides = [0 if size == 1 else stride for size, stride in zip(sizes, strides_of(sizes), strict=True)]
    return strided(shape, [0] * (len(shape) - len(strides)) + strides)


def _single(value: float) -> float:
    """Round a double to the nearest float32."""
    try:
        return float(struct.unpack("f", struct.pack("f", value))[0])
    except OverflowError:
        return math.copysign(math.inf, value)
