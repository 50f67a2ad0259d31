"""How rules write sizes, shapes, axes and fractions, so that all messages look alike."""

from __future__ import annotations

import re
from collections.abc import Sequence

from convlint.layers.core.facts import WindowAxis
from convlint.symbolic import Size

_AXES = {1: ("length",), 2: ("height", "width"), 3: ("depth", "height", "width")}
_CELLS = {"length": "position", "depth": "plane", "height": "row", "width": "column"}


_OPERATORS = {
    "add": "+", "sub": "-", "mul": "*", "truediv": "/", "floordiv": "//", "mod": "%", "pow": "**", "matmul": "@",
    "and": "&", "or": "|", "xor": "^", "lt": "<", "le": "<=", "gt": ">", "ge": ">=", "eq": "==", "ne": "!=",
}  # fmt: skip
_SPECIAL_METHOD = re.compile(r"`__(i|r)?(" + "|".join(sorted(_OPERATORS, key=len, reverse=True)) + r")__`")


def as_operators(text: str) -> str:
    """Return the text with operators as people write them: `__iadd__` is `+=`."""
    return _SPECIAL_METHOD.sub(lambda match: f"`{_OPERATORS[match[2]]}{'=' if match[1] == 'i' else ''}`", text)


def axis_names(count: int) -> tuple[str, ...]:
    """Return what the axes of a window over `count` axes are called."""
    return _AXES.get(count) or tuple(f"axis {index}" for index in range(count))


def cells(axis: str, count: Size) -> str:
    """Return "1 row", "3 columns": cells of that axis."""
    noun = _CELLS.get(axis, "cell")
    return f"{size_text(count)} {noun}" if count == 1 else f"{size_text(count)} {noun}s"


_POWER = re.compile(r"\*\*(\d+)")
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def size_text(size: Size, tight: bool = False) -> str:
    """Return a size with the signs of the field; `tight` puts a sum in parentheses."""
    if isinstance(size, int):
        return f"{size:,}" if abs(size) >= 10_000 else str(size)
    text = _POWER.sub(lambda found: found[1].translate(_RAISED), str(size)).replace(" - ", " − ").replace("*", "·")
    return f"({text})" if tight and " " in text else text


def shape_text(shape: Sequence[Size]) -> str:
    """Return a shape as "1×3×224×224"; "a scalar" for no axes."""
    return "×".join(str(s) if isinstance(s, int) else size_text(s, tight=True) for s in shape) or "a scalar"


def joined(parts: Sequence[str], word: str = "and") -> str:
    """Return "a", "a and b" or "a, b and c"."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} {word} {parts[-1]}"


def quotient(numerator: int, denominator: int) -> str:
    """Return a fraction as a decimal number: exact if two decimals suffice, else cut off with "…"."""
    whole, rest = divmod(abs(numerator), denominator)
    sign = "−" if numerator < 0 else ""
    hundredths, more = divmod(rest * 100, denominator)
    decimals = f"{hundredths:02d}" if more else f"{hundredths:02d}".rstrip("0")
    return f"{sign}{whole}" + (f".{decimals}" if decimals else "") + ("…" if more else "")


def window_formula(axis: WindowAxis) -> str:
    """Return the output formula with its numbers: "(224 − 4 + 2·0)/3 + 1"."""
    kernel = (
        size_text(axis.kernel, tight=True)
        if axis.dilation == 1
        else f"{size_text(axis.dilation, tight=True)}·({size_text(axis.kernel, tight=True)} − 1) − 1"
    )
    if axis.pad_before == axis.pad_after:
        padding = f"2·{size_text(axis.pad_before, tight=True)}"
    else:
        padding = f"{size_text(axis.pad_before, tight=True)} + {size_text(axis.pad_after, tight=True)}"
    return f"({size_text(axis.size_in, tight=True)} − {kernel} + {padding})/{size_text(axis.stride, tight=True)} + 1"


def group_axes(names: Sequence[str], texts: Sequence[str | None]) -> list[tuple[list[str], str]]:
    """Group the axes of which the same is to be said; axes with None are left out."""
    groups: dict[str, list[str]] = {}
    for name, text in zip(names, texts, strict=True):
        if text is not None:
            groups.setdefault(text, []).append(name)
    return [(axes, text) for text, axes in groups.items()]
