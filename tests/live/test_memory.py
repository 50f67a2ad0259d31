"""A server runs all day: what it holds does not grow with the number of edits."""

from __future__ import annotations

import gc

from convlint.config import Config
from convlint.config.resolve import Settings
from convlint.live.linter import Asking, LiveLinter

SOURCE = """\
from torch import nn


class Block(nn.Module):
    def __init__(self, i, o):
        super().__init__()
        self.conv = nn.Conv2d(i, o, 3, padding=1)

    def forward(self, x):
        return self.conv(x)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(Block(3, 8), Block(8, 16))

    def forward(self, x):
        return self.net(x)
"""


def test_objects_do_not_pile_up(tmp_path):
    """Ten versions in turn, with rows that move, a fault and a broken one among them."""
    versions = [SOURCE.replace("8, 16", f"{8 + number % 3}, {16 + number}") for number in range(8)]
    versions += [SOURCE.replace("import nn\n", "import nn\n\n"), SOURCE.replace("Block(3, 8)", "Block(3, 8")]
    linter, settings, path = LiveLinter(), Settings(Config()), str(tmp_path / "model.py")

    def edit(times: int) -> int:
        for number in range(times):
            linter.look(Asking(path, versions[number % len(versions)].encode(), settings, {}))
        gc.collect()
        return len(gc.get_objects())

    before = edit(60)
    assert edit(200) < before + 100
