"""Pillow's pictures: modes and sizes as Pillow has them, where Pillow is there to ask."""

from __future__ import annotations

from typing import Any

import pytest

import convlint
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


CHOSEN = """
import numpy as np
import torch
from PIL import Image
from torch import nn
from torch.autograd import Variable
from torch.utils.data import DataLoader, Dataset
from torchvision import transforms as T


class Pictures(Dataset):
    def __init__(self, transform):
        self.transform = transform

    def __len__(self):
        return 100

    def __getitem__(self, index):
        picture = Image.open(f"{{index}}.png")
        width, height = picture.size
        picture = picture.crop((0, 0, width / 2, height))
        if np.random.random() < 0.5:
            picture = Image.fromarray(np.array(picture)[:, ::-1, :], "RGB")
        return {{"A": self.transform(picture)}}


cuda = torch.cuda.is_available()
Tensor = torch.cuda.FloatTensor if cuda else torch.FloatTensor
net = nn.Conv2d({channels}, 8, 3, padding=1)
steps = [T.Resize((64, 64)), T.ToTensor(), T.Normalize((0.5, 0.5, 0.5), (0.5, 0.5, 0.5))]
for batch in DataLoader(Pictures(T.Compose(steps)), batch_size=4):
    made = net(Variable(batch["A"].type(Tensor)))
    valid = Variable(Tensor(np.ones((made.size(0), {last}))), requires_grad=False)
    nn.functional.mse_loss(made.mean((2, 3)), valid)
"""


@pytest.mark.parametrize(("channels", "last", "codes"), [(3, 8, []), (4, 8, ["CVL201"]), (3, 7, ["CVL203"])])
def test_pictures_of_which_chance_chooses_one(channels: int, last: int, codes: list[str]) -> None:
    """What both have is known, three means tell of three channels, and whatever type is chosen the shape stays."""
    report = convlint.lint_source(CHOSEN.format(channels=channels, last=last), "train.py")
    assert [it.code for it in report.findings] == codes
