"""Questions about tensors against torch."""

from __future__ import annotations

import random

import pytest
import torch

from convlint.layers.core import registry
from convlint.layers.core.refusal import Refused, Unmodelled
from convlint.layers.core.tensor import Tensor
from convlint.layers.shapes.sizes import PROPERTIES
from convlint.symbolic import equal, symbol
from tests.layers.oracle import Known, RecordingContext, check_operation, run_operation
from tests.layers.random_calls import Call, call, check_random, dimension, shape, tensor, typed

N, C = symbol("N"), symbol("C")
DTYPES = (torch.float32, torch.float64, torch.float16, torch.int64, torch.uint8, torch.bool, torch.complex64)


def asked(rng: random.Random) -> Call:
    source = tensor(rng)
    return call(source) if rng.random() < 0.3 else call(source, dimension(rng, source.ndim))


def alone(rng: random.Random) -> Call:
    return call(typed(rng, shape(rng), DTYPES))


def known(rng: random.Random) -> Call:
    sizes = tuple(rng.randint(1, 3) for _ in range(rng.randint(0, 3)))
    return call(Known(typed(rng, sizes, DTYPES[:-1])))


NAMES = (
    "dim",
    "ndimension",
    "numel",
    "nelement",
    "element_size",
    "is_floating_point",
    "is_complex",
    "is_signed",
    "__len__",
)


def test_agrees_with_torch() -> None:
    makers = {f"torch.Tensor.{name}": alone for name in NAMES}
    makers |= {"torch.Tensor.size": asked, "torch.numel": alone, "torch.is_tensor": alone}
    makers |= {f"torch.Tensor.{name}": known for name in ("tolist", "item", "__float__", "__int__", "__bool__")}
    check_random(makers, 20)


def test_properties_take_the_tensor_alone() -> None:
    for name in PROPERTIES:
        entry = registry.find(f"torch.Tensor.{name}")
        assert isinstance(entry, registry.Operation), name
        assert list(entry.signature.parameters)[1:] == ["input"], name
        try:
            ours = run_operation(RecordingContext(), f"torch.Tensor.{name}", Tensor((2, 3)))
        except Unmodelled:
            assert name == "imag"
            continue
        theirs = getattr(torch.zeros(2, 3), name)
        shape = tuple(theirs.shape) if isinstance(theirs, torch.Tensor) else str(theirs).removeprefix("torch.")
        assert (ours.shape if isinstance(ours, Tensor) else str(ours)) == shape, name


def test_symbolic_sizes() -> None:
    source = Tensor((N, C, 4))
    assert run_operation(RecordingContext(), "torch.Tensor.size", source, -2) == C
    assert run_operation(RecordingContext(), "torch.Tensor.size", source) == (N, C, 4)
    assert run_operation(RecordingContext(), "torch.numel", source) == 4 * N * C


def test_value_of_several_elements_is_refused() -> None:
    with pytest.raises(Refused):
        run_operation(RecordingContext(), "torch.Tensor.item", Tensor((2,)))
    with pytest.raises(Unmodelled):
        run_operation(RecordingContext(), "torch.Tensor.item", Tensor(()))
    ctx = RecordingContext()
    with pytest.raises(Unmodelled):
        run_operation(ctx, "torch.Tensor.item", Tensor((N,)))
    assert [condition for condition, _ in ctx.conditions] == [equal(N, 1)]


def test_every_name_exists_in_torch() -> None:
    check_operation("torch.Tensor.nelement", (torch.zeros(2, 3),))
