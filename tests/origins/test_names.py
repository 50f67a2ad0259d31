"""Layers that a model has taken out of another one are called as their own class calls them, too."""

from __future__ import annotations

import pytest

from convlint.api import lint_paths
from convlint.config import Config

BODY = """
import torch
from torch import nn


class Block(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.conv1 = nn.Conv2d(width, width, 1)

    def forward(self, x):
        return self.conv1(x)


class Body(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 1)
        self.layer1 = nn.Sequential(Block(8), Block(8))
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(8, 5)

    def forward(self, x):
        return self.fc(torch.flatten(self.pool(self.layer1(self.stem(x))), 1))
"""

USES = """
import torch
from torch import nn

from pack.body import Body


{}
"""


@pytest.fixture
def message(tmp_path, monkeypatch):
    folder = tmp_path / "site-packages" / "pack"
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text("")
    (folder / "body.py").write_text(BODY)
    monkeypatch.chdir(tmp_path)

    def of(text):
        (tmp_path / "model.py").write_text(USES.format(text))
        config = Config(search_path=(str(tmp_path / "site-packages"),))
        (finding,) = [it for it in lint_paths(["model.py"], config=config).findings if it.severity.value == "error"]
        return finding.message

    return of


CASES = {
    "a layer of a library": (
        "nn.Sequential(*Body().children())(torch.randn(2, 3, 6, 6))",
        "`3`, the `fc` of pack's `Body`: `Linear` was built for 8 input features and gets 1",
    ),
    "a layer deep in it": (
        "nn.Sequential(nn.Conv2d(3, 4, 1), *list(Body().children())[1:])(torch.randn(2, 3, 6, 6))",
        "`1.0.conv1`, the `layer1.0.conv1` of pack's `Body`: `Conv2d` was built for 8 input channels and gets 4",
    ),
    "a model of the user's own": (
        """class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(*list(Body().children())[:-2])
        self.head = nn.Sequential(nn.Flatten(), Body().fc)

    def forward(self, x):
        return self.head(self.features(x))


Net()(torch.randn(2, 3, 6, 6))""",
        "`head.1`, the `fc` of pack's `Body`: `Linear` was built for 8 input features and gets 288",
    ),
    "the model itself": (
        "Body()(torch.randn(2, 4, 6, 6))",
        "`stem`: `Conv2d` was built for 3 input channels and gets 4",
    ),
    "a part under its own name": (
        """class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = Body().fc

    def forward(self, x):
        return self.fc(x)


Net()(torch.randn(2, 3))""",
        "`fc`: `Linear` was built for 8 input features and gets 3",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_layer_is_called_by_what_the_user_can_see(message, name):
    text, expected = CASES[name]
    told = message(text)
    assert told.partition("; ")[0] == expected
