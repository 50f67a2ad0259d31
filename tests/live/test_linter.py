"""Looking at one text after another: what is read counts as the editor has it, and nothing piles up."""

from __future__ import annotations

import threading

import pytest

from convlint.analysis import loading
from convlint.config.resolve import Settings
from convlint.live.linter import Asking, LiveLinter, is_outdated, is_outdated_by
from convlint.source.disk import Cancelled

SOURCE = """\
from torch import nn
from block import block


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(block(), nn.Conv2d(8, 4, 1))

    def forward(self, x):
        return self.net(x)
"""
BLOCK = "from torch import nn\n\ndef block():\n    return nn.Conv2d(3, 8, 1)\n"


def codes(look) -> list[str]:
    return [finding.code for finding in look.report.findings]


def test_a_look_reads_open_files_and_knows_when_it_is_outdated(tmp_path):
    model, block = str(tmp_path / "model.py"), str(tmp_path / "block.py")
    (tmp_path / "block.py").write_text(BLOCK)
    linter, settings = LiveLinter(), Settings()
    look = linter.look(Asking(model, SOURCE.encode(), settings, {}))
    assert codes(look) == []
    for overlay in ({}, {block: BLOCK.encode()}):
        assert not is_outdated(look, overlay)
        assert not is_outdated_by(look, block, overlay)
    assert not is_outdated_by(look, model, {model: b""})  # it is itself what was looked at
    changed = {block: BLOCK.replace("8", "9").encode()}
    assert is_outdated(look, changed)
    assert is_outdated_by(look, block, changed)
    assert codes(linter.look(Asking(model, SOURCE.encode(), settings, changed))) == ["CVL201"]
    (tmp_path / "block.py").unlink()
    assert is_outdated(look, {})
    without = linter.look(Asking(model, SOURCE.encode(), settings, {}))
    assert is_outdated(without, {block: BLOCK.encode()})


def test_a_look_ends_when_nobody_waits(tmp_path):
    source = "import torch\nn = 0\nfor i in range(10 ** 6):\n    n = n + i % 3\n"
    linter, over = LiveLinter(), threading.Event()
    over.set()
    with pytest.raises(Cancelled):
        linter.look(Asking(str(tmp_path / "model.py"), source.encode(), Settings(), {}, over.is_set))
    assert codes(linter.look(Asking(str(tmp_path / "m.py"), SOURCE.encode(), Settings(), {}))) == []


def test_files_that_have_nothing_to_do_with_torch_are_not_read(tmp_path):
    look = LiveLinter().look(Asking(str(tmp_path / "m.py"), b"print 'x'", Settings(), {}))
    assert (codes(look), look.answers, look.is_broken) == ([], {}, False)


def test_what_is_kept_is_bounded():
    kept = loading.Kept(most=100)
    problem = loading.SourceProblem("", 1, 1)
    for number in range(10):
        kept.put("same", str(number), problem, 60)
    assert kept.get("same", "9") is problem
    assert kept.get("same", "8") is None
    kept.put("other", "", problem, 60)
    assert kept.get("same", "9") is None
    assert kept.get("other", "") is problem
