"""What the paths of a model have in common: only those count that an input survives."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

import convlint
from convlint.analysis.target import trace_target

PROGRAM = """
    from torch import nn
    from elsewhere import strange

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.first = nn.Conv2d(3, 8, 3)
            self.second = nn.Conv2d(8, 4, 3)

        def forward(self, x):
            if not x.is_floating_point():
                raise TypeError("images are floats")
            x = self.first(x)
            if strange(x):
                x = self.second(x)
            return strange.thing(self.second(x))
    """


def test_a_path_that_raises_on_purpose_takes_nothing_from_the_others(tmp_path: Path) -> None:
    file = tmp_path / "net.py"
    file.write_text(textwrap.dedent(PROGRAM), encoding="utf-8")
    trace = trace_target(f"{file}:Net", ((1, 3, 8, 8),))
    leaves = [event.module.path for event in trace.events if event.leaf and event.module is not None]
    assert leaves[:1] == ["first"]
    assert any("dtype" in gap.reason for gap in trace.gaps)


UNKNOWN_CHECKS = """
import torch
from torch import nn

config = torch.load("config.pt")


class Net(nn.Module):
    def __init__(self, mode):
        super().__init__()
        if mode not in ("a", "b"):
            raise ValueError(mode)
        self.fc = nn.Linear({width}, 3)

    def forward(self, x, mask):
        assert mask.sum() > 0, "an empty mask"
        if mask is None:
            raise RuntimeError("no mask")
        return self.fc(x)


net = Net(config["mode"])
{check}
for _ in range(100):
    net(torch.zeros(3, 4), config["mask"])
"""


@pytest.mark.parametrize("check", ["assert config['n'] > 3", "if not config['m']:\n    raise RuntimeError('m')", ""])
@pytest.mark.parametrize(("width", "codes"), [(4, []), (5, ["CVL202"])])
def test_checks_of_what_is_not_known_take_no_second_path(check: str, width: int, codes: list[str]) -> None:
    """Where they fail the program ends: what is behind them happens if they hold."""
    report = convlint.lint_source(UNKNOWN_CHECKS.format(check=check, width=width))
    assert [it.code for it in report.findings] == codes
    assert not any("decision" in gap.reason for gap in report.gaps)


def test_checks_in_a_try_may_fail() -> None:
    check = "try:\n    assert config['n'] > 3\nexcept AssertionError:\n    net = nn.Identity()"
    source = UNKNOWN_CHECKS.format(check=check, width=5).replace(', config["mask"])', ")")
    assert convlint.lint_source(source.replace("x, mask)", "x, mask=None)")).findings == ()
