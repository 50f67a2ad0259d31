"""Programs that ask questions, from text files: each question has CPython's answer, or none.

A file holds programs, one in each paragraph: statements, then expressions in lines that begin with `>`, and statements
in lines that begin with `!`, of which only the exception counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from convlint.interp.values.unknown import Unknown
from tests.interp.running import interpret, python

SHOW = """
result = []
def show(make):
    try:
        result.append(make())
    except Exception as error:
        result.append("raises " + type(error).__name__)
"""


@dataclass(frozen=True)
class Paragraph:
    """Statements, and the questions that follow them."""

    head: str
    statements: tuple[str, ...]
    asked: tuple[str, ...]

    @property
    def title(self) -> str:
        return (self.statements or self.asked)[0][:60]

    def source(self, asked: tuple[str, ...] | None = None) -> str:
        shown = [_shown(question) for question in (self.asked if asked is None else asked)]
        return "\n".join([self.head, SHOW, *self.statements, *shown])


def _shown(question: str) -> str:
    text = question[1:].strip()
    return f"show(lambda: ({text}))" if question[0] == ">" else f"def case():\n    {text}\nshow(case)"


def paragraphs(path: Path, head: str) -> list[Paragraph]:
    """Read the programs of a file; `head` imports what they need."""
    found = []
    for text in path.read_text(encoding="utf-8").split("\n\n"):
        lines = text.strip("\n").splitlines()
        asked = tuple(line for line in lines if line[:1] in (">", "!"))
        if lines:
            found.append(Paragraph(head, tuple(line for line in lines if line not in asked), asked))
    return found


def wrong(paragraph: Paragraph) -> list[str]:
    """Return the questions that have another answer than Python's; one that a run may answer either way has none."""
    expected = python(paragraph.source())["result"]
    told = interpret(paragraph.source())[0]["result"]
    assert len(expected) == len(paragraph.asked)
    assert len(told) == len(paragraph.asked)
    found = []
    for question, ours, theirs in zip(paragraph.asked, told, expected, strict=True):
        assert _plain(theirs), f"{question} asks for no plain value"
        differs = is_known(ours) and (ours != theirs or type(ours) is not type(theirs))
        if differs and not interpret(paragraph.source((question,)))[1].taken:
            found.append(f"{question}: {ours!r} instead of {theirs!r}")
    return found


def known(paragraph: Paragraph) -> int:
    """Return how many of the questions are answered."""
    return sum(map(is_known, interpret(paragraph.source())[0]["result"]))


def is_known(value: object) -> bool:
    if isinstance(value, dict):
        return is_known(list(value.items()))
    return all(map(is_known, value)) if isinstance(value, tuple | list) else not isinstance(value, Unknown)


def _plain(value: object) -> bool:
    if isinstance(value, dict):
        return _plain(list(value.items()))
    return all(map(_plain, value)) if isinstance(value, tuple | list) else isinstance(value, str | int | float | None)
