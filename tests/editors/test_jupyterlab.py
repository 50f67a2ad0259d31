"""JupyterLab with jupyterlab-lsp in Chromium, set up as the guide says: what a person sees and does there."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest

from tests.editors.guide import block
from tests.editors.programs import DIGITS, environment, free_port, picture, program, serving

pytestmark = pytest.mark.sampled

MARK = ".cm-lintRange"
PATIENCE = 120_000


@pytest.fixture
def lab(tmp_path) -> Iterator[tuple[str, Path]]:
    """Return the address of a running JupyterLab, and the folder that it shows."""
    jupyter = program("jupyter-lab", "CONVLINT_JUPYTERLAB")
    python = Path(jupyter).with_name("python")
    if subprocess.run(
        [python if python.exists() else sys.executable, "-c", "import jupyter_lsp, jupyterlab_lsp"]
    ).returncode:
        pytest.skip("NOT TESTED: jupyterlab-lsp is not installed")
    folder, settings = tmp_path / "work", tmp_path / ".jupyter" / "jupyter_server_config.d"
    folder.mkdir()
    settings.mkdir(parents=True)
    (settings / "convlint.json").write_text(block("JupyterLab", "json", 0))
    port = free_port()
    env = {
        name: value for name, value in environment(tmp_path).items() if not name.startswith(("JUPYTER", "PYTHONPATH"))
    }
    options = {"port": port, "port_retries": 0, "root_dir": folder}
    command = [jupyter, "--no-browser", "--allow-root", "--IdentityProvider.token=", "--LabApp.news_url="]
    command += [f"--ServerApp.{name}={value}" for name, value in options.items()]
    with serving(command, port, tmp_path, env):
        yield f"http://127.0.0.1:{port}/lab/tree/", folder


def opened(browser: Any, address: str) -> Any:
    page = browser.new_page(viewport={"width": 1100, "height": 620})
    page.set_default_timeout(PATIENCE)
    page.goto(f"{address}?reset")
    page.wait_for_selector(MARK)
    for question in page.query_selector_all(".jp-toast-button:has-text('No')"):
        question.click()
    return page


def marked(page: Any) -> str:
    return "".join(page.locator(MARK).all_inner_texts())


def replace(page: Any, row: str, before: str, after: str) -> None:
    """Select a piece of a row as with the mouse, and type another one."""
    line = page.locator(".cm-line", has_text=row).first
    line.click()
    page.keyboard.press("Home")
    text = line.inner_text()
    indent = len(text) - len(text.lstrip())  # Home goes to the first character that is no space
    for _ in range(text.index(before) - indent):
        page.keyboard.press("ArrowRight")
    for _ in before:
        page.keyboard.press("Shift+ArrowRight")
    page.keyboard.type(after)


def test_in_a_file(browser, lab):
    address, folder = lab
    (folder / "digits.py").write_text(DIGITS)
    page = opened(browser, f"{address}digits.py")
    assert marked(page) == "self.fc(x.flatten(1))"
    page.locator(MARK).first.hover()
    tip = page.wait_for_selector(".cm-tooltip-lint").inner_text()
    assert "was built for 25088 input features and gets 6272" in tip
    picture(page, "jupyterlab")
    page.mouse.move(0, 0)
    replace(page, "nn.Linear", "28 * 28", "14 * 14")
    page.wait_for_selector(MARK, state="detached")
    page.keyboard.press("Control+z")
    page.wait_for_selector(MARK)
    page.locator(".cm-line", has_text="torch.relu").locator("span", has_text="conv").first.hover(modifiers=["Control"])
    told = page.wait_for_selector(".lsp-hover").inner_text()
    assert "64×1×28×28 → 64×32×28×28" in told
    page.close()


def test_in_a_notebook(browser, lab):
    address, folder = lab
    head, _, calls = DIGITS.partition("\n\n\nnet = ")
    cells = [nbformat.v4.new_code_cell(text) for text in (head, f"net = {calls.strip()}")]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), folder / "digits.ipynb")
    page = opened(browser, f"{address}digits.ipynb")
    assert marked(page) == "self.fc(x.flatten(1))"
    replace(page, "nn.Linear", "28 * 28", "14 * 14")
    page.wait_for_selector(MARK, state="detached")
    page.close()
