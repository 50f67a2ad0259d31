"""`math`, `cmath`, `statistics` and `fractions`: lifted, with exact rounding of symbolic ratios."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from convlint.interp.natives.lifting import items_of, lift, lift_all, number, take
from convlint.interp.natives.registry import add_value, native
from convlint.interp.python.builtins import numbers
from convlint.interp.values.classes import Instance
from convlint.interp.values.numbers import Ratio
from convlint.interp.values.unknown import MISSING, Unknown, Value
from convlint.symbolic import Dim, ceil_div

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

MAX_FACTORIAL = 500
MAX_CHOICE = 2000

for name in ("pi", "e", "tau", "inf", "nan"):
    add_value(f"math.{name}", getattr(math, name))

lift_all(
    "math",
    "sqrt isqrt exp exp2 expm1 log log2 log10 log1p pow sin cos tan asin acos atan atan2 sinh cosh tanh asinh acosh "
    "atanh hypot dist degrees radians copysign fabs fmod modf frexp ldexp remainder isnan isinf isfinite isclose gcd "
    "lcm factorial comb perm fsum erf erfc gamma lgamma nextafter ulp cbrt sumprod fma",
    {
        "factorial": lambda n: n <= MAX_FACTORIAL,
        "comb": lambda n, k: n <= MAX_CHOICE,
        "perm": lambda n, k=None: n <= MAX_FACTORIAL,
        "lcm": lambda *values: sum(value.bit_length() for value in values) <= 4096,
    },
)
lift_all("cmath", "sqrt exp log phase polar rect")
lift_all("statistics", "mean median fmean stdev pstdev variance pvariance mode")


@native("math.floor")
def floor(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    (value,) = take(vm, "floor", args, kwargs, "x")
    value = number(vm, value)
    if isinstance(value, Dim):
        return value
    if isinstance(value, Ratio):
        return value.numerator // value.denominator
    return _by_method(vm, "floor", value)


@native("math.ceil")
def ceil(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    (value,) = take(vm, "ceil", args, kwargs, "x")
    value = number(vm, value)
    if isinstance(value, Dim):
        return value
    if isinstance(value, Ratio):
        return ceil_div(value.numerator, value.denominator)
    return _by_method(vm, "ceil", value)


@native("math.trunc")
def trunc(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    (value,) = take(vm, "trunc", args, kwargs, "x")
    value = number(vm, value)
    if isinstance(value, Dim):
        return value
    return numbers.truncate(value) if isinstance(value, Ratio) else _by_method(vm, "trunc", value)


def _by_method(vm: Vm, label: str, value: Value) -> Value:
    if isinstance(value, Instance) and value.cls.find(f"__{label}__") is not MISSING:
        return vm.call(vm.getattr(value, f"__{label}__"), [])
    return lift(label, getattr(math, label))(vm, [value], {})


@native("math.prod")
def prod(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    iterable, result = take(vm, "prod", args, kwargs, "iterable", start=1)
    items = items_of(vm, "prod", iterable)
    if isinstance(items, Unknown):
        return items
    for item in items:
        vm.step()
        result = vm.binary("*", result, item)
    return result
