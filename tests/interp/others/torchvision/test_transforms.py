"""Transforms make of pictures, arrays and tensors what torchvision itself makes of them, in size, mode and dtype."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convlint.interp.others.pil import Picture
from convlint.interp.values.signals import PyRaise
from convlint.layers.core.tensor import Tensor
from convlint.symbolic import Dim
from convlint.symbolic.told import origins_of
from tests.interp.others.torchvision.real import need_torchvision
from tests.interp.running import interpret, python

HEAD = """
import numpy as np
import torch
from PIL import Image
import torchvision.transforms as T
import torchvision.transforms.functional as F
from torchvision.transforms import v2, InterpolationMode
from torchvision.transforms.v2 import functional as F2
image = Image.new("RGB", (W, H))
grey = Image.new("L", (W, H))
array = np.zeros((H, W, 3), dtype=np.uint8)
tensor = torch.rand(3, H, W)
batch = torch.rand(2, 3, H, W)
"""


def head(width: int = 40, height: int = 30) -> str:
    return HEAD.replace("W", str(width)).replace("(H", f"({height}").replace(" H", f" {height}")


def outline(value: Any) -> Any:
    if isinstance(value, Picture):
        return value.mode, (value.width, value.height)
    if isinstance(value, Tensor):
        return value.shape, value.dtype
    if isinstance(value, dict):
        return {key: outline(item) for key, item in value.items()}
    if isinstance(value, tuple | list) and value and not isinstance(value[0], int):
        return [outline(item) for item in value]
    if hasattr(value, "shape"):
        return tuple(value.shape), str(value.dtype).removeprefix("torch.")
    return (value.mode, value.size) if hasattr(value, "mode") else value


EXPRESSIONS = [
    "T.ToTensor()(image)", "T.ToTensor()(grey)", "T.ToTensor()(array)", "T.ToTensor()(array.astype(np.float32))",
    "T.ToTensor()(image.convert('RGBA'))", "T.ToTensor()(image.convert('1'))", "T.PILToTensor()(image)",
    "T.ToPILImage()(tensor)", "T.ToPILImage()(array)", "T.ToPILImage()(tensor[0])", "F.to_pil_image(tensor[:1])",
    "T.Resize(20)(image)", "T.Resize([20])(image)", "T.Resize((20, 25))(image)", "T.Resize(20)(tensor)",
    "T.Resize(20)(batch)", "T.Resize(20, max_size=24)(image)", "T.Resize((8, 9), InterpolationMode.NEAREST)(image)",
    "T.CenterCrop(16)(image)", "T.CenterCrop((60, 10))(image)", "T.CenterCrop([7])(tensor)", "T.RandomCrop(8)(image)",
    "T.RandomCrop((8, 12), padding=4)(tensor)", "T.RandomCrop(50, pad_if_needed=True)(image)",
    "T.RandomCrop(44, padding=[3, 8])(image)", "T.RandomResizedCrop(12)(image)", "T.RandomResizedCrop((12, 9))(tensor)",
    "T.Pad(3)(image)", "T.Pad((1, 2))(tensor)", "T.Pad([1, 2, 3, 4])(image)", "T.FiveCrop(10)(image)",
    "T.TenCrop((8, 6))(tensor)", "T.Grayscale()(image)", "T.Grayscale(3)(grey)", "T.Grayscale()(tensor)",
    "T.Normalize((0.5, 0.5, 0.5), (0.5, 0.5, 0.5))(tensor)", "T.Normalize([0.5], [0.5])(batch)",
    "T.Normalize((0.1307,), (0.3081,))(T.ToTensor()(grey))", "T.RandomHorizontalFlip()(image)",
    "T.ColorJitter(0.1)(image)",
    "T.RandomRotation(10)(tensor)", "T.RandomAffine(5)(image)", "T.GaussianBlur(3)(tensor)",
    "T.RandomErasing()(tensor)",
    "T.RandomPerspective()(image)", "T.RandomApply([T.ColorJitter()])(image)",
    "T.RandomOrder([T.CenterCrop(9)])(image)",
    "T.RandomChoice([T.CenterCrop(9), T.Resize((9, 9))])(image)", "T.Lambda(lambda x: F.hflip(x))(image)",
    "T.ConvertImageDtype(torch.float64)(tensor)", "T.RandAugment()(image)", "T.AutoAugment()(image)",
    "T.RandomGrayscale()(image)", "T.RandomInvert()(image)", "T.RandomAutocontrast()(image)",
    "T.Compose([T.Resize(16), T.CenterCrop(12), T.ToTensor(), T.Normalize([0.1] * 3, [0.2] * 3)])(image)",
    "F.resize(image, [5, 6])", "F.center_crop(tensor, 9)", "F.crop(image, 1, 2, 5, 6)", "F.pad(tensor, [1])",
    "F.resized_crop(image, 0, 0, 10, 20, [7, 8])", "F.five_crop(tensor, 4)", "F.rotate(image, 30)", "F.hflip(tensor)",
    "F.get_image_size(image)", "F.get_dimensions(tensor)", "F.adjust_brightness(image, 1.2)",
    "F.rgb_to_grayscale(tensor)",
    "F.normalize(tensor, [0.5], [0.5])", "F.to_tensor(image)", "F.pil_to_tensor(grey)",
    "v2.Compose([v2.ToImage(), v2.ToDtype(torch.float32, scale=True)])(image)", "v2.ToImage()(array)",
    "v2.Resize((9, 8))(image)", "v2.Resize(9)(tensor)", "v2.CenterCrop(5)(image)", "v2.RandomCrop(5)(tensor)",
    "v2.Normalize([0.5] * 3, [0.5] * 3)(tensor)", "v2.Grayscale()(image)", "v2.RandomResizedCrop(7)(image)",
    "v2.Pad(2)(tensor)", "v2.RandomHorizontalFlip()(tensor)", "v2.RGB()(grey)", "v2.Lambda(lambda x: x)(tensor)",
    "v2.RandomApply([v2.GaussianBlur(3)])(tensor)", "F2.resize(tensor, [4, 4])", "F2.to_dtype(tensor, torch.uint8)",
    "v2.Resize((9, 8))(image, 3)", "v2.Resize((9, 8))({'image': image, 'label': 3})",
    "v2.CenterCrop(4)((image, image))",
    "v2.CenterCrop(4)((tensor, torch.zeros(5)))",
    "torch.nn.Sequential(T.CenterCrop(10), T.Normalize([0.5], [0.5]))(tensor)",
]  # fmt: skip


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_agrees(expression: str) -> None:
    need_torchvision()
    names, vm = interpret(f"{head()}\nresult = {expression}")
    assert outline(names["result"]) == outline(python(f"{head()}\nresult = {expression}")["result"])
    assert not vm.gaps, vm.gaps
    assert not vm.taken


@given(
    width=st.integers(8, 60), height=st.integers(8, 60), size=st.integers(1, 50), longest=st.integers(51, 80),
    other=st.integers(1, 50), padding=st.lists(st.integers(0, 5), min_size=4, max_size=4),
)  # fmt: skip
@settings(max_examples=40, deadline=None)
def test_sizes(width: int, height: int, size: int, longest: int, other: int, padding: list[int]) -> None:
    need_torchvision()
    for kind in ("image", "tensor"):
        expression = (
            f"[T.Resize({size})({kind}), T.Resize({size}, max_size={longest})({kind}),"
            f" T.Resize(({size}, {other}))({kind}),"
            f" T.CenterCrop(({size}, {other}))({kind}), T.Pad({padding})({kind}), T.Pad({padding[:2]})({kind})]"
        )
        source = f"{head(width, height)}\nresult = {expression}"
        assert outline(interpret(source)[0]["result"]) == outline(python(source)["result"])


@pytest.mark.parametrize(
    "expression",
    [
        "T.Normalize((0.5, 0.5, 0.5), (0.5, 0.5, 0.5))(T.ToTensor()(grey))", "T.Normalize((0.5, 0.5), (1, 1))(tensor)",
        "T.Normalize([0.5], [0.5])(image)", "T.Normalize([0.5], [0.5])(T.PILToTensor()(image))",
        "T.ToTensor()(tensor)", "T.PILToTensor()(tensor)", "T.RandomCrop(50)(image)",
        "T.RandomCrop(39, padding=4)(image)",
        "T.FiveCrop(31)(image)", "T.ToPILImage()(torch.rand(5, 4, 4))", "T.ToPILImage()(torch.rand(2, 3, 4, 4))",
        "T.Normalize([0.5], [0.5])(torch.rand(4, 4))", "T.Grayscale(2)(image)", "T.Resize((4, 5), max_size=9)(image)",
        "v2.Normalize([0.5], [0.5])(image)",
    ],
)  # fmt: skip
def test_refuses_what_torchvision_refuses(expression: str) -> None:
    need_torchvision()
    with pytest.raises(Exception) as real:  # noqa: PT011 - whatever it is
        python(f"{head()}\nresult = {expression}")
    with pytest.raises(PyRaise) as raised:
        interpret(f"{head()}\nresult = {expression}")
    assert raised.value.violation is not None
    assert isinstance(real.value, type(raised.value.value)) or isinstance(raised.value.value, type(real.value))


def test_sizes_that_the_command_line_must_give() -> None:
    names, _ = interpret(
        """
        import argparse
        from PIL import Image
        import torchvision.transforms as T
        parser = argparse.ArgumentParser()
        parser.add_argument("--factor", type=int, required=True)
        factor = parser.parse_args().factor
        crop = 256 - 256 % factor
        image = Image.open("a.png").convert("L")
        large = T.Compose([T.CenterCrop(crop), T.ToTensor()])(image)
        small = T.Compose([T.CenterCrop(crop), T.Resize(crop // factor), T.ToTensor()])(image)
        rest = [large.shape[axis] - factor * small.shape[axis] for axis in (1, 2)]
        """
    )
    assert names["rest"] == [0, 0]


def test_pictures_of_open_size() -> None:
    names, vm = interpret(
        """
        from PIL import Image
        from torchvision import transforms
        image = Image.open("a.jpg").convert("RGB")
        result = [transforms.Resize(224)(image), transforms.Resize((224, 224))(image), transforms.ToTensor()(image),
                  transforms.RandomCrop(64)(image), transforms.CenterCrop(32)(transforms.Resize(64)(image))]
        """
    )
    shorter, square, tensor, crop, centre = names["result"]
    assert isinstance(shorter.height, Dim)
    assert isinstance(shorter.width, Dim)
    assert (square.height, square.width) == (224, 224)
    assert tensor.shape[0] == 3
    assert (crop.height, centre.width) == (64, 32)
    assert not vm.gaps


def test_sizes_say_which_transform_made_them() -> None:
    names, _ = interpret(
        """
        from PIL import Image
        from torchvision import transforms as T
        transform = T.Compose([
            T.Resize(64),
            T.CenterCrop(48),
            T.ToTensor(),
        ])
        result = transform(Image.new("L", (100, 100))).shape[-1]
        """
    )
    (origin,) = origins_of(names["result"])
    assert origin.text == "`CenterCrop(48)` makes it 48×48"
    assert origin.place.span[0] == 6
