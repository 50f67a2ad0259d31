"""Parsing with LibCST on a stack of its own, so that neither depth nor a syntax error ends the process."""

from __future__ import annotations

import gc
import os
import re
import threading
import warnings
from collections.abc import Callable
from typing import TypeVar

import libcst as cst

from convlint.source.depth import check_depth
from convlint.source.text import SourceError, SourceText

T = TypeVar("T")

# 200 nested calls take about 1.5 MB; memory is only reserved until it is touched
_STACK_BYTES = (256 << 20, 64 << 20, 16 << 20)
_POSITION = re.compile(r"error at (\d+):(\d+)")

_lock = threading.Lock()
_inside = threading.local()


def parse(text: SourceText) -> cst.Module:
    """Parse a decoded file. Raises SourceError, with the place where Python sees the error if it sees it too."""
    check_depth(text)
    return on_large_stack(lambda: parse_here(text))


def on_large_stack(work: Callable[[], T]) -> T:
    """Run `work` in a thread with a large stack and with the garbage collector paused; trees hold no cycles.

    One at a time: the stack size of new threads and the collector are settings of the whole process.
    """
    if getattr(_inside, "active", False):
        return work()
    results: list[T] = []
    errors: list[BaseException] = []

    def run() -> None:
        _inside.active = True
        try:
            results.append(work())
        except BaseException as error:  # the caller's thread raises it again
            errors.append(error)

    with _lock:
        collecting = gc.isenabled()
        gc.disable()
        try:
            thread = _started(run)
            thread.join()
        finally:
            if collecting:
                gc.enable()
    if errors:
        raise errors.pop()
    return results.pop()


def _started(run: Callable[[], None]) -> threading.Thread:
    """Start a thread with the largest stack that this system grants."""
    before = threading.stack_size()
    try:
        for size in _STACK_BYTES:
            thread = threading.Thread(target=run, name="convlint-parse", daemon=True)
            try:
                threading.stack_size(size)
                thread.start()
            except (RuntimeError, ValueError, MemoryError):
                continue
            return thread
    finally:
        threading.stack_size(before)
    raise SourceError("no memory for the stack that parsing needs")


def _renew_lock() -> None:
    global _lock
    _lock = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew_lock)


def parse_here(text: SourceText) -> cst.Module:
    """Parse on this thread's stack, for callers that are on a large one and have looked at the depth."""
    try:
        return cst.parse_module(text.text)
    except (KeyboardInterrupt, SystemExit):
        raise
    except cst.ParserSyntaxError as error:
        raise _syntax_error(text, error) from None
    except (RecursionError, MemoryError):
        raise SourceError("too deeply nested to parse safely") from None
    except BaseException as error:  # a Rust panic derives from BaseException; whatever it is, the next file goes on
        raise _python_error(text) or SourceError(f"cannot be parsed: {error}") from None


def _syntax_error(text: SourceText, error: cst.ParserSyntaxError) -> SourceError:
    """Say what Python says, or else what LibCST says: its column is the end of the token that it cannot take."""
    found = _python_error(text)
    if found is not None:
        return found
    match = _POSITION.search(error.message)
    place = (error.raw_line, error.raw_column) if match is None else (int(match[1]), int(match[2]) - 2)
    return SourceError("LibCST cannot parse this, though Python can", *_clamped(text, *place))


def _python_error(text: SourceText) -> SourceError | None:
    """Return the syntax error that this Python finds: it names row and column well. It may know older syntax only."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(text.text, "<source>", "exec", _ONLY_AST, dont_inherit=True)
    except SyntaxError as error:
        row, column = error.lineno or 1, (error.offset or 1) - 1
        return SourceError(error.msg or "invalid syntax", *_clamped(text, row, column))
    except (ValueError, RecursionError, MemoryError, OverflowError):
        return None
    return None


_ONLY_AST = 0x400  # ast.PyCF_ONLY_AST, without importing ast


def _clamped(text: SourceText, row: int, column: int) -> tuple[int, int]:
    row = min(max(row, 1), len(text.starts))
    return row, min(max(column, 0), len(text.line(row)))
