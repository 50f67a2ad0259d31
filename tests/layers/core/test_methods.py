"""The methods of modules that change no shape: torch has them, and they return None."""

from __future__ import annotations

from typing import Any

import torch

from convlint.layers.core import methods, registry
from tests.layers.oracle import RecordingContext, resolve, run_operation

ARGUMENTS: dict[str, tuple[Any, ...]] = {"LayerNorm": (4,), "RMSNorm": (4,), "PReLU": (), "Bilinear": (2, 2, 2)}


def test_torch_has_them_and_they_return_none() -> None:
    for method, names in methods._METHODS.items():
        for name in names:
            full = f"torch.nn.{name}.{method}"
            assert isinstance(registry.find(full), registry.Operation)
            assert callable(resolve(full))
            assert run_operation(RecordingContext(), full, None) is None


def test_they_keep_the_shapes() -> None:
    for method, names in methods._METHODS.items():
        for name in names:
            if name.startswith("Lazy") or name.endswith("Base"):
                continue
            args = ARGUMENTS.get(name, (4,) if "Norm" in name and name != "GroupNorm" else (2, 2))
            module = getattr(torch.nn, name)(*args, **({"kernel_size": 1} if "Conv" in name else {}))
            before = [(key, value.shape) for key, value in module.state_dict().items()]
            assert getattr(module, method)() is None
            assert [(key, value.shape) for key, value in module.state_dict().items()] == before
