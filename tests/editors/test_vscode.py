"""The extension for Visual Studio Code: its own tests, and what a person does in the editor with the packaged one."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.editors.code_server import EXTENSION, Editor, editor
from tests.editors.programs import DIGITS, ROOT, picture, program, run

PATIENCE = 600


def test_the_extension(tmp_path):
    npm = program("npm")
    if not (EXTENSION / "node_modules").is_dir():
        pytest.skip("NOT TESTED: `npm ci` was not run in editors/vscode")
    variables = {"CONVLINT_PYTHON": sys.executable, "PYTHONPATH": str(ROOT)}
    said = run([npm, "--prefix", str(EXTENSION), "test"], tmp_path, **variables)
    assert "# fail 0" in said
    assert "# skipped 0" in said


@pytest.fixture(scope="module")
def running(tmp_path_factory) -> Iterator[tuple[Editor, Path]]:
    """Return an editor, and the file to which the tests in its extension host write."""
    folder = tmp_path_factory.mktemp("vscode")
    results = folder / "results.txt"
    with editor(folder, CONVLINT_RESULTS=str(results)) as it:
        yield it, results


def test_in_the_extension_host(browser: Any, running: tuple[Editor, Path]):
    it, results = running
    subprocess.run([program("npx"), "tsc", "--outDir", "out"], cwd=EXTENSION, check=True)
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    tests = {"extensionDevelopmentPath": EXTENSION / "host", "extensionTestsPath": EXTENSION / "out/host/index.js"}
    page.goto(it.address(**tests))
    end = time.monotonic() + PATIENCE
    while not results.is_file() and time.monotonic() < end:
        page.wait_for_timeout(500)
    page.close()
    assert results.is_file(), "\n".join(said)
    told = results.read_text().splitlines()
    if os.environ.get("CONVLINT_PICTURES"):
        print(*told, sep="\n")
    assert [line for line in told if not line.startswith(("ok ", "left out "))] == []
    assert len([line for line in told if line.startswith("ok ")]) >= 17


def test_on_the_screen(browser: Any, running: tuple[Editor, Path]):
    it, _ = running
    (it.workspace / "digits.py").write_text(DIGITS)
    page = browser.new_page(viewport={"width": 1100, "height": 620})
    page.set_default_timeout(180_000)
    page.goto(it.address(openFile=it.workspace / "digits.py"))
    page.wait_for_selector(".squiggly-error", state="attached")
    page.wait_for_selector(".codelens-decoration >> text=parameters")
    page.locator(".view-line", has_text="self.fc(x.flatten(1))").locator("span", has_text="fc").last.hover()
    told = page.locator(".monaco-hover:visible", has_text="was built for")
    told.wait_for()
    text = told.inner_text().replace("\xa0", " ")
    assert "`Linear` was built for 25088 input features and gets 6272" in text
    assert "flatten" in text  # the chain of shapes
    assert "CVL202" in text
    picture(page, "vscode")
    page.close()
