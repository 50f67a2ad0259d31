"""Tests and scripts of a project find its packages where its build says that they lie."""

from __future__ import annotations

from pathlib import Path

import pytest

import convlint
from convlint.findings import Severity

MODEL = """
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(8, 2)

    def forward(self, x):
        return self.layer(x)
"""
TEST = "import torch\nfrom {} import Net\n\n\ndef test_it():\n    Net()(torch.zeros(2, {}))\n"
LAYOUTS = {
    "src": ("src/own/__init__.py", "own", {"pyproject.toml": "[project]\nname = 'own'\n"}),
    "src, without __init__": ("src/group/own/net.py", "group.own.net", {"pyproject.toml": ""}),
    "the project's folder": ("own/__init__.py", "own", {"setup.cfg": ""}),
    "setuptools": ("lib/own/__init__.py", "own", {"pyproject.toml": "[tool.setuptools]\npackage-dir = {'' = 'lib'}\n"}),
    "setuptools, where": (
        "lib/own/__init__.py",
        "own",
        {"pyproject.toml": "[tool.setuptools.packages.find]\nwhere = ['lib']\n"},
    ),
    "setup.cfg": (
        "lib/own/__init__.py",
        "own",
        {"setup.cfg": "[options]\npackage_dir =\n    = lib\n"},
    ),
    "setup.cfg, where": ("lib/own/__init__.py", "own", {"setup.cfg": "[options.packages.find]\nwhere = lib\n"}),
    "setup.py": ("lib/own/__init__.py", "own", {"setup.py": "setup(package_dir={'': 'lib'})\n"}),
    "setup.py, found": ("lib/own/__init__.py", "own", {"setup.py": "setup(packages=find_packages(where='lib'))\n"}),
    "Hatch": (
        "python/own/__init__.py",
        "own",
        {"pyproject.toml": "[tool.hatch.build.targets.wheel]\npackages = ['python/own']\n"},
    ),
    "Hatch, sources": ("lib/own.py", "own", {"pyproject.toml": "[tool.hatch.build]\nsources = ['lib']\n"}),
    "Poetry": (
        "back/own/__init__.py",
        "own",
        {"pyproject.toml": "[tool.poetry]\npackages = [{include = 'own', from = 'back'}]\n"},
    ),
    "PDM": ("lib/own.py", "own", {"pyproject.toml": "[tool.pdm.build]\npackage-dir = 'lib'\n"}),
    "Maturin": ("python/own.py", "own", {"pyproject.toml": "[tool.maturin]\npython-source = 'python'\n"}),
    "uv": ("lib/own.py", "own", {"pyproject.toml": "[tool.uv.build-backend]\nmodule-root = 'lib'\n"}),
    "pytest": ("app/own.py", "own", {"pyproject.toml": "[tool.pytest.ini_options]\npythonpath = ['app']\n"}),
    "conftest.py": ("own.py", "own", {"conftest.py": ""}),
}


def errors(folder: Path, layout: str, features: int, **more: str) -> list[str]:
    file, package, files = LAYOUTS[layout]
    test = folder / "tests" / "unit" / "test_net.py"
    for path, text in {file: MODEL, test: TEST.format(package, features), **files, **more}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    found = convlint.lint_paths([str(test)]).findings
    return [finding.code for finding in found if finding.severity is Severity.ERROR]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_layout(tmp_path: Path, layout: str) -> None:
    assert errors(tmp_path, layout, 8) == []
    assert errors(tmp_path, layout, 9) == ["CVL202"]


def test_without_a_project_nothing_is_looked_for_above(tmp_path: Path) -> None:
    file, _, _ = LAYOUTS["src"]
    (tmp_path / file).parent.mkdir(parents=True)
    (tmp_path / file).write_text(MODEL)
    (tmp_path / "test_net.py").write_text(TEST.format("own", 9))
    assert convlint.lint_paths([str(tmp_path / "test_net.py")]).findings == ()


def test_what_is_no_table_is_passed_over(tmp_path: Path) -> None:
    broken = "[tool]\nsetuptools = 3\nhatch = {build = []}\npoetry = {packages = ['a', 3]}\n"
    assert errors(tmp_path, "src", 9, **{"pyproject.toml": broken}) == ["CVL202"]
