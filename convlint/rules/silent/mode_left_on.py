"""CVL508: dropout or batch norm in training mode where the program evaluates."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence

from convlint.axes.operations import last_name
from convlint.axes.saying import LOADER
from convlint.config import Config
from convlint.evidence import Drops, Mixes, NotRebuilt
from convlint.findings import Related, Severity
from convlint.layers.core.tensor import Tensor
from convlint.rules.base import Claim, Rule
from convlint.rules.subjects import definition, subject
from convlint.trace import Event, ModelTrace, Place, ProgramRun, ProgramTrace

_DROPPING = frozenset(f"torch.nn.functional.{name}" for name in ("dropout", "dropout1d", "dropout2d", "dropout3d"))

_DROPOUTS = frozenset(f"torch.nn.{name}" for name in ("Dropout", "Dropout1d", "Dropout2d", "Dropout3d", "AlphaDropout"))


class ModeLeftOn(Rule):
    """Dropout or batch norm works as in training where the program evaluates.

    ## What it does
    Reports `F.dropout` and its like in a `forward` without `training=…`, where nothing keeps evaluation mode from
    coming there; whoever writes `training=True` means it, and is left alone. So is an `nn.Dropout` that `forward`
    itself builds. Reports the call of a model with dropout or batch norm that is still in training mode, on the batches
    of another loader than the one it was trained on, under `torch.no_grad()` or to make answers of its scores, where
    nothing is learnt from what it puts out: `eval()` is missing on the way there.

    ## Why is this bad?
    Predictions are random, and hang on what else is in the batch; batch norm learns from the test data. The numbers
    that come out are worse than the model, and others each time.

    ## Example
    ```python
    x = F.dropout(x, 0.5)
    ```

    ## Use instead
    ```python
    x = F.dropout(x, 0.5, training=self.training)
    ```
    """

    code = "CVL508"
    name = "mode-left-on"
    severity = Severity.WARNING
    needs_sizes = False

    def check_model(self, traces: Sequence[ModelTrace], settings: Config) -> Iterator[Claim]:
        for trace in traces:
            if not trace.training or not trace.mode_matters:
                yield from (_claim(event, trace) for event in trace.events if _always_drops(event))
        for trace in traces:
            parts = {id(module) for module in trace.all_modules}
            yield from (_of_layer(event, trace) for event in trace.events if _is_built_anew(event, parts))

    def check_program(self, program: ProgramTrace, settings: Config) -> Iterator[Claim]:
        loaders, evaluated = _loaders(program), _evaluated(program)
        passes = [index for index, event in enumerate(program.events) if event.name == "torch.Tensor.backward"]
        for number, run in enumerate(program.runs):
            tested = loaders[number]
            if not run.training or tested is None or not evaluated[number]:
                continue
            before = enumerate(program.runs[:number])
            trained = [loaders[other_number] for other_number, other in before if _trains(other, run, passes)]
            layers = _of_mode(program, run)
            if layers and any(trained) and tested not in trained and run.place is not None:
                yield _of_run(program, run, layers[0], tested[0])

    BAD = (
        """
        import torch
        from torch import nn
        from torch.nn import functional as F


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.fc1, self.fc2 = nn.Linear(20, 64), nn.Linear(64, 2)

            def forward(self, x):
                return self.fc2(F.dropout(F.relu(self.fc1(x)), 0.5))


        Net()(torch.randn(8, 20))
        """,
        """
        from torch import nn
        from torch.nn import functional as F


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.body = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU())

            def forward(self, x):
                return F.dropout2d(self.body(x), p=0.2)
        """,
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self, dropout=0.1):
                super().__init__()
                self.dropout = dropout
                self.fc = nn.Linear(20, 2)

            def forward(self, x):
                return self.fc(nn.functional.dropout(x, p=self.dropout))


        net = Net()
        net.eval()
        net(torch.randn(8, 20))
        """,
        """
        import torch
        from torch import nn
        from torch.utils.data import DataLoader, TensorDataset


        def data():
            return TensorDataset(torch.randn(32, 8), torch.zeros(32, dtype=torch.long))


        train, test = DataLoader(data(), batch_size=8, shuffle=True), DataLoader(data(), batch_size=8)
        net = nn.Sequential(nn.Linear(8, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Linear(16, 3))
        for x, y in train:
            nn.functional.cross_entropy(net(x), y).backward()
        with torch.no_grad():
            for x, y in test:
                right = (net(x).argmax(1) == y).sum()
        """,
    )
    GOOD = (
        """
        import torch
        from torch import nn
        from torch.utils.data import DataLoader, TensorDataset


        def data():
            return TensorDataset(torch.randn(32, 8), torch.zeros(32, dtype=torch.long))


        @torch.no_grad()
        def accuracy(net, loader):
            net.eval()
            return [(net(x).argmax(1) == y).sum() for x, y in loader]


        train, test = DataLoader(data(), batch_size=8, shuffle=True), DataLoader(data(), batch_size=8)
        net = nn.Sequential(nn.Linear(8, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Linear(16, 3))
        for x, y in train:
            nn.functional.cross_entropy(net(x), y).backward()
        with torch.no_grad():
            for x, y in train:
                net(x)
        accuracy(net, test)
        """,
        """
        import torch
        from torch import nn
        from torch.nn import functional as F


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.fc1, self.fc2 = nn.Linear(20, 64), nn.Linear(64, 2)

            def forward(self, x):
                return self.fc2(F.dropout(F.relu(self.fc1(x)), 0.5, training=self.training))


        Net()(torch.randn(8, 20))
        """,
        """
        import torch
        from torch import nn
        from torch.nn import functional as F


        class MonteCarlo(nn.Module):
            def __init__(self):
                super().__init__()
                self.fc = nn.Linear(20, 2)

            def forward(self, x):
                return self.fc(F.dropout(x, 0.1, training=True))


        MonteCarlo()(torch.randn(8, 20))
        """,
        """
        import torch
        from torch import nn
        from torch.nn import functional as F


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.fc = nn.Linear(20, 2)

            def forward(self, x):
                if self.training:
                    x = F.dropout(x, 0.5)
                return self.fc(x)


        Net()(torch.randn(8, 20))
        """,
    )


