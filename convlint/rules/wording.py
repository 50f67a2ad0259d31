"""How rules write sizes, shapes, axes and fractions, so that all messages look alike."""

from __future__ import annotations

import re
from collections.abc import Sequence

from convlint.layers.core.facts import WindowAxis
from convlint.symbolic import Condition, Dim, Size, evaluate, symbols_of
from convlint.symbolic.fitted import fitted

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


def as_sizes(text: str) -> str:
    """Return a text about sizes with the signs of the field, but for what stands in backticks."""
    parts = text.split("`")
    return "`".join(part if at % 2 else _expression(part) for at, part in enumerate(parts))


_ATLEAST = re.compile(r"^([^<>=]+) − (\d+) ≥ 0$")
_SIGNS = {">=": "≥", "<=": "≤", "==": "=", "!=": "≠"}


def condition_text(condition: Condition) -> str:
    """Return a condition on sizes with the signs of the field: "W ≥ 40" for `W - 40 >= 0`."""
    text = as_sizes(str(condition))
    for written, sign in _SIGNS.items():
        text = text.replace(written, sign)
    return _ATLEAST.sub(r"\1 ≥ \2", text)


def axis_names(count: int) -> tuple[str, ...]:
    """Return what the axes of a window over `count` axes are called."""
    return _AXES.get(count) or tuple(f"axis {index}" for index in range(count))


def cells(axis: str, count: Size) -> str:
    """Return "1 row", "3 columns": cells of that axis."""
    noun = _CELLS.get(axis, "cell")
    return f"{size_text(count)} {noun}" if count == 1 else f"{size_text(count)} {noun}s"


_LONG = 48
"""How many characters an expression may have before a shorter form of it is looked for."""
_EXAMPLE = 224
_CEILING = re.compile(r"\((\w+) \+ (\d+)\)//(\d+)")
_IN_BRACKETS = re.compile(r"\((⌈[^()]*⌉)\)")
_POWER = re.compile(r"\*\*(\d+)")
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def size_text(size: Size, tight: bool = False) -> str:
    """Return a size with the signs of the field; `tight` puts a sum in parentheses."""
    if isinstance(size, int):
        return f"{size:,}" if abs(size) >= 10_000 else str(size)
    text = str(size)
    is_plain = len(text) <= _LONG and "max(" not in text and "min(" not in text
    text = _expression(text) if is_plain else _shorter(size) or _expression(text)
    is_open = " " in text or ("//" in text and not text.endswith(")")) or "·" in text.lstrip("0123456789")[1:]
    return f"({text})" if tight and is_open and not text.startswith(f"({_EXAMPLE} ") else text


def _expression(text: str) -> str:
    """Return an expression in Python with the signs of the field."""
    text = _CEILING.sub(
        lambda found: f"⌈{found[1]}/{found[3]}⌉" if int(found[2]) == int(found[3]) - 1 else found[0], text
    )
    text = _IN_BRACKETS.sub(r"\1", text)
    return _POWER.sub(lambda found: found[1].translate(_RAISED), text).replace(" - ", " − ").replace("*", "·")


def _shorter(size: Dim) -> str:
    """Return a long size of one symbol as the quotient that it is, else by two examples; "" for other sizes."""
    quotient = fitted(size)
    if quotient is not None:
        a, b, d, symbol = quotient
        name = symbol.name if a == 1 else f"{a}·{symbol.name}"
        whole, rest = divmod(b, d)
        more = "" if whole == 0 else f" + {whole}" if whole > 0 else f" − {-whole}"
        if d == 1:
            return f"{name}{more}"
        if rest in (0, d - 1):
            return (f"{name}//{d}" if rest == 0 else f"⌈{name}/{d}⌉") + more
        return f"({name} {'+' if b > 0 else '−'} {abs(b)})//{d}"
    symbols = symbols_of(size)
    if len(symbols) != 1:
        return ""
    (only,) = symbols
    try:
        return f"({_EXAMPLE} → {evaluate(size, {only: _EXAMPLE})})"
    except (KeyError, ZeroDivisionError):
        return ""


def shape_text(shape: Sequence[Size]) -> str:
    """Return a shape as "1×3×224×224"; "a scalar" for no axes."""
    return "×".join(str(s) if isinstance(s, int) else size_text(s, tight=True) for s in shape) or "a scalar"


def factors(sizes: Sequence[Size]) -> str:
    """Return sizes as a product, "16·4·4"."""
    return "·".join(size_text(size, tight=True) for size in sizes)


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
