"""What a change does to models, between two versions in git and the files as they are."""

from __future__ import annotations

import json
import subprocess

import pytest

from convlint.cli import main
from tests.cli.programs import CLEAN, SHRINKING

NET = """\
import torch
from torch import nn

from blocks import WIDTH


# convlint: input=(1, 3, 32, 32)
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, WIDTH, 3, padding=1)
        self.fc = nn.Linear(WIDTH * 1024, 10)

    def forward(self, x):
        return self.fc(self.conv(x).flatten(1))
"""


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """A repository with two versions, of which the second is twice as wide, and files that are not committed yet."""
    monkeypatch.chdir(tmp_path)

    def git(*arguments):
        settings = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"]
        subprocess.run(["git", *settings, *arguments], check=True, capture_output=True)

    def write(**files):
        for name, text in files.items():
            (tmp_path / f"{name}.py").write_text(text)

    git("init", "-q", ".")
    write(net=NET, blocks="WIDTH = 8\n", other=CLEAN)
    git("add", "-A")
    git("commit", "-qm", "one")
    git("tag", "one")
    write(blocks="WIDTH = 16\n")
    git("commit", "-qam", "two")
    write(other=SHRINKING.replace("Net", "Other"))
    return tmp_path


def told(capsys, *arguments):
    assert main(["diff", *arguments, "--output-format", "json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_a_change_in_an_imported_file_shows_in_the_model(repository, capsys):
    before = {path: path.read_bytes() for path in repository.glob("*.py")}
    found = told(capsys, "one", "HEAD")
    (model,) = found["models"]
    assert (model["path"], model["name"], found["unchanged"]) == ("net.py", "Net", 1)
    assert (model["before"]["parameters"], model["after"]["parameters"]) == ("82,154", "164,298")
    assert model["after"]["output"] == "1×10"
    assert (found["new"], found["gone"]) == ([], [])
    assert {path: path.read_bytes() for path in repository.glob("*.py")} == before
    assert subprocess.run(["git", "status", "--short"], capture_output=True, text=True).stdout == " M other.py\n"


def test_the_files_as_they_are_against_a_version(repository, capsys):
    found = told(capsys, "HEAD")
    assert [(it["name"], it["before"] is None, it["after"] is None) for it in found["models"]] == [
        ("Net", False, True),
        ("Other", True, False),
    ]
    assert [(it["code"], it["filename"], it["model"]) for it in found["new"]] == [("CVL102", "other.py", "Other")]
    (repository / "other.py").write_text(CLEAN)
    assert told(capsys, "HEAD")["models"] == []


def test_targets(repository, capsys):
    assert [it["name"] for it in told(capsys, "one", "other.py")["models"]] == ["Net", "Other"]
    assert [it["path"] for it in told(capsys, "one", "net.py:Net")["models"]] == ["net.py"]
    assert told(capsys, "one", "HEAD", "other.py")["models"] == []


def test_accepted_inputs_are_told(repository, capsys):
    (repository / "net.py").write_text(NET.replace("padding=1", "padding=0"))
    (model,) = told(capsys, "HEAD", "net.py")["models"]
    assert model["before"]["accepts"] != model["after"]["accepts"]
    assert "torch raises" in model["after"]["output"]


def test_markdown_and_text(repository, capsys):
    assert main(["diff", "one", "HEAD", "--output-format", "markdown"]) == 0
    out = capsys.readouterr().out
    assert "### `Net` in `net.py`\n\n| | one | HEAD |\n| --- | --- | --- |\n" in out
    assert "| parameters | 82,154 | **164,298** |" in out
    assert main(["diff", "one", "HEAD"]) == 0
    out = capsys.readouterr().out
    assert "net.py:Net\n  parameters   82,154 → 164,298\n" in out
    assert out.endswith("Models: 1 changed, 1 unchanged; findings: 0 new, 0 gone\n")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [(["nothing"], "git knows no revision `nothing`"), (["HEAD", "/elsewhere.py"], "is not in the repository")],
)
def test_what_cannot_be_compared_is_told(repository, capsys, arguments, says):
    assert main(["diff", *arguments]) == 2
    assert says in capsys.readouterr().err


def test_without_a_repository(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert main(["diff", "HEAD"]) == 2
    assert "not a git repository" in capsys.readouterr().err