def _always_drops(event: Event) -> bool:
    if event.name not in _DROPPING or event.given is None or event.within is None:
        return False
    told = "training" in event.given.named or len(event.given.positional) > 2
    chance = event.arguments.get("p", 0.5)
    return not told and isinstance(chance, int | float) and 0 < chance < 1


def _claim(event: Event, trace: ModelTrace) -> Claim:
    name = event.name.rpartition(".")[2]
    shown = Drops(event, trace.assumed) if event.inputs else NotRebuilt("what it is given is not known")
    return Claim(
        f"`{name}` drops in evaluation too: it knows nothing of the model's mode unless it is told",
        event.place,
        event.stack,
        help=f"`{name}(…, training=self.training)`",
        evidence=shown,
    )


def _is_built_anew(event: Event, parts: set[int]) -> bool:
    """Tell whether a dropout is called that `forward` itself builds: no `eval()` reaches it."""
    module = event.module
    if module is None or event.name not in _DROPOUTS or event.within is None or id(module) in parts:
        return False
    chance = module.attributes.get("p")
    in_training = event.given is None or event.given.training is True
    return isinstance(chance, int | float) and 0 < chance < 1 and in_training and id(event.within) in parts


def _of_layer(event: Event, trace: ModelTrace) -> Claim:
    module = event.module
    assert module is not None
    return Claim(
        f"the `{module.kind}` that `forward` builds drops in evaluation too: it is no part of the model, and "
        "`eval()` does not reach it",
        event.place,
        event.stack,
        related=definition(module),
        help=f"build it in `__init__`: `self.dropout = nn.{module.kind}({module.attributes.get('p')})`",
        evidence=Drops(event, trace.assumed) if event.inputs else NotRebuilt("what it is given is not known"),
    )


# --- loops that evaluate ---------------------------------------------------------------------------------

_ANSWERING = frozenset({"argmax", "topk", "max", "eq", "__eq__", "item", "numpy", "tolist"})
"""What makes an answer of scores, which has no gradient."""
_NORMS = frozenset(f"torch.nn.{name}" for name in ("BatchNorm1d", "BatchNorm2d", "BatchNorm3d", "SyncBatchNorm"))


_Loader = tuple[Place, object]
"""Where a loader is made, and which data it goes through: a helper makes several."""


