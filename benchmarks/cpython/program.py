"""The program that CPython's tests are: what they import of unittest and of CPython's own support stands for itself."""

from __future__ import annotations

import ast
import importlib.util
import textwrap
from pathlib import Path

import libcst

from benchmarks.cpython.observer import Observer
from convlint.interp.imports.program import Program
from convlint.interp.values.functions import Native
from convlint.interp.values.modules import PyModule
from convlint.interp.values.unknown import Unknown, Value
from convlint.interp.vm import Vm
from convlint.ir import nodes
from convlint.ir.load import load
from convlint.source.text import SourceError

SHARED = ("list_tests", "mapping_tests", "seq_tests", "string_tests")
"""Modules that hold test methods of several test modules."""
READ = ("test.test_", "test.typinganndata", *(f"test.{name}" for name in SHARED))
"""What the names of modules begin with that are read as they are."""
MAX_STEPS = 300_000


class Tests(Program):
    """A program in which `unittest` observes."""

    def __init__(self, observer: Observer) -> None:
        super().__init__(_readable, max_steps=MAX_STEPS)
        itself = Native("decorate", lambda vm, args, kwargs: args[0])
        wrap = Native("decorator", lambda vm, args, kwargs: itself)
        unittest: dict[str, Value] = {"TestCase": observer.case, "skipIf": Native("skipIf", _skip_if)}
        unittest |= {"main": wrap, "skipUnless": Native("skipUnless", _skip_unless), "skip": Native("skip", _skip)}
        support: dict[str, Value] = {"cpython_only": itself, "requires_docstrings": itself, "impl_detail": wrap}
        support |= {"verbose": False, "requires_IEEE_754": itself, "run_with_locale": wrap, "no_tracing": itself}
        self.observing: dict[str, PyModule | None] = {}
        fresh = Native("import_fresh_module", self._fresh)
        helper: dict[str, Value] = {"import_fresh_module": fresh, "import_module": fresh}
        support["import_helper"] = PyModule(
            "test.support.import_helper", attrs=helper, unknown=Unknown("import_helper")
        )
        self.given = {"unittest": unittest, "test.support": support, "test.support.import_helper": helper}
        self.blocked: dict[str, tuple[str, ...]] = {}
        """Which modules a file cannot import."""

    def _fresh(self, vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
        """Import a module; without the modules that are `blocked` it is the one that is written in Python."""
        name, blocked = args[0], kwargs.get("blocked", ())
        if not blocked:
            return self.import_module(vm, name, vm.frame.module)
        spec = importlib.util.find_spec(name)
        if spec is None or spec.origin is None:
            return vm.unknown("a module without a source")
        self.blocked[spec.origin] = tuple(blocked)
        return self.module_of_file(spec.origin)

    def import_module(self, vm: Vm, name: str, importer: PyModule) -> PyModule:
        if name in self.blocked.get(importer.filename, ()):
            vm.throw(ImportError, f"import of {name} halted")
        return self._observing(vm, name, importer) or super().import_module(vm, name, importer)

    def import_relative(self, vm: Vm, name: str, level: int, importer: PyModule) -> PyModule:
        if not level and name in self.blocked.get(importer.filename, ()):
            vm.throw(ImportError, f"import of {name} halted")
        found = None if level else self._observing(vm, name, importer)
        return found or super().import_relative(vm, name, level, importer)

    def _observing(self, vm: Vm, name: str, importer: PyModule) -> PyModule | None:
        """Return what stands for unittest, and for what helps CPython's tests; not for tests that are shared."""
        if name not in self.observing:
            self.observing[name] = self._observer_of(vm, name, importer)
        return self.observing[name]

    def _observer_of(self, vm: Vm, name: str, importer: PyModule) -> PyModule | None:
        if name == "test":
            support = self._observing(vm, "test.support", importer)
            shared = {part: self.import_module(vm, f"test.{part}", importer) for part in SHARED}
            return PyModule(name, attrs={"support": support, **shared}, unknown=Unknown("`test` is not interpreted"))
        if name in self.given or (name.startswith(("test.", "unittest.")) and not name.startswith(READ)):
            attrs = dict(self.given.get(name, {}))
            return PyModule(name, attrs=attrs, unknown=Unknown(f"`{name}` is not interpreted"))
        return None


def _readable(name: str) -> nodes.Module:
    """Read and lower a file; a statement that LibCST cannot read, though Python can, does nothing."""
    text = Path(name).read_bytes()
    try:
        return load(text, name).module
    except SourceError:
        lines = text.decode().splitlines(keepends=True)
        _drop_unreadable(ast.parse(text).body, lines)
        return load("".join(lines).encode(), name).module


def _drop_unreadable(body: list[ast.stmt], lines: list[str]) -> None:
    for stmt in body:
        first, last = stmt.lineno - 1, stmt.end_lineno or stmt.lineno
        if _can_be_read("".join(lines[first:last])):
            continue
        inner = [part for part in ast.walk(stmt) if isinstance(part, ast.stmt) and part is not stmt]
        unreadable = [part for part in inner if not _can_be_read("".join(lines[part.lineno - 1 : part.end_lineno]))]
        for part in unreadable or [stmt]:
            if not any(other is not part and other in ast.walk(part) for other in unreadable):
                indent = lines[part.lineno - 1][: part.col_offset]
                lines[part.lineno - 1 : part.end_lineno] = [f"{indent}pass\n"] + ["\n"] * (
                    (part.end_lineno or part.lineno) - part.lineno
                )


def _can_be_read(text: str) -> bool:
    try:
        libcst.parse_module(textwrap.dedent(text))
    except libcst.ParserSyntaxError:
        return False
    return True


def _skip(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return Native("skip", lambda vm, args, kwargs: Unknown("a test that is skipped"))


def _skip_if(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    known = vm.truth_of(args[0]) is False
    return Native("skipIf", lambda vm, given, kwargs: given[0] if known else Unknown("a test that may be skipped"))


def _skip_unless(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    known = vm.truth_of(args[0]) is True
    return Native("skipUnless", lambda vm, given, kwargs: given[0] if known else Unknown("a test that may be skipped"))
