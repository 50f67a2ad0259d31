"""The part of NumPy that model code uses for its settings: small constant arrays, held as tensors with their values."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from convlint.interp.natives.registry import Implementation, add_value, native
from convlint.interp.natives.torch_module import argument
from convlint.interp.torch_values import DType
from convlint.interp.values import Unknown, Value
from convlint.layers.tensor import Tensor

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

MAX_ELEMENTS = 4096
Number = int | float

for _name, _dtype in {
    "float32": "float32", "float64": "float64", "int32": "int32", "int64": "int64", "uint8": "uint8", "bool_": "bool",
    "float16": "float16",
}.items():  # fmt: skip
    add_value(f"numpy.{_name}", DType(_dtype))
add_value("numpy.pi", math.pi)
add_value("numpy.inf", math.inf)
add_value("numpy.nan", math.nan)
add_value("numpy.newaxis", None)


def array(values: list[Number], shape: tuple[int, ...] | None = None) -> Tensor:
    """A constant array: of integers if all are, else of doubles."""
    whole = all(isinstance(value, int) for value in values)
    return Tensor(shape or (len(values),), "int64" if whole else "float64", tuple(values))


def numbers(vm: Vm, value: Value) -> list[Number] | None:
    """The elements of a one-dimensional array or sequence of plain numbers."""
    if isinstance(value, Tensor):
        return list(value.data) if value.data is not None and vm.taint_of(value) is None else None
    if isinstance(value, list | tuple | range) and vm.is_concrete(value):
        return list(value) if all(isinstance(item, int | float) for item in value) else None
    return None


@native("numpy.linspace")
def _linspace(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    start, stop = argument(args, kwargs, 0, "start"), argument(args, kwargs, 1, "stop")
    count, endpoint = argument(args, kwargs, 2, "num", 50), argument(args, kwargs, 3, "endpoint", True)
    plain = all(isinstance(value, int | float) for value in (start, stop, count))
    if not plain or not isinstance(count, int) or not 0 <= count <= MAX_ELEMENTS:
        return vm.unknown("`numpy.linspace` of unknown bounds")
    steps = count - 1 if endpoint else count
    step = (stop - start) / steps if steps else 0.0
    values = [start + index * step for index in range(count)]
    if endpoint and count > 1:
        values[-1] = float(stop)
    return array([float(value) for value in values])


@native("numpy.arange")
def _arange(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if kwargs or not all(isinstance(value, int) for value in args):
        return vm.unknown("`numpy.arange` of unknown bounds")
    values = range(*args)
    return array(list(values)) if len(values) <= MAX_ELEMENTS else vm.unknown("the array is too long")


@native("numpy.array", "numpy.asarray")
def _array(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    values = numbers(vm, args[0])
    if values is None or len(values) > MAX_ELEMENTS or kwargs.get("dtype") is not None:
        return vm.unknown("an array of unknown values")
    return array(values)


def _reduction(name: str, reduce: Callable[[list[Number]], Any]) -> None:
    def call(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
        values = numbers(vm, args[0])
        if values is None and name in ("prod", "sum"):
            return _symbolic_reduction(vm, name, args, kwargs)
        if values is None or not values or len(args) > 1 or kwargs:
            return vm.unknown(f"`numpy.{name}` of unknown values")
        return reduce(values)

    native(f"numpy.{name}")(call)


def _symbolic_reduction(vm: Vm, name: str, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """The product or sum of sizes of which some are symbolic."""
    items = vm.list_of(args[0]) if isinstance(args[0], list | tuple) and not kwargs and len(args) == 1 else None
    if items is None or isinstance(items, Unknown):
        return vm.unknown(f"`numpy.{name}` of unknown values")
    total: Value = 1 if name == "prod" else 0
    for item in items:
        total = vm.binary("*" if name == "prod" else "+", total, item)
    return total


REDUCTIONS: dict[str, Callable[[Any], Any]] = {
    "prod": math.prod,
    "sum": sum,
    "max": max,
    "min": min,
    "amax": max,
    "amin": min,
}
for _reduced, _function in REDUCTIONS.items():
    _reduction(_reduced, _function)
_reduction("mean", lambda values: sum(values) / len(values))


def _elementwise(name: str, function: Callable[[Number], Number]) -> Implementation:
    def call(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
        if len(args) != 1 or kwargs:
            return vm.unknown(f"`numpy.{name}` with options")
        single = isinstance(args[0], int | float)
        values = [args[0]] if single else numbers(vm, args[0])
        if values is None:
            return vm.unknown(f"`numpy.{name}` of unknown values")
        try:
            made = [function(value) for value in values]
        except (ValueError, OverflowError):
            return vm.unknown(f"`numpy.{name}` outside of its domain")
        return made[0] if single else array(made)

    return native(f"numpy.{name}")(call)


for _mapped, _map in {
    "ceil": lambda x: float(math.ceil(x)), "floor": lambda x: float(math.floor(x)), "sqrt": math.sqrt, "exp": math.exp,
    "log": math.log, "log2": math.log2, "log10": math.log10, "abs": abs, "absolute": abs, "square": lambda x: x * x,
    "sin": math.sin, "cos": math.cos, "tanh": math.tanh,
}.items():  # fmt: skip
    _elementwise(_mapped, _map)


@native("numpy.cumsum")
def _cumsum(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    values = numbers(vm, args[0])
    if values is None or len(args) > 1 or kwargs:
        return vm.unknown("`numpy.cumsum` of unknown values")
    total: Number = 0
    made: list[Number] = []
    for value in values:
        total += value
        made.append(total)
    return array(made)


@native("numpy.random.seed")
def _seed(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return None
