"""The time and memory that a file may take: what takes more is cut short, says so, and costs no other file anything."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import convlint
from convlint.analysis import files, loading, session
from convlint.cli import main
from convlint.config import Config
from convlint.config.resolve import Settings
from convlint.linting import plain
from convlint.linting.asked import group_of, on_disk
from convlint.running.batches import item, packed, work

GOOD = "import torch\nfrom torch import nn\n\nnn.Linear(3, 4)(torch.zeros(2, 5))\n"
CALLS = "import torch\n\n\ndef f(n):\n    return n if n < 2 else f(n - 1) + f(n - 2)\n\n\nf(60)\n"


@pytest.fixture
def two(tmp_path: Path) -> Path:
    """A folder with a file that takes long, and one with an error."""
    (tmp_path / "a.py").write_text(CALLS)
    (tmp_path / "b.py").write_text(GOOD)
    convlint.lint_paths([tmp_path])  # what is imported once takes no time of the files
    return tmp_path


def found_in(two: Path, seconds: float) -> tuple[list[tuple[str, str]], list[str]]:
    """Return the findings by code and file, and the reasons of the gaps."""
    report = convlint.lint_paths([two], config=Config(file_timeout=seconds))
    assert not report.failures
    return [(it.code, Path(it.place.filename).name) for it in report.findings], [gap.reason for gap in report.gaps]


def test_a_file_that_takes_too_long_says_so_and_costs_no_other_file(two: Path) -> None:
    findings, reasons = found_in(two, 0.05)
    assert findings == [("CVL202", "b.py")]
    assert "the run ends here: the file has had its share of time" in reasons


def test_a_step_that_takes_too_long_is_ended_from_outside(two: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    analyse = files.analyse_file

    def stuck(program: Any, sources: Any, path: str, settings: Any) -> Any:
        while path.endswith("a.py"):
            pass
        return analyse(program, sources, path, settings)

    monkeypatch.setattr(files, "analyse_file", stuck)
    findings, reasons = found_in(two, 0.1)
    assert findings == [("CVL202", "b.py")]
    assert reasons == ["nothing is told of this file: its analysis was ended after 0.1 s, see file-timeout"]


def test_a_worker_says_the_same_of_what_is_ended(two: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stuck(*_: Any) -> Any:
        while True:
            pass

    asked = on_disk([two / "a.py"], Settings(Config(file_timeout=0.1)))
    group = group_of(asked.files[0], Settings(Config(file_timeout=0.1)))
    monkeypatch.setattr(files, "analyse_file", stuck)
    (written,) = work(packed(asked, [group], elsewhere=False), [item(asked.files[0], 0)])
    result = plain.read(written).result
    assert result.failure is None
    assert ["nothing is told of this file" in gap.reason for gap in result.gaps] == [True]


def test_what_is_cut_short_is_not_kept(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(CALLS)
    short = convlint.lint_paths([tmp_path / "a.py"], config=Config(file_timeout=0.001), cache=tmp_path / "cache")
    long = convlint.lint_paths([tmp_path / "a.py"], config=Config(file_timeout=0.001), cache=tmp_path / "cache")
    assert short.gaps == long.gaps
    assert not list((tmp_path / "cache").glob("results/*/*"))


@pytest.mark.parametrize("text", ["0", "-1", "x", "nan", "inf"])
def test_the_option_takes_seconds(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--file-timeout", text]) == 2
    assert "seconds above 0" in capsys.readouterr().err


def test_a_run_that_holds_too_much_memory_says_so_and_costs_no_other_file(
    two: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (two / "a.py").write_text("from torch import nn\n\nkept = [nn.Linear(2, 2) for _ in range(100_000)]\n")
    monkeypatch.setattr(session, "MAX_TAKEN", 16 << 20)
    findings, reasons = found_in(two, 10)
    assert findings == [("CVL202", "b.py")]
    assert reasons == ["the run ends here: the run takes too much memory"]


def test_what_is_read_for_one_file_is_bounded_whatever_was_read_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "MAX_READ", 2000)
    (tmp_path / "large.py").write_text("import torch\nSIZE = 3\n" + "# nothing\n" * 200)
    (tmp_path / "small.py").write_text("SIZE = 4\n")
    (tmp_path / "a.py").write_text(
        "import large\nimport small\nimport torch\nfrom torch import nn\n\n"
        "class Net(nn.Module):\n    def forward(self, x):\n        return x + large.SIZE\n\n\n"
        "Net()(torch.zeros(2, 5))\nnn.Linear(small.SIZE, 4)(torch.zeros(2, 5))\n"
    )
    alone = convlint.lint_paths([tmp_path / "a.py"])
    assert [it.place.span[0] for it in alone.findings] == [12]
    assert any("more than 0 MB of sources are imported" in gap.reason for gap in alone.gaps), alone.gaps
    after = convlint.lint_paths([tmp_path / "large.py", tmp_path / "a.py"])
    assert (after.findings, after.gaps) == (alone.findings, alone.gaps)
