"""`convlint check`: report what is wrong in the models of files and folders."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from convlint.cli import confirming, showing
from convlint.cli.options import (
    add_common,
    add_configuration,
    add_files,
    add_packages,
    add_selection,
    configuration,
)
from convlint.cli.terminal import EXIT_CLEAN, EXIT_FINDINGS, EXIT_INTERRUPTED, coloured, unable, write
from convlint.errors import UsageError

if TYPE_CHECKING:
    from convlint.findings import Report

FORMATS = ("full", "concise", "json")


def add(parser: argparse.ArgumentParser) -> None:
    add_options(parser)
    parser.add_argument(
        "--confirm", action="store_true", help="ask torch, in another process, whether each finding is true"
    )
    add_common(parser, run)


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of linting, which `convlint confirm` has as well."""
    add_files(parser)
    add_selection(parser)
    parser.add_argument("--output-format", choices=FORMATS, default=None)
    parser.add_argument("--exit-zero", action="store_true", help="exit with 0 even if there are findings")
    parser.add_argument("-q", "--quiet", action="store_true", help="print findings only")
    parser.add_argument("--gaps", action="store_true", help="also tell where tracking stopped, and why")
    parser.add_argument("--color", choices=("auto", "always", "never"), default="auto")
    add_packages(parser)
    add_configuration(parser)
    confirming.add_options(parser)


def run(options: argparse.Namespace) -> int:
    if options.show_files:
        return showing.show_files(options)
    if options.show_settings:
        return showing.show_settings(options)
    if options.confirm:
        with confirming.worker(options) as child:
            report, texts = lint(confirming.reading(options))
            report, interrupted = confirming.confirmed(report, child)
    else:
        report, texts = lint(options)
        interrupted = False
    show(report, options, texts)
    return EXIT_INTERRUPTED if interrupted else finished(report, options)


def lint(options: argparse.Namespace) -> tuple[Report, dict[str, bytes]]:
    """Return what there is to report, and the texts of files that are not on disk."""
    from convlint import api

    settings = configuration(options)
    paths: list[str] = options.paths or ["."]
    if "-" in paths:
        if paths != ["-"]:
            raise UsageError("standard input (-) cannot be checked together with files")
        name = options.stdin_filename or "<stdin>"
        data = sys.stdin.buffer.read()
        return api.lint_bytes(data, name, config=settings), {name: data}
    return api.lint_paths(paths, config=settings), {}


def finished(report: Report, options: argparse.Namespace) -> int:
    """Tell what could not be read and where convlint failed, and return the exit code."""
    for problem in report.unreadable:
        unable(f"{problem.path}: {problem.reason}")
    for failure in report.failures:
        unable(f"{failure.filename}: internal error, which is a bug: {failure.error} (see --show-traceback)")
        if options.show_traceback:
            write(failure.traceback.splitlines(), sys.stderr)
    return EXIT_CLEAN if options.exit_zero and report.exit_code == EXIT_FINDINGS else report.exit_code


def show(report: Report, options: argparse.Namespace, texts: dict[str, bytes]) -> None:
    """Print the report in the format that is asked for."""
    from convlint import api
    from convlint.report import concise, full, json

    base = Path.cwd()
    form = output_format(options)
    write(concise.notice_lines(report, base), sys.stderr)
    if not (report.files or report.unreadable or options.quiet):
        write(["warning: there are no Python files under the given paths"], sys.stderr)
    if form == "json":
        write([json.text(report, base)])
    elif form == "concise":
        write(concise.lines(report, base))
    else:
        write(full.lines(report, base, lambda name: api.source_lines(name, texts.get(name)), coloured(options.color)))
    if options.gaps:
        write(concise.gap_lines(report, base), sys.stderr if form == "json" else sys.stdout)
    if not options.quiet and form != "json":
        write([_closing_line(report)], sys.stderr)


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
    counts = [
        f"{count} {severity.value}{'s' * (count != 1)}"
        for severity in Severity
        if (count := sum(finding.severity is severity for finding in report.findings))
    ]
    return f"{', '.join(counts) or 'No findings'} ({checked}){_said_by_torch(report)}"


def _said_by_torch(report: Report) -> str:
    """Return what torch made of the findings, in numbers; "" if it was not asked."""
    from convlint.findings import Status

    said = [finding.confirmation.status for finding in report.findings if finding.confirmation is not None]
    if not said:
        return ""
    counts = [f"{said.count(status)} {status.value.replace('-', ' ')}" for status in Status if status in said]
    return f"; by torch: {', '.join(counts)}"
