"""Runs programs of several files in the interpreter, and in Python itself for comparison."""

from __future__ import annotations

import ast
import subprocess
import sys
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from convlint.interp.imports.program import Program
from convlint.interp.language.compile import run_module
from convlint.interp.values.modules import PyModule
from convlint.interp.values.scope import Frame, Scope
from convlint.interp.values.signals import NeedImports
from convlint.interp.vm import Vm
from convlint.ir.load import load
from convlint.source.stack import on_large_stack


def write(folder: Path, files: Mapping[str, str]) -> Path:
    """Write source files below a folder; return the folder."""
    for name, source in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(source), encoding="utf-8")
    return folder


def interpret(folder: Path, *, roots: tuple[str, ...] = ()) -> tuple[dict[str, Any], Vm, frozenset[str]]:
    """Run `main.py` as a script: its globals, the run, and the packages whose imports had to have an order."""
    in_order: frozenset[str] = frozenset()
    while True:
        try:
            return (*_run(folder / "main.py", roots, in_order), in_order)
        except NeedImports as need:
            in_order |= {need.package}


def _run(path: Path, roots: tuple[str, ...], in_order: frozenset[str]) -> tuple[dict[str, Any], Vm]:
    program = Program(lambda name: load(Path(name).read_bytes(), name).module, roots, in_order=in_order)
    vm = Vm(program)
    scope = Scope({"__name__": "__main__", "__file__": str(path)})
    frame = Frame(PyModule("main", str(path), scope), scope)

    def run() -> None:
        vm.frames.append(frame)
        run_module(vm, program.body(str(path)), frame)
        vm.frames.pop()

    on_large_stack(run)
    return scope.names, vm


def python(folder: Path) -> Any:
    """Return `result` of `main.py` as Python has it."""
    code = "import runpy; print(repr(runpy.run_path('main.py', run_name='__main__')['result']))"
    command = [sys.executable, "-c", f"import sys; sys.path.insert(0, '.'); {code}"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return ast.literal_eval(done.stdout)


def agrees(folder: Path, files: Mapping[str, str]) -> Vm:
    """Assert that `result` of `main.py` is the same in both, with no decision taken; return the run."""
    write(folder, files)
    names, vm, _ = interpret(folder)
    assert names["result"] == python(folder)
    assert not vm.taken
    return vm
