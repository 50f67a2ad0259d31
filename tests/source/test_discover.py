"""What is found in a tree of files, and what is passed over."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from convlint.source.discover import PathProblem, SourcePath, discover


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(root: Path, *names: str, text: str = "") -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def found(*paths: str, **options: object) -> list[str]:
    discovery = discover(paths, **options)  # type: ignore[arg-type]
    assert discovery.problems == ()
    return [file.path.replace(os.sep, "/") for file in discovery.files]


def test_python_files_of_folders_are_found_sorted(tree: Path) -> None:
    write(tree, "b.py", "a/z.py", "a/b/c.py", "a/d.pyi", "a/e.txt", "f.PY", "pyx", "x.pyc")
    assert found(".") == ["a/b/c.py", "a/z.py", "b.py"]
    assert found("a") == ["a/b/c.py", "a/z.py"]
    assert found("./a/") == ["./a/b/c.py", "./a/z.py"]
    assert found(str(tree)) == [f"{tree.as_posix()}/{name}" for name in ("a/b/c.py", "a/z.py", "b.py")]


def test_what_is_named_is_taken_whatever_its_suffix(tree: Path) -> None:
    write(tree, "script", "a/d.pyi", "build/x.py", ".venv/y.py")
    discovery = discover(["script", "a/d.pyi", "build/x.py", Path(".venv") / "y.py"])
    assert discovery.files == tuple(
        SourcePath(name, explicit=True) for name in sorted(("script", "a/d.pyi", "build/x.py", ".venv/y.py"))
    )
    assert [str(file) for file in discovery] == [os.fspath(file) for file in discovery.files]


def test_each_file_is_found_once(tree: Path) -> None:
    write(tree, "a/b.py", "a/c.py")
    discovery = discover(["a", "a/b.py", "./a", str(tree / "a" / "b.py"), "a/../a/c.py"])
    assert all(file.explicit for file in discovery)
    assert [Path(file).name for file in discovery.files] in (["b.py", "c.py"], ["c.py", "b.py"])
    assert found("a", "./a", "a/.") == ["./a/b.py", "./a/c.py"]


def test_missing_and_unreadable_paths_are_told(tree: Path) -> None:
    write(tree, "a.py")
    discovery = discover(["none.py", "a.py", "no/folder"])
    assert [file.path for file in discovery.files] == ["a.py"]
    assert discovery.problems == (
        PathProblem("no/folder", "No such file or directory"),
        PathProblem("none.py", "No such file or directory"),
    )
    assert [problem.path for problem in discover(["a\0b"]).problems] == ["a\0b"]


@pytest.mark.skipif(os.name == "nt" or (hasattr(os, "geteuid") and os.geteuid() == 0), reason="root reads everything")
def test_a_folder_that_cannot_be_read_is_told(tree: Path) -> None:
    write(tree, "a/b.py", "c.py")
    (tree / "a").chmod(0)
    try:
        discovery = discover(["."])
        assert [file.path for file in discovery.files] == ["c.py"]
        assert discovery.problems == (PathProblem("a", "Permission denied"),)
    finally:
        (tree / "a").chmod(0o755)


SKIPPED = (
    ".git",
    ".hg",
    ".venv",
    "venv",
    "__pycache__",
    "node_modules",
    "build",
    "dist",
    ".tox",
    ".mypy_cache",
    ".nox",
)


@pytest.mark.parametrize("folder", SKIPPED)
def test_folders_without_sources_are_not_entered_unless_named(tree: Path, folder: str) -> None:
    write(tree, f"{folder}/a.py", f"x/{folder}/y/b.py", "x/c.py", f"{folder}.py")
    assert found(".") == sorted([f"{folder}.py", "x/c.py"])
    assert found(folder) == [f"{folder}/a.py"]


def test_virtual_environments_of_any_name_are_not_entered(tree: Path) -> None:
    write(tree, "my-env/pyvenv.cfg", "my-env/lib/a.py", "b.py")
    assert found(".") == ["b.py"]


def test_links_to_folders_are_not_followed(tree: Path) -> None:
    write(tree, "a/b.py", "elsewhere/c.py")
    (tree / "a" / "loop").symlink_to(tree / "a", target_is_directory=True)
    (tree / "a" / "away").symlink_to(tree / "elsewhere", target_is_directory=True)
    assert found("a") == ["a/b.py"]
    (tree / "alias").symlink_to(tree / "a", target_is_directory=True)
    assert found("alias") == ["alias/b.py"]


def test_links_to_files_are_read_once_and_only_within_the_folder(tree: Path) -> None:
    write(tree, "a/z.py", "other/c.py")
    (tree / "a" / "link.py").symlink_to(tree / "a" / "z.py")
    (tree / "a" / "away.py").symlink_to(tree / "other" / "c.py")
    assert found("a") == ["a/link.py"]
    assert found("a", "a/z.py") == ["a/z.py"]
    (tree / "a" / "dangling.py").symlink_to(tree / "nowhere.py")
    discovery = discover(["a"])
    assert discovery.problems == (PathProblem("a/dangling.py", "No such file or directory"),)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names")
def test_pipes_and_devices_are_not_read(tree: Path) -> None:
    write(tree, "a.py")
    os.mkfifo(tree / "pipe.py")
    assert found(".") == ["a.py"]
    assert discover(["pipe.py", os.devnull]).problems == (
        PathProblem(os.devnull, "is neither a file nor a folder"),
        PathProblem("pipe.py", "is neither a file nor a folder"),
    )


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="names there are Unicode")
def test_names_that_are_no_text_are_found(tree: Path) -> None:
    Path(os.fsdecode(b"\xff.py")).write_text("")
    write(tree, "a\nb.py", "ü.py")
    assert sorted(map(os.fsencode, found("."))) == sorted([b"\xff.py", b"a\nb.py", "ü.py".encode()])


def test_patterns_of_the_settings_leave_out(tree: Path) -> None:
    write(tree, "a/b.py", "a/gen/c.py", "d_pb2.py", "e/gen/f.py", "g.py")
    assert found(".", excludes=["*_pb2.py", "a/gen"]) == ["a/b.py", "e/gen/f.py", "g.py"]
    assert found(".", excludes=["gen/"]) == ["a/b.py", "d_pb2.py", "g.py"]
    assert found("a", excludes=["/a/b.py"]) == ["a/gen/c.py"]
    assert found("a", excludes=["/b.py"], root=tree / "a") == ["a/gen/c.py"]
    assert found(".", excludes=["*.py", "!g.py", "# comment", "", "   "]) == ["g.py"]


def test_patterns_hold_for_named_paths_only_when_forced(tree: Path) -> None:
    write(tree, "a/b.py", "c.py")
    assert found("c.py", "a", excludes=["c.py", "a/"]) == ["c.py"]
    assert found("c.py", "a/b.py", excludes=["c.py", "a/"]) == ["a/b.py", "c.py"]
    assert found("c.py", "a/b.py", excludes=["c.py", "a/"], force_exclude=True) == []


def test_ignore_files_of_version_control_hold(tree: Path) -> None:
    write(tree, "a.py", "gen/b.py", "pkg/c.py", "pkg/d.py", "pkg/sub/e.py", "pkg/sub/d.py", "out_1.py")
    write(tree, ".gitignore", text="gen/\nout_*.py\nd.py\n")
    write(tree, "pkg/sub/.gitignore", text="!d.py\n/e.py\n")
    (tree / ".git").mkdir()
    assert found(".") == ["a.py", "pkg/c.py", "pkg/sub/d.py"]
    assert found("pkg") == ["pkg/c.py", "pkg/sub/d.py"]
    assert found("pkg/sub") == ["pkg/sub/d.py"]
    assert found("gen", "out_1.py") == ["gen/b.py", "out_1.py"]
    assert found("gen/b.py", "a.py", force_exclude=True) == ["a.py"]
    assert len(found(".", respect_gitignore=False)) == 7


def test_ignore_files_above_the_repository_do_not_hold(tree: Path) -> None:
    write(tree, ".gitignore", text="*\n")
    write(tree, "repo/a.py", "repo/b/c.py")
    (tree / "repo" / ".git").mkdir()
    assert found("repo") == ["repo/a.py", "repo/b/c.py"]
    assert found("repo/b") == ["repo/b/c.py"]


def test_a_pattern_that_is_none_does_not_undo_the_others(tree: Path) -> None:
    write(tree, "a.py", "b.py")
    write(tree, ".gitignore", text="a.py\n!\n\\\n")
    assert found(".") == ["b.py"]
    (tree / ".gitignore").write_bytes(b"\xff\xfe\x00\na.py\n")
    assert found(".") == ["b.py"]


PATTERNS = [
    "*.py",
    "!keep.py",
    "/top.py",
    "sub/",
    "sub/*",
    "!sub/keep.py",
    "**/deep.py",
    "a/**/z.py",
    "[ab].py",
    "x?.py",
]


@pytest.mark.skipif(shutil.which("git") is None, reason="no git to compare with")
@pytest.mark.parametrize("seed", range(12))
def test_files_are_those_that_git_does_not_ignore(tree: Path, seed: int) -> None:
    import random

    choose = random.Random(seed)
    names = [
        f"{folder}{name}.py"
        for folder in ("", "sub/", "a/", "a/b/", "sub/c/")
        for name in ("keep", "top", "deep", "z", "a", "xy")
    ]
    write(tree, *names)
    for folder in ("", "sub/", "a/"):
        if choose.random() < 0.8:
            lines = choose.sample(PATTERNS, choose.randint(1, 4))
            write(tree, f"{folder}.gitignore", text="\n".join(lines) + "\n")
    subprocess.run(["git", "init", "-q", "."], check=True, cwd=tree)
    listed = subprocess.run(
        ["git", "ls-files", "--others", "--exclude-standard", "*.py"],
        check=True,
        cwd=tree,
        capture_output=True,
        text=True,
    )
    assert found(".") == sorted(listed.stdout.split())
