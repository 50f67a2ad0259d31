"""The page in a real browser: what it shows is what `check` and `summarize` say, with the mouse and the keyboard."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from convlint import api
from tests.report.page.models import ALEX, MODELS, net

ROOT = Path(__file__).resolve().parents[3]
BLOCKS = """\
from torch import nn


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(8, 8, 3, padding=1)

    def forward(self, x):
        return x + self.conv(x)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, padding=1)
        self.layers = nn.Sequential(*[Block() for _ in range(40)])

    def forward(self, x):
        return self.layers(self.stem(x))
"""


def write(tmp_path: Path, text: str) -> str:
    (tmp_path / "net.py").write_text(text)
    return f"{tmp_path / 'net.py'}:Net"


def drag(page, name: str, value: int) -> None:
    """Move a slider as a hand does: the browser tells the page of every step."""
    page.eval_on_selector(
        f"#range-{name}",
        "(slider, value) => { slider.value = value; slider.dispatchEvent(new Event('input', {bubbles: true})); }",
        value,
    )


def test_dragging_to_225_shows_the_loss_that_check_tells(opened, tmp_path):
    page = opened(write(tmp_path, ALEX), (1, 3, 227, 227))
    assert "read to the end" in page.inner_text("#status")
    drag(page, "H", 225)
    said = page.inner_text("#status")
    (tmp_path / "called.py").write_text(f"{ALEX}\n\nNet()(torch.randn(1, 3, 225, 225))\n")
    (told,) = [
        it.message
        for it in api.lint_paths([tmp_path / "called.py"]).findings
        if it.code == "CVL101" and "conv1" in it.message
    ]
    assert "cells are lost" in said
    assert told.partition(": ")[2].rpartition(": ")[2] in said
    assert "2 rows and 2 columns at the end are never read" in said
    assert page.locator("g.box.lossy").first.get_attribute("aria-label").startswith("conv1, Conv2d, 1×96×54×54, loses")
    assert page.input_value("#range-W") == "225"


def test_what_is_refused_is_told_with_its_layer(opened, tmp_path):
    page = opened(write(tmp_path, MODELS["linear"]), (1, 3, 32, 32))
    drag(page, "H", 33)
    assert page.locator("#status").get_attribute("class") == "refused"
    assert "fc" in page.inner_text("#status")
    assert page.locator("g.box.broken").count() == 1
    strip = page.locator("canvas.strip").first
    page.wait_for_function("document.querySelector('canvas.strip').getAttribute('aria-label')")
    assert strip.get_attribute("aria-label") == "sizes H: 32 accepted, and read to the end"


def outputs(summary) -> dict[str, list]:
    found: dict[str, list] = {}
    for layer in summary.layers:
        found.setdefault(layer.path, []).append(layer.output_shape)
    return found


@pytest.mark.parametrize("name", MODELS)
def test_the_browser_computes_what_summarize_says(name, opened, tmp_path):
    target = write(tmp_path, MODELS[name])
    page = opened(target, (1, 3, 32, 32))
    nodes = page.evaluate("JSON.parse(document.getElementById('model').textContent).nodes")
    paths = [node["path"] if node["layer"] else None for node in nodes]
    chance = random.Random(name)
    for _ in range(6):
        n, h, w = chance.randint(1, 9), chance.randint(1, 300), chance.randint(1, 300)
        seen = page.evaluate("values => convlintPage.at(values)", {"N": n, "H": h, "W": w})
        said = api.summarize(target, (n, 3, h, w))
        if said.error:
            assert seen["verdict"] == "refused"
            continue
        assert seen["verdict"] in ("lossless", "lossy")
        real = outputs(said)
        shown: dict[str, list] = {}
        for path, shape in zip(paths, seen["shapes"], strict=True):
            if path is not None:
                shown.setdefault(path, []).append(tuple(shape))
        assert shown == real
        if said.macs is not None:
            assert seen["macs"] == said.macs


def test_equal_blocks_are_folded_and_open(opened, tmp_path):
    page = opened(write(tmp_path, BLOCKS), (1, 3, 32, 32))
    assert page.locator("g.box").count() == 3
    assert page.locator("g.box.folded").get_attribute("aria-label").startswith("0…39 × 40")
    page.get_by_role("button", name="open all").click()
    assert page.locator("g.box").count() == 2 + 80
    page.get_by_role("button", name="fold").click()
    page.fill("#search", "layers.17.conv")
    assert page.inner_text("section.details h2").startswith("layers.17.conv")
    assert page.locator("table.calls tbody tr").count() == 1
    assert page.locator("g.box.chosen").count() == 1


def test_the_keyboard_is_enough(opened, tmp_path):
    page = opened(write(tmp_path, BLOCKS), (1, 3, 32, 32))
    page.locator("g.box[role=button]").first.focus()
    page.keyboard.press("Enter")
    assert page.inner_text("section.details h2").startswith("stem")
    page.keyboard.press("Tab")
    page.focus("#range-H")
    page.keyboard.press("ArrowRight")
    assert "H = 33" in page.inner_text("#status")
    names = page.eval_on_selector_all(
        "button, input, [role=button], [role=img]",
        "all => all.map(it => it.getAttribute('aria-label') || it.textContent || it.labels?.[0]?.textContent)",
    )
    assert all(names)


def test_an_address_shows_a_layer_at_a_size(opened, tmp_path):
    page = opened(write(tmp_path, ALEX), (1, 3, 227, 227), at="#H=225&layer=conv1")
    assert page.inner_text("section.details h2").startswith("conv1")
    assert "(225 − 11 + 2·0)/4 + 1 = 54.5, rounded to 54" in page.inner_text("section.details")
    assert page.locator("section.details figure .unread").count() == 2
    assert "layer=conv1" in page.url
    assert "H=225" in page.url


def test_the_table_sorts_and_is_copied(opened, tmp_path):
    page = opened(write(tmp_path, MODELS["skip"]), (1, 3, 32, 32))
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    head = page.locator("table.calls th", has_text="parameters")
    head.get_by_role("button").click()
    assert head.get_attribute("aria-sort") == "descending"
    assert page.locator("table.calls tbody tr").first.inner_text().split("\t")[1] == "a"
    page.get_by_role("button", name="copy as CSV").click()
    page.wait_for_timeout(100)
    assert page.evaluate("navigator.clipboard.readText()").split("\n")[1].startswith("1,a,Conv2d,1×8×16×16,224")


def test_the_source_follows_the_sizes(opened, tmp_path):
    page = opened(write(tmp_path, ALEX), (1, 3, 227, 227))
    row = page.locator("table.source tr", has_text="return self.pool")
    assert "1×96×27×27" in row.inner_text()
    drag(page, "H", 131)
    assert "1×96×15×15" in page.locator("table.source tr", has_text="return self.pool").inner_text()


def test_dark_and_printed(opened, tmp_path):
    page = opened(write(tmp_path, ALEX), (1, 3, 227, 227))
    colour = "getComputedStyle(document.documentElement).backgroundColor"
    light = page.evaluate(colour)
    page.get_by_role("button", name="light or dark").click()
    assert page.evaluate(colour) != light
    page.emulate_media(media="print")
    assert not page.locator("#search").is_visible()


def test_text_of_the_source_is_no_html(opened, tmp_path):
    text = net("'<img src=x onerror=alert(1)>'; self.conv = nn.Conv2d(3, 4, 3)", "return self.conv(x)")
    page = opened(write(tmp_path, text), (1, 3, 8, 8))
    assert page.locator("table.source img").count() == 0
    assert "<img src=x" in page.inner_text("table.source")
