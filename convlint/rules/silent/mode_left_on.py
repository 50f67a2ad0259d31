"""CVL508: dropout or batch norm in training mode where the program evaluates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from convlint.axes.operations import last_name
from convlint.axes.saying import LOADER
from convlint.config import Config
from convlint.evidence import Drops, Mixes, NotRebuilt
from convlint.findings import Related, Severity
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
        for number, run in enumerate(program.runs):
            tested = _loader_of(program, run)
            if not run.training or tested is None or not _is_of_evaluation(program, run):
                continue
            trained = [_loader_of(program, other) for other in program.runs[:number] if _trains(program, other, run)]
            layers = _of_mode(program, run)
            if layers and any(trained) and tested not in trained and run.place is not None:
                yield _of_run(program, run, layers[0], tested)

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


def _loader_of(program: ProgramTrace, run: ProgramRun) -> Place | None:
    """Return the loader of which a run is given a batch, or what operations without a model made of one."""
    given = {id(tensor) for tensor in run.inputs}
    for event in reversed(program.events[: run.first]):
        if not any(id(output) in given for output in event.outputs):
            continue
        if event.name == LOADER:
            place = event.arguments.get("_place")
            return place if isinstance(place, Place) else None
        given |= {id(tensor) for tensor in event.inputs}
    return None


def _trains(program: ProgramTrace, run: ProgramRun, other: ProgramRun) -> bool:
    """Whether a run of the same model is followed by a backward pass before the other one."""
    between = program.events[run.last : other.first]
    passes = any(event.name == "torch.Tensor.backward" for event in between)
    return run.root is other.root and run.training and not run.gradless and passes


def _is_of_evaluation(program: ProgramTrace, run: ProgramRun) -> bool:
    """Whether gradients are switched off for a run, or an answer is made of what it puts out, and nothing of that goes
    into a backward pass, be it as a target."""
    reached = {id(output) for event in program.events[run.first : run.last] for output in event.outputs}
    answers = run.gradless
    for event in program.events[run.last :]:
        if not any(id(given) in reached for given in event.inputs):
            continue
        name = last_name(event)
        if name == "backward":
            return False
        answers = answers or name in _ANSWERING
        reached |= {id(output) for output in event.outputs}
    return answers


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
