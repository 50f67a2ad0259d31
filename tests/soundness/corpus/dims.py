"""One and three dimensions, unbatched inputs, early returns, and shapes that keyword arguments choose."""
import torch
import torch.nn as nn
import torch.nn.functional as F


class WaveNet(nn.Module):
    def __init__(self, layers=3, channels=8, classes=12):
        super().__init__()
        self.start = nn.Conv1d(classes, channels, 1)
        self.filters, self.gates, self.skips = nn.ModuleList(), nn.ModuleList(), nn.ModuleList()
        self.dilations = []
        for i in range(layers):
            d = 2**i
            self.dilations.append(d)
            self.filters.append(nn.Conv1d(channels, channels, 2, dilation=d))
            self.gates.append(nn.Conv1d(channels, channels, 2, dilation=d))
            self.skips.append(nn.Conv1d(channels, channels, 1))
        self.end = nn.Conv1d(channels, classes, 1)

    @property
    def receptive_field(self):
        return sum(self.dilations) + 1

    def forward(self, x):
        x = self.start(x)
        skip = 0
        for f, g, s in zip(self.filters, self.gates, self.skips):
            y = torch.tanh(f(x)) * torch.sigmoid(g(x))
            sk = s(y)
            try:
                skip = skip[:, :, -sk.size(2) :]
            except TypeError:
                skip = 0
            skip = sk + skip
            x = y + x[:, :, -y.size(2) :]
        return self.end(F.relu(skip))


class C3D(nn.Module):
    def __init__(self, n=4):
        super().__init__()
        self.net = nn.Sequential(
            nn.Conv3d(3, 4, 3, padding=1), nn.ReLU(), nn.MaxPool3d((1, 2, 2)), nn.Conv3d(4, 8, (3, 1, 1), padding=(1, 0, 0)),
            nn.BatchNorm3d(8), nn.MaxPool3d(2, 2, (0, 1, 1)),
        )
        self.fc = nn.Linear(8 * 4 * 5 * 5, n)

    def forward(self, x, pool=None):
        if x.dim() == 4:
            return self.forward(x[None], pool)[0]
        x = self.net(x)
        if pool == "avg":
            return x.mean(dim=(2, 3, 4))
        if pool is not None:
            raise ValueError(pool)
        return self.fc(x.reshape(x.shape[0], -1))


class VideoNet(nn.Module):
    """Frames are folded into the batch, then a recurrent layer runs over time."""

    def __init__(self):
        super().__init__()
        self.cnn = nn.Sequential(nn.Conv2d(3, 6, 3, stride=2), nn.ReLU(), nn.AdaptiveMaxPool2d((2, 1)), nn.Flatten(-3))
        self.rnn = nn.LSTM(12, 10, batch_first=True)
        self.fc = nn.Linear(10, 2)

    def forward(self, x):
        b, t, c, h, w = x.shape
        f = self.cnn(x.flatten(0, 1)).view(b, t, -1)
        self.rnn.flatten_parameters()
        out, (h_n, c_n) = self.rnn(f)
        return self.fc(out[:, -1]), h_n[-1]


net = WaveNet()
assert net(torch.rand(2, 12, 30)).shape == (2, 12, 30 - net.receptive_field + 1)
c3d = C3D()
assert c3d(torch.rand(2, 3, 8, 16, 16)).shape == (2, 4)
assert c3d(torch.rand(3, 8, 16, 16)).shape == (4,)
assert c3d(torch.rand(3, 4, 8, 10), pool="avg").shape == (8,)
VideoNet()(torch.rand(2, 4, 3, 9, 9))
assert nn.Conv2d(3, 4, 3)(torch.rand(3, 8, 8)).shape == (4, 6, 6)
assert nn.MaxPool2d(2)(torch.rand(3, 8, 8)).shape == (3, 4, 4)
assert nn.Linear(3, 4)(torch.rand(3)).shape == (4,)
assert nn.LSTM(3, 4)(torch.rand(7, 3))[0].shape == (7, 4)
assert nn.ConvTranspose2d(3, 2, 4, 2, 1)(torch.rand(1, 3, 5, 5), output_size=(10, 10)).shape == (1, 2, 10, 10)
assert nn.ConvTranspose2d(3, 2, 3, 2, 1)(torch.rand(1, 3, 5, 5), output_size=torch.Size([10, 9])).shape == (1, 2, 10, 9)
pool, unpool = nn.MaxPool2d(2, 2, return_indices=True), nn.MaxUnpool2d(2, 2)
p, i = pool(torch.rand(1, 2, 7, 6))
assert unpool(p, i, output_size=(7, 6)).shape == (1, 2, 7, 6)
