"""`convlint check`: report what is wrong in the models of files and folders."""

from __future__ import annotations

import argparse
import sys
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
from convlint.cli.printing import add_output, finished, show
from convlint.cli.terminal import EXIT_INTERRUPTED
from convlint.errors import UsageError

if TYPE_CHECKING:
    from convlint.findings import Report


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
    add_output(parser)
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
