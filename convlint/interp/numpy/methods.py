"""`numpy.ndarray`: what its instances, and NumPy's scalars, do as objects: operators, methods and attributes."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from convlint.interp.language import absent, operators
from convlint.interp.natives.registry import Implementation, add_value, find, method, native
from convlint.interp.numpy import arrays, elementwise, indexing, making, numbers, reductions, unary
from convlint.interp.numpy import sized as sizing
from convlint.interp.numpy.arrays import NDARRAY, Array, Cell, Sized
from convlint.interp.values.functions import BoundMethod, GeneratorValue, Native, Property
from convlint.interp.values.unknown import MISSING, Unknown, Value
from convlint.layers.shared import constants

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

OTHERS = """
argpartition base byteswap choose compress conj conjugate ctypes data device diagonal dump dumps flags flat getfield
imag itemset itemsize mT nbytes newbyteorder nonzero ptp real repeat searchsorted setflags std strides swapaxes take
to_device tobytes tofile tostring trace var view
"""
OTHER_NAMES = frozenset(OTHERS.split())
"""What arrays have besides and is not modelled: any other name is no attribute of theirs."""

Function = Callable[["Vm", Array, list[Value], dict[str, Value]], Value]


def of_array(*names: str) -> Callable[[Function], Function]:
    """Register a method of arrays, of truths as scalars, and of the other scalars, which are taken as arrays."""

    def register(function: Function) -> Function:
        def call(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
            array = args[0] if isinstance(args[0], Array) else arrays.array_of(vm, args[0])
            if isinstance(array, Unknown) or array.tainted is not None:
                return array if isinstance(array, Unknown) else Unknown(array.tainted.reason)  # type: ignore[union-attr]
            return function(vm, array, args[1:], kwargs)

        for name in names:
            NDARRAY.namespace[name] = Native(f"numpy.ndarray.{name}", _of_known_size(name, call), binds=True)
            if not name.startswith("__"):
                method(numbers.Scalar, name)(call)
        return function

    return register


def _of_known_size(name: str, call: Implementation) -> Implementation:
    """Let arrays of which only the sizes are known do it their way."""

    def either(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
        if not isinstance(args[0], Sized):
            return call(vm, args, kwargs)
        if name == "__getattr__":
            return _method_by_name(vm, *args)
        return sizing.method_of(vm, name, args, kwargs)

    return either


def _method_by_name(vm: Vm, array: Sized, name: str) -> Value:
    if name in sizing.METHODS:
        return BoundMethod(Native(name, lambda vm, args, kwargs: sizing.method_of(vm, name, args, kwargs), True), array)
    if name in OTHER_NAMES:
        return vm.unknown(f"`numpy.ndarray.{name}` is not modelled")
    absent.no_attribute(vm, f"'numpy.ndarray' object has no attribute '{name}'")


def attribute(name: str, read: Callable[[Vm, Array], Value], write: bool = False) -> None:
    """Register an attribute of arrays and scalars; what is set anew is not followed."""

    def getter(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
        if args[0].tainted is not None:
            return Unknown(args[0].tainted.reason)
        return sizing.ATTRIBUTES[name](vm, args[0]) if isinstance(args[0], Sized) else read(vm, args[0])

    def setter(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> None:
        vm.havoc(args[0], f"`{name}` of an array was set")

    NDARRAY.namespace[name] = Property(Native(name, getter), Native(name, setter) if write else None)
    ATTRIBUTES[name] = read


ATTRIBUTES: dict[str, Callable[[Vm, Array], Value]] = {}
attribute("shape", lambda vm, array: array.shape, write=True)
attribute("dtype", lambda vm, array: numbers.OBJECTS[array.dtype], write=True)
attribute("ndim", lambda vm, array: len(array.shape))
attribute("size", lambda vm, array: arrays.count(array.shape))
attribute("T", lambda vm, array: transposed(array, range(len(array.shape))[::-1]))


def _of_scalar(self: numbers.Scalar, vm: Vm, name: str) -> Value:
    """Attributes of NumPy's scalars, which are those of arrays."""
    if name in ATTRIBUTES:
        array = arrays.array_of(vm, self)
        return array if isinstance(array, Unknown) else ATTRIBUTES[name](vm, array)
    return vm.unknown(f"`{name}` of a scalar of NumPy") if name in OTHER_NAMES else MISSING


