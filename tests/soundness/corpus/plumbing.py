"""*args and **kwargs handed on, properties, class attributes, inheritance and mixins."""
import inspect
from abc import ABC, abstractmethod

import torch
import torch.nn as nn


class BaseModel(nn.Module, ABC):
    num_features = 8
    kernel = 3

    def __init__(self, *args, **kwargs):
        super().__init__()
        self.hparams = kwargs
        self.build(*args, **kwargs)

    @abstractmethod
    def build(self, *args, **kwargs): ...

    @property
    def padding(self):
        return self.kernel // 2

    @property
    def out_dim(self):
        return self._out_dim

    @out_dim.setter
    def out_dim(self, value):
        self._out_dim = value

    def forward(self, x, **kwargs):
        return self.head(self.features(x, **kwargs))


class PoolMixin:
    def pool(self, x, how="mean"):
        return getattr(x, how)(dim=(2, 3)) if how in ("mean", "amax") else x.flatten(2).max(-1).values


class Small(PoolMixin, BaseModel):
    def build(self, channels, *rest, n=4, **_):
        self.conv = nn.Conv2d(channels, self.num_features, self.kernel, padding=self.padding)
        self.more = nn.ModuleList(nn.Conv2d(self.num_features, self.num_features, k, padding=k // 2) for k in rest)
        self.out_dim = n
        self.head = nn.Linear(self.num_features, self.out_dim)

    def features(self, x, how="mean"):
        x = self.conv(x)
        for layer in self.more:
            x = layer(x) + x
        return self.pool(x, how)


class Bigger(Small):
    num_features = 12
    kernel = 5

    def build(self, *args, **kwargs):
        super().build(*args, **kwargs)
        self.extra = nn.Linear(self.out_dim, self.out_dim)

    def forward(self, x, **kwargs):
        y = super().forward(x, **kwargs)
        return self.extra(y) + y


def wrap(fn):
    def inner(*args, **kwargs):
        return fn(*args, **kwargs)

    return inner


class Wrapper(nn.Module):
    def __init__(self, net):
        super().__init__()
        self.net = net
        self.extra_kwargs = {"how": "amax"}

    @wrap
    def forward(self, *xs, **kw):
        outs = [self.net(x, **{**self.extra_kwargs, **kw}) for x in xs]
        return outs[0] if len(outs) == 1 else torch.stack(outs)

    def __getattr__(self, name):
        try:
            return super().__getattr__(name)
        except AttributeError:
            return getattr(self.net, name)


Small(3)(torch.rand(2, 3, 6, 6))
Small(3, 3, 5, n=2)(torch.rand(2, 3, 6, 6), how="max")
Bigger(1, 3, n=6)(torch.rand(2, 1, 6, 6), how="amax")
w = Wrapper(Small(3))
assert w(torch.rand(1, 3, 4, 4)).shape == (1, 4)
assert w(torch.rand(1, 3, 4, 4), torch.rand(1, 3, 7, 7), how="mean").shape == (2, 1, 4)
assert w.out_dim == 4
