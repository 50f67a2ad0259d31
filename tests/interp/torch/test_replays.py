"""A call that is told again leaves what it would have left if it had run."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from convlint.interp.torch import replays
from tests.interp.torch import telling

HEAD = """
import torch
from torch import nn
import torch.nn.functional as F

CALLS = []

class Block(nn.Module):
    def __init__(self, width, act=None):
        super().__init__()
        self.conv1 = nn.Conv2d(width, width, 3, padding=1)
        self.norm = nn.BatchNorm2d(width)
        self.act = act or nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(width, width, 3, padding=1)
        self.calls = 0

    def forward(self, x):
        return x + self.conv2(self.act(self.norm(self.conv1(x))))
"""

ALIKE = {
    "equal blocks in a row": """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.stem = nn.Conv2d(3, 8, 3, stride=2, padding=1)
                self.blocks = nn.Sequential(*[Block(8) for _ in range(6)])
            def forward(self, x):
                return self.blocks(self.stem(x))
    """,
    "an activation that all blocks share": """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                act = nn.GELU()
                self.blocks = nn.ModuleList([Block(3, act) for _ in range(6)])
            def forward(self, x):
                for block in self.blocks:
                    x = block(x)
                return x
    """,
    "one block many times": """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.block = Block(3)
            def forward(self, x):
                for _ in range(5):
                    x = self.block(x)
                return x
    """,
    "blocks of blocks, and lists of features": """
        class Dense(nn.Module):
            def __init__(self, count):
                super().__init__()
                self.inner = nn.Sequential(Block(3), Block(3))
                self.count = count
            def forward(self, features):
                return self.inner(torch.cat(features, 1)[:, :3])
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.dense = nn.ModuleList([Dense(2) for _ in range(4)])
            def forward(self, x):
                features = [x]
                for layer in self.dense:
                    features.append(layer(features))
                return torch.cat(features, 1)
    """,
    "parameters that functions are given": """
        class Scaled(nn.Module):
            def __init__(self):
                super().__init__()
                self.weight = nn.Parameter(torch.zeros(3, 3, 3, 3))
                self.inner = Block(3)
            def forward(self, x):
                return self.inner(F.conv2d(x, self.weight, padding=1))
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.parts = nn.Sequential(Scaled(), Scaled(), Scaled())
            def forward(self, x):
                return self.parts(x)
    """,
    "windows that lose cells": """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.parts = nn.ModuleList([nn.Sequential(nn.Conv2d(3, 3, 4, stride=2), nn.ReLU()) for _ in range(4)])
            def forward(self, x):
                a, b = self.parts[0](x), self.parts[1](x)
                return self.parts[2](a) + self.parts[3](b)
    """,
    "decisions on sizes, which later blocks find decided": """
        class Padded(Block):
            def forward(self, x):
                if x.shape[-1] % 4:
                    x = F.pad(x, (0, 4 - x.shape[-1] % 4))
                if x.shape[-2] > 40:
                    x = x[:, :, 1:]
                return super().forward(x)
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.first, self.parts = Padded(3), nn.Sequential(*[Padded(3) for _ in range(4)])
            def forward(self, x):
                if x.shape[-1] % 2 == 0:
                    x = self.first(x)
                return self.parts(x)
    """,
    "blocks that demand something of sizes, known before or not": """
        class Halved(Block):
            def forward(self, x):
                batch, channels, height, width = x.shape
                x = x.view(batch, channels, height // 2, 2, width).flatten(2, 3)
                return super().forward(x)
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.parts = nn.Sequential(*[nn.Sequential(Halved(3)) for _ in range(4)])
            def forward(self, x):
                return self.parts(x) if x.shape[-1] > 10 else self.parts(self.parts(x))
    """,
    "plain values among the results": """
        class Sized(Block):
            def forward(self, x, sizes):
                return super().forward(x)[:, :, :-1], (x.shape[-2] - 1, sizes[1], "odd", None, 2.5)
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.parts = nn.ModuleList([Sized(3) for _ in range(3)])
            def forward(self, x):
                for _ in range(2):
                    y, sizes = x, tuple(x.shape[-2:])
                    for part in self.parts:
                        y, sizes = part(y, sizes)
                return y.view(y.shape[0], 3, sizes[0], sizes[1])
    """,
}
"""Models whose equal parts are told again."""

UNLIKE = {
    "a counter in the block": """
        class Counting(Block):
            def forward(self, x):
                self.calls += 1
                return super().forward(x)[:, :, self.calls - 1:]
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.block = Counting(3)
            def forward(self, x):
                return self.block(self.block(self.block(x)))
    """,
    "a counter outside of the block": """
        class Counting(Block):
            def forward(self, x):
                CALLS.append(1)
                return super().forward(x)[:, :, len(CALLS) - 1:]
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.parts = nn.ModuleList([Counting(3) for _ in range(3)])
            def forward(self, x):
                for part in self.parts:
                    x = part(x)
                return x
    """,
    "a list that the block is given": """
        class Adding(Block):
            def forward(self, x, seen):
                seen.append(x)
                return super().forward(x)[:, :, len(seen) - 1:]
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.parts = nn.ModuleList([Adding(3) for _ in range(3)])
            def forward(self, x):
                seen = []
                for part in self.parts:
                    x = part(x, seen)
                return torch.cat([y[:, :, :1] for y in seen], 2)
    """,
    "blocks that differ in a number": """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.parts = nn.ModuleList([Block(3) for _ in range(3)])
                for index, part in enumerate(self.parts):
                    part.calls = index
            def forward(self, x):
                for part in self.parts:
                    x = part(x)[:, :, part.calls:]
                return x
    """,
    "a block that is changed on the way": """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.parts = nn.ModuleList([Block(3) for _ in range(3)])
            def forward(self, x):
                for part in self.parts:
                    x = part(x)
                    part.conv2.stride = (2, 2)
                    part.conv2.padding = (1, 1)
                self.parts[0].act = nn.AvgPool2d(2)
                return self.parts[0].act(x)
    """,
    "a decision that each block takes": """
        class Asking(Block):
            def forward(self, x):
                return super().forward(x) if x.sum() > 0 else x[:, :, 1:]
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.parts = nn.Sequential(Asking(3), Asking(3))
            def forward(self, x):
                return self.parts(x)
    """,
    "a flag that nobody knows": """
        class Flagged(Block):
            def __init__(self, flag):
                super().__init__(3)
                self.flag = flag
            def forward(self, x):
                return super().forward(x) if self.flag else x[:, :, 1:]
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                flag = torch.rand(1).item() > 0.5
                self.parts = nn.Sequential(Flagged(flag), Flagged(flag))
                self.flag = flag
            def forward(self, x):
                if self.flag:
                    x = x[:, :, 2:]
                return self.parts(x)
    """,
}
"""Models whose parts only look equal."""


def told(source: str, path: Path, monkeypatch: pytest.MonkeyPatch, *, again: bool) -> tuple[object, int]:
    """Return all that is found in a file, and how many calls were told again."""
    off, text = "" if again else "can_replay", HEAD + textwrap.dedent(source)
    return telling.told(monkeypatch, path, text, (replays, "_again"), off, (2, 3, 65, 64), ("N", 3, "H", "W"))


@pytest.mark.parametrize("name", ALIKE)
def test_equal_calls_are_told_again(name, tmp_path, monkeypatch):
    again, count = told(ALIKE[name], tmp_path / "net.py", monkeypatch, again=True)
    run, none = told(ALIKE[name], tmp_path / "net.py", monkeypatch, again=False)
    assert again == run
    assert count > 0
    assert none == 0


@pytest.mark.parametrize("name", UNLIKE)
def test_calls_that_only_look_equal_run(name, tmp_path, monkeypatch):
    again, _ = told(UNLIKE[name], tmp_path / "net.py", monkeypatch, again=True)
    run, _ = told(UNLIKE[name], tmp_path / "net.py", monkeypatch, again=False)
    assert again == run
