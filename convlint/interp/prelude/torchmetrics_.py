# mypy: ignore-errors
"""Metrics of TorchMetrics as convlint interprets them: what shapes their updates take; what they say nobody knows.

This file is read as text and interpreted; convlint never imports it.
"""

from torch import nn
from torchmetrics import _alike, _classes, _curve, _labels, _open


class Metric(nn.Module):
    def __init__(self, **options):
        super().__init__()

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return _open(name)

    def add_state(self, name, default, dist_reduce_fx=None, persistent=False):
        setattr(self, name, default)

    def update(self, *args, **kwargs):
        return None

    def compute(self):
        return _open("compute")

    def forward(self, *args, **kwargs):
        self.update(*args, **kwargs)
        return self.compute()

    def reset(self):
        return None

    def clone(self):
        return self


class MetricCollection(nn.Module):
    """Several metrics that are told the same."""

    def __init__(self, metrics, *more, prefix=None, postfix=None, compute_groups=True):
        super().__init__()
        if isinstance(metrics, dict):
            self._held = dict(metrics)
        else:
            listed = list(metrics) if isinstance(metrics, (list, tuple)) else [metrics]
            self._held = {type(metric).__name__: metric for metric in (*listed, *more)}

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return _open(name)

    def __getitem__(self, name):
        return self._held[name]

    def __iter__(self):
        return iter(self._held)

    def __len__(self):
        return len(self._held)

    def keys(self, *args, **kwargs):
        return self._held.keys()

    def values(self, *args, **kwargs):
        return self._held.values()

    def items(self, *args, **kwargs):
        return self._held.items()

    def update(self, *args, **kwargs):
        for metric in self._held.values():
            metric.update(*args, **kwargs)

    def forward(self, *args, **kwargs):
        self.update(*args, **kwargs)
        return self.compute()

    def compute(self):
        return _open("compute")

    def reset(self):
        return None

    def clone(self, prefix=None, postfix=None):
        return self


class _OfShapes(Metric):
    """A metric that looks at its predictions and targets unless it is told not to."""

    def update(self, preds, target, *args, **kwargs):
        if self._looks is True:
            self._look(type(self).__name__, preds, target)


class _Alike(_OfShapes):
    def __init__(self, *args, validate_args=True, **options):
        super().__init__()
        self._looks = validate_args

    def _look(self, name, preds, target):
        _alike(name, preds, target)


class _Multiclass(_OfShapes):
    def __init__(self, num_classes=None, *args, validate_args=True, **options):
        super().__init__()
        self._looks, self.num_classes = validate_args, num_classes

    def _look(self, name, preds, target):
        _classes(name, preds, target, self.num_classes)


class _MulticlassCurve(_Multiclass):
    def _look(self, name, preds, target):
        _curve(name, preds, target, self.num_classes)


class _Multilabel(_OfShapes):
    def __init__(self, num_labels, *args, validate_args=True, **options):
        super().__init__()
        self._looks, self.num_labels = validate_args, num_labels

    def _look(self, name, preds, target):
        _labels(name, preds, target, self.num_labels)


class _Task(_OfShapes):
    """A metric that is chosen by its task; before TorchMetrics 0.11 there was none to tell."""

    def __init__(self, task=None, *args, num_classes=None, num_labels=None, validate_args=True, **options):
        super().__init__()
        self._looks, self._task, self._count = validate_args, task, num_labels if task == "multilabel" else num_classes

    def _look(self, name, preds, target):
        if self._task == "binary":
            _alike(name, preds, target)
        elif self._task == "multilabel":
            _labels(name, preds, target, self._count)
        elif self._task == "multiclass":
            self._look_at_classes(name, preds, target)

    def _look_at_classes(self, name, preds, target):
        _classes(name, preds, target, self._count)


class _TaskCurve(_Task):
    def _look_at_classes(self, name, preds, target):
        _curve(name, preds, target, self._count)


class Accuracy(_Task):
    pass


class BinaryAccuracy(_Alike):
    pass


class MulticlassAccuracy(_Multiclass):
    pass


class MultilabelAccuracy(_Multilabel):
    pass


class Precision(_Task):
    pass


class BinaryPrecision(_Alike):
    pass


class MulticlassPrecision(_Multiclass):
    pass


class MultilabelPrecision(_Multilabel):
    pass


class Recall(_Task):
    pass


class BinaryRecall(_Alike):
    pass


class MulticlassRecall(_Multiclass):
    pass


class MultilabelRecall(_Multilabel):
    pass


class F1Score(_Task):
    pass


class BinaryF1Score(_Alike):
    pass


class MulticlassF1Score(_Multiclass):
    pass


class MultilabelF1Score(_Multilabel):
    pass


class Specificity(_Task):
    pass


class BinarySpecificity(_Alike):
    pass


class MulticlassSpecificity(_Multiclass):
    pass


class MultilabelSpecificity(_Multilabel):
    pass


class ConfusionMatrix(_Task):
    pass


class BinaryConfusionMatrix(_Alike):
    pass


class MulticlassConfusionMatrix(_Multiclass):
    pass


class MultilabelConfusionMatrix(_Multilabel):
    pass


class JaccardIndex(_Task):
    pass


class BinaryJaccardIndex(_Alike):
    pass


class MulticlassJaccardIndex(_Multiclass):
    pass


class MultilabelJaccardIndex(_Multilabel):
    pass


class AUROC(_TaskCurve):
    pass


class BinaryAUROC(_Alike):
    pass


class MulticlassAUROC(_MulticlassCurve):
    pass


class MultilabelAUROC(_Multilabel):
    pass


class AveragePrecision(_TaskCurve):
    pass


class BinaryAveragePrecision(_Alike):
    pass


class MulticlassAveragePrecision(_MulticlassCurve):
    pass


class MultilabelAveragePrecision(_Multilabel):
    pass


class ROC(_TaskCurve):
    pass


class BinaryROC(_Alike):
    pass


class MulticlassROC(_MulticlassCurve):
    pass


class MultilabelROC(_Multilabel):
    pass


class PrecisionRecallCurve(_TaskCurve):
    pass


class BinaryPrecisionRecallCurve(_Alike):
    pass


class MulticlassPrecisionRecallCurve(_MulticlassCurve):
    pass


class MultilabelPrecisionRecallCurve(_Multilabel):
    pass


class MeanSquaredError(_Alike):
    pass


class MeanAbsoluteError(_Alike):
    pass


class MeanSquaredLogError(_Alike):
    pass


class MeanAbsolutePercentageError(_Alike):
    pass


class R2Score(_Alike):
    pass


class ExplainedVariance(_Alike):
    pass


class PearsonCorrCoef(_Alike):
    pass


class CosineSimilarity(_Alike):
    pass
