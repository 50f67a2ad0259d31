"""Arrays of which only the shape and the dtype are known: large ones, random ones, pictures. What is done to them.

Shapes are those of torch's rules for the same operation; where torch would refuse, nothing is said.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING

from convlint.interp.language import absent
from convlint.interp.numpy import numbers
from convlint.interp.numpy.arrays import Array, Sized, sized
from convlint.interp.torch.operations import Call, UnknownArgument, convert, number_of
from convlint.interp.values.functions import GeneratorValue
from convlint.interp.values.unknown import MISSING, Number, Unknown, Value, Whole
from convlint.layers.core import registry as layers
from convlint.layers.core.refusal import Refused, Unmodelled
from convlint.layers.core.tensor import Tensor
from convlint.symbolic import Dim, SymbolKind, product, symbol

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

MAX_ROWS = 4096
Function = Callable[["Vm", list[Value], dict[str, Value]], Value]


def of_value(vm: Vm, value: Value) -> Sized | None:
    """Return what NumPy makes of a value as an array of which only the shape counts; None where that is not known."""
    from convlint.interp.others.pil import DTYPES, Picture  # Pillow's pictures, where a program has some

    if isinstance(value, Sized):
        return value if value.tainted is None else None
    if isinstance(value, Array):
        return sized(value.shape, value.dtype) if value.tainted is None else None
    if isinstance(value, Picture):
        last = (value.channels,) if value.mode == "" or value.channels != 1 else ()
        return sized((value.height, value.width, *last), DTYPES.get(value.mode, "uint8" if value.mode else ""))
    if isinstance(value, Tensor):
        return sized(value.shape, value.dtype) if vm.taint_of(value) is None else None
    if isinstance(value, numbers.Scalar):
        return sized((), value.dtype)
    if isinstance(value, bool | int | float | Dim):
        return sized((), "bool" if isinstance(value, bool) else "float64" if isinstance(value, float) else "int64")
    if isinstance(value, Number):
        return sized((), "int64" if isinstance(value, Whole) else "float64")
    if isinstance(value, list | tuple) and value and vm.taint_of(value) is None:
        return _of_rows(vm, [of_value(vm, item) for item in value])
    return None


def _of_rows(vm: Vm, rows: list[Sized | None]) -> Sized | None:
    first = rows[0]
    if first is None or any(row is None or row.shape != first.shape for row in rows):
        return None
    return sized((len(rows), *first.shape), promoted([row.dtype for row in rows if row is not None]))


def promoted(dtypes: list[str]) -> str:
    if not all(dtype in numbers.DTYPES for dtype in dtypes):
        return ""
    made = dtypes[0]
    for dtype in dtypes[1:]:
        made = numbers.promote(made, dtype)
    return made


def mentions(value: Value) -> bool:
    """Whether an argument is, or lists, an array whose elements are not known."""
    if isinstance(value, list | tuple):
        return any(mentions(item) for item in value[:64])
    return isinstance(value, Sized)


# --- by torch's rules -----------------------------------------------------------------------------------


def by_torch(vm: Vm, name: str, *args: Value, **kwargs: Value) -> Tensor | Unknown:
    """Return what a rule of torch makes of tensors; what it demands of open sizes is not kept."""
    entry = layers.find(name)
    assert isinstance(entry, layers.Operation), name
    before, count = vm.assumptions, len(vm.conditions)
    vm.assumptions = before.copy()
    try:
        bound = inspect.signature(entry.rule).bind(Call(vm, name, None), *args, **kwargs)
        made = entry.rule(*bound.args, **bound.kwargs)
    except (Refused, Unmodelled, TypeError):
        return Unknown(f"`{name.rpartition('.')[2]}` of an array whose elements are not known")
    finally:
        vm.assumptions = before
        del vm.conditions[count:]
    return made if isinstance(made, Tensor) else Unknown("arrays")


def shaped(made: Tensor | Unknown, dtype: str) -> Value:
    return sized(made.shape, dtype) if isinstance(made, Tensor) else made


def tensor_of(array: Sized) -> Tensor:
    return Tensor(array.shape, "float32")


def ints(vm: Vm, values: list[Value]) -> list[Value] | None:
    """Return arguments that are sizes or axes, plain; None where one of them is not known."""
    listed = values[0] if len(values) == 1 and isinstance(values[0], list | tuple) else values
    try:
        found = [convert(vm, value, "Size") for value in listed]
    except UnknownArgument:
        return None
    return found if all(isinstance(value, int | Dim) for value in found) else None


def unknown(name: str) -> Unknown:
    return Unknown(f"`{name}` of an array whose elements are not known")


METHODS: dict[str, Function] = {}
"""What arrays do; the array is the first argument."""
FUNCTIONS: dict[str, Function] = {}
"""Functions of NumPy that are given such an array, or a list with one."""


def register(table: dict[str, Function], names: str) -> Callable[[Function], Function]:
    def add(function: Function) -> Function:
        table.update(dict.fromkeys(names.split(), function))
        return function

    return add


# --- elementwise ----------------------------------------------------------------------------------------


def _together(vm: Vm, operands: list[Value], dtype: str | None) -> Value:
    """Broadcast operands; the dtype is that to which they are promoted unless it is given."""
    found = [of_value(vm, value) for value in operands]
    known = [one for one in found if one is not None]
    if len(known) < len(found):
        return Unknown("an array combined with what is not known")
    made: Tensor | Unknown = tensor_of(known[0])
    for one in known[1:]:
        made = by_torch(vm, "torch.add", made, tensor_of(one)) if isinstance(made, Tensor) else made
    if dtype is None:
        plain = [
            isinstance(value, int | float | Dim | Number) and not isinstance(value, numbers.Scalar)
            for value in operands
        ]
        strong = [one.dtype for one, weak in zip(known, plain, strict=True) if not weak]
        dtype = promoted(strong) if strong else ""
        for value, weak in zip(operands, plain, strict=True):
            if weak and dtype:
                dtype = numbers.weak(dtype, _like(value))
    return shaped(made, dtype)


def _like(value: Value) -> int | float:
    """A number of the kind of one that may not be known."""
    if isinstance(value, Number):
        return 0 if isinstance(value, Whole) else 0.0
    return 0 if isinstance(value, Dim) else value


def divided(dtype: str) -> str:
    return dtype if dtype.startswith("float") or not dtype else "float64"


def _arithmetic(op: str) -> Function:
    def call(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
        made = _together(vm, args[:2], None)
        return sized(made.shape, divided(made.dtype)) if op == "/" and isinstance(made, Sized) else made

    return call


def _compared(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return _together(vm, args[:2], "bool")


_OPERATORS = {"add": "+", "sub": "-", "mul": "*", "truediv": "/", "floordiv": "//", "mod": "%", "pow": "**",
              "and": "&", "or": "|", "xor": "^"}  # fmt: skip
for _name, _op in _OPERATORS.items():
    for _prefix in ("", "r"):
        METHODS[f"__{_prefix}{_name}__"] = _arithmetic(_op)


def _in_place(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """An array keeps its shape and its dtype."""
    return args[0]


for _name in _OPERATORS:
    METHODS[f"__i{_name}__"] = _in_place
for _name in ("eq", "ne", "lt", "le", "gt", "ge"):
    METHODS[f"__{_name}__"] = _compared
for _names, _function in {
    "add subtract multiply mod remainder power maximum minimum floor_divide bitwise_and bitwise_or": _arithmetic("+"),
    "divide true_divide": _arithmetic("/"),
    "equal not_equal less less_equal greater greater_equal logical_and logical_or logical_xor isclose": _compared,
}.items():
    FUNCTIONS.update(dict.fromkeys(_names.split(), _function))


def _mapped(dtype: Callable[[str], str]) -> Function:
    def call(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
        array = of_value(vm, args[0])
        return unknown("a function") if array is None else sized(array.shape, dtype(array.dtype))

    return call


def _all_mapped(table: dict[str, Function], names: str, dtype: Callable[[str], str]) -> None:
    table.update(dict.fromkeys(names.split(), _mapped(dtype)))


def _kept(dtype: str) -> str:
    return dtype


_all_mapped(METHODS, "__neg__ __pos__ __abs__ __invert__ copy __copy__ __deepcopy__ clip round conj cumsum", _kept)
_all_mapped(METHODS, "cumprod byteswap view", _kept)
_all_mapped(FUNCTIONS, "abs absolute negative clip round around rint floor ceil sign square copy sort cumsum", _kept)
_all_mapped(FUNCTIONS, "ascontiguousarray asfortranarray nan_to_num flip fliplr flipud roll zeros_like", _kept)
_all_mapped(FUNCTIONS, "ones_like empty_like full_like", _kept)
_all_mapped(FUNCTIONS, "sqrt exp log log2 log10 log1p expm1 sin cos tan tanh arctan sinh cosh", divided)
_all_mapped(FUNCTIONS, "isnan isinf isfinite logical_not", lambda dtype: "bool")
_all_mapped(FUNCTIONS, "argsort", lambda dtype: "int64")
_all_mapped(METHODS, "argsort", lambda dtype: "int64")


@register(METHODS, "astype")
def _astype(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    wanted = args[1] if len(args) > 1 else kwargs.get("dtype")
    return sized(args[0].shape, numbers.dtype_named(wanted))


@register(METHODS, "nonzero")
@register(FUNCTIONS, "nonzero")
def _places(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """The places of what is true: an array of indices for each axis, nobody knows how many."""
    array = of_value(vm, args[0])
    if array is None:
        return unknown("nonzero")
    count = symbol("?", SymbolKind.UNKNOWN, "how many elements of an array are true")
    return tuple(sized((count,), "int64") for _ in array.shape)


@register(FUNCTIONS, "unique")
def _unique(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    array = of_value(vm, args[0])
    if array is None or kwargs or len(args) > 1:
        return unknown("unique")
    return sized((symbol("?", SymbolKind.UNKNOWN, "how many different elements an array has"),), array.dtype)


@register(FUNCTIONS, "flatnonzero")
def _flat_places(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    found = _places(vm, args, kwargs)
    return found if isinstance(found, Unknown) else found[0]


@register(FUNCTIONS, "where")
def _where(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if len(args) == 1:
        return _places(vm, args, kwargs)
    if len(args) != 3:
        return unknown("where")
    made, chosen = _together(vm, args, None), _together(vm, args[1:], None)
    return sized(made.shape, chosen.dtype) if isinstance(made, Sized) and isinstance(chosen, Sized) else made


# --- as objects -----------------------------------------------------------------------------------------


@register(METHODS, "__getitem__")
def _item(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    array = args[0]
    keys = [_key(vm, key) for key in args[1]] if isinstance(args[1], tuple) else [_key(vm, args[1])]
    if any(key is MISSING for key in keys):
        return unknown("an item")
    made = by_torch(vm, "torch.Tensor.__getitem__", tensor_of(array), tuple(keys))
    if isinstance(made, Tensor) and not made.shape:
        return number_of(array.dtype, Unknown("an element of an array"))
    return shaped(made, array.dtype)


def _key(vm: Vm, key: Value) -> Value:
    """A part of a subscript as torch's rule takes it, `MISSING` where it is not known."""
    if isinstance(key, slice) and key.step == -1 and key.start is None and key.stop is None:
        return slice(None)  # torch takes no negative steps; the sizes are the same
    if isinstance(key, Array | Sized):
        return key.as_data(vm) if not isinstance(key.as_data(vm), Unknown) else MISSING
    try:
        return convert(vm, key, "Any")
    except UnknownArgument:
        return MISSING


