"""Weights that are shared and tied, layers called many times, transposed use of weights."""
import torch
import torch.nn as nn
import torch.nn.functional as F


class TiedAE(nn.Module):
    def __init__(self, d=12, h=5):
        super().__init__()
        self.enc = nn.Linear(d, h)
        self.bias = nn.Parameter(torch.zeros(d))

    def forward(self, x):
        return F.linear(torch.tanh(self.enc(x)), self.enc.weight.t(), self.bias)


class TiedConvAE(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 4, stride=2, padding=1, bias=False)

    def forward(self, x):
        return F.conv_transpose2d(self.conv(x), self.conv.weight, stride=2, padding=1)


class Shared(nn.Module):
    def __init__(self, n=3):
        super().__init__()
        block = nn.Conv2d(4, 4, 3, padding=1)
        self.layers = nn.ModuleList([block] * n)
        self.again = block
        self.act = nn.ReLU()

    def forward(self, x):
        for layer in self.layers:
            x = self.act(layer(x))
        return self.again(x)


class DEQ(nn.Module):
    def __init__(self, d=6, tol=1e-3, max_iter=10):
        super().__init__()
        self.f = nn.Linear(d, d)
        self.tol, self.max_iter = tol, max_iter

    def forward(self, x):
        z = torch.zeros_like(x)
        self.iters = 0
        while self.iters < self.max_iter:
            z_next = torch.tanh(self.f(z) * 0.1 + x)
            self.err = torch.norm(z - z_next)
            z = z_next
            self.iters += 1
            if self.err < self.tol:
                break
        return z


class Decoder(nn.Module):
    def __init__(self, emb):
        super().__init__()
        self.emb = emb
        self.out = nn.Linear(*reversed(emb.weight.shape), bias=False)
        self.out.weight = emb.weight

    def forward(self, h):
        return self.out(h)


class DynamicNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b, self.c = nn.Linear(4, 6), nn.Linear(6, 6), nn.Linear(6, 1)

    def forward(self, x):
        h = self.a(x).clamp(min=0)
        for _ in range(torch.randint(0, 4, ()).item()):
            h = self.b(h).clamp(min=0)
        return self.c(h)


assert TiedAE()(torch.rand(3, 12)).shape == (3, 12)
assert TiedConvAE()(torch.rand(1, 3, 8, 8)).shape == (1, 3, 8, 8)
shared = Shared()
shared(torch.rand(1, 4, 6, 6))
assert sum(p.numel() for p in shared.parameters()) == 4 * 4 * 9 + 4
DEQ()(torch.rand(2, 6))
dec = Decoder(nn.Embedding(11, 7))
assert dec(torch.rand(3, 7)).shape == (3, 11)
DynamicNet()(torch.rand(3, 4))
