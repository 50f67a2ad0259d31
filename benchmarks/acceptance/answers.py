"""What torch does with a model at each size, and the file of it: gzipped JSON lines, always the same bytes."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.scoreboard.packed import write_lines

RECORDED = Path(__file__).with_name("answers.jsonl.gz")
LARGEST = 300
GRID = (1, 2, 7, 8, 16, 31, 32, 33, 48, 64, 65, 96, 100, 224)
"""The sides of the sizes that are not square: every two different ones, both ways round."""

Size = tuple[int, int]


def sizes(largest: int = LARGEST) -> tuple[Size, ...]:
    """All sizes that are asked, as (height, width): the squares first."""
    return (
        *((side, side) for side in range(1, largest + 1)),
        *((height, width) for height in GRID for width in GRID if height != width),
    )


@dataclass(frozen=True, slots=True)
class Answers:
    """What torch did with one model in evaluation mode, on one image at a time."""

    target: str
    """`package.module:function`, or `path/to/file.py:Class` below the repository."""
    kwargs: Mapping[str, object] = field(default_factory=dict)
    channels: int = 3
    taken: frozenset[Size] = frozenset()
    """The sizes on which torch does not raise; on all others of `sizes()` it does."""
    on_cpu: int = 0
    """How many of the sizes ran on the CPU; the others ran on the meta device."""
    error: str | None = None
    """Why nothing is known."""

    @property
    def name(self) -> str:
        """The target, with its arguments if there are any that change what is built."""
        given = ", ".join(f"{key}={value!r}" for key, value in sorted(self.kwargs.items()) if value is not None)
        return f"{self.target}({given})" if given else self.target


def encode(answers: Answers) -> str:
    """One line of JSON: runs of squares as [first, last], others as pairs."""
    squares = sorted(height for height, width in answers.taken if height == width)
    data: dict[str, object] = {
        "target": answers.target,
        "kwargs": dict(answers.kwargs),
        "channels": answers.channels,
        "squares": _runs(squares),
        "others": sorted(size for size in answers.taken if size[0] != size[1]),
        "on_cpu": answers.on_cpu,
    }
    if answers.error is not None:
        data["error"] = answers.error
    return json.dumps(data, separators=(",", ":"))


def decode(line: str) -> Answers:
    """The inverse of `encode`."""
    data = json.loads(line)
    squares = [(side, side) for first, last in data["squares"] for side in range(first, last + 1)]
    taken = frozenset([*squares, *((height, width) for height, width in data["others"])])
    return Answers(data["target"], data["kwargs"], data["channels"], taken, data["on_cpu"], data.get("error"))


def _runs(numbers: list[int]) -> list[list[int]]:
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return runs


def read(path: Path) -> Iterator[Answers]:
    """The models of a file, in its order."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield decode(line)


def write(path: Path, found: Iterable[Answers]) -> None:
    """Write a file, ordered by target: equal answers give equal bytes."""
    ordered = sorted(found, key=lambda answers: (answers.target, json.dumps(answers.kwargs, sort_keys=True)))
    write_lines(path, map(encode, ordered))
