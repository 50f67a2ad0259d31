"""`convlint diff`: tell what a change does to the models."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from convlint.cli.options import add_common
from convlint.cli.terminal import EXIT_CLEAN, write
from convlint.errors import UsageError


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("revision", metavar="REV", help="the version before: a commit, a branch, a tag")
    parser.add_argument(
        "rest",
        nargs="*",
        metavar="REV2 | TARGET",
        help="the version after [default: the files as they are], then files, folders, or path/to/file.py:Name",
    )
    parser.add_argument("--output-format", choices=("text", "markdown", "json"), default="text")
    parser.add_argument("--python", metavar="ENVIRONMENT", help="read installed packages of this virtual environment")
    add_common(parser, run)


def run(options: argparse.Namespace) -> int:
    from convlint.config.resolve import Settings
    from convlint.differences import shown, versions
    from convlint.differences.compare import compare
    from convlint.differences.models import state_of

    root = versions.repository(Path.cwd())
    rest: list[str] = options.rest
    second = rest[0] if rest and _is_second(root, rest[0]) else None
    targets = [_in_repository(root, target) for target in (rest[1:] if second is not None else rest)]
    python = options.python or Settings().environment(root).path
    with tempfile.TemporaryDirectory(prefix="convlint-diff-") as scratch:
        base = Path(scratch).resolve()
        before = versions.read(root, options.revision, base / "before")
        after = (
            versions.Version("the files as they are", root)
            if second is None
            else versions.read(root, second, base / "after")
        )
        states = [(version.name, state_of(version.folder, targets, python)) for version in (before, after)]
        found = compare(states[0], states[1])
        formats = {"text": shown.text, "markdown": shown.markdown, "json": shown.as_json}
        write(formats[options.output_format](found, (before.folder, after.folder)))
    return EXIT_CLEAN


def _is_second(root: Path, text: str) -> bool:
    from convlint.differences import versions

    return not Path(text.partition(":")[0]).exists() and versions.is_revision(root, text)


def _in_repository(root: Path, target: str) -> str:
    """Return a target relative to the repository. Raises UsageError for one that lies elsewhere."""
    path, colon, name = target.rpartition(":") if ".py:" in target else (target, "", "")
    absolute = Path(path).absolute()
    if not absolute.is_relative_to(root):
        raise UsageError(f"{target} is not in the repository {root}")
    return f"{absolute.relative_to(root).as_posix()}{colon}{name}"
