"""What training takes as text: "batch 64 needs 7.3 GiB in float32", and of what that consists."""

from __future__ import annotations

from collections.abc import Iterator

from convlint.memory.units import bytes_text
from convlint.rules.wording import size_text
from convlint.symbolic import Size
from convlint.training import Training

_MOST_REASONS = 3


def memory_lines(training: Training) -> Iterator[str]:
    """Yield the parts of the memory, their sum, and the biggest batch."""
    memory = training.memory
    state = f"{memory.optimizer_name} state"
    yield ""
    rows = [
        ("parameters", memory.parameters),
        ("gradients", memory.gradients),
        (state, memory.optimizer),
        ("saved for backward", memory.activations),
        ("forward and backward pass, as torchinfo counts", training.passes),
    ]
    width = max(len(name) for name, _ in rows[:4])
    for name, size in rows:
        yield f"{name:<{width}}  {amount(size)}"
    batch = "one run" if training.batch_size is None else f"batch {_count(training.batch_size)}"
    if memory.total is not None:
        yield f"{batch} needs {amount(memory.total)} in {memory.dtype}"
    for gap in memory.unknown[:_MOST_REASONS]:
        yield f"  not known: {gap.reason}"
    if training.limit is not None:
        yield _biggest(training)


def _biggest(training: Training) -> str:
    limit = bytes_text(training.limit or 0)
    if training.biggest_batch is None:
        return f"the biggest batch that fits in {limit} is not known"
    if not training.biggest_batch:
        return f"no batch fits in {limit}"
    return f"the biggest batch that fits in {limit} is {training.biggest_batch:,}"


def amount(size: Size | None) -> str:
    """Return bytes in a readable unit; of an open size the formula."""
    return "–" if size is None else bytes_text(size) if isinstance(size, int) else f"{size_text(size)} bytes"


def _count(size: Size) -> str:
    return f"{size:,}" if isinstance(size, int) else size_text(size)
