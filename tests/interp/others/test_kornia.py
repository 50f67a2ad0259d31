"""Augmentations of Kornia: the sizes of pictures, alone, in sequences and as parts of models."""

from __future__ import annotations

import pytest

import convlint
from tests.interp.running import interpret

HEAD = """
import torch
import kornia.augmentation as K
from torch import nn

pictures, masks = torch.rand(2, 3, 20, 30), torch.rand(2, 1, 20, 30)
"""
SHAPES = {
    "K.RandomHorizontalFlip(p=0.5)(pictures)": (2, 3, 20, 30),
    "K.RandomHorizontalFlip()(pictures[0])": (1, 3, 20, 30),
    "K.ColorJitter(0.1, 0.1, 0.1, 0.1, keepdim=True)(pictures[0])": (3, 20, 30),
    "K.RandomGaussianBlur((3, 3), (0.1, 2.0))(pictures[0, 0])": (1, 1, 20, 30),
    "K.CenterCrop(8)(pictures)": (2, 3, 8, 8),
    "K.RandomCrop((8, 9), padding=4)(pictures)": (2, 3, 8, 9),
    "K.RandomResizedCrop(size=(7, 9), scale=(0.5, 1.0))(pictures)": (2, 3, 7, 9),
    "K.PadTo((40, 40))(pictures)": (2, 3, 40, 40),
    "K.Resize((10, 12))(pictures)": (2, 3, 10, 12),
    "K.Resize(10)(pictures)": (2, 3, 10, 15),
    "K.Resize(10, side='long')(pictures)": (2, 3, 6, 10),
    "K.LongestMaxSize(10)(pictures)": (2, 3, 6, 10),
    "K.SmallestMaxSize(10)(pictures)": (2, 3, 10, 15),
    "nn.Sequential(K.Resize((8, 8)), K.Normalize(torch.zeros(3), torch.ones(3)))(pictures)": (2, 3, 8, 8),
    "K.ImageSequential(K.RandomCrop((8, 8)), K.Resize((4, 4)))(pictures)": (2, 3, 4, 4),
    "K.AugmentationSequential(K.RandomCrop((8, 8)))(pictures[0])": (1, 3, 8, 8),
    "K.AugmentationSequential(K.Normalize(torch.zeros(3), torch.ones(3)), K.RandomCrop((8, 8)), "
    "data_keys=['input', 'mask'])(pictures, masks)[1]": (2, 1, 8, 8),
    "K.AugmentationSequential(K.CenterCrop(8), data_keys=None)({'image': pictures, 'mask': masks})['mask']": (
        2, 1, 8, 8,
    ),
}  # fmt: skip
"""As Kornia 0.9 makes them."""


@pytest.mark.parametrize("text", SHAPES)
def test_shapes(text: str) -> None:
    assert interpret(f"{HEAD}x = {text}")[0]["x"].shape == SHAPES[text]


@pytest.mark.parametrize("text", ["K.RandomCrop((8, 8), p=0.5)(pictures)", "K.RandomRotation90((0, 3))(pictures)"])
def test_what_chance_decides_is_open(text: str) -> None:
    assert not any(isinstance(size, int) for size in interpret(f"{HEAD}x = {text}")[0]["x"].shape[-2:])


MODEL = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.augment = nn.Sequential(K.RandomResizedCrop((16, 16)), K.RandomGrayscale(p=0.2))
        self.fc = nn.Linear({features}, 5)
    def forward(self, x):
        return self.fc(self.augment(x).flatten(1))

Net()(pictures)
"""


@pytest.mark.parametrize(
    ("source", "codes"),
    [
        (MODEL.format(features=3 * 16 * 16), []),
        (MODEL.format(features=3 * 20 * 30), ["CVL202"]),
        ("K.Normalize(torch.zeros(4), torch.ones(4))(pictures)", ["CVL201"]),
    ],
)
def test_models(source: str, codes: list[str]) -> None:
    assert [it.code for it in convlint.lint_source(HEAD + source).findings] == codes
