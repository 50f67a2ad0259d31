"""Truth, arithmetic and comparison of values: exact on Python values and symbolic sizes, unknown otherwise."""

from __future__ import annotations

import collections
import operator
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from convlint.interp.language import absent, algebra, forgetting, iteration, results
from convlint.interp.natives import type_forms
from convlint.interp.natives.failures import SIGNALS, failed
from convlint.interp.torch import open_sizes
from convlint.interp.torch import tensors as torch_tensors
from convlint.interp.values.classes import ClassValue, Instance
from convlint.interp.values.functions import Function
from convlint.interp.values.numbers import NotKnown, Ratio, Size, SymbolicBool
from convlint.interp.values.unknown import MISSING, Argument, FreeTensor, Negation, Number, Unknown, Value
from convlint.layers.core.tensor import Tensor
from convlint.symbolic import Condition, Dim, Verdict, at_least, negation, not_equal, product

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

MAX_BITS = 4096
MAX_LENGTH = 1_000_000
ITEMS_PER_STEP = 64
"""How many items of a sequence that is made at once count as one step: they take memory, if little time."""

BINARY: dict[str, tuple[str, str, str, Callable[[Any, Any], Any]]] = {
    "+": ("__add__", "__radd__", "__iadd__", operator.add),
    "-": ("__sub__", "__rsub__", "__isub__", operator.sub),
    "*": ("__mul__", "__rmul__", "__imul__", operator.mul),
    "/": ("__truediv__", "__rtruediv__", "__itruediv__", operator.truediv),
    "//": ("__floordiv__", "__rfloordiv__", "__ifloordiv__", operator.floordiv),
    "%": ("__mod__", "__rmod__", "__imod__", operator.mod),
    "**": ("__pow__", "__rpow__", "__ipow__", operator.pow),
    "@": ("__matmul__", "__rmatmul__", "__imatmul__", operator.matmul),
    "<<": ("__lshift__", "__rlshift__", "__ilshift__", operator.lshift),
    ">>": ("__rshift__", "__rrshift__", "__irshift__", operator.rshift),
    "&": ("__and__", "__rand__", "__iand__", operator.and_),
    "|": ("__or__", "__ror__", "__ior__", operator.or_),
    "^": ("__xor__", "__rxor__", "__ixor__", operator.xor),
}
UNARY: dict[str, Callable[[Any], Any]] = {"-": operator.neg, "+": operator.pos, "~": operator.invert}
CONTAINERS = (list, tuple, dict, set, frozenset)
PLAIN = (bool, int, float, complex, str, bytes, *CONTAINERS)


def truth(vm: Vm, value: Value) -> bool | SymbolicBool | Unknown:
    """Return the truth of a value, or the condition or unknown that it hangs on."""
    if value is None or isinstance(value, bool | int | float | str | bytes | complex):
        return bool(value)
    if isinstance(value, Unknown | SymbolicBool):
        return value
    if isinstance(value, Dim):
        return verdict(vm, not_equal(value, 0))
    if isinstance(value, Ratio):
        return verdict(vm, not_equal(value.numerator, 0))
    if isinstance(value, Tensor):
        return _tensor_truth(vm, value)
    if isinstance(value, Instance):
        return _instance_truth(vm, value)
    cause = vm.taint_of(value)
    if cause is not None:
        return cause
    try:
        return bool(value)
    except SIGNALS:
        raise
    except Exception as error:
        return failed(vm, "bool", error, ())


def _tensor_truth(vm: Vm, value: Tensor) -> bool | Unknown:
    """Only a tensor of one element has a truth; torch refuses others, which are not looked for here."""
    if value.data is not None and len(value.data) == 1:
        return bool(value.data[0])
    if vm.assumptions.decide(at_least(product(value.shape), 2)) is Verdict.PROVED:
        vm.call(vm.getattr(value, "__bool__"))
    return vm.unknown("value of a tensor")


