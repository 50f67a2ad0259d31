"""The command line: one module for each verb, which reads arguments, prints what the API returns, chooses an exit code.

Nothing heavy is imported before it is needed, so that `--version` and `--help` cost what Python's start costs.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from convlint import __version__
from convlint.cli import accepts, check, confirm, rule, server, summary
from convlint.cli.options import Command
from convlint.cli.terminal import EXIT_INTERRUPTED, EXIT_UNABLE, unable, use_utf8
from convlint.errors import UsageError


def main(argv: Sequence[str] | None = None) -> int:
    """Return the exit code: 0 clean, 1 findings, 2 unable to work, 3 refuted by torch, 130 interrupted."""
    use_utf8()
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        options = _parser().parse_args(_with_verb(arguments))
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else EXIT_UNABLE
    command: Command = options.command
    try:
        return command(options)
    except UsageError as error:
        return unable(str(error))
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except Exception as error:
        if options.show_traceback:
            raise
        return unable(f"internal error, which is a bug: {type(error).__name__}: {error} (see --show-traceback)")


_VERBS = ("check", "confirm", "summary", "accepts", "rule", "server", "lsp")
_OWN_OPTIONS = ("-h", "--help", "-V", "--version")


def _with_verb(arguments: list[str]) -> list[str]:
    """Return the arguments with the verb `check` before them if they have none."""
    if arguments and (arguments[0] in _VERBS or arguments[0] in _OWN_OPTIONS):
        return arguments
    return ["check", *arguments]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="convlint",
        description="A static linter for PyTorch models. `convlint PATH…` is `convlint check PATH…`.",
    )
    parser.add_argument("-V", "--version", action="version", version=f"convlint {__version__}")
    verbs = parser.add_subparsers(required=True, metavar="{check,confirm,summary,accepts,rule,server}")
    check.add(verbs.add_parser("check", help="report what is wrong in the models of files and folders"))
    confirm.add(verbs.add_parser("confirm", help="ask torch whether the findings are true, and run the models"))
    summary.add(verbs.add_parser("summary", help="show what every layer of one model costs"))
    accepts.add(verbs.add_parser("accepts", help="tell which input sizes one model accepts"))
    rule.add(verbs.add_parser("rule", help="explain a rule"))
    server.add(verbs.add_parser("server", help="run the language server on standard input and output"))
    server.add(verbs.add_parser("lsp"))
    return parser
