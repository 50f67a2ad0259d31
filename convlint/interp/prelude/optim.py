# mypy: ignore-errors
"""Optimizers as convlint interprets them: they change numbers, never shapes; a closure is called as in a step.

This file is read as text and interpreted; convlint never imports it.
"""

from copy import deepcopy

import torch
from torch import nn
from torch.optim import _unknown


class Optimizer:
    def __init__(self, params, *args, **options):
        self.param_groups = _unknown("the parameter groups of an optimizer")
        self.state = _unknown("the state of an optimizer")

    def step(self, closure=None, *args, **options):
        return closure() if closure is not None else None

    def zero_grad(self, set_to_none=True):
        return None

    def add_param_group(self, param_group):
        return None

    def load_state_dict(self, state_dict):
        return None

    def state_dict(self):
        return _unknown("the state of an optimizer")

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return _unknown(f"`{name}` of an optimizer")


class Adadelta(Optimizer):
    pass


class Adafactor(Optimizer):
    pass


class Adagrad(Optimizer):
    pass


class Adam(Optimizer):
    pass


class AdamW(Adam):
    pass


class Adamax(Optimizer):
    pass


class ASGD(Optimizer):
    pass


class LBFGS(Optimizer):
    pass


class Muon(Optimizer):
    pass


class NAdam(Optimizer):
    pass


class RAdam(Optimizer):
    pass


class RMSprop(Optimizer):
    pass


class Rprop(Optimizer):
    pass


class SGD(Optimizer):
    pass


class SparseAdam(Optimizer):
    pass


class AveragedModel(nn.Module):
    """A copy of a model whose weights are averages: it computes what the model computes."""

    def __init__(self, model, device=None, avg_fn=None, multi_avg_fn=None, use_buffers=False):
        super().__init__()
        self.module = deepcopy(model)
        self.register_buffer("n_averaged", torch.tensor(0, dtype=torch.long))

    def forward(self, *args, **kwargs):
        return self.module(*args, **kwargs)

    def update_parameters(self, model):
        return None
