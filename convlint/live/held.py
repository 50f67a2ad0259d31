"""What a name holds where the cursor is: the tensors that the nearest line before it has put there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from convlint.ir import nodes
from convlint.ir.walking import walk
from convlint.lines import Lines, SeenUnknown, Stored
from convlint.places import Span
from convlint.report.seen_text import seen_text
from convlint.shapes import Held

MOST = 3
"""How many different values are told."""
_WORD = re.compile(r"[^\W\d]\w*")
_SELF = re.compile(r"(?<![\w.])self\s*\.\s*$")


def word_at(line: str, column: int) -> tuple[str, int] | None:
    """Return the name around a column, and where it starts; None for attributes of something, and for no name."""
    match = _match(line, column)
    return None if match is None or line[: match.start()].rstrip().endswith(".") else (match[0], match.start())


def attribute_at(line: str, column: int) -> str | None:
    """Return the attribute of `self` around a column; None for everything else."""
    match = _match(line, column)
    return match[0] if match is not None and _SELF.search(line[: match.start()]) else None


def _match(line: str, column: int) -> re.Match[str] | None:
    return next((match for match in _WORD.finditer(line) if match.start() <= column <= match.end()), None)


def held_at(lines: Lines, module: nodes.Module, filename: str, name: str, row: int, column: int) -> Held | None:
    """Return what a name holds at a place: what is stored right there, or by the last line before it in its function.

    The order is that of the text: a branch that was not taken, or a round of a loop before, may have stored another.
    """
    here = [stored for stored in lines if stored.name == name and stored.place.filename == filename]
    around = _function_around(module, row)
    own = [stored for stored in here if around is None or _inside(stored.place.span[0], around)]
    before = [stored for stored in own if stored.place.span[:2] <= (row, column)]
    if not before:
        return None
    last = max(stored.place.span for stored in before)
    return _held([stored for stored in before if stored.place.span == last], lines)


def _held(stored: Sequence[Stored], lines: Lines) -> Held:
    row, column = stored[0].place.span[:2]
    return Held(row, column, stored[0].name, tuple((one.value, lines[one]) for one in stored))


def all_held(lines: Lines, filename: str) -> Iterator[tuple[Span, Held]]:
    """Yield what every line of a file stores, by where it is stored."""
    found: dict[tuple[Span, str], list[Stored]] = {}
    for stored in lines:
        if stored.place.filename == filename:
            found.setdefault((stored.place.span, stored.name), []).append(stored)
    for (span, _), several in sorted(found.items()):
        yield span, _held(several, lines)


def batch_of(lines: Lines, module: nodes.Module, filename: str, name: str) -> list[Held]:
    """Return what the targets of the loops over a name hold: for a loader, the parts of its batch."""
    stored = dict(all_held(lines, filename))
    for loop in walk(module.body, into_definitions=True):
        if isinstance(loop, nodes.For) and _iterates(loop.iter, name):
            targets = sorted(
                (part for part in walk(loop.target) if isinstance(part, nodes.Name)), key=lambda part: part.span
            )
            held = [stored[part.span] for part in targets if part.span in stored]
            if held:
                return held
    return []


def _iterates(expression: nodes.Expr, name: str) -> bool:
    """Whether a loop goes over a name, or over a call that is given it, such as `enumerate` or `tqdm`."""
    if isinstance(expression, nodes.Call):
        return any(_iterates(argument, name) for argument in expression.args)
    return isinstance(expression, nodes.Name) and expression.id == name


def text(held: Held) -> str:
    """Return every different value that a name held, of many the first ones.

    How often is not told: rounds of a loop that stand for many are not what the program counts.
    """
    texts = list(dict.fromkeys(seen_text(value) for value, _ in held.values))
    return ", ".join(texts[:MOST] + ["…"] * (len(texts) > MOST))


def brief(held: Held) -> str:
    """Return the values of which something is known, of many the first ones, "" if there are none."""
    known = [value for value, _ in held.values if not isinstance(value, SeenUnknown)]
    texts = [it for it in dict.fromkeys(seen_text(value, why=False) for value in known) if set(it) - set("?(), ")]
    return ", ".join(texts[:MOST] + ["…"] * (len(texts) > MOST))


def _function_around(module: nodes.Module, row: int) -> tuple[int, int] | None:
    """Return the first and last row of the innermost function around a row."""
    found: tuple[int, int] | None = None
    for node in walk(module.body, into_definitions=True):
        if isinstance(node, nodes.FunctionDef):
            rows = node.span[0], last_row(node)
            if rows[0] <= row <= rows[1] and (found is None or rows[0] >= found[0]):
                found = rows
    return found


def last_row(node: nodes.FunctionDef | nodes.ClassDef) -> int:
    """Return the last row of a definition."""
    return max((part.span[2] for part in walk(node.body, into_definitions=True)), default=node.span[2])


def _inside(row: int, rows: tuple[int, int]) -> bool:
    return rows[0] <= row <= rows[1]
