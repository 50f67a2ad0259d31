"""Where a project's packages are looked for: what is said first, then what the shell and the folders show."""

from __future__ import annotations

from pathlib import Path

import pytest

from convlint.analysis.environment import installed_folders
from convlint.config.environment import environment_of
from convlint.errors import UsageError


def make(path: Path, version: str = "") -> Path:
    """Make what looks like a virtual environment, with torch of that version."""
    packages = path / "lib" / "python3.11" / "site-packages"
    packages.mkdir(parents=True)
    (path / "pyvenv.cfg").write_text("")
    (path / "bin").mkdir()
    (path / "bin" / "python3").write_text("")
    (path / "bin" / "python3").chmod(0o755)
    if version:
        (packages / f"torch-{version}.dist-info").mkdir()
    return packages


@pytest.fixture
def project(tmp_path):
    (tmp_path / "pkg" / "sub").mkdir(parents=True)
    (tmp_path / "pkg" / "pyproject.toml").write_text("")
    return tmp_path / "pkg"


def test_the_order_in_which_environments_are_found(project, tmp_path):
    """Each found environment is taken away, and the next one in the order holds."""
    path = make(tmp_path / "path").parents[2] / "bin"
    dot, plain = make(project / ".venv"), make(project / "venv")
    conda, virtual, said = make(tmp_path / "conda"), make(tmp_path / "virtual"), make(tmp_path / "said")
    variables = {
        "PATH": str(path),
        "CONDA_PREFIX": str(tmp_path / "conda"),
        "VIRTUAL_ENV": str(tmp_path / "virtual"),
    }

    def found(python=""):
        environment = environment_of(python, project / "sub", variables)
        return environment.folders[0], environment.why

    assert found(str(tmp_path / "said")) == (str(said), "as it was said")
    assert found() == (str(virtual), "VIRTUAL_ENV says so")
    del variables["VIRTUAL_ENV"]
    assert found() == (str(conda), "CONDA_PREFIX says so")
    variables["CONDA_PREFIX"] = str(tmp_path / "gone")
    assert found() == (str(dot), f"it is beside {project / 'pyproject.toml'}")
    (project / ".venv").rename(tmp_path / "away")
    assert found() == (str(plain), f"it is beside {project / 'pyproject.toml'}")
    (project / "venv").rename(tmp_path / "away2")
    assert found() == (str(tmp_path / "path/lib/python3.11/site-packages"), "the Python on the PATH")
    variables["PATH"] = ""
    own = environment_of("", project, variables)
    assert (own.folders, own.why) == (installed_folders(), "the environment that convlint runs in")


def test_an_environment_above_another_project_is_not_its_own(project, tmp_path):
    make(tmp_path / ".venv")
    assert environment_of("", project, {"PATH": ""}).path == ""


def test_what_is_said_must_be_there(project):
    with pytest.raises(UsageError, match="is neither a virtual environment nor an interpreter in one"):
        environment_of(str(project), project, {})


def test_the_version_of_torch_is_that_of_its_metadata(tmp_path):
    make(tmp_path / "env", "2.4.1+cpu")
    make(tmp_path / "bare")
    assert environment_of(str(tmp_path / "env"), tmp_path).torch_version == "2.4.1+cpu"
    assert environment_of(str(tmp_path / "bare"), tmp_path).torch_version == ""
