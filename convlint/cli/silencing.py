"""What `--write-baseline` and `--add-ignore` do: silence what is found now, in a file or in comments."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from convlint.cli.options import configuration
from convlint.cli.terminal import EXIT_CLEAN, EXIT_UNABLE, unable, write
from convlint.errors import UsageError
from convlint.findings import Finding, Report


def write_baseline(options: argparse.Namespace) -> int:
    """Write all that is found to the baseline that the option or the settings name, or to the default one."""
    from convlint import api, baseline

    report = _found(options)
    path = Path(options.baseline or _configured(options) or baseline.DEFAULT).absolute()
    text = baseline.text(report.findings, path.parent, api.source_lines)
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror}") from error
    count = len(report.findings)
    write([f"{path}: {count} finding{'s' * (count != 1)}"], sys.stderr)
    return _code(report)


def add_ignores(options: argparse.Namespace) -> int:
    """Write a comment to each statement where something is found."""
    from convlint.fixes.ignores import ignoring
    from convlint.fixes.writing import replace_file
    from convlint.source.kinds import python_of
    from convlint.source.notebook_edits import apply
    from convlint.source.text import decode

    if _is_path(options.add_ignore):  # `--add-ignore model.py` names a file, and gives no reason
        options.paths, options.add_ignore = [options.add_ignore, *options.paths], ""
    if any(char in "\r\n#" for char in options.add_ignore):
        raise UsageError("--add-ignore: a reason is one line without #")
    report, settings = _found(options), configuration(options)
    by_file: dict[str, list[Finding]] = {}
    for finding in report.findings:
        if finding.code != "CVL900":
            by_file.setdefault(finding.place.filename, []).append(finding)
    for name, findings in by_file.items():
        data = Path(name).read_bytes()
        source = decode(python_of(name, data))
        changed = apply(name, data, ignoring(source, findings, options.add_ignore))
        replace_file(name, changed, Path(settings.of(name).root or Path.cwd()), before=data)
    count = sum(map(len, by_file.values()))
    write([f"Silenced {count} finding{'s' * (count != 1)}"], sys.stderr)
    return _code(report)


def _is_path(text: str) -> bool:
    """Tell whether a text is the name of a file or folder rather than words."""
    return bool(text) and (os.path.lexists(text) or (" " not in text and text.endswith((".py", ".ipynb", "/"))))


def _found(options: argparse.Namespace) -> Report:
    from convlint import api

    if "-" in options.paths:
        raise UsageError("findings of standard input (-) cannot be written down")
    return api.lint_paths(options.paths or ["."], config=configuration(options))


def _configured(options: argparse.Namespace) -> str:
    from convlint.config.resolve import Settings

    return Settings().of(options.paths[0] if options.paths else ".").baseline


def _code(report: Report) -> int:
    for problem in report.unreadable:
        unable(f"{problem.path}: {problem.reason}")
    return EXIT_UNABLE if report.exit_code == EXIT_UNABLE else EXIT_CLEAN
