"""Programs with a silent fault, and the rule that must tell it."""

WRONG: list[tuple[str, str]] = [
    (
        "CVL501",
        """
import torch, torch.nn as nn

net = nn.Sequential(nn.Linear(3, 8), nn.ReLU(), nn.Linear(8, 1))
opt = torch.optim.SGD(net.parameters(), 0.1)
x, y = torch.randn(100, 3), torch.randn(100)
for e in range(3):
    opt.zero_grad()
    loss = nn.MSELoss()(net(x), y)
    loss.backward()
    opt.step()
""",
    ),
    (
        "CVL501",
        """
import torch, torch.nn as nn, torch.nn.functional as F


class Q(nn.Module):
    def __init__(self):
        super().__init__()
        self.l = nn.Linear(4, 2)

    def forward(self, s):
        return self.l(s)


q = Q()
s = torch.randn(32, 4)
a = torch.zeros(32, 1, dtype=torch.long)
r = torch.randn(32)
F.smooth_l1_loss(q(s).gather(1, a), r + 0.99 * q(s).max(1)[0])
""",
    ),
    (
        "CVL501",
        """
import torch, torch.nn as nn
from torch.utils.data import DataLoader, Dataset


class D(Dataset):
    def __len__(self):
        return 64

    def __getitem__(self, i):
        return torch.randn(10), 1.5


net = nn.Linear(10, 1)
crit = nn.L1Loss()
for x, y in DataLoader(D(), batch_size=8):
    crit(net(x), y.float())
""",
    ),
    (
        "CVL501",
        """
import torch, torch.nn as nn
from torch.utils.data import DataLoader, TensorDataset

lstm, fc = nn.LSTM(4, 8, batch_first=True), nn.Linear(8, 1)
for x, y in DataLoader(TensorDataset(torch.randn(50, 7, 4), torch.randn(50)), batch_size=10):
    out, _ = lstm(x)
    nn.functional.huber_loss(fc(out[:, -1]), y)
""",
    ),
    (
        "CVL501",
        """
import torch, torch.nn as nn


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(5, 1)
        self.loss = nn.MSELoss()

    def forward(self, x, y):
        return self.loss(self.fc(x), y)


Model()(torch.randn(16, 5), torch.randn(16))
""",
    ),
    (
        "CVL502",
        """
import torch, torch.nn as nn


class Attn(nn.Module):
    def __init__(self, d=64, h=8):
        super().__init__()
        self.h = h
        self.q, self.k, self.v, self.o = (nn.Linear(d, d) for _ in range(4))

    def forward(self, x):
        b, t, d = x.shape
        q, k, v = (f(x).view(b, t, self.h, d // self.h).transpose(1, 2) for f in (self.q, self.k, self.v))
        y = (q @ k.transpose(-2, -1)).softmax(-1) @ v
        return self.o(y.contiguous().view(b, t, d))


Attn()(torch.randn(2, 10, 64))
""",
    ),
    (
        "CVL502",
        """
import torch, torch.nn as nn


class Attn(nn.Module):
    def __init__(self, d=64, h=8):
        super().__init__()
        self.h = h
        self.qkv = nn.Linear(d, 3 * d)

    def forward(self, x):
        b, t, d = x.shape
        q, k, v = self.qkv(x).reshape(b, t, 3, self.h, d // self.h).permute(2, 0, 3, 1, 4)
        y = (q @ k.transpose(-2, -1)).softmax(-1) @ v
        return y.reshape(b, t, d)


Attn()(torch.randn(2, 16, 64))
""",
    ),
    (
        "CVL502",
        """
import torch, torch.nn as nn


class Attn(nn.Module):
    def __init__(self):
        super().__init__()
        self.h = 8
        self.v = nn.Linear(64, 64)

    def forward(self, x):
        b, t, d = x.size()
        v = self.v(x).view(b, t, 8, 8).transpose(1, 2)
        return v.reshape(b, t, 64)
""",
    ),
    (
        "CVL502",
        """
import torch, torch.nn as nn, numpy as np

img = torch.from_numpy(np.zeros((4, 32, 48, 3), dtype=np.float32))
x = img.reshape(-1, 3, 32, 48)
nn.Conv2d(3, 8, 3, padding=1)(x)
""",
    ),
    (
        "CVL502",
        """
import torch, torch.nn as nn


class G(nn.Module):
    def __init__(self):
        super().__init__()
        self.gru = nn.GRU(10, 20, bidirectional=True)
        self.fc = nn.Linear(40, 3)

    def forward(self, x):
        o, h = self.gru(x)
        return self.fc(h.view(-1, 40))


G()(torch.randn(15, 4, 10))
""",
    ),
    (
        "CVL502",
        """
import torch, torch.nn as nn


class ViT(nn.Module):
    def __init__(self):
        super().__init__()
        self.proj = nn.Conv2d(3, 64, 16, 16)
        self.fc = nn.Linear(64, 10)

    def forward(self, x):
        x = self.proj(x)
        b, c, h, w = x.shape
        x = x.reshape(b, h * w, c)
        return self.fc(x.mean(1))


ViT()(torch.randn(2, 3, 224, 224))
""",
    ),
    (
        "CVL502",
        """
import torch, torch.nn as nn

seg = nn.Conv2d(8, 5, 1)
out = seg(torch.randn(2, 8, 12, 12)).view(-1, 5)
nn.CrossEntropyLoss()(out, torch.zeros(288, dtype=torch.long))
""",
    ),
    (
        "CVL502",
        """
import torch, torch.nn as nn


class T(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(6, 12)

    def forward(self, x):
        n, t, f = x.shape
        out, _ = self.lstm(x.view(t, n, f))
        return out[-1]


T()(torch.randn(5, 9, 6))
""",
    ),
    (
        "CVL502",
        """
import torch, torch.nn as nn


class Dec(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(32, 32)
        self.conv = nn.Conv2d(32, 3, 1)

    def forward(self, tokens):
        x = self.fc(tokens)
        n, l, c = x.shape
        return self.conv(x.view(n, c, 7, 9))


Dec()(torch.randn(2, 63, 32))
""",
    ),
    (
        "CVL503",
        """
import torch, torch.nn as nn


class N(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.LSTM(8, 16)
        self.fc = nn.Linear(16, 2)

    def forward(self, x):
        out, (h, c) = self.rnn(x)
        return self.fc(out[:, -1, :])


N()(torch.randn(4, 10, 8))
""",
    ),
    (
        "CVL503",
        """
import torch, torch.nn as nn


class N(nn.Module):
    def __init__(self):
        super().__init__()
        self.gru = nn.GRU(8, 16)
        self.fc = nn.Linear(16 * 10, 2)

    def forward(self, x):
        out, h = self.gru(x)
        return self.fc(out.flatten(1))


N()(torch.randn(4, 10, 8))
""",
    ),
    (
        "CVL503",
        """
import torch, torch.nn as nn
from torch.utils.data import DataLoader, TensorDataset

ds = TensorDataset(torch.randn(64, 10, 8), torch.zeros(64, dtype=torch.long))


class N(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(8, 16)
        self.fc = nn.Linear(16, 2)

    def forward(self, x):
        out, (h, c) = self.lstm(x)
        return self.fc(h[-1])


net = N()
for x, y in DataLoader(ds, batch_size=16, shuffle=True):
    p = net(x)
""",
    ),
    (
        "CVL503",
        """
import torch, torch.nn as nn


class N(nn.Module):
    def __init__(self):
        super().__init__()
        self.e = nn.Embedding(100, 32)
        self.enc = nn.TransformerEncoderLayer(32, 4)
        self.fc = nn.Linear(32, 2)

    def forward(self, ids):
        return self.fc(self.enc(self.e(ids)).mean(1))


N()(torch.zeros(8, 20, dtype=torch.long))
""",
    ),
    (
        "CVL503",
        """
import torch, torch.nn as nn
from torch.utils.data import DataLoader, TensorDataset

mha = nn.MultiheadAttention(32, 4)
for (x,) in DataLoader(TensorDataset(torch.randn(64, 20, 32)), batch_size=8):
    y, w = mha(x, x, x)
""",
    ),
    (
        "CVL503",
        """
import torch, torch.nn as nn
from torch.utils.data import DataLoader, TensorDataset

lstm = nn.LSTM(12, 16)
for x, y in DataLoader(TensorDataset(torch.randn(64, 12), torch.randn(64)), batch_size=8, shuffle=True):
    out, _ = lstm(x)
""",
    ),
    (
        "CVL503",
        """
import torch, torch.nn as nn


class N(nn.Module):
    def __init__(self):
        super().__init__()
        self.c = nn.Sequential(nn.Conv2d(1, 8, (16, 3)), nn.ReLU())
        self.r = nn.GRU(8, 8)

    def forward(self, x):
        f = self.c(x).squeeze(2).permute(0, 2, 1)
        return self.r(f)[0]


N()(torch.randn(4, 1, 16, 50))
""",
    ),
    (
        "CVL504",
        """
import torch, torch.nn as nn

net = nn.Sequential(nn.Flatten(), nn.Linear(784, 10), nn.LogSoftmax(dim=0))
nn.NLLLoss()(net(torch.randn(32, 1, 28, 28)), torch.zeros(32, dtype=torch.long))
""",
    ),
    (
        "CVL504",
        """
import torch, torch.nn as nn, torch.nn.functional as F


class N(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(5, 3)

    def forward(self, x):
        return F.softmax(self.fc(x), dim=0)


p = N()(torch.randn(9, 5))
F.nll_loss(torch.log(p), torch.zeros(9, dtype=torch.long))
""",
    ),
    (
        "CVL504",
        """
import torch, torch.nn as nn
from torch.utils.data import DataLoader, TensorDataset

net = nn.Linear(20, 4)
for x, y in DataLoader(TensorDataset(torch.randn(40, 20), torch.zeros(40, dtype=torch.long)), 8):
    pred = torch.softmax(net(x), 0).argmax(1)
""",
    ),
    (
        "CVL504",
        """
import torch, torch.nn as nn

out = torch.log_softmax(nn.Linear(4, 6)(torch.randn(12, 4)), dim=-2)
nn.functional.nll_loss(out, torch.zeros(12, dtype=torch.long))
""",
    ),
    (
        "CVL504",
        """
import torch, torch.nn as nn

s = nn.Softmax(dim=0)
fc = nn.Linear(4, 6)
y = s(fc(torch.randn(12, 4)))
nn.CrossEntropyLoss()(y, torch.zeros(12, dtype=torch.long))
""",
    ),
    (
        "CVL504",
        """
import torch, torch.nn as nn
from torch.utils.data import DataLoader, TensorDataset

net = nn.Sequential(nn.Conv2d(1, 4, 3), nn.Flatten(), nn.Linear(4 * 36, 3), nn.Softmax(0))
crit = nn.BCELoss()
for x, y in DataLoader(TensorDataset(torch.randn(40, 1, 8, 8), torch.ones(40, 3)), 8):
    crit(net(x), y)
""",
    ),
    (
        "CVL505",
        """
import torch.nn as nn

net = nn.Sequential(nn.Conv2d(1, 8, 3), nn.BatchNorm2d(8))
net[0].kernel_size = (5, 5)
""",
    ),
    (
        "CVL505",
        """
import torch.nn as nn

net = nn.Sequential(nn.Conv2d(1, 8, 3), nn.BatchNorm2d(8))
net[1].num_features = 16
net[0].out_channels = 16
""",
    ),
    (
        "CVL505",
        """
import torch, torch.nn as nn


class M(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.body = nn.Linear(4, 8)
        self.head = nn.Linear(8, 10)
        self.head.out_features = n

    def forward(self, x):
        return self.head(self.body(x))


M(3)(torch.randn(1, 4))
""",
    ),
    (
        "CVL505",
        """
import torch.nn as nn

e = nn.Embedding(100, 8)
e.num_embeddings = 200
""",
    ),
    (
        "CVL505",
        """
import torch, torch.nn as nn


def build():
    m = nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.Conv2d(8, 8, 3))
    m[0].in_channels = 1
    return m


build()
""",
    ),
    (
        "CVL506",
        """
import torch, torch.nn as nn, torch.nn.functional as F


class N(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b = nn.Linear(8, 16), nn.Linear(16, 3)

    def forward(self, x):
        return F.softmax(self.b(F.relu(self.a(x))), dim=1)


net = N()
crit = nn.CrossEntropyLoss()
opt = torch.optim.Adam(net.parameters())
for _ in range(3):
    loss = crit(net(torch.randn(4, 8)), torch.zeros(4, dtype=torch.long))
    opt.zero_grad()
    loss.backward()
    opt.step()
""",
    ),
    (
        "CVL506",
        """
import torch, torch.nn as nn

net = nn.Sequential(nn.Linear(8, 1), nn.Sigmoid())
nn.functional.binary_cross_entropy_with_logits(net(torch.randn(4, 8)), torch.ones(4, 1))
""",
    ),
    (
        "CVL506",
        """
import torch, torch.nn as nn

seg = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.ReLU(), nn.Conv2d(8, 4, 1), nn.Softmax2d())
nn.CrossEntropyLoss()(seg(torch.randn(2, 3, 8, 8)), torch.zeros(2, 8, 8, dtype=torch.long))
""",
    ),
    (
        "CVL506",
        """
import torch, torch.nn as nn
from torch.utils.data import DataLoader, TensorDataset

net = nn.Sequential(nn.Linear(8, 16), nn.ReLU(), nn.Linear(16, 3))
crit = nn.NLLLoss()
for x, y in DataLoader(TensorDataset(torch.randn(32, 8), torch.zeros(32, dtype=torch.long)), 8):
    crit(net(x), y)
""",
    ),
    (
        "CVL506",
        """
import torch, torch.nn as nn, torch.nn.functional as F


class N(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1, self.fc2 = nn.Linear(8, 16), nn.Linear(16, 3)

    def forward(self, x):
        return F.relu(self.fc2(F.relu(self.fc1(x))))


F.cross_entropy(N()(torch.randn(4, 8)), torch.zeros(4, dtype=torch.long))
""",
    ),
    (
        "CVL506",
        """
import torch, torch.nn as nn


class N(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 3)
        self.sm = nn.Softmax(dim=-1)
        self.crit = nn.CrossEntropyLoss()

    def forward(self, x, y):
        return self.crit(self.sm(self.fc(x)), y)


N()(torch.randn(4, 8), torch.zeros(4, dtype=torch.long))
""",
    ),
    (
        "CVL508",
        """
import torch.nn as nn, torch.nn.functional as F, torch


class N(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 4, 3)
        self.bn = nn.BatchNorm2d(4)
        self.fc = nn.Linear(4, 2)

    def forward(self, x):
        return self.fc(F.dropout(self.bn(self.conv(x)).mean((2, 3)), 0.3))


N()(torch.randn(2, 1, 8, 8))
""",
    ),
    (
        "CVL508",
        """
import torch.nn as nn, torch.nn.functional as F, torch


class N(nn.Module):
    def __init__(self):
        super().__init__()
        self.drop = nn.Dropout(0.1)
        self.fc = nn.Linear(4, 2)

    def forward(self, x):
        return self.fc(F.dropout(self.drop(x)))


N()(torch.randn(2, 4))
""",
    ),
    (
        "CVL508",
        """
import torch.nn as nn, torch.nn.functional as F, torch


class Block(nn.Module):
    def __init__(self, p):
        super().__init__()
        self.p = p
        self.fc = nn.Linear(4, 4)

    def forward(self, x):
        return F.dropout(self.fc(x), self.p)


net = nn.Sequential(Block(0.1), Block(0.2))
net(torch.randn(2, 4))
""",
    ),
    (
        "CVL508",
        """
import torch.nn as nn, torch.nn.functional as F, torch


class N(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 10, 5)
        self.drop = nn.Dropout2d()
        self.fc1 = nn.Linear(320, 50)
        self.fc2 = nn.Linear(50, 10)
        self.conv2 = nn.Conv2d(10, 20, 5)

    def forward(self, x):
        x = F.relu(F.max_pool2d(self.conv(x), 2))
        x = F.relu(F.max_pool2d(self.drop(self.conv2(x)), 2))
        x = F.relu(self.fc1(x.view(-1, 320)))
        x = F.dropout(x)
        return F.log_softmax(self.fc2(x), dim=1)


net = N()
net.eval()
with torch.no_grad():
    net(torch.randn(2, 1, 28, 28))
""",
    ),
    (
        "CVL508",
        """
import torch, torch.nn as nn
from torch.utils.data import DataLoader, TensorDataset

mk = lambda: TensorDataset(torch.randn(32, 8), torch.zeros(32, dtype=torch.long))
train, test = DataLoader(mk(), 8, shuffle=True), DataLoader(mk(), 8)
net = nn.Sequential(nn.Linear(8, 16), nn.BatchNorm1d(16), nn.Dropout(0.5), nn.Linear(16, 3))
opt = torch.optim.SGD(net.parameters(), 0.1)
for x, y in train:
    loss = nn.functional.cross_entropy(net(x), y)
    opt.zero_grad()
    loss.backward()
    opt.step()
right = 0
with torch.no_grad():
    for x, y in test:
        right += (net(x).argmax(1) == y).sum().item()
""",
    ),
    (
        "CVL210",
        """
import torch.nn as nn


class N(nn.Module):
    def __init__(self):
        super().__init__()
        self.c = nn.Conv2d(3, 16, 3, padding=1)
        self.p = nn.MaxPool2d(2)
        self.fc = nn.Linear(16 * 15 * 16, 10)

    def forward(self, x):
        return self.fc(self.p(self.c(x)).flatten(1))
""",
    ),
    (
        "CVL210",
        """
import torch.nn as nn

net = nn.Sequential(
    nn.Conv2d(1, 6, 5),
    nn.AvgPool2d(2),
    nn.Conv2d(6, 16, 5),
    nn.AvgPool2d(2),
    nn.Flatten(),
    nn.Linear(416, 120),
)
""",
    ),
    (
        "CVL210",
        """
import torch.nn as nn, torch.nn.functional as F


class N(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Conv2d(3, 32, 3, 2, 1)
        self.b = nn.Conv2d(32, 64, 3, 2, 1)
        self.fc = nn.Linear(64 * 7 * 8, 10)

    def forward(self, x):
        x = F.relu(self.b(F.relu(self.a(x))))
        return self.fc(x.view(x.size(0), -1))
""",
    ),
    (
        "CVL507",
        """
from torchvision import transforms as T, datasets
from torch.utils.data import DataLoader, random_split

ds = datasets.ImageFolder("d", T.Compose([T.Resize(128), T.ToTensor(), T.Normalize((0.5,), (0.5,))]))
a, b = random_split(ds, [0.8, 0.2])
for x, y in DataLoader(a, batch_size=4, shuffle=True):
    pass
""",
    ),
    (
        "CVL507",
        """
from torchvision import transforms as T, datasets
from torch.utils.data import DataLoader

ds = datasets.OxfordIIITPet("d", transform=T.Compose([T.RandomHorizontalFlip(), T.Resize(64), T.ToTensor()]))
dl = DataLoader(ds, batch_size=4)
x, y = next(iter(dl))
""",
    ),
    (
        "CVL507",
        """
from PIL import Image
import glob, torch
from torchvision import transforms as T
from torch.utils.data import DataLoader, Dataset


class D(Dataset):
    def __init__(self):
        self.f = glob.glob("*.jpg")
        self.t = T.Compose([T.Resize(64), T.ToTensor()])

    def __len__(self):
        return len(self.f)

    def __getitem__(self, i):
        return self.t(Image.open(self.f[i]).convert("RGB"))


for x in DataLoader(D(), batch_size=4):
    print(x.shape)
""",
    ),
    (
        "CVL503",
        """
import torch
from torch import nn


class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm, self.act, self.fc = nn.LSTM(16, 64), nn.ReLU(inplace=True), nn.Linear(64, 10)

    def forward(self, x):
        out, _ = self.lstm(x)
        return self.fc(self.act(out[:, -1]))


Encoder()(torch.randn(8, 20, 16))
""",
    ),
]
