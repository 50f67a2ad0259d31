"""What a run imports: nothing of the parser, the layers or the interpreter where all results are kept."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOMS = ("convlint.interp", "convlint.layers", "convlint.symbolic", "convlint.rules", "convlint.ir")
HEAVY = ("libcst", "rich", "inspect", "typing_extensions", *ROOMS)
PROGRAM = """
import sys
from convlint.cli import main
code = main(sys.argv[1:])
print(code, *(name for name in sys.modules), file=sys.stderr)
"""


def imported(*arguments: str) -> tuple[int, set[str]]:
    """Return the exit code of a run of the command line, and the modules that it imported."""
    run = subprocess.run([sys.executable, "-c", PROGRAM, *arguments], capture_output=True, text=True, check=True)
    code, *modules = run.stderr.splitlines()[-1].split()
    return int(code), set(modules)


def heavy(modules: set[str]) -> set[str]:
    return {name for name in modules if name.startswith(HEAVY)}


@pytest.mark.parametrize("arguments", [["version"], ["--version"], ["--help"]])
def test_what_says_only_itself_imports_nothing(arguments: list[str]) -> None:
    code, modules = imported(*arguments)
    assert (code, heavy(modules)) == (0, set())


@pytest.mark.parametrize("form", ["full", "concise"])
def test_a_run_whose_results_are_kept_imports_nothing(tree: Path, form: str) -> None:
    arguments = ("check", "--output-format", form, "net0.py", "net1.py")
    code, first = imported(*arguments)
    assert code == 1
    assert "convlint.interp.vm" in first
    assert imported(*arguments)[0] == 1
    assert heavy(imported(*arguments)[1]) == set()


def test_files_without_torch_import_nothing(tree: Path) -> None:
    code, modules = imported("check", "--no-cache", "plain.py", "width.py")
    assert (code, heavy(modules)) == (0, set())


def test_typing_extensions_is_there_for_others() -> None:
    program = "from convlint.cli import parser_for; parser_for('check'); import typing_extensions; print('there')"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout == "there\n"
