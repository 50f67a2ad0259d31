"""Where installed packages are looked for: another environment, further folders, and what has no source."""

from __future__ import annotations

from pathlib import Path

import pytest

import convlint
from convlint.analysis.environment import folders_of
from convlint.cli import main

BLOCK = """
from torch import nn

class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3)

    def forward(self, x):
        return self.conv(x)
"""
NET = """
import torch
from torch import nn
from blocks import Block

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.block = Block()
        self.norm = nn.BatchNorm2d(9)

    def forward(self, x):
        return self.norm(self.block(x))

Net()(torch.randn(1, 3, 8, 8))
"""


def environment(root: Path) -> Path:
    """An environment as `python -m venv` lays it out, with a link to an interpreter that is elsewhere."""
    packages = root / "lib" / "python3.12" / "site-packages"
    packages.mkdir(parents=True)
    (root / "bin").mkdir()
    elsewhere = root.parent / "elsewhere" / "bin"
    elsewhere.mkdir(parents=True)
    (elsewhere / "python3").write_text("", encoding="utf-8")
    (root / "bin" / "python").symlink_to(elsewhere / "python3")
    return packages


def project(folder: Path, settings: str = "") -> Path:
    folder.mkdir()
    (folder / "net.py").write_text(NET, encoding="utf-8")
    (folder / "pyproject.toml").write_text(f"[tool.convlint]\n{settings}\n", encoding="utf-8")
    return folder / "net.py"


WRONG = """
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 8)

    def forward(self, x):
        return self.fc(x)
"""
CALL = """
import torch
from nets import Net


def test_shape():
    Net()(torch.zeros(2, 7))
"""


@pytest.mark.parametrize("given", [".", "bin/python"])
def test_packages_of_another_environment(tmp_path: Path, given: str) -> None:
    packages = environment(tmp_path / "env")
    (packages / "blocks.py").write_text(BLOCK, encoding="utf-8")
    net = project(tmp_path / "project", f'python = "../env/{given}"')
    assert [finding.code for finding in convlint.lint_paths([net]).findings if finding.code == "CVL201"] == ["CVL201"]
    summary = convlint.summarize(f"{net}:Net", (1, 3, 8, 8), python=tmp_path / "env" / given)
    assert [layer.path for layer in summary.layers] == ["block.conv"]


def test_packages_installed_for_editing(tmp_path: Path) -> None:
    packages = environment(tmp_path / "env")
    (tmp_path / "source").mkdir()
    lines = f"# a comment\nimport os; os.system('false')\n{tmp_path / 'source'}\n{tmp_path / 'gone'}\n"
    (packages / "blocks.pth").write_text(lines, encoding="utf-8")
    assert folders_of(str(tmp_path / "env")) == (str(packages), str(tmp_path / "source"))


def test_the_python_behind_an_environment_counts_only_if_it_is_seen(tmp_path: Path) -> None:
    packages = environment(tmp_path / "env")
    outer = tmp_path / "base" / "lib" / "python3.12" / "site-packages"
    outer.mkdir(parents=True)
    config = tmp_path / "env" / "pyvenv.cfg"
    config.write_text(f"home = {tmp_path / 'base' / 'bin'}\ninclude-system-site-packages = false\n", encoding="utf-8")
    assert folders_of(str(tmp_path / "env")) == (str(packages),)
    config.write_text(f"home = {tmp_path / 'base' / 'bin'}\ninclude-system-site-packages = true\n", encoding="utf-8")
    assert folders_of(str(tmp_path / "env")) == (str(packages), str(outer))


def test_no_such_environment(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    net = project(tmp_path / "project")
    (tmp_path / "project" / "other.py").write_text(NET, encoding="utf-8")
    assert main(["check", str(net.parent), "--python", str(tmp_path / "nowhere")]) == 2
    said = capsys.readouterr().err
    assert said == f"convlint: `{tmp_path / 'nowhere'}` is neither a virtual environment nor an interpreter in one\n"


def test_a_file_that_is_asked_for_is_the_same_where_the_search_path_finds_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.convlint]\nsearch-path = ["src"]\n', encoding="utf-8")
    for name, text in {"src/nets.py": WRONG, "tests/test_nets.py": CALL}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    (finding,) = convlint.lint_paths(["."]).findings
    assert (finding.place.filename, finding.place.span[0]) == (str(Path("src/nets.py")), 11)
    assert all("not asked for" not in related.message for related in finding.related)


def test_folders_to_search(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    net = project(tmp_path / "project")
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "blocks.py").write_text(BLOCK, encoding="utf-8")
    arguments = ["check", str(net), "--select", "CVL201", "--output-format", "concise", "-q"]
    assert main(arguments) == 0
    assert main([*arguments, "--search-path", str(tmp_path / "more")]) == 1
    assert "CVL201" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        ("blocks.cpython-312-x86_64-linux-gnu.so", "module `blocks` is compiled, so that there is no source to read"),
        ("blocks/__init__.pyc", "module `blocks` is compiled, so that there is no source to read"),
        ("blocks.pyi", "module `blocks` has type stubs only, and no source to read"),
    ],
)
def test_modules_without_source_are_gaps(tmp_path: Path, file: str, reason: str) -> None:
    net = project(tmp_path / "project")
    (net.parent / file).parent.mkdir(exist_ok=True)
    (net.parent / file).write_bytes(b"")
    report = convlint.lint_paths([net])
    assert not [finding for finding in report.findings if finding.severity is convlint.Severity.ERROR]
    assert any(reason in gap.reason for gap in report.gaps)


GUARDED = """
import torch
from torch import nn

try:
    from {module} import fast
    WIDTH = 3
except ImportError:
    WIDTH = 4

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(WIDTH, 8, 3)

    def forward(self, x):
        return self.conv(x)

Net()(torch.randn(1, 3, 8, 8))
"""


@pytest.mark.parametrize("module", ["_C", "._C"])
def test_what_is_compiled_is_not_absent(tmp_path: Path, module: str) -> None:
    package = tmp_path / "package"
    package.mkdir()
    (package / "__init__.py").write_text("", encoding="utf-8")
    net = package / "net.py"
    net.write_text(GUARDED.format(module=module), encoding="utf-8")
    assert [finding.code for finding in convlint.lint_paths([net]).findings if finding.code == "CVL201"] == ["CVL201"]
    (package / "_C.abi3.so").write_bytes(b"")
    assert not [finding for finding in convlint.lint_paths([net]).findings if finding.code == "CVL201"]


CHECKED = """
import numpy
from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(int(numpy.prod((2, 3))), 4)

    def forward(self, x):
        return self.fc(x)
"""


@pytest.mark.parametrize(("installed", "features"), [(True, 6), (False, 7)])
def test_a_modelled_library_is_not_read_where_it_is_installed(tmp_path: Path, installed: bool, features: int) -> None:
    (tmp_path / "numpy.py").write_text("def prod(values):\n    return 7\n", encoding="utf-8")
    if installed:
        (tmp_path / "numpy-2.0.dist-info").mkdir()
    (tmp_path / "net.py").write_text(CHECKED, encoding="utf-8")
    summary = convlint.summarize(f"{tmp_path / 'net.py'}:Net", ("N", features))
    assert summary.params == 4 * features + 4
    assert not summary.error
