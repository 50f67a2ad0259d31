"""How the models of a program were built and called, as values with which another process can do the same."""

from __future__ import annotations

import json
from textwrap import dedent
from typing import Any

import pytest

from convlint.analysis import AnalysisSettings, FileInput, analyse
from convlint.trace import Recipe

HEAD = """
import functools
from dataclasses import dataclass
import torch
from torch import nn
import torch.nn.functional as F


@dataclass
class Settings:
    width: int = 4
    names: tuple = ("a", "b")


def act():
    return nn.ReLU()


class Net(nn.Module):
    def __init__(self, width=4, *layers, cfg=None, act=nn.ReLU):
        super().__init__()
        self.body = nn.Linear(8, 8)
        if isinstance(cfg, list):
            cfg.clear()

    def forward(self, x, flag=None):
        return self.body(x)


def main():
    x = torch.zeros(2, 8)
"""


def recipe(*lines: str) -> Any:
    """Return how the last model that `main` calls is built and called, or why that is not known."""
    text = (dedent(HEAD) + "".join(f"    {line}\n" for line in lines)).encode()
    (analysis,) = analyse([FileInput("example.py", text)], AnalysisSettings(use_cache=False))
    return [trace for trace in analysis.models if trace.input_source == "call"][-1].recipe


def named(name: str, file: str = "example.py", module: str = "example") -> dict[str, str]:
    return {"file": file, "module": module, "name": name}


def built(*args: Any, **kwargs: Any) -> dict[str, Any]:
    return {"call": named("Net"), "args": list(args), "kwargs": kwargs}


LINEAR = {"call": named("Linear", "", "torch.nn"), "args": [8, 8], "kwargs": {}}


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("Net()(x)", built()),
        ("Net(5, cfg={'a': (1, 2.5)})(x)", built(5, cfg={"dict": [["a", {"tuple": [1, 2.5]}]]})),
        ("Net(cfg=[1, [2]])(x)", built(cfg={"list": [1, {"list": [2]}]})),
        ("Net(4, nn.Linear(8, 8))(x)", built(4, LINEAR)),
        ("Net(act=nn.GELU)(x)", built(act={"name": named("GELU", "", "torch.nn")})),
        ("Net(act=act)(x)", built(act={"name": named("act")})),
        (
            "Net(cfg=Settings(width=7))(x)",
            built(cfg={"call": named("Settings"), "args": [], "kwargs": {"width": 7, "names": {"tuple": ["a", "b"]}}}),
        ),
    ],
)
def test_arguments_are_told_as_they_were_given(call: str, expected: dict[str, Any]) -> None:
    found = recipe(call)
    assert isinstance(found, Recipe)
    assert found.build == expected
    assert json.loads(json.dumps(found.build)) == found.build


def test_inputs_are_told_apart_from_what_else_is_given() -> None:
    found = recipe("Net()(x, flag=[x, 3])")
    assert isinstance(found, Recipe)
    assert found.positional == ({"input": 0},)
    assert found.named == {"flag": {"list": [{"input": 1}, 3]}}


CHANGED = "the program changes the `Net` after it has built it"


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (
            ["net = Net()", "net.body = nn.Linear(8, 9)", "net(x)"],
            "the program changes the `Net` after it has built it",
        ),
        (["net = Net()", "net.flag = 3", "net(x)"], CHANGED),
        (["net = Net()", "net.half()", "net(x.half())"], CHANGED),
        (["Net(act=lambda: nn.ReLU())(x)"], "a `Function` is given, which is not built again"),
        (["Net(act=functools.partial(nn.ELU, 2))(x)"], "a `Partial` is given, which is not built again"),
        (["Net(cfg=torch.ones(3))(x)"], "a tensor that is no input is given"),
        (["Net().body(x)"], "the `Linear` is a part of another module"),
        (["class Inner(Net):", "    def more(self): pass", "Inner()(x)"], "`Inner` is defined inside a function"),
    ],
)
def test_what_cannot_be_done_again_is_told(lines: list[str], reason: str) -> None:
    assert recipe(*lines) == reason


def test_a_mode_is_no_change() -> None:
    assert isinstance(recipe("net = Net().eval()", "net.requires_grad_(False)", "net(x)"), Recipe)
