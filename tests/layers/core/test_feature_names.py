"""The names and bases of the feature layers are torch's."""

from __future__ import annotations

import torch

from convlint.layers.core import registry
from tests.layers.oracle import is_described, resolve

ELSEWHERE = {"Container", "Module", "ModuleDict", "ModuleList", "ParameterDict", "ParameterList", "Sequential"}
"""Modules that hold others: the interpreter's own."""
COMPOSITE = {
    *("Transformer", "TransformerEncoder", "TransformerDecoder", "TransformerEncoderLayer", "TransformerDecoderLayer"),
    *("AdaptiveLogSoftmaxWithLoss", "TripletMarginWithDistanceLoss"),
}
"""Modules that call their children: written in Python in the interpreter's prelude."""
VALUES = {"LinearCrossEntropyOptions"}


def is_there(name: str) -> bool:
    """Whether this torch has what is registered; the one that the rules describe has everything."""
    return is_described() or hasattr(torch.nn, name.rpartition(".")[2])


def test_names_and_bases_are_torchs() -> None:
    for name in registry.names():
        entry = registry.find(name)
        if isinstance(entry, registry.LayerClass) and name.startswith("torch.") and is_there(name):
            cls = resolve(name)
            assert cls is resolve(entry.name), name
            for base in entry.bases:
                assert issubclass(cls, resolve(base)), (name, base)
                assert base in registry.names() or resolve(base).__name__.startswith("_") or "Mixin" in base, base


def test_every_module_of_torch_is_known() -> None:
    missing = set(torch.nn.modules.__all__) - ELSEWHERE - COMPOSITE - VALUES
    assert not {name for name in missing if registry.find(f"torch.nn.{name}") is None}
