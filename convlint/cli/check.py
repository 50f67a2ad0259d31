"""`convlint check`: report what is wrong in the models of files and folders."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from msgspec.structs import replace

from convlint.cli import confirming, fixing, showing, silencing, targets
from convlint.cli.options import (
    add_cache,
    add_common,
    add_configuration,
    add_files,
    add_known,
    add_packages,
    add_selection,
    add_workers,
    cache_folder,
    configuration,
)
from convlint.cli.printing import add_output, finished, show
from convlint.cli.terminal import EXIT_CLEAN, EXIT_FINDINGS, EXIT_INTERRUPTED, EXIT_UNABLE
from convlint.errors import UsageError

if TYPE_CHECKING:
    from convlint.findings import Report


def add(parser: argparse.ArgumentParser) -> None:
    add_options(parser)
    fixing.add_fixes(parser)
    parser.add_argument(
        "--write-baseline",
        action="store_true",
        help="write what is found to the baseline [default: convlint-baseline.json], and stop",
    )
    parser.add_argument(
        "--add-ignore",
        nargs="?",
        const="",
        metavar="REASON",
        help="silence what is found with a comment at each statement, and stop; --add-ignore=REASON says why",
    )
    parser.add_argument(
        "--confirm", action="store_true", help="ask torch, in another process, whether each finding is true"
    )
    add_common(parser, run)


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of linting, which `convlint confirm` has as well."""
    add_files(parser)
    add_selection(parser)
    add_known(parser)
    add_output(parser)
    add_packages(parser)
    add_configuration(parser)
    add_cache(parser)
    add_workers(parser)
    confirming.add_options(parser)


def run(options: argparse.Namespace) -> int:
    if options.show_files:
        return showing.show_files(options)
    if options.show_settings:
        return showing.show_settings(options)
    if fixing.are_wanted(options):
        return _fix(options)
    if options.write_baseline:
        return silencing.write_baseline(options)
    if options.add_ignore is not None:
        return silencing.add_ignores(options)
    if options.confirm:
        with confirming.worker(options) as child:
            report, texts = lint(confirming.reading(options))
            report, interrupted = confirming.confirmed(report, child)
    else:
        report, texts = lint(options)
        interrupted = False
    show(report, options, texts)
    return EXIT_INTERRUPTED if interrupted else finished(report, options)


def _fix(options: argparse.Namespace) -> int:
    """Make or show fixes, and report what is left."""
    if options.confirm:
        raise UsageError("--confirm asks about findings as they are: run it without fixes")
    done, before, unreadable = fixing.fixed(options)
    code = fixing.finish(done, before, options)
    report = replace(done.report, unreadable=unreadable)
    if code is not None:
        return EXIT_UNABLE if finished(replace(report, findings=()), options) == EXIT_UNABLE else code
    show(report, options, {**before, **done.contents}, fixed=len(done.made))
    code = finished(report, options)
    return EXIT_FINDINGS if code == EXIT_CLEAN and done.made and options.exit_non_zero_on_fix else code


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
    files, models = targets.taken_apart(paths)
    if getattr(options, "confirm", True):
        report = api.lint_paths(files, config=settings)
    else:
        report = _by_workers(options, files)
    return (targets.only(report, models) if models else report), {}


def _by_workers(options: argparse.Namespace, paths: list[str]) -> Report:
    """Return the report, of which no evidence is needed: from what is kept, by other processes, or on a cluster."""
    from convlint import api
    from convlint.running.lint import How
    from convlint.running.progress import Bar

    settings, cache = configuration(options), cache_folder(options, paths)
    with Bar() as bar:
        if options.dask is None:
            return api.lint_as(paths, settings, How(cache, options.jobs, progress=bar))
        from convlint.running.cluster import dask_executor

        with dask_executor(options.dask) as executor:
            return api.lint_as(paths, settings, How(cache, executor=executor, progress=bar))
