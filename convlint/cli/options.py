"""Options that several verbs have, and what their values stand for."""

from __future__ import annotations

import argparse
import math
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from convlint.errors import UsageError

if TYPE_CHECKING:
    from convlint.config import Config
    from convlint.config.resolve import Settings

Command = Callable[[argparse.Namespace], int]


def add_common(parser: argparse.ArgumentParser, command: Command) -> None:
    parser.add_argument("--show-traceback", action="store_true", help="show where convlint itself failed")
    parser.set_defaults(command=command)


def add_configuration(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--config",
        action="append",
        default=[],
        metavar="FILE|KEY=VALUE",
        help="take the settings from this file, or change one setting, as in TOML",
    )
    parser.add_argument("--isolated", action="store_true", help="take no settings from any file")


def add_selection(parser: argparse.ArgumentParser) -> None:
    """Add which rules run, and in which files."""
    parser.add_argument("--select", action="append", metavar="RULES", help="only these rules: CVL101,CVL2,names or ALL")
    parser.add_argument("--ignore", action="append", metavar="RULES", help="not these rules")
    parser.add_argument("--extend-select", action="append", metavar="RULES", help="these rules as well")
    parser.add_argument(
        "--per-file-ignores",
        action="append",
        metavar="PATTERN:RULE,…",
        help="not these rules in files that match, instead of what the settings say",
    )
    parser.add_argument(
        "--extend-per-file-ignores", action="append", metavar="PATTERN:RULE,…", help="besides what the settings say"
    )


def add_known(parser: argparse.ArgumentParser) -> None:
    """Add which findings are known, and not told."""
    parser.add_argument("--ignore-noqa", action="store_true", help="heed no comment that silences")
    parser.add_argument("--baseline", metavar="FILE", help="do not tell the findings that this file holds")


def add_files(parser: argparse.ArgumentParser) -> None:
    """Add which files are read."""
    parser.add_argument("paths", nargs="*", metavar="PATH", help="files and folders; - for standard input [default: .]")
    parser.add_argument("--stdin-filename", metavar="NAME", help="what to call the file on standard input")
    parser.add_argument("--exclude", action="append", metavar="PATTERNS", help="leave these out, as in .gitignore")
    parser.add_argument("--extend-exclude", action="append", metavar="PATTERNS", help="leave these out as well")
    parser.add_argument("--force-exclude", action="store_true", help="leave out what is excluded, even if it is named")
    parser.add_argument("--no-force-exclude", dest="force_exclude", action="store_false", help=argparse.SUPPRESS)
    parser.add_argument(
        "--respect-gitignore",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="leave out what .gitignore files do [default: yes]",
    )
    parser.add_argument("--show-files", action="store_true", help="list the files that would be read, and stop")
    parser.add_argument("--show-settings", action="store_true", help="show the settings of the first file, and stop")


