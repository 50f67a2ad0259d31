"""Values that are only known to lie between two bounds: elementwise functions that torch does not round correctly.

torch's logarithm of a float32 may be off by a last digit, and which way depends on the machine. What is computed from
it is enclosed instead; once it is rounded to whole numbers and both bounds agree, it is known again.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from convlint.layers.core.tensor import Bounds, Shape, Tensor
from convlint.layers.shared import constants

_ULP = {"float32": 2.0**-23, "float64": 2.0**-52}
_TINY = {"float32": 2.0**-149, "float64": 5e-324}
_LARGEST = {"float32": 3.4e38, "float64": 1.79e308}
SLACK = 8
"""Units in the last place by which a function of torch may be off; its vector library promises 1 (sleef `u10`)."""


def bounds_of(tensor: Tensor, dtype: str) -> Bounds | None:
    """Return the bounds of every value of a tensor, once it is converted to a dtype of floats."""
    if tensor.bounds is not None:
        return tensor.bounds if tensor.dtype == dtype else None
    values = None if tensor.data is None else constants.rounded(tensor.data, dtype)
    return None if values is None else tuple([(float(value), float(value)) for value in values])


def enclosed(
    shape: Shape,
    dtype: str,
    function: Callable[..., float],
    operands: Sequence[object],
    slack: float,
    exact: Callable[..., float] | None = None,
) -> Bounds | None:
    """Return bounds for a function that is monotone in each broadcast operand, off by `slack` units at most.

    `exact` computes single elements that torch rounds once, and raises ValueError for others.
    """
    count = constants.element_count(shape)
    if dtype not in _ULP or count is None or count > constants.LIMIT:
        return None
    columns: list[Bounds] = []
    for operand in operands:
        column = _column(operand, shape, dtype)
        if column is None:
            return None
        columns.append(column)
    try:
        rows = zip(*columns, strict=True)
        return tuple([_point(exact, row, dtype) or _hull(function, row, dtype, slack) for row in rows])
    except (ArithmeticError, ValueError, TypeError):
        return None


def result(shape: Shape, dtype: str, bounds: Bounds | None) -> Tensor:
    """Return a new tensor with bounds, or with values where the bounds agree."""
    if bounds is not None and all(low == high for low, high in bounds):
        return Tensor(shape, dtype, constants.rounded([low for low, _ in bounds], dtype))
    return Tensor(shape, dtype, bounds=bounds)


def whole(bounds: Bounds | None, dtype: str) -> tuple[constants.Number, ...] | None:
    """Return the values that a conversion to integers gives, where both bounds have the same."""
    if bounds is None or any(not (math.isfinite(low) and math.isfinite(high)) for low, high in bounds):
        return None
    if any(int(low) != int(high) for low, high in bounds):
        return None
    return constants.rounded([int(low) for low, _ in bounds], dtype)


def _point(exact: Callable[..., float] | None, row: Bounds, dtype: str) -> tuple[float, float] | None:
    """The value of known operands where it is exact."""
    if exact is None or any(low != high for low, high in row):
        return None
    try:
        values = constants.rounded([exact(*(low for low, _ in row))], dtype)
    except (ArithmeticError, ValueError):
        return None
    return None if values is None else (float(values[0]), float(values[0]))


def _hull(function: Callable[..., float], row: Bounds, dtype: str, slack: float) -> tuple[float, float]:
    """Bounds over the corners of a box, widened by the rounding."""
    corners: list[tuple[float, ...]] = [()]
    for pair in row:
        corners = [(*corner, end) for corner in corners for end in dict.fromkeys(pair)]
    values = [float(function(*corner)) for corner in corners]
    if not all(abs(value) < _LARGEST[dtype] for value in values):
        raise ArithmeticError("not bounded")
    low, high = min(values), max(values)
    if not slack:
        return low, high
    return low - _margin(low, dtype, slack), high + _margin(high, dtype, slack)


def _margin(value: float, dtype: str, slack: float) -> float:
    return abs(value) * slack * _ULP[dtype] + _TINY[dtype]


def _column(operand: Any, shape: Shape, dtype: str) -> Bounds | None:
    if not isinstance(operand, Tensor) or operand.bounds is None:
        values = constants.column(operand, shape, dtype)
        return None if values is None else tuple([(float(value), float(value)) for value in values])
    bounds = bounds_of(operand, dtype)
    if bounds is None:
        return None
    return tuple([bounds[index] for index in constants.broadcast_positions(operand.shape, shape)])
