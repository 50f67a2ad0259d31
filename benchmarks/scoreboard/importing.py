"""Makes unpacked model packages importable beside a CPU build of torch, without installing what they depend on."""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import importlib.util
import sys
import types
from collections.abc import Sequence
from pathlib import Path
from typing import Any

OPTIONAL = ("PIL", "huggingface_hub", "safetensors", "yaml")
"""What model packages import for images and downloads, and never use to build or run a model."""

SCHEMAS = (
    "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
)
"""Operators that torchvision's Python code refers to at import time."""

most_kept = 1 << 62
"""A smaller number makes `nms` answer as for boxes that all overlap: any number of boxes up to all may be left."""

_kept: list[Any] = []
"""Keeps the operator libraries alive: they are unregistered with their last reference."""


def prepare(source: Path) -> None:
    """Put `source` first on the import path, stand in for absent packages, and supply torchvision's operators."""
    sys.path[:0] = [str(source), str(Path(__file__).resolve().parents[1] / "doors")]
    missing = frozenset(name for name in OPTIONAL if importlib.util.find_spec(name) is None)
    sys.meta_path.append(_Absent(missing))
    if (source / "torchvision").is_dir() and not _loads(source / "torchvision" / "_C_stable.so"):
        _supply_operators()


def _loads(library: Path) -> bool:
    """Whether torchvision's compiled operators, built for one build of torch, fit the torch that is here."""
    torch: Any = importlib.import_module("torch")
    try:
        torch.ops.load_library(str(library))
    except OSError:
        return False
    return True


def _supply_operators() -> None:
    """Define what torchvision needs to be imported and to run its detection models on the CPU.

    With `_has_ops` false, `roi_align` is computed in Python; only `nms` insists on the compiled operators.
    """
    torch: Any = importlib.import_module("torch")
    library = torch.library.Library("torchvision", "DEF")
    for schema in SCHEMAS:
        library.define(schema)
    library.impl("nms", suppress_overlaps, "CPU")
    _kept.append(library)
    boxes: Any = importlib.import_module("torchvision.ops.boxes")
    boxes._assert_has_ops = lambda: None


def suppress_overlaps(boxes: Any, scores: Any, threshold: float) -> Any:
    """Non-maximum suppression: boxes (n, 4) and scores (n,) to the kept indices, best score first."""
    torch: Any = importlib.import_module("torch")
    boxes, scores = boxes.detach(), scores.detach()
    order = scores.sort(stable=True, descending=True).indices
    areas = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    kept: list[int] = []
    while order.numel() and len(kept) < most_kept:
        best, order = order[0], order[1:]
        kept.append(int(best))
        low = torch.maximum(boxes[best, :2], boxes[order, :2])
        high = torch.minimum(boxes[best, 2:], boxes[order, 2:])
        shared = (high - low).clamp(min=0).prod(dim=1)
        order = order[shared / (areas[best] + areas[order] - shared) <= threshold]
    return torch.tensor(kept, dtype=torch.int64)


class _Anything(type):
    """A class whose every attribute is again such a class, for annotations and `isinstance`."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Anything(name, (), {})


class _Stub(types.ModuleType):
    """A package that is not there: its public attributes are empty classes."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name != "__version__":
            raise AttributeError(name)
        value = "0.0" if name == "__version__" else _Anything(name, (Exception,), {})
        setattr(self, name, value)
        return value


class _Absent(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds stubs for the named packages and all below them, after every real finder has failed."""

    def __init__(self, names: frozenset[str]) -> None:
        self.names = names

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname.partition(".")[0] not in self.names:
            return None
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        return _Stub(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        """Nothing to run: a stub makes its attributes when asked."""
