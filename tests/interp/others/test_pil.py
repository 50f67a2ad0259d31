"""Pillow's pictures: modes and sizes as Pillow has them, where Pillow is there to ask."""

from __future__ import annotations

from typing import Any

import pytest

from convlint.interp.numpy.arrays import Sized
from convlint.interp.others.pil import Picture
from convlint.symbolic import Dim
from tests.interp.running import interpret, python

HEAD = """
import numpy as np
from PIL import Image, ImageOps
image = Image.new("RGB", (20, 10))
grey = Image.new("L", (6, 8))
"""
EXPRESSIONS = [
    "image", "image.size", "image.width", "image.height", "image.mode", "image.convert('L')", "image.convert('RGBA')",
    "image.resize((5, 7))", "image.resize((5, 7), Image.BILINEAR)", "image.crop((1, 2, 8, 9))", "image.copy()",
    "image.transpose(Image.FLIP_LEFT_RIGHT)", "image.transpose(Image.Transpose.ROTATE_90)", "image.rotate(30)",
    "Image.fromarray(np.zeros((4, 5, 3), dtype=np.uint8))", "Image.fromarray(np.zeros((4, 5), dtype=np.uint8))",
    "Image.fromarray(np.zeros((400, 500, 4), dtype=np.uint8))", "Image.merge('RGB', [grey, grey, grey])",
    "image.split()", "ImageOps.grayscale(image)", "ImageOps.mirror(image)", "ImageOps.fit(image, (3, 4))",
    "np.array(image)", "np.asarray(grey)", "np.array(image.convert('1'))", "np.array(image.convert('F'))",
    "np.array(image).transpose(2, 0, 1)", "image.getbands()", "isinstance(image, Image.Image)",
]  # fmt: skip


def outline(value: Any) -> Any:
    if isinstance(value, Picture):
        return value.mode, (value.width, value.height)
    if isinstance(value, Sized):
        return value.shape, value.dtype
    if isinstance(value, tuple) and value and not isinstance(value[0], int | str):
        return [outline(item) for item in value]
    if hasattr(value, "mode") and hasattr(value, "size"):
        return value.mode, value.size
    return (value.shape, str(value.dtype)) if hasattr(value, "dtype") else value


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_agrees(expression: str) -> None:
    pytest.importorskip("PIL")
    names, vm = interpret(f"{HEAD}\nresult = {expression}")
    assert outline(names["result"]) == outline(python(f"{HEAD}\nresult = {expression}")["result"])
    assert not vm.gaps, vm.gaps


def test_files_are_not_opened() -> None:
    names, _ = interpret(
        """
        from PIL import Image
        with Image.open("picture.png") as image:
            result = [image, image.convert("RGB"), image.convert("L").resize((3, 4))]
        """
    )
    image, colours, small = names["result"]
    assert image.mode == ""
    assert isinstance(image.width, Dim)
    assert (colours.mode, colours.channels) == ("RGB", 3)
    assert colours.width == image.width
    assert outline(small) == ("L", (3, 4))
