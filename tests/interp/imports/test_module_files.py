"""Where modules are, however a path is spelled: the name that Python would import a file by."""

from __future__ import annotations

import subprocess
import sys
from importlib.machinery import PathFinder
from pathlib import Path

import pytest

from convlint.interp.imports.module_files import above, dotted_name, package_root
from convlint.source.disk import Disk

SPELLINGS = {
    "relative": ("outer/inner", "a.py"),
    "relative, dotted": ("outer/inner", "./a.py"),
    "from above": (".", "outer/inner/a.py"),
    "up and down": ("outer/inner", "../inner/a.py"),
    "up": ("outer/inner/deep", "../a.py"),
    "up and up": ("outer/inner/deep", "../../inner/a.py"),
    "beside": ("other", "../outer/inner/a.py"),
    "through a linked folder and up": ("other", "link/../a.py"),
}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """outer/inner/a.py in two packages, with a folder `deep` that is none; other/link leads to `deep`."""
    for folder in ("outer/inner/deep", "other"):
        (tmp_path / folder).mkdir(parents=True)
    for file in ("outer/__init__.py", "outer/inner/__init__.py", "outer/inner/a.py"):
        (tmp_path / file).write_text("", encoding="utf-8")
    (tmp_path / "other/link").symlink_to(tmp_path / "outer/inner/deep", target_is_directory=True)
    return tmp_path


@pytest.mark.parametrize("case", SPELLINGS)
def test_a_file_has_one_name_however_its_path_is_spelled(
    case: str, tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    start, spelled = SPELLINGS[case]
    monkeypatch.chdir(tree / start)
    assert dotted_name(Path(spelled)) == "outer.inner.a"
    root = package_root(Path(spelled))
    assert root.samefile(tree)
    spec = PathFinder.find_spec("outer", [str(root)])
    assert spec is not None
    assert spec.origin is not None
    assert Path(spec.origin).samefile(tree / "outer/__init__.py")


def test_the_name_of_a_package_is_that_of_its_folder(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert dotted_name(tree / "outer/inner/__init__.py") == "outer.inner"
    monkeypatch.chdir(tree / "outer/inner")
    assert dotted_name(Path("__init__.py")) == "outer.inner"


def test_a_linked_file_has_the_name_of_its_link(tree: Path) -> None:
    (tree / "outer/b.py").symlink_to(tree / "outer/inner/a.py")
    assert dotted_name(tree / "outer/b.py") == "outer.b"


def test_a_file_in_no_package_is_a_module_by_itself(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tree / "other")
    for spelled in (Path("a.py"), tree / "other/a.py"):
        assert dotted_name(spelled) == "a"
        assert package_root(spelled) == spelled.parent


def test_the_root_of_all_files_ends_the_way_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Disk, "is_file", lambda self, path: path.endswith("__init__.py"))  # every folder is a package
    root = Path(Path.cwd().anchor)
    assert dotted_name(root / "__init__.py") == "__init__"
    assert dotted_name(root / "a.py") == "a"
    assert dotted_name(root / "b" / "a.py") == "b.a"
    assert package_root(root / "b" / "a.py") == root
    assert above(root) == root
    assert dotted_name(Path("a.py")) == ".".join((*Path.cwd().parts[1:], "a"))


@pytest.mark.parametrize("arguments", [["a.py"], ["."], ["../inner/a.py"], ["../.."]])
def test_checking_inside_a_package_ends(arguments: list[str], tree: Path) -> None:
    (tree / "outer/inner/a.py").write_text(
        "from torch import nn\nfrom ..net import WIDTH\nlayer = nn.Conv2d(WIDTH, 8, 3, groups=2)\n", encoding="utf-8"
    )
    (tree / "outer/net.py").write_text("WIDTH = 3\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "convlint", "check", "--output-format", "concise", *arguments],
        cwd=tree / "outer/inner",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert "CVL205" in done.stdout
