"""The loss modules: each stores its arguments, its weights as buffers, and calls the function of the same name."""

from __future__ import annotations

from collections.abc import Callable
from inspect import Parameter, Signature
from typing import Any

from convlint.layers.core.context import Context
from convlint.layers.core.refusal import RefusalKind, Unmodelled
from convlint.layers.core.registry import State, layer
from convlint.layers.core.tensor import Tensor
from convlint.layers.losses import classification_losses, losses
from convlint.layers.losses.losses import OPTIONS, legacy_reduction
from convlint.layers.shared.axes import refuse
from convlint.layers.shared.demands import CONSTANTS, demand_same_shape
from convlint.symbolic import Size

_LOSS = "torch.nn.modules.loss"
_LEGACY = {"size_average": None, "reduce": None}
_REDUCTION = {**_LEGACY, "reduction": "mean"}
_BUFFERS = ("weight", "pos_weight")


def _register(
    name: str,
    rule: Callable[..., Tensor],
    arguments: dict[str, Any],
    inputs: tuple[str, ...] = ("input", "target"),
    *,
    keywords_only: bool = False,
    bases: tuple[str, ...] = (),
) -> None:
    """Register a loss: `arguments` are its constructor's (name → default) in torch's order, `inputs` its forward's."""
    kind = Parameter.KEYWORD_ONLY if keywords_only else Parameter.POSITIONAL_OR_KEYWORD
    leading = [Parameter(key, Parameter.POSITIONAL_OR_KEYWORD) for key in ("ctx", "state")]
    own = [Parameter(key, kind, default=value) for key, value in arguments.items()]
    signature = Signature([*leading, *own])
    taken = [Parameter(key, Parameter.POSITIONAL_OR_KEYWORD) for key in inputs]
    weights = [key for key in _BUFFERS if key in arguments]

    class Loss:
        @staticmethod
        def init(ctx: Context, state: State, *args: Any, **kwargs: Any) -> None:
            bound = signature.bind(ctx, state, *args, **kwargs)
            bound.apply_defaults()
            values = bound.arguments
            _check(name, values)
            state.reduction = legacy_reduction(values["reduction"], values.get("size_average"), values.get("reduce"))
            for key in arguments:
                if key in weights:
                    state.buffer(key, values[key])
                elif key not in _REDUCTION:
                    setattr(state, key, values[key])

        @staticmethod
        def forward(ctx: Context, state: State, *args: Any, **kwargs: Any) -> Tensor:
            given = {key: getattr(state, key) for key in weights}
            return rule(ctx, *args, **kwargs, **given, reduction=state.reduction)

    Loss.init.__signature__ = signature  # type: ignore[attr-defined]
    Loss.forward.__signature__ = Signature([*leading, *taken])  # type: ignore[attr-defined]
    weighted = (f"{_LOSS}._WeightedLoss",) if "weight" in weights and name != "BCEWithLogitsLoss" else ()
    all_bases = (*bases, *weighted, f"{_LOSS}._Loss")
    harmless = OPTIONS - {"p"} if name == "MultiMarginLoss" else OPTIONS
    layer(f"torch.nn.{name}", f"{_LOSS}.{name}", bases=all_bases, harmless=harmless)(Loss)


def _check(name: str, values: dict[str, Any]) -> None:
    if name == "MultiMarginLoss":
        if values["p"] not in (1, 2):
            refuse(RefusalKind.LAYER, f"`{name}` takes 1 or 2 as `p` and gets {values['p']}", ValueError)
        weight = values["weight"]
        if isinstance(weight, Tensor) and weight.ndim != 1:
            refuse(RefusalKind.LAYER, f"`{name}` takes a 1-D weight and gets {weight.ndim}-D", ValueError)


