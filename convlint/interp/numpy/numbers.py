"""NumPy's dtypes and scalars: their classes, how they promote, and arithmetic on single numbers as NumPy does it."""

from __future__ import annotations

import math
import numbers
import operator
from collections.abc import Callable
from typing import Any, ClassVar

from convlint.interp.values.classes import ClassValue, Instance
from convlint.interp.values.numbers import LibraryNumber, NotKnown
from convlint.interp.values.picture import share
from convlint.interp.values.unknown import Unknown
from convlint.layers.core.tensor import Tensor
from convlint.layers.shared import constants

Number = int | float
INTEGERS = {
    name: ((-(1 << bits - 1), (1 << bits - 1) - 1) if signed else (0, (1 << bits) - 1))
    for bits in (8, 16, 32, 64)
    for name, signed in ((f"int{bits}", True), (f"uint{bits}", False))
}
"""The least and the greatest number of each integer dtype."""
FLOATS = ("float16", "float32", "float64")
DTYPES = ("bool", *INTEGERS, *FLOATS)
EXACT = ("bool", *INTEGERS, "float64")
"""The dtypes whose arithmetic Python's own does exactly."""


class NotSupported(TypeError):
    """NumPy has no such operation on such values: the program gets a TypeError."""


def kind(dtype: str) -> str:
    """Return NumPy's letter: "b", "i", "u" or "f"."""
    return dtype[0]


def promote(first: str, second: str) -> str:
    """Return the dtype that holds the values of both."""
    if first == second or second == "bool":
        return first
    if first == "bool":
        return second
    a, b = sorted((first, second), key=lambda name: (kind(name) == "f", kind(name) == "i", size(name)))
    if kind(b) != "f":
        return b if kind(a) == kind(b) or size(b) > size(a) else f"int{2 * size(a)}" if size(a) < 64 else "float64"
    if kind(a) == "f":
        return b
    needed = {8: 16, 16: 32}.get(size(a), 64)
    return f"float{max(needed, size(b))}"


def size(dtype: str) -> int:
    """Return the bits of a number."""
    return 8 if dtype == "bool" else int(dtype.lstrip("uintfloa"))


def weak(dtype: str, value: object) -> str:
    """Return the dtype of an array combined with a number of Python's, whose class counts but not its size."""
    if isinstance(value, bool):
        return dtype
    if isinstance(value, int):
        return "int64" if dtype == "bool" else dtype
    return dtype if kind(dtype) == "f" else "float64"


def cast(value: Number, dtype: str) -> Number:
    """Return a number as an array of that dtype holds it; `NotKnown` where that hangs on the machine."""
    if dtype == "bool":
        return bool(value)
    if dtype in INTEGERS:
        if isinstance(value, float) and not math.isfinite(value):
            raise NotKnown("a number that is not finite is made an integer")
        low, high = INTEGERS[dtype]
        if not low <= int(value) <= high:
            raise NotKnown(f"a number that `numpy.{dtype}` does not hold")
        return int(value)
    rounded = constants.rounded([value], dtype)
    if rounded is None:
        raise NotKnown(f"a number rounded to `numpy.{dtype}`")
    return rounded[0]


def arithmetic(op: str, a: Number, b: Number, dtype: str) -> Number:
    """Evaluate `a op b` in a dtype; TypeError and ValueError as NumPy raises them, `NotKnown` where it is not exact."""
    if dtype == "bool" and op in "+*&|^":
        return _LOGIC[op](bool(a), bool(b))
    if dtype in FLOATS or op == "/":
        return _of_floats(op, float(a), float(b), "float64" if dtype not in FLOATS else dtype)
    if op in ("//", "%") and b == 0:
        return 0
    if op == "**" and (b < 0 or b * max(int(a).bit_length(), 1) > 4096):
        if b < 0:
            raise ValueError("Integers to negative integer powers are not allowed.")
        raise NotKnown("a large power")
    if op in ("<<", ">>") and not 0 <= b < size(dtype):
        raise NotKnown("a shift by more bits than there are")
    return cast(INTEGER_OPERATIONS[op](int(a), int(b)), dtype)


