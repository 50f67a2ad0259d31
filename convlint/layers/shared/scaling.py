"""Sizes times a floating-point factor, rounded down as Python and torch do it."""

from __future__ import annotations

import math
from typing import Any

from convlint.layers.core.context import Context
from convlint.layers.core.refusal import RefusalKind, Unmodelled
from convlint.layers.shared.window import refuse
from convlint.symbolic import Dim, Size

EXACT_BITS = 20
"""A factor with at most so many bits times a size below 2³³ is exact in double precision, so that the
rounding of the product, which no formula could follow, cannot matter."""


def scaled(ctx: Context, size: Size, factor: Any) -> Size:
    """Return `int(size·factor)` in double precision, for a size that is not negative.

    A symbolic size times a factor that is not a short binary fraction, such as 1/3, is not known.
    """
    if isinstance(factor, bool) or not isinstance(factor, (int, float)):
        if isinstance(factor, Dim):
            return size * factor
        if isinstance(factor, str) or factor is None:
            refuse(RefusalKind.LAYER, f"a size cannot be scaled by `{factor}`", TypeError)
        raise Unmodelled("a scale factor that is not a known number")
    if not math.isfinite(factor):
        raise Unmodelled("a scale factor that is not finite")
    if isinstance(size, int):
        return int(size * float(factor))
    numerator, denominator = float(factor).as_integer_ratio()
    if numerator.bit_length() > EXACT_BITS or denominator.bit_length() > EXACT_BITS:
        return ctx.unknown_size(f"a symbolic size times {factor}, rounded")
    if numerator < 0:
        raise Unmodelled("a symbolic size times a negative factor")
    return (size * numerator) // denominator
