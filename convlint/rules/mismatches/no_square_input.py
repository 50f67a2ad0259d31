"""CVL210: sizes are open, and what the layers demand fits no square input."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from convlint.config import Config
from convlint.evidence import FitsNoSquare
from convlint.findings import Severity
from convlint.layers.core.refusal import RefusalKind
from convlint.rules.base import Claim, Rule
from convlint.rules.subjects import definition, layer_name, layer_path
from convlint.rules.wording import joined, size_text
from convlint.symbolic import Dim, Size, Symbol, SymbolKind, symbols_of
from convlint.symbolic.conditions import condition_symbols, substitute_in
from convlint.symbolic.dim import of_atom
from convlint.symbolic.sizeset import SizeSet
from convlint.symbolic.solve import Alternative, Solution, solve
from convlint.trace import ModelTrace, OpenCondition

_MOST_SHOWN = 2
_SOUND = "audio sound speech voice music acoustic wav waveform spectrogram mel mels mfcc stft librosa torchaudio"
_SIGNALS = frozenset(f"{_SOUND} spectrograms eeg ecg emg".split())
"""Words of files whose models look at a frequency, or a channel, against time."""


class NoSquareInput(Rule):
    """What the layers demand of the input fits no square, though every window of the model is square.

    ## What it does
    Solves, for a model whose input sizes nobody says, what its linear layers demand of height and width. Reports
    a model of images that accepts no input of equal sides, and names the nearest that it accepts. Left alone is what is
    made for oblong inputs: a model with any window, stride or padding that is not square, one whose file speaks of
    sound or other signals, and one whose file holds a pair of sizes that fits, such as `(66, 200)`.

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
                yield _claim(traces[0], *found)

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


def _is_open(trace: ModelTrace) -> bool:
    return trace.input_source == "symbolic" and len(trace.inputs) == 1 and trace.complete and not trace.from_defaults


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


def _demanding(trace: ModelTrace) -> tuple[OpenCondition, Solution] | None:
    """Return the layer that fits no square, and what fits it; None if there is a square, or it is not decided."""
    sides = _sides(trace)
    if sides is None or not _is_square(trace):
        return None
    height, width = sides
    demands = [item for item in trace.conditions if {height, width} <= condition_symbols(item.condition)]
    linear = [item for item in demands if item.refusal.kind is RefusalKind.FEATURES]
    if len(linear) != 1 or len(demands) != 1:
        return None
    conditions = [item.condition for item in trace.conditions]
    of_squares = [substitute_in(condition, {width: of_atom(height)}) for condition in conditions]
    any_at_all = solve(conditions, (height, width))
    if any_at_all.impossible or not any_at_all.alternatives or any_at_all.undecided:
        return None
    if _is_for_oblongs(trace, any_at_all, sides):
        return None
    return (linear[0], any_at_all) if solve(of_squares, (height,)).impossible else None


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


def _claim(trace: ModelTrace, demand: OpenCondition, solution: Solution) -> Claim:
    sides = _sides(trace)
    assert sides is not None
    shown = joined([_sizes(each, sides) for each in _nearest(solution, sides)], "or")
    features = demand.refusal.fact("expected")
    name = layer_name(demand.module) if demand.module is not None else "`linear`"
    given = f"its {size_text(features)} input features" if isinstance(features, int) else "its input features"
    return Claim(
        f"no square input fits {name}: {given} fit inputs of {shown}",
        demand.place,
        demand.stack,
        layer_path(demand.module),
        related=definition(demand.module),
        help="say what is meant, if it is: `# convlint: input=(N, C, H, W)` above the class",
        evidence=FitsNoSquare(trace, demand, sides),
    )


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
