"""The command line as its users see it: exit codes, streams, formats, and what must never happen."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from convlint import __version__
from convlint.cli import main
from convlint.rules import RULES
from tests.cli.programs import BROKEN, CLEAN, PADDED, SHRINKING

ROOT = Path(__file__).resolve().parents[2]


def start(*arguments, cwd, **options):
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "ascii"}
    command = [sys.executable, "-m", "convlint", *arguments]
    return subprocess.Popen(
        command, cwd=cwd, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options
    )


@pytest.mark.parametrize(
    ("text", "code"), [(CLEAN, 0), (SHRINKING, 1), (PADDED, 0), (BROKEN, 1), ("", 0), ("import os\n", 0)]
)
@pytest.mark.parametrize("verb", [[], ["check"]])
def test_exit_codes(project, capsys, text, code, verb):
    project("model.py", text)
    assert main([*verb, "model.py"]) == code
    out = capsys.readouterr().out
    assert bool(out) == (text in (SHRINKING, PADDED, BROKEN))


def test_concise_lines(project, capsys):
    project("pkg/model.py", SHRINKING)
    assert main(["--output-format", "concise"]) == 1
    captured = capsys.readouterr()
    assert captured.out.splitlines() == [
        "pkg/model.py:7:21: CVL102 warning: `conv` shrinks the map: height H → H − 2; width W → W − 2"
    ]
    assert captured.err == "1 warning (1 file checked; 1 model on open sizes); 1 fixable with --unsafe-fixes\n"


def test_json_and_quiet(project, capsys):
    project("model.py", SHRINKING)
    assert main(["--output-format", "json", "-q", "model.py"]) == 1
    captured = capsys.readouterr()
    (entry,) = json.loads(captured.out)
    assert (entry["code"], entry["severity"], entry["model"], entry["layer"]) == ("CVL102", "warning", "Net", "conv")
    assert captured.err == ""


def test_format_from_the_environment(project, capsys, monkeypatch):
    project("model.py", CLEAN)
    monkeypatch.setenv("CONVLINT_OUTPUT_FORMAT", "json")
    assert main(["model.py"]) == 0
    assert json.loads(capsys.readouterr().out) == []
    monkeypatch.setenv("CONVLINT_OUTPUT_FORMAT", "yaml")
    assert main(["model.py"]) == 2


def test_select_ignore_and_exit_zero(project, capsys):
    project("model.py", SHRINKING)
    assert main(["--ignore", "CVL102", "model.py"]) == 0
    assert main(["--select", "CVL2,CVL3", "model.py"]) == 0
    assert main(["--select", "CVL1", "model.py"]) == 1
    assert main(["--exit-zero", "model.py"]) == 0
    assert main(["--exit-zero", "--select", "CVL8", "model.py"]) == 2


def test_place_of_a_syntax_error(project, capsys):
    project("model.py", "x = (torch,\n")
    assert main(["--output-format", "concise", "model.py"]) == 1
    assert capsys.readouterr().out == "model.py:1:5: CVL900 error: '(' was never closed\n"


def test_one_broken_file_does_not_stop_the_others(project, capsys):
    project("a.py", BROKEN)
    project("b.py", SHRINKING)
    assert main(["--output-format", "concise", "."]) == 1
    assert [line.split()[1] for line in capsys.readouterr().out.splitlines()] == ["CVL900", "CVL102"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["missing.py"],
        ["--output-format", "xml", "."],
        ["--nonsense"],
        ["--config", "missing.toml", "."],
        ["--select", "E501", "."],
        ["summary"],
        ["summary", "missing.py"],
        ["summary", "model.py", "--input", "1,3,3x"],
        ["summary", "model.py", "--input", "1,,32,32"],
        ["summary", "model.py", "--search-path", "nowhere"],
        ["check", "--search-path", "nowhere"],
        ["rule"],
        ["rule", "CVL999"],
        ["rule", "CVL101", "--all"],
        ["-", "model.py"],
    ],
)
def test_what_cannot_be_done_is_said_on_stderr(project, capsys, arguments):
    project("model.py", CLEAN)
    assert main(arguments) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.strip()
    assert "Traceback" not in captured.err


def test_wrong_settings_end_the_run(project, capsys):
    project("model.py", SHRINKING)
    project("pyproject.toml", "[tool.convlint]\nignor = ['CVL102']\n")
    assert main(["model.py"]) == 2
    assert "nearest known key is `ignore`" in capsys.readouterr().err
    assert main(["--isolated", "model.py"]) == 1


def test_settings_of_the_nearest_file_and_of_config(project, capsys):
    project("pkg/model.py", SHRINKING)
    project("pyproject.toml", "[tool.convlint]\nignore = ['CVL102']\n")
    other = project("other.toml", "select = ['CVL102']\n")
    assert main(["pkg"]) == 0
    assert main(["--config", str(other), "pkg"]) == 1
    assert main(["--select", "CVL1", "--ignore", "CVL2", "pkg"]) == 1


def test_declared_budgets_and_inputs(project, capsys):
    project("model.py", CLEAN)
    project("pyproject.toml", '[tool.convlint.models."model:Net"]\ninput = [1, 3, 100, 100]\nmax-activation = 1000\n')
    assert main(["--output-format", "concise", "model.py"]) == 1
    assert "1×8×100×100 = 80,000 elements, over the budget of 1,000" in capsys.readouterr().out


def test_comments_silence_a_line(project, capsys):
    project("model.py", SHRINKING.replace("3, 8, 3)", "3, 8, 3)  # convlint: ignore[CVL102]"))
    assert main(["model.py"]) == 0
    project("model.py", SHRINKING.replace("3, 8, 3)", "3, 8, 3)  # convlint: ignore[CVL101]"))
    assert main(["model.py"]) == 1


def test_gaps_are_told_when_asked(project, capsys):
    source = CLEAN.replace("return self.conv(x)", "return self.conv(x.no_such_method())")
    project("model.py", source)
    assert main(["--gaps", "-q", "model.py"]) == 0
    assert "unknown: " in capsys.readouterr().out


def test_rule_pages(capsys):
    assert main(["rule", "CVL101"]) == 0
    page = capsys.readouterr().out
    assert page.startswith("# CVL101 non-integral-output\n")
    assert main(["rule", "non-integral-output"]) == 0
    assert capsys.readouterr().out == page
    assert main(["rule", "--all", "--output-format", "json"]) == 0
    assert [entry["code"] for entry in json.loads(capsys.readouterr().out)] == [rule.code for rule in RULES]


def test_version_and_help(capsys):
    for arguments in (["--version"], ["-V"]):
        assert main(arguments) == 0
        assert capsys.readouterr().out == f"convlint {__version__}\n"
    assert main(["--help"]) == 0


def test_summary(project, capsys):
    project("model.py", CLEAN)
    assert main(["summary", "model.py:Net", "--input", "1,3,32,32"]) == 0
    table = capsys.readouterr().out
    assert "1×8×32×32" in table
    assert "parameters  224" in table
    assert main(["summary", "model.py", "--input", "1,3,H,W", "--output-format", "json"]) == 0
    summary = json.loads(capsys.readouterr().out)
    assert summary["params"] == 224
    assert summary["layers"][0]["output_shape"] == [1, 8, "H", "W"]


def test_standard_input(project):
    process = start(
        "--stdin-filename", "pkg/model.py", "--output-format", "concise", "-", cwd=".", stdin=subprocess.PIPE
    )
    out, _ = process.communicate(SHRINKING.encode())
    assert out.decode().startswith("pkg/model.py:7:21: CVL102 ")
    assert process.returncode == 1


def test_a_reader_that_leaves_is_no_error(project, tmp_path):
    blocks = "\n".join(SHRINKING.replace("Net", f"Net{number}") for number in range(300))
    project("model.py", blocks)
    process = start("model.py", cwd=tmp_path)
    process.stdout.readline()
    process.stdout.close()
    assert b"Traceback" not in process.stderr.read()
    assert process.wait() == 1


def test_start_is_light(tmp_path):
    """Asking for the version loads neither the analysis nor anything from outside."""
    code = (
        "import sys; from convlint.cli import main; main(['--version']);"
        "print(sorted({'libcst', 'msgspec', 'rich', 'torch', 'convlint.api'} & set(sys.modules)))"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    run = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert run.stdout == f"convlint {__version__}\n[]\n"
