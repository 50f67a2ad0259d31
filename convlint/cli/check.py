"""`convlint check`: report what is wrong in the models of files and folders."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from convlint.cli.options import add_common, add_configuration, add_packages, configuration
from convlint.cli.terminal import EXIT_CLEAN, coloured, unable, write
from convlint.errors import UsageError

if TYPE_CHECKING:
    from convlint.findings import Report


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="*", metavar="PATH", help="files and folders; - for standard input [default: .]")
    parser.add_argument("--output-format", choices=("full", "concise", "json"), default=None)
    parser.add_argument("--select", action="append", metavar="CODES", help="only these rules: CVL101,CVL2 or ALL")
    parser.add_argument("--ignore", action="append", metavar="CODES", help="not these rules")
    parser.add_argument(
        "--force-exclude", action="store_true", help="leave out what the settings exclude, even if named"
    )
    parser.add_argument("--exit-zero", action="store_true", help="exit with 0 even if there are findings")
    parser.add_argument("-q", "--quiet", action="store_true", help="print findings only")
    parser.add_argument("--gaps", action="store_true", help="also tell where tracking stopped, and why")
    parser.add_argument("--color", choices=("auto", "always", "never"), default="auto")
    parser.add_argument("--stdin-filename", metavar="NAME", help="what to call the file on standard input")
    add_packages(parser)
    add_configuration(parser)
    add_common(parser, run)


def run(options: argparse.Namespace) -> int:
    from convlint import api

    config = configuration(options)
    paths: list[str] = options.paths or ["."]
    if "-" in paths:
        if paths != ["-"]:
            raise UsageError("standard input (-) cannot be checked together with files")
        name = options.stdin_filename or "<stdin>"
        data = sys.stdin.buffer.read()
        report = api.lint_bytes(data, name, config=config)
        texts = {name: data}
    else:
        report = api.lint_paths(paths, config=config, force_exclude=options.force_exclude)
        texts = {}
    _show(report, options, texts)
    for failure in report.failures:
        unable(f"{failure.filename}: internal error, which is a bug: {failure.error} (see --show-traceback)")
        if options.show_traceback:
            write(failure.traceback.splitlines(), sys.stderr)
    return EXIT_CLEAN if options.exit_zero and not report.failures else report.exit_code


def _show(report: Report, options: argparse.Namespace, texts: dict[str, bytes]) -> None:
    from convlint import api
    from convlint.report import concise, full, json

    base = Path.cwd()
    form = options.output_format or os.environ.get("CONVLINT_OUTPUT_FORMAT") or "full"
    if form == "json":
        write([json.text(report, base)])
    elif form == "concise":
        write(concise.lines(report, base))
    elif form == "full":
        write(full.lines(report, base, lambda name: api.source_lines(name, texts.get(name)), coloured(options.color)))
    else:
        raise UsageError(f"unknown output format `{form}` in CONVLINT_OUTPUT_FORMAT")
    if options.gaps:
        write(concise.gap_lines(report, base), sys.stderr if form == "json" else sys.stdout)
    if not options.quiet and form != "json":
        write([_closing_line(report)], sys.stderr)


def _closing_line(report: Report) -> str:
    from convlint.findings import Severity

    checked = f"{report.files} file{'s' * (report.files != 1)} checked"
    counts = [
        f"{count} {severity.value}{'s' * (count != 1)}"
        for severity in Severity
        if (count := sum(finding.severity is severity for finding in report.findings))
    ]
    return f"{', '.join(counts) or 'No findings'} ({checked})"
