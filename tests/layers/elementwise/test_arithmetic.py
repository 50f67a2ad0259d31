"""Elementwise functions of two and more operands against torch: broadcasting, dtypes, values, and work in place."""

from __future__ import annotations

import random
from typing import Any

import pytest
import torch

from convlint.layers.core import registry
from convlint.layers.core.refusal import RefusalKind, Refused, Unmodelled
from convlint.layers.core.tensor import Tensor
from convlint.symbolic import SymbolKind, Verdict, equal, symbol
from tests.layers.oracle import Known, RecordingContext, check_operation, check_symbolic, run_operation
from tests.layers.random_calls import Call, broadcastable, call, check_random, dimension, shape, typed
from tests.layers.shapes.test_reshaping import mappings

N, C, H, W = (symbol(name) for name in "NCHW")
FLOATS = (torch.float32, torch.float64, torch.float16, torch.bfloat16)
INTEGERS = (torch.int64, torch.int32, torch.uint8, torch.int8, torch.int16)
ALL = (*FLOATS, *INTEGERS, torch.bool)
NUMBERS = (2, 3, 2.5, True)


def operands(dtypes: tuple[torch.dtype, ...] = ALL, numbers: tuple[Any, ...] = NUMBERS) -> Any:
    def make(rng: random.Random) -> Call:
        first = shape(rng)
        dtype = rng.choice(dtypes)
        left = torch.ones(first, dtype=dtype)
        if numbers and rng.random() < 0.25:
            return call(left, rng.choice(numbers))
        return call(left, typed(rng, broadcastable(rng, first), (dtype,) if rng.random() < 0.5 else dtypes))

    return make


ARITHMETIC = (
    "add", "sub", "mul", "div", "true_divide", "floor_divide", "remainder", "fmod", "pow", "eq", "ne", "lt", "le",
    "gt", "ge", "add_", "sub_", "mul_", "div_", "pow_", "eq_", "copysign", "xlogy", "float_power", "__add__",
    "__radd__", "__iadd__", "__sub__", "__rsub__", "__isub__", "__mul__", "__rmul__", "__imul__", "__truediv__",
    "__rtruediv__", "__itruediv__", "__floordiv__", "__mod__", "__pow__", "__rpow__", "__eq__", "__ne__", "__lt__",
    "__le__", "__gt__", "__ge__",
)  # fmt: skip
BITS = ("__and__", "__or__", "__xor__", "__iand__", "__ior__", "bitwise_and", "bitwise_or", "bitwise_xor")
PAIRS = ("logical_and", "logical_or", "logical_xor", "atan2", "maximum", "minimum", "fmax", "fmin", "max", "min")


def test_agrees_with_torch() -> None:
    makers = {f"torch.Tensor.{name}": operands() for name in ARITHMETIC}
    makers |= {f"torch.Tensor.{name}": operands((*INTEGERS, torch.bool), (2, True)) for name in BITS}
    makers |= {f"torch.{name}": operands(numbers=()) for name in PAIRS}
    makers |= {f"torch.{name}": operands((torch.float32,), ()) for name in ("hypot", "logaddexp", "isclose", "dist")}
    check_random(makers, 25, unmodelled=0.15)


def bounded(rng: random.Random) -> Call:
    first = shape(rng)
    bounds = [rng.choice((None, 1, 2.5, torch.ones(broadcastable(rng, first)))) for _ in range(2)]
    if isinstance(bounds[0], torch.Tensor) or isinstance(bounds[1], torch.Tensor):
        bounds = [torch.tensor(float(b)) if isinstance(b, (int, float)) else b for b in bounds]
    return call(torch.ones(first), *bounds)


def several(count: int) -> Any:
    def make(rng: random.Random) -> Call:
        first = shape(rng)
        return call(torch.ones(first), *(torch.ones(broadcastable(rng, first)) for _ in range(count)))

    return make


def crossed(rng: random.Random) -> Call:
    sizes = [rng.choice((1, 3, 3, 3, 2)) for _ in range(rng.randint(1, 3))]
    return call(torch.ones(sizes), torch.ones(sizes), dim=dimension(rng, len(sizes)))


def distances(rng: random.Random) -> Call:
    batch, width = shape(rng, (0, 1, 2)), rng.randint(1, 4)
    other = width if rng.random() < 0.8 else 5
    first = torch.ones(*batch, 2, width) if rng.random() < 0.95 else torch.ones(3)
    return call(first, torch.ones(*broadcastable(rng, batch), 3, other))


