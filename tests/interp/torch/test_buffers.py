"""`nn.Buffer` registers a buffer where it becomes an attribute of a module."""

from __future__ import annotations

import torch
from torch import nn

from tests.interp.running import interpret


def test_a_buffer_is_registered() -> None:
    names, vm = interpret(
        """
        import torch
        from torch import nn
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.ids = nn.Buffer(torch.arange(4).expand((1, -1)), persistent=False)
                self.plain = torch.zeros(2)
        net = Net()
        result = [[name for name, _ in net.named_buffers()], net.ids.shape, len(list(net.parameters()))]
        """
    )
    net = nn.Module()
    net.ids = nn.Buffer(torch.arange(4).expand((1, -1)), persistent=False)
    net.plain = torch.zeros(2)
    assert names["result"] == [[name for name, _ in net.named_buffers()], tuple(net.ids.shape), 0]
    assert not vm.gaps
