"""Pages in a real browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from convlint import api
from convlint.report.page import data, html
from tests.browsing import browser
from tests.zoo.conftest import zoo_source

__all__ = ["browser", "zoo_source"]


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
