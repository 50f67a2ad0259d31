"""`convlint version`: tell the version."""

from __future__ import annotations

import argparse
import json

from convlint import __version__
from convlint.cli.options import add_common
from convlint.cli.terminal import EXIT_CLEAN, write


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--output-format", choices=("text", "json"), default="text")
    add_common(parser, run)


def run(options: argparse.Namespace) -> int:
    write([json.dumps({"version": __version__}) if options.output_format == "json" else f"convlint {__version__}"])
    return EXIT_CLEAN
