"""What one file shows: all that a report needs of it, as plain values that can be kept and sent."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from convlint.findings import Failure, Unreadable
from convlint.followed import NO_MODELS, Followed
from convlint.places import Gap, Place, SourceProblem
from convlint.sightings import Sighting
from convlint.source.disk import Question

Seen = Mapping[str, Mapping[str, tuple[int, ...]]]
"""The rows that were evaluated, by kind (the fields of `convlint.rules.evaluated.Evaluated`) and file."""


class FileResult(Struct, frozen=True):
    """`built` are the classes that something in the file builds with arguments; `broken` the files that had to be read
    for it and cannot be parsed, itself perhaps among them; `seen` the rows that were evaluated in files whose comments
    may silence something; `failure` is why there is nothing of it: convlint fails on it, or it cannot be read."""

    filename: str
    sightings: tuple[Sighting, ...] = ()
    gaps: tuple[Gap, ...] = ()
    built: frozenset[Place] = frozenset()
    broken: tuple[tuple[str, SourceProblem], ...] = ()
    seen: Seen = {}
    failure: Failure | Unreadable | None = None
    followed: Followed = NO_MODELS


class Checked(Struct, frozen=True):
    """A result, and what it depends on: the questions that were asked of the disk, with their answers."""

    result: FileResult
    answers: Mapping[Question, str] = {}
    is_cut_short: bool = False
    """Whether something was given up for want of time, so that another day may see more."""
