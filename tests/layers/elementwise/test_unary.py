"""Elementwise functions of one tensor, casts and writing in place against torch."""

from __future__ import annotations

import random
from typing import Any

import pytest
import torch

from convlint.layers.core import registry
from convlint.layers.core.refusal import Refused
from convlint.layers.core.tensor import Tensor
from convlint.layers.elementwise import unary
from convlint.symbolic import symbol
from tests.layers.oracle import Known, RecordingContext, check_operation, check_symbolic, run_operation
from tests.layers.random_calls import Call, broadcastable, call, check_random, shape, typed
from tests.layers.shapes.test_reshaping import mappings

N, C, H, W = (symbol(name) for name in "NCHW")
DTYPES = (torch.float32, torch.float64, torch.float16, torch.int64, torch.uint8, torch.bool, torch.complex64)


def anything(rng: random.Random) -> Call:
    return call(typed(rng, shape(rng), DTYPES))


def reals(rng: random.Random) -> Call:
    return call(typed(rng, shape(rng), DTYPES[:-1]))


def floats(rng: random.Random) -> Call:
    return call(typed(rng, shape(rng), DTYPES[:3]))


NUMBERS = ("exp", "log", "sqrt", "rsqrt", "reciprocal", "sin", "cos", "tan", "tanh", "sinh", "asin", "atan", "expm1")
REALS = ("erf", "log2", "log10", "log1p", "exp2", "deg2rad", "floor", "ceil", "trunc", "round", "sign", "lgamma")
FUNCTIONS = ("abs", "neg", "square", "sgn", "isnan", "isfinite", "isinf", "logical_not", "angle", "conj_physical")


def test_agrees_with_torch() -> None:
    makers = {f"torch.{name}": anything for name in FUNCTIONS}
    makers |= {f"torch.{name}": floats if name in ("expm1", "reciprocal") else anything for name in NUMBERS[:-1]}
    makers |= {f"torch.{name}": reals for name in REALS}
    makers |= {
        f"torch.Tensor.{name}_": reals for name in ("exp", "sqrt", "neg", "abs", "floor", "square", "logical_not")
    }
    makers |= {f"torch.{name}": floats for name in ("nan_to_num", "frac", "digamma", "erfinv", "logit", "sinc")}
    makers |= {f"torch.Tensor.{name}": reals for name in ("__neg__", "__invert__", "__abs__", "__pos__")}
    check_random(makers, 12, unmodelled=0.2, refusals=False)


def test_every_function_has_its_methods() -> None:
    for name in (*unary._FLOATING, *unary._KEEPING):
        for qualified in (f"torch.{name}", f"torch.Tensor.{name}", f"torch.Tensor.{name}_"):
            assert registry.find(qualified) is not None
    for name in unary._FLOATING:
        check_operation(f"torch.{name}", (torch.full((2, 3), 0.5),))


def cast_calls(rng: random.Random) -> Call:
    source = typed(rng, shape(rng), DTYPES[:-1])
    target = rng.choice((torch.float16, torch.int32, torch.float32))
    device = torch.device("cpu")
    forms: tuple[Call, ...] = (
        call(source, target),
        call(source, device),
        call(source, device, target),
        call(source, dtype=target),
        call(source, device=device, dtype=target, non_blocking=True),
        call(source, torch.ones(1, dtype=target)),
    )
    return rng.choice(forms)


def test_casts_agree_with_torch() -> None:
    names = ("float", "double", "half", "bfloat16", "int", "long", "short", "byte", "bool", "cpu", "contiguous")
    makers: dict[str, Any] = {f"torch.Tensor.{name}": reals for name in names}
    makers |= {"torch.Tensor.to": cast_calls}
    makers |= {"torch.Tensor.type_as": lambda rng: call(*reals(rng)[0], *reals(rng)[0])}
    makers |= {"torch.Tensor.type": lambda rng: call(*reals(rng)[0], rng.choice((torch.float16, "torch.LongTensor")))}
    check_random(makers, 20, refusals=False)


def test_cast_to_its_own_dtype_is_the_tensor_itself() -> None:
    parameter = Tensor((3,), is_parameter=True, requires_grad=True)
    for name, args in (
        ("to", ("cuda",)),
        ("float", ()),
        ("contiguous", ()),
        ("cuda", ()),
        ("requires_grad_", (False,)),
    ):
        assert run_operation(RecordingContext(), f"torch.Tensor.{name}", parameter, *args) is parameter
    assert run_operation(RecordingContext(), "torch.Tensor.half", parameter) is not parameter


def copied(rng: random.Random) -> Call:
    sizes = shape(rng)
    return call(torch.zeros(sizes), torch.ones(broadcastable(rng, sizes)))


def test_copy_agrees_with_torch() -> None:
    check_random({"torch.Tensor.copy_": copied}, 200)


def test_symbolic_copy() -> None:
    def run(ctx: Any, put: Any) -> Any:
        return run_operation(ctx, "torch.Tensor.copy_", put(Tensor((N, C, H))), put(Tensor((C, W))))

    check_symbolic(run, mappings(N, C, H, W, values=(1, 2, 3)))


@pytest.mark.parametrize("name", ["zeros_", "ones_", "normal_", "uniform_", "trunc_normal_", "orthogonal_", "eye_"])
def test_initialisation_agrees_with_torch(name: str) -> None:
    for sizes in ((3,), (3, 4), (2, 3, 4)):
        check_operation(f"torch.nn.init.{name}", (torch.zeros(sizes),))


def test_initialisation_by_fans() -> None:
    for name in ("xavier_uniform_", "xavier_normal_", "kaiming_uniform_", "kaiming_normal_", "dirac_", "sparse_"):
        for sizes in ((), (3,), (3, 4), (2, 3, 3), (2, 3, 4, 4)):
            check_operation(f"torch.nn.init.{name}", (torch.zeros(sizes), *((0.5,) if name == "sparse_" else ())))
    check_operation("torch.nn.init._calculate_fan_in_and_fan_out", (torch.zeros(8, 3, 5, 5),))
    for args in (("relu",), ("tanh",), ("leaky_relu", 0.2), ("leaky_relu",), ("conv2d",)):
        check_operation("torch.nn.init.calculate_gain", args)
    parameter = Tensor((3, 4), is_parameter=True)
    assert run_operation(RecordingContext(), "torch.nn.init.xavier_uniform_", parameter, gain=2.0) is parameter


def test_values_follow() -> None:
    source = Known(torch.tensor([1.5, -2.25, 0.1]))
    for name in ("neg", "abs", "square", "logical_not", "float", "long", "double", "clone", "detach"):
        assert check_operation(f"torch.Tensor.{name}", (source,)).result.data is not None
    assert check_operation("torch.Tensor.fill_", (source, 0.1)).result.data is not None
    assert run_operation(RecordingContext(), "torch.exp", Tensor((1,), data=(1.0,))).data is None


def test_complex_numbers() -> None:
    pairs = torch.zeros(2, 3, 2)
    check_operation("torch.view_as_complex", (pairs,))
    check_operation("torch.view_as_complex", (torch.zeros(2, 3),))
    numbers = torch.zeros(2, 3, dtype=torch.complex64)
    for name in ("torch.view_as_real", "torch.real", "torch.imag", "torch.abs", "torch.angle", "torch.conj"):
        check_operation(name, (numbers,))


def test_growing_in_place_is_refused() -> None:
    with pytest.raises(Refused, match="keeps the shape"):
        run_operation(RecordingContext(), "torch.Tensor.copy_", Tensor((3,)), Tensor((2, 3)))
