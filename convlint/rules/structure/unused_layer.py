"""CVL401: a layer that the constructor defines and no path of forward uses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from convlint.config import Config
from convlint.evidence import NotRebuilt
from convlint.findings import Related, Severity
from convlint.rules.base import Claim, Rule
from convlint.rules.costs.budgets import count
from convlint.rules.subjects import layer_name
from convlint.symbolic import product
from convlint.trace import ModelTrace, ModuleInfo, Place

_CONTAINERS = frozenset({"torch.nn.ModuleList", "torch.nn.ModuleDict", "torch.nn.Sequential"})


class UnusedLayer(Rule):
    """A layer is defined in `__init__` and is on no path of `forward`.

    ## What it does
    Reports modules that no run of the model reads, in evaluation or in training. It says nothing if any part of the
    model remained unknown, or if the model asks which mode it is in and only one was seen; nor does it of the members
    of a `ModuleList`, `ModuleDict` or `Sequential`, which may be meant to be used in part; nor of what a method other
    than the constructor names, on a branch that only other arguments take, or to be called by other code. Of a part
    that is unused as a whole only the whole is named.

    ## Why is this bad?
    Its parameters are stored, downloaded and handed to the optimiser, and never trained; distributed training
    stops with an error on parameters without gradient. Mostly a line of `forward` is missing.

    ## Example
    ```python
    self.norm = nn.BatchNorm2d(16)  # and forward: return self.conv(x)
    ```

    ## Use instead
    ```python
    return self.norm(self.conv(x))
    ```
    """

    code = "CVL401"
    name = "unused-layer"
    severity = Severity.WARNING
    needs_sizes = False

    def check_model(self, traces: Sequence[ModelTrace], settings: Config) -> Iterator[Claim]:
        if any(trace.gaps or not trace.complete or trace.root is None for trace in traces):
            return
        if len({trace.training for trace in traces}) < 2 and any(trace.mode_matters for trace in traces):
            return
        used = {
            path for trace in traces for module in trace.all_modules if module.used for path in _around(module.path)
        }
        for trace in traces:
            if trace.root is not None:
                for claim in _unused(trace.root, used):
                    yield replace(claim, related=_which_model(claim.place, trace))

    BAD = (
        """
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.conv = nn.Conv2d(3, 16, 3, padding=1)
                self.norm = nn.BatchNorm2d(16)

            def forward(self, x):
                return self.conv(x)
        """,
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.fc1 = nn.Linear(8, 8)
                self.fc2 = nn.Linear(8, 8)

            def forward(self, x):
                return self.fc1(self.fc1(x))


        Net()(torch.randn(2, 8))
        """,
        """
        from torch import nn


        class Block(nn.Module):
            def __init__(self):
                super().__init__()
                self.conv = nn.Conv2d(8, 8, 3, padding=1)

            def forward(self, x):
                return self.conv(x)


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.first = Block()
                self.second = Block()

            def forward(self, x):
                return self.first(x)
        """,
    )
    GOOD = (
        """
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.conv = nn.Conv2d(3, 16, 3, padding=1, bias=False)
                self.norm = nn.BatchNorm2d(16)

            def forward(self, x):
                return self.norm(self.conv(x))
        """,
        """
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.fc = nn.Linear(8, 8)
                self.aux = nn.Linear(8, 2)

            def forward(self, x):
                x = self.fc(x)
                if self.training:
                    return x, self.aux(x)
                return x
        """,
        """
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.stages = nn.ModuleList([nn.Linear(8, 8), nn.Linear(8, 8)])

            def forward(self, x):
                return self.stages[0](x)
        """,
        """
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.parts = nn.ModuleDict({"fc": nn.Linear(8, 8), "act": nn.ReLU()})
                parts = self.parts
                self.chain = lambda x: parts.act(parts.fc(x))

            def forward(self, x):
                return self.chain(x)
        """,
        """
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.fc = nn.Linear(8, 8)
                self.gate = nn.Linear(8, 8)

            def forward(self, x, gated=False):
                return self.gate(x) * self.fc(x) if gated else self.fc(x)
        """,
    )


def _around(path: str) -> Iterator[str]:
    """Yield a path and those of all that the module is a part of: who keeps a part of a module uses the module."""
    parts = path.split(".")
    yield from (".".join(parts[:end]) for end in range(len(parts), 0, -1))


def _unused(module: ModuleInfo, used: set[str]) -> Iterator[Claim]:
    """Yield the topmost modules below `module` that nothing reads."""
    chosen_from = module.qualname in _CONTAINERS or module.torch_name in _CONTAINERS
    for child in module.children:
        if child.path in used:
            yield from _unused(child, used)
        elif not (chosen_from or child.named or child.assigned.isdecimal()) and child.definition is not None:
            yield _claim(child, child.definition)


def _which_model(place: Place, trace: ModelTrace) -> tuple[Related, ...]:
    """Name the model where the layer is not defined below it: the class that defines the layer may well use it."""
    below = place.filename == trace.place.filename and place.span >= trace.place.span
    return () if below else (Related(trace.place, f"`{trace.name}` does not use it"),)


def _claim(module: ModuleInfo, place: Place) -> Claim:
    held = sum((product(tensor.shape) for part in _parts(module) for tensor in part.parameters.values()), start=0)
    weight = f", with {count(held)} parameters" if held != 0 else ""
    message = f"{layer_name(module)} (`{module.kind}`) is defined{weight}, and no path of `forward` uses it"
    reason = "that a layer is never used shows only when the whole model runs: needs --run"
    evidence = NotRebuilt(reason, never_called=module.path)
    return Claim(message, place, module.definition_stack, module.path, evidence=evidence)


def _parts(module: ModuleInfo) -> Iterator[ModuleInfo]:
    yield module
    for child in module.children:
        yield from _parts(child)