def test_further_functions_agree_with_torch() -> None:
    makers = {
        "torch.clamp": bounded,
        "torch.Tensor.clamp_": bounded,
        "torch.lerp": several(2),
        "torch.Tensor.lerp_": several(2),
        "torch.addcmul": several(2),
        "torch.Tensor.addcdiv_": several(2),
        "torch.cross": crossed,
        "torch.cdist": distances,
        "torch.complex": several(1),
        "torch.polar": several(1),
    }
    check_random(makers, 60)


def test_scalar_tensors_promote_less() -> None:
    for left in (
        torch.ones(2, dtype=torch.float16),
        torch.tensor(1, dtype=torch.int64),
        torch.ones(2, dtype=torch.bool),
    ):
        for right in (torch.tensor(1.5), torch.tensor(2), torch.ones(1, dtype=torch.int32), 1j):
            check_operation("torch.Tensor.__mul__", (left, right))


def test_every_operator_is_there() -> None:
    names = ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul", "and", "or", "xor", "lshift", "rshift")
    for name in names:
        for prefix in ("", "r", "i"):
            if (prefix, name) != ("i", "matmul"):
                assert registry.find(f"torch.Tensor.__{prefix}{name}__") is not None, name


def test_values_are_computed() -> None:
    rng = random.Random(3)
    known = 0
    for name in (
        "add",
        "sub",
        "mul",
        "div",
        "__rsub__",
        "__rtruediv__",
        "__floordiv__",
        "__mod__",
        "__pow__",
        "__lt__",
    ):
        for dtype in (torch.float32, torch.int64, torch.float64):
            values = torch.tensor([[rng.randint(1, 9) + rng.random() for _ in range(4)] for _ in range(3)]).to(dtype)
            other = Known(torch.arange(1, 5).to(dtype)) if rng.random() < 0.5 else rng.choice((3, 0.1, 2))
            result = check_operation(f"torch.Tensor.{name}", (Known(values), other), partial=True).result
            known += result.data is not None
    assert known >= 20


def test_writing_in_place_updates_the_values() -> None:
    source = run_operation(RecordingContext(), "torch.ones", 3)
    result = run_operation(RecordingContext(), "torch.Tensor.__imul__", source, 3)
    assert result is source
    assert source.data == (3.0, 3.0, 3.0)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ((N, C, H, W), (N, C, 1, 1)),
        ((N, C, H, W), (N, C, 4, W)),
        ((N, C, H), (C, H)),
        ((N, H), (N, W)),
        ((N, 3), (H, W)),
        ((H + 1, 5), (W + 1, C)),
    ],
)
def test_symbolic_broadcasting(left: Any, right: Any) -> None:
    def run(ctx: Any, put: Any) -> Any:
        return run_operation(ctx, "torch.add", put(Tensor(left)), put(Tensor(right)))

    check_symbolic(run, mappings(N, C, H, W, values=(1, 2, 4, 5)))


def test_symbolic_work_in_place() -> None:
    def run(ctx: Any, put: Any) -> Any:
        return run_operation(ctx, "torch.Tensor.add_", put(Tensor((N, C, H))), put(Tensor((C, W))))

    check_symbolic(run, mappings(N, C, H, W, values=(1, 2, 4)))


def test_size_that_cannot_be_one_leaves_an_equality() -> None:
    ctx = RecordingContext()
    result = run_operation(ctx, "torch.add", Tensor((N, H + 1)), Tensor((N, W + 1)))
    assert [condition for condition, _ in ctx.conditions] == [equal(H + 1, W + 1)]
    assert ctx.decide(equal(result.shape[1], H + 1)) is Verdict.PROVED


def test_unknown_sizes_may_be_zero() -> None:
    unknown = symbol("u", SymbolKind.UNKNOWN, "a mask")
    result = run_operation(RecordingContext(), "torch.add", Tensor((unknown,)), Tensor((H,)))
    assert [item.kind for item in result.shape[0].symbols] == [SymbolKind.UNKNOWN]


def test_mismatch_says_the_numbers() -> None:
    with pytest.raises(Refused) as caught:
        run_operation(RecordingContext(), "torch.Tensor.__add__", Tensor((N, 64, 8, 8)), Tensor((N, 32, 8, 8)))
    assert caught.value.refusal.kind is RefusalKind.SIZES
    assert caught.value.refusal.text == "`__add__` of (N, 64, 8, 8) and (N, 32, 8, 8): 64 against 32 in dimension 1"


def test_unknown_operands_are_not_guessed() -> None:
    with pytest.raises(Unmodelled):
        run_operation(RecordingContext(), "torch.add", Tensor((2,)), "text")
