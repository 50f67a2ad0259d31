"""Forwards that look at the size of their input."""
import math

import torch
from torch import nn
from torch.nn import functional as F


class Adaptive(nn.Module):
    def __init__(self):
        super().__init__()
        self.small = nn.Conv2d(3, 8, 3, padding=1)
        self.large = nn.Conv2d(3, 8, 7, stride=4, padding=3)
        self.down = nn.Conv2d(8, 8, 3, stride=2, padding=1)
        self.head = nn.Linear(8, 4)

    def forward(self, x):
        if x.shape[-1] < 32:
            x = self.small(x)
        elif x.size(-1) % 4:
            x = F.pad(x, (0, -x.size(-1) % 4))
            x = self.large(x)
        else:
            x = self.large(x)
        while x.shape[-1] > 4:
            x = F.relu(self.down(x))
        return self.head(x.mean((2, 3)))


class SPP(nn.Module):
    """Spatial pyramid pooling: kernels computed from the map's size."""

    def __init__(self, levels=(1, 2, 4)):
        super().__init__()
        self.levels = levels

    def forward(self, x):
        n, c, h, w = x.size()
        outs = []
        for level in self.levels:
            kh, kw = math.ceil(h / level), math.ceil(w / level)
            ph, pw = (kh * level - h + 1) // 2, (kw * level - w + 1) // 2
            outs.append(F.max_pool2d(x, (kh, kw), stride=(kh, kw), padding=(ph, pw)).view(n, -1))
        return torch.cat(outs, 1)


class SameConv(nn.Conv2d):
    """TensorFlow's "same": the padding depends on the input."""

    def forward(self, x):
        ih, iw = x.size()[-2:]
        kh, kw = self.weight.size()[-2:]
        sh, sw = self.stride
        oh, ow = math.ceil(ih / sh), math.ceil(iw / sw)
        pad_h = max((oh - 1) * self.stride[0] + (kh - 1) * self.dilation[0] + 1 - ih, 0)
        pad_w = max((ow - 1) * self.stride[1] + (kw - 1) * self.dilation[1] + 1 - iw, 0)
        if pad_h > 0 or pad_w > 0:
            x = F.pad(x, [pad_w // 2, pad_w - pad_w // 2, pad_h // 2, pad_h - pad_h // 2])
        return F.conv2d(x, self.weight, self.bias, self.stride, self.padding, self.dilation, self.groups)


class MultipleOf(nn.Module):
    def __init__(self, factor=8):
        super().__init__()
        self.factor = factor
        self.body = nn.Sequential(SameConv(1, 4, 5, 2), nn.ReLU(), SameConv(4, 8, 3, 2), SameConv(8, 16, 3, 2))
        self.up = nn.ConvTranspose2d(16, 1, 8, 8)

    def forward(self, x):
        h, w = x.shape[2:]
        x = F.pad(x, (0, (self.factor - w % self.factor) % self.factor, 0, (self.factor - h % self.factor) % self.factor))
        y = self.up(self.body(x))
        return y[..., :h, :w]


for side in (16, 32, 45, 64):
    Adaptive()(torch.randn(2, 3, side, side))
    spp = SPP()(torch.randn(2, 3, side, side))
    assert spp.shape == (2, 3 * 21), spp.shape
    assert MultipleOf()(torch.randn(1, 1, side, side + 3)).shape == (1, 1, side, side + 3)
