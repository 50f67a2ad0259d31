"""CVL210: sizes are open, and what the layers demand fits no square input."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from convlint.config import Config
from convlint.evidence import FitsNoSquare
from convlint.findings import Severity
from convlint.layers.core.refusal import RefusalKind
from convlint.rules.base import Claim, Rule
from convlint.rules.subjects import RESHAPING, definition, is_primitive, layer_name, layer_path, subject
from convlint.rules.wording import joined, size_text
from convlint.symbolic import Condition, Dim, Size, Symbol, SymbolKind, equal, negation, product, symbols_of
from convlint.symbolic.conditions import Comparison, Divisibility, Relation, Some, condition_symbols, substitute_in
from convlint.symbolic.dim import of_atom
from convlint.symbolic.sizeset import SizeSet
from convlint.symbolic.solve import Alternative, Solution, solve
from convlint.trace import ModelTrace, OpenCondition

_MOST_SHOWN = 2
_FEW = 2
"""Samples of a batch for which the demands are looked at: batch norm takes no single one."""
_SOUND = "audio sound speech voice music acoustic wav waveform spectrogram mel mels mfcc stft librosa torchaudio"
_SIGNALS = frozenset(f"{_SOUND} spectrograms eeg ecg emg".split())
"""Words of files whose models look at a frequency, or a channel, against time."""


class NoSquareInput(Rule):
    """What the layers demand of the input fits no square, though every window of the model is square.

    ## What it does
    Solves, for a model whose input sizes nobody says, what it demands of height and width: linear layers, norms, sums
    and products of given sizes, and views such as `view(-1, 320)`, which are to make one row of each sample. Reports a
    model of images that accepts no input of equal sides, and names the nearest that it accepts. Left alone is what is
    made for oblong inputs: a model with any window, stride or padding that is not square, one whose file speaks of
    sound or other signals, and one whose file holds a pair of sizes that fits, such as `(66, 200)`, or
    `height=66, width=200`.

    ## Why is this bad?
    Images are square nearly always: the `in_features` of the layer was computed wrong, and the first call ends in
    "mat1 and mat2 shapes cannot be multiplied".

    ## Example
    ```python
    self.fc1 = nn.Linear(9600, 128)  # behind two 3×3 convolutions and a pooling, with 64 channels: 64·10·15
    ```

    ## Use instead
    ```python
    self.fc1 = nn.Linear(9216, 128)  # 64·12·12: 28×28 images
    ```
    """

    code = "CVL210"
    name = "no-square-input"
    severity = Severity.WARNING
    needs_sizes = False

    def check_model(self, traces: Sequence[ModelTrace], settings: Config) -> Iterator[Claim]:
        if all(_is_open(trace) and trace.only_path for trace in traces):
            found = _demanding(traces[0])
            if found is not None:
                yield _claim(traces[0], found)

    BAD = (
        """
        import torch
        from torch import nn
        from torch.nn import functional as F


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.conv1 = nn.Conv2d(1, 32, 3)
                self.conv2 = nn.Conv2d(32, 64, 3)
                self.fc1 = nn.Linear(9600, 128)

            def forward(self, x):
                x = F.max_pool2d(F.relu(self.conv2(F.relu(self.conv1(x)))), 2)
                return self.fc1(torch.flatten(x, 1))
        """,
        """
        from torch import nn


        class LeNet(nn.Module):
            def __init__(self):
                super().__init__()
                self.features = nn.Sequential(nn.Conv2d(3, 6, 5), nn.MaxPool2d(2), nn.Conv2d(6, 16, 5), nn.MaxPool2d(2))
                self.classify = nn.Linear(16 * 5 * 6, 10)

            def forward(self, x):
                return self.classify(self.features(x).view(x.size(0), -1))
        """,
        """
        from torch import nn


        def block(width):
            return nn.Sequential(nn.Conv2d(width, 2 * width, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2))


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.body = nn.Sequential(block(3), block(6), block(12))
                self.head = nn.Sequential(nn.Flatten(), nn.Linear(24 * 28, 2))

            def forward(self, x):
                return self.head(self.body(x))
        """,
    )
    GOOD = (
        """
        import torch
        from torch import nn
        from torch.nn import functional as F


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.conv1 = nn.Conv2d(1, 32, 3)
                self.conv2 = nn.Conv2d(32, 64, 3)
                self.fc1 = nn.Linear(9216, 128)

            def forward(self, x):
                x = F.max_pool2d(F.relu(self.conv2(F.relu(self.conv1(x)))), 2)
                return self.fc1(torch.flatten(x, 1))
        """,
        """
        from torch import nn


        class Spectrogram(nn.Module):
            def __init__(self):
                super().__init__()
                self.body = nn.Sequential(nn.Conv2d(1, 8, (3, 5)), nn.MaxPool2d((1, 4)), nn.Flatten())
                self.fc = nn.Linear(8 * 38 * 24, 10)

            def forward(self, x):
                return self.fc(self.body(x))
        """,
        """
        from torch import nn


        class Wide(nn.Module):
            def __init__(self):
                super().__init__()
                self.body = nn.Sequential(nn.Conv2d(1, 8, 3), nn.MaxPool2d(2), nn.Flatten())
                self.fc = nn.Linear(8 * 15 * 31, 10)

            # convlint: input=(N, 1, 32, 64)
            def forward(self, x):
                return self.fc(self.body(x))
        """,
        """
        from torch import nn


        class AudioNet(nn.Module):
            def __init__(self):
                super().__init__()
                self.body = nn.Sequential(nn.Conv2d(1, 8, 3), nn.MaxPool2d(2), nn.Flatten())
                self.fc = nn.Linear(8 * 31 * 21, 10)

            def forward(self, mel):
                return self.fc(self.body(mel))
        """,
    )


class _Demand(Struct, frozen=True):
    """A condition of a run, as it is for one batch of a few samples."""

    item: OpenCondition
    condition: Condition
    is_row: bool
    """Whether it is that each sample becomes one row, which torch does not ask."""


class _Found(Struct, frozen=True):
    """The demand that fits no square, all demands, height and width, and the sizes that fit."""

    demand: _Demand
    demands: tuple[_Demand, ...]
    sides: tuple[Symbol, Symbol]
    solution: Solution


def _is_open(trace: ModelTrace) -> bool:
    return trace.input_source == "symbolic" and len(trace.inputs) == 1 and trace.complete


def _sides(trace: ModelTrace) -> tuple[Symbol, Symbol] | None:
    """Return the symbols of height and width of a batch of images."""
    shape = trace.inputs[0].shape
    symbols = [_symbol(size) for size in shape[2:]]
    if len(shape) != 4 or None in symbols or symbols[0] == symbols[1]:
        return None
    height, width = symbols
    assert height is not None
    assert width is not None
    return height, width


def _symbol(size: Size) -> Symbol | None:
    if not isinstance(size, Dim):
        return None
    found = list(symbols_of(size))
    return found[0] if len(found) == 1 and found[0].kind is SymbolKind.INPUT and str(size) == found[0].name else None


def _demanding(trace: ModelTrace) -> _Found | None:
    """Return what fits no square, and what fits it; None if there is a square, or it is not decided."""
    sides = _sides(trace)
    if sides is None or not _is_square(trace):
        return None
    demands = list(_demands(trace))
    unmet = (number for number in range(len(demands)) if _fits_no_square(demands[: number + 1], sides))
    first = next(unmet, None)
    if first is None:
        return None
    solution = solve([demand.condition for demand in demands], sides)
    if solution.impossible or not solution.alternatives or solution.undecided:
        return None
    return None if _is_for_oblongs(trace, solution, sides) else _Found(demands[first], tuple(demands), sides, solution)


def _demands(trace: ModelTrace) -> Iterator[_Demand]:
    """Yield the conditions of a run, for a batch of a few samples, and the one of a view of rows for single samples."""
    batch = _symbol(trace.inputs[0].shape[0])
    few: dict[Symbol, Size] = {} if batch is None else {batch: _FEW}
    for item in trace.conditions:
        row = _row(trace, item)
        yield _Demand(item, substitute_in(item.condition, few) if row is None else row, is_row=row is not None)


def _row(trace: ModelTrace, item: OpenCondition) -> Condition | None:
    """Return that a sample is one row behind `view(-1, 320)`; None for anything else than maps that become rows."""
    if item.refusal.kind is not RefusalKind.RESHAPE or not isinstance(item.condition, Divisibility):
        return None
    event = next((it for it in trace.events if it.place == item.place and it.name in RESHAPING), None)
    if event is None or event.inputs[0].ndim != 4 or not event.outputs or event.outputs[0].ndim != 2:
        return None
    length = event.outputs[0].shape[1]
    return equal(product(event.inputs[0].shape[1:]), length) if isinstance(length, int) else None


def _fits_no_square(demands: Sequence[_Demand], sides: tuple[Symbol, Symbol]) -> bool:
    """Whether the last of these conditions is one on both sides at once, and with it no square meets them."""
    height, width = sides
    last = demands[-1].condition
    choices = last.parts if isinstance(last, Some) else (last,)
    if not any(_is_equality(it) for it in choices) or not {height, width} <= condition_symbols(last):
        return False
    return solve([substitute_in(it.condition, {width: of_atom(height)}) for it in demands], (height,)).impossible


def _is_for_oblongs(trace: ModelTrace, solution: Solution, sides: tuple[Symbol, Symbol]) -> bool:
    """Tell whether the model's file speaks of signals, or of a size that the model takes."""
    if trace.hints is None:
        return False
    fits = [_of(alternative, sides) for alternative in solution.alternatives]
    pairs = [pair for first, second in trace.hints.pairs for pair in ((first, second), (second, first))]
    taken = any(first in height and second in width for height, width in fits for first, second in pairs)
    return taken or not _SIGNALS.isdisjoint(trace.hints.words)


