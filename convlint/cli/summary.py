"""`convlint summary`: show what every layer of one model costs."""

from __future__ import annotations

import argparse
import io

from convlint.cli.options import add_common, add_target, package_settings, shape
from convlint.cli.terminal import EXIT_CLEAN, EXIT_FINDINGS, coloured, write


def add(parser: argparse.ArgumentParser) -> None:
    add_target(parser, "1,3,224,224; once for each input; names are symbols")
    parser.add_argument("--output-format", choices=("table", "json"), default="table")
    parser.add_argument("--color", choices=("auto", "always", "never"), default="auto")
    add_common(parser, run)


def run(options: argparse.Namespace) -> int:
    from convlint import api
    from convlint.report import summary_json, summary_table

    settings = package_settings(options)
    inputs = [shape(text) for text in options.input]
    summary = api.summarize(options.target, *inputs, search_path=settings.search_path, python=settings.python)
    if options.output_format == "json":
        write([summary_json.text(summary)])
    else:
        stream = io.StringIO()
        summary_table.write(summary, stream, coloured(options.color))
        write([stream.getvalue().rstrip("\n")])
    return EXIT_FINDINGS if summary.error else EXIT_CLEAN
