"""Python's order of texts in a set hangs on a seed: what a forward does in that order is not known."""

from __future__ import annotations

from pathlib import Path

import convlint

PROGRAM = """
import torch
from torch import nn

class Net(nn.Module):
    def __init__(self, first=3):
        super().__init__()
        self.one = nn.Linear(first, 4)
        self.two = nn.Linear(4, 3)
        self.names = {"one", "two"}

    def forward(self, x):
        for name in self.names:
            x = getattr(self, name)(x)
        return x
"""


def _told(call: str) -> list[str]:
    return [found.code for found in convlint.lint_source(f"{PROGRAM}\n{call}\n", "program.py").findings]


def test_what_one_order_only_refuses_is_no_error() -> None:
    assert _told("Net()(torch.zeros(2, 3))") == []
    assert _told("Net()(torch.zeros(2, 4))") == []


def test_what_either_order_refuses_is_one() -> None:
    assert _told("Net()(torch.zeros(2, 5))") == ["CVL202"]


def test_of_layers_that_are_called_in_either_order_what_is_the_same_is_told(tmp_path: Path) -> None:
    code = PROGRAM.replace("x = getattr(self, name)(x)", "self.one(x[:, :len(name)])").replace('"two"', '"three"')
    (tmp_path / "program.py").write_text(code.replace("nn.Linear(first, 4)", "nn.ReLU()"), encoding="utf-8")
    summary = convlint.summarize(f"{tmp_path / 'program.py'}:Net", (2, 9))
    assert [(layer.path, layer.output_shape) for layer in summary.layers] == [("one", (2, None))] * 2
