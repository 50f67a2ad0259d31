"""`convlint summary`: show what every layer of one model costs, and what training it takes."""

from __future__ import annotations

import argparse
import io
from collections.abc import Mapping
from typing import TYPE_CHECKING

from convlint.cli.options import add_common, add_target, arguments, package_settings, shape
from convlint.cli.terminal import EXIT_CLEAN, EXIT_FINDINGS, coloured, write
from convlint.errors import UsageError

if TYPE_CHECKING:
    from convlint.report.summary_columns import Column, Row
    from convlint.summary import ModelSummary
    from convlint.training import Training

_DTYPES = ("float32", "float16", "bfloat16", "float64")
_FORMATS = ("table", "json", "csv", "markdown", "mermaid")


def add(parser: argparse.ArgumentParser) -> None:
    add_target(parser, "1,3,224,224; once for each input; names are symbols")
    parser.add_argument("--output-format", choices=_FORMATS, default="table")
    parser.add_argument("--tree", action="store_true", help="show modules nested, equal neighbours as one")
    parser.add_argument("--depth", type=_natural, metavar="N", help="show modules down to this depth, not all layers")
    parser.add_argument("--columns", metavar="NAMES", help="layer,kind,input,output,params,trainable,MACs,where,…")
    parser.add_argument("--batch-size", type=_natural, metavar="N", help="tell the memory that training takes with it")
    parser.add_argument("--dtype", choices=_DTYPES, help="compute in this dtype [default: float32]")
    parser.add_argument("--optimizer", metavar="NAME", help="count its state: adam, sgd, none, … [default: adam]")
    parser.add_argument("--fits", metavar="MEMORY", help='tell the biggest batch that trains in this: "24 GiB"')
    parser.add_argument("--color", choices=("auto", "always", "never"), default="auto")
    add_common(parser, run)


def _natural(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError("give a number above 0")
    return int(text)


def run(options: argparse.Namespace) -> int:
    from convlint import api

    settings = package_settings(options)
    inputs = [shape(text) for text in options.input]
    packages = {
        "kwargs": arguments(options.arg),
        "search_path": settings.search_path,
        "python": settings.python,
    }
    training = _training(options, inputs, packages)
    if options.batch_size and inputs and inputs[0]:
        inputs = [(options.batch_size, *sizes[1:]) if sizes[:1] == inputs[0][:1] else sizes for sizes in inputs]
    summary = api.summarize(options.target, *inputs, **packages)  # type: ignore[arg-type]
    write(_lines(summary, training, options))
    return EXIT_FINDINGS if summary.error else EXIT_CLEAN


def _training(
    options: argparse.Namespace, inputs: list[tuple[int | str, ...]], packages: Mapping[str, object]
) -> Training | None:
    """Return what training takes, if anything of it is asked for."""
    if not any((options.batch_size, options.dtype, options.optimizer, options.fits)):
        return None
    from convlint import api
    from convlint.config.counts import parse_bytes
    from convlint.memory.optimizers import OPTIMIZERS

    optimizer = options.optimizer or "adam"
    if optimizer not in OPTIMIZERS:
        raise UsageError(f"--optimizer {optimizer}: there are {', '.join(OPTIMIZERS)}")
    try:
        limit = None if options.fits is None else parse_bytes(options.fits)
    except ValueError as error:
        raise UsageError(f"--fits: {error}") from None
    return api.training_memory(
        options.target,
        *inputs,
        batch_size=options.batch_size,
        dtype=options.dtype or "float32",
        optimizer=optimizer,
        limit=limit,
        **packages,  # type: ignore[arg-type]
    )


def _lines(summary: ModelSummary, training: Training | None, options: argparse.Namespace) -> list[str]:
    from convlint.report import summary_json, summary_plain, summary_table

    if options.output_format == "json":
        return [summary_json.text(summary, training)]
    if options.output_format == "mermaid":
        from convlint.report import summary_mermaid

        return list(summary_mermaid.lines(summary, options.depth))
    rows, columns = _rows(summary, options), _columns(options)
    shown = columns or summary_table.told_columns(rows, _names(options))
    if options.output_format == "csv":
        return list(summary_plain.csv_lines(rows, shown))
    if options.output_format == "markdown":
        return list(summary_plain.markdown_lines(summary, rows, shown, training))
    stream = io.StringIO()
    summary_table.write(summary, stream, coloured(options.color), rows=rows, columns=shown, training=training)
    return [stream.getvalue().rstrip("\n")]


def _rows(summary: ModelSummary, options: argparse.Namespace) -> list[Row]:
    from convlint.report import summary_rows

    if options.tree:
        return summary_rows.tree(summary, options.depth)
    return summary_rows.flat(summary) if options.depth is None else summary_rows.at_depth(summary, options.depth)


def _columns(options: argparse.Namespace) -> list[Column] | None:
    from convlint.report.summary_columns import chosen

    return None if options.columns is None else chosen([name.strip() for name in options.columns.split(",")])


def _names(options: argparse.Namespace) -> tuple[str, ...]:
    from convlint.report.summary_columns import USUAL, USUAL_IN_TREES

    return USUAL_IN_TREES if options.tree or options.depth is not None else USUAL
