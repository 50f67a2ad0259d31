"""torch's dtypes by name, and how they promote."""

from __future__ import annotations

from convlint.layers.core.tensor import Tensor
from convlint.symbolic import Dim

FLOATS = ("float16", "bfloat16", "float32", "float64")
INTEGERS = ("uint8", "int8", "int16", "int32", "int64")
COMPLEXES = ("complex32", "complex64", "complex128")
ITEM_SIZES = {
    "bool": 1, "uint8": 1, "int8": 1, "int16": 2, "int32": 4, "int64": 8, "float16": 2, "bfloat16": 2, "float32": 4,
    "float64": 8, "complex32": 4, "complex64": 8, "complex128": 16, "uint16": 2, "uint32": 4, "uint64": 8,
    "float8_e4m3fn": 1, "float8_e5m2": 1, "float8_e4m3fnuz": 1, "float8_e5m2fnuz": 1,
}  # fmt: skip
"""Bytes per element of every dtype that has a name here."""
ALIASES = {
    "float": "float32", "double": "float64", "half": "float16", "int": "int32", "long": "int64", "short": "int16",
    "cfloat": "complex64", "cdouble": "complex128", "chalf": "complex32",
}  # fmt: skip
TENSOR_TYPES = {
    "FloatTensor": "float32", "DoubleTensor": "float64", "HalfTensor": "float16", "BFloat16Tensor": "bfloat16",
    "ByteTensor": "uint8", "CharTensor": "int8", "ShortTensor": "int16", "IntTensor": "int32", "LongTensor": "int64",
    "BoolTensor": "bool",
}  # fmt: skip


class Unsaid:
    """What rules get for a `dtype` that is some dtype or None, but not known which."""


UNSAID = Unsaid()


def named(name: object) -> str:
    """Return the dtype that a name such as "float32", "torch.long" or "torch.cuda.FloatTensor" means, "" if none."""
    if not isinstance(name, str):
        return ""
    bare = str(name.rpartition(".")[2])  # a dtype object of the program is text, too, and stays out of tensors
    bare = ALIASES.get(bare, TENSOR_TYPES.get(bare, bare))
    return bare if bare in ITEM_SIZES else ""


def is_float(dtype: str) -> bool:
    return dtype in FLOATS


def is_complex(dtype: str) -> bool:
    return dtype in COMPLEXES


def is_integral(dtype: str) -> bool:
    """Tell whether it is an integer or bool dtype; "" is not."""
    return dtype == "bool" or dtype in INTEGERS or dtype in ("uint16", "uint32", "uint64")


def floating(dtype: str) -> str:
    """Return the dtype of functions such as `exp`: integers become torch's default float."""
    return "float32" if is_integral(dtype) else dtype


def real_part(dtype: str) -> str:
    """Return the dtype of the absolute value of a dtype."""
    return {"complex32": "float16", "complex64": "float32", "complex128": "float64"}.get(dtype, dtype)


def complex_of(dtype: str) -> str:
    """Return the complex dtype whose parts have the dtype."""
    return {"float16": "complex32", "float64": "complex128", "": ""}.get(
        dtype, dtype if is_complex(dtype) else "complex64"
    )


def promote(first: str, second: str) -> str:
    """Return `torch.promote_types`, "" if not known."""
    if first == second:
        return first
    if "" in (first, second) or not (_common(first) and _common(second)):
        return ""
    if is_complex(first) or is_complex(second):
        wide = {"float64", "complex128"} & {first, second}
        narrow = {first, second} <= {"complex32", "float16", "bool", *INTEGERS}
        return "complex128" if wide else "complex32" if narrow else "complex64"
    if is_float(first) and is_float(second):
        return "float32" if {first, second} == {"float16", "bfloat16"} else max(first, second, key=FLOATS.index)
    if is_float(first) or is_float(second):
        return first if is_float(first) else second
    if "bool" in (first, second):
        return second if first == "bool" else first
    return "int16" if {first, second} == {"uint8", "int8"} else max(first, second, key=INTEGERS.index)


def result_type(*operands: object) -> str:
    """Return `torch.result_type` of tensors and numbers.

    Tensors with dimensions outrank scalar tensors, and those outrank numbers.
    Formula: `c10::result_type` of ATen's TypePromotion.
    """
    ranks: list[str | None] = [None, None, None]
    for operand in operands:
        level, dtype = _level(operand)
        if not dtype:
            return ""
        held = ranks[level]
        ranks[level] = dtype if held is None else promote(held, dtype)
    return _combine(ranks[0], _combine(ranks[1], ranks[2])) or ""


def castable(source: str, target: str) -> bool:
    """Tell whether an operation in place may write `source` results into `target`; unknown dtypes may."""
    if not source or not target:
        return True
    return _category(source) <= _category(target)


def of_number(value: object) -> str:
    """Return the dtype of a Python number, "" for anything else."""
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, (int, Dim)):
        return "int64"
    return "float32" if isinstance(value, float) else "complex64" if isinstance(value, complex) else ""


def _level(operand: object) -> tuple[int, str]:
    if isinstance(operand, Tensor):
        return (0 if operand.shape else 1), operand.dtype
    return 2, of_number(operand)


def _combine(higher: str | None, lower: str | None) -> str | None:
    if higher is None or lower is None:
        return lower if higher is None else higher
    if is_complex(higher):
        return higher
    if is_float(higher):
        return complex_of(higher) if is_complex(lower) else higher
    if higher == "bool" or not is_integral(lower):
        return promote(higher, lower)
    return higher


def _common(dtype: str) -> bool:
    return dtype == "bool" or dtype in INTEGERS or dtype in FLOATS or dtype in COMPLEXES


def _category(dtype: str) -> int:
    return 0 if dtype == "bool" else 1 if is_integral(dtype) else 3 if is_complex(dtype) else 2
