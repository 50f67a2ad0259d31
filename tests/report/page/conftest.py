"""A real browser for the tests of pages: Chromium through Playwright, skipped with a reason where there is none."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from convlint import api
from convlint.report.page import data, html
from tests.zoo.conftest import zoo_source

__all__ = ["zoo_source"]

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run",
    "--disable-default-apps",
)  # fmt: skip


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="NOT TESTED: Playwright is not installed")
    program = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if program is None:
        pytest.skip("NOT TESTED: there is no Chromium")
    with playwright.sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=program, args=list(FLAGS))
        yield running
        running.close()


@pytest.fixture
def opened(browser: Any, tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """Return what writes the page of a model and opens it from disk; anything that it asks the network for fails."""
    context = browser.new_context(viewport={"width": 1300, "height": 900})
    asked: list[str] = []
    wrong: list[str] = []

    def open_page(target: str, *inputs: tuple[int | str, ...], at: str = "", **how: Any) -> Any:
        file = tmp_path / "model.html"
        file.write_text(html.page(data.plain(api.page_subject(target, *inputs, **how), tmp_path)), encoding="utf-8")
        shown = context.new_page()
        shown.on("request", lambda request: asked.append(request.url))
        shown.on("pageerror", lambda error: wrong.append(str(error)))
        shown.goto(f"{file.as_uri()}{at}")
        shown.wait_for_selector("g.box")
        return shown

    yield open_page
    context.close()
    assert [url for url in asked if not url.startswith("file:")] == []
    assert wrong == []
