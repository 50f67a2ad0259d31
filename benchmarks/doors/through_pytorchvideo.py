"""Models of pytorchvideo that take several clips at once."""

from __future__ import annotations

from pytorchvideo.models import create_slowfast
from torch import nn


class OnPaths(nn.Module):
    """A model that takes its inputs as one list."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, *paths):
        return self.model(list(paths))


def slowfast(**options):
    return OnPaths(create_slowfast(**options))
