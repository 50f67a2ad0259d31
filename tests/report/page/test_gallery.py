"""The pictures of the gallery: with `CONVLINT_WRITE_GALLERY=1` they are made anew."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from convlint import api
from convlint.report import figure

ROOT = Path(__file__).resolve().parents[3]
GALLERY = ROOT / "docs" / "gallery"
WRITES = bool(os.environ.get("CONVLINT_WRITE_GALLERY"))
SHOWN = {
    "lenet": ("fixtures/worked/lenet.py:LeNet", (1, 1, 32, 32), ""),
    "alexnet-227": ("docs/gallery/models/alexnet.py:AlexNet", (1, 3, 227, 227), "#layer=features.0"),
    "alexnet-224": ("docs/gallery/models/alexnet.py:AlexNet", (1, 3, 227, 227), "#H=224&layer=features.0"),
    "vgg": ("docs/gallery/models/vgg.py:VGG", (1, 3, 224, 224), ""),
    "resnet": ("fixtures/models/residual.py:ResNet", (1, 3, 32, 32), ""),
    "unet": ("fixtures/models/unet.py:UNet", (1, 3, 224, 224), ""),
    "vit": ("docs/gallery/models/vit.py:ViT", (1, 3, 224, 224), ""),
}
VERDICTS = {"alexnet-224": "refused"}


@pytest.mark.parametrize("name", SHOWN)
def test_pages(name, opened, monkeypatch):
    monkeypatch.chdir(ROOT)
    target, shape, at = SHOWN[name]
    page = opened(target, shape, at=at)
    page.wait_for_function("[...document.querySelectorAll('canvas.strip')].every(one => one.ariaLabel)")
    assert page.locator("#status").get_attribute("class") == VERDICTS.get(name, "lossless")
    boxes = page.locator("g.box").count()
    assert 3 < boxes <= 33
    page.set_viewport_size({"width": 1300, "height": 1020 if at else 720})
    if WRITES:
        page.screenshot(path=str(GALLERY / f"{name}.png"))
    assert (GALLERY / f"{name}.png").stat().st_size > 10_000


@pytest.mark.parametrize("name", [name for name in SHOWN if name != "alexnet-224"])
@pytest.mark.parametrize("style", ["lenet", "blocks"])
def test_figures(name, style, monkeypatch):
    monkeypatch.chdir(ROOT)
    target, shape, _ = SHOWN[name]
    drawn = figure.svg(api.page_subject(target, shape).begun, style)
    file = GALLERY / f"{name.partition('-')[0]}-{style}.svg"
    if WRITES:
        file.write_text(drawn, encoding="utf-8")
    assert file.read_text(encoding="utf-8") == drawn


def test_the_gallery_shows_every_picture():
    page = (ROOT / "docs" / "gallery.md").read_text(encoding="utf-8")
    pictures = [*GALLERY.glob("*.png"), *GALLERY.glob("*.svg")]
    assert pictures
    for picture in pictures:
        assert f"gallery/{picture.name}" in page
