"""What a module registers is known only as far as the methods that register it are torch's."""

from __future__ import annotations

from pathlib import Path

import convlint

PROGRAM = """
import torch
from torch import nn
from somewhere import thing


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_parameter("scale", nn.Parameter(torch.zeros(3)))
        self.layer = nn.Linear(2, 3)

    def forward(self, x):
        return self.layer(x)


{patch}
"""


def parameters(tmp_path: Path, patch: str) -> int | None:
    file = tmp_path / "net.py"
    file.write_text(PROGRAM.format(patch=patch))
    return convlint.summarize(f"{file}:Net", (1, 2)).params


def test_what_is_registered_counts(tmp_path: Path) -> None:
    assert parameters(tmp_path, "") == 12


def test_what_is_registered_by_something_unknown_is_not_known(tmp_path: Path) -> None:
    assert parameters(tmp_path, "nn.Module.register_parameter = thing") is None
