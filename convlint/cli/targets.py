"""`convlint check path/to/file.py:Name`: one model of a file, whose other models are not told of."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from convlint.errors import UsageError

if TYPE_CHECKING:
    from convlint.findings import Report


def taken_apart(paths: list[str]) -> tuple[list[str], dict[str, set[str]]]:
    """Take `path/to/file.py:Name` apart, notebooks too: return the files, and the models asked about of each.

    Raises UsageError.
    """
    files: list[str] = []
    models: dict[str, set[str]] = {}
    for path in paths:
        file, colon, name = path.rpartition(":")
        if not colon or not file.endswith((".py", ".ipynb")) or not name.isidentifier() or Path(path).exists():
            files.append(path)
            continue
        _check_name(file, name)
        files.append(file)
        models.setdefault(file, set()).add(name)
    return list(dict.fromkeys(files)), {file: names for file, names in models.items() if file not in paths}


def _check_name(file: str, name: str) -> None:
    """Raise UsageError for a model that a file does not define."""
    import difflib

    from convlint.mistakes import defined_in
    from convlint.source.kinds import python_of
    from convlint.source.text import SourceError

    try:
        known = defined_in(python_of(file, Path(file).read_bytes()))
    except (OSError, SourceError):
        return  # what cannot be read is told as such
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1)
        raise UsageError(f"there is no `{name}` in {file}{f'; the nearest is `{near[0]}`' if near else ''}")


def only(report: Report, models: dict[str, set[str]]) -> Report:
    """Return the report with the findings of these models only, where models were asked about."""
    told = tuple(
        finding
        for finding in report.findings
        if finding.place.filename not in models
        or not finding.model
        or finding.model.partition(".")[0] in models[finding.place.filename]
    )
    return replace(report, findings=told)
