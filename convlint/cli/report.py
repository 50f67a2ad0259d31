"""`convlint report`: make a page that shows a model, or a figure of it."""

from __future__ import annotations

import argparse
from pathlib import Path

from convlint.cli.options import add_common, add_target, package_settings, shape
from convlint.cli.terminal import EXIT_CLEAN, EXIT_FINDINGS, write

_FORMATS = ("html", "json", "svg", "png")


def add(parser: argparse.ArgumentParser) -> None:
    add_target(parser, "1,3,224,224: the sizes to begin with; once for each input")
    parser.add_argument("-o", "--output-file", metavar="FILE", help="write to this file [default: model.html, …]")
    parser.add_argument(
        "--format", choices=("html", "json", "svg", "png"), help="[default: by the file's name, else html]"
    )
    parser.add_argument("--style", choices=("lenet", "blocks"), default="lenet", help="how figures are drawn")
    add_common(parser, run)


def run(options: argparse.Namespace) -> int:
    from convlint import api
    from convlint.report.page import data, html

    settings = package_settings(options)
    inputs = [shape(text) for text in options.input]
    subject = api.page_subject(options.target, *inputs, search_path=settings.search_path, python=settings.python)
    found = data.plain(subject, Path.cwd())
    form = options.format or Path(options.output_file or "model.html").suffix[1:]
    file = Path(options.output_file or f"model.{form}")
    if form == "json":
        from convlint.report.escape import json_text

        content = json_text(found).encode()
    else:
        content = html.page(found).encode()
    file.write_bytes(content)
    write([f"{file}: {len(found['nodes'])} calls of {found['name']}, {len(content):,} bytes"])
    return EXIT_FINDINGS if any(finding.severity.fails for finding in subject.findings) else EXIT_CLEAN
