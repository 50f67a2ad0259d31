"""Pairs of whole programs, one with a fault and one without: what is computed (CVL504 to CVL508)."""

from __future__ import annotations

_CVL504_SOFTMAX_MODULE_DIM_0 = """
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

model = nn.Sequential(nn.Linear(30, 64), nn.ReLU(), nn.Linear(64, 3), nn.LogSoftmax(dim=@@))
loader = DataLoader(TensorDataset(torch.randn(300, 30), torch.randint(0, 3, (300,))), batch_size=30, shuffle=True)
criterion = nn.NLLLoss()
for x, y in loader:
    criterion(model(x), y).backward()
"""
_CVL504_CNN_RETURNS_SOFTMAX_OVER_0 = """
import torch
import torch.nn as nn
import torch.nn.functional as F

class Digits(nn.Module):
    def __init__(self):
        super().__init__()
        self.c1 = nn.Conv2d(1, 6, 5)
        self.c2 = nn.Conv2d(6, 16, 5)
        self.l1 = nn.Linear(256, 84)
        self.l2 = nn.Linear(84, 10)
    def forward(self, x):
        x = F.max_pool2d(F.relu(self.c1(x)), 2)
        x = F.max_pool2d(F.relu(self.c2(x)), 2)
        x = F.relu(self.l1(x.view(x.size(0), -1)))
        return F.log_softmax(self.l2(x), dim=@@)

out = Digits()(torch.randn(8, 1, 28, 28))
loss = F.nll_loss(out, torch.randint(0, 10, (8,)))
"""
_CVL504_ATTENTION_SCORES_OVER_THE_BATCH = """
import torch
from torch import nn

class DotAttention(nn.Module):
    def __init__(self, d):
        super().__init__()
        self.q, self.k, self.v = nn.Linear(d, d), nn.Linear(d, d), nn.Linear(d, d)
    def forward(self, x):
        q, k, v = self.q(x), self.k(x), self.v(x)
        w = torch.softmax(q @ k.transpose(1, 2) / q.size(-1) ** 0.5, dim=@@)
        return w @ v

DotAttention(16)(torch.randn(4, 7, 16))
"""
_CVL504_EVALUATION_PROBABILITIES = """
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

net = nn.Linear(12, 4)
loader = DataLoader(TensorDataset(torch.randn(64, 12), torch.randint(0, 4, (64,))), batch_size=16)
net.eval()
correct = 0
with torch.no_grad():
    for x, y in loader:
        probs = torch.nn.functional.softmax(net(x), @@)
        correct += (probs.argmax(dim=1) == y).sum().item()
"""
_CVL504_CONTRASTIVE_NORMALISE = """
import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

enc = nn.Sequential(nn.Linear(128, 64), nn.ReLU(), nn.Linear(64, 32))
for a, b in DataLoader(TensorDataset(torch.randn(512, 128), torch.randn(512, 128)), batch_size=64, shuffle=True):
    za, zb = F.normalize(enc(a), dim=@@), F.normalize(enc(b), dim=@@)
    logits = za @ zb.T / 0.07
    loss = F.cross_entropy(logits, torch.arange(logits.size(0)))
    loss.backward()
"""
_CVL504_DISTILLATION = """
import torch
from torch import nn
import torch.nn.functional as F
from torch.utils.data import DataLoader, TensorDataset

teacher = nn.Sequential(nn.Flatten(), nn.Linear(3 * 8 * 8, 10)).eval()
student = nn.Sequential(nn.Conv2d(3, 4, 3, padding=1), nn.ReLU(), nn.Flatten(), nn.Linear(4 * 64, 10))
T = 4.0
data = TensorDataset(torch.randn(64, 3, 8, 8), torch.randint(0, 10, (64,)))
for img, lab in DataLoader(data, batch_size=8, shuffle=True):
    with torch.no_grad():
        soft = F.softmax(teacher(img) / T, dim=1)
    loss = -(soft * F.log_softmax(student(img) / T, dim=@@)).sum(1).mean()
    loss.backward()
"""
_CVL505_OUT_FEATURES = """
import torch
from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(3, 16, 3, padding=1), nn.AdaptiveAvgPool2d(1), nn.Flatten())
        self.classifier = nn.Linear(16, 1000)
    def forward(self, x):
        return self.classifier(self.features(x))

model = Net()
@@
print(model(torch.randn(1, 3, 32, 32)).shape)
"""
_CVL505_KERNEL_SIZE_LATER = """
import torch
from torch import nn

block = nn.Sequential(nn.Conv2d(8, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU())
for m in block.modules():
    if isinstance(m, nn.Conv2d):
        @@
block(torch.randn(1, 8, 16, 16))
"""
_CVL505_NUM_FEATURES = """
import torch
from torch import nn

def build(width):
    norm = nn.BatchNorm2d(64)
    @@
    return nn.Sequential(nn.Conv2d(3, 64, 3), norm)

build(32)(torch.randn(2, 3, 8, 8))
"""
_CVL505_P_OF_A_SEQUENTIAL = """
import torch
from torch import nn

class Mlp(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(10, 20), nn.ReLU(), nn.Dropout(0.5), nn.Linear(20, 2))
    def forward(self, x):
        return self.layers(x)

m = Mlp()
@@ = 0.1
m(torch.randn(3, 10))
"""
_CVL505_VOCABULARY_GROWN = """
import torch
from torch import nn

emb = nn.Embedding(1000, 64)
@@
emb(torch.tensor([3, 4]))
"""
_CVL506_SOFTMAX_THEN_CE = """
import torch
import torch.nn as nn
import torch.optim as optim

class MLP(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Flatten(), nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 10)@@)
    def forward(self, x):
        return self.net(x)

model = MLP()
criterion = nn.CrossEntropyLoss()
optimizer = optim.Adam(model.parameters())
images, labels = torch.rand(32, 1, 28, 28), torch.randint(0, 10, (32,))
optimizer.zero_grad()
loss = criterion(model(images), labels)
loss.backward()
optimizer.step()
"""
_CVL506_SIGMOID_THEN_WITH_LOGITS = """
import torch
from torch import nn

class Binary(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(30, 1)
    def forward(self, x):
        return @@

model, loss = Binary(), nn.BCEWithLogitsLoss(pos_weight=torch.tensor([3.0]))
x, y = torch.randn(16, 30), torch.ones(16, 1)
loss(model(x), y).backward()
"""
_CVL506_SCORES_INTO_NLL = """
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import DataLoader, TensorDataset

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b = nn.Linear(20, 40), nn.Linear(40, 3)
    def forward(self, x):
        x = F.relu(self.a(x))
        return @@

net = Net()
for x, y in DataLoader(TensorDataset(torch.randn(90, 20), torch.randint(0, 3, (90,))), 9):
    F.nll_loss(net(x), y).backward()
"""
_CVL506_LOGITS_INTO_BCE = """
import torch
from torch import nn

D = nn.Sequential(nn.Conv2d(1, 16, 4, 2, 1), nn.LeakyReLU(0.2), nn.Flatten(), nn.Linear(16 * 14 * 14, 1)@@)
bce = nn.BCELoss()
real = torch.randn(8, 1, 28, 28)
loss_d = bce(D(real), torch.ones(8, 1))
loss_d.backward()
"""
_CVL506_RELU_ON_THE_LAST_LAYER = """
import torch
from torch import nn

layers, sizes = [], [64, 32, 16, 5]
for i, (a, b) in enumerate(zip(sizes, sizes[1:])):
    layers.append(nn.Linear(a, b))
    if @@:
        layers.append(nn.ReLU())
model = nn.Sequential(*layers)
loss = nn.CrossEntropyLoss()(model(torch.randn(8, 64)), torch.zeros(8, dtype=torch.long))
loss.backward()
"""
_CVL506_SEGMENTATION_WITH_SIGMOID = """
import torch
from torch import nn

class UNetHead(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.out = nn.Conv2d(c, 1, 1)
        self.act = nn.Sigmoid()
    def forward(self, x):
        x = self.out(x)
        return @@

head = UNetHead(16)
criterion = nn.BCEWithLogitsLoss()
pred = head(torch.randn(2, 16, 24, 24))
loss = criterion(pred, torch.zeros(2, 1, 24, 24))
"""
_CVL507_IMAGE_FOLDER = """
import torch
from torchvision import datasets, transforms

data_transforms = {
    'train': transforms.Compose([
        transforms.Resize(@@),
        transforms.RandomHorizontalFlip(),
        transforms.ToTensor(),
        transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
    ]),
}
train_set = datasets.ImageFolder('data/train', data_transforms['train'])
train_loader = torch.utils.data.DataLoader(train_set, batch_size=32, shuffle=True, num_workers=4)
for inputs, labels in train_loader:
    pass
"""
_CVL507_OWN_DATASET_WITH_PIL = """
import os
from PIL import Image
from torch.utils.data import Dataset, DataLoader
from torchvision import transforms

class CatsDogs(Dataset):
    def __init__(self, root, transform=None):
        self.root, self.transform = root, transform
        self.files = sorted(os.listdir(root))
    def __len__(self):
        return len(self.files)
    def __getitem__(self, i):
        img = Image.open(os.path.join(self.root, self.files[i])).convert('RGB')
        if self.transform is not None:
            img = self.transform(img)
        return img, 0 if 'cat' in self.files[i] else 1

tf = transforms.Compose([transforms.Resize(@@), transforms.ToTensor()])
loader = DataLoader(CatsDogs('train', tf), batch_size=64, shuffle=True)
for x, y in loader:
    print(x.shape)
"""
_CVL507_MAIN_FUNCTION_LOADER_IN_A_HELPER = """
import argparse
from torch.utils.data import DataLoader
import torchvision
import torchvision.transforms as T

def get_loader(root, size, batch_size):
    tf = T.Compose([T.Resize(size), @@T.ToTensor()])
    ds = torchvision.datasets.ImageFolder(root=root, transform=tf)
    return DataLoader(ds, batch_size=batch_size, shuffle=True)

def main():
    loader = get_loader('faces', 64, 128)
    for epoch in range(10):
        for real, _ in loader:
            print(real.size())

if __name__ == '__main__':
    main()
"""
_CVL507_RANDOM_SPLIT = """
import torch
from torch.utils.data import random_split, DataLoader
from torchvision.datasets import ImageFolder
from torchvision.transforms import Compose, Resize, ToTensor, RandomCrop

transform = Compose([Resize(256), @@ToTensor()])
dataset = ImageFolder('flowers', transform=transform)
train_ds, val_ds = random_split(dataset, [0.8, 0.2])
train_dl = DataLoader(train_ds, 16, shuffle=True)
val_dl = DataLoader(val_ds, 16)
for xb, yb in train_dl:
    print(xb.shape, yb.shape)
"""
_CVL507_ITER_NEXT = """
import torch
import torchvision.transforms as transforms
from torchvision.datasets import OxfordIIITPet
from torch.utils.data import DataLoader

transform = transforms.Compose([transforms.ToTensor(), transforms.Resize(@@, antialias=True)])
ds = OxfordIIITPet(root='./data', download=True, transform=transform)
dl = DataLoader(ds, batch_size=4)
images, labels = next(iter(dl))
print(images.shape)
"""
_CVL507_COCO_CAPTIONS_V2 = """
import torch
from torchvision.transforms import v2
from torchvision import datasets
from torch.utils.data import DataLoader

tfm = v2.Compose([v2.ToImage(), v2.Resize(@@), v2.ToDtype(torch.float32, scale=True)])
data = datasets.Caltech101('.', transform=tfm, download=True)
for i, (x, y) in enumerate(DataLoader(data, batch_size=10, shuffle=True)):
    if i == 3:
        break
"""
_CVL508_FUNCTIONAL_DROPOUT = """
import torch
import torch.nn as nn
import torch.nn.functional as F

class TwoLayer(nn.Module):
    def __init__(self, d_in, d_out):
        super().__init__()
        self.fc1 = nn.Linear(d_in, 100)
        self.fc2 = nn.Linear(100, d_out)
    def forward(self, x):
        x = F.relu(self.fc1(x))
        x = F.dropout(x, p=0.3@@)
        return self.fc2(x)

model = TwoLayer(20, 3)
model.eval()
print(model(torch.randn(1, 20)))
"""
_CVL508_NO_EVAL_BEFORE_TESTING = """
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

model = nn.Sequential(nn.Conv2d(1, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU(), nn.Flatten(), nn.Linear(8 * 64, 10))
train_ds = TensorDataset(torch.randn(128, 1, 8, 8), torch.randint(0, 10, (128,)))
train_dl = DataLoader(train_ds, batch_size=16, shuffle=True)
test_dl = DataLoader(TensorDataset(torch.randn(32, 1, 8, 8), torch.randint(0, 10, (32,))), batch_size=16)
opt = torch.optim.SGD(model.parameters(), lr=0.1)

def train_epoch():
    model.train()
    for x, y in train_dl:
        opt.zero_grad()
        nn.functional.cross_entropy(model(x), y).backward()
        opt.step()

def test():
    @@
    hits = 0
    with torch.no_grad():
        for x, y in test_dl:
            hits += (model(x).argmax(1) == y).float().sum().item()
    return hits / 32

for epoch in range(3):
    train_epoch()
    print(test())
"""
_CVL508_VALIDATION_LOSS_IN_TRAINING_MODE = """
import torch
import torch.nn as nn
from torch.utils.data import DataLoader, TensorDataset

net = nn.Sequential(nn.Linear(16, 32), nn.BatchNorm1d(32), nn.ReLU(), nn.Dropout(0.2), nn.Linear(32, 1))
train = DataLoader(TensorDataset(torch.randn(64, 16), torch.randn(64, 1)), batch_size=8, shuffle=True)
valid = DataLoader(TensorDataset(torch.randn(24, 16), torch.randn(24, 1)), batch_size=8)
optim = torch.optim.AdamW(net.parameters())
mse = nn.MSELoss()
for epoch in range(4):
    net.train()
    for x, y in train:
        optim.zero_grad()
        mse(net(x), y).backward()
        optim.step()
    @@
    total = 0.0
    with torch.no_grad():
        for x, y in valid:
            total += mse(net(x), y).item()
    print(total / len(valid))
"""
_CVL508_DROPOUT_MADE_IN_FORWARD = """
import torch
from torch import nn

class Attn(nn.Module):
    def __init__(self, d):
        super().__init__()
        self.qk, self.v = nn.Linear(d, 2 * d), nn.Linear(d, d)
        self.drop = nn.Dropout(0.1)
    def forward(self, x):
        q, k = self.qk(x).chunk(2, -1)
        a = (q @ k.transpose(-2, -1)).softmax(-1)
        a = @@(a)
        return a @ self.v(x)

Attn(8)(torch.randn(2, 4, 8))
"""
_CVL508_TORCH_DROPOUT_WITH_TRUE = """
import torch
import torch.nn.functional as F
from torch import nn

class Cnn(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 16, 3, padding=1)
        self.fc = nn.Linear(16, 2)
    def forward(self, x):
        h = F.dropout2d(F.relu(self.conv(x)), 0.25@@)
        return self.fc(h.mean((2, 3)))
"""
_CVL508_TRAIN_CALLED_AFTER_EVALUATION_ONLY = """
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1, self.drop, self.fc2 = nn.Linear(10, 50), nn.Dropout(), nn.Linear(50, 2)
    def forward(self, x):
        return self.fc2(self.drop(torch.relu(self.fc1(x))))

def evaluate(model, loader):
    @@
    preds = []
    with torch.inference_mode():
        for x, _ in loader:
            preds.append(model(x).argmax(dim=-1))
    return torch.cat(preds)

def train(model, loader, epochs=2):
    model.train()
    opt = torch.optim.Adam(model.parameters())
    for _ in range(epochs):
        for x, y in loader:
            loss = nn.functional.cross_entropy(model(x), y)
            opt.zero_grad(); loss.backward(); opt.step()

model = Net()
train(model, DataLoader(TensorDataset(torch.randn(40, 10), torch.randint(0, 2, (40,))), batch_size=10, shuffle=True))
print(evaluate(model, DataLoader(TensorDataset(torch.randn(20, 10), torch.randint(0, 2, (20,))), batch_size=10)))
"""

