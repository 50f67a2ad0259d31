"""The library's functions, as a program that imports convlint calls them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import convlint
from convlint.analysis import files
from convlint.cli import main
from convlint.rules.windows.shrinking_layer import ShrinkingLayer

ROOT = Path(__file__).resolve().parent.parent
NET = """\
from torch import nn


class {name}(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3)

    def forward(self, x):
        return self.conv(x)
"""


def test_every_public_name_exists():
    for name in convlint.__all__:
        assert getattr(convlint, name) is not None
    with pytest.raises(AttributeError):
        convlint.no_such_name  # noqa: B018


def test_import_costs_nothing():
    code = "import sys, convlint; print(sorted(name for name in sys.modules if name.startswith('convlint')))"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert run.stdout == "['convlint']\n"


def test_lint_source_needs_no_file():
    report = convlint.lint_source(NET.format(name="Net"), "no/such/file.py")
    (finding,) = report.findings
    assert (finding.code, finding.place.filename, finding.model) == ("CVL102", "no/such/file.py", "Net")
    assert (report.exit_code, report.files) == (1, 1)


def test_lint_paths_takes_the_nearest_settings(tmp_path):
    (tmp_path / "net.py").write_text(NET.format(name="Net"))
    assert [finding.code for finding in convlint.lint_paths([tmp_path]).findings] == ["CVL102"]
    assert convlint.lint_paths([tmp_path], config=convlint.Config(ignore=("CVL1",))).findings == ()
    (tmp_path / "convlint.toml").write_text("exclude = ['net.py']")
    assert convlint.lint_paths([tmp_path]).files == 0
    assert convlint.lint_paths([tmp_path / "net.py"]).files == 1
    assert convlint.lint_paths([tmp_path / "net.py"], force_exclude=True).files == 0


def test_what_is_not_there_is_the_callers_error(tmp_path):
    with pytest.raises(convlint.UsageError, match=r"missing\.py"):
        convlint.lint_paths([tmp_path / "missing.py"])
    with pytest.raises(convlint.UsageError, match=r"missing\.py"):
        convlint.summarize(str(tmp_path / "missing.py"))


def test_order_does_not_depend_on_the_order_of_paths(tmp_path):
    for name in ("b", "a", "c"):
        (tmp_path / f"{name}.py").write_text(NET.format(name=name.upper()))
    paths = [tmp_path / "c.py", tmp_path / "a.py", tmp_path / "b.py"]
    assert convlint.lint_paths(paths) == convlint.lint_paths(paths[::-1]) == convlint.lint_paths([tmp_path])


def test_a_block_of_another_file_is_reported_where_it_was_asked_for(tmp_path):
    (tmp_path / "block.py").write_text(NET.format(name="Block"))
    use = "import torch\nfrom block import Block\n\nnet = Block()\nnet(torch.randn(1, 3, 32, 32))\n"
    (tmp_path / "main.py").write_text(use)
    (both,) = convlint.lint_paths([tmp_path]).findings
    assert both.place.filename.endswith("block.py")
    (alone,) = convlint.lint_paths([tmp_path / "main.py"]).findings
    assert (Path(alone.place.filename).name, alone.place.span[0]) == ("main.py", 4)
    assert alone.related[0].place == both.place


@pytest.mark.usefixtures("failures_are_told")
def test_a_bug_of_convlints_own_costs_one_file(tmp_path, monkeypatch, capsys):
    for name in ("a", "b", "c"):
        (tmp_path / f"{name}.py").write_text(NET.format(name=name.upper()))
    check = ShrinkingLayer.check

    def broken(self, trace, settings):
        if trace.name == "B":
            raise KeyError("a\x1bbug")
        return check(self, trace, settings)

    monkeypatch.setattr(ShrinkingLayer, "check", broken)
    report = convlint.lint_paths([tmp_path])
    assert [finding.model for finding in report.findings] == ["A", "C"]
    assert [Path(failure.filename).name for failure in report.failures] == ["b.py"]
    assert report.exit_code == 2
    assert main([str(tmp_path), "-q", "--exit-zero"]) == 2
    assert "\x1b" not in capsys.readouterr().err


@pytest.mark.usefixtures("failures_are_told")
def test_a_failing_analysis_costs_one_file(tmp_path, monkeypatch):
    for name in ("a", "b", "c"):
        (tmp_path / f"{name}.py").write_text(NET.format(name=name.upper()))
    analyse_file = files.analyse_file

    def broken(program, sources, path, settings):
        if path.endswith("b.py"):
            raise RecursionError
        return analyse_file(program, sources, path, settings)

    monkeypatch.setattr(files, "analyse_file", broken)
    report = convlint.lint_paths([tmp_path])
    assert [finding.model for finding in report.findings] == ["A", "C"]
    assert [Path(failure.filename).name for failure in report.failures] == ["b.py"]


def test_summary_of_a_factory_with_arguments(tmp_path):
    factory = "def make(width, depth=1):\n    return nn.Sequential(*[nn.Linear(width, width) for _ in range(depth)])\n"
    (tmp_path / "net.py").write_text("from torch import nn\n\n\n" + factory)
    summary = convlint.summarize(f"{tmp_path / 'net.py'}:make", (2, 16), args=(16,), kwargs={"depth": 3})
    assert [layer.path for layer in summary.layers] == ["0", "1", "2"]
    assert [layer.output_shape for layer in summary.layers] == [(2, 16)] * 3
    assert summary.params == 3 * (16 * 16 + 16)
