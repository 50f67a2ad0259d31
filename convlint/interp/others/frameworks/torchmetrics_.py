"""TorchMetrics: its metrics by the shapes that they take, and what their Python in the prelude asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.interp.natives.registry import native, written
from convlint.interp.others.opened import harmless
from convlint.interp.torch.operations import Call, raise_refusal
from convlint.interp.values.unknown import Value
from convlint.layers.core.refusal import Refusal, RefusalKind
from convlint.layers.core.tensor import Shape, Tensor
from convlint.layers.shared.axes import differ

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

STATISTICS = (
    "Accuracy Precision Recall F1Score Specificity ConfusionMatrix JaccardIndex AUROC AveragePrecision ROC "
    "PrecisionRecallCurve"
)
REGRESSION = (
    "MeanSquaredError MeanAbsoluteError MeanSquaredLogError MeanAbsolutePercentageError R2Score ExplainedVariance "
    "PearsonCorrCoef CosineSimilarity"
)
TASKS = ("Binary", "Multiclass", "Multilabel")
_classified = " ".join(task + name for name in STATISTICS.split() for task in TASKS)
written("torchmetrics_.py", "torchmetrics", f"Metric MetricCollection {STATISTICS} {REGRESSION}")
written("torchmetrics_.py", "torchmetrics.metric", "Metric")
written("torchmetrics_.py", "torchmetrics.collections", "MetricCollection")
written("torchmetrics_.py", "torchmetrics.classification", f"{STATISTICS} {_classified}")
written("torchmetrics_.py", "torchmetrics.regression", REGRESSION)
harmless("torchmetrics._open", "a metric")


def _shapes(args: list[Value]) -> tuple[Shape, Shape] | None:
    """The shapes of predictions and targets, None unless both are known."""
    _, preds, target, *_ = args
    return (preds.shape, target.shape) if isinstance(preds, Tensor) and isinstance(target, Tensor) else None


def _refuse(vm: Vm, args: list[Value], text: str, kind: RefusalKind = RefusalKind.SIZES) -> None:
    tensors = tuple(value for value in args[1:3] if isinstance(value, Tensor))
    call = Call(vm, f"torchmetrics.{args[0]}", None)
    raise_refusal(vm, call, Refusal(kind, f"`{args[0]}` {text}", error=ValueError), tensors)


def _shown(shape: Shape) -> str:
    return "×".join(map(str, shape)) or "one number"


@native("torchmetrics._alike")
def _alike(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Predictions and targets have the same shape."""
    shapes = _shapes(args)
    if shapes is not None and differ(*shapes):
        preds, target = map(_shown, shapes)
        _refuse(vm, args, f"takes predictions and targets of the same shape, not {preds} and {target}")
    return None


@native("torchmetrics._labels")
def _labels(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """They have the same shape, whose second size is that of the labels."""
    _alike(vm, args, kwargs)
    shapes, count = _shapes(args), args[3]
    if shapes is not None and len(shapes[0]) > 1:
        _second(vm, args, shapes[0], count, "labels")
    return None


def _second(vm: Vm, args: list[Value], shape: Shape, count: Value, what: str) -> None:
    size = shape[1]
    if isinstance(size, int) and isinstance(count, int) and size != count:
        _refuse(vm, args, f"was built for {count} {what} and gets predictions of {_shown(shape)}")


@native("torchmetrics._classes")
def _classes(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Predictions have the shape of the targets, or one more size, the second one: that of the classes."""
    shapes = _shapes(args)
    if shapes is None:
        return None
    preds, target = shapes
    if len(preds) == len(target) + 1 and len(preds) > 1:
        _second(vm, args, preds, args[3], "classes")
        batches = preds[:1], target[:1]  # a batch of one is taken for each of the other ones
        if differ(preds[2:], target[1:]) or (1 not in (preds[0], target[0]) and differ(*batches)):
            _refuse(vm, args, f"gets predictions of {_shown(preds)} and targets of {_shown(target)}")
    elif differ(preds, target):
        _refuse(vm, args, f"gets predictions of {_shown(preds)} and targets of {_shown(target)}")
    return None


@native("torchmetrics._curve")
def _curve(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Predictions have one more size than the targets: scores of each class."""
    shapes = _shapes(args)
    if shapes is not None and len(shapes[0]) != len(shapes[1]) + 1:
        preds, target = map(_shown, shapes)
        _refuse(vm, args, f"takes scores of each class, not predictions of {preds} with targets of {target}")
    return _classes(vm, args, kwargs)
