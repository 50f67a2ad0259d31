"""Constants, attributes, subscripts, operators, conditions and f-strings."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from convlint.interp.language import attributes, comparisons, operators, subscripts
from convlint.interp.language.compile.names import store_from_comprehension
from convlint.interp.language.compile.unit import Unit, expression, expression_of, longest
from convlint.interp.language.joining import Joint
from convlint.interp.language.loops import is_open
from convlint.interp.values.code import Run
from convlint.interp.values.scope import Frame
from convlint.interp.values.signals import PyRaise
from convlint.interp.values.unknown import MISSING, DeviceName, Unknown, Value
from convlint.ir import nodes

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

SMALL = 1 << 31
"""Products of numbers below it are far below what arithmetic is bounded to."""
PLAIN = frozenset({int, float, str, bool})
"""Of two values of one of these types, Python's own comparison is what the program gets."""
FOLDED = frozenset(["+", "-", "*", "/", "//", "%", "|", "&", "^"])


# --- constants ------------------------------------------------------------------------------------------


@expression_of(nodes.Constant)
def _constant(unit: Unit, node: nodes.Constant) -> Run:
    if node.kind == "int" and len(str(node.value)) >= 1000:
        return lambda vm, frame: vm.unknown("the number is too large")
    value = constant_value(node)
    return lambda vm, frame: value


def constant_value(node: nodes.Constant) -> Value:
    """Return the value that a constant stands for."""
    if not node.kind:
        return node.value
    text = str(node.value)
    if node.kind == "int":
        return int(text)
    if node.kind == "bytes":
        return text.encode("latin-1")
    if node.kind == "surrogates":
        return text.encode("ascii").decode("unicode_escape")
    if node.kind == "complex":
        return complex(0, float(text))
    return ...


def folded(node: nodes.Expr) -> Value:
    """Return the value of arithmetic on small numbers, or of a tuple of constants; `MISSING` for all else."""
    if isinstance(node, nodes.Constant):
        return node.value if not node.kind else MISSING
    if isinstance(node, nodes.UnaryOp):
        operand = folded(node.operand)
        if type(operand) in (int, float) and node.op in ("-", "+"):
            return -operand if node.op == "-" else operand
    elif isinstance(node, nodes.BinOp) and node.op in FOLDED:
        left, right = folded(node.left), folded(node.right)
        if all(type(value) in (int, float) and -SMALL < value < SMALL for value in (left, right)):
            try:
                return operators.BINARY[node.op][3](left, right)
            except (ArithmeticError, TypeError):
                return MISSING
    elif isinstance(node, nodes.Tuple):
        items = [folded(item) for item in node.elts]
        return MISSING if any(item is MISSING for item in items) else tuple(items)
    return MISSING


# --- attributes and subscripts --------------------------------------------------------------------------


@expression_of(nodes.Attribute)
def _attribute(unit: Unit, node: nodes.Attribute) -> Run:
    value, name, span, get = expression(unit, node.value), node.attr, node.span, attributes.get

    def run(vm: Vm, frame: Frame) -> Value:
        obj = value(vm, frame)
        frame.at = span
        return get(vm, obj, name)

    return run


@expression_of(nodes.Subscript)
def _subscript(unit: Unit, node: nodes.Subscript) -> Run:
    value, index, span = expression(unit, node.value), expression(unit, node.slice), node.span
    get = subscripts.get

    def run(vm: Vm, frame: Frame) -> Value:
        obj = value(vm, frame)
        key = index(vm, frame)
        frame.at = span
        if type(key) is int and (type(obj) is list or type(obj) is tuple) and vm.taint_of(obj) is None:
            try:
                return obj[key]
            except IndexError:
                pass
        return get(vm, obj, key)

    return run


@expression_of(nodes.Slice)
def _slice(unit: Unit, node: nodes.Slice) -> Run:
    parts = [None if part is None else expression(unit, part) for part in (node.lower, node.upper, node.step)]
    lower, upper, step = parts

    def run(vm: Vm, frame: Frame) -> slice:
        start = None if lower is None else lower(vm, frame)
        stop = None if upper is None else upper(vm, frame)
        return slice(start, stop, None if step is None else step(vm, frame))

    return run


# --- operators ------------------------------------------------------------------------------------------


