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
    if len({held.name for held in row}) == 1:
        return ", ".join(map(held_text, row))
    told = [(f"{held.name or 'value'} {values_text(held)}", _runs(held)) for held in row]
    if len({runs for _, runs in told}) == 1:
        return f"{', '.join(text for text, _ in told)}{told[0][1]}"
    return ", ".join(f"{text}{runs}" for text, runs in told)


def held_text(held: Held) -> str:
    """Return every different value, of many the first and the last, and how often the line ran if not once."""
    return f"{values_text(held)}{_runs(held)}"


def values_text(held: Held) -> str:
    """Return every different value, of many the first and the last."""
    texts = _texts(held)
    return ", ".join(texts) if len(texts) <= _MOST_VALUES else f"{texts[0]} … {texts[-1]}"


def _runs(held: Held) -> str:
    """Return " (12 runs)", with how many values there are if not all are told; "" for one run."""
    texts = _texts(held)
    if held.runs == 1 or (len(texts) == 1 and held.runs == len(held.values)):
        return ""
    return f" ({held.runs} runs{f', {len(texts)} shapes' if len(texts) > _MOST_VALUES else ''})"


def _texts(held: Held) -> list[str]:
    return list(dict.fromkeys(seen_text(value) for value, _ in held.values))


def seen_text(seen: Seen, *, why: bool = True) -> str:
    """Return one value: a tensor's sizes, the parts of a tuple in parentheses, or "?", with why it is not known."""
    if isinstance(seen, SeenTensor):
        sizes = "×".join(map(_size, seen.shape)) or "scalar"
        return sizes if seen.dtype in _USUAL else f"{sizes} {seen.dtype}"
    if isinstance(seen, SeenParts):
        keys = [f"{key}: " for key in seen.keys] or [""] * len(seen.parts)
        parts = [f"{key}{seen_text(part, why=why)}" for key, part in zip(keys, seen.parts, strict=True)]
        more = [f"… {seen.left_out} more"] if seen.left_out else []
        return f"({', '.join([*parts, *more])})"
    if not why:
        return "?"
    reason = seen.reason if len(seen.reason) <= _MOST_REASON else f"{seen.reason[: _MOST_REASON - 1]}…"
    return f"? ({reason})"


def _size(size: Size | None) -> str:
    return "?" if size is None else str(size) if isinstance(size, int) else size_text(size, tight=True)