def _of_floats(op: str, a: float, b: float, dtype: str) -> float:
    if op not in FLOAT_OPERATIONS:
        raise NotSupported(f"ufunc '{op}' not supported for the input types")
    if dtype == "float16" or (dtype == "float32" and op not in "+-*/"):
        raise NotKnown(f"how `{op}` rounds in `numpy.{dtype}`")
    if op == "/" and b == 0:
        return math.nan if a == 0 or math.isnan(a) else math.copysign(math.inf, a) * math.copysign(1.0, b)
    if op in ("//", "%") and (b == 0 or not math.isfinite(a) or not math.isfinite(b)):
        raise NotKnown("a division by zero, or of what is not finite")
    try:
        result = FLOAT_OPERATIONS[op](a, b)
    except (ZeroDivisionError, OverflowError):
        raise NotKnown("a power that is not finite") from None
    if isinstance(result, complex):
        return math.nan
    return float(cast(result, dtype))


_LOGIC: dict[str, Callable[[bool, bool], bool]] = {
    "+": operator.or_,
    "|": operator.or_,
    "*": operator.and_,
    "&": operator.and_,
    "^": operator.xor,
}
FLOAT_OPERATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
    "**": operator.pow,
}
INTEGER_OPERATIONS: dict[str, Callable[[Any, Any], Any]] = {
    **FLOAT_OPERATIONS,
    "<<": operator.lshift,
    ">>": operator.rshift,
    "&": operator.and_,
    "|": operator.or_,
    "^": operator.xor,
}


def result_dtype(op: str, dtype: str) -> str:
    """Return the dtype of `op` on operands of a common dtype; TypeError where NumPy has no such operation."""
    if op == "/" and kind(dtype) != "f":
        return "float64"
    if dtype == "bool" and op in ("//", "%", "**", "<<", ">>"):
        return "int8"
    if dtype == "bool" and op == "-":
        raise NotSupported("numpy boolean subtract, the `-` operator, is not supported")
    if kind(dtype) == "f" and op not in FLOAT_OPERATIONS:
        raise NotSupported(f"ufunc '{op}' not supported for the input types")
    return dtype


# --- classes --------------------------------------------------------------------------------------------


def _class(name: str, base: ClassValue | None) -> ClassValue:
    cls = ClassValue(name, f"numpy.{name}", (base,) if base is not None else (), {})
    cls.mro = (cls, *(base.mro if base is not None else ()))
    return cls


GENERIC = _class("generic", None)
NUMBER = _class("number", GENERIC)
INTEGER = _class("integer", NUMBER)
SIGNED = _class("signedinteger", INTEGER)
UNSIGNED = _class("unsignedinteger", INTEGER)
INEXACT = _class("inexact", NUMBER)
FLOATING = _class("floating", INEXACT)
_BASES = {"i": SIGNED, "u": UNSIGNED, "f": FLOATING, "b": GENERIC}
CLASSES = {name: _class("bool_" if name == "bool" else name, _BASES[kind(name)]) for name in DTYPES}
"""The class of the scalars of each dtype."""
ABSTRACT = {cls.name: cls for cls in (GENERIC, NUMBER, INTEGER, SIGNED, UNSIGNED, INEXACT, FLOATING)}
EITHER = _class("integer or floating", NUMBER)
EITHER.unknown_base = Unknown("NumPy's versions differ on whether the result is an integer")


class Scalar(LibraryNumber):
    """A scalar of NumPy: computes in its dtype, with Python's numbers too."""

    __slots__ = ()
    dtype: ClassVar[str]

    def as_data(self) -> Tensor:
        return Tensor((), self.dtype, (self.plain(),))


class Int(Scalar, int):
    __slots__ = ()
    also = (numbers.Integral,)

    def plain(self) -> int:
        return int(self)


class Float(Scalar, float):
    __slots__ = ()
    also = (numbers.Real,)

    def plain(self) -> float:
        return float(self)


class Either(Float):
    """A whole number of which it is not known whether it is an integer or a float to the program."""

    __slots__ = ()
    dtype = ""
    cls = EITHER

    def plain(self) -> float:
        assert EITHER.unknown_base is not None
        raise NotKnown(EITHER.unknown_base.reason)

    def as_data(self) -> Tensor:
        return Tensor((), "", (float(self),))


