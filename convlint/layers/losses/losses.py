"""The element-wise and metric loss functions: a scalar, or with reduction 'none' one value for each element or row."""

from __future__ import annotations

from typing import Any

from convlint.layers.core.context import Context
from convlint.layers.core.refusal import RefusalKind, Unmodelled
from convlint.layers.core.registry import operation
from convlint.layers.core.tensor import Shape, Tensor
from convlint.layers.shared import dtypes
from convlint.layers.shared.axes import refuse, replaced, shown, written
from convlint.layers.shared.broadcasting import broadcast, broadcast_to, same_shapes
from convlint.layers.shared.demands import demand_same_shape, demand_tensor
from convlint.layers.shared.dtypes import result_type

F = "torch.nn.functional"
OPTIONS = frozenset(
    {
        *("weight", "pos_weight", "beta", "delta", "log_target", "log_input", "full", "eps", "margin", "p", "swap"),
        *("ignore_index", "label_smoothing", "blank", "zero_infinity"),
    }
)
"""Arguments of losses that change no shape."""


def legacy_reduction(reduction: Any, size_average: Any, reduce: Any) -> Any:
    """Return the reduction that torch's deprecated flags stand for, `reduction` when none is given."""
    if size_average is None and reduce is None:
        return reduction
    if reduce is not None and not reduce:
        return "none"
    return "mean" if size_average is None or size_average else "sum"


def reduced(shape: Shape, reduction: Any, dtype: str, who: str) -> Tensor:
    """Return a loss of that shape after its reduction: 'none', 'mean' or 'sum'."""
    if reduction not in ("none", "mean", "sum", "elementwise_mean"):
        text = f"`{who}` takes 'none', 'mean' or 'sum' as `reduction` and gets {written(reduction)}"
        refuse(RefusalKind.LAYER, text, ValueError, got=reduction)
    return Tensor(shape if reduction == "none" else (), dtype)


def _tensors(who: str, *values: Any) -> None:
    for value in values:
        demand_tensor(value, f"an argument of `{who}`")


def _element_wise(
    ctx: Context, who: str, input: Tensor, target: Tensor, flags: tuple[Any, Any, Any], weight: Tensor | None = None
) -> Tensor:
    """Return a loss of each pair of elements; a weight has the shape of the input."""
    _tensors(who, input, target)
    shape = broadcast(ctx, (input.shape, target.shape), who)
    if weight is not None:
        text = f"`{who}` weighs {shown(input.shape)} elements by {shown(weight.shape)} weights"
        demand_same_shape(ctx, input.shape, weight.shape, text, ValueError)
        shape = broadcast(ctx, (shape, weight.shape), who)
    return reduced(shape, legacy_reduction(*flags), result_type(input, target), who)


@operation(f"{F}.l1_loss", harmless=OPTIONS)
def l1_loss(
    ctx: Context,
    input: Tensor,
    target: Tensor,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    weight: Tensor | None = None,
) -> Tensor:
    return _element_wise(ctx, "l1_loss", input, target, (reduction, size_average, reduce), weight)


@operation(f"{F}.mse_loss", harmless=OPTIONS)
def mse_loss(
    ctx: Context,
    input: Tensor,
    target: Tensor,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    weight: Tensor | None = None,
) -> Tensor:
    return _element_wise(ctx, "mse_loss", input, target, (reduction, size_average, reduce), weight)


@operation(f"{F}.smooth_l1_loss", harmless=OPTIONS)
def smooth_l1_loss(
    ctx: Context,
    input: Tensor,
    target: Tensor,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    beta: float = 1.0,
) -> Tensor:
    return _element_wise(ctx, "smooth_l1_loss", input, target, (reduction, size_average, reduce))


@operation(f"{F}.huber_loss", harmless=OPTIONS)
def huber_loss(
    ctx: Context,
    input: Tensor,
    target: Tensor,
    reduction: str = "mean",
    delta: float = 1.0,
    weight: Tensor | None = None,
) -> Tensor:
    return _element_wise(ctx, "huber_loss", input, target, (reduction, None, None), weight)


@operation(f"{F}.kl_div", harmless=OPTIONS)
def kl_div(
    ctx: Context,
    input: Tensor,
    target: Tensor,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    log_target: bool = False,
) -> Tensor:
    reduction = legacy_reduction(reduction, size_average, reduce)
    whole = "sum" if reduction == "batchmean" else reduction
    return _element_wise(ctx, "kl_div", input, target, (whole, None, None))


