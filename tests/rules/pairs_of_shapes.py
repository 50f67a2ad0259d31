"""Pairs of whole programs, one with a fault and one without: sizes and axes (CVL210, CVL501 to CVL503)."""

from __future__ import annotations

_CVL210_CIFAR_NET_ONE_POOL_FORGOTTEN = """
import torch
import torch.nn as nn
import torch.nn.functional as F

class CifarNet(nn.Module):
    def __init__(self, num_classes=10):
        super(CifarNet, self).__init__()
        self.conv1 = nn.Conv2d(3, 32, 5)
        self.pool = nn.MaxPool2d(2, 2)
        self.conv2 = nn.Conv2d(32, 48, 5)
        self.fc1 = nn.Linear(@@, 120)
        self.fc2 = nn.Linear(120, num_classes)

    def forward(self, x):
        x = self.pool(F.relu(self.conv1(x)))
        x = self.pool(F.relu(self.conv2(x)))
        x = torch.flatten(x, 1)
        x = F.relu(self.fc1(x))
        return self.fc2(x)
"""
_CVL210_DISCRIMINATOR_WITH_A_VIEW = """
from torch import nn

class Discriminator(nn.Module):
    def __init__(self, ndf=64):
        super().__init__()
        self.main = nn.Sequential(
            nn.Conv2d(3, ndf, 4, 2, 1), nn.LeakyReLU(0.2, inplace=True),
            nn.Conv2d(ndf, ndf * 2, 4, 2, 1), nn.BatchNorm2d(ndf * 2), nn.LeakyReLU(0.2, inplace=True),
            nn.Conv2d(ndf * 2, ndf * 4, 4, 2, 1), nn.BatchNorm2d(ndf * 4), nn.LeakyReLU(0.2, inplace=True),
        )
        self.out = nn.Linear(@@, 1)

    def forward(self, img):
        h = self.main(img)
        return self.out(h.view(h.size(0), -1))
"""
_CVL210_VIEW_1_N_ = """
import torch.nn as nn, torch.nn.functional as F

class Net(nn.Module):
    def __init__(self):
        super(Net, self).__init__()
        self.conv1 = nn.Conv2d(1, 20, kernel_size=5)
        self.conv2 = nn.Conv2d(20, 50, kernel_size=5)
        self.drop = nn.Dropout2d()
        self.fc = nn.Linear(@@, 10)

    def forward(self, x):
        x = F.relu(F.max_pool2d(self.conv1(x), 2))
        x = F.relu(F.max_pool2d(self.drop(self.conv2(x)), 2))
        x = x.view(-1, @@)
        return F.log_softmax(self.fc(x), dim=1)
"""
_CVL210_AUTOENCODER = """
import torch
from torch import nn

class VAE(nn.Module):
    def __init__(self, latent=20):
        super().__init__()
        self.enc = nn.Sequential(
            nn.Conv2d(1, 16, 3, stride=2, padding=1), nn.ReLU(),
            nn.Conv2d(16, 32, 3, stride=2, padding=1), nn.ReLU(), nn.Flatten())
        self.mu = nn.Linear(@@, latent)
        self.logvar = nn.Linear(@@, latent)

    def forward(self, x):
        h = self.enc(x)
        mu, logvar = self.mu(h), self.logvar(h)
        return mu + torch.randn_like(mu) * torch.exp(0.5 * logvar)
"""
_CVL210_VGG_LIKE_FEATURES_LIST = """
import torch
import torch.nn as nn

cfg = [64, 'M', 128, 'M', 256, 256, 'M']

def make_layers(cfg):
    layers, c = [], 3
    for v in cfg:
        if v == 'M':
            layers += [nn.MaxPool2d(kernel_size=2, stride=2)]
        else:
            layers += [nn.Conv2d(c, v, kernel_size=3, padding=1), nn.BatchNorm2d(v), nn.ReLU(inplace=True)]
            c = v
    return nn.Sequential(*layers)

class VGGish(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = make_layers(cfg)
        self.classifier = nn.Sequential(nn.Dropout(), nn.Linear(@@, 512), nn.ReLU(True), nn.Linear(512, 100))

    def forward(self, x):
        x = self.features(x)
        x = x.reshape(x.shape[0], -1)
        return self.classifier(x)
"""
_CVL210_DQN = """
import torch
import torch.nn as nn

class DQN(nn.Module):
    def __init__(self, n_actions):
        super().__init__()
        self.conv = nn.Sequential(
            nn.Conv2d(4, 32, kernel_size=8, stride=4), nn.ReLU(),
            nn.Conv2d(32, 64, kernel_size=4, stride=2), nn.ReLU(),
            nn.Conv2d(64, 64, kernel_size=3, stride=1), nn.ReLU(),
        )
        self.fc = nn.Sequential(nn.Linear(@@, 512), nn.ReLU(), nn.Linear(512, n_actions))

    def forward(self, obs):
        return self.fc(self.conv(obs / 255.0).flatten(start_dim=1))
"""
_CVL501_HOUSE_PRICES = """
import torch
import torch.nn as nn
from torch.utils.data import TensorDataset, DataLoader

X = torch.rand(506, 13)
y = torch.rand(506)
train_loader = DataLoader(TensorDataset(X, y), batch_size=22, shuffle=True)

class Regressor(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(13, 64)
        self.out = nn.Linear(64, 1)
    def forward(self, x):
        return self.out(torch.relu(self.hidden(x)))

model = Regressor()
criterion = nn.MSELoss()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
for epoch in range(5):
    for inputs, labels in train_loader:
        optimizer.zero_grad()
        outputs = model(inputs)
        loss = criterion(outputs, @@)
        loss.backward()
        optimizer.step()
"""
_CVL501_CRITIC_S_VALUE = """
import torch
import torch.nn as nn
import torch.nn.functional as F

class ActorCritic(nn.Module):
    def __init__(self, obs, act):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(obs, 64), nn.Tanh())
        self.pi, self.v = nn.Linear(64, act), nn.Linear(64, 1)
    def forward(self, s):
        h = self.body(s)
        return self.pi(h), self.v(h)

net = ActorCritic(8, 4)
states = torch.randn(128, 8)
returns = torch.randn(128)
logits, values = net(states)
value_loss = F.mse_loss(@@, returns)
value_loss.backward()
"""
_CVL501_SQUEEZED_THE_OUTPUT_TARGET_IS_A_COLUMN = """
import torch
from torch import nn

class Forecaster(nn.Module):
    def __init__(self, hidden=32):
        super().__init__()
        self.rnn = nn.GRU(1, hidden, batch_first=True)
        self.fc = nn.Linear(hidden, 1)
    def forward(self, x):
        _, h = self.rnn(x)
        return self.fc(h[-1])@@

model, loss_fn = Forecaster(), nn.SmoothL1Loss()
window, target = torch.randn(64, 24, 1), torch.randn(64, 1)
loss = loss_fn(model(window), target)
loss.backward()
"""
_CVL501_NUMPY_TABLE = """
import numpy as np
import torch
from torch import nn, optim

data = np.random.rand(200, 5).astype(np.float32)
target = np.random.rand(200).astype(np.float32)
x = torch.from_numpy(data)
t = torch.from_numpy(target)@@

model = nn.Sequential(nn.Linear(5, 16), nn.ReLU(), nn.Linear(16, 1))
opt = optim.SGD(model.parameters(), lr=0.01)
for i in range(100):
    pred = model(x)
    loss = nn.L1Loss()(pred, t)
    opt.zero_grad(); loss.backward(); opt.step()
"""
_CVL501_LIGHTNING_STEP = """
import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset

class Lit(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(10, 32), nn.ReLU(), nn.Linear(32, 1))
    def forward(self, x):
        return self.net(x)
    def training_step(self, batch, batch_idx):
        x, y = batch
        return F.huber_loss(self(x), @@)

lit = Lit()
loader = DataLoader(TensorDataset(torch.randn(100, 10), torch.randn(100)), batch_size=20)
for i, batch in enumerate(loader):
    lit.training_step(batch, i).backward()
"""
_CVL501_A_DATASET_OF_PYTHON_FLOATS = """
import torch
from torch import nn
from torch.utils.data import Dataset, DataLoader

class Ages(Dataset):
    def __init__(self, n):
        self.n = n
    def __len__(self):
        return self.n
    def __getitem__(self, idx):
        image = torch.rand(3, 32, 32)
        age = torch.tensor(@@)
        return image, age

cnn = nn.Sequential(nn.Conv2d(3, 8, 3, 2, 1), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 1))
dl = DataLoader(Ages(80), batch_size=16, shuffle=True)
crit = nn.MSELoss()
for img, age in dl:
    crit(cnn(img), age).backward()
"""
_CVL502_HEADS_MERGED_WITHOUT_TRANSPOSE = """
import torch
import torch.nn as nn
import torch.nn.functional as F

class SelfAttention(nn.Module):
    def __init__(self, embed_size, heads):
        super().__init__()
        self.heads = heads
        self.head_dim = embed_size // heads
        self.to_qkv = nn.Linear(embed_size, embed_size * 3, bias=False)
        self.fc_out = nn.Linear(embed_size, embed_size)

    def forward(self, x):
        N, L, E = x.shape
        q, k, v = self.to_qkv(x).chunk(3, dim=-1)
        q = q.view(N, L, self.heads, self.head_dim).permute(0, 2, 1, 3)
        k = k.view(N, L, self.heads, self.head_dim).permute(0, 2, 1, 3)
        v = v.view(N, L, self.heads, self.head_dim).permute(0, 2, 1, 3)
        attn = torch.softmax(torch.matmul(q, k.transpose(-1, -2)) / self.head_dim ** 0.5, dim=-1)
        out = torch.matmul(attn, v)@@.reshape(N, L, E)
        return self.fc_out(out)

model = SelfAttention(256, 8)
print(model(torch.rand(4, 50, 256)).shape)
"""
_CVL502_HWC_IMAGE = """
import torch
import numpy as np
from torch import nn

frame = np.zeros((1, 240, 320, 3), dtype=np.float32)
net = nn.Sequential(nn.Conv2d(3, 16, 3, padding=1), nn.ReLU())
t = torch.from_numpy(frame)
y = net(t.@@)
"""
_CVL502_BIDIRECTIONAL_LAST_STATES = """
import torch
from torch import nn

class Sentiment(nn.Module):
    def __init__(self, vocab=1000, emb=64, hid=128):
        super().__init__()
        self.emb = nn.Embedding(vocab, emb)
        self.lstm = nn.LSTM(emb, hid, bidirectional=True, batch_first=True)
        self.fc = nn.Linear(2 * hid, 2)
    def forward(self, ids):
        _, (h, _) = self.lstm(self.emb(ids))
        h = @@
        return self.fc(h)

Sentiment()(torch.randint(0, 1000, (16, 30)))
"""
_CVL502_TOKENS_BACK_TO_A_MAP = """
import torch
from torch import nn

class Up(nn.Module):
    def __init__(self, dim=96):
        super().__init__()
        self.norm = nn.LayerNorm(dim)
        self.conv = nn.Conv2d(dim, dim // 2, 3, padding=1)
    def forward(self, x, H, W):
        B, L, C = x.shape
        x = self.norm(x)
        x = x@@
        return self.conv(x)

Up()(torch.randn(2, 14 * 10, 96), 14, 10)
"""
_CVL502_SEGMENTATION_LOGITS = """
import torch
from torch import nn
import torch.nn.functional as F

class Seg(nn.Module):
    def __init__(self, n=21):
        super().__init__()
        self.n = n
        self.body = nn.Sequential(nn.Conv2d(3, 32, 3, padding=1), nn.ReLU(), nn.Conv2d(32, n, 1))
    def forward(self, x, target):
        logits = self.body(x)
        logits = logits@@.reshape(-1, self.n)
        return F.cross_entropy(logits, target.reshape(-1))

Seg()(torch.randn(2, 3, 32, 32), torch.zeros(2, 32, 32, dtype=torch.long)).backward()
"""
_CVL502_CONV_TO_SEQUENCE = """
import torch
from torch import nn

class CRNN(nn.Module):
    def __init__(self):
        super().__init__()
        self.cnn = nn.Sequential(
            nn.Conv2d(1, 64, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(64, 128, 3, padding=1), nn.ReLU(), nn.MaxPool2d((16, 1)))
        self.rnn = nn.LSTM(128, 64, bidirectional=True, batch_first=True)
        self.fc = nn.Linear(128, 37)
    def forward(self, x):
        f = self.cnn(x)
        b, c, h, w = f.size()
        f = f.squeeze(2)
        f = f@@
        out, _ = self.rnn(f)
        return self.fc(out)

CRNN()(torch.randn(4, 1, 32, 100))
"""
_CVL503_LSTM_OVER_A_LOADER = """
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

class Activity(nn.Module):
    def __init__(self, n_features=9, hidden=64, classes=6):
        super().__init__()
        self.lstm = nn.LSTM(n_features, hidden, num_layers=2@@)
        self.fc = nn.Linear(hidden, classes)
    def forward(self, x):
        out, _ = self.lstm(x)
        return self.fc(out[:, -1, :])

X, Y = torch.randn(1000, 128, 9), torch.randint(0, 6, (1000,))
loader = DataLoader(TensorDataset(X, Y), batch_size=50, shuffle=True)
model = Activity()
crit = nn.CrossEntropyLoss()
opt = torch.optim.Adam(model.parameters())
for xb, yb in loader:
    opt.zero_grad()
    crit(model(xb), yb).backward()
    opt.step()
"""
_CVL503_TRANSFORMER_ENCODER_OVER_TOKENS_OF_A_LOADER = """
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

class TextClassifier(nn.Module):
    def __init__(self, vocab_size, d_model, nhead, num_layers, num_classes):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, d_model)
        layer = nn.TransformerEncoderLayer(d_model=d_model, nhead=nhead, dim_feedforward=256@@)
        self.encoder = nn.TransformerEncoder(layer, num_layers=num_layers)
        self.head = nn.Linear(d_model, num_classes)
    def forward(self, tokens):
        x = self.encoder(self.embedding(tokens))
        return self.head(x.mean(dim=1))

ds = TensorDataset(torch.randint(0, 5000, (256, 64)), torch.randint(0, 4, (256,)))
model = TextClassifier(5000, 128, 4, 2, 4)
for tokens, label in DataLoader(ds, batch_size=32, shuffle=True):
    loss = nn.functional.cross_entropy(model(tokens), label)
"""
_CVL503_ATTENTION_OVER_CONV_FEATURES = """
import torch
from torch import nn

class AttnPool(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 64, 7, 4, 3), nn.ReLU())
        self.attn = nn.MultiheadAttention(64, 8@@)
        self.fc = nn.Linear(64, 10)
    def forward(self, x):
        f = self.stem(x).flatten(2).permute(0, 2, 1)
        y, _ = self.attn(f, f, f)
        return self.fc(y.mean(1))

AttnPool()(torch.randn(2, 3, 64, 64))
"""
_CVL503_GRU_ON_B_T_F_FLATTENED_AFTERWARDS = """
import torch
from torch import nn

class Predictor(nn.Module):
    def __init__(self, seq_len=20, feats=5):
        super().__init__()
        self.gru = nn.GRU(feats, 32@@)
        self.out = nn.Linear(32 * seq_len, 1)
    def forward(self, x):
        h, _ = self.gru(x)
        h = h.contiguous().view(x.size(0), -1)
        return self.out(h)

Predictor()(torch.randn(16, 20, 5))
"""
_CVL503_RNN_ON_MNIST_ROWS = """
import torch
from torch import nn
from torch.utils.data import DataLoader
from torchvision import datasets, transforms

class RowRNN(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.RNN(28, 128@@)
        self.fc = nn.Linear(128, 10)
    def forward(self, x):
        out, h = self.rnn(x)
        return self.fc(out[:, -1])

digits = datasets.MNIST('.', train=True, download=True, transform=transforms.ToTensor())
loader = DataLoader(digits, batch_size=64, shuffle=True)
model = RowRNN()
for images, labels in loader:
    images = images.reshape(-1, 28, 28)
    loss = nn.CrossEntropyLoss()(model(images), labels)
    loss.backward()
"""
_CVL503_LEARNED_POSITIONS_ALONG_AXIS_1 = """
import torch
from torch import nn

class Tiny(nn.Module):
    def __init__(self, n_tokens=100, d=32, max_len=48):
        super().__init__()
        self.tok = nn.Embedding(n_tokens, d)
        self.pos = nn.Parameter(torch.zeros(1, max_len, d))
        self.blocks = nn.TransformerEncoder(nn.TransformerEncoderLayer(d, 4@@), 3)
        self.head = nn.Linear(d, n_tokens)
    def forward(self, idx):
        B, T = idx.shape
        x = self.tok(idx) + self.pos[:, :T]
        return self.head(self.blocks(x))

Tiny()(torch.randint(0, 100, (8, 48)))
"""