setattr(numbers.Scalar, "get_attribute", _of_scalar)  # noqa: B010


@of_array("__getattr__")
def _other(vm: Vm, array: Array, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if args[0] in OTHER_NAMES:
        return vm.unknown(f"`numpy.ndarray.{args[0]}` is not modelled")
    absent.no_attribute(vm, f"'numpy.ndarray' object has no attribute '{args[0]}'")


# --- operators ------------------------------------------------------------------------------------------


def _binary(op: str) -> None:
    plain, reflected, augmented, _ = operators.BINARY[op]
    of_array(plain)(lambda vm, array, args, kwargs: elementwise.binary(vm, op, array, args[0]))
    of_array(reflected)(lambda vm, array, args, kwargs: elementwise.binary(vm, op, args[0], array))
    of_array(augmented)(lambda vm, array, args, kwargs: elementwise.in_place(vm, op, array, args[0]))


def _comparison(op: str, name: str) -> None:
    of_array(name)(lambda vm, array, args, kwargs: elementwise.binary(vm, op, array, args[0]))


for _op in numbers.INTEGER_OPERATIONS:
    _binary(_op)
for _op, _name in zip(elementwise.COMPARISONS, ("eq", "ne", "lt", "le", "gt", "ge"), strict=True):
    _comparison(_op, f"__{_name}__")
of_array("__matmul__", "__rmatmul__", "__imatmul__", "dot")(
    lambda vm, array, args, kwargs: vm.unknown("a product of matrices of NumPy")
)
of_array("__neg__")(lambda vm, array, args, kwargs: unary.negated(vm, array))
of_array("__pos__")(lambda vm, array, args, kwargs: unary.same(vm, array))
of_array("__invert__")(lambda vm, array, args, kwargs: unary.inverted(vm, array))
of_array("__abs__")(lambda vm, array, args, kwargs: vm.call(_numpy("abs"), [array]))
of_array("__getitem__")(lambda vm, array, args, kwargs: indexing.get(vm, array, args[0]))
of_array("__setitem__")(lambda vm, array, args, kwargs: indexing.set_(vm, array, args[0], args[1]))
of_array("__copy__", "__deepcopy__", "copy")(lambda vm, array, args, kwargs: making.copied(vm, array))


def _numpy(name: str) -> Value:
    return find(f"numpy.{name}")


@of_array("__len__")
def _length(vm: Vm, array: Array, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if not array.shape:
        absent.refused(vm, "len() of unsized object")
    return array.shape[0]


@of_array("__iter__")
def _rows(vm: Vm, array: Array, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if not array.shape:
        absent.refused(vm, "iteration over a 0-d array")

    def rows() -> Iterator[Value]:
        for index in range(array.shape[0]):
            yield indexing.get(vm, array, index)

    return GeneratorValue(rows())


@of_array("__contains__")
def _contains(vm: Vm, array: Array, args: list[Value], kwargs: dict[str, Value]) -> Value:
    same = elementwise.binary(vm, "==", array, args[0])
    if isinstance(same, Unknown):
        return same
    found = reductions.reduced(vm, "any", same, [], {})
    return operators.truth(vm, found)


@of_array("__bool__")
def _truth(vm: Vm, array: Array, args: list[Value], kwargs: dict[str, Value]) -> Value:
    values = arrays.cells(vm, array)
    if isinstance(values, Unknown) or not values:
        return values if isinstance(values, Unknown) else vm.unknown("the truth of an empty array")
    if len(values) > 1:
        vm.throw(ValueError, "The truth value of an array with more than one element is ambiguous.")
    return operators.truth(vm, values[0])


def _single(vm: Vm, array: Array) -> Cell:
    """The only element, plain; NumPy's versions differ on whether it may have axes."""
    values = arrays.cells(vm, array)
    if isinstance(values, Unknown):
        return values
    if len(values) != 1:
        absent.refused(vm, "only length-1 arrays can be converted to Python scalars")
    return values[0] if not array.shape else vm.unknown("an array with axes is made a number")


of_array("__int__")(lambda vm, array, args, kwargs: vm.call(int, [_single(vm, array)]))
of_array("__float__")(lambda vm, array, args, kwargs: vm.call(float, [_single(vm, array)]))
of_array("__round__")(lambda vm, array, args, kwargs: vm.unknown("an array rounded by Python"))
of_array("__str__", "__repr__", "__format__")(lambda vm, array, args, kwargs: vm.unknown("the text of an array"))


@of_array("__index__")
def _index(vm: Vm, array: Array, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if array.shape or numbers.kind(array.dtype) not in "iu":
        absent.refused(vm, "only integer scalar arrays can be converted to a scalar index")
    return _single(vm, array)


@of_array("__hash__")
def _hash(vm: Vm, array: Array, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return vm.unknown("the hash of a scalar") if array.cls is not NDARRAY else absent.refused(vm, "unhashable type")


# --- methods --------------------------------------------------------------------------------------------


@of_array("tolist")
def _tolist(vm: Vm, array: Array, args: list[Value], kwargs: dict[str, Value]) -> Value:
    values = arrays.cells(vm, array)
    if isinstance(values, Unknown):
        return values
    if 0 in array.shape[1:]:
        return vm.unknown("the lists of an empty array")
    for size in reversed(array.shape[1:]):
        values = (
            [values[start : start + size] for start in range(0, len(values), size)]
            if size
            else [[] for _ in range(arrays.count(array.shape[:-1]))]
        )
    return values if array.shape else values[0]


@of_array("item")
def _item(vm: Vm, array: Array, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if args:
        if len(args) > 1 or len(array.shape) != 1:
            return vm.unknown("an item by its place")
        made = indexing.get(vm, array, args[0])
        return made.plain() if isinstance(made, numbers.Scalar) else operators.truth(vm, made)
    values = arrays.cells(vm, array)
    if isinstance(values, Unknown):
        return values
    if len(values) != 1:
        vm.throw(ValueError, "can only convert an array of size 1 to a Python scalar")
    return values[0]


@of_array("astype")
def _astype(vm: Vm, array: Array, args: list[Value], kwargs: dict[str, Value]) -> Value:
    bound = making.options(args, kwargs, "dtype copy", (True,))
    dtype = numbers.dtype_named(bound[0]) if bound is not None else ""
    if bound is None or not dtype or not isinstance(bound[1], bool):
        return vm.unknown("`astype` to a dtype that is not known")
    if not bound[1] and dtype == array.dtype:
        return array
    return arrays.astype(vm, array, dtype)


def _reducing(name: str) -> None:
    of_array(name)(lambda vm, array, args, kwargs: reductions.reduced(vm, name, array, args, kwargs))


for _name in reductions.REDUCTIONS:
    _reducing(_name)


def _through(function: Callable[..., Value], name: str) -> None:
    of_array(name)(lambda vm, array, args, kwargs: function(vm, name, array, args, kwargs))


for _name in ("cumsum", "cumprod"):
    _through(reductions.cumulated, _name)
for _name in ("argmax", "argmin"):
    _through(reductions.placed, _name)
_through(reductions.sorted_, "argsort")


def _sort(vm: Vm, array: Array, args: list[Value], kwargs: dict[str, Value]) -> Value:
    arrays.forget(vm, array, "`ndarray.sort` is not modelled")
    return None


for _name in ("sort", "fill", "put", "partition", "itemset", "resize", "byteswap", "setfield"):
    of_array(_name)(_sort)


@of_array("round")
def _round(vm: Vm, array: Array, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return vm.call(_numpy("round"), [array, *args], kwargs)


@of_array("clip")
def _clip(vm: Vm, array: Array, args: list[Value], kwargs: dict[str, Value]) -> Value:
    bound = making.options(args, kwargs, "min max", (None, None))
    if bound is None or (bound[0] is None and bound[1] is None):
        return vm.unknown("`ndarray.clip` with options")
    return elementwise.limited(vm, array, *bound)


# --- shapes ---------------------------------------------------------------------------------------------


@of_array("reshape")
def reshaped(vm: Vm, array: Array, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """A view of the elements in row-major order."""
    given = args[0] if len(args) == 1 and isinstance(args[0], list | tuple | Array) else args
    sizes = arrays.array_of(vm, list(given) if not isinstance(given, Array) else given)
    cells = sizes if isinstance(sizes, Unknown) else arrays.cells(vm, sizes)
    if kwargs or isinstance(cells, Unknown) or not all(isinstance(size, int) for size in cells) or not args:
        return vm.unknown("`reshape` of an array to a shape that is not known")
    count = arrays.count(array.shape)
    shape = list(cells)
    known = arrays.count(tuple(size for size in shape if size != -1))
    if shape.count(-1) == 1 and known and count % known == 0:
        shape[shape.index(-1)] = count // known
    if any(size < 0 for size in shape) or arrays.count(tuple(shape)) != count:
        vm.throw(ValueError, f"cannot reshape array of size {count} into shape {tuple(shape)}")
    if not _in_order(array.positions):
        # Of elements that do not lie in order NumPy may make a copy: writing to it is not followed.
        values = arrays.cells(vm, array)
        return values if isinstance(values, Unknown) else arrays.make(values, tuple(shape), array.dtype)
    return arrays.view(array.memory, array.positions, tuple(shape), array.dtype)


def _in_order(positions: Sequence[int]) -> bool:
    return isinstance(positions, range) or all(b == a + 1 for a, b in itertools.pairwise(positions))


@of_array("flatten")
def _flatten(vm: Vm, array: Array, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if args or kwargs:
        return vm.unknown("`flatten` with options")
    values = arrays.cells(vm, array)
    return values if isinstance(values, Unknown) else arrays.make(values, (len(values),), array.dtype)


@of_array("ravel")
def _ravel(vm: Vm, array: Array, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return vm.unknown("`ravel` with options") if args or kwargs else reshaped(vm, array, [-1], {})


def transposed(array: Array, axes: Sequence[int]) -> Array:
    strides = constants.strides_of(array.shape)
    shape = tuple(array.shape[axis] for axis in axes)
    where = constants.strided(shape, [strides[axis] for axis in axes])
    return arrays.view(array.memory, [array.positions[position] for position in where], shape, array.dtype)


@of_array("transpose")
def _transpose(vm: Vm, array: Array, args: list[Value], kwargs: dict[str, Value]) -> Value:
    axes = args[0] if len(args) == 1 and isinstance(args[0], list | tuple) else args
    if not args or (len(args) == 1 and args[0] is None):
        return transposed(array, range(len(array.shape))[::-1])
    if kwargs or not all(isinstance(axis, int) for axis in axes):
        return vm.unknown("`transpose` of axes that are not known")
    if len(axes) != len(array.shape):
        vm.throw(ValueError, "axes don't match array")
    places = [arrays.axis_of(vm, axis, len(array.shape)) for axis in axes]
    if len(set(places)) < len(places):
        vm.throw(ValueError, "repeated axis in transpose")
    return transposed(array, places)


@of_array("squeeze")
def _squeeze(vm: Vm, array: Array, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if args or kwargs:
        return vm.unknown("`squeeze` of some axes")
    shape = tuple(size for size in array.shape if size != 1)
    return arrays.view(array.memory, array.positions, shape, array.dtype)


def _as_function(name: str) -> None:
    """A function of NumPy that is a method of the array that it is given."""

    def call(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
        array = args[0] if isinstance(args[0], Sized) else arrays.array_of(vm, args[0])
        if isinstance(array, Unknown):
            return Unknown(array.reason, array.place)
        return vm.call(NDARRAY.namespace[name], [array, *args[1:]], kwargs)

    native(f"numpy.{name}")(call)


for _name in ("reshape", "ravel", "transpose", "squeeze", "copy"):
    _as_function(_name)
add_value("numpy.ndarray", NDARRAY)
for _name, _cls in numbers.CLASSES.items():
    if _name == "bool":
        _cls.namespace.update(NDARRAY.namespace)
        for _container in ("__iter__", "__len__", "__contains__", "__setitem__"):
            del _cls.namespace[_container]


def _never(vm: Vm, cls: Value, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return vm.unknown("an array that is made by its class")


NDARRAY.factory = _never
