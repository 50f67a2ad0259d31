"""Running a program so that what the lines of one file hold is noted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from convlint.analysis.explore import Exploration
from convlint.analysis.paths import REFUSING
from convlint.interp.imports.program import Program
from convlint.interp.language.compile.watching import watching
from convlint.lines import Lines, merged


@contextmanager
def watched(program: Program, filename: str) -> Iterator[None]:
    """Note what the lines of this file hold in what runs inside of the `with`. A file that cannot be read has none;
    "" is no file."""
    try:
        module = program.body(filename) if filename else None
    except (OSError, ValueError):
        module = None
    if module is None:
        yield
        return
    program.watched = filename
    with watching(module):
        yield


def lines_of(explorations: Iterable[Exploration]) -> Lines:
    """Return what the lines of the watched file held on the paths that come to an end, or on all where none does."""
    return merged(lines for exploration in explorations for lines in _of_paths(exploration))


def _of_paths(exploration: Exploration) -> list[Lines]:
    ended = [outcome.vm.lines for outcome in exploration.outcomes if outcome.ended not in REFUSING]
    return ended or [outcome.vm.lines for outcome in exploration.outcomes]
