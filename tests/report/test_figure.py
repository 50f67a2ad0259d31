"""Figures: well-formed, with everything that is told of a box inside of the picture."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest

from convlint import api
from convlint.cli import main
from convlint.report import figure
from tests.report.page.models import MODELS

SVG = "{http://www.w3.org/2000/svg}"


def drawn(text: str, tmp_path, style: str) -> ET.Element:
    (tmp_path / "net.py").write_text(text)
    return ET.fromstring(figure.svg(api.page_subject(f"{tmp_path / 'net.py'}:Net", (1, 3, 32, 32)).begun, style))


@pytest.mark.parametrize("style", ["lenet", "blocks"])
@pytest.mark.parametrize("name", MODELS)
def test_everything_is_inside(name, style, tmp_path):
    root = drawn(MODELS[name], tmp_path, style)
    width, height = float(root.attrib["width"]), float(root.attrib["height"])
    for polygon in root.iter(f"{SVG}polygon"):
        points = [tuple(map(float, point.split(","))) for point in polygon.attrib["points"].split()]
        assert all(0 <= x <= width and 0 <= y <= height for x, y in points)
    for path in root.iter(f"{SVG}path"):
        if path.attrib.get("class"):
            numbers = list(map(float, re.findall(r"-?[\d.]+", path.attrib["d"])))
            assert min(numbers) >= 0
    for text in root.iter(f"{SVG}text"):
        assert 0 <= float(text.attrib["x"]) <= width
        assert 0 <= float(text.attrib["y"]) <= height


def test_sizes_are_to_scale(tmp_path):
    root = drawn(MODELS["alex"].replace("11, stride=4", "2, stride=2"), tmp_path, "lenet")
    fronts = [polygon.attrib["points"].split() for polygon in root.iter(f"{SVG}polygon")][::5]
    heights = [float(points[3].split(",")[1]) - float(points[0].split(",")[1]) for points in fronts]
    assert heights[0] == pytest.approx(2 * heights[1], abs=0.2)


def test_skips_are_arcs(tmp_path):
    root = drawn(MODELS["u"], tmp_path, "lenet")
    assert sum("skip" in path.attrib.get("class", "") for path in root.iter(f"{SVG}path")) == 1


@pytest.mark.parametrize("form", ["svg", "png"])
def test_the_command_writes_a_figure(form, tmp_path, monkeypatch, capsys):
    if form == "png":
        pytest.importorskip("cairosvg")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "net.py").write_text(MODELS["u"])
    assert main(["report", "net.py:Net", "--input", "1,3,32,32", "-o", f"net.{form}"]) in (0, 1)
    content = (tmp_path / f"net.{form}").read_bytes()
    assert content.startswith(b"<svg" if form == "svg" else b"\x89PNG")


def test_a_name_that_tells_no_format_is_refused(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "net.py").write_text(MODELS["u"])
    assert main(["report", "net.py:Net", "-o", "net.txt"]) == 2
    assert "name a file that ends with" in capsys.readouterr().err
