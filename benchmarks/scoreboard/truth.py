"""The recorded truth about models, and its file format: gzipped JSON lines, one model each, the same bytes each time.

A shape is a tuple of sizes; a size of None is one that depends on the values in the tensors, not on shapes alone.
"""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.scoreboard.packed import write_lines
from convlint.confirm.compare import Call, Shape

__all__ = ["Call", "Shape", "Truth", "decode", "encode", "key", "read", "sample", "write"]


@dataclass(frozen=True, slots=True)
class Truth:
    """What torch does with one model; `error` says why nothing else is known."""

    target: str
    """`package.module:function`."""
    kwargs: Mapping[str, object] = field(default_factory=dict)
    inputs: tuple[Shape, ...] = ()
    params: int = 0
    """All parameters, each counted once."""
    calls: tuple[Call, ...] = ()
    outputs: tuple[Shape, ...] = ()
    error: str | None = None

    @property
    def name(self) -> str:
        """The function's name."""
        return self.target.partition(":")[2]

    @property
    def key(self) -> str:
        """What it is told from all others by: the target, and the arguments that are given."""
        return key(self.target, self.kwargs)


def key(target: str, kwargs: Mapping[str, object]) -> str:
    """Return a target with its arguments; None is the same as no argument."""
    given = {name: value for name, value in sorted(kwargs.items()) if value is not None}
    return target + (f" {json.dumps(given, separators=(',', ':'))}" if given else "")


def encode(truth: Truth) -> str:
    """One line of JSON; shapes are written once per model and referred to by their index."""
    head: dict[str, object] = {"target": truth.target, "kwargs": dict(truth.kwargs), "input": truth.inputs}
    if truth.error is not None:
        return json.dumps(head | {"error": truth.error}, separators=(",", ":"))
    table: dict[Shape, int] = {}

    def index(shapes: tuple[Shape, ...]) -> list[int]:
        return [table.setdefault(shape, len(table)) for shape in shapes]

    layers = [[call.path, call.kind, index(call.inputs), index(call.outputs), call.params] for call in truth.calls]
    body = {"params": truth.params, "output": index(truth.outputs), "layers": layers, "shapes": list(table)}
    return json.dumps(head | body, separators=(",", ":"))


def decode(line: str) -> Truth:
    """The inverse of `encode`."""
    data = json.loads(line)
    inputs = tuple(tuple(shape) for shape in data["input"])
    if "error" in data:
        return Truth(data["target"], data["kwargs"], inputs, error=data["error"])
    table = [tuple(shape) for shape in data["shapes"]]

    def shapes(indices: list[int]) -> tuple[Shape, ...]:
        return tuple(table[index] for index in indices)

    calls = tuple(
        Call(path, kind, shapes(given), shapes(made), params) for path, kind, given, made, params in data["layers"]
    )
    return Truth(data["target"], data["kwargs"], inputs, data["params"], calls, shapes(data["output"]))


def read(path: Path) -> Iterator[Truth]:
    """The models in a truth file, gzipped or plain, in its order."""
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        for line in lines:
            yield decode(line)


def write(path: Path, truths: Iterable[Truth]) -> None:
    """Write a gzipped truth file, ordered by target: equal truths give equal bytes."""
    ordered = sorted(truths, key=lambda truth: (truth.target, json.dumps(truth.kwargs, sort_keys=True)))
    write_lines(path, map(encode, ordered))


def sample(truths: Sequence[Truth], count: int, seed: int) -> list[Truth]:
    """Choose `count` models by chance, but the same each time: one of each module first, then any others."""
    chance = random.Random(seed)
    shuffled = chance.sample(sorted(truths, key=lambda truth: truth.target), len(truths))
    first = {truth.target.partition(":")[0]: truth for truth in reversed(shuffled)}
    chosen = list(first.values())
    chosen += [truth for truth in shuffled if truth is not first[truth.target.partition(":")[0]]]
    return chosen[:count]
