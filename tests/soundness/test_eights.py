"""Small programs that each take their number 8 from one piece of Python: torch runs them, convlint reports no error."""

from __future__ import annotations

import textwrap
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.soundness.programs import errors, run_in_torch

HEAD = """
import torch
from torch import nn
"""
TEMPLATE = (
    HEAD
    + """
{statements}

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear({number}, 10)

    def forward(self, x):
        return self.fc(x)

if __name__ == "__main__":
    Net()(torch.randn(2, 8))
"""
)
PIECES = (Path(__file__).parent / "eights.txt").read_text(encoding="utf-8").strip().split("\n\n")


def program(piece: str) -> str:
    *statements, last = piece.splitlines()
    return TEMPLATE.format(statements=textwrap.dedent("\n".join(statements)), number=last.removeprefix("= "))


def inside(piece: str) -> str:
    """Return the program with its piece in the body of a function."""
    *statements, last = piece.splitlines()
    body = textwrap.indent("\n".join([*statements, f"return {last.removeprefix('= ')}"]), "    ")
    return TEMPLATE.format(statements=f"def val():\n{body}", number="val()")


OF_MODULES = ("global x", 'exec("n = 8")')
"""Pieces that are about the names of a module."""


def test_there_are_many() -> None:
    assert len(PIECES) >= 150


@pytest.mark.parametrize("piece", PIECES)
def test_what_torch_runs_is_no_error(piece: str) -> None:
    sources = [program(piece)] if any(part in piece for part in OF_MODULES) else [program(piece), inside(piece)]
    for source in sources:
        with ThreadPoolExecutor(1) as alone:  # where no event loop runs, whatever other tests have left
            alone.submit(run_in_torch, source, "eights").result()
        found = errors(source, "eights")
        assert not found, found[0].message


def test_most_are_known() -> None:
    """With inputs of another width there is an error, where the number is known."""
    sample = [inside(piece).replace("torch.randn(2, 8)", "torch.randn(2, 7)") for piece in PIECES[::6]]
    assert sum(bool(errors(source, "eights")) for source in sample) > len(sample) * 0.7
