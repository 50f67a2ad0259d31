"""Programs with a silent fault and their twins without: the code, a program, what is wrong in it, what is right."""

from __future__ import annotations

HEAD = """
import math
import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset

"""

_ATTENTION = """
class Attention(nn.Module):
    def __init__(self, dim=64, heads=4):
        super().__init__()
        self.heads, self.depth = heads, dim // heads
        self.query, self.key, self.value = nn.Linear(dim, dim), nn.Linear(dim, dim), nn.Linear(dim, dim)

    def split(self, x):
        b, t, d = x.shape
        return {}

    def forward(self, x):
        q, k, v = self.split(self.query(x)), self.split(self.key(x)), self.split(self.value(x))
        return (q @ k.transpose(-2, -1) / math.sqrt(self.depth)).softmax(-1) @ v


Attention()(torch.randn(2, 17, 64))
"""
_PACKED = """
class Attention(nn.Module):
    def __init__(self, dim=48, heads=6):
        super().__init__()
        self.heads = heads
        self.qkv, self.out = nn.Linear(dim, 3 * dim), nn.Linear(dim, dim)

    def forward(self, x):
        b, t, d = x.shape
        q, k, v = (it.{} for it in self.qkv(x).chunk(3, dim=-1))
        y = F.scaled_dot_product_attention(q, k, v)
        return self.out(y.transpose(1, 2).reshape(b, t, d))


Attention()(torch.randn(2, 9, 48))
"""
_STEPS_FIRST = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn, self.head = nn.GRU(10, 20), nn.Linear(20 * 7, 3)

    def forward(self, x):
        out, _ = self.rnn(x.permute(1, 0, 2))
        return self.head(out{}.reshape(x.size(0), -1))


Net()(torch.randn(5, 7, 10))
"""
_VISION = """
class ViT(nn.Module):
    def __init__(self):
        super().__init__()
        self.patches = nn.Conv2d(3, 64, 8, 8)
        self.encode = nn.TransformerEncoder(nn.TransformerEncoderLayer(64, 4, {}), 2)

    def forward(self, x):
        return self.encode(self.patches(x).flatten(2).transpose(1, 2))


ViT()(torch.randn(4, 3, 32, 32))
"""
_CLASS_TOKEN = """
class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Parameter(torch.zeros(1, 1, 32))
        self.encode, self.head = nn.TransformerEncoderLayer(32, 4{}), nn.Linear(32, 2)

    def forward(self, x):
        x = torch.cat([self.first.expand(x.size(0), -1, -1), x], dim=1)
        return self.head(self.encode(x)[:, 0])


Classifier()(torch.randn(8, 10, 32))
"""
_TABLE = """
class Places(nn.Module):
    def __init__(self, width, most=500):
        super().__init__()
        place = torch.arange(most).unsqueeze(1).float()
        speed = torch.exp(torch.arange(0, width, 2).float() * (-math.log(10000.0) / width))
        table = torch.zeros(most, width)
        table[:, 0::2], table[:, 1::2] = torch.sin(place * speed), torch.cos(place * speed)
        self.register_buffer("table", table.unsqueeze(0))

    def forward(self, x):
        return x + self.table[:, : x.size(1)]


class Reader(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed, self.places, self.attend = nn.Embedding(99, 16), Places(16), nn.MultiheadAttention(16, 2)

    def forward(self, text):
        x = self.places(self.embed(text)){}
        return self.attend(x, x, x)[0]


Reader()(torch.zeros(4, 12, dtype=torch.long))
"""
_ANSWER = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(1, 8, 3, padding=1), nn.AdaptiveAvgPool2d(1), nn.Flatten())
        self.head = nn.Linear(8, 10)

    def forward(self, x):
        return torch.softmax(self.head(self.body(x)), dim={})


Net()(torch.randn(4, 1, 28, 28)).argmax(1)
"""
_TEACHER = """
student, teacher = nn.Linear(20, 5), nn.Linear(20, 5)
for x, y in DataLoader(TensorDataset(torch.randn(64, 20), torch.zeros(64)), batch_size=16):
    F.kl_div(F.log_softmax(student(x), dim={0}), F.softmax(teacher(x), dim={0}), reduction="batchmean")
"""
_CONTRAST = """
encode = nn.Linear(20, 16)
for x, y in DataLoader(TensorDataset(torch.randn(64, 20), torch.zeros(64)), batch_size=8, shuffle=True):
    z = F.normalize(encode(x), dim=0)
    likeness = {}
"""
_RATE = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(4, 4), nn.Dropout(0.5))
{}
    def forward(self, x):
        return self.body(x)