def inverted(vm: Vm, value: Value) -> bool | SymbolicBool | Unknown:
    """Evaluate `not value`."""
    result = truth(vm, value)
    if isinstance(result, SymbolicBool):
        return SymbolicBool(negation(result.condition))
    if isinstance(result, Unknown):
        return result.of if isinstance(result, Negation) else Negation(result)
    return not result


def unary(vm: Vm, op: str, operand: Value) -> Value:
    if op == "not":
        return inverted(vm, operand)
    if isinstance(operand, Argument):
        operand = operand.dim
    if isinstance(operand, FreeTensor) and not operand.settled:
        return FreeTensor(operand.name)
    if isinstance(operand, Unknown):
        return vm.derived(operand, op)
    if isinstance(operand, Dim):
        return operand if op == "+" else -operand if op == "-" else -operand - 1
    method = {"-": "__neg__", "+": "__pos__", "~": "__invert__"}[op]
    if isinstance(operand, Tensor):
        return vm.call(vm.getattr(operand, method))
    if isinstance(operand, Instance):
        return _unary_of_object(vm, op, method, operand)
    try:
        return UNARY[op](operand)
    except NotKnown as unknown:
        return vm.unknown(str(unknown))
    except TypeError as error:
        return absent.python_says(vm, error, operand)


def _unary_of_object(vm: Vm, op: str, method: str, operand: Instance) -> Value:
    if operand.cls.find(method) is not MISSING:
        return vm.call(vm.special(operand, method))
    if operand.cls.unknown_base is not None:
        return vm.derived(operand.cls.unknown_base, op, operand)
    if operand.payload is not None and not isinstance(operand.payload, BaseException):
        return operand.tainted or unary(vm, op, operand.payload)
    absent.refused(vm, f"bad operand type for unary {op}: '{operand.cls.name}'")


def binary(vm: Vm, op: str, left: Value, right: Value, *, in_place: bool = False) -> Value:
    """Evaluate `left op right`, or `left op= right`."""
    plain, reflected, augmented, function = BINARY[op]
    if isinstance(left, int | float) and isinstance(right, int | float):
        return _numbers(vm, op, left, right, function)
    if op == "|":
        described = type_forms.union(left, right)
        if described is not None:
            return described
    if in_place:
        vm.writing(left)
    for value in (left, right):
        if isinstance(value, Tensor | Instance | ClassValue):
            return _by_methods(vm, left, right, (augmented if in_place else plain, plain, reflected))
    left, right = as_integer(left, right), as_integer(right, left)
    if isinstance(left, Dim | Ratio) or isinstance(right, Dim | Ratio):
        return _symbolic(vm, op, left, right)
    scaled = open_sizes.scaled(op, left, right)
    if scaled is not None:
        return scaled
    for value in (left, right):
        if isinstance(value, Unknown):
            if in_place:
                vm.havoc(left, value.reason)
            met, found = vm.met, vm.derived(value, op, value is left, right if value is left else left)
            vm.met = met if _raises_nothing(op, left, right) else vm.met
            return found
        cause = vm.taint_of(value)
        if cause is not None:
            return cause
    return _containers(vm, op, left, right, function, in_place)


def _raises_nothing(op: str, left: Value, right: Value) -> bool:
    """Whether arithmetic on numbers, of which some are not known, raises no exception: nothing is divided by them."""
    plain = all(isinstance(value, Number | int | float) for value in (left, right))
    divides = op in ("/", "//", "%") and isinstance(right, int | float) and right != 0
    return plain and (divides or op in ("+", "-", "*"))


def as_integer(value: Value, other: Value) -> Value:
    """An argument that nobody gives becomes a symbol when it is combined with an integer."""
    if isinstance(value, Argument) and isinstance(other, int | Dim | Argument) and not isinstance(other, bool):
        return value.dim
    return value


