"""CPython's own tests in the abstract interpreter: what it decides, and whether that is what CPython does.

    python -m benchmarks.cpython [MODULE ...] [--write] [--show]

Every test method of the installed `Lib/test` is run along one path, with unittest's asserts as observers. A test that
CPython passes must not end in an exception, and every assert whose outcome is known must hold, as long as no decision
was open on the way. `--write` puts the table into docs/semantics.md, `--show` tells what was wrong.
"""

from __future__ import annotations

import argparse
import importlib.util
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from convlint.interp.imports.program import Program
from convlint.interp.language import exceptions
from convlint.interp.natives.objects import NativeContext
from convlint.interp.values.classes import ClassValue, Instance
from convlint.interp.values.functions import ClassMethod, Function, Native, StaticMethod
from convlint.interp.values.modules import PyModule
from convlint.interp.values.signals import Bound, PyRaise
from convlint.interp.values.unknown import Unknown, Value
from convlint.interp.vm import Vm
from convlint.ir.load import load
from convlint.source.stack import on_large_stack

DOCUMENT = Path(__file__).parents[1] / "docs" / "semantics.md"
MODULES = [
    "abc",
    "argparse",
    "augassign",
    "bool",
    "class",
    "collections",
    "compare",
    "configparser",
    "contains",
    "contextlib",
    "copy",
    "dataclasses",
    "decorators",
    "descr",
    "dict",
    "dictcomps",
    "dictviews",
    "enum",
    "exceptions",
    "fnmatch",
    "fstring",
    "funcattrs",
    "functools",
    "generators",
    "genexps",
    "grammar",
    "import",
    "inspect",
    "int",
    "iter",
    "iterlen",
    "itertools",
    "json",
    "keywordonlyarg",
    "list",
    "listcomps",
    "math",
    "module",
    "named_expressions",
    "opcodes",
    "operator",
    "ordered_dict",
    "pathlib",
    "patma",
    "pow",
    "property",
    "raise",
    "range",
    "re",
    "scope",
    "set",
    "setcomps",
    "slice",
    "string",
    "strtod",
    "super",
    "tuple",
    "types",
    "typing",
    "unicode",
    "unpack",
    "userdict",
    "userlist",
    "with",
]
SHARED = ("list_tests", "mapping_tests", "seq_tests", "string_tests")
"""Modules that hold test methods of several test modules."""
MAX_STEPS = 300_000
SECONDS = 1.0


@dataclass(slots=True)
class Tally:
    """What came of the asserts and test methods of a module."""

    methods: int = 0
    right: int = 0
    unknown: int = 0
    cut: int = 0
    failed: int = 0
    """Test methods in which a function of the host failed: defects, though nothing is claimed."""
    wrong: list[str] = field(default_factory=list)
    """Asserts that do not hold, and exceptions that CPython does not raise."""
    lenient: list[str] = field(default_factory=list)
    """Exceptions that CPython raises and the interpreter does not, though it met nothing that is not known."""


class Watched(Vm):
    """A run that counts what it met that is not known."""

    unknowns = 0

    def derived(self, source: Unknown, operation: str, *operands: Value) -> Unknown:
        self.unknowns += 1
        return super().derived(source, operation, *operands)

    def unknown(self, reason: str, *rest: Any, **named: Any) -> Unknown:
        self.unknowns += 1
        return super().unknown(reason, *rest, **named)


def met(vm: Vm) -> int:
    """Return how often something that is not known was met."""
    return vm.unknowns if isinstance(vm, Watched) else 0


