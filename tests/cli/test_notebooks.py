"""Notebooks as people meet them: findings per cell and row in every format, fixes, comments, what is none."""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree

import nbformat
import pytest

from convlint.cli import main
from tests.source.test_notebook import written

CELLS = (
    "%matplotlib inline\nimport torch\nfrom torch import nn",
    "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.fc = nn.Linear(3, 4)\n\n"
    "    def forward(self, x):\n        return self.fc(x)",
    "net = Net()\ndisplay(net)\nnet(torch.zeros(2, 5))",
)
MESSAGE = "`fc`: `Linear` was built for 3 input features and gets 5"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with one notebook, which the tests name and find."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "net.ipynb").write_bytes(written(*CELLS))
    return tmp_path


def said(capsys: pytest.CaptureFixture[str], form: str, *more: str) -> str:
    """Return what is printed of the folder in a format."""
    assert main(["--no-cache", "--isolated", "--output-format", form, *more]) == 1
    return capsys.readouterr().out


def row_in_file(folder) -> int:
    rows = (folder / "net.ipynb").read_text(encoding="utf-8").splitlines()
    return next(number for number, row in enumerate(rows, 1) if "self.fc(x)" in row)


def test_people_read_cell_and_row(folder, capsys) -> None:
    assert f"net.ipynb:cell 3:7:16: CVL202 error: {MESSAGE}\n" in said(capsys, "concise")
    assert f"net.ipynb:\n  cell 3:7:16 CVL202 error: {MESSAGE}\n" in said(capsys, "grouped")
    full = said(capsys, "full")
    assert " --> net.ipynb:cell 3:7:16\n" in full
    assert "7 |         return self.fc(x)\n  |                ^^^^^^^^^^\n  |\n" in full  # the cell ends there
    assert "= net.ipynb:cell 4:3:1: `Net` is called here with 2×5" in full


def test_tools_read_cell_and_row(folder, capsys) -> None:
    for form in ("json", "json-lines"):
        text = said(capsys, form)
        entry: dict[str, Any] = json.loads(text)[0] if form == "json" else json.loads(text.splitlines()[0])
        assert (entry["filename"], entry["cell"], entry["location"]) == ("net.ipynb", 3, {"row": 7, "column": 16})
        assert (entry["fix"]["cell"], entry["fix"]["edits"][0]["location"]["row"]) == (3, 4)
        assert [(it["cell"], it["location"]["row"]) for it in entry["related"]] == [(3, 4), (4, 3)]


@pytest.mark.parametrize("form", ["sarif", "github", "gitlab", "junit", "rdjson", "azure"])
def test_tools_that_know_files_only_get_the_row_of_the_file(folder, form: str, capsys) -> None:
    row, text = row_in_file(folder), said(capsys, form)
    assert f"cell 3:7:16: {MESSAGE}" in text.replace("CVL202 ", "")
    if form == "sarif":
        result = json.loads(text)["runs"][0]["results"][0]
        (location,) = result["locations"]
        assert location["physicalLocation"]["region"]["startLine"] == row
        assert location["logicalLocations"] == [{"name": "cell 3", "fullyQualifiedName": "cell 3:7:16"}]
        assert "fixes" not in result
    elif form == "gitlab":
        assert json.loads(text)[0]["location"]["positions"]["begin"]["line"] == row
    elif form == "rdjson":
        (diagnostic,) = json.loads(text)["diagnostics"]
        assert diagnostic["location"]["range"]["start"]["line"] == row
        assert "suggestions" not in diagnostic
    elif form == "junit":
        case = ElementTree.fromstring(text).find(".//testcase")
        assert case is not None
        assert (case.get("line"), case.get("name")) == (str(row), "CVL202 features-mismatch (cell 3:7:16)")
    else:
        assert f"line={row}," in text or f"linenumber={row};" in text


def test_fixes_leave_outputs_and_metadata_alone(folder, capsys) -> None:
    path = folder / "net.ipynb"
    before = path.read_bytes()
    assert main(["--no-cache", "--isolated", "--unsafe-fixes", "--diff", "net.ipynb"]) == 1
    shown = capsys.readouterr().out
    assert "--- net.ipynb:cell 3\n" in shown
    assert "+        self.fc = nn.Linear(5, 4)\n" in shown
    assert path.read_bytes() == before
    assert main(["--no-cache", "--isolated", "--unsafe-fixes", "--fix", "net.ipynb"]) == 0
    assert path.read_bytes() == before.replace(b"nn.Linear(3, 4)", b"nn.Linear(5, 4)")
    nbformat.validate(nbformat.read(path, as_version=4))


def test_comments_and_baselines_hold(folder, capsys) -> None:
    assert main(["--no-cache", "--isolated", "--write-baseline"]) == 0
    assert main(["--no-cache", "--isolated", "--baseline", "convlint-baseline.json"]) == 0
    assert main(["--no-cache", "--isolated", "--add-ignore"]) == 0
    assert "return self.fc(x)  # convlint: ignore[CVL202]" in (folder / "net.ipynb").read_text(encoding="utf-8")
    assert main(["--no-cache", "--isolated"]) == 0


def test_one_model_of_a_notebook(folder, capsys) -> None:
    assert main(["summary", "net.ipynb:Net", "--input", "2,3", "--output-format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["layers"][0]["output_shape"] == [2, 4]
    assert main(["--no-cache", "--isolated", "net.ipynb:Net"]) == 1
    assert main(["--no-cache", "--isolated", "net.ipynb:Nett"]) == 2
    assert "the nearest is `Net`" in capsys.readouterr().err


def test_what_is_no_notebook_is_a_finding(folder, capsys) -> None:
    (folder / "net.ipynb").write_text('{\n"cells": "torch"')
    assert said(capsys, "concise") == "net.ipynb:2:17: CVL900 error: is no notebook: expected `,`\n"


def test_a_syntax_error_names_its_cell(folder, capsys) -> None:
    (folder / "net.ipynb").write_bytes(written("import torch", "x = (\n"))
    assert said(capsys, "concise").startswith("net.ipynb:cell 3:1:5: CVL900 error: '(' was never closed")


def test_standard_input_may_be_a_notebook(folder, capsys, monkeypatch) -> None:
    class Piped:
        buffer = (folder / "net.ipynb").open("rb")

    monkeypatch.setattr("sys.stdin", Piped)
    assert "other.ipynb:cell 3:7:16" in said(capsys, "concise", "--stdin-filename", "other.ipynb", "-")


def test_notebooks_are_kept_and_shared_as_other_files(folder, capsys) -> None:
    (folder / "other.ipynb").write_bytes(written(*CELLS))
    first = main(["--output-format", "concise", "-j", "2"]), capsys.readouterr().out
    assert first[1].count("CVL202") == 2
    assert (main(["--output-format", "concise"]), capsys.readouterr().out) == first


def test_folders_are_searched_for_what_the_settings_say(folder, capsys) -> None:
    (folder / "convlint.toml").write_text('include = ["*.py"]\n')
    assert main(["--no-cache"]) == 0
    assert "no Python files" in capsys.readouterr().err