@expression_of(nodes.BinOp)
def _binop(unit: Unit, node: nodes.BinOp) -> Run:
    value = folded(node)
    if value is not MISSING:
        return lambda vm, frame: value
    left, right, op, span = expression(unit, node.left), expression(unit, node.right), node.op, node.span
    if op in ("+", "-", "*"):
        return _numeric(left, right, op, span)
    return _divided(left, right, op, span) if op in ("//", "%") else _generic(left, right, op, span)


def _generic(left: Run, right: Run, op: str, span: nodes.Span) -> Run:
    binary = operators.binary

    def run(vm: Vm, frame: Frame) -> Value:
        first = left(vm, frame)
        second = right(vm, frame)
        frame.at = span
        return binary(vm, op, first, second)

    return run


def _numeric(left: Run, right: Run, op: str, span: nodes.Span) -> Run:
    """Add, subtract or multiply: plain numbers at once."""
    binary, function, product = operators.binary, operators.BINARY[op][3], op == "*"

    def run(vm: Vm, frame: Frame) -> Value:
        first = left(vm, frame)
        second = right(vm, frame)
        frame.at = span
        kind = type(first)
        if kind is type(second) and (
            kind is float or (kind is int and (not product or (-SMALL < first < SMALL and -SMALL < second < SMALL)))
        ):
            return function(first, second)
        return binary(vm, op, first, second)

    return run


def _divided(left: Run, right: Run, op: str, span: nodes.Span) -> Run:
    """Divide, or take the rest: whole numbers by positive ones at once."""
    binary, function = operators.binary, operators.BINARY[op][3]

    def run(vm: Vm, frame: Frame) -> Value:
        first = left(vm, frame)
        second = right(vm, frame)
        frame.at = span
        if type(first) is int and type(second) is int and second > 0:
            return function(first, second)
        return binary(vm, op, first, second)

    return run


@expression_of(nodes.UnaryOp)
def _unaryop(unit: Unit, node: nodes.UnaryOp) -> Run:
    value = folded(node)
    if value is not MISSING:
        return lambda vm, frame: value
    operand, op, span, unary = expression(unit, node.operand), node.op, node.span, operators.unary

    def run(vm: Vm, frame: Frame) -> Value:
        value = operand(vm, frame)
        frame.at = span
        return unary(vm, op, value)

    def run_not(vm: Vm, frame: Frame) -> Value:
        value = operand(vm, frame)
        frame.at = span
        return (not value) if value is True or value is False or value is None else unary(vm, op, value)

    return run_not if op == "not" else run


@expression_of(nodes.Compare)
def _compare(unit: Unit, node: nodes.Compare) -> Run:
    left = expression(unit, node.left)
    rights = [expression(unit, comparator) for comparator in node.comparators]
    if len(rights) == 1:
        return _comparison(left, rights[0], node.ops[0], node.span, node.comparators[0])
    links, span, compare = list(zip(node.ops, rights, strict=True)), node.span, comparisons.compare
    last = len(links) - 1

    def run(vm: Vm, frame: Frame) -> Value:
        first = left(vm, frame)
        result: Value = True
        for index, (op, right) in enumerate(links):
            second = right(vm, frame)
            frame.at = span
            result = compare(vm, op, first, second)
            if index < last and not vm.truth(result):
                return result
            first = second
        return result

    return run


def _comparison(left: Run, right: Run, op: str, span: nodes.Span, comparator: nodes.Expr) -> Run:
    if op in ("is", "is not") and isinstance(comparator, nodes.Constant) and constant_value(comparator) is None:
        return _is_none(left, op, span)
    compare, found = comparisons.compare, comparisons.COMPARE.get(op)
    if found is None:

        def run_generic(vm: Vm, frame: Frame) -> Value:
            first = left(vm, frame)
            second = right(vm, frame)
            frame.at = span
            return compare(vm, op, first, second)

        return run_generic
    function: Callable[[Any, Any], Any] = found[1]

    def run(vm: Vm, frame: Frame) -> Value:
        first = left(vm, frame)
        second = right(vm, frame)
        frame.at = span
        if type(first) is type(second) and type(first) in PLAIN:
            return function(first, second)
        return compare(vm, op, first, second)

    return run


