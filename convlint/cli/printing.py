"""How a report leaves the command line: in which format, to the terminal or to a file, with which exit code."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from convlint import __version__
from convlint.cli import fixing
from convlint.cli.options import configuration
from convlint.cli.terminal import EXIT_CLEAN, EXIT_FINDINGS, coloured, unable, write
from convlint.errors import UsageError
from convlint.report.cells import in_cells
from convlint.report.escape import visible
from convlint.report.formats import FOR_PEOPLE, FORMATS, Showing

if TYPE_CHECKING:
    from convlint.findings import Report


def add_output(parser: argparse.ArgumentParser) -> None:
    """Add how findings are written, and what they mean for the exit code."""
    parser.add_argument("--output-format", choices=FORMATS, default=None)
    parser.add_argument("-o", "--output-file", metavar="FILE", help="write the findings to this file")
    parser.add_argument("--statistics", action="store_true", help="tell how often each rule found something, only")
    parser.add_argument("--gaps", action="store_true", help="also tell where tracking stopped, and why")
    parser.add_argument("--color", choices=("auto", "always", "never"), default="auto")
    parser.add_argument("-q", "--quiet", action="store_true", help="print findings only")
    parser.add_argument("-s", "--silent", action="store_true", help="print nothing; the exit code tells")
    parser.add_argument("--exit-zero", action="store_true", help="exit with 0 even if there are findings")
    parser.add_argument(
        "--exit-non-zero-on",
        choices=("error", "warning", "note"),
        default="warning",
        metavar="SEVERITY",
        help="exit with 1 for findings that weigh that much: error, warning or note [default: warning]",
    )


def show(report: Report, options: argparse.Namespace, texts: dict[str, bytes], *, fixed: int = 0) -> None:
    """Write the report in the format that is asked for; what is not a finding goes to standard error.

    `texts` are files that are not on disk, `fixed` is how many findings were mended before.
    """
    from convlint import api
    from convlint.report import concise, formats, statistics

    form, base = output_format(options), Path.cwd()
    report = in_cells(report, lambda name: api.notebook_of(name, texts.get(name)))
    if not (options.quiet or options.silent):
        write(concise.notice_lines(report.notices, base), sys.stderr)
        if not (report.files or report.unreadable):
            write(["warning: there are no Python files under the given paths"], sys.stderr)
    colour = form in FOR_PEOPLE and coloured(options.color, to_file=options.output_file is not None)
    if options.statistics:
        lines = statistics.lines(report) if form in FOR_PEOPLE else statistics.json_lines(report)
    else:
        showing = Showing(
            base,
            cache(lambda name: api.source_lines(name, texts.get(name))),
            colour,
            options.gaps,
            __version__,
            fixing.unsafe_are_wanted(options),
        )
        lines = formats.render(form, report, showing)
    put(lines, options)
    if form in FOR_PEOPLE and not (options.quiet or options.silent):
        said = f"; {fixed} fixed" if fixed else ""
        said += fixing.fixable(report, fixing.unsafe_are_wanted(options))
        write([f"{_closing_line(report)}{said}"], sys.stderr)


def put(lines: Iterable[str], options: argparse.Namespace) -> None:
    """Write lines to the file that `--output-file` names, else to standard output. Raises UsageError."""
    if options.output_file is None:
        # The fixed source of what comes from standard input goes to standard output, alone.
        stream = sys.stderr if options.paths == ["-"] and fixing.are_wanted(options) else sys.stdout
        write(() if options.silent else lines, stream)
        return
    text = "".join(f"{line}\n" for line in lines)
    try:
        Path(options.output_file).write_text(text, encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise UsageError(f"--output-file {options.output_file}: {error.strerror}") from error


def finished(report: Report, options: argparse.Namespace) -> int:
    """Tell what could not be read and where convlint failed, and return the exit code."""
    for problem in report.unreadable:
        unable(f"{problem.path}: {problem.reason}")
    for failure in report.failures:
        if not failure.traceback:  # it says itself what is wrong
            unable(f"{failure.filename}: {failure.error}")
            continue
        unable(f"{failure.filename}: internal error, which is a bug: {failure.error} (see --show-traceback)")
        if options.show_traceback:
            write(failure.traceback.splitlines(), sys.stderr)
    if report.exit_code not in (EXIT_CLEAN, EXIT_FINDINGS):
        return report.exit_code
    return EXIT_FINDINGS if _fails(report, options) and not options.exit_zero else EXIT_CLEAN


def _fails(report: Report, options: argparse.Namespace) -> bool:
    from convlint.findings import Severity

    threshold = Severity(options.exit_non_zero_on)
    return any(finding.severity.rank <= threshold.rank for finding in report.findings)


def output_format(options: argparse.Namespace) -> str:
    """Return the output format: the option's, the environment's, or the settings'. Raises UsageError."""
    form: str = options.output_format or os.environ.get("CONVLINT_OUTPUT_FORMAT") or _configured_format(options)
    if form not in FORMATS:
        raise UsageError(f"unknown output format `{form}` in CONVLINT_OUTPUT_FORMAT")
    return form


def _configured_format(options: argparse.Namespace) -> str:
    paths = [path for path in options.paths if path != "-"]
    where = paths[0] if paths else options.stdin_filename or "."
    return configuration(options).of(where).output_format or "full"


def _closing_line(report: Report) -> str:
    from convlint.findings import Severity

    checked = f"{report.files} file{'s' * (report.files != 1)} checked"
    if followed := str(report.followed):
        checked += f"; {followed}"
    counts = [
        f"{count} {severity.value}{'s' * (count != 1)}"
        for severity in Severity
        if (count := sum(finding.severity is severity for finding in report.findings))
    ]
    return f"{', '.join(counts) or 'No findings'} ({visible(checked)}){_said_by_torch(report)}"


def _said_by_torch(report: Report) -> str:
    """Return what torch made of the findings, in numbers; "" if it was not asked."""
    from convlint.findings import Status

    said = [finding.confirmation.status for finding in report.findings if finding.confirmation is not None]
    if not said:
        return ""
    counts = [f"{said.count(status)} {status.value.replace('-', ' ')}" for status in Status if status in said]
    return f"; by torch: {', '.join(counts)}"