def _numbers(vm: Vm, op: str, left: Any, right: Any, function: Callable[[Any, Any], Any]) -> Value:
    if isinstance(left, int) and isinstance(right, int):
        if op == "**" and right > 0 and left.bit_length() * right > MAX_BITS:
            return vm.unknown("the number is too large")
        if op == "<<" and left.bit_length() + right > MAX_BITS:
            return vm.unknown("the number is too large")
        if op == "*" and left.bit_length() + right.bit_length() > MAX_BITS:
            return vm.unknown("the number is too large")
    try:
        return function(left, right)
    except NotKnown as unknown:
        return vm.unknown(str(unknown))
    except (ZeroDivisionError, OverflowError, ValueError, TypeError) as error:
        return absent.python_says(vm, error, left, right)


def _by_methods(vm: Vm, left: Value, right: Value, names: tuple[str, str, str]) -> Value:
    augmented, plain, reflected = names
    tries = [(left, right, plain), (right, left, reflected)]
    if isinstance(left, Instance) and isinstance(right, Instance) and right.cls is not left.cls:
        other = right.cls.find(reflected)
        if right.cls.derives_from(left.cls) and other is not MISSING and other is not left.cls.find(reflected):
            tries.reverse()  # a subclass that says it otherwise is asked first
    for receiver, other, name in ((left, right, augmented), *tries) if augmented != plain else tries:
        if isinstance(receiver, Instance) and receiver.payload is not None and receiver.cls.find(name) is MISSING:
            return binary_of_payloads(vm, plain, left, right)
        if not isinstance(receiver, Tensor | Instance):
            continue
        if isinstance(receiver, Tensor):  # an operator that is not modelled goes by another that is
            method = torch_tensors.tensor_attribute(vm, receiver, name)
        else:
            method = vm.special(receiver, name, MISSING)
        if isinstance(method, Unknown):
            return vm.call(method, [other])
        if receiver is right and _may_answer_first(left) and isinstance(right, Instance):
            return vm.derived(left, plain, True, right)
        if method is not MISSING:
            result = vm.call(method, [other])
            if result is not NotImplemented:
                return result
    for value in (left, right):
        if isinstance(value, Unknown):
            return vm.derived(value, plain, value is left, right if value is left else left)
    if augmented != plain and isinstance(left, list | dict | collections.deque):
        return _extended(vm, plain, left, right)
    repeats = plain in ("__mul__", "__mod__") and any(
        isinstance(one, str | bytes | list | tuple) for one in (left, right)
    )
    if all(map(_says_no, (left, right))) and not repeats:
        absent.refused(vm, f"unsupported operand type(s) for `{plain}`")
    return vm.unknown(f"`{plain}` of {type(left).__name__} and {type(right).__name__}")


def _may_answer_first(left: Value) -> bool:
    """Whether the left operand may have a method of its own, so that nobody asks the right one."""
    return isinstance(left, Unknown) and not isinstance(left, Number | Argument | FreeTensor)


def _extended(vm: Vm, name: str, left: Any, right: Value) -> Value:
    """`list += object` takes what the object gives when it is iterated over; of other containers it is not modelled."""
    items = vm.list_of(right) if name == "__add__" and not isinstance(left, dict) else vm.unknown(f"`{name}` in place")
    if isinstance(items, Unknown):
        vm.havoc(left, items.reason)
    else:
        left.extend(items)
    return left


def _says_no(value: Value) -> bool:
    """Whether an operand, whose own methods have been asked, takes no part: an object of the program, a plain value."""
    if isinstance(value, Instance):
        known = value.tainted is None and value.cls.unknown_base is None and value.payload is None
        return known and all(isinstance(base, ClassValue) and base.of_program for base in value.cls.mro)
    return value is None or isinstance(value, Function) or type(value) in PLAIN


