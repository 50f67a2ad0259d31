"""Texts that a program runs as code: an expression that is known is evaluated, anything else is not followed."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from convlint.interp.language.compile import run_module
from convlint.interp.natives.registry import native
from convlint.interp.values.modules import LazyImport, PyModule
from convlint.interp.values.scope import Frame, Scope
from convlint.interp.values.unknown import Unknown, Value
from convlint.ir.load import load
from convlint.source.text import SourceError

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

BINDING = (
    ast.NamedExpr, ast.Await, ast.Yield, ast.YieldFrom, ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp,
    ast.GeneratorExp,
)  # fmt: skip
LONGEST = 2000
"""Characters of an expression that is evaluated."""


@native("builtins.eval")
def evaluate(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Evaluate an expression by the names that it is given, or those that are seen where it stands."""
    names = _names(vm, args[1:], kwargs)
    text = args[0].strip() if args and isinstance(args[0], str) else ""
    if names is None or not _is_expression(text):
        return run_text(vm, args, kwargs)
    try:
        module = load(f"result = (\n{text}\n)\n".encode(), "<string>", use_cache=False).module
    except SourceError:
        return run_text(vm, args, kwargs)
    scope = Scope(names)
    frame = Frame(PyModule(vm.frame.module.name, "", scope), scope)
    vm.frames.append(frame)
    try:
        run_module(vm, module, frame)
    finally:
        vm.frames.pop()
    return scope.names["result"]


def _names(vm: Vm, given: list[Value], kwargs: dict[str, Value]) -> dict[str, Value] | None:
    """The names that an expression may use; None where they are not known."""
    if kwargs or not all(isinstance(names, dict | None) and vm.taint_of(names) is None for names in given):
        return None
    if given and given[0] is not None:
        return {key: value for names in given if names is not None for key, value in names.items()}
    frame = vm.frame
    names = {**frame.scope.module().names, **frame.scope.names}
    return names if frame.scope.parent is None or frame.scope.parent.parent is None else None


def _is_expression(text: str) -> bool:
    """Whether a text is one expression without names of its own: what inner scopes see hangs on the version."""
    if not text or len(text) > LONGEST:
        return False
    try:
        tree = ast.parse(text, mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return not any(isinstance(node, BINDING) for node in ast.walk(tree))


@native("builtins.exec")
def run_text(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """A text is never run: all that it can name may have changed."""
    reason = "a text is run as code, which is not followed"
    for value in [*args[1:], *kwargs.values()]:
        vm.havoc(value, reason)
    if len(args) + len(kwargs) == 1:
        _forget_names(vm, reason)
    return vm.unknown(reason)


def _forget_names(vm: Vm, reason: str) -> None:
    """Make the names of the module and of the function that is running unknown; what it imports stays."""
    frame = vm.frame
    for names in (frame.scope.names, frame.scope.module().names):
        for name, value in list(names.items()):
            vm.havoc(value, reason)
            if not isinstance(value, PyModule | LazyImport) and not (name.startswith("__") and name.endswith("__")):
                names[name] = Unknown(reason, vm.place())
    frame.module.unknown = frame.module.unknown or Unknown(reason, vm.place())
