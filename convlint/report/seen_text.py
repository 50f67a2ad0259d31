"""What a line was seen to hold, as text: "1×64×56×56", "N×3×H×W", "?" for what is not known."""

from __future__ import annotations

from collections.abc import Sequence

from convlint.lines import Seen, SeenParts, SeenTensor
from convlint.rules.wording import size_text
from convlint.shapes import Held
from convlint.symbolic import Size

_USUAL = ("", "float32")
_MOST_VALUES = 3
_MOST_REASON = 60


def row_text(row: Sequence[Held]) -> str:
    """Return what a whole row holds; names are told only where there are several."""
    several = len({held.name for held in row}) > 1
    return ", ".join(f"{held.name or 'value'} {held_text(held)}" if several else held_text(held) for held in row)


def held_text(held: Held) -> str:
    """Return every different value, of many the first and the last, and how often the line ran if not once."""
    texts = list(dict.fromkeys(seen_text(value) for value, _ in held.values))
    if held.runs == 1 or (len(texts) == 1 and held.runs == len(held.values)):
        return texts[0]
    if len(texts) == 1:
        return f"{texts[0]} ({held.runs} runs)"
    if len(texts) <= _MOST_VALUES:
        return f"{', '.join(texts)} ({held.runs} runs)"
    return f"{texts[0]} … {texts[-1]} ({held.runs} runs, {len(texts)} shapes)"


def seen_text(seen: Seen) -> str:
    """Return one value: a tensor's sizes, the parts of a tuple in parentheses, or why it is not known."""
    if isinstance(seen, SeenTensor):
        sizes = "×".join(map(_size, seen.shape)) or "scalar"
        return sizes if seen.dtype in _USUAL else f"{sizes} {seen.dtype}"
    if isinstance(seen, SeenParts):
        keys = [f"{key}: " for key in seen.keys] or [""] * len(seen.parts)
        parts = [f"{key}{seen_text(part)}" for key, part in zip(keys, seen.parts, strict=True)]
        more = [f"… {seen.left_out} more"] if seen.left_out else []
        return f"({', '.join([*parts, *more])})"
    reason = seen.reason if len(seen.reason) <= _MOST_REASON else f"{seen.reason[: _MOST_REASON - 1]}…"
    return f"? ({reason})"


def _size(size: Size | None) -> str:
    return "?" if size is None else str(size) if isinstance(size, int) else size_text(size, tight=True)
