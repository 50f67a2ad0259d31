"""Models of diffusers from small configurations, with the time step that they take."""

from __future__ import annotations

import diffusers
import torch
from torch import nn


class AtStep(nn.Module):
    """A model at a time step, with whatever else it is given."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, sample, *rest):
        return self.model(sample, torch.tensor([1]), *rest)


def plain(model, **options):
    return getattr(diffusers, model)(**options)


def from_config(model, **options):
    return getattr(diffusers, model).from_config(options)


def at_step(model, **options):
    return AtStep(plain(model, **options))
