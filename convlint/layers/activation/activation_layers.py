"""The activation modules: each stores its arguments under their names and calls the function in `activations`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from inspect import Parameter, Signature
from typing import Any

from convlint.layers.activation import activations
from convlint.layers.core.context import Context
from convlint.layers.core.refusal import RefusalKind
from convlint.layers.core.registry import State, layer
from convlint.layers.core.tensor import Tensor
from convlint.layers.shared.axes import refuse
from convlint.layers.shared.demands import CONSTANTS, constructor_size, demand_rank, demand_tensor, dtype_name
from convlint.symbolic import Size

_ACTIVATION = "torch.nn.modules.activation"
_REQUIRED = Parameter.empty


def _register(name: str, rule: Callable[..., Tensor], arguments: dict[str, Any], shaping: Iterable[str] = ()) -> None:
    """Register a module whose constructor's `arguments` (name → default) are those of `rule` after the input.

    `shaping` names the arguments that must be known; the others change no shape.
    """
    own = [Parameter(key, Parameter.POSITIONAL_OR_KEYWORD, default=value) for key, value in arguments.items()]
    leading = [Parameter(key, Parameter.POSITIONAL_OR_KEYWORD) for key in ("ctx", "state")]
    signature = Signature([*leading, *own])

    class Activation:
        @staticmethod
        def init(ctx: Context, state: State, *args: Any, **kwargs: Any) -> None:
            bound = signature.bind(ctx, state, *args, **kwargs)
            bound.apply_defaults()
            for key in arguments:
                setattr(state, key, bound.arguments[key])

        @staticmethod
        def forward(ctx: Context, state: State, input: Tensor) -> Tensor:
            return rule(ctx, input, **{key: getattr(state, key) for key in arguments})

    Activation.init.__signature__ = signature  # type: ignore[attr-defined]
    harmless = [key for key in arguments if key not in tuple(shaping)]
    layer(f"torch.nn.{name}", f"{_ACTIVATION}.{name}", harmless=harmless)(Activation)


def _register_all() -> None:
    """Register the element-wise modules. https://pytorch.org/docs/stable/nn.html#non-linear-activations"""
    in_place: dict[str, Any] = {"inplace": False}
    _register("Threshold", activations.threshold, {"threshold": _REQUIRED, "value": _REQUIRED, **in_place})
    _register("ReLU", activations.relu, in_place)
    _register("Sigmoid", activations.sigmoid, {})
    _register("Tanh", activations.tanh, {})
    _register("Softsign", activations.softsign, {})
    _register("Tanhshrink", activations.tanhshrink, {})
    _register("RReLU", activations.rrelu, {"lower": 1.0 / 8, "upper": 1.0 / 3, **in_place})
    _register("Hardsigmoid", activations.hardsigmoid, in_place)
    _register("SiLU", activations.silu, in_place)
    _register("Mish", activations.mish, in_place)
    _register("Hardswish", activations.hardswish, in_place)
    _register("ELU", activations.elu, {"alpha": 1.0, **in_place})
    _register("CELU", activations.celu, {"alpha": 1.0, **in_place})
    _register("SELU", activations.selu, in_place)
    _register("GELU", activations.gelu, {"approximate": "none"}, ("approximate",))
    _register("Hardshrink", activations.hardshrink, {"lambd": 0.5})
    _register("Softshrink", activations.softshrink, {"lambd": 0.5})
    _register("LeakyReLU", activations.leaky_relu, {"negative_slope": 1e-2, **in_place})
    _register("LogSigmoid", activations.logsigmoid, {})
    _register("Softplus", activations.softplus, {"beta": 1.0, "threshold": 20.0})
    _register("Softmin", activations.softmin, {"dim": None}, ("dim",))
    _register("Softmax", activations.softmax, {"dim": None}, ("dim",))
    _register("LogSoftmax", activations.log_softmax, {"dim": None}, ("dim",))


_register_all()


@layer("torch.nn.Hardtanh", f"{_ACTIVATION}.Hardtanh", harmless=("inplace",))
class Hardtanh:
    """https://pytorch.org/docs/stable/generated/torch.nn.Hardtanh.html"""

    @staticmethod
    def init(
        ctx: Context,
        state: State,
        min_val: float = -1.0,
        max_val: float = 1.0,
        inplace: bool = False,
        min_value: float | None = None,
        max_value: float | None = None,
    ) -> None:
        low, high = min_val if min_value is None else min_value, max_val if max_value is None else max_value
        if isinstance(low, (int, float)) and isinstance(high, (int, float)) and high <= low:
            refuse(RefusalKind.LAYER, f"`Hardtanh` cannot clip from {low} to {high}", AssertionError)
        state.min_val = low
        state.max_val = high
        state.inplace = inplace

    @staticmethod
    def forward(ctx: Context, state: State, input: Tensor) -> Tensor:
        result: Tensor = activations.hardtanh(ctx, input, state.min_val, state.max_val, state.inplace)
        return result


@layer(
    "torch.nn.ReLU6",
    f"{_ACTIVATION}.ReLU6",
    bases=("torch.nn.Hardtanh",),
    harmless=("inplace",),
)
class ReLU6(Hardtanh):
    """https://pytorch.org/docs/stable/generated/torch.nn.ReLU6.html"""

    @staticmethod
    def init(ctx: Context, state: State, inplace: bool = False) -> None:  # type: ignore[override]
        Hardtanh.init(ctx, state, 0.0, 6.0, inplace)


@layer("torch.nn.GLU", f"{_ACTIVATION}.GLU")
class GLU:
    """https://pytorch.org/docs/stable/generated/torch.nn.GLU.html"""

    @staticmethod
    def init(ctx: Context, state: State, dim: int = -1) -> None:
        state.dim = dim

    @staticmethod
    def forward(ctx: Context, state: State, input: Tensor) -> Tensor:
        return activations.halve(ctx, input, state.dim, "`GLU`")


@layer("torch.nn.PReLU", f"{_ACTIVATION}.PReLU", harmless=CONSTANTS | {"init"})
class PReLU:
    """https://pytorch.org/docs/stable/generated/torch.nn.PReLU.html"""

    @staticmethod
    def init(
        ctx: Context,
        state: State,
        num_parameters: Size = 1,
        init: float = 0.25,
        device: Any = None,
        dtype: str | None = None,
    ) -> None:
        state.num_parameters = num_parameters
        state.init = init
        size = constructor_size(ctx, num_parameters, "PReLU", "num_parameters")
        state.parameter("weight", Tensor((size,), dtype_name(dtype)))

    @staticmethod
    def forward(ctx: Context, state: State, input: Tensor) -> Tensor:
        return activations.scale_channels(ctx, input, state.weight, "`PReLU`")


@layer("torch.nn.Softmax2d", f"{_ACTIVATION}.Softmax2d", input_rank=4)
class Softmax2d:
    """Softmax over the channels of (C, H, W) or (N, C, H, W).

    https://pytorch.org/docs/stable/generated/torch.nn.Softmax2d.html
    """

    @staticmethod
    def init(ctx: Context, state: State) -> None:
        return None

    @staticmethod
    def forward(ctx: Context, state: State, input: Tensor) -> Tensor:
        demand_rank(demand_tensor(input, "the input of `Softmax2d`"), (3, 4), "`Softmax2d`", ValueError)
        return activations.soft(ctx, input, -3, None, "`Softmax2d`")