PAIRS = {
    "CVL210, cifar net, one pool forgotten": (
        "CVL210",
        _CVL210_CIFAR_NET_ONE_POOL_FORGOTTEN,
        "48 * 5 * 6",
        "48 * 5 * 5",
    ),
    "CVL210, discriminator with a view": (
        "CVL210",
        _CVL210_DISCRIMINATOR_WITH_A_VIEW,
        "ndf * 4 * 8 * 4",
        "ndf * 4 * 8 * 8",
    ),
    "CVL210, view(-1, n)": ("CVL210", _CVL210_VIEW_1_N_, "1000", "800"),
    "CVL210, autoencoder": ("CVL210", _CVL210_AUTOENCODER, "1536", "1568"),
    "CVL210, vgg-like features list": ("CVL210", _CVL210_VGG_LIKE_FEATURES_LIST, "256 * 4 * 2", "256 * 4 * 4"),
    "CVL210, dqn": ("CVL210", _CVL210_DQN, "64 * 7 * 6", "64 * 7 * 7"),
    "CVL501, house prices": ("CVL501", _CVL501_HOUSE_PRICES, "labels", "labels.unsqueeze(1)"),
    "CVL501, critic's value": ("CVL501", _CVL501_CRITIC_S_VALUE, "values", "values.squeeze(-1)"),
    "CVL501, squeezed the output, target is a column": (
        "CVL501",
        _CVL501_SQUEEZED_THE_OUTPUT_TARGET_IS_A_COLUMN,
        ".squeeze()",
        "",
    ),
    "CVL501, numpy table": ("CVL501", _CVL501_NUMPY_TABLE, "", ".view(-1, 1)"),
    "CVL501, lightning step": ("CVL501", _CVL501_LIGHTNING_STEP, "y", "y[:, None]"),
    "CVL501, a dataset of python floats": ("CVL501", _CVL501_A_DATASET_OF_PYTHON_FLOATS, "30.0", "[30.0]"),
    "CVL502, heads merged without transpose": (
        "CVL502",
        _CVL502_HEADS_MERGED_WITHOUT_TRANSPOSE,
        "",
        ".permute(0, 2, 1, 3)",
    ),
    "CVL502, hwc image": ("CVL502", _CVL502_HWC_IMAGE, "reshape(1, 3, 240, 320)", "permute(0, 3, 1, 2)"),
    "CVL502, bidirectional last states": (
        "CVL502",
        _CVL502_BIDIRECTIONAL_LAST_STATES,
        "h.view(ids.size(0), -1)",
        "h.transpose(0, 1).reshape(ids.size(0), -1)",
    ),
    "CVL502, tokens back to a map": (
        "CVL502",
        _CVL502_TOKENS_BACK_TO_A_MAP,
        ".view(B, C, H, W)",
        ".transpose(1, 2).view(B, C, H, W)",
    ),
    "CVL502, segmentation logits": ("CVL502", _CVL502_SEGMENTATION_LOGITS, "", ".permute(0, 2, 3, 1)"),
    "CVL502, conv to sequence": ("CVL502", _CVL502_CONV_TO_SEQUENCE, ".view(b, w, c)", ".permute(0, 2, 1)"),
    "CVL503, lstm over a loader": ("CVL503", _CVL503_LSTM_OVER_A_LOADER, "", ", batch_first=True"),
    "CVL503, transformer encoder over tokens of a loader": (
        "CVL503",
        _CVL503_TRANSFORMER_ENCODER_OVER_TOKENS_OF_A_LOADER,
        "",
        ", batch_first=True",
    ),
    "CVL503, attention over conv features": ("CVL503", _CVL503_ATTENTION_OVER_CONV_FEATURES, "", ", batch_first=True"),
    "CVL503, gru on (B, T, F) flattened afterwards": (
        "CVL503",
        _CVL503_GRU_ON_B_T_F_FLATTENED_AFTERWARDS,
        "",
        ", batch_first=True",
    ),
    "CVL503, rnn on mnist rows": ("CVL503", _CVL503_RNN_ON_MNIST_ROWS, "", ", batch_first=True"),
    "CVL503, learned positions along axis 1": (
        "CVL503",
        _CVL503_LEARNED_POSITIONS_ALONG_AXIS_1,
        "",
        ", batch_first=True",
    ),
}
