"""The real pre-commit, in a fresh repository whose packages are in its own `.venv`: the hooks as people run them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.full_depth

ROOT = Path(__file__).resolve().parents[2]

pytest.importorskip("pre_commit")

BLOCKS = """\
from torch import nn


def block(channels):
    return nn.Conv2d(channels, {width}, 3, padding=1)
"""
MODEL = """\
import torch
from torch import nn
from zoo.stems import Stem

from blocks import block


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = Stem()
        self.block = block(16)
        self.head = nn.Conv2d(32, 10, 1)

    def forward(self, x):
        return self.head(self.block(self.stem(x)))


Net()(torch.randn(1, 3, 32, 32))
"""
STEMS = """\
from torch import nn


class Stem(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 16, 3, padding=1)

    def forward(self, x):
        return self.conv(x)
"""
CONFIG = """\
repos:
  - repo: {url}
    rev: {rev}
    hooks:
      - id: {hook}
"""


class Repository:
    """A git repository, and a pre-commit that keeps what it installs beside it."""

    def __init__(self, folder: Path, store: Path) -> None:
        self.folder = folder
        folder.mkdir()
        gone = ("VIRTUAL_ENV", "CONDA_PREFIX", "PYTHONPATH", "XDG_CACHE_HOME", "CONVLINT_OUTPUT_FORMAT")
        self._environment = {name: value for name, value in os.environ.items() if name not in gone}
        self._environment |= {
            "PRE_COMMIT_HOME": str(store),
            "GIT_CONFIG_GLOBAL": os.devnull,
            **{f"GIT_{who}_{what}": "t@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
        }
        self.run("git", "init", "-q", ".")

    def run(self, *command: str, code: int | None = 0) -> str:
        done = subprocess.run(
            command, cwd=self.folder, env=self._environment, capture_output=True, text=True, timeout=400
        )
        said = done.stdout + done.stderr
        assert code is None or done.returncode == code, said
        return said

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def pre_commit(self, *arguments: str, code: int | None = 0) -> str:
        return self.run(sys.executable, "-m", "pre_commit", *arguments, code=code)


@pytest.fixture(scope="module")
def hooks(tmp_path_factory):
    """A repository that holds convlint as it is now, and where pre-commit keeps what it installs."""
    folder = tmp_path_factory.mktemp("hooks")
    repository = Repository(folder / "convlint", folder / "store")
    needed = ("convlint", "pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml")
    command = ["git", "ls-files", "-co", "--exclude-standard", *needed]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    for name in listed:
        if (ROOT / name).is_file():
            (repository.folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, repository.folder / name)
    repository.run("git", "add", "-A")
    repository.run("git", "commit", "-qm", "convlint")
    return repository.folder, repository.run("git", "rev-parse", "HEAD").strip(), folder / "store"


@pytest.fixture
def project(hooks, tmp_path):
    """A project with two files, one of which imports the other, and a package that is in its `.venv` only."""
    url, rev, store = hooks

    def make(hook):
        repository = Repository(tmp_path / "project", store)
        repository.write("pyproject.toml", "[tool.convlint]\n")
        repository.write(".gitignore", ".venv\n")
        repository.write(".venv/pyvenv.cfg", "")
        repository.write(".venv/lib/python3.11/site-packages/zoo/__init__.py", "")
        repository.write(".venv/lib/python3.11/site-packages/zoo/stems.py", STEMS)
        repository.write("blocks.py", BLOCKS.format(width=32))
        repository.write("model.py", MODEL)
        repository.write(".pre-commit-config.yaml", CONFIG.format(url=url, rev=rev, hook=hook))
        repository.run("git", "add", "-A")
        repository.run("git", "commit", "-qm", "first")
        repository.pre_commit("install")
        return repository

    return make


def test_a_commit_is_refused_for_what_the_staged_file_says(project):
    """The staged file imports one that is not staged, and a package of the project's environment."""
    repository = project("convlint")
    repository.write("model.py", MODEL.replace("nn.Conv2d(32, 10, 1)", "nn.Conv2d(24, 10, 1)"))
    repository.run("git", "add", "model.py")
    said = repository.run("git", "commit", "-m", "second", code=1)
    assert "CVL201 error: `head`" in said
    assert "gets 32" in said
    repository.write("model.py", MODEL + "# fine\n")
    repository.run("git", "add", "model.py")
    assert "Passed" in repository.run("git", "commit", "-m", "second")


def test_a_change_that_breaks_another_file_is_seen_by_the_hook_for_all(project):
    repository = project("convlint-all")
    repository.write("blocks.py", BLOCKS.format(width=24))
    repository.run("git", "add", "blocks.py")
    said = repository.run("git", "commit", "-m", "second", code=1)
    assert "CVL201 error: `head`" in said
    assert "--> model.py:" in said
    repository.write("notes.txt", "no Python")
    repository.run("git", "reset", "-q", "--hard")
    repository.run("git", "add", "notes.txt")
    assert "Skipped" in repository.run("git", "commit", "-m", "third")


def test_excluded_files_are_left_out_though_pre_commit_names_them(project):
    repository = project("convlint")
    repository.write("pyproject.toml", '[tool.convlint]\nexclude = ["model.py"]\n')
    repository.write("model.py", MODEL.replace("nn.Conv2d(32, 10, 1)", "nn.Conv2d(24, 10, 1)"))
    assert "Passed" in repository.pre_commit("run", "--all-files")


def test_a_repository_can_be_tried_without_settings(project, hooks):
    repository = project("convlint")
    said = repository.pre_commit("try-repo", str(hooks[0]), "convlint", "--all-files", "--verbose")
    assert "No findings (2 files checked" in said
