"""Models of transformers from small configurations, on pixels or on token ids."""

from __future__ import annotations

import torch
import transformers
from torch import nn


class OnTokens(nn.Module):
    """A model that is given token ids of the shape of its input, instead of what is in that."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, x):
        return self.model(torch.zeros(x.shape, dtype=torch.long))


def on_pixels(model, config, **options):
    return getattr(transformers, model)(getattr(transformers, config)(**options))


def on_tokens(model, config, **options):
    return OnTokens(on_pixels(model, config, **options))


def automatically(model_type, auto="AutoModel", **options):
    return getattr(transformers, auto).from_config(transformers.AutoConfig.for_model(model_type, **options))
