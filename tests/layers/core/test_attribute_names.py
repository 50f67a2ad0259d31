"""The names of attributes that torch's modules have, against the torch that is installed."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path

import pytest
import torch
from torch import nn

from convlint.layers.core.attribute_names import may_have

CLASSES = [cls for cls in vars(nn).values() if inspect.isclass(cls) and issubclass(cls, nn.Module)]
EXAMPLES = [
    nn.Conv2d(2, 4, 3), nn.ConvTranspose1d(2, 2, 3), nn.Linear(2, 3), nn.Bilinear(2, 3, 4), nn.BatchNorm2d(3),
    nn.LSTM(2, 3, 2, bidirectional=True, proj_size=2), nn.GRUCell(2, 3), nn.MultiheadAttention(4, 2),
    nn.GroupNorm(1, 2), nn.EmbeddingBag(3, 2), nn.Upsample(2), nn.PReLU(), nn.Softmax(1), nn.AdaptiveAvgPool2d(1),
    nn.ReflectionPad2d(1), nn.InstanceNorm2d(3, track_running_stats=True), nn.SyncBatchNorm(3),
    nn.CrossEntropyLoss(), nn.LazyConv2d(3, 1), nn.Transformer(4, 2, 1, 1, 8), nn.PixelShuffle(2), nn.LayerNorm(3),
]  # fmt: skip
STATISTICS = {name for name, _ in nn.BatchNorm2d(3).named_buffers()}


@pytest.mark.parametrize("cls", CLASSES, ids=[cls.__name__ for cls in CLASSES])
def test_names_of_classes(cls: type[nn.Module]) -> None:
    assert [name for name in dir(cls) if not may_have(cls.__name__, name)] == []


@pytest.mark.parametrize("module", EXAMPLES, ids=[type(module).__name__ for module in EXAMPLES])
def test_names_of_objects(module: nn.Module) -> None:
    names = {*vars(module), *module._parameters, *module._buffers, *module._modules}
    assert [name for name in names if not may_have(type(module).__name__, name)] == []


def test_names_that_torch_sets_on_its_modules() -> None:
    names = set()
    for path in (Path(torch.__file__).parent / "nn" / "modules").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self":
                names.add(node.attr)
    assert len(names) > 200
    methods = {name for cls in CLASSES for name in dir(cls)}
    assert [name for name in names - methods - STATISTICS if not may_have("Conv2d", name)] == []


@pytest.mark.parametrize("name", sorted(STATISTICS))
def test_only_some_norms_keep_running_statistics(name: str) -> None:
    assert not any(may_have(kind, name) for kind in ("LayerNorm", "GroupNorm", "Conv2d", "Embedding"))
    assert all(may_have(kind, name) for kind in ("BatchNorm1d", "InstanceNorm3d", "SyncBatchNorm", "LazyBatchNorm2d"))


@pytest.mark.parametrize("name", ["init_weights", "drop_path", "grad_checkpointing", "weight_lx", "flatten_parameters"])
def test_names_of_others(name: str) -> None:
    assert not may_have("Conv2d", name)


@pytest.mark.parametrize("cls", CLASSES, ids=[cls.__name__ for cls in CLASSES])
def test_methods_of_some_classes_only(cls: type[nn.Module]) -> None:
    for name in ("reset_parameters", "flatten_parameters", "log_prob", "reset_running_stats"):
        assert may_have(cls.__name__, name) == hasattr(cls, name), name
