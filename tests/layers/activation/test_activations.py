"""Every activation of torch against its rule: modules, functions, tensor methods, in place and not."""

from __future__ import annotations

import random
from typing import Any

import pytest
import torch

from convlint.layers.core import registry
from convlint.layers.core.refusal import RefusalKind
from convlint.layers.core.tensor import Tensor
from convlint.symbolic import symbol
from tests.layers.oracle import RecordingContext, build, check_layer, check_operation, check_symbolic, run_operation

F = "torch.nn.functional"
IN_PLACE = ("ReLU", "RReLU", "Hardtanh", "ReLU6", "Hardsigmoid", "SiLU", "Mish", "Hardswish", "ELU", "CELU", "SELU")
PLAIN = ("Sigmoid", "Tanh", "GELU", "Hardshrink", "LogSigmoid", "Softplus", "Softshrink", "Softsign", "Tanhshrink")
DIMENSIONS = ("Softmin", "Softmax", "LogSoftmax")


def tensor(rng: random.Random, most: int = 5) -> torch.Tensor:
    return torch.rand([rng.randint(1, 4) for _ in range(rng.randint(0, most))])


def test_every_activation_of_torch_is_there() -> None:
    for name in torch.nn.modules.activation.__all__:
        public = registry.find(f"torch.nn.{name}")
        assert public is not None, name
        assert registry.find(f"torch.nn.modules.activation.{name}") is public


def test_layers() -> None:
    rng = random.Random(1)
    for name in (*PLAIN, *IN_PLACE, "LeakyReLU"):
        for _ in range(6):
            options = {"inplace": rng.random() < 0.5} if name in (*IN_PLACE, "LeakyReLU") else {}
            check_layer(f"torch.nn.{name}", (), options, (tensor(rng),), training=rng.random() < 0.5)
    for name in DIMENSIONS:
        for _ in range(30):
            check_layer(f"torch.nn.{name}", (rng.choice((None, *range(-4, 4))),), {}, (tensor(rng),))
    for _ in range(30):
        check_layer("torch.nn.Softmax2d", (), {}, (tensor(rng),))
        check_layer("torch.nn.GLU", (rng.randint(-4, 3),), {}, (tensor(rng),))
        check_layer("torch.nn.PReLU", (rng.randint(1, 4),), {}, (tensor(rng),))
    check_layer("torch.nn.GLU", (), {}, (torch.rand(2, 6),))


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("Threshold", (0.1, 20)),
        ("Threshold", (0.1,)),
        ("Hardtanh", (-2, 3)),
        ("Hardtanh", (1.0, 1.0)),
        ("ELU", (2.0, True)),
        ("LeakyReLU", (0.2,)),
        ("RReLU", (0.1, 0.2, True)),
        ("GELU", ("tanh",)),
        ("GELU", ("sigmoid",)),
        ("Softplus", (2, 10)),
        ("PReLU", (0,)),
        ("PReLU", (-1,)),
        ("PReLU", (2.0,)),
        ("PReLU", (None,)),
    ],
)
def test_arguments(name: str, args: tuple[Any, ...]) -> None:
    check_layer(f"torch.nn.{name}", args, {}, (torch.rand(2, 3),))


def test_hardtanh_takes_its_deprecated_names() -> None:
    check_layer("torch.nn.Hardtanh", (), {"min_value": -3.0, "max_value": 3.0}, (torch.rand(2),))


FUNCTIONS = (
    *("relu", "relu6", "hardtanh", "sigmoid", "tanh", "softsign", "tanhshrink", "elu", "selu", "celu", "leaky_relu"),
    *("rrelu", "gelu", "silu", "mish", "hardswish", "hardsigmoid", "logsigmoid", "softplus", "hardshrink"),
    *("softshrink", "relu_", "elu_", "selu_", "celu_", "leaky_relu_", "rrelu_", "hardtanh_"),
)


def test_functions() -> None:
    rng = random.Random(2)
    dtypes = (torch.float32, torch.float64, torch.int64, torch.bool)
    for name in FUNCTIONS:
        for dtype in dtypes[: 2 if name.endswith("_") else 4]:
            check_operation(f"{F}.{name}", (tensor(rng).to(dtype),), partial=True)
    for name in ("relu", "sigmoid", "tanh", "relu_", "sigmoid_", "tanh_"):
        check_operation(f"torch.{name}", (tensor(rng),))
        check_operation(f"torch.Tensor.{name}", (tensor(rng),))
    for name in ("threshold", "threshold_"):
        check_operation(f"{F}.{name}", (tensor(rng), 0.1, 2.0))
    check_operation(f"{F}.hardtanh", (tensor(rng), 2.0, 1.0))
    check_operation("torch.special.expit", (tensor(rng),))


def test_floats_are_known_not_to_be_refused() -> None:
    for name in FUNCTIONS:
        outcome = check_operation(f"{F}.{name}", (torch.rand(2, 3),))
        assert outcome.status == "returned"
        assert outcome.result.dtype == "float32"


def test_in_place_returns_the_same_tensor_without_its_values() -> None:
    ctx = RecordingContext()
    for name in (f"{F}.relu_", "torch.sigmoid_", "torch.Tensor.tanh_"):
        x = Tensor((2,), data=(1.0, -1.0))
        assert run_operation(ctx, name, x) is x
        assert x.data is None
    y = Tensor((2,))
    assert run_operation(ctx, f"{F}.silu", y, inplace=True) is y
    assert run_operation(ctx, f"{F}.silu", y) is not y


def test_dimension_functions() -> None:
    rng = random.Random(3)
    for _ in range(60):
        dim = rng.randint(-4, 4)
        for name in ("softmax", "log_softmax", "softmin", "gumbel_softmax"):
            check_operation(f"{F}.{name}", (tensor(rng),), {"dim": dim})
        for name in ("torch.softmax", "torch.Tensor.softmax", "torch.log_softmax", "torch.Tensor.log_softmax"):
            check_operation(name, (tensor(rng), dim))
        check_operation(f"{F}.glu", (tensor(rng), dim))
        check_operation(f"{F}.softmax", (tensor(rng),))
    check_operation(f"{F}.softmax", (torch.zeros(2, 3).long(), 1), {"dtype": torch.float64})


def test_prelu_function() -> None:
    rng = random.Random(4)
    for _ in range(60):
        weight = torch.rand(rng.choice(((), (1,), (rng.randint(1, 4),), (1, 2))))
        check_operation(f"{F}.prelu", (tensor(rng), weight))


def test_odd_halving_says_the_numbers() -> None:
    outcome = check_layer("torch.nn.GLU", (1,), {}, (torch.rand(2, 5, 3),))
    assert outcome.refusal is not None
    assert outcome.refusal.kind is RefusalKind.SIZES
    assert outcome.refusal.text == "`GLU` halves dimension 1 of (2, 5, 3), which is odd: 5"


def test_symbolic_halving() -> None:
    c = symbol("C")
    mappings = [{next(iter(c.symbols)): value} for value in range(1, 9)]

    def run(ctx: RecordingContext, put: Any) -> Any:
        halved = build(ctx, "torch.nn.GLU", (1,), {})(Tensor((2, put(c))))
        return build(ctx, "torch.nn.PReLU", (3,), {})(halved)

    check_symbolic(run, mappings)
