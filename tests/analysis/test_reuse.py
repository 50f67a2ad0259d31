"""Runs of classes are kept from one version of a file to the next, as long as nothing that they come to has changed."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from convlint.analysis import classes
from convlint.config.resolve import Settings
from convlint.live.linter import Asking, LiveLinter

SOURCE = """\
import torch
from torch import nn
from other import WIDTH

KERNEL = 3


def block(i, o):
    return nn.Conv2d(i, o, KERNEL)


class One(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = block(3, 8)

    def forward(self, x):
        return self.net(x)


class Two(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Conv2d(3, WIDTH, 5)

    def forward(self, x):
        return torch.relu(self.net(x))


class Three(Two):
    pass
"""


PIECES = [
    "",
    "7",
    "3, 9",
    "KERNEL",
    "Two",
    "\n",
    "KERNEL = 4\n",
    "# remark",
    "padding=1",
    "self.net",
    "8",
    ", 3",
    "One",
]


class Player:
    """Looks at versions of a file, and counts which classes are run for each of them."""

    def __init__(self, folder, monkeypatch) -> None:
        self.path = str(folder / "model.py")
        self.linter = LiveLinter()
        self.ran: list[str] = []
        run = classes.run_subject

        def counted(program, subject):
            self.ran.append(subject.name)
            return run(program, subject)

        monkeypatch.setattr(classes, "run_subject", counted)

    def look(self, text: str) -> set[str]:
        """Return which classes are run, and check the report against one that nothing is kept for."""
        asking = Asking(self.path, text.encode(), Settings(), {})
        self.ran.clear()
        report = self.linter.look(asking).report
        ran = set(self.ran)
        assert report == LiveLinter().look(asking).report
        return ran


@pytest.fixture
def player(tmp_path, monkeypatch):
    (tmp_path / "other.py").write_text("WIDTH = 8\n")
    return Player(tmp_path, monkeypatch)


def test_only_what_a_change_can_reach_runs_again(player):
    assert player.look(SOURCE) == {"One", "Two", "Three"}
    assert player.look(SOURCE) == set()
    assert player.look(SOURCE.replace("KERNEL = 3", "KERNEL = 5")) == {"One"}
    assert player.look(SOURCE.replace("WIDTH, 5", "WIDTH, 7")) == {"One", "Two", "Three"}  # KERNEL is 3 again
    assert player.look(SOURCE.replace("WIDTH, 5)", "WIDTH, 7)  # a remark")) == set()


def test_rows_that_move_are_run_again(player):
    player.look(SOURCE)
    assert player.look(SOURCE.replace("KERNEL = 3\n", "KERNEL = 3\n\n")) == {"One", "Two", "Three"}


def test_files_that_are_imported_count(player, tmp_path):
    player.look(SOURCE)
    (tmp_path / "other.py").write_text("WIDTH = 16\n")
    assert player.look(SOURCE) >= {"Two", "Three"}


def test_a_broken_version_on_the_way_loses_nothing(player):
    player.look(SOURCE)
    player.look(SOURCE.replace("relu(", "relu(("))
    assert player.look(SOURCE) == set()


@pytest.mark.parametrize(
    "more",
    [
        "print(KERNEL)",
        "def change():\n    global KERNEL\n    KERNEL = 5\nchange()",
        "globals()['KERNEL'] = 7",
        "@register\nclass Four: pass",
        "for KERNEL in (3, 5): pass",
    ],
)
def test_what_acts_when_the_module_runs_counts_for_all(player, more):
    head, tail = SOURCE.split("def block", 1)
    text = f"{head}def register(it):\n    return it\n\n\n{more}\n\n\ndef block{tail}"
    player.look(text)
    assert player.look(
        text.replace(more, more.replace("5", "9").replace("KERNEL)", "KERNEL, 1)").replace("7", "1"))
    ) or (more.startswith("@register"))


def test_a_name_in_a_text_may_be_looked_up(player):
    text = SOURCE.replace("torch.relu(self.net(x))", 'getattr(self, "net")(x + len("KERNEL"))')
    player.look(text)
    assert player.look(text.replace("KERNEL = 3", "KERNEL = 5")) == {"One", "Two", "Three"}


EDITS = st.lists(
    st.tuples(st.integers(0, len(SOURCE)), st.integers(0, 12), st.sampled_from(PIECES)), min_size=2, max_size=6
)


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(EDITS)
def test_any_series_of_changes_gives_what_a_fresh_look_gives(player, edits):
    text = SOURCE
    for start, length, piece in edits:
        changed = text[:start] + piece + text[start + length :]
        player.look(changed)
        text = changed if len(changed) > len(SOURCE) // 2 else SOURCE