def _register_all() -> None:
    """Register the losses. https://pytorch.org/docs/stable/nn.html#loss-functions"""
    weight = {"weight": None}
    classes = {**weight, "size_average": None, "ignore_index": -100, "reduce": None, "reduction": "mean"}
    nll = ("torch.nn.NLLLoss",)
    _register("L1Loss", losses.l1_loss, _REDUCTION)
    _register("MSELoss", losses.mse_loss, _REDUCTION)
    _register("SmoothL1Loss", losses.smooth_l1_loss, {**_REDUCTION, "beta": 1.0})
    _register("HuberLoss", losses.huber_loss, {"reduction": "mean", "delta": 1.0})
    _register("KLDivLoss", losses.kl_div, {**_REDUCTION, "log_target": False})
    _register("SoftMarginLoss", losses.soft_margin_loss, _REDUCTION)
    _register("HingeEmbeddingLoss", losses.hinge_embedding_loss, {"margin": 1.0, **_REDUCTION})
    poisson = {"log_input": True, "full": False, "size_average": None, "eps": 1e-8, "reduce": None, "reduction": "mean"}
    _register("PoissonNLLLoss", losses.poisson_nll_loss, poisson, ("log_input", "target"))
    gaussian = {"full": False, "eps": 1e-6, "reduction": "mean"}
    _register("GaussianNLLLoss", losses.gaussian_nll_loss, gaussian, ("input", "target", "var"), keywords_only=True)
    _register("BCELoss", losses.binary_cross_entropy, {**weight, **_REDUCTION})
    logits = {**weight, **_REDUCTION, "pos_weight": None}
    _register("BCEWithLogitsLoss", losses.binary_cross_entropy_with_logits, logits)
    _register("MultiLabelSoftMarginLoss", losses.multilabel_soft_margin_loss, {**weight, **_REDUCTION})
    pairs = ("input1", "input2", "target")
    _register("CosineEmbeddingLoss", losses.cosine_embedding_loss, {"margin": 0.0, **_REDUCTION}, pairs)
    _register("MarginRankingLoss", losses.margin_ranking_loss, {"margin": 0.0, **_REDUCTION}, pairs)
    triplet = {"margin": 1.0, "p": 2.0, "eps": 1e-6, "swap": False, **_REDUCTION}
    _register("TripletMarginLoss", losses.triplet_margin_loss, triplet, ("anchor", "positive", "negative"))
    _register("NLLLoss", classification_losses.nll_loss, classes)
    _register("NLLLoss2d", classification_losses.nll_loss, classes, bases=nll)
    _register("CrossEntropyLoss", classification_losses.cross_entropy, {**classes, "label_smoothing": 0.0})
    _register("MultiLabelMarginLoss", classification_losses.multilabel_margin_loss, _REDUCTION)
    multi_margin = {"p": 1, "margin": 1.0, **weight, **_REDUCTION}
    _register("MultiMarginLoss", classification_losses.multi_margin_loss, multi_margin)
    ctc = {"blank": 0, "reduction": "mean", "zero_infinity": False}
    sequences = ("log_probs", "targets", "input_lengths", "target_lengths")
    _register("CTCLoss", classification_losses.ctc_loss, ctc, sequences)


_register_all()


@layer(f"{_LOSS}._Loss", harmless=OPTIONS)
class BaseLoss:
    """What losses of the user's own derive from."""

    @staticmethod
    def init(ctx: Context, state: State, size_average: Any = None, reduce: Any = None, reduction: str = "mean") -> None:
        state.reduction = legacy_reduction(reduction, size_average, reduce)

    @staticmethod
    def forward(ctx: Context, state: State, *args: Any) -> Tensor:
        raise Unmodelled("a loss without a forward of its own")


@layer(f"{_LOSS}._WeightedLoss", bases=(f"{_LOSS}._Loss",), harmless=OPTIONS)
class BaseWeightedLoss(BaseLoss):
    """What weighted losses of the user's own derive from."""

    @staticmethod
    def init(  # type: ignore[override]
        ctx: Context,
        state: State,
        weight: Tensor | None = None,
        size_average: Any = None,
        reduce: Any = None,
        reduction: str = "mean",
    ) -> None:
        BaseLoss.init(ctx, state, size_average, reduce, reduction)
        state.buffer("weight", weight)


@layer(
    "torch.nn.LinearCrossEntropyLoss",
    f"{_LOSS}.LinearCrossEntropyLoss",
    bases=(f"{_LOSS}._WeightedLoss", f"{_LOSS}._Loss"),
    harmless=CONSTANTS | OPTIONS | {"options"},
)
class LinearCrossEntropyLoss:
    """Its child `linear` is never called: the function uses the child's weights.

    https://pytorch.org/docs/stable/generated/torch.nn.LinearCrossEntropyLoss.html
    """

    @staticmethod
    def init(
        ctx: Context,
        state: State,
        in_features: Size,
        num_classes: Size,
        *,
        out_features: tuple[int, ...] = (),
        bias: bool = False,
        device: Any = None,
        dtype: str | None = None,
        reduction: str = "mean",
        weight: Tensor | None = None,
        ignore_index: int | None = None,
        label_smoothing: float = 0.0,
        options: Any = None,
    ) -> None:
        if not isinstance(out_features, tuple):
            raise Unmodelled("`LinearCrossEntropyLoss` with output features that are not a tuple")
        if weight is not None:
            text = f"`LinearCrossEntropyLoss` of {num_classes} classes gets a weight of another size"
            demand_same_shape(ctx, (num_classes,), weight.shape, text)
        state.reduction = reduction
        state.buffer("weight", weight)
        state.num_classes = num_classes
        state.out_features = out_features
        state.ignore_index = ignore_index
        state.label_smoothing = label_smoothing
        rows = num_classes
        for size in out_features:
            rows = rows * size
        state.child("linear", "torch.nn.Linear", in_features, rows, bias=bias, dtype=dtype)
        state.options = options
        state._in_features = in_features

    @staticmethod
    def forward(ctx: Context, state: State, input: Tensor, target: Tensor) -> Tensor:
        table = Tensor((state.num_classes, *state.out_features, state._in_features))
        rule = classification_losses.linear_cross_entropy
        loss: Tensor = rule(ctx, input, table, target, weight=state.weight, reduction=state.reduction)
        return loss
