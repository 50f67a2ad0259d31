"""Results that are kept: taken as long as nothing they were made from has changed, and worked out anew otherwise."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import convlint
from convlint.config import Config
from convlint.config.resolve import Settings
from convlint.findings import Report
from convlint.interp.vm import Vm
from convlint.linting.asked import on_disk
from convlint.linting.one_file import FileLinter

NET = """\
from torch import nn
from {module} import WIDTH


class {name}(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(WIDTH, 8, 3)

    def forward(self, x):
        return self.conv(x)
"""
Lint = Callable[..., tuple[Report, list[str]]]


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """a.py reads one.py, which reads deep.py; b.py reads two.py."""
    project = tmp_path / "project"
    project.mkdir()
    (project / "pyproject.toml").write_text("")
    for name, text in {
        "a": NET.format(name="A", module="one"),
        "b": NET.format(name="B", module="two"),
        "one": "from deep import WIDTH\n",
        "two": "WIDTH = 3\n",
        "deep": "WIDTH = 3\n",
    }.items():
        (project / f"{name}.py").write_text(text)
    monkeypatch.chdir(project)
    return project


@pytest.fixture
def lint(tree: Path, monkeypatch: pytest.MonkeyPatch) -> Lint:
    """Lint the tree with the cache, and tell which files were analysed; what is said is compared with a fresh run."""
    analysed: list[str] = []
    check = FileLinter.check
    monkeypatch.setattr(FileLinter, "check", lambda self, path: (analysed.append(path), check(self, path))[1])

    def run(config: Config | None = None, paths: tuple[str, ...] = (".",)) -> tuple[Report, list[str]]:
        fresh = convlint.lint_paths(paths, config=config)
        analysed.clear()
        report = convlint.lint_paths(paths, config=config, cache=".convlint_cache")
        assert report == fresh
        return report, sorted(analysed)

    return run


def test_what_has_not_changed_is_not_analysed_again(lint: Lint) -> None:
    report, analysed = lint()
    assert [finding.code for finding in report.findings] == ["CVL102", "CVL102"]
    assert analysed == ["a.py", "b.py"]
    assert lint() == (report, [])


@pytest.mark.parametrize(("changed", "analysed"), [("a", ["a.py"]), ("deep", ["a.py"]), ("two", ["b.py"])])
def test_a_change_reaches_those_who_read_it(changed: str, analysed: list[str], tree: Path, lint: Lint) -> None:
    lint()
    path = tree / f"{changed}.py"
    before = path.read_text()
    path.write_text(before.replace("WIDTH = 3", "WIDTH = 4").replace("8, 3)", "8, 5)"))
    report, done = lint()
    assert done == analysed
    assert lint() == (report, [])
    path.write_text(before)
    assert lint()[1] == ([] if changed == "a" else analysed)


def test_what_was_looked_for_and_not_found_counts(tree: Path, lint: Lint) -> None:
    (tree / "two.py").unlink()
    lint()
    assert lint()[1] == []
    (tree / "two.py").write_text("WIDTH = 5\n")
    assert lint()[1] == ["b.py"]
    (tree / "two").mkdir()
    (tree / "two" / "__init__.py").write_text("WIDTH = 6\n")
    assert lint()[1] == ["b.py"]


def test_a_package_made_of_the_folder_counts(tree: Path, lint: Lint) -> None:
    lint()
    (tree / "__init__.py").write_text("")
    assert lint()[1] == ["a.py", "b.py"]


def test_stubs_and_compiled_modules_count(tree: Path, lint: Lint) -> None:
    (tree / "two.py").unlink()
    lint()
    (tree / "two.pyi").write_text("WIDTH: int\n")
    assert lint()[1] == ["b.py"]


READING = """\
import json
from pathlib import Path
HERE = Path(__file__).resolve().parent
try:
    with open(HERE / "width.json") as file:
        WIDTH = json.load(file)["width"]
except FileNotFoundError:
    WIDTH = len(list(HERE.glob("*.cfg")))
"""


def test_files_that_are_read_count_and_those_that_are_not_there(tree: Path, lint: Lint) -> None:
    (tree / "two.py").write_text(READING)
    for name in ("one", "two", "three"):
        (tree / f"{name}.cfg").write_text("")
    lint()
    assert lint()[1] == []
    (tree / "three.cfg").unlink()
    assert lint()[1] == ["b.py"]
    (tree / "width.json").write_text('{"width": 3}')
    assert lint()[1] == ["b.py"]
    (tree / "width.json").write_text('{"width": 4}')
    assert lint()[1] == ["b.py"]
    assert lint()[1] == []


def test_the_data_of_packages_count(tree: Path, lint: Lint) -> None:
    (tree / "data").mkdir()
    (tree / "data" / "__init__.py").write_text("")
    (tree / "data" / "width.txt").write_text("3")
    (tree / "two.py").write_text("import pkgutil, data\nWIDTH = int(pkgutil.get_data('data', 'width.txt').decode())\n")
    lint()
    assert lint()[1] == []
    (tree / "data" / "width.txt").write_text("7")
    assert lint()[1] == ["b.py"]
    (tree / "data" / "width.txt").unlink()
    assert lint()[1] == ["b.py"]


def test_settings_count(tree: Path, lint: Lint) -> None:
    lint()
    assert lint(Config(ignore=("CVL1",)))[1] == ["a.py", "b.py"]
    assert lint(Config(search_path=("elsewhere",)))[1] == ["a.py", "b.py"]
    (tree / "pyproject.toml").write_text("[tool.convlint]\nmax-layer-params = 10\n")
    assert lint()[1] == ["a.py", "b.py"]


def test_which_files_are_asked_for_counts(lint: Lint) -> None:
    """Of files that are not asked for other things are told, and under other names."""
    lint(paths=("a.py",))
    assert lint(paths=("a.py", "one.py"))[1] == ["a.py"]
    assert lint(paths=("b.py",))[1] == ["b.py"]
    assert lint(paths=("a.py", "one.py", "b.py"))[1] == []


def test_what_depends_on_other_files_of_the_run_is_decided_each_time(tree: Path, lint: Lint) -> None:
    (tree / "two.py").write_text(
        "from torch import nn\nWIDTH = 3\n\n\nclass Twice(nn.Module):\n    def __init__(self, groups=2):\n"
        "        super().__init__()\n        self.conv = nn.Conv2d(3, 4, 1, groups=groups)\n\n"
        "    def forward(self, x):\n        return self.conv(x)\n"
    )
    report, _ = lint()
    assert "CVL205" in {finding.code for finding in report.findings}
    (tree / "user.py").write_text("import torch\nfrom two import Twice\nnet = Twice(1)\n")
    report, analysed = lint()
    assert analysed == ["user.py"]
    assert "CVL205" not in {finding.code for finding in report.findings}


def test_comments_hold_for_kept_results(tree: Path, lint: Lint) -> None:
    lint()
    path = tree / "a.py"
    path.write_text(path.read_text().replace("8, 3)", "8, 3)  # convlint: ignore[CVL102]"))
    for _ in range(2):
        report, _ = lint()
        assert [Path(finding.place.filename).name for finding in report.findings] == ["b.py"]
    path.write_text(path.read_text().replace("8, 3)", "8, 3, padding=1)"))
    for _ in range(2):
        report, _ = lint()
        assert "CVL901" in [finding.code for finding in report.findings]


def test_broken_files_that_are_read_are_told_each_time(tree: Path, lint: Lint) -> None:
    (tree / "two.py").write_text("WIDTH = (\n")
    (tree / "unread.py").write_text("WIDTH = (\n")
    for _ in range(2):
        report, _ = lint()
        told = [(finding.code, finding.place.filename) for finding in report.findings]
        assert ("CVL900", "two.py") in told
        assert ("CVL900", "unread.py") not in told


def test_what_is_cut_short_for_want_of_time_is_not_kept(lint: Lint, monkeypatch: pytest.MonkeyPatch) -> None:
    init = Vm.__init__

    def hasty(self: Vm, *args: object, **kwargs: object) -> None:
        init(self, *args, **kwargs)  # type: ignore[arg-type]
        self.deadline = -1.0

    monkeypatch.setattr(Vm, "__init__", hasty)
    assert lint()[1] == lint()[1] == ["a.py", "b.py"]
    monkeypatch.setattr(Vm, "__init__", init)
    assert lint()[1] == ["a.py", "b.py"]
    assert lint()[1] == []


def test_damaged_entries_are_worked_out_anew(tree: Path, lint: Lint) -> None:
    report, _ = lint()
    entries = [path for path in (tree / ".convlint_cache" / "results").rglob("*") if path.is_file()]
    assert len(entries) == 2
    whole = entries[0].read_bytes()
    for damaged in (b"", whole[:-1], whole[:20] + b"\x00" + whole[21:], b"other", entries[1].read_bytes()):
        entries[0].write_bytes(damaged)
        again, analysed = lint()
        assert again == report
        assert len(analysed) == 1
    assert lint()[1] == []


def test_a_cache_that_cannot_be_written_is_none(tree: Path, lint: Lint) -> None:
    (tree / ".convlint_cache").write_text("a file")
    assert lint()[1] == lint()[1] == ["a.py", "b.py"]


def test_everything_that_is_opened_is_depended_on(tree: Path) -> None:
    """Python itself tells of each file that is opened and each folder that is listed."""
    program = """
import os, sys
from convlint.config.resolve import Settings
from convlint.linting.asked import group_of, on_disk
from convlint.linting.one_file import FileLinter
settings = Settings()
asked = on_disk(["."], settings)
(file,) = [file for file in asked.files if file.path == "b.py"]
linter = FileLinter(group_of(file, settings), asked.around)
opened = set()
def hook(event, args):
    if event in ("open", "os.scandir", "os.listdir") and isinstance(args[0], str):
        opened.add(os.path.abspath(args[0]))
sys.addaudithook(hook)
checked = linter.check(file.path)
paths = [os.path.abspath(path) for _, path in checked.answers]
known = {*paths, *map(os.path.dirname, paths)}
here = os.getcwd()
here_opened = {path for path in opened if path.startswith(here)}
print(sorted(os.path.basename(path) for path in here_opened - known))
print(sorted(os.path.basename(path) for path in here_opened))
"""
    (tree / "two.py").write_text(
        "import pkgutil, data, stubs\nfrom data.more import *\nWIDTH = len(pkgutil.get_data('data', 'width.txt'))\n"
    )
    (tree / "stubs.pyi").write_text("")
    (tree / "data").mkdir()
    (tree / "data" / "__init__.py").write_text("")
    (tree / "data" / "more.py").write_text("try:\n    import absent\nexcept ImportError:\n    absent = None\n")
    (tree / "data" / "width.txt").write_text("...")
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    missed, opened = map(eval, run.stdout.splitlines())
    assert missed == []
    assert {"b.py", "two.py", "more.py", "width.txt"} <= set(opened)


def test_many_at_once(tree: Path) -> None:
    command = [sys.executable, "-m", "convlint", "--output-format", "concise", "."]
    runs = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(4)]
    said = {run.communicate() for run in runs}
    assert len(said) == 1
    assert (tree / ".convlint_cache" / "CACHEDIR.TAG").is_file()
    assert (tree / ".convlint_cache" / ".gitignore").read_text() == "*\n"
    names = [path.name for path in (tree / ".convlint_cache" / "results").rglob("*") if path.is_file()]
    assert len(names) == 2
    assert all(len(name) == 30 for name in names)


def test_the_cache_is_no_part_of_the_tree(tree: Path) -> None:
    convlint.lint_paths(["."], cache=".convlint_cache")
    assert all(".convlint_cache" not in file.path for file in on_disk(["."], Settings()).files)
