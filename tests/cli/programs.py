"""Small programs that the tests of the command line check."""

from __future__ import annotations

CLEAN = """\
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3, padding=1)

    def forward(self, x):
        return self.conv(x)
"""
SHRINKING = CLEAN.replace(", padding=1", "")
PADDED = CLEAN.replace("nn.Conv2d(3, 8, 3, padding=1)", "nn.MaxPool2d(2, padding=1)")
BROKEN = "import torch\nclass Net(nn.Module:\n    pass\n"
