"""The annotations of functions: what they stand for where the function is written, or their text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.interp.language import operators, subscripts
from convlint.interp.natives import registry
from convlint.interp.natives.objects import Record, Shown
from convlint.interp.values.classes import ClassValue
from convlint.interp.values.functions import Function
from convlint.interp.values.modules import LazyImport
from convlint.interp.values.scope import Scope
from convlint.interp.values.signals import PyRaise
from convlint.interp.values.unknown import Value
from convlint.ir import nodes
from convlint.ir.load import load
from convlint.ir.unparse import text_of
from convlint.source.text import SourceError

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

NOT_KNOWN = "an annotation of a function"


def annotation(vm: Vm, function: Function, node: nodes.Expr) -> Value:
    """Return what an annotation of a function is: a text where the file says that annotations are kept as texts."""
    if function.module.keeps_texts:
        text = text_of(node)
        return vm.unknown(NOT_KNOWN) if text is None else text
    try:
        return _value(vm, function.scope, node)
    except PyRaise:
        return vm.unknown(NOT_KNOWN)


def of_text(vm: Vm, cls: ClassValue, text: str) -> Value:
    """Return what an annotation that is kept as a text stands for in the body of a class."""
    if cls.module is None or cls.module.scope is None:
        return vm.unknown(NOT_KNOWN)
    try:
        (stmt,) = load(text.strip().encode(), "<annotation>").module.body
        if isinstance(stmt, nodes.ExprStmt):
            return _value(vm, Scope(cls.module.scope.names, Scope(cls.namespace)), stmt.value)  # the module comes first
    except (PyRaise, SourceError, ValueError):
        pass
    return vm.unknown(NOT_KNOWN)


def _value(vm: Vm, scope: Scope, node: nodes.Expr) -> Value:
    """Evaluate names, attributes, subscripts, unions and constants."""
    if isinstance(node, nodes.Constant) and not node.kind:
        return node.value
    if isinstance(node, nodes.Name):
        return _named(vm, scope, node.id)
    if isinstance(node, nodes.Attribute):
        return vm.getattr(_value(vm, scope, node.value), node.attr)
    if isinstance(node, nodes.BinOp) and node.op == "|":
        return operators.binary(vm, "|", _value(vm, scope, node.left), _value(vm, scope, node.right))
    if isinstance(node, nodes.Subscript):
        return subscripts.get(vm, _value(vm, scope, node.value), _value(vm, scope, node.slice))
    if isinstance(node, nodes.Tuple | nodes.List):
        parts = [_value(vm, scope, part) for part in node.elts]
        return tuple(parts) if isinstance(node, nodes.Tuple) else parts
    return vm.unknown(NOT_KNOWN)


def _named(vm: Vm, scope: Scope | None, name: str) -> Value:
    while scope is not None:
        if name in scope.names:
            found = scope.names[name]
            return vm.program.resolve(vm, found) if isinstance(found, LazyImport) else found
        scope = scope.parent
    return registry.find(f"builtins.{name}") if registry.has(f"builtins.{name}") else vm.unknown(NOT_KNOWN)


EMPTY = Shown("inspect.Parameter.empty", text="<class 'inspect._empty'>")


class Annotated(Record, eq=False):
    """A parameter or signature whose annotation, the field `under`, is looked up when it is asked for."""

    under: str = ""
    function: Function | None = None
    node: nodes.Expr | None = None

    def get_attribute(self, vm: Vm, name: str) -> Value:
        if name == self.under and self.function is not None:
            return EMPTY if self.node is None else annotation(vm, self.function, self.node)
        return super().get_attribute(vm, name)
