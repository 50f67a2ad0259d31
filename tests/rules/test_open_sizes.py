"""CVL101 on inputs of open size, against what it says of each size by itself."""

from __future__ import annotations

import textwrap

import pytest

import convlint
from convlint.analysis import run_target
from convlint.config import Config
from convlint.findings import Severity
from convlint.rules.windows.non_integral_output import NonIntegralOutput
from convlint.symbolic import holds
from convlint.symbolic.conditions import condition_symbols


def net(init: str, forward: str, comment: str = "") -> str:
    return f"""
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
{textwrap.indent(init, " " * 8)}

    {comment}
    def forward(self, x):
        {forward}
"""


POOL = "self.norm = nn.BatchNorm2d(3)\nself.pool = nn.MaxPool2d(2)"
DEEP = f"{POOL}\nself.conv = nn.Conv2d(3, 4, 4, stride=4)"
CASES = {
    "one": (POOL, "return self.pool(self.norm(x))"),
    "deep": (DEEP, "return self.conv(self.pool(self.pool(self.norm(x))))"),
    "first": ("self.conv = nn.Conv2d(3, 8, 5, stride=3, padding=1)", "return self.conv(x)"),
    "fixed": ("self.conv = nn.Conv2d(3, 4, 3, stride=2)\nself.fc = nn.Linear(4 * 15 * 15, 3)",
              "return self.fc(self.conv(x).flatten(1))"),
    "padded": ("self.conv = nn.Conv2d(3, 4, 3, stride=2, padding=1)", "return self.conv(x)"),
    "even": ("self.up = nn.ConvTranspose2d(3, 4, 2, stride=2)\nself.pool = nn.MaxPool2d(3, 2)",
             "return self.pool(self.up(x))"),
    "once": (f"{POOL}\nself.conv = nn.Conv2d(3, 4, 1)", "return self.conv(self.norm(x)), self.conv(self.norm(x))"),
    "ceil": ("self.norm = nn.BatchNorm2d(3)\nself.pool = nn.MaxPool2d(2, ceil_mode=True)",
             "return self.pool(self.norm(x))"),
}  # fmt: skip


def claims(source: str):
    return [finding for finding in convlint.lint_source(source).findings if finding.code == "CVL101"]


@pytest.mark.parametrize("name", CASES)
def test_sizes(name, snapshot):
    found = claims(net(*CASES[name]))
    assert [(f.severity.value, f.layer, f.message, f.help) for f in found] == snapshot


@pytest.mark.parametrize("name", CASES)
def test_what_is_said_of_open_sizes_is_what_is_said_of_each(name, tmp_path):
    path = tmp_path / "net.py"
    path.write_text(net(*CASES[name]), encoding="utf-8")
    lost = {}
    for side in range(1, 71):
        trace = run_target(f"{path}:Net", ((1, 3, side, side),)).trace
        if trace.violation is None:
            real = [c for c in NonIntegralOutput().check(trace, Config()) if c.severity is not Severity.NOTE]
            lost[side] = bool(real)
    found = claims(net(*CASES[name]))
    assert bool(found) is any(lost.values())
    if not found:
        return
    assert (found[0].severity is Severity.WARNING) is all(lost.values())
    if found[0].severity is Severity.NOTE:
        (evidence,) = found[0].evidence
        conditions = [condition for condition in evidence.lost if condition is not None]
        symbols = frozenset().union(*map(condition_symbols, conditions))
        claimed = {side for side in lost if all(holds(c, dict.fromkeys(symbols, side)) for c in conditions)}
        assert claimed
        assert all(lost[side] for side in claimed)


def test_on_one_of_several_paths_nothing_is_said():
    branch = "return self.pool(self.norm(x)) if x.shape[2] > 7 else x"
    assert claims(net(POOL, branch)) == []


def test_on_repeated_cells_nothing_is_said():
    circular = "self.conv = nn.Conv2d(3, 8, 3, stride=3, padding=1, padding_mode='circular')"
    assert claims(net(circular, "return self.conv(x)")) == []


def shrinking(init: str, forward: str) -> list[str]:
    found = convlint.lint_source(net(init, forward)).findings
    return [finding.message for finding in found if finding.code == "CVL102"]


def test_a_layer_that_shrinks_every_size():
    (message,) = shrinking("self.conv = nn.Conv2d(3, 8, 3)", "return self.conv(x)")
    assert "H → H − 2" in message


def test_a_kernel_that_covers_every_accepted_map():
    head = "self.head = nn.Conv2d(3, 8, 7)\nself.fc = nn.Linear(8, 2)"
    assert shrinking(head, "return self.fc(self.head(x).flatten(1))") == []
    assert len(shrinking(head, "return self.fc(self.head(x).mean((2, 3)))")) == 1


def test_names_in_a_declaration():
    (found,) = claims(net(POOL, "return self.pool(self.norm(x))", "# convlint: input=(N, 3, S, S)"))
    assert "for odd S" in found.message
