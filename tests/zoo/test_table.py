from __future__ import annotations

from pathlib import Path

from benchmarks.scoreboard import table
from benchmarks.scoreboard.compare import Verdict
from benchmarks.scoreboard.table import Score

VERDICTS = (
    Verdict("pkg.a:f", "exact"),
    Verdict("pkg.a:g", "partial", "einsum", "x: said None"),
    Verdict("pkg.a:h", "partial", "einsum", "y: said None"),
    Verdict("pkg.b:f", "partial", "a|b"),
    Verdict("pkg.b:g", "wrong", "Conv2d output shape", "conv: said (1,), torch has (2,)"),
)
SCORE = Score("pkg 1.0", VERDICTS, 12.34, 56_700_000)


def test_line_counts_each_status() -> None:
    assert table.line(SCORE) == "pkg 1.0: 5 models: 1 exact, 3 partial, 1 wrong, 0 failed; 12.3 s, 57 MB"


def test_causes_put_what_is_wrong_first_then_what_is_frequent() -> None:
    found = [(cause.status, cause.text, len(cause.verdicts)) for cause in table.causes(SCORE)]
    assert found == [("wrong", "Conv2d output shape", 1), ("partial", "einsum", 2), ("partial", "a|b", 1)]


def test_a_page_keeps_other_packages_and_replaces_the_same(tmp_path: Path) -> None:
    page = tmp_path / "docs" / "zoo.md"
    table.write(page, SCORE)
    table.write(page, Score("other 2.0", VERDICTS[:1], 1.0, 1_000_000))
    once = page.read_text()
    table.write(page, Score("pkg 1.1", VERDICTS, 12.34, 56_700_000))
    twice = page.read_text()
    assert once.replace("pkg 1.0", "pkg 1.1") == twice
    assert twice.index("## other 2.0") < twice.index("## pkg 1.1")
    assert "| 5 | 1 | 3 | 1 | 0 | 12 | 57 MB |" in twice
    assert "| 1 | partial | `a\\|b` | `pkg.b:f` |" in twice


def test_version_is_read_from_the_metadata_beside_the_package(tmp_path: Path) -> None:
    (tmp_path / "pkg-1.2.3.dist-info").mkdir()
    assert table.package_version("pkg", tmp_path) == "pkg 1.2.3"
    assert table.package_version("none", tmp_path) == "none"
