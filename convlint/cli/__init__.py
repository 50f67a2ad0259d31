"""The command line: one module for each verb, which reads arguments, prints what the API returns, chooses an exit code.

Nothing heavy is imported before it is needed, so that `--version` and `--help` cost what Python's start costs.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from convlint import __version__
from convlint.cli.starting import import_structs
from convlint.cli.terminal import EXIT_INTERRUPTED, EXIT_UNABLE, open_streams, unable, use_utf8
from convlint.errors import UsageError

if TYPE_CHECKING:
    from convlint.cli.options import Command


def main(argv: Sequence[str] | None = None) -> int:
    """Return the exit code: 0 clean, 1 findings, 2 unable to work, 3 refuted by torch, 130 interrupted."""
    open_streams()
    use_utf8()
    try:
        return _run(_with_verb(list(sys.argv[1:] if argv is None else argv)))
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED


def _run(arguments: list[str]) -> int:
    try:
        options = parser_for(arguments[0]).parse_args(arguments)
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else EXIT_UNABLE
    command: Command = options.command
    try:
        return command(options)
    except UsageError as error:
        return unable(str(error))
    except Exception as error:
        if options.show_traceback:
            raise
        if not _is_somewhere():
            return unable("the working folder is not there any more")
        return unable(f"internal error, which is a bug: {type(error).__name__}: {error} (see --show-traceback)")


def _is_somewhere() -> bool:
    try:
        return bool(os.getcwd())  # noqa: PTH109
    except OSError:
        return False


VERBS = {
    "check": "report what is wrong in the models of files and folders",
    "confirm": "ask torch whether the findings are true, and run the models",
    "summary": "show what every layer of one model costs",
    "shapes": "show a source with the shape of each tensor beside it",
    "report": "make a page that shows one model, to look at and to play with",
    "accepts": "tell which input sizes one model accepts",
    "diff": "tell what a change does to the models",
    "rule": "explain a rule",
    "config": "list the settings, or explain one",
    "clean": "remove what convlint keeps of earlier runs",
    "server": "run the language server on standard input and output",
    "version": "tell the version",
    "generate-shell-completion": "print the completion of commands for a shell",
}
"""Each verb is the module of its name, dashes as underscores."""
_ALIASES = {"lsp": "server"}
_OWN_OPTIONS = ("-h", "--help", "-V", "--version")


def _with_verb(arguments: list[str]) -> list[str]:
    """Return the arguments with the verb `check` before them if they have none."""
    if arguments and arguments[0] in (*VERBS, *_ALIASES, *_OWN_OPTIONS):
        return arguments
    return ["check", *arguments]


def parser_for(*own: str) -> argparse.ArgumentParser:
    """Return the parser that knows its `own` verbs, with their options; without any the names of all."""
    parser = argparse.ArgumentParser(
        prog="convlint",
        formatter_class=_Formatter,
        description="A static linter for PyTorch models. `convlint PATH…` is `convlint check PATH…`.",
    )
    parser.add_argument("-V", "--version", action="version", version=f"convlint {__version__}")
    verbs = parser.add_subparsers(required=True, metavar=f"{{{','.join(VERBS)}}}", prog="convlint")
    known = [verb for verb in own if verb in VERBS or verb in _ALIASES]
    for name in known or (*VERBS, *_ALIASES):  # each parser costs a millisecond
        if name in VERBS:
            made = verbs.add_parser(name, help=VERBS[name], formatter_class=_Formatter)
        else:
            made = verbs.add_parser(name, formatter_class=_Formatter)
        if name in known:
            add_verb(_ALIASES.get(name, name), made)
    return parser


class _Formatter(argparse.HelpFormatter):
    """Help as wide as the terminal. argparse makes one for each option, and asks `shutil`, which is slow to import."""

    def __init__(self, prog: str, **others: Any) -> None:
        super().__init__(prog, width=_columns() - 2, **others)


def _columns() -> int:
    told = os.environ.get("COLUMNS", "")
    if told.isdecimal() and int(told) > 0:
        return int(told)
    try:
        return os.get_terminal_size(sys.__stdout__.fileno()).columns or 80  # type: ignore[union-attr]
    except (AttributeError, ValueError, OSError):
        return 80


def add_verb(verb: str, parser: argparse.ArgumentParser) -> None:
    """Add the options of a verb to its parser."""
    import_structs()
    importlib.import_module(f"convlint.cli.{verb.replace('-', '_')}").add(parser)
