"""CPython's tests that are written as sessions: each example of a docstring shows what Python prints."""

from __future__ import annotations

import ast
import doctest
import warnings
from collections.abc import Iterator

from benchmarks.cpython.observer import Observer, met
from convlint.interp.language.compile import run_module
from convlint.interp.values.classes import Instance
from convlint.interp.values.functions import Native
from convlint.interp.values.modules import PyModule
from convlint.interp.values.scope import Frame, Scope
from convlint.interp.values.signals import Bound, PyRaise
from convlint.interp.values.unknown import Unknown, Value
from convlint.interp.vm import Vm
from convlint.ir.load import load
from convlint.source.text import SourceError

PARSER, CHECKER = doctest.DocTestParser(), doctest.OutputChecker()
RESULT = "__result__"


def texts(module: PyModule) -> Iterator[tuple[str, str]]:
    """Yield the sessions that a module names in `__test__`, with their names."""
    assert module.scope is not None
    named = module.scope.names.get("__test__", {})
    for title, text in named.items() if isinstance(named, dict) else ():
        if isinstance(title, str) and isinstance(text, str):
            yield title, text


class _Printed:
    """What an example prints; None once it is not known."""

    def __init__(self) -> None:
        self.text: str | None = ""

    def __call__(self, vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> None:
        shown = [vm.format(value, "", "s") for value in args]
        separator, end = kwargs.get("sep", " "), kwargs.get("end", "\n")
        if kwargs.get("file") is not None:
            return
        known = self.text is not None and isinstance(separator, str) and isinstance(end, str)
        if known and all(isinstance(text, str) for text in shown):
            self.text = f"{self.text}{separator.join(map(str, shown))}{end}"
        else:
            self.text = None


def run(vm: Vm, module: PyModule, observer: Observer, text: str) -> None:
    """Run the examples of a session one after the other, as long as no decision is open."""
    assert module.scope is not None
    scope = Scope({**module.scope.names})
    frame = Frame(PyModule(module.name, module.filename, scope), scope)
    printed = _Printed()
    try:
        examples = PARSER.get_examples(text)
    except ValueError:
        return
    for example in examples:
        if vm.taken or not _is_python(example.source):
            observer.tally.unknown += 1
            continue
        try:
            _run_example(vm, frame, observer, example, printed)
        except Bound:
            observer.tally.cut += 1
            return
        except SourceError:
            observer.tally.unknown += 1
        except Exception:
            observer.tally.failed += 1
            return


def _run_example(vm: Vm, frame: Frame, observer: Observer, example: doctest.Example, printed: _Printed) -> None:
    printed.text, before = "", met(vm)
    frame.scope.names["print"] = Native("print", printed)  # anew: a text that was run as code may have bound every name
    frame.scope.names.pop(RESULT, None)
    source = f"{RESULT} = {example.source}" if _is_expression(example.source) else example.source
    vm.frames.append(frame)
    try:
        run_module(vm, load(source.encode(), "<example>").module, frame)
        result = frame.scope.names.get(RESULT)
        if result is not None:
            printed(vm, [Unknown("text") if isinstance(shown := vm.format(result, "", "r"), Unknown) else shown], {})
    except PyRaise as raised:
        _note_exception(vm, observer, example, raised, before)
        return
    finally:
        vm.frames.pop()
    doubtful = vm.taken or met(vm) > before
    if example.exc_msg is not None:
        if doubtful:
            observer.tally.unknown += 1
        else:
            observer.tally.lenient.append(f"{observer.method}: `{example.source.strip()}` does not raise")
        return
    flags = sum(flag for flag, on in example.options.items() if on)
    if printed.text is None or vm.taken:
        observer.note(vm, None, "")
    else:
        ending = "" if printed.text.endswith("\n") or not printed.text else "\n"  # which `doctest` adds, too
        right = CHECKER.check_output(example.want, printed.text + ending, flags)
        shown = f"`{example.source.strip()}` prints {printed.text!r} instead of {example.want!r}"
        observer.note(vm, right or (None if doubtful else False), shown)


def _note_exception(vm: Vm, observer: Observer, example: doctest.Example, raised: PyRaise, before: int) -> None:
    value = raised.value
    name = value.cls.name if isinstance(value, Instance) else type(value).__name__
    if isinstance(value, Unknown) or vm.taken:
        observer.tally.unknown += 1
    elif example.exc_msg is not None and example.exc_msg.partition(":")[0].strip().rpartition(".")[2] == name:
        observer.tally.right += 1
    elif met(vm) > before:
        observer.tally.unknown += 1
    else:
        observer.wrong(vm, f"`{example.source.strip()}` raises {name}: {value}"[:160])


def _is_python(source: str) -> bool:
    """Whether Python can compile an example: that it cannot is none of the interpreter's business."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(source, "<example>", "exec", dont_inherit=True)
    except SyntaxError:
        return False
    return True


def _is_expression(source: str) -> bool:
    try:
        body = ast.parse(source).body
    except SyntaxError:
        return False
    return len(body) == 1 and isinstance(body[0], ast.Expr)