SCALARS: dict[str, type[Scalar]] = {
    name: type(name, (Int if name in INTEGERS else Float,), {"__slots__": (), "dtype": name, "cls": CLASSES[name]})
    for name in (*INTEGERS, *FLOATS)
}
SCALARS["float64"].also = (float,)
SCALARS["int64"].__doc__ = "A scalar of NumPy's default integer."


def number(value: Number, dtype: str) -> Number:
    """Return a plain number as a scalar of NumPy; those of dtype bool are arrays without axes."""
    make: Callable[[Number], Any] = SCALARS[dtype]
    made: Number = make(value)
    return made


def _combine(op: str, left: Any, right: Any) -> Any:
    own, other = (left, right) if isinstance(left, Scalar) else (right, left)
    if isinstance(other, Either) or isinstance(own, Either):
        raise NotKnown("arithmetic on a number that NumPy's versions hold in different dtypes")
    if isinstance(other, Scalar):
        dtype = promote(own.dtype, other.dtype)
    elif isinstance(other, int | float):
        dtype = weak(own.dtype, other)
    else:
        return NotImplemented
    if any(one.dtype not in ("int64", "float64") for one in (own, other) if isinstance(one, Scalar)):
        raise NotKnown("NumPy's versions differ on the dtype of the result")
    return number(arithmetic(op, _bare(left), _bare(right), dtype), result_dtype(op, dtype))


def _bare(value: Any) -> Any:
    return value.plain() if isinstance(value, Scalar) else value


def _operators(op: str, name: str) -> None:
    def plain(self: Scalar, other: Any) -> Any:
        return _combine(op, self, other)

    def reflected(self: Scalar, other: Any) -> Any:
        return _combine(op, other, self)

    setattr(Scalar, f"__{name}__", plain)
    setattr(Scalar, f"__r{name}__", reflected)


for _op, _name in {
    "+": "add", "-": "sub", "*": "mul", "/": "truediv", "//": "floordiv", "%": "mod", "**": "pow", "<<": "lshift",
    ">>": "rshift", "&": "and", "|": "or", "^": "xor",
}.items():  # fmt: skip
    _operators(_op, _name)


def _unary(name: str, function: Callable[[Any], Any]) -> None:
    def call(self: Scalar) -> Any:
        return number(cast(function(self.plain()), self.dtype), self.dtype)

    setattr(Scalar, name, call)


UNARY: dict[str, Callable[[Any], Any]] = {
    "__neg__": operator.neg,
    "__pos__": operator.pos,
    "__abs__": abs,
    "__invert__": operator.invert,
}
for _name, _function in UNARY.items():
    _unary(_name, _function)


# --- dtypes ---------------------------------------------------------------------------------------------

DTYPE = _class("dtype", None)
OBJECTS: dict[str, Instance] = {
    name: Instance(
        DTYPE,
        {"name": name, "kind": kind(name), "itemsize": size(name) // 8, "type": CLASSES[name], "": name, "ndim": 0}
        | {"shape": (), "names": None, "isbuiltin": 1, "hasobject": False},
    )
    for name in DTYPES
}
"""What `numpy.dtype(…)` of each dtype is."""
for _one in OBJECTS.values():
    share(_one)
NAMES = {
    "int": "int64", "float": "float64", "double": "float64", "single": "float32", "half": "float16", "f": "float32",
    "d": "float64", "f2": "float16", "f4": "float32", "f8": "float64", "i1": "int8", "i2": "int16", "i4": "int32",
    "i8": "int64", "u1": "uint8", "u2": "uint16", "u4": "uint32", "u8": "uint64", "?": "bool", "bool_": "bool",
    **{name: name for name in DTYPES},
}  # fmt: skip
"""The names that NumPy takes for its dtypes, and the dtype that each means."""
_PYTHON = {int: "int64", float: "float64", bool: "bool"}


def dtype_named(value: Any) -> str:
    """Return the dtype that a `dtype` argument means, "" where that is not known."""
    if type(value) is str:
        return NAMES.get(value, "")
    if isinstance(value, type):
        return _PYTHON.get(value, "")
    if isinstance(value, Instance) and value.cls is DTYPE:
        named = value.attrs[""]
        return named if isinstance(named, str) else ""
    return next((name for name, cls in CLASSES.items() if cls is value), "")
