"""`convlint accepts`: tell which input sizes one model accepts."""

from __future__ import annotations

import argparse
from typing import Any

from convlint.cli.options import add_common, add_target, arguments, package_settings, shape
from convlint.cli.terminal import EXIT_CLEAN, EXIT_FINDINGS, write


def add(parser: argparse.ArgumentParser) -> None:
    add_target(parser, "N,3,H,W; once for each input; names are the sizes to find, numbers stay fixed")
    parser.add_argument("--output-format", choices=("text", "json"), default="text")
    add_common(parser, run)


def run(options: argparse.Namespace) -> int:
    from convlint import api
    from convlint.report import accepts_json
    from convlint.report.escape import visible

    settings = package_settings(options)
    inputs = [shape(text) for text in options.input]
    packages: dict[str, Any] = {"search_path": settings.search_path, "python": settings.python}
    found = api.accepted_inputs(options.target, *inputs, kwargs=arguments(options.arg), **packages)
    if options.output_format == "json":
        write([accepts_json.text(found)])
    else:
        write([visible(line) for line in found.lines()])
    return EXIT_FINDINGS if found.decided and not found.cases else EXIT_CLEAN
