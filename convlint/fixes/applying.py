"""Making fixes: those that hold, until there is no more to do; those that do not are told.

A fix does not hold if the file would not parse after it, if the finding is still there, or if torch would raise where
it did not before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from msgspec import Struct

from convlint.findings import Finding, Report, Severity
from convlint.source.edits import Edit, EditError
from convlint.source.notebook_edits import apply
from convlint.source.text import SourceError

Lint = Callable[[Mapping[str, bytes]], Report]
"""Lints the files of a run, with these contents in place of those on disk."""

MAX_ROUNDS = 10

_Key = tuple[str, str, str, str]


class Dropped(Struct, frozen=True):
    """A fix that was not made, and why."""

    finding: Finding
    reason: str


class Fixed(Struct, frozen=True):
    """The files that changed, by name, with their new contents; the findings that were mended, the fixes that do not
    hold, and what there is to report after it."""

    contents: Mapping[str, bytes]
    made: tuple[Finding, ...]
    dropped: tuple[Dropped, ...]
    report: Report


def fix(original: Mapping[str, bytes], lint: Lint, *, unsafe: bool) -> Fixed:
    """Make the safe fixes, and with `unsafe` the others, of all that `lint` finds."""
    dropped: dict[_Key, Dropped] = {}
    contents, made = dict(original), list[Finding]()
    report = lint(contents)
    for _ in range(MAX_ROUNDS):
        chosen = _choose(report, contents, unsafe, dropped)
        if not chosen:
            break
        changed = _changed(contents, chosen)
        after = lint(changed)
        wrong = _wrong(report, after, chosen)
        if wrong:
            dropped.update(wrong)
            continue
        contents, report = changed, after
        made += chosen
        dropped.clear()  # what did not hold before may hold now
    new = {name: data for name, data in contents.items() if data != original[name]}
    return Fixed(new, tuple(made), tuple(dropped.values()), report)


def _key(finding: Finding) -> _Key:
    """Return what a finding is the same by when its text has changed."""
    return (finding.place.filename, finding.code, finding.model, finding.layer)


def _choose(
    report: Report, contents: Mapping[str, bytes], unsafe: bool, dropped: Mapping[_Key, Dropped]
) -> list[Finding]:
    """Return findings whose fixes can be made together: of one severity, the gravest first, and of different places."""
    chosen: list[Finding] = []
    taken: dict[str, list[Edit]] = {}
    for finding in sorted(report.findings, key=lambda finding: finding.severity.rank):
        mend = finding.fix
        if mend is None or mend.filename not in contents or not (mend.safe or unsafe) or _key(finding) in dropped:
            continue
        if chosen and finding.severity is not chosen[0].severity:
            continue
        together = taken.setdefault(mend.filename, [])
        if any(edit in together for edit in mend.edits) or not _fits(
            mend.filename, contents[mend.filename], together, mend.edits
        ):
            continue
        together += mend.edits
        chosen.append(finding)
    return chosen


def _fits(filename: str, data: bytes, together: Iterable[Edit], more: Iterable[Edit]) -> bool:
    try:
        apply(filename, data, [*together, *more])
    except (EditError, SourceError):
        return False
    return True


def _changed(contents: Mapping[str, bytes], chosen: Iterable[Finding]) -> dict[str, bytes]:
    edits: dict[str, list[Edit]] = {}
    for finding in chosen:
        if finding.fix is not None:
            edits.setdefault(finding.fix.filename, []).extend(finding.fix.edits)
    return {name: apply(name, data, edits[name]) if name in edits else data for name, data in contents.items()}


def _wrong(before: Report, after: Report, chosen: Iterable[Finding]) -> dict[_Key, Dropped]:
    """Return the fixes that do not hold, by what their findings are the same by."""
    was, now = Counter(map(_key, before.findings)), Counter(map(_key, after.findings))
    made = Counter(map(_key, chosen))
    unparsable = {it.place.filename for it in after.findings if it.code == "CVL900"} - {
        it.place.filename for it in before.findings if it.code == "CVL900"
    }
    raises = {it.model for it in after.findings if it.severity is Severity.ERROR and now[_key(it)] > was[_key(it)]}
    wrong: dict[_Key, Dropped] = {}
    for finding in chosen:
        key = _key(finding)
        if finding.fix is not None and finding.fix.filename in unparsable:
            wrong[key] = Dropped(finding, "the file would not parse")
        elif now[key] > was[key] - made[key]:
            wrong[key] = Dropped(finding, "the finding would still be there")
        elif finding.model in raises:
            wrong[key] = Dropped(finding, f"torch would raise in `{finding.model}`")
    if not wrong and (unparsable or raises - {""}):
        return {_key(finding): Dropped(finding, "torch would raise elsewhere") for finding in chosen}
    return wrong
