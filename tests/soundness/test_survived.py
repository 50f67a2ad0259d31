"""Small programs, most of them wrong, on which the tool itself once failed: each is looked at to its end."""

from __future__ import annotations

import textwrap

import pytest

from convlint.api import lint_source

PROGRAMS = {
    "a size times what no number is multiplied by": """
        class Net(nn.Module):
            def forward(self, x):
                x = F.max_pool2d(x, 2)
                return x.reshape(x.shape[0] * {}, -1)
        """,
    "a container less a size": """
        class Net(nn.Module):
            def forward(self, x):
                x = F.max_pool2d(x, 2)
                return x[: set() - x.shape[-1]]
        """,
    "a size times a complex number": """
        class Net(nn.Module):
            def forward(self, x):
                x = F.max_pool2d(x, 2)
                return x * (x.shape[-1] * 2j)
        """,
    "hooks that are not known": """
        from somewhere import hook, change

        net = nn.Conv2d(3, 4, 3)
        change(net._forward_hooks, net._forward_pre_hooks)
        net.register_forward_hook(hook)
        net._forward_pre_hooks = hook()
        net(torch.zeros(1, 3, 8, 8))
        net._forward_hooks = hook()
        net(torch.zeros(1, 3, 8, 8))
        """,
    "a list that holds itself": """
        from somewhere import change

        held = [1]
        held[0] = held
        change(held)
        """,
    "a view of nothing": """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.conv = nn.Conv2d(3, 4, 3)

            def forward(self, x):
                x = self.conv(x)
                return x.view(x.shape[0], 2, 2, -1).reshape(-1, 4).mean(0)

        Net()(torch.zeros(0, 3, 8, 8))
        Net()(torch.zeros(4, 3, 8, 8)[:0])
        """,
    "a loss between a map and one number": """
        score = nn.Conv2d(3, 1, 4)(torch.randn(2, 3, 8, 8))
        nn.MSELoss()(score, torch.tensor(1.0))
        """,
    "a padding that is no number, and channels that do not fit": """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.conv = nn.Conv2d(3, 8, 3, padding=torch)

            def forward(self, x):
                return self.conv(torch.flatten(x, 1))

        Net()(torch.randn(1, 3, 8, 8))
        """,
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_is_looked_at_to_the_end(name: str) -> None:
    source = "import torch\nimport torch.nn.functional as F\nfrom torch import nn\n" + textwrap.dedent(PROGRAMS[name])
    report = lint_source(source, "survived.py")
    assert not report.failures, report.failures[0].traceback