@operation(f"{F}.poisson_nll_loss", harmless=OPTIONS)
def poisson_nll_loss(
    ctx: Context,
    input: Tensor,
    target: Tensor,
    log_input: bool = True,
    full: bool = False,
    size_average: bool | None = None,
    eps: float = 1e-8,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    return _element_wise(ctx, "poisson_nll_loss", input, target, (reduction, size_average, reduce))


@operation(f"{F}.hinge_embedding_loss", harmless=OPTIONS)
def hinge_embedding_loss(
    ctx: Context,
    input: Tensor,
    target: Tensor,
    margin: float = 1.0,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    return _element_wise(ctx, "hinge_embedding_loss", input, target, (reduction, size_average, reduce))


@operation(f"{F}.soft_margin_loss", harmless=OPTIONS)
def soft_margin_loss(
    ctx: Context,
    input: Tensor,
    target: Tensor,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    _tensors("soft_margin_loss", input, target)
    broadcast_to(ctx, target.shape, input.shape, "soft_margin_loss")
    kind = legacy_reduction(reduction, size_average, reduce)
    return reduced(input.shape, kind, result_type(input, target), "soft_margin_loss")


@operation(f"{F}.gaussian_nll_loss", harmless=OPTIONS)
def gaussian_nll_loss(
    ctx: Context,
    input: Tensor,
    target: Tensor,
    var: Any,
    full: bool = False,
    eps: float = 1e-6,
    reduction: str = "mean",
) -> Tensor:
    """`var` is a float, or has the input's shape, or that with the last size left out or 1."""
    who = "gaussian_nll_loss"
    _tensors(who, input, target)
    if isinstance(var, Tensor):
        wanted = (input.shape, input.shape[:-1], (*input.shape[:-1], 1))
        if not any(same_shapes(ctx, var.shape, shape) for shape in wanted):
            raise Unmodelled(f"`{who}` of {shown(input.shape)} with variances {shown(var.shape)}")
    elif not isinstance(var, float):
        raise Unmodelled(f"`{who}` with a variance that is not known")
    if reduction not in ("none", "mean", "sum"):
        text = f"`{who}` takes 'none', 'mean' or 'sum' as `reduction` and gets {written(reduction)}"
        refuse(RefusalKind.LAYER, text, ValueError, got=reduction)
    return reduced(broadcast(ctx, (input.shape, target.shape), who), reduction, result_type(input, target), who)


def _same_as_input(ctx: Context, who: str, input: Tensor, target: Tensor, *weights: Tensor | None) -> None:
    _tensors(who, input, target)
    text = f"`{who}` takes a target of the input's shape {shown(input.shape)} and gets {shown(target.shape)}"
    demand_same_shape(ctx, input.shape, target.shape, text, ValueError)
    for weight in weights:
        if weight is not None:
            broadcast_to(ctx, weight.shape, input.shape, who)


def _demand_float(target: Tensor, who: str) -> None:
    """Refuse a target of integers or truth values where it is taken for probabilities."""
    if dtypes.is_integral(target.dtype):
        text = f"`{who}` takes a target of floats and gets {target.dtype}"
        refuse(RefusalKind.LAYER, text, expected="float32", got=target.dtype)


@operation(f"{F}.binary_cross_entropy", harmless=OPTIONS)
def binary_cross_entropy(
    ctx: Context,
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """https://pytorch.org/docs/stable/generated/torch.nn.functional.binary_cross_entropy.html"""
    kind = legacy_reduction(reduction, size_average, reduce)
    _same_as_input(ctx, "binary_cross_entropy", input, target, weight)
    _demand_float(target, "binary_cross_entropy")
    return reduced(input.shape, kind, input.dtype, "binary_cross_entropy")


@operation(f"{F}.binary_cross_entropy_with_logits", harmless=OPTIONS)
def binary_cross_entropy_with_logits(
    ctx: Context,
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    pos_weight: Tensor | None = None,
) -> Tensor:
    """https://pytorch.org/docs/stable/generated/torch.nn.functional.binary_cross_entropy_with_logits.html"""
    kind = legacy_reduction(reduction, size_average, reduce)
    _same_as_input(ctx, "binary_cross_entropy_with_logits", input, target, weight, pos_weight)
    _demand_float(target, "binary_cross_entropy_with_logits")
    return reduced(input.shape, kind, result_type(input, target), "binary_cross_entropy_with_logits")


@operation(f"{F}.multilabel_soft_margin_loss", harmless=OPTIONS)
def multilabel_soft_margin_loss(
    ctx: Context,
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """(*, C) and a target that broadcasts with it → (*): the mean over the input's last dimension."""
    who = "multilabel_soft_margin_loss"
    _tensors(who, input, target)
    if input.ndim == 0 or (weight is not None and weight.ndim > input.ndim) or target.ndim > input.ndim:
        raise Unmodelled(f"`{who}` of {input.ndim}-D input with a target or weight of more dimensions")
    shapes = (input.shape, target.shape, *(() if weight is None else (weight.shape,)))
    shape = replaced(broadcast(ctx, shapes, who), input.ndim - 1)
    return reduced(shape, legacy_reduction(reduction, size_average, reduce), result_type(input, target), who)


@operation(f"{F}.margin_ranking_loss", harmless=OPTIONS)
def margin_ranking_loss(
    ctx: Context,
    input1: Tensor,
    input2: Tensor,
    target: Tensor,
    margin: float = 0,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """Three tensors of one rank that broadcast together."""
    kind = legacy_reduction(reduction, size_average, reduce)
    shape = _of_one_rank(ctx, "margin_ranking_loss", input1, input2, target)
    return reduced(shape, kind, result_type(input1, input2, target), "margin_ranking_loss")


def _of_one_rank(ctx: Context, who: str, *tensors: Tensor) -> Shape:
    _tensors(who, *tensors)
    if len({tensor.ndim for tensor in tensors}) > 1:
        shapes = ", ".join(shown(tensor.shape) for tensor in tensors)
        refuse(RefusalKind.RANK, f"`{who}` takes tensors of one rank and gets {shapes}", RuntimeError)
    return broadcast(ctx, [tensor.shape for tensor in tensors], who)


@operation(f"{F}.cosine_embedding_loss", harmless=OPTIONS)
def cosine_embedding_loss(
    ctx: Context,
    input1: Tensor,
    input2: Tensor,
    target: Tensor,
    margin: float = 0,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """(N, D), (N, D) and (N,) → (N,); or (D,), (D,) and () → ()."""
    who = "cosine_embedding_loss"
    _tensors(who, input1, input2, target)
    if target.ndim > 1 or input1.ndim != target.ndim + 1 or input2.ndim != target.ndim + 1:
        shapes = ", ".join(shown(tensor.shape) for tensor in (input1, input2, target))
        refuse(RefusalKind.RANK, f"`{who}` takes (N, D), (N, D), (N,) and gets {shapes}", RuntimeError)
    rows = broadcast(ctx, (input1.shape, input2.shape), who)[:-1]
    shape = broadcast(ctx, (rows, target.shape), who)
    return reduced(shape, legacy_reduction(reduction, size_average, reduce), result_type(input1, input2), who)


@operation(f"{F}.triplet_margin_loss", harmless=OPTIONS)
def triplet_margin_loss(
    ctx: Context,
    anchor: Tensor,
    positive: Tensor,
    negative: Tensor,
    margin: float = 1.0,
    p: float = 2,
    eps: float = 1e-6,
    swap: bool = False,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """(*, D) three times → (*)."""
    kind = legacy_reduction(reduction, size_average, reduce)
    return _triplets(ctx, "triplet_margin_loss", (anchor, positive, negative), kind)


@operation(f"{F}.triplet_margin_with_distance_loss", harmless=OPTIONS)
def triplet_margin_with_distance_loss(
    ctx: Context,
    anchor: Tensor,
    positive: Tensor,
    negative: Tensor,
    *,
    distance_function: Any = None,
    margin: float = 1.0,
    swap: bool = False,
    reduction: str = "mean",
) -> Tensor:
    """`triplet_margin_loss` unless the distance is the user's own."""
    if distance_function is not None:
        raise Unmodelled("`triplet_margin_with_distance_loss` with a distance of the user's own")
    return _triplets(ctx, "triplet_margin_with_distance_loss", (anchor, positive, negative), reduction)


def _triplets(ctx: Context, who: str, tensors: tuple[Tensor, Tensor, Tensor], reduction: Any) -> Tensor:
    anchor, positive, negative = tensors
    _tensors(who, *tensors)
    if len({tensor.ndim for tensor in tensors}) > 1:
        shapes = ", ".join(shown(tensor.shape) for tensor in tensors)
        refuse(RefusalKind.RANK, f"`{who}` takes tensors of one rank and gets {shapes}", RuntimeError)
    rows = [broadcast(ctx, (anchor.shape, other.shape), who)[:-1] for other in (positive, negative)]
    return reduced(broadcast(ctx, rows, who), reduction, result_type(*tensors), who)