net = Net()
net.p = 0.1
net(torch.randn(2, 4))
"""
_CLIPPED = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1, self.fc2 = nn.Linear(20, 30), nn.Linear(30, 5)

    def forward(self, x):
        return F.log_softmax({}, dim=1)


F.nll_loss(Net()(torch.randn(8, 20)), torch.zeros(8, dtype=torch.long))
"""
_POLICY = """
class Policy(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(4, 32), nn.ReLU(), nn.Linear(32, 2), {}nn.Softmax(dim=-1))

    def forward(self, x):
        return self.body(x)


Policy()(torch.randn(3, 4)).argmax(1)
"""
_GATE = """
score, value, head = nn.Linear(8, 6), nn.Linear(8, 6), nn.Linear(6, 2)
x = torch.randn(4, 8)
weights = torch.softmax(torch.relu(score(x)), dim=1)
{}
"""
_BUILT = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1, self.fc2 = nn.Linear(8, 64), nn.Linear(64, 2)
        self.drop = nn.Dropout(0.5)

    def forward(self, x):
        return self.fc2({}(self.fc1(x)))
"""
_ANY_RANK = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1, self.fc2 = nn.Linear(8, 64), nn.Linear(64, 2)

    def forward(self, x):
        return self.fc2(F.dropout(torch.relu(self.fc1(x)), 0.5{}))
"""
_LOOPS = """
net = nn.Sequential(nn.Linear(10, 10), nn.BatchNorm1d(10), nn.Linear(10, 2))
trained = DataLoader(TensorDataset(torch.randn(64, 10), torch.zeros(64, dtype=torch.long)), 8, shuffle=True)
others = DataLoader(TensorDataset(torch.randn(16, 10), torch.zeros(16, dtype=torch.long)), 8)
optimizer = torch.optim.Adam(net.parameters())
for x, y in trained:
    optimizer.zero_grad()
    F.cross_entropy(net(x), y).backward()
    optimizer.step()
for x, y in others:
    {}
"""
_WEIGHTS = """
class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.query, self.key, self.value = nn.Linear(8, 8), nn.Linear(8, 8), nn.Linear(8, 8)

    def forward(self, x):
        scores = torch.bmm(self.query(x), self.key(x).transpose(1, 2)) / 8**0.5
        return F.dropout(F.softmax(scores{}), 0.1, self.training) @ self.value(x)


Attention()(torch.randn(3, 5, 8))
"""
_PICTURES = """
class {}(nn.Module):
    def __init__(self):
        super().__init__()
        self.see = nn.Sequential(nn.Conv2d(1, 8, 3, 2, 1), nn.ReLU(), nn.Flatten())
        self.rnn, self.head = nn.LSTM(8 * 14 * 14, 32, batch_first=True), nn.Linear(32, 10)

    def forward(self, x):
        out, _ = self.rnn(self.see(x))
        return self.head(out.relu())


def train(net):
    F.cross_entropy(net(torch.randn(16, 1, 28, 28)), torch.zeros(16, dtype=torch.long)).backward()


train({}())
"""
_ONE_STEP = """
net, head = nn.GRU(6, 8, batch_first=True), nn.Linear(8, 1)
for x, y in DataLoader(TensorDataset(torch.randn(24, 6), torch.randn(24, 1)), batch_size=4, shuffle=True):
    out, _ = net(x{})
"""
_TRAINER = """
class Trainer:
    def __init__(self, net, trained, others):
        self.net, self.trained, self.others = net, trained, others
        self.optimizer = torch.optim.Adam(net.parameters())

    def fit(self, epochs):
        for _ in range(epochs):
            {}
            for x, y in self.trained:
                loss = F.cross_entropy(self.net(x), y)
                self.optimizer.zero_grad()
                loss.backward()
                self.optimizer.step()
            self.validate()

    def validate(self):
        {}
        right = 0
        with torch.inference_mode():
            for x, y in self.others:
                right += (self.net(x).argmax(1) == y).sum().item()


def loader(count, shuffle):
    return DataLoader(TensorDataset(torch.randn(count, 6), torch.zeros(count, dtype=torch.long)), 8, shuffle=shuffle)


net = nn.Sequential(nn.Linear(6, 16), nn.ReLU(), nn.Dropout(0.3), nn.Linear(16, 2))
Trainer(net, loader(64, True), loader(32, False)).fit(3)
"""

