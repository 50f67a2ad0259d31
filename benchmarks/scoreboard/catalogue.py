"""Which models a package has, and on what input each is recorded. The package must be importable."""

from __future__ import annotations

import importlib
import inspect
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.scoreboard.truth import Shape


@dataclass(frozen=True, slots=True)
class Entry:
    """One model to record: `package.module:function`, its keyword arguments, and the shapes of its inputs.

    Without shapes, the built model's own `default_cfg` says them.
    """

    target: str
    kwargs: dict[str, object] = field(default_factory=dict)
    inputs: tuple[Shape, ...] = ()


def entries(package: str, targets: Path | None) -> list[Entry]:
    """The models of `package`: those of a targets file (lines of JSON), else those that the package registers.

    Raises `ValueError` for a package whose registry is not known here.
    """
    if targets is not None:
        return [_listed(json.loads(line)) for line in targets.read_text(encoding="utf-8").splitlines() if line.strip()]
    if package not in _REGISTRIES:
        raise ValueError(f"no registry is known for {package}: name its models with --targets")
    return sorted(_REGISTRIES[package](), key=lambda entry: entry.target)


def _listed(data: dict[str, Any]) -> Entry:
    return Entry(data["target"], data.get("kwargs", {}), tuple(tuple(shape) for shape in data["input"]))


def _torchvision() -> Iterator[Entry]:
    models = importlib.import_module("torchvision.models")
    for name in models.list_models():
        builder = models.get_model_builder(name)
        if ".quantization" in builder.__module__:
            continue
        accepted = inspect.signature(builder).parameters
        kwargs: dict[str, object] = {key: None for key in ("weights", "weights_backbone") if key in accepted}
        yield Entry(f"{builder.__module__}:{builder.__name__}", kwargs, _torchvision_inputs(builder))


def _torchvision_inputs(builder: Callable[..., object]) -> tuple[Shape, ...]:
    """Images of the size that the family is trained on, smaller where the family takes any size and is costly."""
    family, name = builder.__module__.removeprefix("torchvision.models."), builder.__name__
    if family.startswith("video."):
        side = 112 if family == "video.resnet" else 224
        return ((1, 3, 16, side, side),)
    if family.startswith("optical_flow."):
        return ((1, 3, 128, 128), (1, 3, 128, 128))
    if family.startswith("detection."):
        return ((1, 3, 320, 320),)
    side = 299 if name == "inception_v3" else 224
    return ((1, 3, side, side),)


def _timm() -> Iterator[Entry]:
    registry = importlib.import_module("timm.models._registry")
    for name in registry.list_models():
        builder = registry.model_entrypoint(name)
        yield Entry(f"{builder.__module__}:{builder.__name__}")


_REGISTRIES: dict[str, Callable[[], Iterator[Entry]]] = {"torchvision": _torchvision, "timm": _timm}
