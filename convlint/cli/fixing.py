"""What `--fix`, `--diff` and their companions do: make fixes, show them, write files."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from convlint.cli.options import configuration
from convlint.cli.terminal import EXIT_CLEAN, EXIT_FINDINGS, unable, write, write_bytes
from convlint.errors import UsageError

if TYPE_CHECKING:
    from convlint.config import Config
    from convlint.findings import Report, Unreadable
    from convlint.fixes.applying import Fixed


def add_fixes(parser: argparse.ArgumentParser) -> None:
    """Add the options of fixes."""
    flag = argparse.BooleanOptionalAction
    parser.add_argument("--fix", action=flag, default=None, help="make the safe fixes")
    parser.add_argument("--unsafe-fixes", action=flag, default=None, help="make or show unsafe fixes, too")
    parser.add_argument("--fix-only", action="store_true", help="make fixes, and report nothing of what is left")
    parser.add_argument("--diff", action="store_true", help="show what fixes would change, and write nothing")
    parser.add_argument("--show-fixes", action="store_true", help="list the fixes that were made")
    parser.add_argument("--exit-non-zero-on-fix", action="store_true", help="exit with 1 if anything was fixed")


def are_wanted(options: argparse.Namespace) -> bool:
    """Tell whether this run makes fixes."""
    return bool(options.diff or options.fix_only or _flag(options.fix, _nearest(options).fix))


def unsafe_are_wanted(options: argparse.Namespace) -> bool:
    return _flag(options.unsafe_fixes, _nearest(options).unsafe_fixes)


def fixed(options: argparse.Namespace) -> tuple[Fixed, dict[str, bytes], tuple[Unreadable, ...]]:
    """Return what fixes make of the files that are named, their contents before it, and what could not be read."""
    from convlint import api
    from convlint.fixes.applying import fix
    from convlint.gathering import gather

    settings = configuration(options)
    if options.paths == ["-"]:
        contents: dict[str, bytes] = {options.stdin_filename or "<stdin>": sys.stdin.buffer.read()}
        unreadable: tuple[Unreadable, ...] = ()
    else:
        gathered = gather(options.paths or ["."], settings)
        contents = {file.path: file.data for file in gathered.files}
        unreadable = gathered.unreadable
    done = fix(contents, lambda files: api.lint_contents(files, config=settings), unsafe=unsafe_are_wanted(options))
    return done, contents, unreadable


def finish(done: Fixed, before: dict[str, bytes], options: argparse.Namespace) -> int | None:
    """Write or show what fixes change; return the exit code where nothing else is to be reported."""
    _tell_dropped(done)
    if options.diff:
        return _show_diff(done, before)
    if options.paths == ["-"]:
        content = done.contents.get(next(iter(before)), next(iter(before.values())))
        write_bytes(content)
    else:
        _write(done, before, options)
    if options.show_fixes:
        _list(done)
    if options.fix_only:
        return EXIT_FINDINGS if options.exit_non_zero_on_fix and done.made else EXIT_CLEAN
    return None


def fixable(report: Report, unsafe: bool) -> str:
    """Return "; 1 fixable with --fix, 2 more with --unsafe-fixes"; "" if there is nothing to fix."""
    fixes = [finding.fix for finding in report.findings if finding.fix is not None]
    now = sum(fix.safe or unsafe for fix in fixes)
    parts = [f"{now} fixable with --fix"] if now else []
    if len(fixes) > now:
        parts.append(f"{len(fixes) - now} {'more ' if now else 'fixable '}with --unsafe-fixes")
    return f"; {', '.join(parts)}" if parts else ""


def _nearest(options: argparse.Namespace) -> Config:
    paths = [path for path in options.paths if path != "-"]
    return configuration(options).of(paths[0] if paths else options.stdin_filename or ".")


def _flag(option: bool | None, setting: bool) -> bool:
    return setting if option is None else option


def _tell_dropped(done: Fixed) -> None:
    from convlint import api
    from convlint.report.cells import in_cells
    from convlint.report.escape import visible
    from convlint.report.shown import shown_place

    told = in_cells(replace(done.report, findings=tuple(it.finding for it in done.dropped)), api.notebook_of)
    for dropped, finding in zip(done.dropped, told.findings, strict=True):
        place = shown_place(finding.place, Path.cwd())
        line = f"warning: {place}: the fix of {finding.code} was not made: {dropped.reason}"
        write([visible(line)], sys.stderr)


def _show_diff(done: Fixed, before: dict[str, bytes]) -> int:
    from convlint.report.shown import shown_path

    for name, data in sorted(done.contents.items()):
        write(_difference(shown_path(name, Path.cwd()), name, before[name], data))
    count = len(done.made)
    write([f"Would fix {count} finding{'s' * (count != 1)}" if count else "Nothing to fix"], sys.stderr)
    return EXIT_FINDINGS if done.contents else EXIT_CLEAN


def _difference(shown: str, name: str, before: bytes, after: bytes) -> Iterator[str]:
    """Yield the lines of a unified diff of a file, of a notebook of each of its cells."""
    from convlint.report.changes import unified
    from convlint.source.kinds import is_notebook
    from convlint.source.notebook import notebook
    from convlint.source.text import decode

    if not is_notebook(name):
        yield from unified(shown, decode(before).text, decode(after).text)
        return
    for old, new in zip(notebook(before).cells, notebook(after).cells, strict=True):
        yield from unified(f"{shown}:cell {old.number}", old.text.text, new.text.text)


def _write(done: Fixed, before: dict[str, bytes], options: argparse.Namespace) -> None:
    from convlint.fixes.writing import replace_file

    settings = configuration(options)
    problems = []
    for name, data in sorted(done.contents.items()):
        try:
            replace_file(name, data, Path(settings.of(name).root or Path.cwd()), before=before.get(name))
        except UsageError as error:
            problems.append(str(error))
    for problem in problems[:-1]:
        unable(problem)
    if problems:
        raise UsageError(problems[-1])


def _list(done: Fixed) -> None:
    from convlint.report.escape import visible
    from convlint.report.shown import shown_path

    by_file: dict[str, list[str]] = {}
    for finding in done.made:
        if finding.fix is not None:
            name = shown_path(finding.fix.filename, Path.cwd())
            by_file.setdefault(name, []).append(f"{finding.code} {finding.fix.message}")
    for name, lines in by_file.items():
        write([f"fixed in {visible(name)}:", *(f"  {visible(line)}" for line in lines)], sys.stderr)
