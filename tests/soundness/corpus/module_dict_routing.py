"""Routing over a ModuleDict by names that the caller gives, and mixtures of experts."""
import torch
import torch.nn as nn
import torch.nn.functional as F

ACTIVATIONS = {"relu": nn.ReLU, "gelu": nn.GELU, "none": nn.Identity}


class MultiTask(nn.Module):
    def __init__(self, tasks, dim=12, act="relu"):
        super().__init__()
        self.trunk = nn.Sequential(nn.Linear(20, dim), ACTIVATIONS[act]())
        self.heads = nn.ModuleDict({name: nn.Linear(dim, n) for name, n in tasks.items()})
        self.heads.update({"aux": nn.Linear(dim, 1)})

    def forward(self, x, task=None):
        h = self.trunk(x)
        if task is None:
            return {k: head(h) for k, head in self.heads.items()}
        if task not in self.heads:
            raise KeyError(task)
        return self.heads[task](h)


class MoE(nn.Module):
    def __init__(self, dim, experts=4, k=2):
        super().__init__()
        self.gate = nn.Linear(dim, experts)
        self.experts = nn.ModuleList(nn.Sequential(nn.Linear(dim, dim * 2), nn.ReLU(), nn.Linear(dim * 2, dim)) for _ in range(experts))
        self.k = k

    def forward(self, x):
        scores = self.gate(x)
        weights, chosen = scores.topk(self.k, dim=-1)
        weights = F.softmax(weights, dim=-1)
        out = torch.zeros_like(x)
        for i, expert in enumerate(self.experts):
            rows, nth = torch.where(chosen == i)
            if rows.numel() == 0:
                continue
            out[rows] += weights[rows, nth, None] * expert(x[rows])
        return out


net = MultiTask({"age": 1, "race": 5}, act="gelu")
outs = net(torch.randn(3, 20))
assert set(outs) == {"age", "race", "aux"} and outs["race"].shape == (3, 5)
assert net(torch.randn(3, 20), "age").shape == (3, 1)
try:
    net(torch.randn(3, 20), task="height")
except KeyError:
    pass
MoE(8)(torch.randn(10, 8))
