"""Options that several verbs have, and what their values stand for."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from convlint.errors import UsageError

if TYPE_CHECKING:
    from convlint.config import Config

Command = Callable[[argparse.Namespace], int]


def add_common(parser: argparse.ArgumentParser, command: Command) -> None:
    parser.add_argument("--show-traceback", action="store_true", help="show where convlint itself failed")
    parser.set_defaults(command=command)


def add_configuration(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--config", type=Path, metavar="FILE", help="take the settings from this file")
    parser.add_argument("--isolated", action="store_true", help="take no settings from any file")


def add_target(parser: argparse.ArgumentParser, sizes: str) -> None:
    parser.add_argument("target", metavar="TARGET", help="path/to/file.py, path/to/file.py:Name or package.module:name")
    parser.add_argument("--input", action="append", default=[], metavar="SIZES", help=sizes)
    add_packages(parser)


def add_packages(parser: argparse.ArgumentParser) -> None:
    """Add where imported modules are looked for."""
    parser.add_argument(
        "--search-path", action="append", default=[], metavar="FOLDER", help="look for modules there too"
    )
    parser.add_argument(
        "--python",
        metavar="ENVIRONMENT",
        help="read installed packages of this virtual environment [default: the one convlint runs in]",
    )


def configuration(options: argparse.Namespace) -> Config:
    """Return the settings to use, with the options' choice of rules and of where to look for modules."""
    from convlint import api, config

    if options.isolated:
        settings = config.Config()
    elif options.config is not None:
        settings = config.load(options.config)
    else:
        settings = api.nearest_config(
            [path for path in options.paths if path != "-"] or [options.stdin_filename or "."]
        )
    settings = settings.finding_packages(_folders(options), options.python)
    return settings.choosing(_codes(options.select), _codes(options.ignore))


def package_settings(options: argparse.Namespace) -> Config:
    """Return the settings nearest to a target, with where the options say to look for modules."""
    from convlint import api

    where = options.target if options.target.endswith(".py") else options.target.rpartition(":")[0]
    settings = api.nearest_config([where if where.endswith(".py") else "."])
    return settings.finding_packages(_folders(options), options.python)


def _folders(options: argparse.Namespace) -> list[str]:
    """Return what `--search-path` names. Raises UsageError for what is no folder."""
    wrong = [folder for folder in options.search_path if not Path(folder).is_dir()]
    if wrong:
        raise UsageError(f"--search-path {wrong[0]}: there is no such folder")
    return list(options.search_path)


def _codes(values: list[str] | None) -> tuple[str, ...] | None:
    """Return the codes of a repeatable, comma-separated option; None if it was not given."""
    if values is None:
        return None
    return tuple(code.strip() for value in values for code in value.split(",") if code.strip())


def shape(text: str) -> tuple[int | str, ...]:
    """Return the sizes in "1,3,H,W"; parentheses and blanks do not count."""
    parts = [part.strip() for part in text.strip().strip("()[]").strip().removesuffix(",").split(",")]
    parts = [] if parts == [""] else parts
    for part in parts:
        if not (part.isdecimal() or part.isidentifier()):
            raise UsageError(f"--input {text}: `{part}` is neither a size nor the name of a symbol")
    return tuple(int(part) if part.isdecimal() else part for part in parts)
