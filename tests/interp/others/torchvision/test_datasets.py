"""Data sets: the table beside torchvision's own classes, and items with transforms as programs ask for them."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from convlint.interp.others.torchvision.facts import FACTS
from convlint.interp.values.unknown import Unknown
from convlint.layers.core.tensor import Tensor
from convlint.symbolic import Dim
from convlint.symbolic.told import origins_of
from tests.interp.others.torchvision.real import need_torchvision
from tests.interp.running import interpret, python

HEAD = """
import torch
from torch.utils.data import DataLoader
from torchvision import datasets, transforms as T
"""


def run(body: str) -> Any:
    names, vm = interpret(HEAD + body)
    assert not vm.gaps, vm.gaps
    return names["result"]


@pytest.mark.parametrize("name", sorted(FACTS))
def test_arguments_are_those_of_torchvision(name: str) -> None:
    need_torchvision()
    from torchvision import datasets

    init = getattr(datasets, name).__init__
    real = [
        parameter for parameter in inspect.signature(init).parameters if parameter not in ("self", "kwargs", "args")
    ]
    assert list(FACTS[name].options) == real[: len(FACTS[name].options)]
    chosen, default = FACTS[name].chosen
    if chosen and name not in ("EMNIST", "QMNIST"):
        parameter = inspect.signature(init).parameters[chosen]
        assert parameter.default in (default, inspect.Parameter.empty)


@pytest.mark.parametrize(
    ("made", "shape", "count"),
    [
        ("MNIST('d', transform=T.ToTensor())", (1, 28, 28), 60_000),
        ("MNIST('d', False, T.ToTensor(), download=True)", (1, 28, 28), 10_000),
        ("FashionMNIST(root='d', train=False, transform=T.ToTensor())", (1, 28, 28), 10_000),
        ("EMNIST('d', split='letters', train=False, transform=T.ToTensor())", (1, 28, 28), 20_800),
        ("CIFAR10('d', transform=T.ToTensor())", (3, 32, 32), 50_000),
        ("CIFAR100('d', train=False, transform=T.Compose([T.Resize(40), T.ToTensor()]))", (3, 40, 40), 10_000),
        ("SVHN('d', split='test', transform=T.ToTensor())", (3, 32, 32), 26_032),
        ("STL10('d', transform=T.ToTensor())", (3, 96, 96), 5_000),
        ("FakeData(50, (3, 20, 30), 4, T.ToTensor())", (3, 20, 30), 50),
        ("USPS('d', transform=T.ToTensor())", (1, 16, 16), 7_291),
        ("EuroSAT('d', transform=T.ToTensor())", (3, 64, 64), 27_000),
    ],
)
def test_items(made: str, shape: tuple[int, ...], count: int) -> None:
    image, target, length = run(f"data = datasets.{made}\nresult = (*data[0], len(data))")
    assert (image.shape, image.dtype) == (shape, "float32")
    assert isinstance(target, Dim)
    assert length == count


def test_fake_data_agrees_with_torchvision() -> None:
    need_torchvision()
    body = "data = datasets.FakeData(5, (3, 8, 9), 4, T.ToTensor())\nresult = next(iter(DataLoader(data, 2)))"
    real = python(HEAD + body)["result"]
    assert [(part.shape, part.dtype) for part in run(body)] == [
        (tuple(part.shape), str(part.dtype).removeprefix("torch.")) for part in real
    ]


def test_batches_say_the_way_of_their_sizes() -> None:
    images, labels = run(
        "data = datasets.MNIST('d', transform=T.Compose([T.Resize(64), T.ToTensor()]))\n"
        "result = next(iter(DataLoader(data, batch_size=16)))"
    )
    assert images.shape == (16, 1, 64, 64)
    assert (labels.shape, labels.dtype) == ((16,), "int64")
    texts = [[origin.text for origin in origins_of(size)] for size in images.shape]
    assert texts == [["`batch_size=16`"], ["`MNIST` gives 1×28×28"], *[["`Resize(64)` makes it 64×64"]] * 2]


def test_pictures_of_folders_have_open_sizes() -> None:
    image, target = run("result = datasets.ImageFolder('d', T.ToTensor())[0]")
    assert image.shape[0] == 3
    assert all(isinstance(size, Dim) for size in (*image.shape[1:], target))


def test_without_transform_items_are_pictures() -> None:
    image, _ = run("result = datasets.CIFAR10('d')[3]")
    assert (image.mode, image.width, image.height) == ("RGB", 32, 32)


def test_target_transforms_and_classes_of_programs() -> None:
    result = run(
        "class Mine(datasets.ImageFolder):\n"
        "    def __getitem__(self, index):\n"
        "        path, target = self.samples[index]\n"
        "        return self.transform(self.loader(path)), path\n"
        "data = datasets.MNIST('d', target_transform=lambda label: torch.zeros(10), transform=T.ToTensor())\n"
        "mine = Mine('d', transform=T.Compose([T.Resize((5, 6)), T.ToTensor()]))\n"
        "result = (data[0][1], mine[0], data.data, data.targets, datasets.CIFAR10('d').data)"
    )
    target, (image, path), pictures, labels, colours = result
    assert target.shape == (10,)
    assert image.shape == (3, 5, 6)
    assert isinstance(path, Unknown)
    assert isinstance(pictures, Tensor)
    assert (pictures.shape, labels.shape, colours.shape) == ((60_000, 28, 28), (60_000,), (50_000, 32, 32, 3))
