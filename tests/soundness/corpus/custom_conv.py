"""Subclasses of Conv2d and Linear that override forward."""
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.nn.modules.utils import _pair


class WSConv2d(nn.Conv2d):
    """Weight standardisation."""

    def forward(self, x):
        w = self.weight
        v, m = torch.var_mean(w, dim=[1, 2, 3], keepdim=True, unbiased=False)
        w = (w - m) / torch.sqrt(v + 1e-5)
        return F.conv2d(x, w, self.bias, self.stride, self.padding, self.dilation, self.groups)


class CausalConv1d(nn.Conv1d):
    def __init__(self, inp, out, kernel_size, stride=1, dilation=1, groups=1, bias=True):
        super().__init__(inp, out, kernel_size=kernel_size, stride=stride, padding=0, dilation=dilation, groups=groups, bias=bias)
        self.__padding = (kernel_size - 1) * dilation

    def forward(self, input):
        return super().forward(F.pad(input, (self.__padding, 0)))


class MaskedConv2d(nn.Conv2d):
    def __init__(self, mask_type, *args, **kwargs):
        super().__init__(*args, **kwargs)
        assert mask_type in {"A", "B"}
        self.register_buffer("mask", self.weight.data.clone())
        _, _, kH, kW = self.weight.size()
        self.mask.fill_(1)
        self.mask[:, :, kH // 2, kW // 2 + (mask_type == "B") :] = 0
        self.mask[:, :, kH // 2 + 1 :] = 0

    def forward(self, x):
        self.weight.data *= self.mask
        return super().forward(x)


class CoordConv(nn.Conv2d):
    def __init__(self, inp, out, *args, **kwargs):
        super().__init__(inp + 2, out, *args, **kwargs)

    def forward(self, x):
        b, _, h, w = x.shape
        ys = torch.linspace(-1, 1, h, device=x.device).view(1, 1, h, 1).expand(b, 1, h, w)
        xs = torch.linspace(-1, 1, w, device=x.device).view(1, 1, 1, w).expand(b, -1, h, -1)
        return super().forward(torch.cat([x, ys, xs], 1))


class LoRALinear(nn.Linear):
    def __init__(self, i, o, r=2):
        super().__init__(i, o)
        self.lora_A = nn.Parameter(self.weight.new_zeros((r, i)))
        self.lora_B = nn.Parameter(self.weight.new_zeros((o, r)))

    def forward(self, x):
        return F.linear(x, self.weight, bias=self.bias) + (x @ self.lora_A.transpose(0, 1) @ self.lora_B.T) * 0.5


class CondConv(nn.Module):
    """One kernel per sample, run as a grouped convolution over the folded batch."""

    def __init__(self, inp, out, k=3, experts=3):
        super().__init__()
        self.k = _pair(k)
        self.out = out
        self.weight = nn.Parameter(torch.randn(experts, out, inp, *self.k) * 0.1)
        self.route = nn.Linear(inp, experts)

    def forward(self, x):
        b, c, h, w = x.shape
        r = torch.sigmoid(self.route(F.adaptive_avg_pool2d(x, 1).flatten(1)))
        weight = torch.mm(r, self.weight.view(self.weight.size(0), -1)).view(b * self.out, c, *self.k)
        y = F.conv2d(x.view(1, b * c, h, w), weight, groups=b, padding=self.k[0] // 2)
        return y.view(b, self.out, y.shape[-2], y.shape[-1])


class EqualLinear(nn.Module):
    def __init__(self, i, o):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(o, i))
        self.scale = 1 / i**0.5

    def forward(self, x):
        return F.linear(x, self.weight * self.scale)

    def __repr__(self):
        return f"{self.__class__.__name__}({self.weight.shape[1]}, {self.weight.shape[0]})"


WSConv2d(3, 6, 3, padding=1)(torch.randn(2, 3, 8, 8))
assert CausalConv1d(4, 6, 3, dilation=2)(torch.randn(2, 4, 11)).shape == (2, 6, 11)
pixel = nn.Sequential(MaskedConv2d("A", 1, 4, 7, 1, 3, bias=False), nn.BatchNorm2d(4), MaskedConv2d("B", 4, 4, 7, 1, 3), nn.Conv2d(4, 256, 1))
assert pixel(torch.rand(2, 1, 10, 10)).shape == (2, 256, 10, 10)
CoordConv(3, 8, 3, padding=1)(torch.randn(1, 3, 5, 7))
LoRALinear(4, 5)(torch.randn(3, 4))
assert CondConv(4, 5)(torch.randn(3, 4, 6, 6)).shape == (3, 5, 6, 6)
lin = EqualLinear(4, 2)
assert repr(lin) == "EqualLinear(4, 2)"
lin(torch.randn(7, 4))