PAIRS = {
    "CVL504, softmax module dim 0": ("CVL504", _CVL504_SOFTMAX_MODULE_DIM_0, "0", "1"),
    "CVL504, cnn returns softmax over 0": ("CVL504", _CVL504_CNN_RETURNS_SOFTMAX_OVER_0, "0", "-1"),
    "CVL504, attention scores over the batch": ("CVL504", _CVL504_ATTENTION_SCORES_OVER_THE_BATCH, "0", "2"),
    "CVL504, evaluation probabilities": ("CVL504", _CVL504_EVALUATION_PROBABILITIES, "0", "1"),
    "CVL504, contrastive normalise": ("CVL504", _CVL504_CONTRASTIVE_NORMALISE, "0", "1"),
    "CVL504, distillation": ("CVL504", _CVL504_DISTILLATION, "0", "1"),
    "CVL505, out_features": (
        "CVL505",
        _CVL505_OUT_FEATURES,
        "model.classifier.out_features = 5",
        "model.classifier = nn.Linear(16, 5)",
    ),
    "CVL505, kernel size later": (
        "CVL505",
        _CVL505_KERNEL_SIZE_LATER,
        "m.kernel_size = (5, 5)",
        "m.padding_mode = 'reflect'",
    ),
    "CVL505, num_features": ("CVL505", _CVL505_NUM_FEATURES, "norm.num_features = width", "norm.momentum = 1 / width"),
    "CVL505, p of a sequential": ("CVL505", _CVL505_P_OF_A_SEQUENTIAL, "m.layers.p", "m.layers[2].p"),
    "CVL505, vocabulary grown": (
        "CVL505",
        _CVL505_VOCABULARY_GROWN,
        "emb.num_embeddings = 1200",
        "emb.padding_idx = 0",
    ),
    "CVL506, softmax then CE": ("CVL506", _CVL506_SOFTMAX_THEN_CE, ", nn.Softmax(dim=1)", ""),
    "CVL506, sigmoid then with logits": (
        "CVL506",
        _CVL506_SIGMOID_THEN_WITH_LOGITS,
        "torch.sigmoid(self.fc(x))",
        "self.fc(x)",
    ),
    "CVL506, scores into NLL": (
        "CVL506",
        _CVL506_SCORES_INTO_NLL,
        "F.softmax(self.b(x), dim=1)",
        "F.log_softmax(self.b(x), dim=1)",
    ),
    "CVL506, logits into BCE": ("CVL506", _CVL506_LOGITS_INTO_BCE, "", ", nn.Sigmoid()"),
    "CVL506, relu on the last layer": ("CVL506", _CVL506_RELU_ON_THE_LAST_LAYER, "True", "i < 2"),
    "CVL506, segmentation with sigmoid": (
        "CVL506",
        _CVL506_SEGMENTATION_WITH_SIGMOID,
        "self.act(x)",
        "x if self.training else self.act(x)",
    ),
    "CVL507, image folder": ("CVL507", _CVL507_IMAGE_FOLDER, "224", "(224, 224)"),
    "CVL507, own dataset with PIL": ("CVL507", _CVL507_OWN_DATASET_WITH_PIL, "128", "(128, 128)"),
    "CVL507, main function, loader in a helper": (
        "CVL507",
        _CVL507_MAIN_FUNCTION_LOADER_IN_A_HELPER,
        "",
        "T.CenterCrop(size), ",
    ),
    "CVL507, random_split": ("CVL507", _CVL507_RANDOM_SPLIT, "", "RandomCrop(224), "),
    "CVL507, iter next": ("CVL507", _CVL507_ITER_NEXT, "200", "[200, 200]"),
    "CVL507, coco captions, v2": ("CVL507", _CVL507_COCO_CAPTIONS_V2, "size=96", "size=(96, 96)"),
    "CVL508, functional dropout": ("CVL508", _CVL508_FUNCTIONAL_DROPOUT, "", ", training=self.training"),
    "CVL508, no eval before testing": ("CVL508", _CVL508_NO_EVAL_BEFORE_TESTING, "pass", "model.eval()"),
    "CVL508, validation loss in training mode": ("CVL508", _CVL508_VALIDATION_LOSS_IN_TRAINING_MODE, "", "net.eval()"),
    "CVL508, dropout made in forward": ("CVL508", _CVL508_DROPOUT_MADE_IN_FORWARD, "nn.Dropout(0.1)", "self.drop"),
    "CVL508, torch.dropout with True": ("CVL508", _CVL508_TORCH_DROPOUT_WITH_TRUE, "", ", self.training"),
    "CVL508, train() called after evaluation only": (
        "CVL508",
        _CVL508_TRAIN_CALLED_AFTER_EVALUATION_ONLY,
        "",
        "model.eval()",
    ),
}
