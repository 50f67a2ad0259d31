"""How often each rule found something: the table of `--statistics`, and the same as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from convlint.findings import Report
from convlint.report.escape import json_text


def lines(report: Report) -> Iterator[str]:
    """Yield a line for each rule: how often, code, whether it can be fixed, name; the most frequent first."""
    rows = _rows(report)
    width = max((len(str(count)) for _, count, _, _ in rows), default=0)
    for code, count, name, fixable in rows:
        yield f"{count:>{width}}  {code} [{'*' if fixable else ' '}] {name}"


def json_lines(report: Report) -> Iterator[str]:
    """Yield the lines of a JSON array."""
    found = [
        {"code": code, "name": name, "count": count, "fixable": fixable} for code, count, name, fixable in _rows(report)
    ]
    yield from json_text(found).splitlines()


def _rows(report: Report) -> list[tuple[str, int, str, bool]]:
    counts = Counter(finding.code for finding in report.findings)
    names = {finding.code: finding.name for finding in report.findings}
    fixable = {finding.code for finding in report.findings if finding.fix is not None}
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [(code, count, names[code], code in fixable) for code, count in ordered]
