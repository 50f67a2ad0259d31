"""`convlint confirm` and `check --confirm` as their users see them: exit codes, listings, and what turns them on."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from convlint import api
from convlint.cli import main
from convlint.confirm import findings
from convlint.confirm.judging import ModelCheck, Outcome, Raised
from convlint.confirm.process import Worker
from convlint.findings import Confirmation, Report, Status
from convlint.layers.core.tensor import Tensor
from convlint.report import runs_text
from convlint.trace import FileAnalysis, Place
from tests.confirm.user_code import PLAIN

pytestmark = [pytest.mark.sampled, pytest.mark.asks_torch]

ROOT = Path(__file__).resolve().parents[2]
DECLARED = PLAIN.replace("class Net", "# convlint: input=(1, 3, 8, 8)\nclass Net")
Project = Callable[[str, str], Path]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A folder to work in; returns what writes a file there."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CONVLINT_OUTPUT_FORMAT", raising=False)
    monkeypatch.setenv("CONVLINT_CACHE_DIR", str(tmp_path / "cache"))

    def write(name: str, text: str) -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def wrong_by_one(analyses: Iterator[FileAnalysis]) -> Iterator[FileAnalysis]:
    """Say of every first call that its output is one column wider than it is."""
    for analysis in analyses:
        (trace,) = analysis.models
        wrong = Tensor((*trace.events[0].outputs[0].shape[:-1], 7))
        events = (replace(trace.events[0], outputs=(wrong,), result=wrong), *trace.events[1:])
        yield replace(analysis, models=(replace(trace, events=events),))


def test_a_planted_wrong_shape_is_listed_side_by_side_and_fails_in_its_own_way(
    project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = project("net.py", DECLARED)
    honest = api.analyses_of
    monkeypatch.setattr(api, "analyses_of", lambda *args, **options: wrong_by_one(honest(*args, **options)))
    assert main(["confirm", "--run", "--ignore", "ALL", str(path)]) == 3
    shown = capsys.readouterr()
    assert "refuted: Net on 1×3×8×8, in training mode: Conv2d output shape" in shown.out
    rows = [line.split() for line in shown.out.splitlines()]
    assert ["layer", "kind", "differs", "in", "convlint", "torch"] in rows
    assert (
        "  conv   Conv2d  output shape  1×3×8×8 → 1×4×6×7, 112 params  1×3×8×8 → 1×4×6×6, 112 params"
        in shown.out.splitlines()
    )
    assert "1 run of models: 1 refuted" in shown.err


def test_findings_and_models_are_told_together_as_json(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project("net.py", DECLARED)
    assert main(["confirm", "--run", "--macs", "--output-format", "json", "net.py"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert {finding["code"]: finding["confirmation"]["status"] for finding in told["findings"]} == {
        "CVL102": "confirmed",
        "CVL401": "confirmed",
    }
    (model,) = told["models"]
    assert (model["model"], model["outcome"], model["inputs"]) == ("Net", "confirmed", [[1, 3, 8, 8]])
    assert model["params"] == {"convlint": 112, "torch": 112}
    assert model["macs"] == {"convlint": 3888, "torch": 3888}
    assert model["calls"][0]["torch"]["outputs"] == [[1, 4, 6, 6]]
    assert model["unused"] == ["idle"]


def test_a_target_is_run_on_the_input_that_is_given(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project("net.py", PLAIN + "\n\ndef wide():\n    return Net(7)\n")
    assert main(["confirm", "--run", "--output-format", "concise", "net.py:wide", "--input", "2,3,16,16"]) == 0
    assert capsys.readouterr().out == "net.py:6:1: confirmed: wide on 2×3×16×16\n"


def test_check_confirms_on_request_only(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project("net.py", DECLARED)
    assert main(["check", "--output-format", "json", "net.py"]) == 1
    assert all("confirmation" not in finding for finding in json.loads(capsys.readouterr().out))
    assert main(["check", "--confirm", "net.py"]) == 1
    shown = capsys.readouterr()
    assert shown.err.endswith(
        "2 warnings (1 file checked; 1 model on known input); by torch: 1 confirmed, 1 not checked; "
        "1 fixable with --unsafe-fixes\n"
    )
    assert "confirmed: torch puts out 6×6" in shown.out


def test_a_refuted_finding_exits_with_3_whatever_else_is_found(
    project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    refuted = Confirmation(Status.REFUTED, "torch says no")
    monkeypatch.setattr(findings, "confirmation", lambda finding, worker, cache: refuted)
    monkeypatch.setattr(Worker, "__enter__", lambda self: self)
    project("net.py", DECLARED)
    assert main(["confirm", "--exit-zero", "net.py"]) == 3
    assert "by torch: 2 refuted" in capsys.readouterr().err


@pytest.mark.skipif(os.name != "posix", reason="a shell stands in for an interpreter")
@pytest.mark.parametrize("verb", [["confirm"], ["check", "--confirm"]])
def test_without_torch_it_says_how_to_get_it_and_exits_with_2(
    verb: list[str], project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project("net.py", DECLARED)
    stub = project("python", f'#!/bin/sh\nexec {sys.executable} -S -E "$@"\n')
    stub.chmod(0o755)
    assert main([*verb, "--python", str(stub), "net.py"]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert "pip install 'convlint[torch]', or name an interpreter that has it with --python" in told.err


@pytest.mark.parametrize(
    "arguments",
    [
        ["net.py:Net"],
        ["--macs", "net.py"],
        ["--input", "1,3,8,8", "net.py"],
        ["--run", "-"],
        ["--run", "--input", "1,3,8,8", "net.py"],
        ["--memory", "much", "net.py"],
        ["--seconds", "0", "net.py"],
        ["--python", ".", "net.py"],
        ["--device", "nonsense", "net.py"],
    ],
)
def test_what_makes_no_sense_is_refused(
    arguments: list[str], project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project("net.py", DECLARED)
    assert main(["confirm", *arguments]) == 2
    assert capsys.readouterr().err.startswith("convlint: ")


@pytest.mark.parametrize("key", ["run", "confirm", "macs", "device"])
def test_no_file_of_a_project_turns_it_on(key: str, project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project("net.py", DECLARED)
    project("convlint.toml", f"{key} = true\n")
    assert main(["check", "net.py"]) == 2
    assert f"unknown key `{key}`" in capsys.readouterr().err


def test_the_environment_that_a_project_names_is_never_started(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[str] = []
    monkeypatch.setattr(Worker, "__enter__", lambda self: started.append(self.python))
    project("net.py", "")
    for folder in ("env/bin", "env/lib/python3.11/site-packages"):
        (tmp_path / folder).mkdir(parents=True)
    project("env/bin/python", "")
    project("convlint.toml", 'python = "env"\n')
    assert main(["confirm", "net.py"]) == 0
    assert main(["confirm", "--python", "env", "net.py"]) == 0
    assert started == [sys.executable, str(Path("env", "bin", "python"))]


@pytest.mark.skipif(os.name != "posix", reason="sends a signal")
@pytest.mark.usefixtures("interruptible")
def test_an_interrupt_prints_what_is_done_and_exits_with_130(project: Project, tmp_path: Path) -> None:
    first = "# convlint: input=(1, 3, 8, 8)\nclass Slow(Net):\n    def forward(self, x):\n"
    note = tmp_path / "sleeping"
    hang = f"        import time\n        open({str(note)!r}, 'w').close()\n        time.sleep(600)\n        return x\n"
    project("net.py", DECLARED + "\n\n" + first + hang)
    command = [sys.executable, "-m", "convlint", "confirm", "--run", "--ignore", "ALL", "net.py:Net", "net.py:Slow"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)
    for _ in range(1200):
        if note.exists() or running.poll() is not None:
            break
        time.sleep(0.05)
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=60)
    assert running.returncode == 130, err
    assert out.startswith("confirmed: Net on 1×3×8×8\n")
    assert "Traceback" not in err


CHECK = ModelCheck("Net", "net.Net", Place("net.py", (5, 0, 9, 0)), False, Outcome.NOT_CHECKED)


def test_what_comes_from_user_code_cannot_steer_a_terminal() -> None:
    raised = Raised("run", "Error", "a\x1b[31m\nb", Place("net.py", (7, 0, 7, 0)), "bl\x07ock")
    check = replace(CHECK, reason="it exited\x1b]0;title", raised=raised, output="one\n\x1b[2Jtwo\n")
    assert list(runs_text.full(check, Path.cwd())) == [
        "not-checked: Net: it exited\\x1b]0;title",
        " --> net.py:5:1",
        "  = net.py:7:1: torch raises in `bl\\x07ock`: Error: a\\x1b[31m b",
        "  | one",
        "  | \\x1b[2Jtwo",
    ]


def test_what_raises_is_named_and_long_lists_are_cut() -> None:
    raised = Raised("import", "ModuleNotFoundError", "No module named 'PIL'", None)
    assert list(runs_text.full(replace(CHECK, raised=raised), Path.cwd()))[-1] == (
        "  = the import raises: ModuleNotFoundError: No module named 'PIL'"
    )
    unused = tuple(f"layers.{number}" for number in range(10))
    last = list(runs_text.full(replace(CHECK, unused=unused), Path.cwd()))[-1]
    assert last.endswith("layers.6, layers.7 and 2 more")


def test_the_closing_line_counts_outcomes() -> None:
    checks = [CHECK, CHECK, replace(CHECK, outcome=Outcome.CONFIRMED)]
    assert runs_text.closing_line(checks) == "3 runs of models: 1 confirmed, 2 not checked"
    assert runs_text.closing_line([]) == "0 runs of models"


def test_a_refuted_finding_outweighs_the_others() -> None:
    report = api.lint_source(DECLARED)
    refuted = replace(report.findings[0], confirmation=Confirmation(Status.REFUTED, ""))
    assert Report((refuted, *report.findings[1:])).exit_code == 3


def test_a_run_of_nothing_confirms_nothing(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.py").write_text("import torch\n")
    assert main(["confirm", "--run", "a.py"]) == 2
    assert "no model could be run" in capsys.readouterr().err
