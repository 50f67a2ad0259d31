"""What `--show-files` and `--show-settings` print instead of findings."""

from __future__ import annotations

import argparse
from pathlib import Path

from convlint.cli.options import configuration
from convlint.cli.terminal import EXIT_CLEAN, write
from convlint.report.escape import visible


def show_files(options: argparse.Namespace) -> int:
    from convlint.gathering import list_files

    files, _ = list_files(options.paths or ["."], configuration(options))
    write(visible(str(Path(file.path).absolute())) for file in files)
    return EXIT_CLEAN


def show_settings(options: argparse.Namespace) -> int:
    """Print the settings of the first file, from which file they come, and where its packages are and why."""
    from convlint.gathering import list_files
    from convlint.report import settings_text

    settings = configuration(options)
    paths = options.paths or ["."]
    if paths == ["-"]:
        path = options.stdin_filename or "."
    else:
        files, _ = list_files(paths, settings)
        path = files[0].path if files else paths[0]
    config, environment = settings.of(path), settings.environment(path)
    as_json = options.output_format in ("json", "json-lines")
    shown = settings_text.settings_json if as_json else settings_text.text
    write(shown(path, config, environment).splitlines())
    return EXIT_CLEAN
