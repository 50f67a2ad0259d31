"""Paths that make the same calls on other sizes: the calls are known, and the sizes that differ are not."""

from __future__ import annotations

import textwrap
from pathlib import Path

import convlint

HEAD = """
    import torch
    from torch import nn
    from elsewhere import strange
    """


def summary(tmp_path: Path, body: str) -> convlint.summary.ModelSummary:
    file = tmp_path / "net.py"
    file.write_text(textwrap.dedent(HEAD) + textwrap.dedent(body), encoding="utf-8")
    return convlint.summarize(f"{file}:Net", (2, 3, 8, 8))


def test_a_size_that_differs_between_paths_is_not_known(tmp_path: Path) -> None:
    found = summary(
        tmp_path,
        """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.conv = nn.Conv2d(3, 8, 3)
                self.head = nn.Linear(8, 4)
            def forward(self, x):
                x = self.conv(x).mean((2, 3))
                if strange():
                    x = x[:1]
                return self.head(x)
        """,
    )
    assert [(layer.path, layer.input_shapes, layer.output_shape) for layer in found.layers] == [
        ("conv", ((2, 3, 8, 8),), (2, 8, 6, 6)),
        ("head", ((None, 8),), (None, 4)),
    ]
    assert found.params == 8 * 28 + 36


def test_the_number_of_boxes_may_be_none(tmp_path: Path) -> None:
    found = summary(
        tmp_path,
        """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.head = nn.Linear(8, 4)
            def forward(self, x):
                rows = x.flatten(1)[:, :8]
                rows = rows[rows.sum(1) > 0]
                if rows.numel() == 0:
                    rows = torch.empty((0, 8))
                return self.head(rows)
        """,
    )
    assert [(layer.path, layer.output_shape) for layer in found.layers] == [("head", (None, 4))]


def test_layers_of_another_geometry_are_not_joined(tmp_path: Path) -> None:
    found = summary(
        tmp_path,
        """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.first = nn.Conv2d(3, 8, 3)
                self.second = nn.Conv2d(8, 8, 1, stride=2 if strange() else 1)
            def forward(self, x):
                return self.second(self.first(x))
        """,
    )
    assert [layer.path for layer in found.layers] == ["first"]
    assert found.gaps


def test_parameters_that_differ_between_paths_are_not_counted(tmp_path: Path) -> None:
    found = summary(
        tmp_path,
        """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.conv = nn.Conv2d(3, 8, 3)
                if strange():
                    self.extra = nn.Linear(3, 4)
            def forward(self, x):
                return self.conv(x)
        """,
    )
    assert [layer.path for layer in found.layers] == ["conv"]
    assert found.params is None
