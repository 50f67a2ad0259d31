"""Models that read a text of their own package."""

from __future__ import annotations

from pathlib import Path

from convlint.analysis.target import trace_target

NET = """
import pkgutil
from torch import nn

class Net(nn.Module):
    def __init__(self, name="widths.txt"):
        super().__init__()
        text = pkgutil.get_data(__name__, name).decode("utf-8").strip()
        self.conv = nn.Conv2d(3, int(text), 3)

    def forward(self, x):
        return self.conv(x)
"""


def package(folder: Path) -> None:
    (folder / "nets").mkdir()
    (folder / "nets" / "__init__.py").write_text("", encoding="utf-8")
    (folder / "nets" / "net.py").write_text(NET, encoding="utf-8")
    (folder / "nets" / "widths.txt").write_text("24\n", encoding="utf-8")
    (folder / "secret.txt").write_text("7\n", encoding="utf-8")


def test_a_text_beside_the_module_is_read(tmp_path: Path) -> None:
    package(tmp_path)
    trace = trace_target("nets.net:Net", ((1, 3, 8, 8),), search_path=(str(tmp_path),))
    assert trace.outputs[0].shape == (1, 24, 6, 6)
    assert not trace.gaps


def test_a_text_outside_the_package_is_not(tmp_path: Path) -> None:
    package(tmp_path)
    kwargs = {"name": "../secret.txt"}
    trace = trace_target("nets.net:Net", ((1, 3, 8, 8),), kwargs=kwargs, search_path=(str(tmp_path),))
    assert trace.outputs[0].shape[1] != 7
    assert trace.gaps


def test_a_text_that_is_not_there_may_be_made_before_the_program_runs(tmp_path: Path) -> None:
    package(tmp_path)
    trace = trace_target("nets.net:Net", ((1, 3, 8, 8),), kwargs={"name": "other.txt"}, search_path=(str(tmp_path),))
    assert trace.gaps
