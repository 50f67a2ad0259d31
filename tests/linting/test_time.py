"""The time that one file may take: what takes longer is cut short, says so, and costs no other file anything."""

from __future__ import annotations

from pathlib import Path

import pytest

import convlint
from convlint.cli import main
from convlint.config import Config

GOOD = "import torch\nfrom torch import nn\n\nnn.Linear(3, 4)(torch.zeros(2, 5))\n"
CALLS = "import torch\n\n\ndef f(n):\n    return n if n < 2 else f(n - 1) + f(n - 2)\n\n\nf(60)\n"
CHAIN = "import torch\n\n\nclass A0:\n    pass\n\n\n" + "".join(
    f"class A{number + 1}(A{number}):\n    pass\n" for number in range(2000)
)


@pytest.mark.parametrize(("slow", "reason"), [(CALLS, "share of time"), (CHAIN, "nothing is told of this file")])
def test_a_file_that_takes_too_long_says_so_and_costs_no_other_file(slow: str, reason: str, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(slow)
    (tmp_path / "b.py").write_text(GOOD)
    convlint.lint_source(GOOD)  # what is imported once takes no time of the files
    convlint.lint_source(slow, config=Config(file_timeout=1.0))
    report = convlint.lint_paths([tmp_path], config=Config(file_timeout=0.05))
    assert not report.failures
    assert [(finding.code, Path(finding.place.filename).name) for finding in report.findings] == [("CVL202", "b.py")]
    assert any(reason in gap.reason for gap in report.gaps)


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
