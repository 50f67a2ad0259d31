"""Numbers: `int`, `float`, `bool`, `complex`, their methods, rounding, and exact arithmetic on symbolic sizes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.interp.language import absent, operators
from convlint.interp.natives.lifting import lift, lift_all, lift_methods, number, opaque, plain, run, take
from convlint.interp.natives.registry import add_value, constructor, method, native
from convlint.interp.values.classes import Instance
from convlint.interp.values.numbers import Ratio, SymbolicBool
from convlint.interp.values.unknown import MISSING, Unknown, Value
from convlint.layers.core.tensor import Tensor
from convlint.symbolic import Dim, Verdict, at_least, maximum

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

MAX_DIGITS = 1000

for kind in (int, float, bool, complex):
    add_value(f"builtins.{kind.__name__}", kind)


SPECIAL = (
    "__index__ __int__ __float__ __abs__ __neg__ __pos__ __invert__ __trunc__ __floor__ __ceil__ __round__ __divmod__ "
    "__rdivmod__ __format__"
)
for kind in (int, float):
    lift_methods(kind, SPECIAL)


def truncate(value: Ratio) -> Value:
    """Return the integer part of a ratio, for either sign: a plain floor where the numerator is never negative."""
    if value.denominator == 1:
        return value.numerator
    above, below = maximum(value.numerator, 0), maximum(-value.numerator, 0)
    return above // value.denominator - below // value.denominator


@constructor(int)
def make_int(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if not args:
        return 0
    value = number(vm, args[0])
    if isinstance(value, Instance) and isinstance(value.payload, int) and value.cls.find("__int__") is MISSING:
        return int(value.payload)  # what an integer says of itself as an index is not asked for
    if len(args) > 1 or kwargs:
        return lift("int", int, lambda text, base=10: len(text) <= MAX_DIGITS)(vm, [value, *args[1:]], kwargs)
    if isinstance(value, int | Dim):
        return int(value) if isinstance(value, int) else value
    if isinstance(value, Ratio):
        return truncate(value)
    if isinstance(value, str | bytes) and len(value) > MAX_DIGITS:
        return vm.unknown("a number with many digits")
    if isinstance(value, Tensor):
        return _item(vm, value, "int", make_int)
    return _convert(vm, "int", int, value, ("__int__", "__index__", "__trunc__"))


@constructor(float)
def make_float(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """A symbolic integer becomes a ratio over 1, which rounds back to itself."""
    (value,) = take(vm, "float", args, kwargs, x=0.0)
    value = number(vm, value)
    if isinstance(value, Dim):
        return Ratio(value, 1)
    if isinstance(value, Ratio):
        return value
    if isinstance(value, Tensor):
        return _item(vm, value, "float", make_float)
    return _convert(vm, "float", float, value, ("__float__", "__index__"))


def _item(vm: Vm, tensor: Tensor, label: str, make: Value) -> Value:
    item = vm.call(vm.getattr(tensor, "item"), [])
    return make(vm, [item], {}) if isinstance(item, int | float | Dim | Ratio) else opaque(vm, label, [item])


def _convert(vm: Vm, label: str, kind: type, value: Value, methods: tuple[str, ...]) -> Value:
    if isinstance(value, Unknown | SymbolicBool):
        return opaque(vm, label, [value])
    if isinstance(value, Instance):
        for name in methods:
            if value.cls.find(name) is not MISSING:
                return _given(vm, label, kind, name, vm.call(vm.special(value, name), []))
        if value.payload is not None:
            return run(vm, label, kind, value.payload)
        return vm.unknown(f"`{label}` of a `{value.cls.name}` object")
    if value is None or vm.is_concrete(value) or isinstance(value, list | tuple | dict | set):
        return run(vm, label, kind, value)
    return vm.unknown(f"`{label}` of a {type(value).__name__}")


def _given(vm: Vm, label: str, kind: type, name: str, value: Value) -> Value:
    """Return the number that a method of conversion gave: an object of a class derived from it is cut to the number."""
    inner = plain(vm, value)
    if isinstance(inner, kind) and type(inner) in (bool, int, float):
        return kind(inner)
    if isinstance(inner, Unknown | Dim | Ratio | Tensor | SymbolicBool) or name not in ("__int__", "__float__"):
        return inner if isinstance(inner, Unknown | Dim | Ratio) else vm.unknown(f"what `{name}` gives")
    absent.demand(vm, inner, "__no_number__", f"{name} returned non-{label} (type {{kind}})")
    return vm.unknown(f"what `{name}` gives")


@constructor(bool)
def make_bool(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    (value,) = take(vm, "bool", args, kwargs, object=False)
    return operators.truth(vm, value)


constructor(complex)(lift("complex", complex))


@native("builtins.abs", "operator.abs")
def absolute(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    (value,) = take(vm, "abs", args, kwargs, "x")
    value = number(vm, value)
    if isinstance(value, Dim):
        return maximum(value, -value)
    if isinstance(value, Ratio):
        return operators.make_ratio(maximum(value.numerator, -value.numerator), value.denominator)
    if isinstance(value, Tensor):
        return vm.call(vm.getattr(value, "abs"), [])
    if isinstance(value, Instance):
        method = vm.special(value, "__abs__", MISSING)
        return absent.lacks(vm, value, "bad operand type for abs()") if method is MISSING else vm.call(method, [])
    return lift("abs", abs)(vm, [value], {})


@native("builtins.round")
def rounded(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    value, digits = take(vm, "round", args, kwargs, "number", ndigits=None)
    value, digits = number(vm, value), number(vm, digits)
    if isinstance(value, Dim) and (digits is None or (isinstance(digits, int) and digits >= 0)):
        return value
    if isinstance(value, Ratio) and digits is None:
        return _nearest(vm, value)
    if isinstance(value, Tensor):
        return vm.call(vm.getattr(value, "round"), [])
    if isinstance(value, Instance) and value.cls.find("__round__") is not MISSING:
        method = vm.special(value, "__round__", MISSING)
        if method is MISSING:
            return absent.lacks(vm, value, "type doesn't define __round__ method")
        return vm.call(method, [] if digits is None else [digits])
    return lift("round", round)(vm, [value] if digits is None else [value, digits], {})


def _nearest(vm: Vm, value: Ratio) -> Value:
    """Python rounds halves to the even neighbour; an odd denominator has no halves."""
    if value.denominator % 2 == 0:
        return vm.unknown("a rounded symbolic size")
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


@native("builtins.pow")
def power(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    base, exponent, modulus = take(vm, "pow", args, kwargs, "base", "exp", mod=None)
    if modulus is None:
        return vm.binary("**", base, exponent)
    return lift("pow", pow)(vm, [base, exponent, modulus], {})


@native("builtins.divmod")
def quotient_and_rest(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    left, right = take(vm, "divmod", args, kwargs, "x", "y")
    return (vm.binary("//", left, right), vm.binary("%", left, right))


def proved(vm: Vm, value: Dim, low: int) -> bool:
    """Tell whether `value >= low` holds for all inputs of this path."""
    return vm.assumptions.decide(at_least(value, low)) is Verdict.PROVED


@method(float, "is_integer")
def _is_integer(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    value = plain(vm, args[0])
    return float(value).is_integer() if isinstance(value, int | float) else opaque(vm, "is_integer", args)


lift_methods(float, "as_integer_ratio conjugate hex fromhex")
lift_methods(int, "bit_length bit_count conjugate as_integer_ratio from_bytes is_integer")
WIDTHS = {"to_bytes": lambda value, length=1, *rest, **named: length <= 1 << 16}
lift_methods(int, "to_bytes", WIDTHS)
lift_methods(bool, "from_bytes")
lift_methods(complex, "conjugate")
lift_all("builtins", "bin hex oct chr ord ascii")
