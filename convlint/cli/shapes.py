"""`convlint shapes`: show a source with the shape of each tensor beside the line that holds it."""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from convlint.cli.options import add_arguments, add_common, add_packages, arguments, package_settings, shape
from convlint.cli.terminal import EXIT_CLEAN, EXIT_FINDINGS, coloured, write

if TYPE_CHECKING:
    from convlint.shapes import SourceShapes

_WIDTH = 120


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("target", metavar="PATH[:NAME]", help="a file, or one model of it: path/to/file.py:Name")
    parser.add_argument(
        "--input", action="append", default=[], metavar="SIZES", help="1,3,224,224; once for each input of the model"
    )
    parser.add_argument("--output-format", choices=("text", "json", "html", "markdown"), default="text")
    parser.add_argument("-o", "--output-file", metavar="FILE", help="write to this file")
    parser.add_argument("--width", type=int, metavar="N", help="columns of the text [default: those of the terminal]")
    parser.add_argument("--color", choices=("auto", "always", "never"), default="auto")
    add_arguments(parser)
    add_packages(parser)
    add_common(parser, run)


def run(options: argparse.Namespace) -> int:
    from convlint import api
    from convlint.report.concise import notice_lines

    settings = package_settings(options)
    inputs = [shape(text) for text in options.input]
    packages: dict[str, Any] = {"search_path": settings.search_path, "python": settings.python}
    found = api.shapes(options.target, *inputs, kwargs=arguments(options.arg), **packages)
    lines = _lines(found, options)
    if options.output_file:
        with Path(options.output_file).open("w", encoding="utf-8") as file:
            write(lines, file)
    else:
        write(lines)
    write(notice_lines(found.notices, Path.cwd()), sys.stderr)
    return EXIT_FINDINGS if any(mark.severity.fails for mark in found.marks) else EXIT_CLEAN


def _lines(found: SourceShapes, options: argparse.Namespace) -> Iterable[str]:
    from convlint.report import shapes_html, shapes_json, shapes_markdown, shapes_text

    base = Path.cwd()
    if options.output_format == "json":
        return [shapes_json.text(found, base)]
    if options.output_format == "html":
        return shapes_html.lines(found, base)
    if options.output_format == "markdown":
        return shapes_markdown.lines(found, base)
    to_file = bool(options.output_file)
    width = options.width or (_WIDTH if to_file else shutil.get_terminal_size((_WIDTH, 24)).columns)
    return shapes_text.lines(found, width, coloured(options.color, to_file=to_file))
