"""pytest finds the plugin: files are checked beside their tests, and the fixture asserts what models do."""

from __future__ import annotations

import pytest

from tests.cli.programs import CLEAN, SHRINKING
from tests.integrations.hosts import metadata, run


@pytest.fixture
def hosted(tmp_path):
    path = metadata(tmp_path / "installed")
    project = tmp_path / "project"
    project.mkdir()

    def start(*arguments, **files):
        for name, text in files.items():
            (project / f"{name}.py").write_text(text)
        # pytest-lsp fails on whatever is not a test function.
        return run("pytest", "-p", "no:cacheprovider", "-p", "no:pytest-lsp", *arguments, cwd=project, path=path)

    return start


def test_files_are_checked_on_request(hosted):
    files = {"good": CLEAN, "bad": SHRINKING, "test_x": "def test_x():\n    pass\n"}
    done = hosted("-q", **files)
    assert (done.returncode, "1 passed" in done.stdout) == (0, True)
    done = hosted("-q", "--convlint")
    assert done.returncode == 1
    assert "1 failed, 3 passed" in done.stdout
    assert "CVL102 warning: `conv` shrinks the map" in done.stdout
    assert "Traceback" not in done.stdout


def test_settings_leave_files_out(hosted, tmp_path):
    (tmp_path / "project" / "convlint.toml").write_text('exclude = ["bad.py"]\n')
    assert hosted("-q", "--convlint", bad=SHRINKING).returncode == 0


CHECKS = """
def test_shapes(convlint):
    summary = convlint.check(
        "net.py:Net", (1, 3, 32, 32), output=(1, 8, 32, 32), layers={"conv": (1, 8, 32, 32)}, max_params="1k"
    )
    assert summary.params == 224
    convlint.check("net.py:Net", ("N", 3, "H", "W"), output=("N", 8, "H", "W"))

def test_wrong_output(convlint):
    convlint.check("net.py:Net", (1, 3, 32, 32), output=(1, 8, 30, 30))

def test_wrong_layer(convlint):
    convlint.check("net.py:Net", (1, 3, 32, 32), layers={"fc": (1, 10)})

def test_budget(convlint):
    convlint.check("net.py:Net", (1, 3, 32, 32), max_params=100)

def test_raises(convlint):
    convlint.check("net.py:Net", (1, 4, 32, 32))
"""


def test_the_fixture_asserts_shapes_and_budgets(hosted):
    done = hosted("-q", "-rf", net=CLEAN, test_net=CHECKS)
    assert "4 failed, 1 passed" in done.stdout
    for text in (
        "net.py:Net returns [['1', '8', '32', '32']]",
        "net.py:Net has no layer `fc` that is called",
        "parameters of net.py:Net: 224 exceed 100",
        "net.py:Net: torch raises",
    ):
        assert text in done.stdout
