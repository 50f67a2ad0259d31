"""`benchmarks.same_reports`, which CI runs with every Python: it says when two reports differ."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from benchmarks.same_reports import difference

ROOT = Path(__file__).parents[2]


def compared(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "benchmarks.same_reports", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_what_was_kept_is_compared(tmp_path: Path) -> None:
    kept = tmp_path / "first.json"
    first = compared("--kept", str(kept), "fixtures/worked/pooling.py")
    assert first.returncode == 0, first.stderr
    assert "CVL" in kept.read_text()
    assert compared("--kept", str(kept), "fixtures/worked/pooling.py").returncode == 0
    kept.write_text(kept.read_text().replace("CVL", "CVX"))
    other = compared("--kept", str(kept), "fixtures/worked/pooling.py")
    assert other.returncode == 1
    assert "CVX" in other.stdout


def test_the_same_has_no_difference() -> None:
    assert difference("a\nb", "a\nb") == ""
    assert difference("a\nb", "a\nc").splitlines()[-2:] == ["-b", "+c"]
