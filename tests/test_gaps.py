"""What is told of the places where tracking stopped: what depends on each, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

import convlint
from convlint.cli import main
from convlint.interp.language.checks import described
from convlint.interp.values.unknown import Unknown

NET = """
import torch
from torch import nn
import mystery


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3)
        self.extra = mystery.make(8)
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.chosen = nn.Linear(3, 4)
        self.fc = nn.Linear(8, 2)

    def forward(self, x):
        chosen = self.chosen(x[:, :, 0, 0][x[:, 0, 0, 0] > 0])
        x = self.conv(x)
        y = self.extra(x)
        return self.fc(x.mean((2, 3))), self.pool(y), chosen


Net()(torch.randn(1, 3, 8, 8))
"""


def test_each_gap_tells_what_depends_on_it(tmp_path: Path) -> None:
    file = tmp_path / "net.py"
    file.write_text(NET, encoding="utf-8")
    summary = convlint.summarize(f"{file}:Net", (1, 3, 8, 8))
    told = {gap.reason: gap.affects for gap in summary.gaps}
    assert told == {
        "a tensor is given to something unknown: module `mystery` was not found": ("pool", "the output"),
        "module `mystery` was not found": ("the number of parameters",),
        "the number of true values in a mask": ("chosen", "the output"),
    }
    assert all(gap.place is not None and gap.place.filename == str(file) for gap in summary.gaps)
    shapes = {layer.path: layer.output_shape for layer in summary.layers}
    assert shapes == {"chosen": (None, 4), "conv": (1, 8, 6, 6), "fc": (1, 2), "pool": None}


def test_the_command_line_names_the_models(tmp_path: Path, monkeypatch, capsys) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "net.py").write_text(NET, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert main(["check", "net.py", "--select", "CVL9", "--gaps", "-q"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "net.py:4:1: unknown: module `mystery` was not found (so is the number of parameters of Net)" in lines
    (mask,) = (line for line in lines if "true values" in line)
    assert mask.endswith("in a mask (so are Net.chosen, the output of Net)")


def test_what_an_unknown_call_may_have_changed_is_not_told(tmp_path: Path) -> None:
    file = tmp_path / "net.py"
    file.write_text(
        """
import mystery
from torch import nn


class First(nn.Module):
    def forward(self, maps):
        return maps[0] * 1


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = First()
        self.fc = nn.Linear(4, 2)

    def forward(self, x):
        maps = [x, x]
        mystery.change(maps)
        return self.first(maps), self.fc(x), maps
""",
        encoding="utf-8",
    )
    first, fc = convlint.summarize(f"{file}:Net", (1, 4)).layers
    assert (first.input_shapes, first.output_shape) == (None, None)
    assert (fc.input_shapes, fc.output_shape) == (((1, 4),), (1, 2))


def test_a_model_that_is_known_has_no_gaps() -> None:
    fixture = Path(__file__).parent.parent / "fixtures" / "worked" / "lenet.py"
    assert convlint.summarize(f"{fixture}:LeNet", (1, 1, 32, 32)).gaps == ()


def test_a_size_that_is_too_large_to_follow_is_told(tmp_path: Path) -> None:
    file = tmp_path / "net.py"
    file.write_text(
        """
from torch import nn


class Net(nn.Module):
    def forward(self, x):
        n, c, h, w = x.shape
        for i in range(50):
            h = h * (w + i) - n
            w = (w * h) // (i + 2)
            n = n + h * w
        return x.view(n, h, w)
""",
        encoding="utf-8",
    )
    (gap,) = convlint.summarize(f"{file}:Net", ("N", "C", "H", "W")).gaps
    assert (gap.reason, gap.affects[-1]) == ("an expression too large to follow", "the output")


@pytest.mark.parametrize(
    ("raised", "told"),
    [
        (ValueError("no such size"), "ValueError: no such size"),
        (SystemExit(), "SystemExit"),
        (NameError("name 'x' is not defined\n" * 2), "NameError: name 'x' is not defined name 'x' is not defined"),
        (Unknown("a call may raise"), "an exception that is not known: a call may raise"),
    ],
)
def test_what_ends_a_run_is_told_in_one_line(raised: object, told: str) -> None:
    assert described(raised) == told
