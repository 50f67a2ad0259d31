"""Cases of a claim: one call for each of a few choices of the sizes that are open, no larger than the claim needs."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from convlint.confirm.choices import told, valuations
from convlint.confirm.encoding import Encoder, NotRebuildable, Plain, Unfit
from convlint.layers.core.facts import Window
from convlint.layers.core.tensor import Tensor
from convlint.rules.subjects import POOLING
from convlint.symbolic import Condition, Size, at_least
from convlint.symbolic.solve import solve
from convlint.trace import Event

SMALL_BATCH = 2
SMALL_MAP = 48
WANTED_CASES = 3

Case = dict[str, Plain]
Shapes = dict[int, tuple[Size, ...]]
"""Other shapes for some tensors, by their identity."""


def cases(
    write: Callable[[Encoder], Case],
    conditions: Sequence[Condition],
    shapes: Shapes | None = None,
    *,
    wanted: int = WANTED_CASES,
    must: bool = True,
    runs: Sequence[Condition] = (),
) -> list[Case]:
    """Write a case for each of a few choices of sizes that meet the conditions.

    Where the model as a whole takes no input, a call that could run is tried with sizes for which it does: they meet
    `runs`, and as many of the conditions as can be met together.
    """
    collector = Encoder(None, shapes)
    write(collector)
    written: list[Case] = []
    found = valuations(conditions, collector.symbols, 4 * wanted)
    if runs and not found:
        found = valuations(_consistent(runs, conditions), collector.symbols, 4 * wanted)
    for numbers in found:
        encoder = Encoder(numbers, shapes)
        try:
            case = write(encoder)
        except Unfit:
            continue
        written.append({**case, "tensors": encoder.tensors, "sizes": told(numbers)})
        if len(written) == wanted:
            break
    if must and not written:
        raise NotRebuildable("no sizes were found that meet what the claim takes for granted")
    return written


def _consistent(first: Sequence[Condition], others: Sequence[Condition]) -> list[Condition]:
    """Return the first conditions and those of the others that do not contradict them, what was said last above all:
    evidence adds its own conditions behind those of the run."""
    kept = list(first)
    for condition in reversed(others):
        if not solve([*kept, condition]).impossible:
            kept.append(condition)
    return kept


def puts_out_cells(event: Event) -> list[Condition]:
    """Return what the sizes must meet for the windows of a call to fit."""
    return [at_least(axis.size_out, 1) for window in event.windows for axis in window.axes]


def axes_of(encoder: Encoder, window: Window, event: Event) -> list[dict[str, Plain]]:
    mode = event.module.attributes.get("padding_mode") if event.module is not None else None
    return [
        {
            "size_in": encoder.size(axis.size_in),
            "size_out": encoder.size(axis.size_out),
            "kernel": encoder.size(axis.kernel),
            "stride": encoder.size(axis.stride),
            "pad_before": encoder.size(axis.pad_before),
            "dilation": encoder.size(axis.dilation),
            "padding_mode": mode if isinstance(mode, str) else "zeros",
        }
        for axis in window.axes
    ]


def few_samples(tensor: Tensor, spatial: int, window: str = "") -> Shapes:
    """Return the shape of an input with few samples, where what slides over the other axes treats each by itself.

    A claim about a window of a kind holds for any number of samples, and for a pooling of channels, none included.
    """
    if spatial < 1 or tensor.ndim != spatial + 2 or (tensor.shape[0] == 0 and not window):
        return {}
    channels = 1 if window in POOLING else tensor.shape[1]
    return {id(tensor): (1 if window else SMALL_BATCH, channels, *tensor.shape[2:])}


def small_map(shapes: Shapes, event: Event) -> Shapes:
    """Return shapes with smaller maps, over which the windows of a call still slide: for what holds of any map."""
    largest = {axis.extent for window in event.windows for axis in window.axes} | {SMALL_MAP}
    if not all(isinstance(extent, int) and extent <= SMALL_MAP for extent in largest):
        return shapes
    return {
        number: (*shape[:2], *(min(size, SMALL_MAP) if isinstance(size, int) else size for size in shape[2:]))
        for number, shape in shapes.items()
    }


def spatial_axes(name: str) -> int:
    """Return over how many axes a layer or function slides by its name, such as 2 for `Conv2d`; 0 for none."""
    last = name.rpartition(".")[2].lower()
    slides = any(kind in last for kind in ("conv", "pool")) and "unpool" not in last
    return int(last[-2]) if slides and last[-1:] == "d" and last[-2:-1].isdigit() else 0
