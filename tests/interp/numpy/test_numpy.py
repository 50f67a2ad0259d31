"""Random expressions over small arrays give what NumPy gives: values, shapes, dtypes and refusals, or are unknown."""

from __future__ import annotations

import random
import warnings
from typing import Any

import numpy as np
import pytest

from convlint.interp.numpy import arrays, numbers
from convlint.interp.values.classes import ClassValue, Instance
from convlint.interp.values.unknown import Unknown
from convlint.interp.vm import Vm
from tests.interp.running import interpret, python

HEAD = """
import numpy as np
result = []
def show(make):
    try:
        result.append(make())
    except Exception as error:
        result.append(type(error).__name__)
"""
ARRAYS = [
    "np.array([1, 2, 3])",
    "np.array([[1, 2, 3], [4, 5, 6]])",
    "np.array([0.5, -1.25, 3.0])",
    "np.array([[0.5], [2.0]])",
    "np.array([True, False, True])",
    "np.array(5)",
    "np.array([3, 1, 2, 1])",
    "np.arange(6).reshape(2, 3)",
    "np.arange(12).reshape(2, 3, 2)",
    "np.linspace(0, 1, 5)",
    "np.zeros((2, 3))",
    "np.ones(3, dtype=np.float32)",
    "np.array([1, 2, 3], dtype=np.int32)",
    "np.array([200, 100, 7], dtype=np.uint8)",
    "np.array([])",
    "np.array([[1, 2, 3], [4, 5, 6]]).T",
    "np.arange(6)[::2]",
    "np.eye(2)",
    "np.full((3,), 2)",
    "np.atleast_1d(4)",
]
PLAIN = ["2", "-1", "0", "3", "0.5", "2.0", "True", "[1, 2, 3]", "(1, 2)", "np.int64(3)", "np.float64(1.5)", "7"]
OPERATORS = ["+", "-", "*", "/", "//", "%", "**", "==", "!=", "<", "<=", ">", ">=", "&", "|", "^"]
KEYS = [
    "0", "-1", "1", "2", "5", "1:", "::-1", ":2", "None", "...", "0, 1", ":, 0", "..., -1", "[0, 1]", "1, :", "0, 0, 0",
    "a > 1", "a == a", "np.array([1, 0])", "np.array([True, False, True])", ":, [0, 1]", "None, 0", "1.0", "'x'",
    "np.int64(1)", "()",
]  # fmt: skip
METHODS = [
    "tolist()", "item()", "astype(int)", "astype(np.float32)", "astype('float64')", "astype(bool)", "sum()", "prod()",
    "min()", "max()", "mean()", "cumsum()", "any()", "all()", "copy()", "reshape(-1)", "reshape(3, -1)",
    "reshape(2, 2)", "flatten()", "ravel()", "T", "transpose()", "round()", "clip(0, 2)", "dtype", "shape", "ndim",
    "size", "sum(0)", "sum(axis=1)", "max(axis=0)", "min(axis=-1, keepdims=True)", "mean(axis=0)", "cumsum(0)",
    "cumprod()", "argmax()", "argmin(0)", "squeeze()", "all(axis=0)", "transpose(1, 0)", "dtype.name", "dtype.kind",
    "sum(axis=(0, 1))", "std()", "nosuch", "item(0)", "__len__()", "argsort()", "round(1)", "sum(axis=5)",
]  # fmt: skip
FUNCTIONS = [
    "abs", "ceil", "floor", "sqrt", "exp", "log", "log2", "square", "sin", "tanh", "sign", "rint", "round", "trunc",
    "isnan", "logical_not", "negative", "sum", "prod", "max", "amin", "mean", "cumsum", "any", "all", "argmax",
    "argsort", "sort", "unique", "isscalar", "ndim", "shape", "size", "asarray", "array", "zeros_like", "ones_like",
    "atleast_1d", "atleast_2d", "ravel", "transpose", "copy", "squeeze", "float32", "int64", "bool_", "float64",
    "uint8",
]  # fmt: skip
PAIRS = ["maximum", "minimum", "mod", "power", "floor_divide", "add", "subtract", "divide", "equal", "less", "tile"]
JOINING = ["concatenate", "stack", "hstack", "vstack"]


def _value(rng: random.Random) -> str:
    return rng.choice(ARRAYS) if rng.random() < 0.7 else rng.choice(PLAIN)


