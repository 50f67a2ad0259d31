"""What `--fix` and its companions write, print and exit with."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from convlint.cli import main
from tests.cli.programs import BROKEN, CLEAN, SHRINKING

UNUSED = CLEAN.replace("padding=1)", "padding=1)  # convlint: ignore[CVL102]")


def test_safe_fixes_are_made_unsafe_ones_told(project, capsys):
    unused, shrinking = project("a.py", UNUSED), project("b.py", SHRINKING)
    assert main(["check", "--output-format", "concise"]) == 1
    captured = capsys.readouterr()
    assert "CVL901 [*] warning" in captured.out
    assert "CVL102 warning" in captured.out
    assert "; 1 fixable with --fix, 1 more with --unsafe-fixes" in captured.err
    assert main(["check", "--fix"]) == 1
    assert (
        "1 warning (2 files checked; 2 models on open sizes); 1 fixed; 1 fixable with --unsafe-fixes"
        in capsys.readouterr().err
    )
    assert (unused.read_text(), shrinking.read_text()) == (CLEAN, SHRINKING)
    assert main(["check", "--fix", "--unsafe-fixes"]) == 0
    assert shrinking.read_text() == CLEAN


def test_fixes_of_the_settings(project):
    file = project("b.py", SHRINKING)
    project("convlint.toml", "fix = true\nunsafe-fixes = true\n")
    assert main(["check", "--no-fix"]) == 1
    assert main(["check", "--no-unsafe-fixes"]) == 1
    assert file.read_text() == SHRINKING
    assert main(["check"]) == 0
    assert file.read_text() == CLEAN


def test_diff_writes_nothing(project, capsys):
    file = project("a.py", SHRINKING)
    assert main(["check", "--diff", "--unsafe-fixes"]) == 1
    captured = capsys.readouterr()
    assert file.read_text() == SHRINKING
    assert captured.out.startswith("--- a.py\n+++ a.py\n@@ -4,7 +4,7 @@\n")
    assert "+        self.conv = nn.Conv2d(3, 8, 3, padding=1)\n" in captured.out
    assert captured.err == "Would fix 1 finding\n"
    assert main(["check", "--diff"]) == 0
    assert capsys.readouterr() == ("", "Nothing to fix\n")


@pytest.mark.parametrize(
    ("program", "options", "code"),
    [
        (UNUSED, ["--fix"], 0),
        (UNUSED, ["--fix", "--exit-non-zero-on-fix"], 1),
        (CLEAN, ["--fix", "--exit-non-zero-on-fix"], 0),
        (SHRINKING, ["--fix"], 1),
        (SHRINKING, ["--fix-only"], 0),
        (UNUSED, ["--fix-only", "--exit-non-zero-on-fix"], 1),
        (BROKEN, ["--fix"], 1),
    ],
)
def test_exit_codes(project, capsys, program, options, code):
    project("a.py", program)
    assert main(["check", *options]) == code
    if "--fix-only" in options:
        assert capsys.readouterr().out == ""


def test_fixes_are_listed_and_those_that_do_not_hold_told(project, capsys):
    project("a.py", UNUSED)
    assert main(["check", "--fix", "--show-fixes"]) == 0
    assert "fixed in a.py:\n  CVL901 remove `CVL102`\n" in capsys.readouterr().err
    flat = SHRINKING.replace("self.conv(x)", "self.fc(self.conv(x).flatten(1))")
    flat = flat.replace("8, 3)\n", "8, 3)\n        self.fc = nn.Linear(32, 1)\n")
    file = project("a.py", f"{flat}\nimport torch\nNet()(torch.rand(1, 3, 4, 4))\n")
    before = file.read_text()
    main(["check", "--fix", "--unsafe-fixes"])
    assert "the fix of CVL102 was not made: torch would raise in `Net`" in capsys.readouterr().err
    assert file.read_text() == before


def test_what_cannot_be_written_is_told(project, tmp_path_factory, capsys):
    outside = tmp_path_factory.mktemp("outside") / "a.py"
    outside.write_text(UNUSED)
    Path("link.py").symlink_to(outside)
    assert main(["check", "--fix", "link.py"]) == 2
    assert "link out of" in capsys.readouterr().err
    assert outside.read_text() == UNUSED


def test_the_fixed_source_of_standard_input_goes_to_standard_output(project, capsys, monkeypatch):
    both = UNUSED.replace("padding=1)", "padding=0)").replace("ignore[CVL102]", "ignore[CVL102, CVL305]")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(both.encode())))
    output = io.TextIOWrapper(io.BytesIO())
    monkeypatch.setattr(sys, "stdout", output)
    assert main(["check", "--fix", "--stdin-filename", "a.py", "-"]) == 0
    output.seek(0)
    assert output.read() == both.replace(", CVL305", "")