def binary_of_payloads(vm: Vm, name: str, left: Value, right: Value) -> Value:
    """Operate on the Python values that instances of classes derived from `int`, `str`, `list` … carry."""
    operands = [
        value.payload if isinstance(value, Instance) and value.payload is not None else value for value in (left, right)
    ]
    if any(isinstance(value, Instance) for value in operands):
        return vm.unknown(f"`{name}` of objects")
    op = next(op for op, names in BINARY.items() if name in names[:3])
    if op == "|" and any(isinstance(value, collections.OrderedDict | collections.defaultdict) for value in operands):
        return vm.unknown("an object of a class that extends one of Python's")
    if op == "%" and isinstance(operands[0], str | bytes) and operands[1] is not right:
        return vm.unknown("the text of an object that extends one of Python's types")
    return binary(vm, op, operands[0], operands[1])


SEQUENCES = (list, tuple, str, bytes, bytearray)
NUMBERS = (int, float, Dim, Ratio)
NEVER_NUMBERS = (dict, set, frozenset, type(None))
"""Containers that no arithmetic with a number takes."""


def _symbolic(vm: Vm, op: str, left: Value, right: Value) -> Value:
    if isinstance(left, bool):
        left = int(left)
    if isinstance(right, bool):
        right = int(right)
    for value in (left, right):
        if isinstance(value, Unknown):
            return vm.derived(value, op, value is left, right if value is left else left)
    if isinstance(left, SEQUENCES) or isinstance(right, SEQUENCES):
        return vm.unknown("a sequence repeated a symbolic number of times")
    if isinstance(left, NEVER_NUMBERS) or isinstance(right, NEVER_NUMBERS):
        absent.refused(vm, f"unsupported operand type(s) for `{op}`")
    if not isinstance(left, NUMBERS) or not isinstance(right, NUMBERS):
        return vm.unknown(f"`{op}` of a symbolic size and something else")
    if (
        isinstance(left, Ratio)
        or isinstance(right, Ratio)
        or op == "/"
        or isinstance(left, float)
        or isinstance(right, float)
    ):
        return _ratio(vm, op, left, right)
    if op == "**":
        return left**right if isinstance(right, int) and 0 <= right <= 8 else vm.unknown("a symbolic power")
    if op in ("//", "%"):
        if right == 0:
            vm.throw(ZeroDivisionError, "integer division or modulo by zero")
        return left // right if op == "//" else left % right
    if op in ("+", "-", "*"):
        return BINARY[op][3](left, right)
    if op == "<<" and isinstance(right, int) and 0 <= right < 64:
        return left * 2**right
    if op == ">>" and isinstance(right, int) and 0 <= right < 64:
        return left // 2**right
    return vm.unknown(f"`{op}` on a symbolic size")


def _ratio(vm: Vm, op: str, left: Value, right: Value) -> Value:
    """Rational arithmetic as far as it is exact in floating point too: by integers and powers of two."""
    first, second = as_ratio(left), as_ratio(right)
    if first is None or second is None:
        return vm.unknown(f"`{op}` of a symbolic size and a float")
    (a, b), (c, d) = first, second
    if op in ("+", "-"):
        joined = a * d + c * b if op == "+" else a * d - c * b
        return make_ratio(joined, b * d)
    if op == "*":
        return make_ratio(a * c, b * d)
    if op == "/" and isinstance(c, int) and c > 0:
        return make_ratio(a * d, b * c)
    if op == "//" and isinstance(c, int) and c > 0:
        return (
            (a * d) // (b * c) if isinstance(left, Dim) and isinstance(right, int) else vm.unknown("floor of a float")
        )
    return vm.unknown(f"`{op}` of a symbolic size and a float")


def make_ratio(numerator: Any, denominator: int) -> Value:
    if isinstance(numerator, int):
        return numerator / denominator
    return Ratio(numerator, denominator)


def as_ratio(value: Value) -> tuple[Any, int] | None:
    if isinstance(value, int | Dim):
        return value, 1
    if isinstance(value, Ratio):
        return value.numerator, value.denominator
    if isinstance(value, float) and abs(value) < 1e9:
        numerator, denominator = value.as_integer_ratio()
        if denominator <= 1 << 16:
            return numerator, denominator
    return None


