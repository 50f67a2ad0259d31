"""The labels of a data set name all of its classes, unless the program changes them."""

from __future__ import annotations

import pytest

import convlint
from convlint.findings import Severity

HEAD = """
import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, Subset
from torchvision import datasets, transforms

T = transforms.ToTensor()
net = nn.Sequential(nn.Flatten(), nn.Linear({}, {}))
data = {}
"""
LOOP = """
for x, y in DataLoader(data, 32, shuffle=True):
    F.cross_entropy(net(x), y)
"""


def errors(source: str) -> list[str]:
    findings = convlint.lint_source(source, "main.py").findings
    return [finding.code for finding in findings if finding.severity is Severity.ERROR]


@pytest.mark.parametrize(
    ("data", "features", "classes"),
    [
        ("datasets.MNIST('.', transform=T)", 784, 10),
        ("datasets.CIFAR100('.', train=False, transform=T)", 3072, 100),
        ("datasets.SVHN('.', split='extra', transform=T)", 3072, 10),
        ("datasets.GTSRB('.', transform=transforms.Compose([transforms.Resize((8, 8)), T]))", 192, 43),
    ],
)
def test_all_classes_are_met(data: str, features: int, classes: int) -> None:
    assert errors(HEAD.format(features, classes, data) + LOOP) == []
    assert errors(HEAD.format(features, classes + 5, data) + LOOP) == []
    assert errors(HEAD.format(features, classes - 1, data) + LOOP) == ["CVL203"]
    moved = LOOP.replace("y)", "y.to('cuda', non_blocking=True).long())")
    assert errors(HEAD.format(features, classes - 1, data) + moved) == ["CVL203"]


@pytest.mark.parametrize(
    "change",
    [
        "data = datasets.MNIST('.', transform=T, target_transform=lambda y: y % 2)",
        "data.targets = data.targets % 2",
        "data.targets[data.targets > 1] = 0",
        "data = Subset(data, [0, 1, 2])",
        "data.targets.clamp_(max=1)",
        "data = [(x, 0) for x, y in data]",
        "class Own(datasets.MNIST):\n    def __getitem__(self, i):\n        return super().__getitem__(i)[0], 1\n"
        "data = Own('.', transform=T)",
    ],
)
def test_labels_that_are_changed(change: str) -> None:
    assert errors(HEAD.format(784, 2, "datasets.MNIST('.', transform=T)") + change + LOOP) == []


def test_what_is_made_of_labels() -> None:
    loop = LOOP.replace("y)", "y % 2)\n    F.cross_entropy(net(x), (y > 4).long())")
    assert errors(HEAD.format(784, 2, "datasets.MNIST('.', transform=T)") + loop) == []


@pytest.mark.parametrize(
    "change",
    [
        "y[y > 1] = 0",
        "y.clamp_(max=1)",
        "y %= 2",
        "y.to('cpu')[y > 1] = 0",
        "y.view(-1)[:] = 0",
        "y[3:][:] = 0",
        "y.data[y > 1] = 0",
        "y.detach().zero_()",
        "y.numpy()[:] = 0",
        "torch.clamp(y, max=1, out=y)",
        "y.data = y % 2",
        "relabelled(y)",
    ],
)
def test_labels_that_are_changed_in_place(change: str) -> None:
    relabelled = "def relabelled(labels):\n    labels[labels > 1] = 0\n"
    loop = LOOP.replace("\n    F.", f"\n    {change}\n    F.")
    assert errors(HEAD.format(784, 2, "datasets.MNIST('.', transform=T)") + relabelled + loop) == []
