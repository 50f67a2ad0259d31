"""Which models are asked: a list of targets of torchvision and timm, the fixtures, and the tests' own models."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LISTED = Path(__file__).with_name("targets.jsonl")
FIXTURES = tuple(sorted((ROOT / "fixtures").glob("*/*.py")))
TESTED = ROOT / "tests" / "accepts" / "models.py"
"""Models that all take three channels."""


@dataclass(frozen=True, slots=True)
class Case:
    """One model: `package.module:function` or `path/to/file.py:Class`, what it is built with, and its input channels.

    Without channels, the built model's own `default_cfg` says them.
    """

    target: str
    kwargs: dict[str, object] = field(default_factory=dict)
    channels: int | None = 3


def listed() -> Iterator[Case]:
    """The models of packages."""
    for line in LISTED.read_text("utf-8").splitlines():
        data = json.loads(line)
        yield Case(data["target"], data.get("kwargs", {}), data.get("channels", 3))


def own() -> Iterator[Case]:
    """The models of this repository that are built without arguments."""
    for file in (*FIXTURES, TESTED):
        for node in ast.parse(file.read_text("utf-8")).body:
            if isinstance(node, ast.ClassDef) and not _needs_arguments(node) and _is_model(node):
                target = f"{file.relative_to(ROOT).as_posix()}:{node.name}"
                yield Case(target, {}, 3 if file == TESTED else _channels(node))


def _is_model(node: ast.ClassDef) -> bool:
    return any(isinstance(item, ast.FunctionDef) and item.name == "forward" for item in node.body)


def _needs_arguments(node: ast.ClassDef) -> bool:
    inits = [item for item in node.body if isinstance(item, ast.FunctionDef) and item.name == "__init__"]
    return any(len(init.args.args) - 1 > len(init.args.defaults) for init in inits)


def _channels(node: ast.ClassDef) -> int:
    """The input channels of the first convolution in a class's source; 3 if there is none."""
    for call in ast.walk(node):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "Conv2d":
            first = call.args[0] if call.args else None
            if isinstance(first, ast.Constant) and isinstance(first.value, int):
                return first.value
    return 3
