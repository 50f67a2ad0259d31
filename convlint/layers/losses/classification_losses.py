"""The loss functions of classes and sequences: cross entropy, margins over classes, and CTC."""

from __future__ import annotations

from typing import Any

from convlint.layers.core.context import Context
from convlint.layers.core.refusal import RefusalKind, Unmodelled
from convlint.layers.core.registry import operation
from convlint.layers.core.tensor import Shape, Tensor
from convlint.layers.losses.losses import OPTIONS, F, legacy_reduction, reduced
from convlint.layers.shared import dtypes
from convlint.layers.shared.axes import refuse, replaced, shown
from convlint.layers.shared.demands import demand, demand_same_shape, demand_tensor
from convlint.symbolic import Condition, Size, any_of, equal


@operation(f"{F}.cross_entropy", harmless=OPTIONS)
def cross_entropy(
    ctx: Context,
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    ignore_index: int = -100,
    reduce: bool | None = None,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> Tensor:
    """(N, C, *) and classes (N, *), or probabilities (N, C, *) → (N, *); without N also.

    https://pytorch.org/docs/stable/generated/torch.nn.functional.cross_entropy.html
    """
    kind = legacy_reduction(reduction, size_average, reduce)
    shape = _per_target(ctx, input, target, weight, "cross_entropy", probabilities=True)
    if target.shape == input.shape and input.ndim > 0:
        _check_probabilities(target, "cross_entropy")
    elif target.ndim != input.ndim or input.ndim == 1:
        _check_classes(input, target, ignore_index, "cross_entropy")
    return reduced(shape, kind, input.dtype, "cross_entropy")


@operation(f"{F}.nll_loss", harmless=OPTIONS)
def nll_loss(
    ctx: Context,
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    ignore_index: int = -100,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """(N, C, *) and classes (N, *) → (N, *); without N also.

    https://pytorch.org/docs/stable/generated/torch.nn.functional.nll_loss.html
    """
    kind = legacy_reduction(reduction, size_average, reduce)
    shape = _per_target(ctx, input, target, weight, "nll_loss", probabilities=False)
    _check_classes(input, target, ignore_index, "nll_loss")
    return reduced(shape, kind, input.dtype, "nll_loss")


def _per_target(
    ctx: Context, input: Tensor, target: Tensor, weight: Tensor | None, who: str, *, probabilities: bool
) -> Shape:
    demand_tensor(input, f"the input of `{who}`")
    demand_tensor(target, f"the target of `{who}`")
    if input.ndim == 0 or (target.ndim == 0 and input.ndim > 1):
        raise Unmodelled(f"`{who}` of a scalar input or target")
    index = 0 if input.ndim == 1 else 1
    expected = replaced(input.shape, index)
    if input.ndim == 1:
        _check_unbatched(ctx, input, target, who, probabilities)
    else:
        by_class = probabilities and target.ndim == input.ndim
        _check_batched(ctx, input.shape if by_class else expected, target.shape, who)
    if weight is not None:
        classes = input.shape[index]
        text = f"`{who}` of {classes} classes gets a weight of shape {shown(weight.shape)}"
        demand_same_shape(ctx, (classes,), weight.shape, text)
    return expected


OF_CLASSES = frozenset({"int64", "uint8", ""})
"""The dtypes of a target that names classes, or one that is not known."""


def _check_classes(input: Tensor, target: Tensor, ignored: int, who: str) -> None:
    """Refuse a target of classes in another dtype than torch takes, or of classes that the input has no score of."""
    if target.dtype not in OF_CLASSES:
        text = f"`{who}` takes a target of classes as int64 and gets {target.dtype}"
        refuse(RefusalKind.LAYER, text, expected="int64", got=target.dtype)
    classes = input.shape[0 if input.ndim == 1 else 1]
    if not isinstance(classes, int):
        return
    if target.classes is not None and target.classes > classes and ignored < 0:
        text = f"`{who}` of {classes} classes gets the labels of a data set that has {target.classes} classes"
        refuse(RefusalKind.SIZES, text, IndexError, expected=classes, got=target.classes)
    if target.data is None:
        return
    wrong = next((value for value in target.data if value != ignored and not 0 <= value < classes), None)
    if wrong is not None:
        text = f"`{who}` of {classes} classes, from 0 to {classes - 1}, gets a target with the class {wrong}"
        refuse(RefusalKind.SIZES, text, IndexError, expected=classes, got=wrong)


def _check_probabilities(target: Tensor, who: str) -> None:
    if target.dtype and not dtypes.is_float(target.dtype):
        text = f"`{who}` takes a target of probabilities as floats and gets {target.dtype}"
        refuse(RefusalKind.LAYER, text, expected="float32", got=target.dtype)


def _check_batched(ctx: Context, expected: Shape, got: Shape, who: str) -> None:
    """Compare the target's sizes with those that the input calls for; torch looks at the batch first."""
    text = f"`{who}` takes a target of shape {shown(expected)} and gets {shown(got)}"
    facts = {"expected": expected, "got": got}
    demand(ctx, equal(expected[0], got[0]), RefusalKind.SIZES, text, ValueError, **facts)
    demand_same_shape(ctx, expected, got, text)


def _check_unbatched(ctx: Context, input: Tensor, target: Tensor, who: str, probabilities: bool) -> None:
    """Take for an input (C,) a class (), one class (1,), or probabilities (C,)."""
    if target.ndim == 0:
        return
    text = f"`{who}` of an input {shown(input.shape)} gets a target {shown(target.shape)}"
    if target.ndim > 1:
        refuse(RefusalKind.RANK, text, expected=0, got=target.ndim)
    got: Size = target.shape[0]
    fits: Condition = equal(got, 1)
    if probabilities:
        fits = any_of(fits, equal(got, input.shape[0]))
    demand(ctx, fits, RefusalKind.SIZES, text, ValueError, got=got)


@operation(f"{F}.linear_cross_entropy", harmless=OPTIONS | {"options", "linear_bias"})
def linear_cross_entropy(
    ctx: Context,
    input: Tensor,
    linear_weight: Tensor,
    target: Tensor,
    *,
    linear_bias: Tensor | None = None,
    weight: Tensor | None = None,
    reduction: str = "mean",
    ignore_index: int | None = None,
    label_smoothing: float = 0.0,
    options: Any = None,
) -> Tensor:
    """`cross_entropy` of a linear map: input (N, in) or (in,), weight (C, *, in)."""
    who = "linear_cross_entropy"
    for tensor in (input, linear_weight, target):
        demand_tensor(tensor, f"an argument of `{who}`")
    if input.ndim not in (1, 2) or linear_weight.ndim < 2 or (linear_weight.ndim > 2 and input.ndim == 1):
        text = f"`{who}` gets an input {shown(input.shape)} and a weight {shown(linear_weight.shape)}"
        refuse(RefusalKind.RANK, text, got=input.ndim)
    expected, got = linear_weight.shape[-1], input.shape[-1]
    text = f"`{who}` was built for {expected} input features and gets {got}"
    demand(ctx, equal(got, expected), RefusalKind.FEATURES, text, expected=expected, got=got)
    logits = Tensor((*input.shape[:-1], *linear_weight.shape[:-1]), input.dtype)
    loss: Tensor = cross_entropy(ctx, logits, target, weight, reduction=reduction)
    return loss


@operation(f"{F}.multi_margin_loss", harmless=OPTIONS - {"p"})
def multi_margin_loss(
    ctx: Context,
    input: Tensor,
    target: Tensor,
    p: int = 1,
    margin: float = 1.0,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """(N, C) and classes (N,) → (N,); or (C,) and a class () or (1,).

    https://pytorch.org/docs/stable/generated/torch.nn.functional.multi_margin_loss.html
    """
    who = "multi_margin_loss"
    if p not in (1, 2):
        refuse(RefusalKind.LAYER, f"`{who}` takes 1 or 2 as `p` and gets {p}", ValueError, got=p)
    demand_tensor(input, f"the input of `{who}`")
    demand_tensor(target, f"the target of `{who}`")
    if input.ndim not in (1, 2) or target.ndim > 1:
        text = f"`{who}` takes (N, C) and (N,) and gets {shown(input.shape)} and {shown(target.shape)}"
        refuse(RefusalKind.RANK, text, got=input.ndim)
    rows: Shape = input.shape[:-1] if input.ndim == 2 else (1,)
    if input.ndim == 2 or target.ndim == 1:
        text = f"`{who}` of {shown(input.shape)} takes a target {shown(rows)} and gets {shown(target.shape)}"
        demand_same_shape(ctx, rows, target.shape, text)
    return reduced(target.shape, legacy_reduction(reduction, size_average, reduce), input.dtype, who)


@operation(f"{F}.multilabel_margin_loss", harmless=OPTIONS)
def multilabel_margin_loss(
    ctx: Context,
    input: Tensor,
    target: Tensor,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """(N, C) twice → (N,); or (C,) twice → ().

    https://pytorch.org/docs/stable/generated/torch.nn.functional.multilabel_margin_loss.html
    """
    who = "multilabel_margin_loss"
    demand_tensor(input, f"the input of `{who}`")
    demand_tensor(target, f"the target of `{who}`")
    if input.ndim > 2:
        text = f"`{who}` takes (N, C) or (C,) and gets {shown(input.shape)}"
        refuse(RefusalKind.RANK, text, expected=(1, 2), got=input.ndim)
    text = f"`{who}` takes a target of the input's shape {shown(input.shape)} and gets {shown(target.shape)}"
    demand_same_shape(ctx, input.shape, target.shape, text)
    return reduced(input.shape[:-1], legacy_reduction(reduction, size_average, reduce), input.dtype, who)


@operation(f"{F}.ctc_loss", harmless=OPTIONS)
def ctc_loss(
    ctx: Context,
    log_probs: Tensor,
    targets: Tensor,
    input_lengths: Any,
    target_lengths: Any,
    blank: int = 0,
    reduction: str = "mean",
    zero_infinity: bool = False,
) -> Tensor:
    """(T, N, C) → (N,); or (T, C) → (). The targets and lengths are not looked at.

    https://pytorch.org/docs/stable/generated/torch.nn.functional.ctc_loss.html
    """
    demand_tensor(log_probs, "the input of `ctc_loss`")
    if log_probs.ndim not in (2, 3):
        text = f"`ctc_loss` takes (T, N, C) or (T, C) and gets {shown(log_probs.shape)}"
        refuse(RefusalKind.RANK, text, expected=(2, 3), got=log_probs.ndim)
    return reduced(log_probs.shape[1:-1], reduction, log_probs.dtype, "ctc_loss")
