"""Parsing with LibCST on a stack of its own, so that neither depth nor a syntax error ends the process."""

from __future__ import annotations

import re
import warnings

import libcst as cst

from convlint.source.depth import check_depth
from convlint.source.stack import on_large_stack, without_collection
from convlint.source.text import SourceError, SourceText

_POSITION = re.compile(r"error at (\d+):(\d+)")


def parse(text: SourceText) -> cst.Module:
    """Parse a decoded file. Raises SourceError, with the place where Python sees the error if it sees it too."""
    check_depth(text)
    return on_large_stack(lambda: parse_here(text))


def parse_here(text: SourceText) -> cst.Module:
    """Parse on this thread's stack, for callers that are on a large one and have looked at the depth."""
    try:
        with without_collection():
            return cst.parse_module(text.text)
    except (KeyboardInterrupt, SystemExit):
        raise
    except cst.ParserSyntaxError as error:
        raise _syntax_error(text, error) from None
    except (RecursionError, MemoryError):
        raise SourceError("too deeply nested to parse safely") from None
    except BaseException as error:  # a Rust panic derives from BaseException; whatever it is, the next file goes on
        raise python_error(text) or SourceError(f"cannot be parsed: {error}") from None


def _syntax_error(text: SourceText, error: cst.ParserSyntaxError) -> SourceError:
    """Say what Python says, or else what LibCST says: its column is the end of the token that it cannot take."""
    found = python_error(text)
    if found is not None:
        return found
    match = _POSITION.search(error.message)
    place = (error.raw_line, error.raw_column) if match is None else (int(match[1]), int(match[2]) - 2)
    return SourceError("LibCST cannot parse this, though Python can", *_clamped(text, *place))


def python_error(text: SourceText) -> SourceError | None:
    """Return the syntax error that this Python finds: it names row and column well. It may know older syntax only."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(text.text, "<source>", "exec", _ONLY_AST, dont_inherit=True)
    except SyntaxError as error:
        row, column = error.lineno or 1, (error.offset or 1) - 1
        return SourceError(_explained(text, error.msg or "invalid syntax", row), *_clamped(text, row, column))
    except (ValueError, RecursionError, MemoryError, OverflowError):
        return None
    return None


def _explained(text: SourceText, message: str, row: int) -> str:
    """Say of a row that only a notebook understands that it is one."""
    line = text.line(row).lstrip() if 1 <= row <= len(text.starts) else ""
    if line.startswith(("%", "!")):
        return f"{message}: `{line.split()[0][:40]}` is a command of notebooks, and no Python"
    return message


_ONLY_AST = 0x400  # ast.PyCF_ONLY_AST, without importing ast


def _clamped(text: SourceText, row: int, column: int) -> tuple[int, int]:
    row = min(max(row, 1), len(text.starts))
    return row, min(max(column, 0), len(text.line(row)))