def _expression(rng: random.Random) -> str:
    """One of the forms, as a function of an array `a`."""
    a, b = rng.choice(ARRAYS), _value(rng)
    forms = [
        f"a {rng.choice(OPERATORS)} b",
        f"b {rng.choice(OPERATORS)} a",
        f"a[{rng.choice(KEYS)}]",
        f"a.{rng.choice(METHODS)}",
        f"np.{rng.choice(FUNCTIONS)}({rng.choice('ab')})",
        f"np.{rng.choice(PAIRS)}(a, b)",
        f"np.{rng.choice(JOINING)}([a, b])",
        f"np.concatenate([a, b], axis={rng.choice([0, 1, -1])})",
        f"np.append(a, b, axis={rng.choice([None, 0, 1, -1])})",
        "np.append(1.0, a)",
        "np.append(a[0], [0])",
        f"np.stack([a, a], axis={rng.choice([0, 1, -1, 4])})",
        f"np.where(a {rng.choice(OPERATORS[7:13])} b, a, b)",
        f"{rng.choice(['len', 'list', 'bool', 'int', 'float', 'tuple', 'sum', 'max'])}({rng.choice('ab')})",
        f"(a.__setitem__({rng.choice(['0', 'slice(1, None)', 'slice(None)', 'a > 1'])}, b), a)[1]",
        f"{rng.choice(['-', '~', '+', 'abs'])}({rng.choice('ab')})",
        "b in a",
        f"np.sum(a, axis={rng.choice([0, 1, -1, None])})",
        f"np.max(a, axis={rng.choice([0, 1, -1, None])}, keepdims=True)",
        f"np.clip(a, {rng.choice(['0', '1', 'None'])}, {rng.choice(['2', '0.5'])})",
        f"np.repeat(a, {rng.choice([0, 1, 2])})",
        f"np.round(a, {rng.choice([0, 1, 2])})",
    ]
    return f"(lambda a, b: {rng.choice(forms)})({a}, {b})"


def _compared(source: list[str]) -> tuple[int, list[str]]:
    """Return how many expressions were known, and those that differ from NumPy's."""
    program = HEAD + "\n".join(f"show(lambda: {one})" for one in source)
    found, vm = interpret(program)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = python(program)["result"]
    known, differing = 0, []
    for text, ours, theirs in zip(source, found["result"], expected, strict=True):
        ours = _shown(vm, ours)
        if "?" not in repr(ours):
            known += 1
        if not _agrees(ours, _wanted(theirs)):
            differing.append(f"{text}: {ours!r} instead of {_wanted(theirs)!r}")
    return known, differing


@pytest.mark.parametrize("seed", range(5))
def test_expressions(seed: int) -> None:
    rng = random.Random(seed)
    source = [_expression(rng) for _ in range(500)]
    known, differing = _compared(source)
    assert not differing, "\n".join(differing)
    assert known > 0.8 * len(source)


def _shown(vm: Vm, value: Any) -> Any:
    """What a value of the interpreter is, with "?" for what is not known."""
    if isinstance(value, Unknown):
        return "?"
    if isinstance(value, numbers.Either):
        return ("either", float(value))
    if isinstance(value, numbers.Scalar):
        return (value.dtype, (), [value.plain()])
    if isinstance(value, arrays.Array):
        cells = arrays.cells(vm, value)
        if isinstance(cells, Unknown):
            return "?"
        cells = [_shown(vm, cell) for cell in cells]
        return (value.dtype if value.cls is arrays.NDARRAY else "bool scalar", value.shape, cells)
    if isinstance(value, Instance):
        return value.attrs[""]
    if isinstance(value, ClassValue):
        return value.name
    if isinstance(value, list | tuple):
        return "?" if vm.taint_of(value) else type(value)(_shown(vm, item) for item in value)
    return value


def _wanted(value: Any) -> Any:
    if isinstance(value, np.bool_):
        return ("bool scalar", (), [bool(value)])
    if isinstance(value, np.generic):
        return (value.dtype.name, (), [value.item()])
    if isinstance(value, np.ndarray):
        return (value.dtype.name, value.shape, [item.item() for item in value.ravel()])
    if isinstance(value, np.dtype):
        return value.name
    if isinstance(value, list | tuple):
        return type(value)(_wanted(item) for item in value)
    return value


def _agrees(ours: Any, theirs: Any) -> bool:
    """Compare deeply; transcendental functions may differ in the last place, and refusals in their class."""
    if (isinstance(ours, str) and ours == "?") or (isinstance(theirs, str) and "Error" in theirs and "?" in repr(ours)):
        return True
    if isinstance(ours, tuple) and ours[:1] == ("either",):
        return isinstance(theirs, tuple) and theirs[1] == () and ours[1] == theirs[2][0]
    if isinstance(ours, list | tuple):
        if not isinstance(theirs, list | tuple) or type(ours) is not type(theirs) or len(ours) != len(theirs):
            return False
        return all(_agrees(a, b) for a, b in zip(ours, theirs, strict=True))
    if isinstance(ours, float) and isinstance(theirs, float):
        return ours == theirs or (ours != ours and theirs != theirs) or abs(ours - theirs) <= 4e-16 * abs(theirs)
    return type(ours) is type(theirs) and bool(ours == theirs)
