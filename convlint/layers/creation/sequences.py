"""Operations that make tensors of regular values: arange, linspace, eye, meshgrid, tril_indices and their kin."""

from __future__ import annotations

import math
from typing import Any

from convlint.layers.core.context import Context
from convlint.layers.core.naming import tensor_operation
from convlint.layers.core.refusal import RefusalKind, Unmodelled
from convlint.layers.core.tensor import Tensor
from convlint.layers.creation.creation import OPTIONS, only_options, target
from convlint.layers.elementwise.arithmetic import operand
from convlint.layers.shared import constants, dtypes
from convlint.layers.shared.axes import non_negative, refusal, refuse, shown, size_of, written
from convlint.symbolic import Dim, Size, at_least, ceil_div, product


@tensor_operation("torch.arange", harmless=OPTIONS)
def arange(
    ctx: Context,
    start: Any,
    end: Any = None,
    step: Any = 1,
    *,
    dtype: Any = None,
    **options: Any,
) -> Tensor:
    """ceil((end − start) / step) values; integers unless one of the three is a float."""
    only_options(options)
    first, last = (0, start) if end is None else (start, end)
    bounds = [_scalar(ctx, value) for value in (first, last, step)]
    default = "float32" if any(isinstance(bound, float) for bound in bounds) else "int64"
    kept = target(dtype, default)
    first, last, by = bounds
    if any(isinstance(bound, Dim) for bound in bounds):
        return Tensor((_symbolic_count(ctx, first, last, by),), kept)
    if by == 0 or (last - first) * by < 0:
        text = f"`arange` from {first} to {last} by {by}: the step leads nowhere"
        refuse(RefusalKind.LAYER, text, start=first, end=last, step=by)
    if kept != default and dtypes.is_integral(kept):
        if not all(float(bound).is_integer() for bound in bounds):
            raise Unmodelled("`arange` of floats as integers")
        default, (first, last, by) = "int64", (int(bound) for bound in bounds)
    count = math.ceil((last - first) / by) if default == "float32" else -(-(last - first) // by)
    exact = default == "int64" or all(float(bound).is_integer() for bound in bounds)
    return constants.made((count,), kept, (lambda: [first + by * index for index in range(count)]) if exact else None)


@tensor_operation("torch.linspace", harmless=(*OPTIONS, "start", "end"))
def linspace(ctx: Context, start: Any, end: Any, steps: Size, *, dtype: Any = None, **options: Any) -> Tensor:
    """`steps` values from `start` to `end`.

    Formula: ATen's `linspace_kernel`: start + step·i before the middle, end − step·(steps − 1 − i) from it on, with the
    step rounded to the dtype, and each value rounded once (the compiler fuses multiplication and addition).
    """
    only_options(options)
    count = size_of(ctx, steps)
    non_negative(ctx, (count,), "linspace")
    kept = target(dtype, "float32")
    low, high = _plain(start), _plain(end)
    if kept != "float32" or not isinstance(count, int) or low is None or high is None:
        return Tensor((count,), kept)
    return constants.made((count,), kept, lambda: _evenly_spaced(low, high, count))


@tensor_operation("torch.logspace", harmless=(*OPTIONS, "start", "end", "base"))
def logspace(
    ctx: Context, start: Any, end: Any, steps: Size, base: Any = 10.0, *, dtype: Any = None, **options: Any
) -> Tensor:
    only_options(options)
    count = size_of(ctx, steps)
    non_negative(ctx, (count,), "logspace")
    return Tensor((count,), target(dtype, "float32"))


@tensor_operation("torch.eye", harmless=OPTIONS)
def eye(ctx: Context, n: Size, m: Any = None, *, dtype: Any = None, **options: Any) -> Tensor:
    only_options(options)
    rows = size_of(ctx, n)
    columns = rows if m is None else size_of(ctx, m)
    non_negative(ctx, (rows, columns), "eye")
    return constants.made(
        (rows, columns),
        target(dtype, "float32"),
        lambda: [row == column for row in _range(rows) for column in _range(columns)],
    )


@tensor_operation("torch.randperm", harmless=OPTIONS)
def randperm(ctx: Context, n: Size, *, dtype: Any = None, **options: Any) -> Tensor:
    only_options(options)
    count = size_of(ctx, n)
    non_negative(ctx, (count,), "randperm")
    return Tensor((count,), target(dtype, "int64"))


@tensor_operation(
    "torch.hann_window", "torch.hamming_window", "torch.blackman_window", "torch.bartlett_window",
    "torch.kaiser_window",
    harmless=(*OPTIONS, "periodic", "alpha", "beta"),
)  # fmt: skip
def window(ctx: Context, window_length: Size, periodic: Any = True, *, dtype: Any = None, **options: Any) -> Tensor:
    count = size_of(ctx, window_length)
    non_negative(ctx, (count,), "window")
    return Tensor((count,), target(dtype, "float32"))


@tensor_operation("torch.meshgrid")
def meshgrid(ctx: Context, *tensors: Any, indexing: Any = None) -> tuple[Tensor, ...]:
    """As many tensors as vectors, each with all their sizes; indexing "xy" swaps the first two."""
    vectors = tensors[0] if len(tensors) == 1 and isinstance(tensors[0], (tuple, list)) else tensors
    if not vectors or not all(isinstance(vector, Tensor) for vector in vectors):
        raise Unmodelled("`meshgrid` of values that are not known tensors")
    for vector in vectors:
        if vector.ndim > 1:
            text = f"`meshgrid` takes vectors and gets {shown(vector.shape)}"
            refuse(RefusalKind.RANK, text, expected=1, got=vector.ndim)
    if indexing not in (None, "ij", "xy"):
        refuse(RefusalKind.LAYER, f"`meshgrid` takes the indexing 'ij' or 'xy', not {written(indexing)}", got=indexing)
    known = {vector.dtype: vector for vector in vectors if vector.dtype}
    if len(known) > 1:
        text = f"`meshgrid` takes tensors of one dtype and gets {' and '.join(known)}"
        refuse(RefusalKind.LAYER, text, got=tuple(known))
    if len({vector.dtype for vector in vectors}) > 1:
        raise Unmodelled("`meshgrid` of several dtypes")
    sizes = [product(vector.shape) for vector in vectors]
    if indexing == "xy" and len(sizes) > 1:
        sizes[:2] = sizes[1::-1]
    return tuple(Tensor(tuple(sizes), vector.dtype) for vector in vectors)


@tensor_operation("torch.cartesian_prod")
def cartesian_prod(ctx: Context, *tensors: Any) -> Tensor:
    """All tuples: (product of the sizes, number of vectors); one vector stays as it is."""
    if not tensors or not all(isinstance(tensor, Tensor) and tensor.ndim == 1 for tensor in tensors):
        raise Unmodelled("`cartesian_prod` of other than vectors")
    if len(tensors) == 1:
        return Tensor(tensors[0].shape, tensors[0].dtype)
    if len({tensor.dtype for tensor in tensors}) > 1:
        raise Unmodelled("`cartesian_prod` of several dtypes")
    return Tensor((product(tensor.shape[0] for tensor in tensors), len(tensors)), tensors[0].dtype)


@tensor_operation("torch.tril_indices", harmless=OPTIONS)
def tril_indices(ctx: Context, row: Size, col: Size, offset: int = 0, *, dtype: Any = None, **options: Any) -> Tensor:
    return _triangle(ctx, row, col, offset, dtype, lower=True)


@tensor_operation("torch.triu_indices", harmless=OPTIONS)
def triu_indices(ctx: Context, row: Size, col: Size, offset: int = 0, *, dtype: Any = None, **options: Any) -> Tensor:
    return _triangle(ctx, row, col, offset, dtype, lower=False)


def _triangle(ctx: Context, row: Size, col: Size, offset: Any, dtype: Any, *, lower: bool) -> Tensor:
    rows, columns = size_of(ctx, row), size_of(ctx, col)
    non_negative(ctx, (rows, columns), "tril_indices")
    count: Size
    if isinstance(rows, int) and isinstance(columns, int) and isinstance(offset, int) and rows <= constants.LIMIT:
        below = sum(min(max(index + offset + lower, 0), columns) for index in range(rows))
        count = below if lower else rows * columns - below
    elif rows == columns and isinstance(offset, int) and offset in (0, -1 if lower else 1):
        count = (rows * rows - rows) // 2 if offset else (rows * rows + rows) // 2
    else:
        count = ctx.unknown_size("the number of elements of a triangle")
    return Tensor((2, count), target(dtype, "int64"))


def _evenly_spaced(start: float, end: float, count: int) -> list[float]:
    def single(value: float) -> float:
        rounded = constants.rounded((value,), "float32")
        return float(rounded[0]) if rounded else math.nan

    low, high = single(start), single(end)
    if count == 1:
        return [low]
    step = single(single(high - low) / (count - 1))
    return [low + step * index if index < count // 2 else high - step * (count - index - 1) for index in range(count)]


def _symbolic_count(ctx: Context, first: Any, last: Any, by: Any) -> Size:
    if by == 1 and isinstance(first, float) and 0 < first % 1 < 1 and isinstance(last, Dim):
        # From a fraction to an integer there are as many as from the integer below it, but at least one.
        below = math.floor(first)
        text = f"`arange` from {first} to {last} by {by}: the step leads nowhere"
        ctx.require(at_least(last, below + 1), refusal(RefusalKind.LAYER, text, start=first, end=last, step=by))
        return last - below
    if not isinstance(by, int) or by == 0 or isinstance(first, float) or isinstance(last, float):
        raise Unmodelled("`arange` with a symbolic or fractional step")
    span = last - first if by > 0 else first - last
    text = f"`arange` from {first} to {last} by {by}: the step leads nowhere"
    ctx.require(at_least(span, 0), refusal(RefusalKind.LAYER, text, start=first, end=last, step=by))
    return ceil_div(span, abs(by))


def _scalar(ctx: Context, value: Any) -> Any:
    """Return a bound as a number or symbol; a scalar tensor with a known value is one."""
    number = operand(value)
    if isinstance(number, Tensor):
        number = number.data[0] if number.data is not None and len(number.data) == 1 else None  # type: ignore[assignment]
    if isinstance(number, Dim):
        return ctx.simplify(number)
    if not isinstance(number, (int, float)) or isinstance(number, bool):
        raise Unmodelled("a bound that is not a known number")
    return number


def _plain(value: Any) -> float | None:
    if isinstance(value, Tensor) and value.data is not None and len(value.data) == 1:
        value = value.data[0]
    return float(value) if isinstance(value, (int, float)) else None


def _range(size: Size) -> range:
    return range(size) if isinstance(size, int) else range(0)
