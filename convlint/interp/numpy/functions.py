"""NumPy's names that are no functions of arrays: constants, classes, dtypes and what is asked about them."""

from __future__ import annotations

import math
import struct
from typing import TYPE_CHECKING

from convlint.interp.natives import registry
from convlint.interp.natives.objects import Record
from convlint.interp.natives.registry import add_value, native
from convlint.interp.numpy import arrays, numbers
from convlint.interp.numpy.arrays import Array
from convlint.interp.numpy.making import options
from convlint.interp.values.classes import ClassValue, Instance
from convlint.interp.values.functions import Native
from convlint.interp.values.unknown import Unknown, Value
from convlint.symbolic import Dim

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

for _name, _value in {"pi": math.pi, "e": math.e, "inf": math.inf, "nan": math.nan, "newaxis": None}.items():
    add_value(f"numpy.{_name}", _value)
for _name, _cls in numbers.ABSTRACT.items():
    add_value(f"numpy.{_name}", _cls)
add_value("numpy.exceptions.AxisError", arrays.AxisError)


def _make(vm: Vm, cls: ClassValue, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """`numpy.float32(value)`; an array for an array."""
    dtype = next((name for name, known in numbers.CLASSES.items() if known is cls), "")
    if not dtype or len(args) > 1 or kwargs or any(isinstance(arg, str) for arg in args):
        return vm.unknown(f"`{cls.qualname}` with options")
    array = arrays.array_of(vm, args[0] if args else 0)
    values = array if isinstance(array, Unknown) else arrays.cells(vm, array)
    if isinstance(array, Unknown) or isinstance(values, Unknown):
        return vm.unknown(f"`{cls.qualname}` of what is not known")
    return arrays.result([arrays.converted(vm, cell, dtype) for cell in values], array.shape, dtype)


for _name, _cls in numbers.CLASSES.items():
    _cls.factory = _make
    add_value(f"numpy.{_cls.name}", _cls)
for _name, _own in {
    "int_": "int64",
    "intp": "int64",
    "double": "float64",
    "single": "float32",
    "half": "float16",
}.items():
    add_value(f"numpy.{_name}", numbers.CLASSES[_own])


# --- dtypes ---------------------------------------------------------------------------------------------


def _dtype(vm: Vm, cls: ClassValue, args: list[Value], kwargs: dict[str, Value]) -> Value:
    named = numbers.dtype_named(args[0]) if len(args) == 1 and not kwargs else ""
    return numbers.OBJECTS[named] if named else vm.unknown("a dtype of NumPy that is not known")


def _same_dtype(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    own, other = args[0].attrs[""], args[1]
    if other is None or isinstance(other, Unknown):
        return vm.unknown("a comparison with a dtype that is not known")
    named = numbers.dtype_named(other)
    return own == named if named else vm.unknown("a comparison with a dtype that is not known")


numbers.DTYPE.factory = _dtype
numbers.DTYPE.namespace.update(
    {
        "__eq__": Native("numpy.dtype.__eq__", _same_dtype, binds=True),
        "__str__": Native("numpy.dtype.__str__", lambda vm, args, kwargs: args[0].attrs[""], binds=True),
        "__getattr__": Native(
            "numpy.dtype.__getattr__", lambda vm, args, kwargs: vm.unknown(f"`{args[1]}` of a dtype"), binds=True
        ),
    }
)
add_value("numpy.dtype", numbers.DTYPE)


@native("numpy.issubdtype")
def _issubdtype(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    named = numbers.dtype_named(args[0]) if len(args) == 2 and not kwargs else ""
    if not named:
        return vm.unknown("`numpy.issubdtype` of a dtype that is not known")
    other = numbers.dtype_named(args[1])
    wanted = numbers.CLASSES[other] if other else args[1]
    if not isinstance(wanted, ClassValue):
        return vm.unknown("`numpy.issubdtype` of a dtype that is not known")
    return numbers.CLASSES[named].derives_from(wanted)


@native("numpy.iinfo")
def _iinfo(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    named = numbers.dtype_named(args[0]) if len(args) == 1 and not kwargs else ""
    if named not in numbers.INTEGERS:
        return vm.unknown("`numpy.iinfo` of a dtype that is not known")
    low, high = numbers.INTEGERS[named]
    return Record("numpy.iinfo", {"min": low, "max": high, "bits": numbers.size(named)})


@native("numpy.finfo")
def _finfo(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    named = numbers.dtype_named(args[0]) if len(args) == 1 and not kwargs else ""
    limits = {
        "float64": (math.ulp(1.0), struct.unpack(">d", b"\x7f\xef" + b"\xff" * 6)[0]),
        "float32": (2.0**-23, struct.unpack(">f", b"\x7f\x7f\xff\xff")[0]),
    }
    if named not in limits:
        return vm.unknown("`numpy.finfo` of a dtype that is not known")
    eps, high = (numbers.number(value, named) for value in limits[named])
    return Record("numpy.finfo", {"eps": eps, "max": high, "min": -high, "bits": numbers.size(named)})


# --- what is asked about any value ----------------------------------------------------------------------


@native("numpy.isscalar")
def _isscalar(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    (value,) = args
    if isinstance(value, Array):
        return value.cls is not arrays.NDARRAY
    if isinstance(value, int | float | complex | str | bytes | Dim):
        return True
    return vm.unknown("`numpy.isscalar` of an object") if isinstance(value, Unknown | Instance) else False


def _asked(name: str) -> None:
    """`numpy.shape`, `numpy.ndim`, `numpy.size`: of an array, or of what would become one."""

    @native(f"numpy.{name}")
    def call(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
        if len(args) != 1 or kwargs:
            return vm.unknown(f"`numpy.{name}` with options")
        array = args[0] if isinstance(args[0], arrays.Sized) else arrays.array_of(vm, args[0])
        return Unknown(array.reason, array.place) if isinstance(array, Unknown) else vm.getattr(array, name)


for _name in ("shape", "ndim", "size"):
    _asked(_name)


@native("numpy.random.seed", "numpy.seterr", "numpy.set_printoptions")
def _nothing(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return None


@native("numpy.broadcast_shapes")
def _broadcast_shapes(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    shapes = [tuple(shape) if isinstance(shape, list | tuple) else (shape,) for shape in args]
    if kwargs or not all(isinstance(size, int) for shape in shapes for size in shape):
        return vm.unknown("`numpy.broadcast_shapes` of shapes that are not known")
    return arrays.broadcast(vm, *shapes)


@native("numpy.append")
def _append(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Both one after the other, each made flat unless an axis is given."""
    bound = options(args, kwargs, "arr values axis", (None,))
    if bound is None:
        return vm.unknown("`numpy.append` with options")
    *parts, axis = bound
    if axis is not None:
        return vm.call(registry.find("numpy.concatenate"), [parts, axis])
    flat = [vm.call(registry.find("numpy.ravel"), [part]) for part in parts]
    return vm.call(registry.find("numpy.concatenate"), [flat])
