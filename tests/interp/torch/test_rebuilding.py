"""A constructor that is told again leaves what it would have left if it had run."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from convlint.interp.torch import rebuilding
from tests.interp.torch import telling

HEAD = """
import random
import torch
from torch import nn
import torch.nn.functional as F

MADE = []
CONFIG = {"width": 3}

class Config:
    def __init__(self, width):
        self.width = width

class Block(nn.Module):
    def __init__(self, width, act=None):
        super().__init__()
        self.conv1 = nn.Conv2d(width, width, 3, padding=1)
        self.norm = nn.BatchNorm2d(width)
        self.act = act or nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(width, width, 3, padding=1)
        self.calls = [0, {"width": width}]

    def forward(self, x):
        return x + self.conv2(self.act(self.norm(self.conv1(x))))

class Chain(nn.Module):
    def __init__(self, *blocks):
        super().__init__()
        self.blocks = nn.ModuleList(blocks)

    def forward(self, x):
        for block in self.blocks:
            x = block(x)
        return x
"""

ALIKE = {
    "equal blocks in a row": """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.blocks = nn.Sequential(*[Block(3) for _ in range(5)])
            def forward(self, x):
                return self.blocks(x)
    """,
    "copies are objects of their own": """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                blocks = [Block(3) for _ in range(5)]
                for index, block in enumerate(blocks):
                    block.conv2.stride = (1 + index % 2, 1)
                    block.calls.append(index)
                    block.calls[1]["width"] += index
                self.blocks = nn.ModuleList(blocks)
            def forward(self, x):
                for index, block in enumerate(self.blocks):
                    x = block.conv2(x)[:, :, block.calls[2] + block.calls[1]["width"] - 3 - index:]
                return x
    """,
    "a module that the block is given": """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                pools = [nn.Sequential(nn.AvgPool2d(2 + (index > 5))) for index in range(8)]
                self.blocks = nn.ModuleList([Block(3, pool) for pool in pools])
                for pool in pools[:3]:
                    pool[0].kernel_size = 1
                    pool[0].stride = 1
                self.first = pools[0]
            def forward(self, x):
                for block in self.blocks:
                    x = block.act(x)
                return self.first(x)
    """,
    "an activation that all blocks share": """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                act = nn.Sequential(nn.AvgPool2d(3, stride=1, padding=1))
                self.blocks = nn.ModuleList([Block(3, act) for _ in range(5)])
                self.blocks[4].act[0].padding = 0
            def forward(self, x):
                for block in self.blocks:
                    x = block.act(x)
                return x
    """,
    "a tied weight, and what holds its holder": """
        class Tied(nn.Module):
            def __init__(self, embedding, names):
                super().__init__()
                self.inner = nn.Linear(8, 3, bias=False)
                self.inner.weight = embedding.weight
                self.names, self.again = names, [names]
                self.method = self.step
            def step(self, x):
                return self.inner(x)
            def forward(self, x):
                return self.method(x) + len(self.names) + len(self.again[0])
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.parts = nn.ModuleList([Tied(nn.Embedding(3, 8), ["a"]) for _ in range(5)])
                for index, part in enumerate(self.parts):
                    part.names.extend("b" * index)
            def forward(self, x):
                return [part(x.mean(1, keepdim=True).repeat(1, 1, 1, 8)[..., :8])[:, :, len(part.again[0]):]
                        for part in self.parts]
    """,
    "configurations": """
        class Configured(nn.Module):
            def __init__(self, config):
                super().__init__()
                self.config = config
                self.block = Block(config.width)
            def forward(self, x):
                return self.block(x)
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.parts = nn.Sequential(*[Configured(Config(3)) for _ in range(5)])
                self.parts[4].config.width = 4
            def forward(self, x):
                return self.parts(x)[:, :, self.parts[3].config.width:, self.parts[4].config.width:]
    """,
    "windows that lose cells, in blocks of blocks": """
        class Down(nn.Module):
            def __init__(self, size):
                super().__init__()
                self.conv = nn.Conv2d(3, 3, 4, stride=size)
                self.unused = nn.Linear(2, 2)
            def forward(self, x):
                return self.conv(x)
        class Pair(nn.Module):
            def __init__(self):
                super().__init__()
                self.left, self.right = Down(1), Down(1)
            def forward(self, x):
                return self.left(x) + self.right(x)
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.parts = nn.Sequential(*[Pair() for _ in range(4)], Down(2), Down(2), Down(2))
            def forward(self, x):
                return self.parts(x)
    """,
}
"""Models of which some parts are built once and told again."""

UNLIKE = {
    "a counter outside of the block": """
        class Counting(Block):
            def __init__(self):
                super().__init__(3)
                MADE.append(self)
                self.number = len(MADE)
            def forward(self, x):
                return super().forward(x)[:, :, self.number:]
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.parts = nn.Sequential(*[Counting() for _ in range(4)])
            def forward(self, x):
                return self.parts(x)
    """,
    "a class that counts": """
        class Counting(Block):
            number = 0
            def __init__(self):
                super().__init__(3)
                Counting.number += 1
                self.mine = Counting.number
            def forward(self, x):
                return super().forward(x)[:, :, self.mine:]
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.parts = nn.Sequential(*[Counting() for _ in range(4)])
            def forward(self, x):
                return self.parts(x)
    """,
    "settings that change on the way": """
        class Configured(Block):
            def __init__(self):
                super().__init__(3)
                self.cut = CONFIG["width"]
            def forward(self, x):
                return super().forward(x)[:, :, self.cut:]
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                parts = [Configured(), Configured(), Configured()]
                CONFIG["width"] = 5
                self.parts = nn.Sequential(*parts, Configured(), Configured())
            def forward(self, x):
                return self.parts(x)
    """,
    "a list that the block is given": """
        class Adding(Block):
            def __init__(self, seen):
                super().__init__(3)
                seen.append(1)
                self.number = len(seen)
            def forward(self, x):
                return super().forward(x)[:, :, self.number:]
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                lists = [[], [], [], []]
                self.parts = nn.Sequential(*[Adding(held) for held in lists])
                self.added = sum(map(len, lists))
            def forward(self, x):
                return self.parts(x)[:, :, self.added:]
    """,
    "something drawn at random": """
        class Random(Block):
            def __init__(self):
                super().__init__(3)
                self.cut = random.randint(1, 4)
            def forward(self, x):
                return super().forward(x)[:, :, self.cut:]
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.parts = nn.ModuleList([Random() for _ in range(4)])
            def forward(self, x):
                a, b = self.parts[2](x), self.parts[3](x)
                return a if a.shape == b.shape else b[:, :, 1:]
    """,
    "a generator that each block draws from": """
        class Drawing(Block):
            def __init__(self, numbers):
                super().__init__(3)
                self.cut = next(numbers)
            def forward(self, x):
                return super().forward(x)[:, :, self.cut:]
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                numbers = iter([1, 2, 3, 4])
                self.parts = nn.Sequential(*[Drawing(numbers) for _ in range(4)])
            def forward(self, x):
                return self.parts(x)
    """,
    "a function that closes over the block": """
        class Closing(Block):
            def __init__(self):
                super().__init__(3)
                self.cut = 1
                self.step = lambda x: x[:, :, self.cut:]
            def forward(self, x):
                return self.step(super().forward(x))
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.parts = nn.ModuleList([Closing() for _ in range(4)])
                self.parts[3].cut = 2
            def forward(self, x):
                for part in self.parts:
                    x = part(x)
                return x
    """,
    "a part that is replaced": """
        class Replacing(nn.Module):
            def __init__(self, chain):
                super().__init__()
                chain.blocks[0] = nn.Conv2d(3, 3, 3)
                self.chain = chain
            def forward(self, x):
                return self.chain(x)
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                chains = [Chain(nn.Conv2d(3, 3, 5)) for _ in range(4)]
                self.parts = nn.Sequential(*[Replacing(chain) for chain in chains])
                self.chains = nn.ModuleList(chains)
            def forward(self, x):
                return self.chains[3](self.parts(x))
    """,
}
"""Models whose parts only look equal."""


def told(source: str, path: Path, monkeypatch: pytest.MonkeyPatch, *, again: bool) -> tuple[object, int]:
    """Return all that is found in a file, and how many constructors were told again."""
    off, text = "" if again else "is_as_imported", HEAD + textwrap.dedent(source)
    return telling.told(monkeypatch, path, text, (rebuilding, "_tell_again"), off, (2, 3, 65, 64))


@pytest.mark.parametrize("name", ALIKE)
def test_equal_constructors_are_told_again(name, tmp_path, monkeypatch):
    again, count = told(ALIKE[name], tmp_path / "net.py", monkeypatch, again=True)
    run, none = told(ALIKE[name], tmp_path / "net.py", monkeypatch, again=False)
    assert again == run
    assert count > 0
    assert none == 0


@pytest.mark.parametrize("name", UNLIKE)
def test_constructors_that_only_look_equal_run(name, tmp_path, monkeypatch):
    again, _ = told(UNLIKE[name], tmp_path / "net.py", monkeypatch, again=True)
    run, _ = told(UNLIKE[name], tmp_path / "net.py", monkeypatch, again=False)
    assert again == run