def add_target(parser: argparse.ArgumentParser, sizes: str) -> None:
    parser.add_argument("target", metavar="TARGET", help="path/to/file.py, path/to/file.py:Name or package.module:name")
    parser.add_argument("--input", action="append", default=[], metavar="SIZES", help=sizes)
    add_arguments(parser)
    add_packages(parser)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the model is built with."""
    parser.add_argument(
        "--arg",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help='build the model with this argument, a literal of Python or else text; "?" leaves it open',
    )


def arguments(given: Iterable[str]) -> dict[str, Any]:
    """Return the arguments that a model is built with by name; `...` for those that stay open. Raises UsageError."""
    found: dict[str, Any] = {}
    for text in given:
        name, separator, value = text.partition("=")
        if not separator or not name.strip().isidentifier():
            raise UsageError(f"--arg {text}: write a name and a value, as in width=64")
        found[name.strip()] = ... if value.strip() == "?" else _literal(value)
    return found


def _literal(text: str) -> Any:
    import ast

    try:
        return ast.literal_eval(text.strip())
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return text


def add_packages(parser: argparse.ArgumentParser) -> None:
    """Add where imported modules are looked for."""
    parser.add_argument(
        "--search-path", action="append", default=[], metavar="FOLDER", help="look for modules there too"
    )
    parser.add_argument(
        "--python",
        metavar="ENVIRONMENT",
        help="read installed packages of this virtual environment [default: found from the shell and the folders]",
    )


def add_cache(parser: argparse.ArgumentParser) -> None:
    """Add whether and where results are kept."""
    parser.add_argument("--no-cache", action="store_true", help="read and keep no results")
    parser.add_argument(
        "--cache-dir",
        metavar="FOLDER",
        help="keep results there [default: CONVLINT_CACHE_DIR, or .convlint_cache in the project's root]",
    )


def add_workers(parser: argparse.ArgumentParser) -> None:
    """Add who does the work."""
    parser.add_argument(
        "-j", "--jobs", type=_jobs, metavar="N", help="work in N processes [default: the cores, fewer for few files]"
    )
    parser.add_argument("--dask", metavar="ADDRESS", help="work on this Dask cluster, such as tcp://scheduler:8786")
    parser.add_argument(
        "--file-timeout",
        type=_seconds,
        metavar="S",
        help="seconds of the processor that one file may take; what is found until then is told [default: 10]",
    )


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < math.inf:
        raise argparse.ArgumentTypeError("give a number of seconds above 0")
    return seconds


def _jobs(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError("give a number above 0")
    return int(text)


def cache_folder(options: argparse.Namespace, paths: list[str]) -> str | None:
    """Return the folder for results, None if none are kept."""
    if options.no_cache:
        return None
    from convlint.cache.places import project_folder

    return options.cache_dir or project_folder(paths[0])


def configuration(options: argparse.Namespace) -> Settings:
    """Return the settings of each file, with what the options say of rules, files, and where to look for modules."""
    if not hasattr(options, "resolved"):
        options.resolved = _resolved(options)
    resolved: Settings = options.resolved
    return resolved


def _resolved(options: argparse.Namespace) -> Settings:
    from convlint.config.resolve import Settings

    config_files, changes = _config_values(options)
    folders = _folders(options)

    def changed(config: Config) -> Config:
        from convlint.config.files import overridden

        for change in changes:
            config = overridden(config, change)
        config = config.finding_packages(folders, options.python)
        config = config.choosing(_codes("--select", options.select), _codes("--ignore", options.ignore))
        if options.baseline is not None or options.write_baseline:
            config = config.changed(baseline="" if options.write_baseline else str(Path(options.baseline).absolute()))
        config = config.changed(heeding=not options.ignore_noqa)
        if options.file_timeout is not None:
            config = config.changed(file_timeout=options.file_timeout)
        return _choosing_files(_extended(config, options), options)

    return Settings(_fixed(options, config_files), changed)


def package_settings(options: argparse.Namespace) -> Config:
    """Return the settings nearest to a target, with where the options say to look for modules."""
    from convlint import api

    where = options.target if options.target.endswith(".py") else options.target.rpartition(":")[0]
    settings = api.nearest_config([where if where.endswith(".py") else "."])
    return settings.finding_packages(_folders(options), options.python)


def _config_values(options: argparse.Namespace) -> tuple[list[str], list[str]]:
    """Return the files and the `key = value` texts among what `--config` names."""
    changes = [value for value in options.config if "=" in value and not Path(value).exists()]
    files = [value for value in options.config if value not in changes]
    if len(files) > 1:
        raise UsageError(f"--config names two files, {files[0]} and {files[1]}: settings come from one")
    if files and options.isolated:
        raise UsageError("--config with a file and --isolated exclude each other")
    return files, changes


def _fixed(options: argparse.Namespace, files: list[str]) -> Config | None:
    """Return the settings of all files if they do not depend on where a file is; paths count from here."""
    from convlint import config

    if options.isolated:
        return config.Config()
    return config.load(Path(files[0]), root=Path.cwd()) if files else None


def _extended(config: Config, options: argparse.Namespace) -> Config:
    more = _codes("--extend-select", options.extend_select) or ()
    said = _per_file(options.per_file_ignores)
    also = _per_file(options.extend_per_file_ignores) or {}
    base = config.per_file_ignores if said is None else said
    return config.changed(
        extend_select=(*config.extend_select, *more),
        per_file_ignores={**base, **{key: (*base.get(key, ()), *codes) for key, codes in also.items()}},
    )


def _choosing_files(config: Config, options: argparse.Namespace) -> Config:
    exclude, more = _patterns(options.exclude, config), _patterns(options.extend_exclude, config) or ()
    return config.changed(
        exclude=config.exclude if exclude is None else exclude,
        extend_exclude=(*config.extend_exclude, *more),
        force_exclude=options.force_exclude or config.force_exclude,
        respect_gitignore=config.respect_gitignore if options.respect_gitignore is None else options.respect_gitignore,
    )


def _patterns(values: list[str] | None, config: Config) -> tuple[str, ...] | None:
    """Return the patterns of an option, which count from here, as if they counted from where the settings do."""
    if values is None:
        return None
    here = os.path.relpath(Path.cwd(), config.root) if config.root else "."
    prefix = "" if here == "." or here.startswith("..") else f"{Path(here).as_posix()}/"
    patterns = [part.strip() for value in values for part in value.split(",") if part.strip()]
    return tuple(f"/{prefix}{it.removeprefix('/')}" if "/" in it.rstrip("/") else it for it in patterns)


def _per_file(values: list[str] | None) -> dict[str, tuple[str, ...]] | None:
    """Return what "tests/*:CVL1,CVL2,models/*.py:CVL3" says: a pattern, a colon, its rules."""
    if values is None:
        return None
    found: dict[str, tuple[str, ...]] = {}
    pattern = ""
    for part in (part.strip() for value in values for part in value.split(",") if part.strip()):
        if ":" in part:
            pattern, _, part = (piece.strip() for piece in part.rpartition(":"))
        if not pattern or not part:
            raise UsageError(
                f"--per-file-ignores {','.join(values)}: give a pattern, a colon and rules: tests/*:CVL102"
            )
        found[pattern] = (*found.get(pattern, ()), part)
    return found


def _folders(options: argparse.Namespace) -> list[str]:
    """Return what `--search-path` names. Raises UsageError for what is no folder."""
    wrong = [folder for folder in options.search_path if not Path(folder).is_dir()]
    if wrong:
        raise UsageError(f"--search-path {wrong[0]}: there is no such folder")
    return list(options.search_path)


def _codes(option: str, values: list[str] | None) -> tuple[str, ...] | None:
    """Return the selectors of a repeatable, comma-separated option; None if it was not given."""
    if values is None:
        return None
    codes = tuple(code.strip() for value in values for code in value.split(",") if code.strip())
    if not codes:
        raise UsageError(f"{option}: give rules, such as CVL101, CVL1, shrinking-layer or ALL")
    return codes


def shape(text: str) -> tuple[int | str, ...]:
    """Return the sizes in "1,3,H,W"; parentheses and blanks do not count."""
    parts = [part.strip() for part in text.strip().strip("()[]").strip().removesuffix(",").split(",")]
    parts = [] if parts == [""] else parts
    for part in parts:
        if not (part.isdecimal() or part.isidentifier()):
            raise UsageError(f"--input {text}: `{part}` is neither a size nor the name of a symbol")
    return tuple(int(part) if part.isdecimal() else part for part in parts)
