"""Files of user code for the tests of the child process, and requests to run what is in them."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent
from typing import Any

PLAIN = """
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self, width=4):
        super().__init__()
        self.conv = nn.Conv2d(3, width, 3)
        self.idle = nn.ReLU()

    def forward(self, x):
        return self.conv(x).flatten(1)
"""


def written(folder: Path, source: str, name: str = "net.py") -> Path:
    """Write source into a file; "{PLAIN}" in it stands for a model `Net`."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(dedent(source).replace("{PLAIN}", PLAIN), encoding="utf-8")
    return path


def request(path: Path, **changes: Any) -> dict[str, Any]:
    """Return the request to build `Net()` of a file and to run it on one image."""
    name = {"file": str(path), "module": path.stem, "name": "Net"}
    return {
        "kind": "model",
        "recipe": {
            "build": {"call": name, "args": [], "kwargs": {}},
            "positional": [{"input": 0}],
            "named": {},
            "evaluating": [],
        },
        "inputs": [{"shape": [1, 3, 8, 8], "dtype": "float32", "data": None}],
        "training": False,
        "path": [str(path.parent)],
        "macs": False,
        **changes,
    }
