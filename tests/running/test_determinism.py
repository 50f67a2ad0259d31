"""The same answer every time: byte for byte, whatever the seed of hashes, the processes, the order and the folder."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def said(folder: Path, seed: str, *arguments: str) -> bytes:
    """Return all that a run prints of its findings and gaps."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": seed}
    command = [sys.executable, "-m", "convlint", "--output-format", "json", "--gaps", *arguments]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True)
    assert done.returncode == 1, done.stderr.decode()
    return done.stdout


def test_reports_are_the_same_byte_for_byte(tree: Path) -> None:
    names = sorted(path.name for path in tree.glob("*.py"))
    expected = said(tree, "0", "-j", "1", "--no-cache", *names)
    assert expected.count(b'"code"') > 5
    assert said(tree, "1", "-j", "2", "--no-cache", *reversed(names)) == expected
    assert said(tree, "2", "-j", "2", ".") == expected  # a cold cache
    assert said(tree, "random", "-j", "1", ".") == expected  # a warm one


def test_reports_are_the_same_from_every_folder(tree: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    first, second = tmp_path_factory.mktemp("first"), tmp_path_factory.mktemp("second")
    assert said(first, "0", "--no-cache", str(tree)) == said(second, "1", "--no-cache", str(tree))
