"""What is generated from the rules is current, and what the documentation names exists."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from convlint import __version__
from convlint.cli import main
from convlint.rules import RULES

ROOT = Path(__file__).resolve().parent.parent


def test_generated_pages_and_table_are_current():
    command = [sys.executable, "docs/generate.py", "--check"]
    run = subprocess.run(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True)
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")


def shown_runs() -> list[tuple[str, str]]:
    """Return every command of convlint's that the README shows with its output, and that output."""
    blocks = re.findall(r"^```console\n\$ convlint (.*)\n((?:.*\n)+?)```$", (ROOT / "README.md").read_text(), re.M)
    return [(arguments, output) for arguments, output in blocks]


def test_the_readme_shows_runs():
    assert len(shown_runs()) >= 2


@pytest.mark.parametrize(("arguments", "output"), shown_runs())
def test_shown_output_is_real(arguments, output, capsys, monkeypatch):
    monkeypatch.chdir(ROOT)
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    main(arguments.split())
    captured = capsys.readouterr()
    assert captured.out + captured.err == output


def test_changelog_names_every_rule():
    assert set(re.findall(r"CVL\d{3}", (ROOT / "CHANGELOG.md").read_text())) == {rule.code for rule in RULES}


def test_version_is_a_release_or_its_preparation():
    assert re.fullmatch(r"\d+\.\d+\.\d+(\.dev\d+|rc\d+)?", __version__)
