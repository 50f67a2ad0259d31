"""`--arg`: what the model of a command is built with."""

from __future__ import annotations

import json

import pytest

from convlint import api
from convlint.cli import main

NET = """\
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self, channels, width=8, kind="plain", bias=True):
        super().__init__()
        self.conv = nn.Conv2d(channels, width, 3, padding=1 if kind == "wide" else 0, bias=bias)

    def forward(self, x):
        return self.conv(x)
"""


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "net.py").write_text(NET)


def summary(capsys, *options: str) -> dict:
    assert main(["summary", "net.py:Net", "--input", "1,3,8,8", "--output-format", "json", *options]) == 0
    return json.loads(capsys.readouterr().out)


def test_literals_and_text(capsys):
    told = summary(capsys, "--arg", "channels=3", "--arg", "width=5", "--arg", "kind=wide", "--arg", "bias=False")
    assert told["params"] == 3 * 5 * 9
    assert told["layers"][0]["output_shape"] == [1, 5, 8, 8]


def test_what_is_not_given_stays_open_where_it_has_no_default(capsys):
    assert summary(capsys, "--arg", "width=5")["params"] == "45*channels + 5"


def test_what_has_a_default_can_be_left_open(capsys):
    assert summary(capsys, "--arg", "channels=3", "--arg", "width=?")["params"] == "28*width"
    subject = api.page_subject("net.py:Net", (1, 3, 8, 8), kwargs={"channels": 3, "width": ...})
    assert "width" in {symbol.name for symbol in subject.values}


def test_a_function_takes_them_too(capsys, tmp_path):
    (tmp_path / "net.py").write_text(f"{NET}\n\ndef make(width=2):\n    return Net(3, width)\n")
    assert api.summarize("net.py:make", (1, 3, 8, 8), kwargs={"width": 4}).params == 28 * 4
    assert str(api.summarize("net.py:make", (1, 3, 8, 8), kwargs={"width": ...}).params) == "28*width"


@pytest.mark.parametrize("verb", ["shapes", "accepts", "report"])
def test_other_commands_take_them(verb, capsys):
    assert main([verb, "net.py:Net", "--input", "N,3,H,W", "--arg", "channels=3", "--arg", "width=5"]) in (0, 1)
    told = capsys.readouterr().out
    assert {"shapes": "N×5×(H − 2)×(W − 2)", "accepts": "H: ≥ 3", "report": "1 calls of Net"}[verb] in told


@pytest.mark.parametrize(
    ("given", "said"),
    [("width", "write a name and a value"), ("3=4", "write a name"), ("nosuch=1", "unexpected keyword argument")],
)
def test_what_is_wrong_is_told(given, said, capsys):
    assert main(["summary", "net.py:Net", "--arg", given]) == 2
    assert said in capsys.readouterr().err
