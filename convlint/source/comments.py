"""Reading the comments that direct convlint: see `directives` for what they say."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right

from convlint.source.directives import DirectiveProblem, Directives, InputDirective, Size, Suppression
from convlint.source.lexical import comments
from convlint.source.logical import LogicalLine, logical_lines
from convlint.source.text import SourceText


class _MalformedError(Exception):
    pass


_OWN = re.compile(r"#[ \t]*convlint:[ \t]*")
_NOQA = re.compile(r"#[ \t]*noqa[ \t]*:", re.IGNORECASE)
_IGNORE = re.compile(r"(file-ignore|ignore)(?:\[([^\]]*)\])?(?=\s|#|$)")
_CODE = re.compile(r"[A-Za-z]{1,5}[0-9]{1,5}")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:-[A-Za-z0-9]+)*")
_OUR_CODE = re.compile(r"CVL[0-9]{3}")
_SHAPE = re.compile(r"\(([^()]*)\)[ \t]*")
_INPUT = re.compile(r"input[ \t]*=[ \t]*")
_NUMBER = re.compile(r"[0-9]{1,12}")
_RESERVED = frozenset(("None", "True", "False"))


def read_comments(source: SourceText) -> Directives:
    """Read all directives of a text."""
    reader = _Reader(source)
    for offset, comment in comments(source.text):
        own = _OWN.search(comment)
        if own is not None:
            reader.own(offset, comment, comment[own.end() :])
        noqa = _NOQA.search(comment)
        if noqa is not None:
            reader.noqa(offset, comment, comment[noqa.end() :])
    return Directives(tuple(reader.suppressions), tuple(reader.inputs), tuple(reader.problems))


class _Reader:
    """What was read of one text; its logical lines are found when the first directive asks for them."""

    def __init__(self, source: SourceText) -> None:
        self.suppressions: list[Suppression] = []
        self.inputs: list[InputDirective] = []
        self.problems: list[DirectiveProblem] = []
        self._source = source
        self._lines: tuple[LogicalLine, ...] | None = None
        self._headers: list[LogicalLine] = []

    def own(self, offset: int, comment: str, body: str) -> None:
        row, column = self._source.position(offset)
        try:
            if _INPUT.match(body):
                self.inputs.append(InputDirective(row, self._target_row(offset), _shapes(body)))
            else:
                form, codes = _ignored(body)
                first, last = (None, None) if form == "file-ignore" else self._rows(offset)
                end = column + len(comment)
                self.suppressions.append(Suppression(row, column, end, codes, form, first, last))
        except _MalformedError as error:
            self.problems.append(DirectiveProblem(row, column, column + len(comment), str(error)))

    def noqa(self, offset: int, comment: str, body: str) -> None:
        """Take our codes of a `noqa`; on a line of its own it says nothing, as for the tools that it comes from."""
        codes = []
        for word in re.split(r"[,\s]+", body.strip()):
            if not _CODE.fullmatch(word):
                break
            if _OUR_CODE.fullmatch(word.upper()):
                codes.append(word.upper())
        row, column = self._source.position(offset)
        line = self._line_of(row)
        if codes and line is not None:
            end = column + len(comment)
            last = self._headed(line).last_row
            self.suppressions.append(Suppression(row, column, end, tuple(codes), "noqa", line.first_row, last))

    def _all_lines(self) -> tuple[LogicalLine, ...]:
        if self._lines is None:
            self._lines = logical_lines(self._source)
            for line in reversed(self._lines):
                decorates = line.word == "@" and self._headers
                self._headers.append(self._headers[-1] if decorates else line)
            self._headers.reverse()
        return self._lines

    def _line_of(self, row: int) -> LogicalLine | None:
        """Return the logical line that a row is part of."""
        lines = self._all_lines()
        index = bisect_right(lines, row, key=_first_row) - 1
        return lines[index] if index >= 0 and lines[index].last_row >= row else None

    def _statement(self, offset: int) -> LogicalLine:
        """Return the logical line that a comment follows or stands in, else the next one."""
        row = self._source.position(offset)[0]
        line = self._line_of(row)
        if line is not None:
            return line
        lines = self._all_lines()
        index = bisect_left(lines, row, key=_first_row)
        if index == len(lines):
            raise _MalformedError("no statement follows this comment")
        return lines[index]

    def _headed(self, line: LogicalLine) -> LogicalLine:
        """Go from a decorator to the `class` or `def` that it decorates."""
        return self._headers[bisect_left(self._all_lines(), line.first_row, key=_first_row)]

    def _rows(self, offset: int) -> tuple[int, int]:
        line = self._statement(offset)
        return line.first_row, self._headed(line).last_row

    def _target_row(self, offset: int) -> int:
        header = self._headed(self._statement(offset))
        if header.word not in ("class", "def", "async"):
            raise _MalformedError("`input=` belongs directly above a class or its `forward`")
        return header.first_row


def _first_row(line: LogicalLine) -> int:
    return line.first_row


def _meant(word: str) -> str:
    """Return what an unknown directive may stand for."""
    import difflib

    known = {"ignore": "ignore", "file-ignore": "file-ignore", "input": "input="}
    near = difflib.get_close_matches(word, known, n=1)
    return f"did you mean `{known[near[0]]}`?" if near else "expected `ignore`, `file-ignore` or `input=`"


def _ignored(body: str) -> tuple[str, tuple[str, ...]]:
    match = _IGNORE.match(body)
    if match is None:
        word = re.split(r"[\s\[=]", body, maxsplit=1)[0][:40]
        if word in ("ignore", "file-ignore"):
            raise _MalformedError(f"expected `{word}[CODE, …]` with the brackets closed")
        raise _MalformedError(f"unknown directive `{word}`: {_meant(word)}")
    form, listed = match.groups()
    if listed is None:
        if form == "file-ignore":
            raise _MalformedError("`file-ignore` needs codes: `file-ignore[CVL101]`")
        return form, ()
    codes = tuple(code.strip() for code in listed.split(",") if code.strip())
    if not codes:
        raise _MalformedError("no code between the brackets")
    for code in codes:
        if not _NAME.fullmatch(code):
            raise _MalformedError(f"`{code[:40]}` is neither a code nor a name of a rule")
    return form, codes


def _shapes(body: str) -> tuple[tuple[Size, ...], ...]:
    match = _INPUT.match(body)
    position = match.end() if match else 0
    shapes: list[tuple[Size, ...]] = []
    while True:
        shape = _SHAPE.match(body, position)
        if shape is None:
            raise _MalformedError("expected shapes in parentheses: `input=(1, 3, 32, 32)`")
        shapes.append(_sizes(shape[1]))
        position = shape.end()
        if not body.startswith(",", position):
            break
        position += 1
        while body[position : position + 1] in (" ", "\t"):
            position += 1
        if position == len(body) or body[position] == "#":
            break
    rest = body[position:].strip()
    if rest and not rest.startswith("#"):
        raise _MalformedError(f"`{rest[:40]}` after the shapes is not understood")
    return tuple(shapes)


def _sizes(inside: str) -> tuple[Size, ...]:
    parts = [part.strip() for part in inside.split(",")]
    if parts[-1] == "":
        parts.pop()
    return tuple(_size(part) for part in parts)


def _size(part: str) -> Size:
    if _NUMBER.fullmatch(part):
        return int(part)
    if part.isidentifier() and part not in _RESERVED:
        return part
    raise _MalformedError(f"`{part[:40]}` is neither a number nor a name")
