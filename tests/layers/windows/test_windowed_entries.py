"""The entries of the windowed families: their signatures and base classes are torch's own."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from convlint.layers.core import registry
from tests.layers.oracle import resolve

MODULES = (
    "convolution", "conv_transpose", "pooling", "adaptive_pooling", "unpooling", "padding", "resampling", "shuffling",
    "unfolding",
)  # fmt: skip


def entries() -> list[str]:
    """Return the names that these modules register."""
    places = {f"convlint.layers.windows.{module}" for module in MODULES}
    found = []
    for name in sorted(registry.names()):
        entry = registry.find(name)
        rule: Any = entry.init if isinstance(entry, registry.LayerClass) else entry.rule  # type: ignore[union-attr]
        if rule.__module__ in places:
            found.append(name)
    return found


def parameters(signature: inspect.Signature, skipped: int) -> list[tuple[str, object]]:
    return [(p.name, p.default) for p in list(signature.parameters.values())[skipped:]]


@pytest.mark.parametrize("name", entries())
def test_entry_is_torchs(name: str) -> None:
    entry, value = registry.find(name), resolve(name)
    if isinstance(entry, registry.Operation):
        try:
            signature = inspect.signature(value)
        except ValueError:
            return  # a builtin: the comparisons of calls must do
        if "args" not in signature.parameters:
            assert parameters(entry.signature, 1) == parameters(signature, 0)
        return
    assert isinstance(entry, registry.LayerClass)
    assert parameters(entry.init_signature, 2) == parameters(inspect.signature(value.__init__), 1)
    assert parameters(entry.forward_signature, 2) == parameters(inspect.signature(value.forward), 1)
    ancestors = [c for c in value.__mro__[1:] if c.__module__.startswith("torch.nn.modules") and c.__name__ != "Module"]
    bases = {resolve(base) for base in entry.bases}
    assert bases == {c for c in ancestors if c.__name__ != "LazyModuleMixin"}
    assert entry.name == f"torch.nn.{value.__name__}"
    assert f"{value.__module__}.{value.__name__}" in (entry.name, *entry.aliases)


def test_every_windowed_layer_of_torch_is_known() -> None:
    kinds = ("conv", "pooling", "padding", "upsampling", "pixelshuffle", "channelshuffle", "fold")
    missing = [
        f"torch.nn.{name}"
        for kind in kinds
        for name in resolve(f"torch.nn.modules.{kind}").__all__
        if registry.find(f"torch.nn.{name}") is None
    ]
    assert missing == []
