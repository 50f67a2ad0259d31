"""Dropout against torch, in training and eval mode, with probabilities in and out of range."""

from __future__ import annotations

import random

import pytest
import torch

from convlint.layers.core import registry
from convlint.layers.core.tensor import Tensor
from tests.layers.oracle import RecordingContext, check_layer, check_operation, run_operation

NAMES = ("Dropout", "Dropout1d", "Dropout2d", "Dropout3d", "AlphaDropout", "FeatureAlphaDropout")
FUNCTIONS = ("dropout", "dropout1d", "dropout2d", "dropout3d", "alpha_dropout", "feature_alpha_dropout")


def tensor(rng: random.Random) -> torch.Tensor:
    return torch.rand([rng.randint(1, 3) for _ in range(rng.randint(0, 5))])


@pytest.mark.parametrize("name", NAMES)
def test_layers(name: str) -> None:
    rng = random.Random(name)
    assert registry.find(f"torch.nn.modules.dropout.{name}") is registry.find(f"torch.nn.{name}")
    for _ in range(30):
        p = rng.choice((0, 0.0, 0.1, 0.5, 1, 1.0, 1.5, -0.1))
        options = {"inplace": rng.random() < 0.5}
        check_layer(f"torch.nn.{name}", (p,), options, (tensor(rng),), training=rng.random() < 0.5)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions(name: str) -> None:
    rng = random.Random(name)
    for _ in range(30):
        p, training = rng.choice((0.0, 0.5, 1.0, 2.0)), rng.random() < 0.5
        args = (tensor(rng), p, training, rng.random() < 0.5)
        check_operation(f"torch.nn.functional.{name}", args)
    check_operation(f"torch.nn.functional.{name}", (torch.rand(2, 3, 4),))


@pytest.mark.parametrize("name", ["dropout", "alpha_dropout", "feature_dropout", "feature_alpha_dropout"])
def test_functions_of_torch(name: str) -> None:
    rng = random.Random(name)
    for _ in range(15):
        args = (tensor(rng), rng.choice((0.0, 0.5, 1.0, 2.0)), rng.random() < 0.5)
        check_operation(f"torch.{name}", args)
        check_operation(f"torch.{name}_", args)


def test_in_eval_mode_dropout_is_its_input() -> None:
    x = Tensor((2, 3))
    assert run_operation(RecordingContext(), "torch.nn.functional.dropout", x, training=False) is x
    assert run_operation(RecordingContext(), "torch.nn.functional.dropout", x, training=True) is not x
