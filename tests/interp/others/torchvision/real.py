"""torchvision itself, without the operators that it compiles: those need the very torch that it was built for."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from typing import Any

import pytest
import torch

_library: list[Any] = []


def need_torchvision() -> None:
    """Make torchvision importable, or skip the test where it is not installed."""
    pytest.importorskip("PIL")
    if importlib.util.find_spec("torchvision") is None:
        pytest.skip("torchvision is not installed")
    if not _library and not _is_whole():
        library = torch.library.Library("torchvision", "DEF")
        for name in ("nms", "qnms"):
            library.define(f"{name}() -> ()")
        _library.append(library)
    importlib.import_module("torchvision")


def _is_whole() -> bool:
    """Whether its operators were compiled for this torch; if not, nothing of the attempt to import it stays behind."""
    try:
        importlib.import_module("torchvision")
    except RuntimeError:
        for name in [name for name in sys.modules if name.partition(".")[0] == "torchvision"]:
            del sys.modules[name]
        return False
    return True
