"""Subclasses of Sequential and of layers, with slices, insertion and deletion."""
import torch
import torch.nn as nn


class ConvBNReLU(nn.Sequential):
    def __init__(self, i, o, k=3, s=1, g=1):
        super(ConvBNReLU, self).__init__(
            nn.Conv2d(i, o, k, s, padding=(k - 1) // 2, groups=g, bias=False), nn.BatchNorm2d(o), nn.ReLU6(inplace=True)
        )


class Residual(nn.Sequential):
    def forward(self, x):
        return x + super().forward(x)


class Parallel(nn.ModuleList):
    def forward(self, x):
        return torch.cat([m(x) for m in self], dim=1)


class Flatten(nn.Module):
    def forward(self, x):
        return x.view(x.shape[0], -1)


class Print(nn.Module):
    def __init__(self, name=""):
        super().__init__()
        self.name = name

    def forward(self, x):
        text = f"{self.name}: {tuple(x.shape)}"
        return x


class Lambda(nn.Module):
    def __init__(self, func):
        super().__init__()
        self.func = func

    def forward(self, x):
        return self.func(x)


net = nn.Sequential(
    ConvBNReLU(3, 8),
    Residual(ConvBNReLU(8, 8), nn.Conv2d(8, 8, 1)),
    Print("mid"),
    Parallel([nn.Conv2d(8, 4, 1), nn.Conv2d(8, 4, 3, padding=1), nn.MaxPool2d(3, 1, 1)]),
    Lambda(lambda x: x[:, ::2]),
    nn.MaxPool2d(2),
)
out = net(torch.randn(2, 3, 8, 8))
assert out.shape == (2, 8, 4, 4)
head = nn.Sequential(Flatten(), nn.Linear(8 * 4 * 4, 10))
full = nn.Sequential(*net, *head.children())
assert full(torch.randn(2, 3, 8, 8)).shape == (2, 10)
assert full[:-2](torch.randn(2, 3, 16, 8)).shape == (2, 8, 8, 4)
full[-1] = nn.Linear(128, 3)
full.append(nn.Softmax(dim=1))
assert full(torch.randn(1, 3, 8, 8)).shape == (1, 3)
del full[-1]
full.add_module("last", nn.Linear(3, 2))
assert len(full) == 9
assert full(torch.randn(1, 3, 8, 8)).shape == (1, 2)
backbone = nn.Sequential(*list(full.children())[:-3])
assert backbone(torch.randn(1, 3, 8, 8)).shape == (1, 8, 4, 4)
