"""Dropout in all its forms: no shape changes; a probability outside of [0, 1] is refused."""

from __future__ import annotations

from typing import Any

from convlint.layers.core.context import Context
from convlint.layers.core.refusal import RefusalKind, Unmodelled
from convlint.layers.core.registry import State, layer, operation
from convlint.layers.core.tensor import Tensor
from convlint.layers.shared.axes import refuse, shown
from convlint.layers.shared.constants import overwritten
from convlint.layers.shared.demands import demand_rank, demand_tensor

_F = "torch.nn.functional"
_DROPOUT = "torch.nn.modules.dropout"
_HARMLESS = ("p", "inplace")


def _check_probability(p: Any, who: str, error: type[Exception] = ValueError) -> None:
    # None stands for an unknown probability
    if isinstance(p, (int, float)) and not 0 <= p <= 1:
        refuse(RefusalKind.LAYER, f"{who} takes a probability between 0 and 1 and gets {p}", error, got=p)


def drop(input: Tensor, p: Any, training: Any, inplace: Any, who: str, features: bool = False) -> Tensor:
    """Return what dropout returns: in eval mode or with p = 0 the input itself, else a tensor of its shape.

    Dropping whole features of a tensor that has none (rank below 2) raises, in training only.
    """
    demand_tensor(input, f"the input of {who}")
    if features and input.ndim < 2 and training and isinstance(p, (int, float)) and 0 < p < 1:
        text = f"{who} drops features of at least 2-D input and gets {input.ndim}-D {shown(input.shape)}"
        refuse(RefusalKind.RANK, text, expected=2, got=input.ndim)
    if not training or p == 0:
        return input
    return overwritten(input) if inplace else Tensor(input.shape, input.dtype)


@operation(f"{_F}.dropout", harmless=_HARMLESS)
def dropout(ctx: Context, input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False) -> Tensor:
    """https://pytorch.org/docs/stable/generated/torch.nn.functional.dropout.html"""
    _check_probability(p, "`dropout`")
    return drop(input, p, training, inplace, "`dropout`")


@operation(f"{_F}.alpha_dropout", harmless=_HARMLESS)
def alpha_dropout(ctx: Context, input: Tensor, p: float = 0.5, training: bool = False, inplace: bool = False) -> Tensor:
    """https://pytorch.org/docs/stable/generated/torch.nn.functional.alpha_dropout.html"""
    _check_probability(p, "`alpha_dropout`")
    return drop(input, p, training, inplace, "`alpha_dropout`")


@operation(f"{_F}.feature_alpha_dropout", harmless=_HARMLESS)
def feature_alpha_dropout(
    ctx: Context, input: Tensor, p: float = 0.5, training: bool = False, inplace: bool = False
) -> Tensor:
    """https://pytorch.org/docs/stable/generated/torch.nn.functional.feature_alpha_dropout.html"""
    _check_probability(p, "`feature_alpha_dropout`")
    return drop(input, p, training, inplace, "`feature_alpha_dropout`", features=True)


@operation(f"{_F}.dropout1d", harmless=_HARMLESS)
def dropout1d(ctx: Context, input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False) -> Tensor:
    """(C, L) or (N, C, L). https://pytorch.org/docs/stable/generated/torch.nn.functional.dropout1d.html"""
    _check_probability(p, "`dropout1d`")
    demand_rank(demand_tensor(input, "the input of `dropout1d`"), (2, 3), "`dropout1d`")
    return drop(input, p, training, inplace, "`dropout1d`")


@operation(f"{_F}.dropout2d", harmless=_HARMLESS)
def dropout2d(ctx: Context, input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False) -> Tensor:
    """https://pytorch.org/docs/stable/generated/torch.nn.functional.dropout2d.html"""
    _check_probability(p, "`dropout2d`")
    return drop(input, p, training, inplace, "`dropout2d`", features=True)


@operation(f"{_F}.dropout3d", harmless=_HARMLESS)
def dropout3d(ctx: Context, input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False) -> Tensor:
    """Input that is not 5-D counts as one sample, so a 1-D input still has features.

    https://pytorch.org/docs/stable/generated/torch.nn.functional.dropout3d.html
    """
    _check_probability(p, "`dropout3d`")
    demand_tensor(input, "the input of `dropout3d`")
    return drop(input, p, training, inplace, "`dropout3d`", features=input.ndim == 0)


def _register_aten() -> None:
    """Register the functions of `torch` itself, where the probability's check raises RuntimeError."""
    for name in ("dropout", "alpha_dropout", "feature_dropout", "feature_alpha_dropout"):
        for suffix, inplace in (("", False), ("_", True)):
            _aten(f"{name}{suffix}", inplace, name.startswith("feature"))


def _aten(name: str, inplace: bool, features: bool) -> None:
    def rule(ctx: Context, input: Tensor, p: float, train: bool) -> Tensor:
        _check_probability(p, f"`{name}`", RuntimeError)
        return drop(input, p, train, inplace, f"`{name}`", features)

    operation(f"torch.{name}", harmless=("p",))(rule)


_register_aten()


def _register_layers() -> None:
    """Register the modules. https://pytorch.org/docs/stable/nn.html#dropout-layers"""
    for name, rule in (
        ("Dropout", dropout),
        ("Dropout1d", dropout1d),
        ("Dropout2d", dropout2d),
        ("Dropout3d", dropout3d),
        ("AlphaDropout", alpha_dropout),
        ("FeatureAlphaDropout", feature_alpha_dropout),
    ):
        _dropout_layer(name, rule, takes_inplace=rule not in (alpha_dropout, feature_alpha_dropout))


def _dropout_layer(name: str, rule: Any, takes_inplace: bool) -> None:
    class Dropout:
        @staticmethod
        def init(ctx: Context, state: State, p: float = 0.5, inplace: bool = False) -> None:
            _check_probability(p, f"`{name}`")
            state.p = p
            state.inplace = inplace

        @staticmethod
        def forward(ctx: Context, state: State, input: Tensor) -> Tensor:
            result: Tensor = rule(ctx, input, state.p, state.training, takes_inplace and state.inplace)
            return result

    names = (f"torch.nn.{name}", f"{_DROPOUT}.{name}")
    layer(*names, bases=(f"{_DROPOUT}._DropoutNd",), harmless=_HARMLESS)(Dropout)


_register_layers()


@layer(f"{_DROPOUT}._DropoutNd", harmless=_HARMLESS)
class BaseDropout:
    """What dropouts of the user's own derive from."""

    @staticmethod
    def init(ctx: Context, state: State, p: float = 0.5, inplace: bool = False) -> None:
        _check_probability(p, "`_DropoutNd`")
        state.p = p
        state.inplace = inplace

    @staticmethod
    def forward(ctx: Context, state: State, input: Tensor) -> Tensor:
        raise Unmodelled("a dropout without a forward of its own")
