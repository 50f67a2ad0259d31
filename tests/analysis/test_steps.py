"""A module of Lightning that has no forward: its step runs on a batch of which nothing is known."""

from __future__ import annotations

import pytest

from convlint.analysis.files import AnalysisSettings
from convlint.analysis.session import FileInput, analyse
from convlint.trace import ModelTrace

HEAD = """
import pytorch_lightning as pl
import torch
from torch import nn
import torch.nn.functional as F

class Net(pl.LightningModule):
    def __init__(self, hidden=128):
        super().__init__()
        self.save_hyperparameters()
        self.enc = nn.Sequential(nn.Linear(784, hidden), nn.ReLU(), nn.Linear(OWN, 10))
        self.conv = nn.Conv2d(3, 8, 3)
        self.emb = nn.Embedding(20, 6)
    def training_step(self, batch, index):
"""


def study(body: str, own: int = 64) -> list[ModelTrace]:
    source = HEAD.replace("OWN", str(own)) + "".join(f"        {line}\n" for line in body.splitlines())
    (found,) = analyse([FileInput("step.py", source.encode())], AnalysisSettings())
    return list(found.models)


@pytest.mark.parametrize(
    "body",
    [
        "x, y = batch\nreturn F.cross_entropy(self.enc(x.view(x.size(0), -1)), y)",
        "x, y = batch\nreturn F.cross_entropy(self.enc(x), y)",
        "x = batch[0]\nz = self.enc(x.reshape(-1, 784))\nself.log('loss', z.mean())\nreturn z.mean()",
    ],
)
def test_what_is_wrong_for_every_batch_is_found(body: str) -> None:
    violations = [trace.violation for trace in study(body) if trace.violation is not None]
    assert violations
    assert all(violation.certain for violation in violations)
    assert not any(trace.violation for trace in study(body, own=128))


@pytest.mark.parametrize(
    "body",
    [
        "(a, b), y = batch\nreturn self.conv(a['x']).mean() + len(b)",
        "x, y = batch\nreturn F.mse_loss(self.conv(x), y)",
        "h = self.emb(batch['ids'][:, :-1])\nreturn F.cross_entropy(h.transpose(1, 2), batch['ids'][:, 1:])",
        "for t in batch['targets']:\n    t['boxes']\nreturn torch.stack(list(batch['images'])).mean()",
        "return self.enc(batch.x).mean()",
    ],
)
def test_nothing_is_claimed_of_what_a_batch_may_be(body: str) -> None:
    assert not any(trace.violation for trace in study(body, own=128))
