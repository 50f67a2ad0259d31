"""What the paths of a model have in common: only those count that an input survives."""

from __future__ import annotations

import textwrap
from pathlib import Path

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
