"""The summary as a tree, at a depth, in chosen columns, and in every format."""

from __future__ import annotations

import csv
import json
import re

import pytest

from convlint.cli import main

NET = """\
from torch import nn


class Block(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.conv = nn.Conv2d(width, width, 3, padding=1)
        self.norm = nn.BatchNorm2d(width)

    def forward(self, x):
        return x + self.norm(self.conv(x))


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 16, 3, padding=1)
        self.blocks = nn.Sequential(*[Block(16) for _ in range(12)], nn.MaxPool2d(2), Block(16))
        self.head = nn.Linear(16, 10).requires_grad_(False)

    def forward(self, x):
        return self.head(self.blocks(self.stem(x)).mean((2, 3)))
"""


@pytest.fixture
def shown(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "net.py").write_text(NET)

    def run(*options: str, code: int = 0) -> str:
        assert main(["summary", "net.py:Net", "--input", "1,3,32,32", "--color", "never", *options]) == code
        said = capsys.readouterr()
        return said.out + said.err

    return run


@pytest.mark.parametrize(
    "options",
    [
        ("--tree",),
        ("--tree", "--depth", "1"),
        ("--depth", "1"),
        ("--depth", "1", "--columns", "layer,input,output,params,trainable,macs,calls,where"),
        ("--depth", "1", "--batch-size", "64", "--fits", "24 GiB"),
        ("--depth", "1", "--dtype", "bfloat16", "--optimizer", "sgd"),
        ("--output-format", "csv", "--depth", "2"),
        ("--output-format", "markdown", "--tree", "--depth", "2", "--batch-size", "2"),
        ("--output-format", "mermaid", "--depth", "2"),
    ],
    ids=" ".join,
)
def test_views(options, shown, snapshot):
    assert shown(*options) == snapshot


def test_equal_neighbours_are_folded_and_others_are_not(shown):
    rows = [line.split() for line in shown("--tree", "--depth", "2").splitlines()]
    assert [row[0] for row in rows[3:7]] == ["blocks", "0…11", "12", "13"]
    assert "0…11 × 12" in shown("--tree")


def test_csv_holds_the_numbers(shown):
    rows = list(csv.DictReader(shown("--output-format", "csv").splitlines()))
    assert len(rows) == 1 + 13 * 2 + 1 + 1
    assert sum(int(row["params"]) for row in rows) == 3 * 16 * 9 + 16 + 13 * (16 * 16 * 9 + 16 + 32) + 170
    found = json.loads(shown("--output-format", "json", "--batch-size", "8"))
    assert found["training"]["batch_size"] == 8
    assert found["params"] - found["trainable"] == 170
    parts = ("parameter_bytes", "gradient_bytes", "optimizer_bytes", "saved_bytes")
    assert found["training"]["total_bytes"] == sum(found["training"][part] for part in parts)


def test_mermaid_names_every_node_it_joins(shown):
    chart = shown("--output-format", "mermaid", "--depth", "2")
    made = set(re.findall(r"^  (n\d+)[(\[]", chart, re.MULTILINE))
    joined = set(re.findall(r"\bn\d+\b", chart))
    assert joined == made


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--columns", "layer,price"), "there is no `price`"),
        (("--fits", "much"), "no amount of memory"),
        (("--optimizer", "lion"), "--optimizer lion"),
        (("--depth", "0"), "give a number above 0"),
    ],
)
def test_what_is_not_there_is_told(options, said, shown):
    assert said in shown(*options, code=2)
