"""What a change does to models, as Markdown for a pull request, as text, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from convlint.differences.compare import Change, Difference
from convlint.findings import Finding
from convlint.report.escape import encodable, json_text, visible
from convlint.report.shown import shown_path

Bases = tuple[Path, Path]
"""The folders of the two versions, to which paths are relative."""


def markdown(difference: Difference, bases: Bases) -> Iterator[str]:
    """Yield a section for each model that changed, with a table, and lists of new and gone findings."""
    yield f"## Models: {_cell(difference.before)} → {_cell(difference.after)}"
    yield ""
    for change in difference.changes:
        yield f"### `{_code(change.name)}` in `{_code(change.path)}`{_status(change)}"
        yield ""
        yield f"| | {_cell(difference.before)} | {_cell(difference.after)} |"
        yield "| --- | --- | --- |"
        for label, before, after in change.rows():
            mark = "**" if before != after else ""
            yield f"| {label} | {_cell(before)} | {mark}{_cell(after)}{mark} |"
        yield ""
    for title, findings, base in _findings(difference, bases):
        yield f"### {title}"
        yield ""
        for finding in findings:
            yield f"- {_place(finding, base)}: **{finding.code}** {finding.severity.value}: {_cell(finding.message)}"
        yield ""
    yield _closing(difference)


def text(difference: Difference, bases: Bases) -> Iterator[str]:
    """Yield the same for a terminal."""
    for change in difference.changes:
        yield visible(f"{change.path}:{change.name}{_status(change)}")
        for label, before, after in change.rows():
            told = after if before == after else f"{before} → {after}"
            yield visible(f"  {label:<12} {told}")
        yield ""
    for title, findings, base in _findings(difference, bases):
        yield f"{title}:"
        for finding in findings:
            yield visible(f"  {_place(finding, base)}: {finding.code} {finding.severity.value}: {finding.message}")
        yield ""
    yield _closing(difference)


def as_json(difference: Difference, bases: Bases) -> Iterator[str]:
    """Yield the lines of a JSON object."""
    whole = {
        "before": encodable(difference.before),
        "after": encodable(difference.after),
        "unchanged": difference.unchanged,
        "models": [
            {
                "path": encodable(change.path),
                "name": encodable(change.name),
                "before": None if change.before is None else dict(change.before.facts),
                "after": None if change.after is None else dict(change.after.facts),
            }
            for change in difference.changes
        ],
        "new": [_entry(finding, bases[1]) for finding in difference.new],
        "gone": [_entry(finding, bases[0]) for finding in difference.gone],
    }
    yield from json_text(whole).splitlines()


def _findings(difference: Difference, bases: Bases) -> Iterator[tuple[str, tuple[Finding, ...], Path]]:
    if difference.new:
        yield "New findings", difference.new, bases[1]
    if difference.gone:
        yield "Findings that are gone", difference.gone, bases[0]


def _entry(finding: Finding, base: Path) -> dict[str, object]:
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "message": encodable(finding.message),
        "filename": encodable(shown_path(finding.place.filename, base)),
        "location": {"row": finding.place.span[0], "column": finding.place.span[1] + 1},
        "model": encodable(finding.model),
        "layer": encodable(finding.layer),
    }


def _place(finding: Finding, base: Path) -> str:
    return f"{visible(shown_path(finding.place.filename, base))}:{finding.place.span[0]}"


def _status(change: Change) -> str:
    return " (new)" if change.before is None else " (gone)" if change.after is None else ""


def _closing(difference: Difference) -> str:
    parts = [f"{len(difference.changes)} changed", f"{difference.unchanged} unchanged"]
    return f"Models: {', '.join(parts)}; findings: {len(difference.new)} new, {len(difference.gone)} gone"


def _cell(text: str) -> str:
    """Return text that stands in a table of Markdown as it is."""
    shown = visible(text).replace("\\", "\\\\").replace("|", "\\|")
    return shown.replace("<", "&lt;").replace("*", "\\*").replace("_", "\\_").replace("[", "\\[")


def _code(text: str) -> str:
    return visible(text).replace("`", "'")
