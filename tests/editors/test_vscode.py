"""The extension for Visual Studio Code: its own tests, and the server driven by the editor's protocol library."""

from __future__ import annotations

import sys

import pytest

from tests.editors.programs import ROOT, program, run

FOLDER = ROOT / "editors" / "vscode"


def test_the_extension(tmp_path):
    npm = program("npm")
    if not (FOLDER / "node_modules").is_dir():
        pytest.skip("`npm install` was not run in editors/vscode")
    said = run([npm, "--prefix", str(FOLDER), "test"], tmp_path, CONVLINT_PYTHON=sys.executable)
    assert "# fail 0" in said
    assert "# skipped 0" in said
