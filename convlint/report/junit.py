"""The format `junit`: a test suite for each file, a failed test case for each finding."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from convlint.findings import Finding, Report
from convlint.report.escape import visible
from convlint.report.formats import Showing
from convlint.report.shown import file_span, shown_path, shown_place, shown_position


def render(report: Report, showing: Showing) -> Iterator[str]:
    """Yield the lines of an XML document; a run without findings is one test that passes."""
    root = Element("testsuites", name="convlint", tests="0", failures="0", errors="0")
    for filename, findings in groupby(report.findings, key=lambda finding: finding.place.filename):
        _suite(root, visible(shown_path(filename, showing.base)), list(findings), showing)
    if not report.findings:
        suite = SubElement(root, "testsuite", name="convlint", tests="1", failures="0", errors="0", skipped="0")
        SubElement(suite, "testcase", name="no findings", classname="convlint")
    for total in ("tests", "failures"):
        root.set(total, str(sum(int(suite.get(total, "0")) for suite in root)))
    indent(root)
    yield '<?xml version="1.0" encoding="utf-8"?>'
    yield from tostring(root, encoding="unicode").splitlines()


def _suite(root: Element, name: str, findings: list[Finding], showing: Showing) -> None:
    number = str(len(findings))
    suite = SubElement(root, "testsuite", name=name, tests=number, failures=number, errors="0", skipped="0")
    for finding in findings:
        row = file_span(finding.place)[0]
        title = f"{finding.code} {finding.name} ({shown_position(finding.place)})"
        classname = name.removesuffix(".py").removesuffix(".ipynb").replace("/", ".")
        case = SubElement(suite, "testcase", name=title, classname=classname, file=name, line=str(row))
        failure = SubElement(case, "failure", message=visible(finding.message), type=finding.severity.value)
        failure.text = visible(f"{shown_place(finding.place, showing.base)}: {finding.message}") + (
            f"\nhelp: {visible(finding.help)}" if finding.help else ""
        )
