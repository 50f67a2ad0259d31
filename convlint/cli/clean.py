"""`convlint clean`: remove what convlint keeps of earlier runs."""

from __future__ import annotations

import argparse
import shutil

from convlint.cli.options import add_common
from convlint.cli.terminal import EXIT_CLEAN, unable, write


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", nargs="?", default=".", metavar="PATH", help="a file or folder of the project")
    parser.add_argument("--cache-dir", metavar="FOLDER", help="the folder in which the results are kept")
    parser.add_argument("--all", action="store_true", help="also what is kept for all projects in the user's cache")
    add_common(parser, run)


def run(options: argparse.Namespace) -> int:
    from convlint.cache.places import project_folder, users_folder
    from convlint.cache.store import is_store

    folders = [options.cache_dir or project_folder(options.path)]
    if options.all:
        folders.append(users_folder())
    for folder in folders:
        if folder is None or not is_store(folder):
            continue
        try:
            shutil.rmtree(folder)
        except OSError as error:
            return unable(f"{folder}: {error.strerror}")
        write([f"removed {folder}"])
    return EXIT_CLEAN
