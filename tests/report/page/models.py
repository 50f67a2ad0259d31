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
    "depthwise": net(
        "self.deep = nn.Conv2d(3, 3, 5, 2, 2, groups=3); self.point = nn.Conv2d(3, 8, 1)",
        "return self.point(self.deep(x))",
    ),
    "gated": net(
        "self.conv = nn.Conv2d(3, 8, 3, 2); self.pool = nn.AdaptiveAvgPool2d(1); self.gate = nn.Conv2d(8, 8, 1)",
        "x = self.conv(x); return x * torch.sigmoid(self.gate(self.pool(x)))",
    ),
    "inception": net(
        "self.a = nn.Conv2d(3, 4, 1); self.b = nn.Conv2d(3, 4, 3, padding=1); self.c = nn.AvgPool2d(3, 1, 1)",
        "return torch.cat([self.a(x), self.b(x), self.c(x)], 1)",
    ),
    "inception stride": net(
        "self.a = nn.Conv2d(3, 4, 3, 2); self.b = nn.MaxPool2d(3, 2)", "return torch.cat([self.a(x), self.b(x)], 1)"
    ),
    "dense": net(
        "self.a = nn.Conv2d(3, 4, 3, 1, 1); self.b = nn.Conv2d(7, 4, 3, 1, 1); self.c = nn.AvgPool2d(2, 2)",
        "x = torch.cat([x, self.a(x)], 1); return self.c(torch.cat([x, self.b(x)], 1))",
    ),
    "deep u": net(
        "self.pool = nn.MaxPool2d(2); self.a = nn.Conv2d(3, 4, 3, 1, 1); self.b = nn.Conv2d(4, 8, 3, 1, 1); "
        "self.c = nn.Conv2d(12, 4, 3, 1, 1)",
        "a = self.a(x); b = F.interpolate(self.b(self.pool(a)), scale_factor=2); return self.c(torch.cat([a, b], 1))",
    ),
    "u to size": net(
        "self.pool = nn.MaxPool2d(2, ceil_mode=True); self.a = nn.Conv2d(3, 4, 3, 1, 1); self.b = nn.Conv2d(7, 4, 3)",
        "y = F.interpolate(self.a(self.pool(x)), size=x.shape[-2:]); return self.b(torch.cat([x, y], 1))",
    ),
    "unshuffled": net(
        "self.down = nn.PixelUnshuffle(3); self.conv = nn.Conv2d(27, 4, 2)", "return self.conv(self.down(x))"
    ),
    "output padding": net(
        "self.conv = nn.Conv2d(3, 4, 3, 2, 1); self.up = nn.ConvTranspose2d(4, 3, 3, 2, 1, output_padding=1)",
        "return x + self.up(self.conv(x))",
    ),
    "to seven": net(
        "self.conv = nn.Conv2d(3, 4, 3); self.pool = nn.AdaptiveAvgPool2d(7); self.fc = nn.Linear(4 * 49, 10)",
        "return self.fc(self.pool(self.conv(x)).flatten(1))",
    ),
    "globally": net("self.fc = nn.Linear(6, 10)", "return self.fc(torch.cat([x.amax((2, 3)), x.mean((2, 3))], 1))"),
    "norm of windows": net("self.pool = nn.LPPool2d(2, 3, 2); self.act = nn.ELU()", "return self.act(self.pool(x))"),
    "instances": net(
        "self.conv = nn.Conv2d(3, 4, 7, 3); self.norm = nn.InstanceNorm2d(4); self.act = nn.LeakyReLU()",
        "return self.act(self.norm(self.conv(x)))",
    ),
    "attending": net(
        "self.patch = nn.Conv2d(3, 16, 7, 5); self.attend = nn.MultiheadAttention(16, 4, batch_first=True)",
        "x = self.patch(x).flatten(2).transpose(1, 2); return self.attend(x, x, x)[0]",
    ),
    "encoder": net(
        "self.patch = nn.Conv2d(3, 16, 9, 9); self.layer = nn.TransformerEncoderLayer(16, 4, 32, batch_first=True)",
        "return self.layer(self.patch(x).flatten(2).mT)",
    ),
    "positions": net(
        "self.patch = nn.Conv2d(3, 16, 8, 8); self.table = nn.Parameter(torch.zeros(1, 16, 16)); "
        "self.fc = nn.Linear(16, 2)",
        "x = self.patch(x).flatten(2).mT; return self.fc(x + self.table)",
    ),
    "merged": net(
        "self.reduce = nn.Linear(12, 8)",
        "x = x.permute(0, 2, 3, 1); "
        "x = torch.cat([x[:, ::2, ::2], x[:, 1::2, ::2], x[:, ::2, 1::2], x[:, 1::2, 1::2]], -1); "
        "return self.reduce(x)",
    ),
    "rolled": net(
        "self.conv = nn.Conv2d(3, 4, 4, 4); self.last = nn.Conv2d(4, 4, 2, 2)",
        "return self.last(torch.roll(self.conv(x), (1, 1), (2, 3)))",
    ),
    "windowed": net(
        "self.fc = nn.Linear(3, 8)",
        "n, c, h, w = x.shape; x = x.view(n, c, h // 4, 4, w // 4, 4).permute(0, 2, 4, 3, 5, 1); return self.fc(x)",
    ),
    "halves": net(
        "self.conv = nn.Conv2d(3, 8, 3, 2); self.last = nn.Conv2d(4, 4, 3, 2)",
        "a, b = self.conv(x).chunk(2, 1); return self.last(a * torch.sigmoid(b))",
    ),
    "padded to even": net(
        "self.pool = nn.MaxPool2d(2); self.conv = nn.Conv2d(3, 4, 3, 2)",
        "x = F.pad(x, (0, x.shape[3] % 2, 0, x.shape[2] % 2)); return self.conv(self.pool(x))",
    ),
    "shared": net(
        "self.conv = nn.Conv2d(3, 3, 3, 2); self.pool = nn.MaxPool2d(2)",
        "return self.pool(self.conv(self.pool(self.conv(x))))",
    ),
    "sequence of rows": net(
        "self.rnn = nn.GRU(3, 8, batch_first=True); self.fc = nn.Linear(8, 2)",
        "y, _ = self.rnn(x.flatten(2).mT); return self.fc(y[:, -1])",
    ),
    "unpadded chain": net(
        "self.net = nn.Sequential(nn.Conv2d(3, 4, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(4, 8, 5), nn.MaxPool2d(2))",
        "return self.net(x)",
    ),
    "lenet": net(
        "self.c1 = nn.Conv2d(3, 6, 5); self.c2 = nn.Conv2d(6, 16, 5); self.fc = nn.Linear(400, 10)",
        "x = F.max_pool2d(F.relu(self.c1(x)), 2); x = F.max_pool2d(F.relu(self.c2(x)), 2); "
        "return self.fc(x.flatten(1))",
    ),
    "pyramid": net(
        "self.a = nn.Conv2d(3, 4, 3, 2, 1); self.b = nn.Conv2d(4, 4, 3, 2, 1); self.c = nn.Conv2d(4, 4, 1)",
        "a = self.a(x); b = self.b(a); return self.c(a + F.interpolate(b, size=a.shape[2:], mode='bilinear'))",
    ),
    "asymmetric": net(
        "self.conv = nn.Conv2d(3, 4, (3, 7), (2, 3), (0, 2), (2, 1)); self.pool = nn.AvgPool2d((2, 1), (1, 2))",
        "return self.pool(self.conv(x))",
    ),
    "circular": net("self.conv = nn.Conv2d(3, 4, 3, 2, 1, padding_mode='circular')", "return self.conv(x)"),
    "reflected": net(
        "self.pad = nn.ReflectionPad2d(3); self.conv = nn.Conv2d(3, 4, 7, 4)", "return self.conv(self.pad(x))"
    ),
    "pooled pyramid": net(
        "self.pools = nn.ModuleList([nn.AdaptiveMaxPool2d(n) for n in (1, 2, 4)]); self.fc = nn.Linear(63, 5)",
        "return self.fc(torch.cat([pool(x).flatten(1) for pool in self.pools], 1))",
    ),
    "strided slices": net("self.conv = nn.Conv2d(3, 4, 2, 2)", "return self.conv(x[..., ::3, 1:])"),
    "mixer": net(
        "self.patch = nn.Conv2d(3, 8, 16, 16); self.mix = nn.Linear(4, 4); self.out = nn.Linear(8, 3)",
        "x = self.patch(x).flatten(2); return self.out((x + self.mix(x)).mean(2))",
    ),
}
LINES = {
    "conv1d": (
        net("self.net = nn.Sequential(nn.Conv1d(3, 8, 5, 2), nn.ReLU(), nn.MaxPool1d(3))", "return self.net(x)"),
        (2, 3, 64),
    ),
    "wavenet": (
        net(
            "self.a = nn.Conv1d(3, 3, 2, dilation=4); self.b = nn.Conv1d(3, 3, 2, dilation=8)",
            "y = self.a(x); return self.b(y) + x[:, :, 12:]",
        ),
        (2, 3, 40),
    ),
    "lstm": (
        net(
            "self.rnn = nn.LSTM(5, 8, 2, batch_first=True, bidirectional=True); self.fc = nn.Linear(16, 3)",
            "return self.fc(self.rnn(x)[0])",
        ),
        (2, 9, 5),
    ),
    "tokens alone": (
        net(
            "self.table = nn.Embedding(50, 8); self.layer = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True)",
            "return self.layer(self.table(x))",
        ),
        (2, 12),
    ),
    "volumes": (
        net("self.conv = nn.Conv3d(1, 4, 3, 2); self.pool = nn.MaxPool3d(2)", "return self.pool(self.conv(x))"),
        (1, 1, 16, 32, 32),
    ),
}
"""Models of other ranks, with the sizes to begin with: open are the batch and a length, or three axes."""
