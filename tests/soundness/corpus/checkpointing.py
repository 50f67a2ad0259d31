"""Gradient checkpoints, autocast, scripting annotations, compile guards."""
from typing import Any, Dict, List, Optional, Tuple, Union

import torch
import torch.nn as nn
import torch.utils.checkpoint as cp
from torch import Tensor
from torch.utils.checkpoint import checkpoint, checkpoint_sequential


class Layer(nn.Module):
    def __init__(self, i, g, memory_efficient=False):
        super().__init__()
        self.norm: nn.BatchNorm2d
        self.add_module("norm", nn.BatchNorm2d(i))
        self.conv: nn.Conv2d
        self.add_module("conv", nn.Conv2d(i, g, 3, padding=1))
        self.memory_efficient = memory_efficient

    def bn(self, inputs: List[Tensor]) -> Tensor:
        return self.conv(self.norm(torch.cat(inputs, 1)))

    def any_requires_grad(self, input: List[Tensor]) -> bool:
        return any(tensor.requires_grad for tensor in input)

    @torch.jit.unused
    def call_checkpoint(self, input: List[Tensor]) -> Tensor:
        def closure(*inputs):
            return self.bn(inputs)

        return cp.checkpoint(closure, *input, use_reentrant=False)

    @torch.jit._overload_method
    def forward(self, input: List[Tensor]) -> Tensor:
        pass

    @torch.jit._overload_method
    def forward(self, input: Tensor) -> Tensor:
        pass

    def forward(self, input):
        prev = [input] if isinstance(input, Tensor) else input
        if self.memory_efficient and self.any_requires_grad(prev):
            if torch.jit.is_scripting():
                raise Exception("Memory Efficient not supported in JIT")
            return self.call_checkpoint(prev)
        return self.bn(prev)


class Net(nn.Module):
    steps: torch.jit.Final[int]

    def __init__(self, steps=2, use_checkpoint=False):
        super().__init__()
        self.steps = steps
        self.use_checkpoint = use_checkpoint
        self.layers = nn.ModuleList([Layer(4 + 4 * i, 4, True) for i in range(steps)])
        self.seq = nn.Sequential(nn.Linear(5, 6), nn.ReLU(), nn.Linear(6, 7), nn.ReLU())
        self.norm = nn.LayerNorm(5)

    def forward(self, x: Tensor, scale: Optional[float] = None) -> Tuple[Tensor, Dict[str, Any]]:
        feats: List[Tensor] = [x]
        for layer in self.layers:
            feats.append(layer(feats))
        y = torch.cat(feats, 1)
        if self.use_checkpoint and not torch.jit.is_tracing():
            y = checkpoint(self.norm, y, use_reentrant=False)
            y = checkpoint_sequential(self.seq, 2, y, use_reentrant=False)
        else:
            y = self.seq(self.norm(y))
        if scale is not None:
            y = y * scale
        with torch.autocast("cpu", enabled=False):
            y = y.float()
        info: Dict[str, Any] = {"n": len(feats), "shape": y.shape}
        return y, info


for flag in (False, True):
    y, info = Net(use_checkpoint=flag)(torch.rand(1, 4, 5, 5, requires_grad=True), 0.5)
    assert y.shape == (1, 12, 5, 7) and info["n"] == 3
with torch.inference_mode():
    Net(3).eval()(torch.rand(2, 4, 6, 5))
scripted = torch.jit.script(nn.Sequential(nn.Linear(2, 3)))
assert scripted(torch.rand(1, 2)).shape == (1, 3)
traced = torch.jit.trace(nn.Conv2d(1, 2, 3), torch.rand(1, 1, 5, 5))
assert traced(torch.rand(1, 1, 6, 6)).shape == (1, 2, 4, 4)