def _is_square(trace: ModelTrace) -> bool:
    """Whether every window does the same to height and width, and there is at least one."""
    windows = [window for event in trace.events for window in event.windows]
    return bool(windows) and all(len(window.axes) == 2 and _same(*window.axes) for window in windows)


def _same(first: object, second: object) -> bool:
    names = ("kernel", "stride", "pad_before", "pad_after", "dilation", "ceil_mode")
    return all(getattr(first, name) == getattr(second, name) for name in names)


def _is_equality(condition: Condition) -> bool:
    return isinstance(condition, Relation) and condition.comparison is Comparison.EQUAL


def _claim(trace: ModelTrace, found: _Found) -> Claim:
    demand = found.demand.item
    shown = joined([_sizes(each, found.sides) for each in _nearest(found.solution, found.sides)], "or")
    return Claim(
        f"no square input {_what_fits(trace, found.demand)} inputs of {shown}",
        demand.place,
        demand.stack,
        layer_path(demand.module),
        related=definition(demand.module),
        help="say what is meant, if it is: `# convlint: input=(N, C, H, W)` above the class",
        evidence=_evidence(trace, found),
    )


def _what_fits(trace: ModelTrace, demand: _Demand) -> str:
    refusal, module = demand.item.refusal, demand.item.module
    event = next((it for it in trace.events if it.place == demand.item.place and is_primitive(it)), None)
    name = layer_name(module) if module is not None else subject(event) if event is not None else "this"
    if demand.is_row and event is not None:
        return f"fits {name}: one row of {size_text(event.outputs[0].shape[-1])} for each sample is what is left of"
    if refusal.kind is RefusalKind.FEATURES:
        features = refusal.fact("expected")
        given = f"its {size_text(features)} input features" if isinstance(features, int) else "its input features"
        return f"fits {name}: {given} fit"
    return f"fits {name}: it takes" if module is not None else f"fits {name}: its sizes are those of"


