"""What is generated from the rules is current, and what the documentation names exists."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from convlint import __version__
from convlint.rules import RULES

ROOT = Path(__file__).resolve().parent.parent


def test_generated_pages_and_table_are_current():
    command = [sys.executable, "docs/generate.py", "--check"]
    run = subprocess.run(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True)
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")


def test_changelog_names_every_rule():
    assert set(re.findall(r"CVL\d{3}", (ROOT / "CHANGELOG.md").read_text())) == {rule.code for rule in RULES}


def test_version_is_a_release_or_its_preparation():
    assert re.fullmatch(r"\d+\.\d+\.\d+(\.dev\d+|rc\d+)?", __version__)
