"""NumPy's arrays as values: their memory, their shape and dtype, and making them from what programs hold."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

from convlint.interp.language.operators import make_ratio
from convlint.interp.numpy import numbers
from convlint.interp.values.arrays import ArrayLike
from convlint.interp.values.classes import ClassValue
from convlint.interp.values.numbers import NotKnown, Ratio, SymbolicBool
from convlint.interp.values.signals import PyRaise
from convlint.interp.values.unknown import Unknown, Value
from convlint.layers.core.tensor import Tensor
from convlint.layers.shared import constants
from convlint.symbolic import Dim, Size

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

MAX_ELEMENTS = 4096
Cell = Any
"""An element: a plain number, a symbolic size or ratio, a symbolic truth, or unknown."""
Shape = tuple[int, ...]

NDARRAY = ClassValue("ndarray", "numpy.ndarray", (), {})
NDARRAY.mro = (NDARRAY,)


class AxisError(ValueError, IndexError):
    """`numpy.exceptions.AxisError`."""


class Memory(Struct, eq=False):
    """The cells that an array and its views share, and the tensors that share them too, each with what it held then."""

    cells: list[Cell]
    tensors: list[tuple[Tensor, object]] = []


class Array(ArrayLike, eq=False):
    """An array, or a scalar of dtype bool: `positions` are the places of its elements in memory, in row-major order."""

    memory: Memory = field(default_factory=lambda: Memory([]))
    positions: Sequence[int] = ()
    shape: Shape = ()
    dtype: str = "float64"

    @property
    def is_open(self) -> bool:
        return False

    @property
    def form(self) -> tuple[tuple[Size, ...], str]:
        return self.shape, self.dtype

    def like(self, shape: tuple[Size, ...], dtype: str) -> Sized:
        return sized(shape, dtype)

    def as_data(self, vm: Vm) -> Tensor | Unknown:
        """Return a tensor of the values; what is written to one is no longer known in the other."""
        values = cells(vm, self)
        if isinstance(values, Unknown):
            return values
        known = all(isinstance(value, int | float) for value in values)
        tensor = Tensor(self.shape, self.dtype, tuple(values) if known else None)
        self.memory.tensors.append((tensor, tensor.data))
        return tensor


class Sized(ArrayLike, eq=False):
    """An array of which only the shape and the dtype are known, "" for one that is not; what is done to it is in the
    module `sized`."""

    shape: tuple[Size, ...] = ()
    dtype: str = ""

    @property
    def is_open(self) -> bool:
        return True

    @property
    def form(self) -> tuple[tuple[Size, ...], str]:
        return self.shape, self.dtype

    def like(self, shape: tuple[Size, ...], dtype: str) -> Sized:
        return sized(shape, dtype)

    def as_data(self, vm: Vm) -> Tensor:
        """Return the tensor that torch makes of it."""
        return Tensor(self.shape, self.dtype)


def sized(shape: tuple[Size, ...], dtype: str) -> Sized:
    return Sized(NDARRAY, shape=shape, dtype=dtype)


def make(values: Sequence[Cell], shape: Shape, dtype: str) -> Array:
    """Return an array with memory of its own."""
    return view(Memory(list(values)), range(len(values)), shape, dtype)


def view(memory: Memory, positions: Sequence[int], shape: Shape, dtype: str) -> Array:
    return Array(NDARRAY, {"": memory.cells}, memory=memory, positions=positions, shape=shape, dtype=dtype)


def scalar(cell: Cell, dtype: str) -> Value:
    """Return a single element as indexing and reductions give it."""
    if isinstance(cell, int | float) and dtype == "bool":
        made = make([bool(cell)], (), dtype)
        made.cls = numbers.CLASSES["bool"]
        return made
    return numbers.number(cell, dtype) if isinstance(cell, int | float) else cell


def result(values: Sequence[Cell], shape: Shape, dtype: str) -> Value:
    """Return what an operation gives: a scalar where there are no axes."""
    return make(values, shape, dtype) if shape else scalar(values[0], dtype)


def cells(vm: Vm, array: Array) -> list[Cell] | Unknown:
    """Return the elements in row-major order."""
    cause = array.tainted or vm.taint_of(array.memory.cells)
    if cause is not None:
        return cause
    if any(tensor.data is not held for tensor, held in array.memory.tensors):
        return vm.unknown("an array that shares its memory with a tensor that was written to")
    return [array.memory.cells[position] for position in array.positions]


def write(vm: Vm, array: Array, positions: Sequence[int], values: Sequence[Cell]) -> None:
    """Write to elements; tensors that share the memory forget their values."""
    vm.writing(array.memory.cells)
    for position, value in zip(positions, values, strict=True):
        array.memory.cells[array.positions[position]] = value
    for tensor, _ in array.memory.tensors:
        constants.overwritten(tensor)
    array.memory.tensors = [(tensor, tensor.data) for tensor, _ in array.memory.tensors]


def forget(vm: Vm, array: Array, reason: str) -> Unknown:
    """Forget all elements that share memory with an array."""
    vm.havoc(array.memory.cells, reason)
    for tensor, _ in array.memory.tensors:
        constants.overwritten(tensor)
    return vm.unknown(reason)


def converted(vm: Vm, cell: Cell, dtype: str) -> Cell:
    """Return an element as an array of another dtype holds it, unknown where that cannot be said."""
    if isinstance(cell, int | float):
        try:
            return numbers.cast(cell, dtype)
        except NotKnown as unknown:
            return vm.unknown(str(unknown))
    if isinstance(cell, Dim) and dtype == "int64":
        return cell
    if isinstance(cell, Dim | Ratio) and dtype == "float64":
        return Ratio(cell, 1) if isinstance(cell, Dim) else cell
    if isinstance(cell, Ratio) and dtype == "int64":
        return vm.call(int, [cell])
    if isinstance(cell, SymbolicBool) and dtype == "bool":
        return cell
    return Unknown(cell.reason, cell.place) if isinstance(cell, Unknown) else vm.unknown("a symbolic element converted")


# --- making arrays --------------------------------------------------------------------------------------


class Unmade(Exception):
    """Why a value is not made an array."""


def array_of(vm: Vm, value: Value, dtype: str = "") -> Array | Unknown:
    """Return the array that `numpy.asarray` makes of a value; an array is returned itself, if its dtype stays."""
    if isinstance(value, Array):
        return value if dtype in ("", value.dtype) else astype(vm, value, dtype)
    if isinstance(value, Sized):
        return Unknown("an array whose elements are not known")
    leaves: list[tuple[Cell, str]] = []
    try:
        shape = _measured(vm, value, leaves)
    except Unmade as unmade:
        return vm.unknown(str(unmade))
    except _Cause as cause:
        return cause.unknown
    own = ""
    for _, kind in leaves:
        own = numbers.promote(own, kind) if own else kind
    own = dtype or own or "float64"
    made = make([converted(vm, cell, own) for cell, _ in leaves], shape, own)
    if isinstance(value, Tensor) and own == value.dtype:
        made.memory.tensors.append((value, value.data))
    return made


def astype(vm: Vm, array: Array, dtype: str) -> Array | Unknown:
    values = cells(vm, array)
    if isinstance(values, Unknown):
        return values
    return make([converted(vm, cell, dtype) for cell in values], array.shape, dtype)


class _Cause(Exception):
    def __init__(self, unknown: Unknown) -> None:
        self.unknown = unknown


def _measured(vm: Vm, value: Value, leaves: list[tuple[Cell, str]]) -> Shape:
    """Collect the elements of nested sequences with their dtypes, and return their common shape."""
    if isinstance(value, Array):
        found = cells(vm, value)
        if isinstance(found, Unknown):
            raise _Cause(found)
        leaves.extend((cell, value.dtype) for cell in found)
        return value.shape
    if isinstance(value, Tensor):
        return _measured_tensor(vm, value, leaves)
    if not isinstance(value, list | tuple | range):
        leaves.append(_leaf(value))
        return ()
    cause = vm.taint_of(value)
    if cause is not None:
        raise _Cause(cause)
    if len(value) + len(leaves) > MAX_ELEMENTS:
        raise Unmade(f"an array of more than {MAX_ELEMENTS} elements")
    shapes = [_measured(vm, item, leaves) for item in value]
    if any(shape != shapes[0] for shape in shapes):
        raise Unmade("an array of sequences of unequal lengths")
    return (len(value), *(shapes[0] if shapes else ()))


def _measured_tensor(vm: Vm, value: Tensor, leaves: list[tuple[Cell, str]]) -> Shape:
    shape = tuple(size for size in value.shape if isinstance(size, int))
    cause = vm.taint_of(value)
    if cause is not None or value.data is None or value.dtype not in numbers.DTYPES or len(shape) != len(value.shape):
        raise _Cause(cause) if cause is not None else Unmade("an array of a tensor whose values are not known")
    leaves.extend((cell, value.dtype) for cell in value.data)
    return shape


def _leaf(value: Value) -> tuple[Cell, str]:
    if isinstance(value, numbers.Either):
        raise Unmade("a number that NumPy's versions hold in different dtypes")
    if isinstance(value, numbers.Scalar):
        return value.plain(), value.dtype
    if isinstance(value, bool):
        return value, "bool"
    if isinstance(value, int | Dim):
        return value, "int64"
    if isinstance(value, float | Ratio):
        return value, "float64"
    if isinstance(value, SymbolicBool):
        return value, "bool"
    if isinstance(value, Unknown):
        raise _Cause(value)
    raise Unmade("an array of what is not a number")


# --- shapes ---------------------------------------------------------------------------------------------


def count(shape: Shape) -> int:
    return math.prod(shape)


def broadcast(vm: Vm, *shapes: Shape) -> Shape:
    """Return the common shape; ValueError in the program where there is none."""
    sizes: list[int] = []
    for column in itertools.zip_longest(*(reversed(shape) for shape in shapes), fillvalue=1):
        wanted = {size for size in column if size != 1}
        if len(wanted) > 1:
            texts = " ".join(str(shape) for shape in shapes)
            vm.throw(ValueError, f"operands could not be broadcast together with shapes {texts}")
        sizes.append(wanted.pop() if wanted else 1)
    return tuple(reversed(sizes))


def spread(values: Sequence[Cell], own: Shape, shape: Shape) -> list[Cell]:
    """Return the elements of an array of shape `own`, repeated over a shape that it broadcasts to."""
    if own == shape:
        return list(values)
    return [values[position] for position in constants.broadcast_positions(own, shape)]


def axis_of(vm: Vm, axis: int, ndim: int) -> int:
    """Return an axis counted from the front."""
    if not -ndim <= axis < ndim:
        raise PyRaise(AxisError(f"axis {axis} is out of bounds for array of dimension {ndim}"))
    return axis % ndim


def lines(shape: Shape, axis: int) -> list[list[int]]:
    """Return the positions of the elements along an axis, one list for each place in the other axes."""
    strides = constants.strides_of(shape)
    rest = [*shape[:axis], *shape[axis + 1 :]]
    starts = constants.strided(rest, [*strides[:axis], *strides[axis + 1 :]])
    return [[start + step * strides[axis] for step in range(shape[axis])] for start in starts]


Elementary = Callable[..., Cell]


def symbolic_quotient(numerator: Any, denominator: int) -> Value:
    """Return a ratio of dtype float64."""
    made = make_ratio(numerator, denominator)
    return Ratio(made, 1) if isinstance(made, Dim) else made