def _loaders(program: ProgramTrace) -> list[_Loader | None]:
    """Return for each run the loader of which it is given a batch, or what operations made of one: the last one that
    has given something on the way there."""
    last: dict[int, int] = {}
    """The number of the event in which a loader gave what a tensor is made of, by the identity of the tensor."""
    found: dict[int, int] = {}
    begins = _by_event(run.first for run in program.runs)
    for index in range(len(program.events) + 1):
        for number in begins.get(index, ()):
            found[number] = max((last.get(id(tensor), -1) for tensor in program.runs[number].inputs), default=-1)
        if index < len(program.events):
            event = program.events[index]
            from_ = (last.get(id(tensor), -1) for tensor in (*event.inputs, *event.outputs))
            given = index if event.name == LOADER else max(from_, default=-1)
            last.update((id(output), given) for output in event.outputs)
    return [_loader_in(program.events[found[number]]) if found[number] >= 0 else None for number in range(len(found))]


def _loader_in(event: Event) -> _Loader | None:
    place = event.arguments.get("_place")
    return (place, event.arguments.get("_data")) if isinstance(place, Place) else None


def _evaluated(program: ProgramTrace) -> list[bool]:
    """Return for each run whether gradients are switched off for it, or an answer is made of what it puts out, and
    nothing of that goes into a backward pass, be it as a target."""
    coming: dict[int, int] = {}
    """What later events do with a tensor, and with what they make of it, by its identity."""
    found: dict[int, bool] = {}
    ends = _by_event(run.last for run in program.runs)
    for index in range(len(program.events), -1, -1):
        for number in ends.get(index, ()):
            run = program.runs[number]
            uses = _together(coming, (out for event in program.events[run.first : run.last] for out in event.outputs))
            found[number] = not uses & _PASS and (run.gradless or bool(uses & _ANSWER))
        if index:
            event = program.events[index - 1]
            uses = _use_of(event) | _together(coming, event.outputs)
            for given in event.inputs:
                coming[id(given)] = coming.get(id(given), 0) | uses
    return [found[number] for number in range(len(found))]


_PASS, _ANSWER = 1, 2
"""What may be done with a tensor, as the bits of a number."""


def _use_of(event: Event) -> int:
    name = last_name(event)
    return _PASS if name == "backward" else _ANSWER if name in _ANSWERING else 0


def _together(uses: Mapping[int, int], tensors: Iterable[Tensor]) -> int:
    found = 0
    for tensor in tensors:
        found |= uses.get(id(tensor), 0)
    return found


def _by_event(indexes: Iterable[int]) -> dict[int, list[int]]:
    """Return the numbers of runs by the event before which they begin or end."""
    found: dict[int, list[int]] = {}
    for number, index in enumerate(indexes):
        found.setdefault(index, []).append(number)
    return found


def _trains(run: ProgramRun, other: ProgramRun, passes: Sequence[int]) -> bool:
    """Whether a run of the same model is followed by a backward pass before the other one; `passes` are the numbers of
    the events that are one, in order."""
    follows = bisect_left(passes, run.last) < bisect_left(passes, other.first)
    return run.root is other.root and run.training and not run.gradless and follows


def _of_mode(program: ProgramTrace, run: ProgramRun) -> list[Event]:
    """Return the calls in a run of what works otherwise in evaluation, and is in training mode."""
    return [event for event in program.events[run.first : run.last] if _drops(event) or _is_norm_in_training(event)]


def _drops(event: Event) -> bool:
    """Tell whether a layer drops because it is in training mode. What a function is told may be meant."""
    chance = event.module.attributes.get("p") if event.module is not None and event.name in _DROPOUTS else 0
    in_training = event.given is not None and event.given.training is True
    return in_training and isinstance(chance, int | float) and chance > 0


def _is_norm_in_training(event: Event) -> bool:
    if event.module is None or event.name not in _NORMS or event.given is None:
        return False
    return event.given.training is True and event.module.attributes.get("track_running_stats") is True


def _of_run(program: ProgramTrace, run: ProgramRun, first: Event, loader: Place) -> Claim:
    module, drops = first.module, _drops(first)
    assert run.place is not None
    what = "drops" if drops else "takes its statistics from the batch, and keeps them"
    evidence = Drops(first, program.assumed) if drops else Mixes(first, 0, program.assumed, in_training=True)
    return Claim(
        f"`{run.root.kind}` is in training mode where it is evaluated: {subject(first)} {what}",
        run.place,
        related=(*definition(module), Related(loader, "this loader gives what it is evaluated on")),
        help="`eval()` before the loop, and `train()` behind it",
        evidence=evidence,
    )