def _is_none(left: Run, op: str, span: nodes.Span) -> Run:
    compare, positive = comparisons.compare, op == "is"

    def run(vm: Vm, frame: Frame) -> Value:
        value = left(vm, frame)
        frame.at = span
        if value is None:
            return positive
        return compare(vm, op, value, None) if isinstance(value, Unknown) else not positive

    return run


DEVICE_NAME = re.compile(r"(cpu|cuda|gpu|mps|xpu|npu|hpu|tpu)(:\d+)?")


def _names_devices(node: nodes.Expr) -> bool:
    """Whether an expression can only be the name of a device: which one is nothing to sizes, and no reason to fork."""
    if isinstance(node, nodes.IfExp):
        return _names_devices(node.body) and _names_devices(node.orelse)
    return isinstance(node, nodes.Constant) and isinstance(node.value, str) and bool(DEVICE_NAME.fullmatch(node.value))


ONLY_LOOKED_AT = (nodes.Constant, nodes.Name)
"""What changes nothing when it is looked at: either way of a conditional expression may be, to have what both are."""


@expression_of(nodes.IfExp)
def _ifexp(unit: Unit, node: nodes.IfExp) -> Run:
    test = expression(unit, node.test)
    body, orelse = longest(unit, lambda: expression(unit, node.body), lambda: expression(unit, node.orelse))
    of_devices, is_plain = _names_devices(node), all(isinstance(it, ONLY_LOOKED_AT) for it in (node.body, node.orelse))

    def run(vm: Vm, frame: Frame) -> Value:
        value = test(vm, frame)
        if value is True:
            return body(vm, frame)
        if value is False or value is None:
            return orelse(vm, frame)
        if of_devices and is_open(vm, value):
            return DeviceName("the name of a device", vm.place())
        if vm.importing and is_open(vm, value):
            return vm.unknown("a module-level condition that is not known")
        if is_plain and vm.in_rounds and is_open(vm, value) and not vm.has_answered(value):
            with contextlib.suppress(PyRaise):
                return Joint(vm, "one of two values").joined(body(vm, frame), orelse(vm, frame))
        return body(vm, frame) if vm.truth(value) else orelse(vm, frame)

    return run


@expression_of(nodes.NamedExpr)
def _namedexpr(unit: Unit, node: nodes.NamedExpr) -> Run:
    value, store = expression(unit, node.value), store_from_comprehension(unit.names, node.target.id)

    def run(vm: Vm, frame: Frame) -> Value:
        result = value(vm, frame)
        store(vm, frame, result)
        return result

    return run


# --- f-strings and the rest -----------------------------------------------------------------------------


@expression_of(nodes.JoinedStr)
def _joined(unit: Unit, node: nodes.JoinedStr) -> Run:
    parts = [expression(unit, value) for value in node.values]

    def run(vm: Vm, frame: Frame) -> Value:
        texts: list[str] = []
        for part in parts:
            text = part(vm, frame)
            if isinstance(text, Unknown):
                return text
            texts.append(text)
        return "".join(texts)

    return run


@expression_of(nodes.FormattedValue)
def _formatted(unit: Unit, node: nodes.FormattedValue) -> Run:
    value, before = expression(unit, node.value), node.debug_text
    spec = None if node.format_spec is None else expression(unit, node.format_spec)
    conversion = node.conversion

    def run(vm: Vm, frame: Frame) -> Value:
        result = value(vm, frame)
        told = "" if spec is None else spec(vm, frame)
        if isinstance(told, Unknown):
            return told
        text = vm.format(result, told, conversion)
        return text if isinstance(text, Unknown) else before + text

    return run


@expression_of(nodes.Await)
def _await(unit: Unit, node: nodes.Await) -> Run:
    value = expression(unit, node.value)

    def run(vm: Vm, frame: Frame) -> Value:
        value(vm, frame)
        return vm.unknown("`await`")

    return run


@expression_of(nodes.Starred)
def _starred(unit: Unit, node: nodes.Starred) -> Run:
    return expression(unit, node.value)


@expression_of(nodes.Yield, nodes.YieldFrom)
def _yield(unit: Unit, node: nodes.Yield | nodes.YieldFrom) -> Run:
    return lambda vm, frame: vm.unknown("`yield` in a place where it is not modelled")