def _evidence(trace: ModelTrace, found: _Found) -> FitsNoSquare:
    height, width = map(of_atom, found.sides)
    ours = found.demand.item.condition
    others = [item.condition for item in trace.conditions if item.condition is not ours]
    refused = [negation(ours)] if found.demand.is_row else []  # other squares make rows of parts of samples
    rows = [demand.condition for demand in found.demands if demand.is_row]
    inside = [*(item.condition for item in trace.conditions), *rows]
    return FitsNoSquare(trace, (equal(height, width), *others, *refused), tuple(inside))


def _nearest(solution: Solution, sides: tuple[Symbol, Symbol]) -> list[Alternative]:
    """Return the alternatives in which the sides differ least."""

    def far(alternative: Alternative) -> float:
        least = [min((part.low or 1) for part in sizes.parts) for sizes in _of(alternative, sides)]
        return max(least) / min(least)

    return sorted(solution.alternatives, key=far)[:_MOST_SHOWN]


def _of(alternative: Alternative, sides: tuple[Symbol, Symbol]) -> list[SizeSet]:
    sets = dict(alternative.sizes)
    return [sets[side] for side in sides]


def _sizes(alternative: Alternative, sides: tuple[Symbol, Symbol]) -> str:
    return "×".join(map(str, _of(alternative, sides)))
