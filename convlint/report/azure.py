"""The format `azure`: logging commands, which Azure Pipelines shows as issues."""

from __future__ import annotations

from collections.abc import Iterator

from convlint.findings import Report, Severity
from convlint.report.escape import visible
from convlint.report.formats import Showing
from convlint.report.shown import file_span, shown_path, with_cell


def render(report: Report, showing: Showing) -> Iterator[str]:
    """Yield a logging command for each finding; Azure knows errors and warnings, and notes are the latter."""
    for finding in report.findings:
        row, column = file_span(finding.place)[:2]
        kind = "error" if finding.severity is Severity.ERROR else "warning"
        path = _property(shown_path(finding.place.filename, showing.base))
        yield (
            f"##vso[task.logissue type={kind};sourcepath={path};linenumber={row};columnnumber={column + 1};"
            f"code={finding.code};]{_data(with_cell(finding.message, finding.place))}"
        )


def _data(text: str) -> str:
    return visible(text.replace("%", "%AZP25").replace("\r", "%0D").replace("\n", "%0A"))


def _property(text: str) -> str:
    return _data(text).replace(";", "%3B").replace("]", "%5D")
