"""`convlint server`: the language server."""

from __future__ import annotations

import argparse

from convlint.cli.options import add_common
from convlint.errors import UsageError


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--stdio", action="store_true", help="speak on standard input and output, as it does anyway")
    add_common(parser, run)


def run(options: argparse.Namespace) -> int:
    try:
        import pygls  # noqa: F401
    except ImportError:
        raise UsageError("the language server needs pygls: pip install 'convlint[lsp]'") from None
    from convlint.lsp.server import serve

    return serve()
