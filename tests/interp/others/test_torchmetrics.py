"""TorchMetrics: the shapes that metrics take, and that they are nothing to models otherwise."""

from __future__ import annotations

import pytest

import convlint
from convlint.findings import Severity

HEAD = """
import torch
import torchmetrics
from torch import nn
from torchmetrics import Accuracy, AUROC, MeanSquaredError, MetricCollection
from torchmetrics.classification import BinaryF1Score, MulticlassAccuracy, MulticlassROC, MultilabelPrecision

scores, classes, several = torch.randn(8, 7), torch.randint(0, 7, (8,)), torch.randn(8, 5)
maps, masks = torch.randn(2, 7, 4, 4), torch.randint(0, 7, (2, 4, 4))
"""
TAKEN = [
    "Accuracy(task='multiclass', num_classes=7)(scores, classes)",
    "Accuracy(task='multiclass', num_classes=7)(classes, classes)",
    "Accuracy(task='binary')(scores, scores)",
    "Accuracy()(scores, several)",  # without a task: an older release
    "MulticlassAccuracy(num_classes=7, average='micro').update(maps, masks)",
    "MulticlassAccuracy()(scores, classes)",
    "MulticlassAccuracy(5, validate_args=False).update(scores, classes)",
    "MulticlassROC(7)(scores, classes)",
    "MultilabelPrecision(num_labels=5)(several, several)",
    "MeanSquaredError()(several, several)",
    "torchmetrics.MeanMetric()(scores, several)",
    "MetricCollection([MulticlassAccuracy(7), MulticlassROC(7)]).clone(prefix='a').update(scores, classes)",
    "MulticlassAccuracy(7).to('cpu')(scores, classes).item() + 1",
]
REFUSED = [
    "Accuracy(task='multiclass', num_classes=5)(scores, classes)",
    "Accuracy('binary')(scores, several)",
    "AUROC(task='multiclass', num_classes=7).update(classes, classes)",
    "MulticlassAccuracy(num_classes=5).update(scores, classes)",
    "MulticlassAccuracy(num_classes=7)(maps, masks[:, :3])",
    "MulticlassAccuracy(num_classes=7)(scores, classes[:4])",
    "MulticlassROC(7)(scores, scores)",
    "BinaryF1Score()(scores[:, :1], classes)",
    "MultilabelPrecision(num_labels=7)(several, several)",
    "MeanSquaredError()(several[:, 0], several)",
    "MetricCollection({'a': MulticlassAccuracy(7), 'b': MulticlassAccuracy(5)})(scores, classes)",
]


def errors(source: str) -> list[str]:
    report = convlint.lint_source(HEAD + source, "train.py")
    assert report.gaps == () or "MeanMetric" in source
    assert not report.followed.models or report.findings
    return [it.code for it in report.findings if it.severity is Severity.ERROR]


@pytest.mark.parametrize("source", TAKEN)
def test_what_is_taken(source: str) -> None:
    assert errors(source) == []


@pytest.mark.parametrize("source", REFUSED)
def test_what_is_refused(source: str) -> None:
    assert errors(source) == ["CVL203"]


MODEL = """
class Mine(torchmetrics.Metric):
    def __init__(self):
        super().__init__()
        self.add_state("total", default=torch.tensor(0.0), dist_reduce_fx="sum")
    def update(self, preds, target):
        self.total += nn.functional.mse_loss(preds, target)
    def compute(self):
        return self.total

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(5, 3)
        self.metrics = nn.ModuleList([MulticlassAccuracy(3), Mine()])
        self.other = MetricCollection({{"a": MulticlassAccuracy(3)}})
    def forward(self, x):
        return self.fc(x)

net = Net()
net.metrics[1](net(several), torch.zeros({rows}, 3))
"""


@pytest.mark.parametrize(("rows", "codes"), [(8, []), (6, ["CVL203"])])
def test_metrics_are_parts_of_models(rows: int, codes: list[str]) -> None:
    """They are no unused layers, and one of the program's own does what it says."""
    report = convlint.lint_source(HEAD + MODEL.format(rows=rows), "train.py")
    assert [it.code for it in report.findings if it.code != "CVL501"] == codes
