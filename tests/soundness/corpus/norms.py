"""Weight and spectral norm, partial norm layers, custom norms over the last axis of maps."""
from functools import partial

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.nn.utils import spectral_norm, weight_norm
from torch.nn.utils import parametrizations


class Chomp1d(nn.Module):
    def __init__(self, chomp_size):
        super().__init__()
        self.chomp_size = chomp_size

    def forward(self, x):
        return x[:, :, : -self.chomp_size].contiguous()


class TemporalBlock(nn.Module):
    def __init__(self, n_inputs, n_outputs, kernel_size, stride, dilation, padding, dropout=0.2):
        super().__init__()
        self.conv1 = weight_norm(nn.Conv1d(n_inputs, n_outputs, kernel_size, stride=stride, padding=padding, dilation=dilation))
        self.chomp1 = Chomp1d(padding)
        self.conv2 = weight_norm(nn.Conv1d(n_outputs, n_outputs, kernel_size, stride=stride, padding=padding, dilation=dilation))
        self.chomp2 = Chomp1d(padding)
        self.net = nn.Sequential(self.conv1, self.chomp1, nn.ReLU(), self.conv2, self.chomp2, nn.ReLU(), nn.Dropout(dropout))
        self.downsample = nn.Conv1d(n_inputs, n_outputs, 1) if n_inputs != n_outputs else None

    def forward(self, x):
        out = self.net(x)
        res = x if self.downsample is None else self.downsample(x)
        return F.relu(out + res)


class TCN(nn.Module):
    def __init__(self, num_inputs, num_channels, kernel_size=2):
        super().__init__()
        layers = []
        for i in range(len(num_channels)):
            dilation = 2**i
            inp = num_inputs if i == 0 else num_channels[i - 1]
            layers += [TemporalBlock(inp, num_channels[i], kernel_size, 1, dilation, (kernel_size - 1) * dilation)]
        self.network = nn.Sequential(*layers)

    def forward(self, x):
        return self.network(x)


class LayerNorm2d(nn.LayerNorm):
    def forward(self, x):
        return F.layer_norm(x.permute(0, 2, 3, 1), self.normalized_shape, self.weight, self.bias, self.eps).permute(0, 3, 1, 2)


class ChannelsFirst(nn.Module):
    def __init__(self, n, eps=1e-6):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(n))
        self.bias = nn.Parameter(torch.zeros(n))
        self.eps = eps

    def forward(self, x):
        u = x.mean(1, keepdim=True)
        s = (x - u).pow(2).mean(1, keepdim=True)
        x = (x - u) / torch.sqrt(s + self.eps)
        return self.weight[:, None, None] * x + self.bias[:, None, None]


class Block(nn.Module):
    def __init__(self, dim, norm_layer=None):
        super().__init__()
        norm_layer = norm_layer or partial(LayerNorm2d, eps=1e-6)
        self.dw = nn.Conv2d(dim, dim, 7, padding=3, groups=dim)
        self.norm = norm_layer(dim)
        self.pw = nn.Linear(dim, 4 * dim)
        self.gamma = nn.Parameter(1e-6 * torch.ones(dim))
        self.out = nn.Linear(4 * dim, dim)

    def forward(self, x):
        y = self.norm(self.dw(x)).permute(0, 2, 3, 1)
        y = self.gamma * self.out(F.gelu(self.pw(y)))
        return x + y.permute(0, 3, 1, 2)


TCN(5, [8, 8, 12], 3)(torch.randn(2, 5, 20))
for norm in (None, nn.BatchNorm2d, partial(nn.GroupNorm, 2), partial(nn.BatchNorm2d, momentum=0.01), ChannelsFirst, nn.InstanceNorm2d):
    Block(6, norm)(torch.randn(2, 6, 9, 8))
sn = nn.Sequential(spectral_norm(nn.Conv2d(3, 8, 4, 2, 1)), nn.LeakyReLU(0.1), parametrizations.spectral_norm(nn.Conv2d(8, 1, 4)))
sn(torch.randn(1, 3, 16, 16))
wn = parametrizations.weight_norm(nn.Linear(4, 6), name="weight")
assert wn(torch.randn(2, 4)).shape == (2, 6)