_SOFT_TARGETS = """
teacher = nn.Sequential(nn.Flatten(), nn.Linear(3 * 8 * 8, 10)).eval()
student = nn.Sequential(nn.Conv2d(3, 4, 3, padding=1), nn.ReLU(), nn.Flatten(), nn.Linear(4 * 64, 10))
data = TensorDataset(torch.randn(64, 3, 8, 8), torch.zeros(64, dtype=torch.long))
for image, label in DataLoader(data, batch_size=8, shuffle=True):
    with torch.no_grad():
        soft = F.softmax(teacher(image) / 4, dim=1)
    loss = -(soft * F.log_softmax(student(image) / 4, dim={})).sum(1).mean()
    loss.backward()
"""
_PLACES = """
class Tiny(nn.Module):
    def __init__(self, width=32, longest=48):
        super().__init__()
        self.tokens = nn.Embedding(100, width)
        self.places = nn.Parameter(torch.zeros(1, longest, width))
        self.blocks = nn.TransformerEncoder(nn.TransformerEncoderLayer(width, 4{}), 3)
        self.head = nn.Linear(width, 100)

    def forward(self, text):
        x = self.tokens(text) + self.places[:, : text.shape[1]]
        return self.head(self.blocks(x))


Tiny()(torch.zeros(8, 48, dtype=torch.long))
"""

TWINS = {
    "heads before steps": (
        "CVL502",
        _ATTENTION,
        "x.view(b, self.heads, t, self.depth)",
        "x.view(b, t, self.heads, self.depth).transpose(1, 2)",
    ),
    "heads in the batch": (
        "CVL502",
        _ATTENTION,
        "x.view(b * self.heads, -1, self.depth)",
        "x.view(b, t, self.heads, -1).transpose(1, 2).reshape(b * self.heads, t, -1)",
    ),
    "packed heads": (
        "CVL502",
        _PACKED,
        "reshape(b, self.heads, t, d // self.heads)",
        "reshape(b, t, self.heads, d // self.heads).transpose(1, 2)",
    ),
    "steps in rows": ("CVL502", _STEPS_FIRST, "", ".transpose(0, 1)"),
    "patches": ("CVL503", _VISION, "128", "128, batch_first=True"),
    "pictures in a row": ("CVL503", _PICTURES, "Digits", "FrameTagger"),
    "vectors in a row": ("CVL503", _ONE_STEP, "", ".unsqueeze(1)"),
    "a class token": ("CVL503", _CLASS_TOKEN, "", ", batch_first=True"),
    "a table of places": ("CVL503", _TABLE, "", ".transpose(0, 1)"),
    "the answer of a model": ("CVL504", _ANSWER, "0", "1"),
    "soft targets": ("CVL504", _SOFT_TARGETS, "0", "1"),
    "places of the longest text": ("CVL503", _PLACES, "", ", batch_first=True"),
    "a teacher": ("CVL504", _TEACHER, "0", "1"),
    "weights without an axis": ("CVL504", _WEIGHTS, "", ", dim=-1"),
    "weights along the batch": ("CVL504", _WEIGHTS, ", 0", ", 2"),
    "vectors that are compared": ("CVL504", _CONTRAST, "z @ z.t()", "z.t() @ z"),
    "a rate of the model": (
        "CVL505",
        _RATE,
        "",
        "\n    p = property(lambda self: 0, lambda self, p: setattr(self.body[1], 'p', p))\n",
    ),
    "a clipped score": ("CVL506", _CLIPPED, "F.relu(self.fc2(F.relu(self.fc1(x))))", "self.fc2(F.relu(self.fc1(x)))"),
    "a clipped policy": ("CVL506", _POLICY, "nn.ReLU(), ", ""),
    "clipped weights": (
        "CVL506",
        _GATE,
        "F.nll_loss(weights.log(), torch.zeros(4, dtype=torch.long))",
        "head(weights * value(x))",
    ),
    "a layer that forward builds": ("CVL508", _BUILT, "nn.Dropout(0.5)", "self.drop"),
    "input of any rank": ("CVL508", _ANY_RANK, "", ", training=self.training"),
    "a trainer": ("CVL508", _TRAINER.replace("{}", "self.net.train()", 1), "pass", "self.net.eval()"),
    "answers in training": (
        "CVL508",
        _LOOPS,
        "right = (net(x).argmax(1) == y).sum()",
        "F.cross_entropy(net(x), y).backward()",
    ),
    "labels of its own": (
        "CVL508",
        _LOOPS,
        "label = net(x).argmax(1)",
        "F.cross_entropy(net(x), net(x).argmax(1)).backward()",
    ),
}
