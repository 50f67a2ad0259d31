"""Runs small programs in the interpreter, and in Python itself for comparison."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import Any

from convlint.interp.imports.program import Program
from convlint.interp.language.compile import run_module
from convlint.interp.values.modules import PyModule
from convlint.interp.values.scope import Frame, Scope
from convlint.interp.values.signals import Bound, PyRaise
from convlint.interp.vm import Vm
from convlint.ir.load import load
from convlint.source.stack import on_large_stack


def interpret(
    source: str, choices: tuple[bool, ...] = (), *, given: dict[str, Any] | None = None
) -> tuple[dict[str, Any], Vm]:
    """Return the globals of a program after it ran along one path, and the run. `given` are globals to start with."""
    names, vm, ended = follow(source, choices, given=given)
    if ended is not None:
        raise ended
    return names, vm


def follow(
    source: str, choices: tuple[bool, ...] = (), *, given: dict[str, Any] | None = None
) -> tuple[dict[str, Any], Vm, PyRaise | Bound | None]:
    """Return the globals of a program where a path ends, the run, and what ended it early."""
    module = load(textwrap.dedent(source).encode(), "<program>").module
    program = Program(lambda name: load(Path(name).read_bytes(), name).module if Path(name).is_file() else module)
    vm = Vm(program, choices)
    scope = Scope({"__name__": "__main__", **(given or {})})
    frame = Frame(PyModule("program", "<program>", scope), scope)

    def run() -> None:
        vm.frames.append(frame)
        run_module(vm, module, frame)
        vm.frames.pop()

    try:
        on_large_stack(run)
    except (PyRaise, Bound) as ended:
        return scope.names, vm, ended
    return scope.names, vm, None


def python(source: str) -> dict[str, Any]:
    """Return the globals of a program after Python ran it."""
    names: dict[str, Any] = {"__name__": "__main__"}
    exec(compile(textwrap.dedent(source), "<program>", "exec", dont_inherit=True), names)
    return names


def agrees(source: str) -> None:
    """Assert that `result` is the same in both, and that the interpreter knew everything."""
    names, vm = interpret(source)
    expected = python(source)["result"]
    assert names["result"] == expected, f"{names['result']!r} instead of {expected!r}"
    assert type(names["result"]) is type(expected)
    assert not vm.taken
    assert not vm.gaps, vm.gaps
