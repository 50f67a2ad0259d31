"""What is noted of CPython's tests: unittest's `TestCase` for the interpreted program, and a tally of its asserts."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from convlint.interp.language import exceptions
from convlint.interp.natives.objects import NativeContext
from convlint.interp.values.classes import ClassValue
from convlint.interp.values.functions import ClassMethod, Native
from convlint.interp.values.signals import Bound, PyRaise
from convlint.interp.values.unknown import Unknown, Value
from convlint.interp.vm import Vm


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
