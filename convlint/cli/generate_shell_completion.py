"""`convlint generate-shell-completion`: print what makes a shell complete convlint's commands."""

from __future__ import annotations

import argparse

from convlint.cli.options import add_common
from convlint.cli.terminal import EXIT_CLEAN, write
from convlint.errors import UsageError

SHELLS = ("bash", "zsh", "tcsh", "fish")


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("shell", choices=SHELLS)
    add_common(parser, run)


def run(options: argparse.Namespace) -> int:
    try:
        import shtab
    except ImportError:
        raise UsageError("completion is written by shtab: pip install 'convlint[completion]'") from None
    from convlint.cli import VERBS, parser_for

    if options.shell not in shtab.SUPPORTED_SHELLS:
        raise UsageError(f"shtab {shtab.__version__} writes no completion for {options.shell}")
    write(shtab.complete(parser_for(*VERBS), options.shell).splitlines())
    return EXIT_CLEAN
