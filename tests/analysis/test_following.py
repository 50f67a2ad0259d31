"""What was followed is said: which models ran on known inputs, which on open sizes, and why others did not."""

from __future__ import annotations

import pytest

from convlint.analysis.files import AnalysisSettings
from convlint.analysis.session import FileInput, analyse
from convlint.followed import Followed, together

HEAD = """
import torch
from torch import nn
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 2)
    def forward(self, x):
        return self.fc(x)
"""
BROKEN = """
class Lost(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 2)
    def forward(self, x):
        return {}["x"]
"""


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("", "1 model on open sizes"),
        ("Net()(torch.zeros(3, 4))\nnn.MSELoss()(torch.zeros(2), torch.zeros(2))", "1 model on known input"),
        ("Net()(torch.zeros(3, 5))", "1 model on known input"),
        ("Net()(torch.zeros(3, 4))\n[][0]", "1 model on known input, 1 script not run to its end (IndexError: "),
        (f"{BROKEN}\nNet()(torch.zeros(3, 4))", "2 models: 1 on known input, 1 not followed"),
    ],
)
def test_what_is_said_of_a_file(body: str, told: str) -> None:
    (found,) = analyse([FileInput("net.py", (HEAD + body).encode())], AnalysisSettings())
    assert str(found.followed).startswith(told)


def test_files_are_put_together() -> None:
    parts = [Followed(1, 0, ("a",)), Followed(0, 2), Followed(0, 0, ("b",))]
    assert str(together(parts)) == "5 models: 1 on known input, 2 on open sizes, 2 not followed"
    assert str(Followed()) == ""
    assert str(Followed(0, 0, ("it ends", "it ends"))) == "2 models not followed (it ends)"


@pytest.mark.parametrize(
    ("program", "told"),
    [
        ("import torch\ntorch.nn.Linear(2, 3)(torch.zeros(4, 2))", ""),
        ("import torch\ntorch.nn.Linear(2, 3)(torch.zeros(4, 5))", ""),
        ("import torch\nraise SystemExit", ""),
        ("import sys, torch\ndef main(): pass\nsys.exit(main())", ""),
        ("import sys, torch\nsys.exit('no data')", "1 script not run to its end (SystemExit: no data)"),
        ("import torch\nimport other\nif other.ready():\n    [][0]", ""),
        ("import torch\n[][0]", "1 script not run to its end (IndexError: list index out of range)"),
    ],
)
def test_a_script_that_ends_early_is_told(program: str, told: str) -> None:
    (found,) = analyse([FileInput("run.py", program.encode())], AnalysisSettings())
    assert str(found.followed) == told


def test_scripts_are_put_together() -> None:
    assert str(together([Followed(ended=("a",)), Followed(ended=("b",))])) == "2 scripts not run to their end"
    assert str(together([Followed(untold=("a",)), Followed(untold=("b",))])) == "nothing told of 2 files"
    assert str(Followed(1, untold=("a",))) == "1 model on known input, nothing told of 1 file (a)"
    assert str(Followed(1, ended=("a",))) == "1 model on known input, 1 script not run to its end (a)"