class Observer:
    """unittest's `TestCase` for the interpreted program: its asserts note what is known of their outcome."""

    def __init__(self) -> None:
        self.tally = Tally()
        self.method = ""
        space: dict[str, Value] = {name: self._native(name, call) for name, call in self._asserts().items()}
        space["setUpClass"] = ClassMethod(Native("setUpClass", lambda vm, args, kwargs: None))
        self.case = ClassValue("TestCase", "unittest.TestCase", (), space)
        self.case.mro = (self.case,)

    def _native(self, name: str, call: Callable[[Vm, list[Value], dict[str, Value]], Value]) -> Native:
        return Native(name, lambda vm, args, kwargs: call(vm, args[1:], kwargs), binds=True)

    def note(self, vm: Vm, holds: Value, what: str) -> None:
        """Count one outcome; on a path where something open was decided it tells nothing."""
        if vm.taken or (holds is not True and holds is not False):
            self.tally.unknown += 1
        elif holds:
            self.tally.right += 1
        else:
            self.wrong(vm, what)

    def wrong(self, vm: Vm, what: str) -> None:
        self.tally.wrong.append(self.at(vm, what))

    def at(self, vm: Vm, what: str) -> str:
        place = vm.place()
        return f"{self.method}:{place.span[0] if place is not None else 0}: {what}"

    def _asserts(self) -> dict[str, Callable[[Vm, list[Value], dict[str, Value]], Value]]:
        def compared(op: str, holds: bool = True) -> Any:
            def check(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> None:
                result = vm.truth_of(vm.compare(op, args[0], args[1]))
                shown = f"{args[0]!r:.60} {op} {args[1]!r:.60}"
                self.note(vm, result == holds if isinstance(result, bool) else result, shown)

            return check

        def truth(holds: bool) -> Any:
            def check(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> None:
                result = vm.truth_of(args[0])
                self.note(vm, result == holds if isinstance(result, bool) else result, f"{args[0]!r:.90} is {holds}")

            return check

        def none(op: str) -> Any:
            return lambda vm, args, kwargs: compared(op)(vm, [args[0], None], {})

        def instance(holds: bool) -> Any:
            def check(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> None:
                result = vm.isinstance(args[0], args[1])
                self.note(vm, result == holds if isinstance(result, bool) else result, f"{args[0]!r:.60} isinstance")

            return check

        def silent(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> None:
            return None

        def skipped(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
            raise Bound("the test is skipped")

        equal = compared("==")
        made = {
            "assertTrue": truth(True), "assertFalse": truth(False), "assertIs": compared("is"),
            "assertIsNot": compared("is not"), "assertIn": compared("in"), "assertNotIn": compared("not in"),
            "assertNotEqual": compared("!="), "assertLess": compared("<"), "assertLessEqual": compared("<="),
            "assertGreater": compared(">"), "assertGreaterEqual": compared(">="), "assertIsNone": none("is"),
            "assertIsNotNone": none("is not"), "assertIsInstance": instance(True),
            "assertNotIsInstance": instance(False),
            "assertRaises": self._raises, "assertRaisesRegex": self._raises_text, "fail": self._fail,
            "subTest": self._sub_test, "skipTest": skipped, "addCleanup": silent, "setUp": silent, "tearDown": silent,
            "__init__": silent,
        }  # fmt: skip
        names = "assertEqual assertListEqual assertTupleEqual assertSetEqual assertDictEqual assertSequenceEqual"
        made.update(dict.fromkeys((names + " assertMultiLineEqual assertEquals").split(), equal))
        return made

    def _fail(self, vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
        if met(vm) or vm.taken:
            self.tally.unknown += 1
        else:
            self.tally.lenient.append(self.at(vm, f"reached `fail`: {args[:1]!r:.80}"))
        raise Bound("the test has failed")

    def _sub_test(self, vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
        return NativeContext(lambda vm: None, lambda vm, error: False)

    def _raises_text(self, vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
        """Texts differ between versions; an exception of another text is not expected."""
        return self._raises(vm, [args[0], *args[2:]], kwargs, args[1])

    def _raises(self, vm: Vm, args: list[Value], kwargs: dict[str, Value], text: Value = None) -> Value:
        kind, *rest = args
        if not rest:
            before = met(vm)
            return NativeContext(
                lambda vm: Unknown("the exception"), lambda vm, e: self._leave(vm, kind, e, before, text)
            )
        before = met(vm)
        try:
            result = vm.call(rest[0], rest[1:], kwargs)
        except PyRaise as raised:
            self._expected(vm, kind, raised.value)
        else:
            self._returned(vm, result, before, kind)
        return None

    def _leave(self, vm: Vm, kind: Value, error: Value, before: int, text: Value) -> bool:
        if error is None:
            self._returned(vm, None, before, kind)
            return False
        if isinstance(text, str) and isinstance(error, Exception) and not re.search(text, str(error)):
            raise Bound("an exception of another text")
        self._expected(vm, kind, error)
        return True

    def _expected(self, vm: Vm, kind: Value, error: Value) -> None:
        decided = len(vm.taken)
        fits = exceptions.catches(vm, kind, error)
        self.note(vm, fits if len(vm.taken) == decided else None, f"{error!r:.90} instead of {kind!r:.40}")

    def _returned(self, vm: Vm, result: Value, before: int, kind: Value) -> None:
        """Something that is not known may have raised it."""
        doubtful = isinstance(result, Unknown) or met(vm) > before
        if doubtful or vm.taken:
            self.tally.unknown += 1
        else:
            self.tally.lenient.append(self.at(vm, f"{kind!r:.60} is not raised"))


class Tests(Program):
    """A program in which `unittest` observes."""

    def __init__(self, observer: Observer) -> None:
        super().__init__(lambda name: load(Path(name).read_bytes(), name).module, max_steps=MAX_STEPS)
        itself = Native("decorate", lambda vm, args, kwargs: args[0])
        wrap = Native("decorator", lambda vm, args, kwargs: itself)
        unittest: dict[str, Value] = {"TestCase": observer.case, "skipIf": Native("skipIf", _skip_if)}
        unittest |= {"main": wrap, "skipUnless": Native("skipUnless", _skip_unless), "skip": Native("skip", _skip)}
        support: dict[str, Value] = {"cpython_only": itself, "requires_docstrings": itself, "impl_detail": wrap}
        support |= {"verbose": False, "requires_IEEE_754": itself, "run_with_locale": wrap, "no_tracing": itself}
        self.observing: dict[str, PyModule | None] = {}
        self.given = {"unittest": unittest, "test.support": support}

    def import_module(self, vm: Vm, name: str, importer: PyModule) -> PyModule:
        return self._observing(vm, name, importer) or super().import_module(vm, name, importer)

    def import_relative(self, vm: Vm, name: str, level: int, importer: PyModule) -> PyModule:
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
        if name in self.given or (name.startswith(("test.", "unittest.")) and name.rpartition(".")[2] not in SHARED):
            attrs = dict(self.given.get(name, {}))
            return PyModule(name, attrs=attrs, unknown=Unknown(f"`{name}` is not interpreted"))
        return None


def _skip(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return Native("skip", lambda vm, args, kwargs: Unknown("a test that is skipped"))


def _skip_if(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    known = vm.truth_of(args[0]) is False
    return Native("skipIf", lambda vm, given, kwargs: given[0] if known else Unknown("a test that may be skipped"))


def _skip_unless(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    known = vm.truth_of(args[0]) is True
    return Native("skipUnless", lambda vm, given, kwargs: given[0] if known else Unknown("a test that may be skipped"))


def run(name: str) -> Tally | None:
    """Run the tests of one module, `test_NAME`; None if it is not installed."""
    path = source_of(name)
    if path is None:
        return None
    observer = Observer()
    program = Tests(observer)
    module = program.module_of_file(str(path))
    try:
        on_large_stack(lambda: program.run(Vm(program, seconds=20.0), module))
    except Exception as error:
        print(f"  test_{name}: {type(error).__name__}: {error}"[:160], file=sys.stderr)
        observer.tally.failed += 1
    assert module.scope is not None
    classes = [value for value in module.scope.names.values() if isinstance(value, ClassValue)]
    for cls in classes:
        if cls is not observer.case and cls.derives_from(observer.case):
            for method in sorted(_methods(cls)):
                on_large_stack(lambda cls=cls, method=method: _run_method(program, observer, cls, method))
    return observer.tally


def source_of(name: str) -> Path | None:
    """Return the file of a test module of CPython."""
    spec = importlib.util.find_spec("test")
    for folder in (spec.submodule_search_locations or ()) if spec is not None else ():
        for path in (Path(folder, f"test_{name}.py"), Path(folder, f"test_{name}", "__init__.py")):
            if path.is_file():
                return path
    return None


def _methods(cls: ClassValue) -> set[str]:
    return {
        name
        for base in cls.mro
        if isinstance(base, ClassValue)
        for name, value in base.namespace.items()
        if name.startswith("test") and isinstance(value, Function | StaticMethod) and cls.find(name) is not None
    }


def _run_method(program: Program, observer: Observer, cls: ClassValue, method: str) -> None:
    """Run one test method along one path, from what the import of the module left."""
    tally = observer.tally
    tally.methods += 1
    observer.method = f"{cls.name}.{method}"
    vm = Watched(program, seconds=SECONDS)
    try:
        case = Instance(cls)
        vm.call(vm.getattr(cls, "setUpClass"))
        vm.call(cls.find("__init__"), [case, method])
        for name in ("setUp", method):
            vm.call(vm.getattr(case, name))
    except PyRaise as raised:
        if vm.taken:
            tally.unknown += 1
        else:
            error = raised.value
            text = f"{error.cls.name}" if isinstance(error, Instance) else f"{type(error).__name__}: {error}"
            observer.wrong(vm, f"raises {text:.120}")
    except Bound:
        tally.cut += 1
    except RecursionError:
        tally.cut += 1
    except Exception as error:
        tally.failed += 1
        print(f"  {observer.method}: {type(error).__name__}: {error}"[:160], file=sys.stderr)
    finally:
        vm.writes.undo()


def table(tallies: dict[str, Tally]) -> str:
    """Return the table of docs/semantics.md."""
    lines = [
        "| module | methods | right | unknown | cut | host failed | not raised | wrong |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    whole = Tally()
    for name, tally in [*tallies.items(), ("all", whole)]:
        lines.append(
            f"| {name} | {tally.methods} | {tally.right} | {tally.unknown} | {tally.cut} | {tally.failed} "
            f"| {len(tally.lenient)} | {len(tally.wrong)} |"
        )
        for part in ("methods", "right", "unknown", "cut", "failed", "lenient", "wrong"):
            setattr(whole, part, getattr(whole, part) + getattr(tally, part))
    return "\n".join(lines)


DECIDED = [
    "augassign",
    "compare",
    "contains",
    "dictcomps",
    "keywordonlyarg",
    "listcomps",
    "named_expressions",
    "pow",
    "set",
    "unpack",
]
"""Modules that a test watches over."""
START, END = "<!-- from `python -m benchmarks.cpython --write` -->", "<!-- end -->"


def main(arguments: list[str] | None = None) -> int:
    """Run the tests, print the table, and say by the exit status whether something was wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("modules", nargs="*", default=MODULES)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--show", action="store_true")
    options = parser.parse_args(arguments)
    tallies: dict[str, Tally] = {}
    for name in options.modules:
        tally = run(name)
        if tally is not None:
            tallies[name] = tally
            if options.show:
                print(*(f"{name} {line}" for line in (*tally.wrong, *tally.lenient)), sep="\n")
    print(table(tallies))
    if options.write:
        before, _, rest = DOCUMENT.read_text(encoding="utf-8").partition(START)
        after = rest.partition(END)[2]
        DOCUMENT.write_text(f"{before}{START}\n\n{table(tallies)}\n\n{END}{after}", encoding="utf-8")
    return int(any(tally.wrong for tally in tallies.values()))


if __name__ == "__main__":
    sys.exit(main())
