"""Lazy layers, and sizes found by a dry run in the constructor."""
import torch
import torch.nn as nn


class LazyNet(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.conv = nn.LazyConv2d(8, 3, padding=1)
        self.bn = nn.LazyBatchNorm2d()
        self.fc = nn.LazyLinear(n)

    def forward(self, x):
        return self.fc(torch.relu(self.bn(self.conv(x))).flatten(1))


class DryRun(nn.Module):
    def __init__(self, shape=(4, 21, 21), n=3):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(shape[0], 16, 8, stride=4), nn.ReLU(), nn.Conv2d(16, 16, 3, stride=1), nn.ReLU(), nn.Flatten()
        )
        with torch.no_grad():
            n_flat = self.features(torch.zeros(1, *shape)).shape[1]
        self.fc = nn.Linear(n_flat, n)
        self.also = nn.Linear(self._feature_size(shape), n)

    def _feature_size(self, shape):
        return self.features(torch.zeros(1, *shape)).view(1, -1).size(1)

    def forward(self, x):
        h = self.features(x.float() / 255)
        return self.fc(h) + self.also(h)


class InitOnFirst(nn.Module):
    def __init__(self):
        super().__init__()
        self.proj = None

    def forward(self, x):
        if self.proj is None:
            self.proj = nn.Linear(x.shape[-1], 5).to(x.device)
        return self.proj(x)


net = LazyNet(4)
net(torch.zeros(2, 3, 6, 6))
assert net.fc.in_features == 8 * 36
net(torch.zeros(5, 3, 6, 6))
DryRun()(torch.zeros(2, 4, 21, 21, dtype=torch.uint8))
DryRun((1, 30, 40))(torch.zeros(2, 1, 30, 40))
first = InitOnFirst()
first(torch.zeros(2, 7))
first(torch.zeros(3, 7))