@register(METHODS, "__setitem__ sort fill put setflags")
def _nothing(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return None


@register(METHODS, "tolist item __int__ __float__ __bool__ __contains__ tobytes __str__ __repr__ __format__")
def _not_known(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return Unknown("the elements of an array")


@register(METHODS, "__len__")
def _length(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if not args[0].shape:
        absent.refused(vm, "len() of unsized object")
    return args[0].shape[0]


@register(METHODS, "__iter__")
def _rows(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    array = args[0]
    if not array.shape:
        absent.refused(vm, "iteration over a 0-d array")
    count = array.shape[0]
    if not isinstance(count, int) or count > MAX_ROWS:
        return unknown("the rows")
    if len(array.shape) == 1:
        return GeneratorValue(iter([number_of(array.dtype, Unknown("an element of an array")) for _ in range(count)]))
    return GeneratorValue(iter([sized(array.shape[1:], array.dtype) for _ in range(count)]))


ATTRIBUTES: dict[str, Callable[[Vm, Sized], Value]] = {
    "shape": lambda vm, array: tuple(vm.assumptions.simplify(size) for size in array.shape),
    "ndim": lambda vm, array: len(array.shape),
    "size": lambda vm, array: product(array.shape),
    "T": lambda vm, array: sized(array.shape[::-1], array.dtype),
    "dtype": lambda vm, array: numbers.OBJECTS.get(array.dtype) or Unknown("the dtype of an array"),
}


def method_of(vm: Vm, name: str, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Call what such an array has under that name."""
    cause = args[0].tainted
    if cause is not None:
        return Unknown(cause.reason, cause.place)
    function = METHODS.get(name)
    return (
        vm.unknown(f"`{name}` of an array whose elements are not known")
        if function is None
        else function(vm, args, kwargs)
    )
