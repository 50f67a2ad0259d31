"""Results as JSON and back: for the cache, and for other processes. Evidence and what torch said are not written."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from msgspec.structs import astuple

from convlint.changes import BuildAnew, Change, LeaveOut, SetArgument, SetArguments
from convlint.findings import Failure, Finding, Fix, Related, Severity, Unreadable
from convlint.followed import Followed
from convlint.linting.result import Checked, FileResult
from convlint.places import Concern, Gap, Place, SourceProblem
from convlint.sightings import Sighting
from convlint.source.disk import Question
from convlint.source.edits import Edit

Plain = Any


def written(checked: Checked) -> bytes:
    """Return a result and what it depends on as JSON; names that are not Unicode are escaped."""
    it = checked.result
    files = _Files()
    body = {
        "filename": it.filename,
        "sightings": [_sighting(found, files) for found in it.sightings],
        "gaps": [[_place(gap.place, files), gap.reason, gap.concern.value, gap.affects] for gap in it.gaps],
        "built": sorted(_known(place, files) for place in it.built),
        "broken": [[name, problem.message, problem.row, problem.column] for name, problem in it.broken],
        "seen": it.seen,
        "cut short": checked.is_cut_short,
        "failure": None if it.failure is None else _failure(it.failure),
        "answers": _by_kind(checked.answers),
        "followed": astuple(it.followed),
        "files": files.names,
    }
    return json.dumps(body, separators=(",", ":")).encode()


def read(data: bytes) -> Checked:
    """Return what was written."""
    body = json.loads(data)
    return Checked(result(body), answers(body), body["cut short"])


def result(body: Plain) -> FileResult:
    """Return a result from its JSON. Raises ValueError, KeyError, IndexError or TypeError for what was not written."""
    files = body["files"]
    failure = body["failure"]
    known, came, *reasons = body["followed"]
    return FileResult(
        body["filename"],
        tuple(_read_sighting(it, files) for it in body["sightings"]),
        tuple(
            Gap(_read_place(place, files), reason, tuple(affects), concern=Concern(concern))
            for place, reason, concern, affects in body["gaps"]
        ),
        frozenset(_read_known(place, files) for place in body["built"]),
        tuple((name, SourceProblem(*problem)) for name, *problem in body["broken"]),
        {kind: {name: tuple(rows) for name, rows in by_file.items()} for kind, by_file in body["seen"].items()},
        None if failure is None else _read_failure(failure),
        Followed(known, came, *map(tuple, reasons)),
    )


def answers(body: Plain) -> dict[Question, str]:
    """Return what a result depends on, from its JSON."""
    return {(kind, path): told for kind, by_path in body["answers"].items() for path, told in by_path.items()}


def _by_kind(told: Mapping[Question, str]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for (kind, path), it in told.items():
        found.setdefault(kind, {})[path] = it
    return found


class _Files:
    """File names by number, each written once."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def number(self, name: str) -> int:
        return self._numbers.setdefault(name, len(self._numbers))

    @property
    def names(self) -> list[str]:
        return list(self._numbers)


def _known(place: Place, files: _Files) -> Plain:
    return [files.number(place.filename), *place.span]


def _read_known(place: Plain, files: list[str]) -> Place:
    number, row, column, end_row, end_column = place
    return Place(files[number], (row, column, end_row, end_column))


def _place(place: Place | None, files: _Files) -> Plain:
    return None if place is None else _known(place, files)


def _read_place(place: Plain, files: list[str]) -> Place | None:
    return None if place is None else _read_known(place, files)


def _failure(failure: Failure | Unreadable) -> Plain:
    return list(astuple(failure))


def _read_failure(plain: Plain) -> Failure | Unreadable:
    return Unreadable(*plain) if len(plain) == len(Unreadable.__struct_fields__) else Failure(*plain)


def _sighting(sighting: Sighting, files: _Files) -> Plain:
    it = sighting.finding
    related = [[_known(other.place, files), other.message] for other in it.related]
    finding = [it.code, it.name, it.severity.value, it.message, _known(it.place, files), it.model, it.layer, related]
    fix = None if it.fix is None else [it.fix.message, it.fix.filename, list(map(astuple, it.fix.edits)), it.fix.safe]
    change = None if it.change is None else _change(it.change, files)
    return [
        *finding,
        it.help,
        it.url,
        fix,
        change,
        _known(sighting.origin, files),
        _place(sighting.unless_built, files),
    ]


def _read_sighting(plain: Plain, files: list[str]) -> Sighting:
    code, name, severity, message, place, model, layer, related, advice, url, fix, change, origin, unless_built = plain
    finding = Finding(
        code,
        name,
        Severity(severity),
        message,
        _read_known(place, files),
        model,
        layer,
        tuple(Related(_read_known(where, files), text) for where, text in related),
        advice,
        url,
        None if fix is None else _read_fix(*fix),
        None if change is None else _read_change(change, files),
    )
    return Sighting(finding, _read_known(origin, files), _read_place(unless_built, files))


def _read_fix(message: str, filename: str, edits: Plain, safe: bool) -> Fix:
    return Fix(message, filename, tuple(Edit(*edit) for edit in edits), safe)


def _change(change: Change, files: _Files) -> Plain:
    if isinstance(change, SetArguments):
        return {"message": change.message, "parts": [_change(part, files) for part in change.parts]}
    if isinstance(change, LeaveOut | BuildAnew):
        return {"kind": type(change).__name__, "place": _known(change.place, files), **_without_place(change)}
    positional, required, follows_from = change.positional, change.required, change.follows_from
    place = _known(change.place, files)
    return [place, change.name, change.value, positional, required, follows_from, change.message, change.safe]


def _without_place(change: LeaveOut | BuildAnew) -> dict[str, Plain]:
    return {name: getattr(change, name) for name in change.__struct_fields__ if name != "place"}


def _read_change(plain: Plain, files: list[str]) -> Change:
    if isinstance(plain, dict) and "kind" in plain:
        kind, place = plain.pop("kind"), _read_known(plain.pop("place"), files)
        told: dict[str, Plain] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in plain.items()
        }
        return LeaveOut(place, **told) if kind == "LeaveOut" else BuildAnew(place, **told)
    if isinstance(plain, dict):
        return SetArguments(tuple(_read_argument(part, files) for part in plain["parts"]), plain["message"])
    return _read_argument(plain, files)


def _read_argument(plain: Plain, files: list[str]) -> SetArgument:
    place, name, value, positional, required, follows_from, message, safe = plain
    lists = (tuple(positional), tuple(required), tuple(follows_from))
    return SetArgument(_read_known(place, files), name, value, *lists, message, safe)
