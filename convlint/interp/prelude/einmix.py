# mypy: ignore-errors
"""einops' `EinMix` as convlint interprets it: the same arguments, children and calls.

This file is read as text and interpreted; convlint never imports it.
"""

import torch
from einops.layers.torch import Rearrange, _mixing
from torch import nn


class EinMix(nn.Module):
    def __init__(self, pattern, weight_shape, bias_shape=None, **axes_lengths):
        super().__init__()
        self.pattern = pattern
        self.weight_shape = weight_shape
        self.bias_shape = bias_shape
        self.axes_lengths = axes_lengths
        before, lengths, weight, bias, equation, after = _mixing(pattern, weight_shape, bias_shape, axes_lengths)
        self.pre_rearrange = Rearrange(before, **lengths) if before else None
        self.post_rearrange = Rearrange(after) if after else None
        self.weight = nn.Parameter(torch.zeros(weight))
        self.bias = None if bias is None else nn.Parameter(torch.zeros(bias))
        self.einsum_pattern = equation

    def forward(self, input):
        if self.pre_rearrange is not None:
            result = torch.einsum(self.einsum_pattern, self.pre_rearrange(input), self.weight)
        else:
            result = torch.einsum(self.einsum_pattern, input, self.weight)
        if self.bias is not None:
            result += self.bias
        if self.post_rearrange is not None:
            result = self.post_rearrange(result)
        return result
