"""The extension for Visual Studio Code: its own tests, and what a person does in the editor with the packaged one."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.editors.code_server import EXTENSION, Editor, editor
from tests.editors.programs import DIGITS, ROOT, picture, program, run

PATIENCE = 600
HOST = EXTENSION / "host"


def test_the_extension(tmp_path):
    npm = program("npm")
    if not (EXTENSION / "node_modules").is_dir():
        pytest.skip("NOT TESTED: `npm ci` was not run in editors/vscode")
    variables = {"CONVLINT_PYTHON": sys.executable, "PYTHONPATH": str(ROOT)}
    said = run([npm, "--prefix", str(EXTENSION), "test"], tmp_path, **variables)
    assert "# fail 0" in said
    assert "# skipped 0" in said


def test_in_the_editor(tmp_path, browser: Any):
    results, tried, shown = tmp_path / "results.txt", tmp_path / "tried", tmp_path / "shown"
    tried.mkdir()
    shown.mkdir()
    with editor(tmp_path, CONVLINT_RESULTS=str(results)) as running:
        in_the_extension_host(browser, running, tried, results)
        on_the_screen(browser, running, shown)


def in_the_extension_host(browser: Any, running: Editor, folder: Path, results: Path) -> None:
    """Let the editor run the tests of `host/` on files in a folder."""
    subprocess.run([program("npx"), "tsc", "--outDir", "host/out"], cwd=EXTENSION, check=True)
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    tests = {"extensionDevelopmentPath": HOST, "extensionTestsPath": HOST / "out/host/index.js"}
    page.goto(running.address(folder, **tests))
    end = time.monotonic() + PATIENCE
    while not results.is_file() and time.monotonic() < end:
        page.wait_for_timeout(500)
    page.close()
    assert results.is_file(), "\n".join(said)
    told = results.read_text().splitlines()
    assert [line for line in told if not line.startswith(("ok ", "left out "))] == []
    left_out = [line for line in told if line.startswith("left out ")]
    assert len(told) >= 22
    assert len(left_out) <= 1, left_out  # without a bundle


def on_the_screen(browser: Any, running: Editor, folder: Path) -> None:
    """See a finding as a person does: the squiggle, its hover, the problem below its line."""
    (folder / "digits.py").write_text(DIGITS)
    page = browser.new_page(viewport={"width": 1100, "height": 620})
    page.set_default_timeout(180_000)
    page.goto(running.address(folder, openFile=folder / "digits.py"))
    page.wait_for_selector(".squiggly-error", state="attached")
    page.wait_for_selector(".codelens-decoration >> text=parameters")
    page.locator(".view-line", has_text="self.fc(x.flatten(1))").locator("span", has_text="fc").last.hover()
    told = page.locator(".monaco-hover:visible", has_text="was built for")
    told.wait_for()
    text = told.inner_text().replace("\xa0", " ")
    assert "`Linear` was built for 25088 input features and gets 6272" in text
    assert "flatten" in text  # the chain of shapes
    assert "CVL202" in text
    page.mouse.move(5, 300)
    page.locator(".view-line", has_text="import torch").first.click()
    page.keyboard.press("F8")
    page.locator(".marker-widget", has_text="was built for").wait_for()
    picture(page, "vscode")
    page.close()
