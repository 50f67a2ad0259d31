"""CVL307: training a model takes more memory than its budget allows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from convlint.config import Config
from convlint.evidence import NotRebuilt
from convlint.findings import Severity
from convlint.rules.base import Claim, Rule
from convlint.rules.costs.budgets import exceeds
from convlint.symbolic import Size
from convlint.trace import ModelTrace

if TYPE_CHECKING:
    from convlint.memory.account import Memory

_EVIDENCE = NotRebuilt("what training takes in memory shows only when the whole model trains")


class MemoryBudget(Rule):
    """Training a model takes more memory than its budget allows.

    ## What it does
    Adds up the parameters, their gradients, the state of the optimizer, and what autograd keeps for backward, and
    compares that with `max-memory`. Off until `max-memory` is set, for all models in `[tool.convlint]` or for one in
    `[tool.convlint.models."pkg.mod:Net"]`; text such as "24 GiB". The batch is that of the call or of the declared
    input; `batch-size` is put in where it is open. `memory-dtype` and `memory-optimizer` say what is trained with.
    What is not known of a model counts as nothing: it takes at least what is told.

    ## Why is this bad?
    A model that does not fit the accelerator shows that only when training has been set up, queued and started.

    ## Example
    ```toml
    [tool.convlint]
    max-memory = "24 GiB"
    batch-size = 64
    ```

    ## Use instead
    A smaller batch, a narrower model, pooling or striding before the widest layers, `memory-dtype = "bfloat16"`, or
    computing activations anew with `torch.utils.checkpoint`.
    """

    code = "CVL307"
    name = "memory-budget"
    severity = Severity.WARNING
    of_sizes = True
    EXAMPLE_SETTINGS = Config(max_memory="4 MiB")

    def check(self, trace: ModelTrace, settings: Config) -> Iterator[Claim]:
        budget = settings.memory_budget(trace.qualname)
        if budget.limit is None or not (trace.training or not trace.mode_matters):
            return
        from convlint.memory.account import memory_of  # few settings have a budget
        from convlint.memory.batches import at_batch, batch_symbol

        memory, batch = memory_of(trace, budget.dtype, budget.optimizer), ""
        symbol = batch_symbol(trace)
        if symbol is not None and budget.batch_size is not None:
            memory, batch = at_batch(memory, symbol, budget.batch_size), f"batch {budget.batch_size:,}: "
        total = _at_least(memory)
        if exceeds(total, budget.limit):
            over = f"over the budget of {_text(budget.limit)}"
            message = f"training `{trace.name}` takes {_amount(total, memory)}, {over} ({batch}{_parts(memory)})"
            yield Claim(message, trace.place, evidence=_EVIDENCE)

    BAD = (
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.fc = nn.Linear(1024, 512)

            def forward(self, x):
                return self.fc(x)


        Net()(torch.randn(1, 1024))
        """,
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.conv = nn.Conv2d(3, 8, 3, padding=1)

            def forward(self, x):
                return self.conv(x).relu()


        Net()(torch.randn(16, 3, 128, 128))
        """,
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.norm = nn.BatchNorm1d(256)

            def forward(self, x):
                return self.norm(x).sigmoid()


        Net()(torch.randn(4096, 256))
        """,
    )
    GOOD = (
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.fc = nn.Linear(512, 256)

            def forward(self, x):
                return self.fc(x)


        Net()(torch.randn(1, 512))
        """,
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.conv = nn.Conv2d(3, 8, 3, padding=1)

            def forward(self, x):
                return self.conv(x).relu()


        Net()(torch.randn(2, 3, 128, 128))
        """,
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.norm = nn.BatchNorm1d(256)

            def forward(self, x):
                return self.norm(x).sigmoid()


        Net()(torch.randn(64, 256))
        """,
    )


def _at_least(memory: Memory) -> Size:
    """Return what is known to be taken."""
    parts = (memory.parameters, memory.gradients, memory.optimizer, memory.activations)
    return sum((part for part in parts if part is not None), start=0)


def _amount(total: Size, memory: Memory) -> str:
    return f"{'' if memory.total is not None else 'at least '}{_text(total)}"


def _text(size: Size) -> str:
    from convlint.memory.units import bytes_text

    return bytes_text(size) if isinstance(size, int) else f"{size} bytes"


def _parts(memory: Memory) -> str:
    named = {
        "parameters": memory.parameters,
        "gradients": memory.gradients,
        f"{memory.optimizer_name} state": memory.optimizer,
        "saved for backward": memory.activations,
    }
    told = {name: part for name, part in named.items() if part is not None}
    return ", ".join(f"{_text(it)} {name}" for name, it in told.items())