def _containers(
    vm: Vm, op: str, left: Value, right: Value, function: Callable[[Any, Any], Any], in_place: bool
) -> Value:
    repeated = op == "*" and isinstance(left, list | tuple | str | bytes) and isinstance(right, int)
    length = _length(op, left, right)
    if length > MAX_LENGTH:
        if in_place:
            vm.havoc(left, "the sequence is too long")
        return vm.unknown("the sequence is too long")
    if length > ITEMS_PER_STEP:
        vm.step(length // ITEMS_PER_STEP)
    if repeated and in_place and isinstance(left, list):
        left *= right
        return left
    if op == "*" and isinstance(right, list | tuple | str | bytes) and isinstance(left, int):
        return _containers(vm, op, right, left, function, False)
    if op == "%" and isinstance(left, str | bytes) and (not vm.is_concrete(right) or _is_wide(left)):
        cause = vm.unknown("formatting of an unknown value")
        forgetting.shown(vm, (right,), cause)
        return cause
    if in_place and isinstance(left, list) and op == "+":
        iteration.extend(vm, left, right)
        return left
    if op in algebra.OPERATIONS:
        made = (algebra.combine_in_place if in_place else algebra.combine)(vm, op, left, right)
        if made is not MISSING:
            return made
    if op == "+" and isinstance(left, Size) and isinstance(right, tuple):
        return Size(tuple(left) + tuple(right))
    if op == "|" and (isinstance(left, type) or isinstance(right, type) or callable(left) or callable(right)):
        return vm.unknown("a union of types")
    if isinstance(left, Function) or isinstance(right, Function):
        if all(map(_says_no, (left, right))):
            absent.refused(
                vm, f"unsupported operand type(s) for {op}: '{type(left).__name__}' and '{type(right).__name__}'"
            )
        return vm.unknown(f"`{op}` of a function")
    try:
        return function(left, right)
    except TypeError as error:
        if isinstance(left, (*CONTAINERS, str, int, float, type(None))) and isinstance(
            right, (*CONTAINERS, str, int, float, type(None))
        ):
            return absent.python_says(vm, error, left, right)
        return vm.unknown(f"`{op}` of {type(left).__name__} and {type(right).__name__}")
    except Exception as error:
        return absent.python_says(vm, error, left, right)


def _length(op: str, left: Value, right: Value) -> int:
    """Return how long the sequence is that an operation makes, 0 if it makes none."""
    if not isinstance(left, list | tuple | str | bytes):
        return 0
    if op == "*" and isinstance(right, int):
        return len(left) * max(right, 0)
    return len(left) + len(right) if op == "+" and type(right) is type(left) else 0


def _is_wide(template: str | bytes) -> bool:
    """Whether a `%` template may ask for more padding than is worth making."""
    text = template.decode("latin-1") if isinstance(template, bytes) else template
    return "*" in text or any(int(width) > MAX_LENGTH for width in re.findall(r"\d{1,30}", text))


def verdict(vm: Vm, condition: Condition) -> bool | SymbolicBool:
    verdict = vm.assumptions.decide(condition)
    if verdict is Verdict.OPEN:
        return SymbolicBool(condition)
    return verdict is Verdict.PROVED


def instance_payload(value: Value) -> Value:
    return value.payload if isinstance(value, Instance) and value.payload is not None else value


def _instance_truth(vm: Vm, value: Instance) -> bool | SymbolicBool | Unknown:
    for name in ("__bool__", "__len__"):
        method = vm.special(value, name, MISSING) if value.cls.find(name) is not MISSING else MISSING
        if isinstance(method, Unknown):
            return method
        if method is not MISSING:
            given = vm.call(method)
            return truth(vm, results.truth(vm, given) if name == "__bool__" else results.length(vm, given))
    if value.payload is not None and not isinstance(value.payload, BaseException):
        return truth(vm, value.payload)
    if value.cls.unknown_base is not None:
        return value.cls.unknown_base
    return True
