"""Baselines and written comments: what is known now is not told, what is new is, whatever lines move."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from convlint.cli import main
from tests.cli.programs import CLEAN, SHRINKING

TWO = SHRINKING.replace("return self.conv(x)", "return self.other(self.conv(x))").replace(
    "8, 3)\n", "8, 3)\n        self.other = nn.AvgPool2d(3, 1)\n"
)


def codes(capsys, *options):
    main(["check", "--output-format", "json", *options])
    return [(entry["filename"], entry["layer"], entry["code"]) for entry in json.loads(capsys.readouterr().out)]


def test_a_baseline_holds_what_is_known_and_survives_moved_lines(project, capsys):
    project("pkg/a.py", SHRINKING)
    assert main(["check", "--write-baseline"]) == 0
    assert "1 finding" in capsys.readouterr().err
    assert json.loads(Path("convlint-baseline.json").read_text())["findings"][0]["path"] == "pkg/a.py"
    known = ["--baseline", "convlint-baseline.json"]
    assert codes(capsys) == [("pkg/a.py", "conv", "CVL102")]
    assert codes(capsys, *known) == []
    project("pkg/a.py", "# a new line\n" * 7 + TWO)
    assert codes(capsys, *known) == [("pkg/a.py", "other", "CVL102")]
    project("pkg/a.py", SHRINKING.replace("3, 8, 3", "3, 8, 5"))
    assert codes(capsys, *known) == [("pkg/a.py", "conv", "CVL102")]


def test_the_baseline_of_the_settings_counts_from_their_folder(project, capsys, monkeypatch):
    project("pkg/a.py", SHRINKING)
    project("pyproject.toml", '[tool.convlint]\nbaseline = "known.json"\n')
    assert main(["check", "--write-baseline"]) == 0
    monkeypatch.chdir("pkg")
    assert main(["check"]) == 0
    assert main(["check", "a.py"]) == 0
    assert main(["check", "--baseline", "gone.json"]) == 2
    Path("bad.json").write_text("{")
    assert main(["check", "--baseline", "bad.json"]) == 2
    assert "is no baseline" in capsys.readouterr().err


def test_comments_are_written_where_findings_are(project, capsys):
    file = project("a.py", TWO.replace("nn.Conv2d(3, 8, 3)", "nn.Conv2d(\n            3, 8, 3\n        )  # why"))
    assert main(["check", "--add-ignore", "for now"]) == 0
    assert "Silenced 2 findings" in capsys.readouterr().err
    text = file.read_text()
    assert "        )  # why  # convlint: ignore[CVL102] for now\n" in text
    assert "self.other = nn.AvgPool2d(3, 1)  # convlint: ignore[CVL102] for now\n" in text
    assert main(["check"]) == 0
    assert main(["check", "--ignore-noqa"]) == 1
    assert main(["check", "--add-ignore"]) == 0
    assert file.read_text() == text


def test_codes_are_added_to_the_comment_that_is_there(project):
    file = project("a.py", SHRINKING.replace("8, 3)", "8, 3)  # convlint: ignore[CVL305, ] odd"))
    assert main(["check", "--add-ignore", "--ignore", "CVL901"]) == 0
    assert "# convlint: ignore[CVL305, CVL102, ] odd\n" in file.read_text()
    assert main(["check", "--ignore", "CVL901"]) == 0


def test_a_path_after_the_option_is_no_reason(project, capsys):
    one, other = project("a.py", TWO), project("b.py", TWO)
    before = other.read_text()
    assert main(["check", "--add-ignore", "a.py"]) == 0
    assert "# convlint: ignore[CVL102]\n" in one.read_text()
    assert other.read_text() == before
    assert main(["check", "--add-ignore", "c.py"]) == 2
    assert other.read_text() == before
    assert main(["check", "--add-ignore=as it was", "b.py"]) == 0
    assert "ignore[CVL102] as it was\n" in other.read_text()


@pytest.mark.parametrize("reason", ["a\nb", "# x"])
def test_reasons_are_one_line(project, reason):
    project("a.py", SHRINKING)
    assert main(["check", "--add-ignore", reason, "."]) == 2


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ('search-path = ["src"]', "convlint.toml:1: `search-path`: {here}/src is no folder"),
        ('[models."a:Nte"]\ninput = [1, 3, 8, 8]', "convlint.toml:1: there is no `Nte` in a; the nearest is `Net`"),
        ('\n[models."modl:Net"]', "convlint.toml:2: there is no module modl among the files; the nearest is model"),
        ("[models.Net]", "convlint.toml:1: `Net` is no model: give package.module:Name"),
        ('[models."a:Net"]', ""),
        ('[models."other:Net"]', ""),
    ],
)
def test_settings_that_name_what_is_not_there_are_warnings(project, capsys, settings, says):
    project("a.py", CLEAN)
    project("model.py", CLEAN)
    project("convlint.toml", f"{settings}\n")
    assert main(["check"]) == 0
    err = capsys.readouterr().err
    assert ("warning: " in err) == bool(says)
    assert says.format(here=Path.cwd()) in err
