"""torchvision itself, without the operators that it compiles: those need the very torch that it was built for."""

from __future__ import annotations

from typing import Any

import pytest
import torch

_library: list[Any] = []


def need_torchvision() -> None:
    """Make torchvision importable, or skip the test where it is not installed."""
    pytest.importorskip("PIL")
    if not _library:
        library = torch.library.Library("torchvision", "DEF")
        for name in ("nms", "qnms"):
            library.define(f"{name}() -> ()")
        _library.append(library)
    pytest.importorskip("torchvision")
