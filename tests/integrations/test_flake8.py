"""flake8 finds the plugin and shows what convlint finds."""

from __future__ import annotations

import pytest

import convlint
from tests.cli.programs import SHRINKING
from tests.integrations.hosts import metadata, run

pytest.importorskip("flake8")


@pytest.fixture
def flake8(tmp_path):
    path = metadata(tmp_path / "installed")
    project = tmp_path / "project"
    project.mkdir()

    def check(*arguments, **files):
        for name, text in files.items():
            (project / f"{name}.py").write_text(text)
        done = run("flake8", "--isolated", *arguments, ".", cwd=project, path=path)
        assert not done.stderr
        return done.stdout.splitlines()

    return check


def test_findings_are_those_of_convlint(flake8):
    (finding,) = convlint.lint_source(SHRINKING).findings
    assert flake8("--select", "CVL", net=SHRINKING) == [f"./net.py:7:21: CVL102 {finding.message}"]
    assert any("CVL102" in line for line in flake8())


def test_flake8_silences_and_selects(flake8):
    assert flake8("--select", "CVL", net=SHRINKING.replace("8, 3)", "8, 3)  # noqa: CVL102")) == []
    assert flake8("--extend-ignore", "CVL102", net=SHRINKING) == []


def test_settings_are_the_projects_own(flake8, tmp_path):
    (tmp_path / "project" / "convlint.toml").write_text('ignore = ["CVL102"]\n')
    assert flake8("--select", "CVL", net=SHRINKING) == []
    (tmp_path / "project" / "convlint.toml").write_text("ignor = []\n")
    assert "CVL000" in flake8("--select", "CVL")[0]
