"""What a constructor calls is no run of the model: it has rows of its own once the model is called, and not before."""

from __future__ import annotations

from pathlib import Path

import pytest

from convlint import summarize
from convlint.errors import UsageError

MODEL = """
import torch
from torch import nn

class Head(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3)

    def forward(self, x):
        return self.conv(x)

class Net(nn.Module):
    def __init__(self, later):
        super().__init__()
        self.head = Head()
        self.stride = 64 // self.head(torch.zeros(1, 3, 64, 64)).shape[-1]
        later(self)

    def forward(self, x):
        return self.head(x)

class Other(nn.Module):
    def __init__(self):
        super().__init__()
        made = Net(lambda net: None)
        self.__class__ = type(made)
        self.__dict__ = made.__dict__

def whole():
    return Net(lambda net: None)

def becoming():
    return Other()

def unfinished():
    def later(net):
        raise KeyError("model")
    return Net(later)

def unknown():
    import nowhere
    return nowhere.of(Net(lambda net: None))
"""


def write(folder: Path) -> str:
    (folder / "net.py").write_text(MODEL)
    return str(folder / "net.py")


@pytest.mark.parametrize("name", ["whole", "becoming"])
def test_rows_are_those_of_the_model(name: str, tmp_path: Path) -> None:
    found = summarize(f"{write(tmp_path)}:{name}", (1, 3, 16, 16))
    assert [(layer.path, layer.output_shape) for layer in found.layers] == [("head.conv", (1, 4, 14, 14))]
    assert found.params == 3 * 4 * 9 + 4


@pytest.mark.parametrize("name", ["unfinished", "unknown"])
def test_a_model_that_is_not_built_has_no_rows(name: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        summarize(f"{write(tmp_path)}:{name}", (1, 3, 16, 16))
