"""`convlint confirm`: report what is wrong, ask torch whether it is so, and with `--run` run the models themselves."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from convlint.cli import check, confirming, printing
from convlint.cli.options import add_common, configuration, shape
from convlint.cli.terminal import (
    EXIT_CLEAN,
    EXIT_FINDINGS,
    EXIT_INTERRUPTED,
    EXIT_REFUTED,
    EXIT_UNABLE,
    coloured,
    unable,
    write,
)
from convlint.errors import UsageError
from convlint.report.formats import FOR_PEOPLE

if TYPE_CHECKING:
    from convlint.confirm.judging import ModelCheck
    from convlint.confirm.process import Worker
    from convlint.findings import Report
    from convlint.trace import FileAnalysis


def add(parser: argparse.ArgumentParser) -> None:
    check.add_options(parser)
    parser.add_argument(
        "--run",
        action="store_true",
        help="import and run the models, which executes their code, and compare every layer; PATH may then be a "
        "TARGET, path/to/file.py:Name or package.module:name",
    )
    parser.add_argument("--input", action="append", default=[], metavar="SIZES", help="run a TARGET on it: 1,3,224,224")
    parser.add_argument("--macs", action="store_true", help="let torch count multiply-accumulates too")
    parser.set_defaults(
        fix=False, unsafe_fixes=False, diff=False, fix_only=False, write_baseline=False
    )  # findings are asked about as they are
    add_common(parser, run)


def run(options: argparse.Namespace) -> int:
    from convlint.confirm.unused import with_runs

    paths: list[str] = options.paths or ["."]
    targets = [path for path in paths if _is_target(path)]
    _refuse_nonsense(options, paths, targets)
    reading = confirming.reading(options)
    reading.paths = [path for path in paths if path not in targets]
    report, interrupted = _nothing(), False
    texts: dict[str, bytes] = {}
    checks: list[ModelCheck] = []
    with confirming.worker(options) as child:
        if reading.paths:
            report, texts = check.lint(reading)
            report, interrupted = confirming.confirmed(report, child)
        if options.run and not interrupted:
            search_path = configuration(reading).of(".").search_path
            interrupted = _run_models(options, child, _analyses(reading, targets), checks, search_path)
            report = with_runs(report, checks)
    _show(report, checks, options, texts)
    if interrupted:
        return EXIT_INTERRUPTED
    return _code(printing.finished(report, options), checks, options)


def _nothing() -> Report:
    from convlint.findings import Report

    return Report(())


def _refuse_nonsense(options: argparse.Namespace, paths: list[str], targets: list[str]) -> None:
    if (targets or options.input or options.macs) and not options.run:
        raise UsageError("a TARGET, --input and --macs are for running models: give --run")
    if options.run and "-" in paths:
        raise UsageError("what comes from standard input (-) cannot be run")
    if options.input and not targets:
        raise UsageError("--input is for a TARGET, path/to/file.py:Name or package.module:name")


def _is_target(path: str) -> bool:
    return ":" in path and not Path(path).exists()


def _analyses(options: argparse.Namespace, targets: list[str]) -> Iterator[FileAnalysis]:
    """Yield what is known of the models to run: all of the files', then those that are named."""
    from convlint import api

    settings = configuration(options)
    if options.paths:
        yield from api.analyses_of(options.paths, config=settings)
    inputs = [shape(text) for text in options.input]
    here = settings.of(".")
    for target in targets:
        yield api.analysis_of(target, *inputs, search_path=here.search_path, python=here.python)


def _run_models(
    options: argparse.Namespace,
    child: Worker,
    analyses: Iterator[FileAnalysis],
    checks: list[ModelCheck],
    search_path: Sequence[str],
) -> bool:
    """Put what torch says to each model at the end of `checks`; return whether the user interrupted that."""
    from convlint.confirm.models import Workers, check_models

    try:
        everyone = Workers(lambda: confirming.worker(options), child)
        with everyone as workers, confirming.shown_progress("models", None) as shown:
            for analysis in analyses:
                for checked in check_models(analysis, workers, search_path=search_path, macs=options.macs):
                    checks.append(checked)
                    shown.advance(shown.task_ids[0])
    except KeyboardInterrupt:
        return True
    return False


def _show(report: Report, checks: list[ModelCheck], options: argparse.Namespace, texts: dict[str, bytes]) -> None:
    from convlint.report import confirmed_json, runs_text

    base = Path.cwd()
    form = printing.output_format(options)
    if form == "json":
        printing.put([confirmed_json.text(report, checks, base)], options)
        return
    if texts or report.files or not checks:
        printing.show(report, options, texts)
    for checked in checks if form in FOR_PEOPLE else ():
        if form == "concise":
            write([runs_text.concise(checked, base)])
        else:
            write([*runs_text.full(checked, base, coloured(options.color)), ""])
    if options.run and not options.quiet:
        write([runs_text.closing_line(checks)], sys.stderr)


def _code(code: int, checks: list[ModelCheck], options: argparse.Namespace) -> int:
    """Return the exit code of findings and runs together: the gravest of unable, refuted, findings, clean."""
    from convlint.confirm.judging import Outcome

    outcomes = {checked.outcome for checked in checks}
    if code == EXIT_UNABLE:
        return code
    if code == EXIT_REFUTED or Outcome.REFUTED in outcomes:
        return EXIT_REFUTED
    if options.run and code == EXIT_CLEAN and outcomes <= {Outcome.NOT_CHECKED}:
        return unable("no model could be run, so nothing is confirmed")
    fails = Outcome.RAISES in outcomes and not options.exit_zero
    return EXIT_FINDINGS if fails else code
