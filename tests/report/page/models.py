"""Small models of many kinds whose pages are compared with `summarize`."""

from __future__ import annotations

HEAD = """\
import torch
import torch.nn.functional as F
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        {init}

    def forward(self, x):
        {forward}
"""


def net(init: str, forward: str) -> str:
    return HEAD.format(init=init.replace("; ", "\n        "), forward=forward.replace("; ", "\n        "))


ALEX = net(
    "self.conv1 = nn.Conv2d(3, 96, 11, stride=4); self.pool = nn.MaxPool2d(3, 2)", "return self.pool(self.conv1(x))"
)
MODELS = {
    "alex": ALEX,
    "same": net("self.conv = nn.Conv2d(3, 8, 3, padding='same')", "return self.conv(x)"),
    "dilated": net("self.conv = nn.Conv2d(3, 8, 3, dilation=4, stride=3)", "return self.conv(x)"),
    "ceil": net("self.pool = nn.MaxPool2d(3, 2, ceil_mode=True)", "return self.pool(x)"),
    "transposed": net("self.up = nn.ConvTranspose2d(3, 8, 4, 2, 1)", "return self.up(x)"),
    "chain": net("self.net = nn.Sequential(*[nn.Conv2d(3, 3, 3, 2, 1) for _ in range(4)])", "return self.net(x)"),
    "skip": net(
        "self.a = nn.Conv2d(3, 8, 3, 2, 1); self.b = nn.Conv2d(3, 8, 1, 2); self.c = nn.ReLU()",
        "return self.c(self.a(x) + self.b(x))",
    ),
    "adaptive": net(
        "self.pool = nn.AdaptiveAvgPool2d(1); self.fc = nn.Linear(3, 4)", "return self.fc(self.pool(x).flatten(1))"
    ),
    "u": net(
        "self.down = nn.Conv2d(3, 8, 2, 2); self.up = nn.ConvTranspose2d(8, 3, 2, 2); self.out = nn.Conv2d(6, 2, 1)",
        "y = self.up(self.down(x)); return self.out(torch.cat([x, y], 1))",
    ),
    "linear": net(
        "self.conv = nn.Conv2d(3, 4, 5); self.fc = nn.Linear(4 * 28 * 28, 10)",
        "return self.fc(self.conv(x).flatten(1))",
    ),
    "upsampled": net(
        "self.up = nn.Upsample(scale_factor=2); self.conv = nn.Conv2d(3, 4, 3)", "return self.conv(self.up(x))"
    ),
    "shuffled": net("self.up = nn.PixelShuffle(2); self.conv = nn.Conv2d(3, 16, 3)", "return self.up(self.conv(x))"),
    "tokens": net(
        "self.patch = nn.Conv2d(3, 16, 8, 8); self.norm = nn.LayerNorm(16); self.fc = nn.Linear(16, 32)",
        "x = self.patch(x).flatten(2).transpose(1, 2); return self.fc(self.norm(x))",
    ),
    "cut": net(
        "self.conv = nn.Conv2d(3, 8, 3, 2); self.last = nn.Identity()",
        "x = self.conv(x); return self.last(x[:, :, 1:-1, ::2])",
    ),
    "twice": net("self.conv = nn.Conv2d(3, 3, 3)", "return self.conv(self.conv(x))"),
    "grouped": net(
        "self.conv = nn.Conv2d(3, 6, 3, groups=3); self.norm = nn.GroupNorm(2, 6)", "return self.norm(self.conv(x))"
    ),
    "padded": net(
        "self.pad = nn.ZeroPad2d((1, 2, 3, 4)); self.pool = nn.AvgPool2d(5, 3)", "return self.pool(self.pad(x))"
    ),
    "folded": net(
        "self.conv = nn.Conv2d(3, 4, 3); self.last = nn.Identity()",
        "return self.last(F.unfold(self.conv(x), 3, stride=2))",
    ),
}
