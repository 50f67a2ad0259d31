"""Lowering a text that has changed a little: only the top-level statements around the change are parsed again.

What begins a statement and lies outside of the change still begins one. If what lies between two such places makes
whole statements by itself, the text is made of those before, these, and those after: no bracket, string or block of
theirs can reach further. Otherwise all of it is parsed.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import Any

from msgspec import Struct

from convlint.ir import nodes
from convlint.ir.load import lower_text
from convlint.source.text import SourceError, SourceText

CODE = "code"
"""Under which name a module keeps its compiled statements: see `language.compile.definitions.run_module`."""
TAKEN = "taken code"
"""The compiled statements that a module takes over from the one before it, by their identity."""


class Changed(Struct, frozen=True):
    """Between which offsets a text differs from another one, and how much longer it is now."""

    start: int
    end: int
    growth: int

    @classmethod
    def of(cls, old: str, new: str) -> Changed:
        least = min(len(old), len(new))
        start = _alike(least, lambda count: old[:count] == new[:count])
        after = _alike(least - start, lambda count: old[len(old) - count :] == new[len(new) - count :])
        return cls(start, len(old) - after, len(new) - len(old))


def _alike(most: int, holds: Any) -> int:
    """Return the greatest number up to `most` for which a property holds that holds for all smaller ones."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if holds(middle) else (low, middle - 1)
    return low


def relower(before: SourceText, module: nodes.Module, text: SourceText) -> nodes.Module:
    """Lower a text, given another one and what was made of it. Raises SourceError as `lower_text` does."""
    changed = Changed.of(before.text, text.text)
    starts = _starts(before, module)
    offsets = [offset for offset, _ in starts]
    low = bisect_left(offsets, changed.start) - 1
    high = bisect_right(offsets, changed.end)
    begin, first = starts[low] if low >= 0 else (0, 0)
    end, last = starts[high] if high < len(starts) else (len(before.text), len(module.body))
    chunk = text.text[begin : end + changed.growth]
    if end - begin > len(before.text) // 2 or chunk.rstrip("\r\n").endswith("\\"):
        return lower_text(text)
    row = before.position(begin)[0]
    try:
        middle = lower_text(SourceText(chunk)).body
    except SourceError:
        return _broken(text, row, row + len(SourceText(chunk).starts))
    moved = len(text.starts) - len(before.starts)
    after = module.body[last:]
    middle = _as_they_were(module.body[first:last], _moved(middle, row - 1))
    body = (*module.body[:first], *middle, *_moved(after, moved))
    whole = nodes.Module((1, 0, *text.position(len(text.text))), body)
    _take_over(module, whole)
    return whole


def _as_they_were(old: tuple[nodes.Stmt, ...], new: tuple[nodes.Stmt, ...]) -> tuple[nodes.Stmt, ...]:
    """Return the new statements, the old ones in place of those that are equal."""
    if len(old) != len(new):
        return new
    return tuple([before if before == after else after for before, after in zip(old, new, strict=True)])


def _starts(text: SourceText, module: nodes.Module) -> list[tuple[int, int]]:
    """Return where statements begin rows, and which statement each is; decorators belong to what they decorate."""
    found: list[tuple[int, int]] = []
    last = 0
    for index, stmt in enumerate(module.body):
        decorators = getattr(stmt, "decorators", ())
        row, column = decorators[0].span[0] if decorators else stmt.span[0], 0 if decorators else stmt.span[1]
        if column == 0 and row > last:
            found.append((text.starts[row - 1], index))
        last = max(last, stmt.span[0])
    return found


def _broken(text: SourceText, first: int, last: int) -> nodes.Module:
    """Raise what Python says of a text that is probably broken in these rows; lower it if it is not."""
    from convlint.source.parse import python_error

    error = python_error(text)
    if error is not None and first <= error.row <= last:
        raise error
    return lower_text(text)


def _take_over(old: nodes.Module, new: nodes.Module) -> None:
    """Keep what was compiled of the statements that both have."""
    code = old.__dict__.get(CODE)
    if code is not None:
        kept = {id(stmt) for stmt in new.body}
        made = {id(stmt): made for stmt, made in zip(old.body, code, strict=True) if id(stmt) in kept}
        new.once(TAKEN, lambda: made)


def _moved(part: Any, rows: int) -> Any:
    """Return nodes as they are that many rows below."""
    if not rows:
        return part
    if isinstance(part, tuple):
        return tuple([_moved(item, rows) for item in part])
    if not isinstance(part, nodes.Node):
        return part
    row, column, end_row, end_column = part.span
    fields = part.__struct_fields__[1:]
    return type(part)(
        (row + rows, column, end_row + rows, end_column), *[_moved(getattr(part, it), rows) for it in fields]
    )
