"""CVL508: dropout or batch norm in training mode where the program evaluates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from convlint.axes.saying import LOADER
from convlint.config import Config
from convlint.evidence import Drops, Mixes
from convlint.findings import Related, Severity
from convlint.rules.base import Claim, Rule
from convlint.rules.subjects import definition, layer_name
from convlint.trace import Event, ModelTrace, Place, ProgramRun, ProgramTrace

_DROPPING = frozenset(f"torch.nn.functional.{name}" for name in ("dropout", "dropout1d", "dropout2d", "dropout3d"))


class ModeLeftOn(Rule):
    """Dropout or batch norm works as in training where the program evaluates.

    ## What it does
    Reports `F.dropout` and its like in a `forward` without `training=…`, where nothing keeps evaluation mode from
    coming there; whoever writes `training=True` means it, and is left alone. Reports the call of a model with dropout
    or batch norm that is still in training mode, on the batches of another loader than the one it was trained on, under
    `torch.no_grad()`: `eval()` is missing on the way there.

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

    def check_program(self, program: ProgramTrace, settings: Config) -> Iterator[Claim]:
        for number, run in enumerate(program.runs):
            tested = _loader_of(program, run)
            if not run.training or not run.gradless or tested is None:
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
    return Claim(
        f"`{name}` drops in evaluation too: it knows nothing of the model's mode unless it is told",
        event.place,
        event.stack,
        help=f"`{name}(…, training=self.training)`",
        evidence=Drops(event, trace.assumed),
    )


# --- loops that evaluate ---------------------------------------------------------------------------------

_NORMS = frozenset(f"torch.nn.{name}" for name in ("BatchNorm1d", "BatchNorm2d", "BatchNorm3d", "SyncBatchNorm"))
_DROPOUTS = frozenset(f"torch.nn.{name}" for name in ("Dropout", "Dropout1d", "Dropout2d", "Dropout3d", "AlphaDropout"))


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


def _of_mode(program: ProgramTrace, run: ProgramRun) -> list[Event]:
    """Return the calls in a run of layers that work otherwise in evaluation, and are in training mode."""
    found = []
    for event in program.events[run.first : run.last]:
        module = event.module
        if module is None or event.given is None or event.given.training is not True:
            continue
        chance = module.attributes.get("p")
        drops = event.name in _DROPOUTS and isinstance(chance, int | float) and chance > 0
        if drops or (event.name in _NORMS and module.attributes.get("track_running_stats") is True):
            found.append(event)
    return found


def _of_run(program: ProgramTrace, run: ProgramRun, first: Event, loader: Place) -> Claim:
    module, drops = first.module, first.name in _DROPOUTS
    assert module is not None
    assert run.place is not None
    what = "drops" if drops else "takes its statistics from the batch, and keeps them"
    evidence = Drops(first, program.assumed) if drops else Mixes(first, 0, program.assumed, in_training=True)
    return Claim(
        f"`{run.root.kind}` is in training mode where it is evaluated: {layer_name(module)} {what}",
        run.place,
        related=(*definition(module), Related(loader, "this loader gives what it is evaluated on")),
        help="`eval()` before the loop, and `train()` behind it",
        evidence=evidence,
    )
