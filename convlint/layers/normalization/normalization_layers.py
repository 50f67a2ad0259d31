"""The normalisation modules: batch, instance, group, layer, RMS and local response."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from convlint.layers.core.context import Context
from convlint.layers.core.refusal import RefusalKind, Unmodelled
from convlint.layers.core.registry import State, layer
from convlint.layers.core.tensor import Tensor
from convlint.layers.normalization.normalization import (
    Sizes,
    normalize_batch,
    normalize_groups,
    normalize_instances,
    normalize_responses,
    normalize_trailing,
    refuse_negative_eps,
)
from convlint.layers.shared.axes import refuse, written
from convlint.layers.shared.demands import CONSTANTS, constructor_size, demand, demand_rank, demand_tensor, dtype_name
from convlint.symbolic import Dim, Size, at_least, divides, equal

_BATCHNORM = "torch.nn.modules.batchnorm"
_INSTANCENORM = "torch.nn.modules.instancenorm"
_NORMALIZATION = "torch.nn.modules.normalization"
_HARMLESS = CONSTANTS | {"eps", "momentum", "process_group"}


def _set_arguments(state: State, num_features: Size, eps: Any, momentum: Any, affine: bool, track: bool) -> None:
    state.num_features = num_features
    state.eps = eps
    state.momentum = momentum
    state.affine = affine
    state.track_running_stats = track


def _register(ctx: Context, state: State, name: str, size: Any, dtype: str | None, bias: bool) -> None:
    """Register what `_NormBase` does for `size` features: weight and bias if affine, statistics if tracked."""
    dtype = dtype_name(dtype)
    if isinstance(size, tuple):
        raise Unmodelled(f"`{name}` with a tuple of features")
    affine, track = state.affine, state.track_running_stats
    features = constructor_size(ctx, size, name, "num_features") if affine or track else 0
    state.parameter("weight", Tensor((features,), dtype) if affine else None)
    state.parameter("bias", Tensor((features,), dtype) if affine and bias else None)
    state.buffer("running_mean", Tensor((features,), dtype) if track else None)
    state.buffer("running_var", Tensor((features,), dtype) if track else None)
    state.buffer("num_batches_tracked", Tensor((), "int64") if track else None)


def _forward_batch(ctx: Context, state: State, input: Tensor, name: str) -> Tensor:
    training, mean, variance = state.training, state.running_mean, state.running_var
    statistics = (mean, variance) if not training or state.track_running_stats else (None, None)
    of_batch = training or (mean is None and variance is None)
    refuse_negative_eps(f"`{name}`", state.eps)
    return normalize_batch(ctx, input, (*statistics, state.weight, state.bias), of_batch, f"`{name}`")


def _forward_instances(ctx: Context, state: State, input: Tensor, name: str, unbatched: int) -> Tensor:
    """Take (C, *) of rank `unbatched`, or (N, C, *) of one more."""
    axis = input.ndim - unbatched
    got, expected = input.shape[axis], state.num_features
    if state.affine:
        text = f"`{name}` was built for {expected} channels and gets {got}"
        demand(ctx, equal(got, expected), RefusalKind.CHANNELS, text, ValueError, expected=expected, got=got)
    batched = input if axis else Tensor((1, *input.shape), input.dtype)
    channel_wise = (state.running_mean, state.running_var, state.weight, state.bias)
    of_input = state.training or not state.track_running_stats
    normalize_instances(ctx, batched, channel_wise, of_input, f"`{name}`")
    return Tensor(input.shape, input.dtype)


def _statistics_class(name: str, track: bool, lazy: bool, forward: Callable[..., Tensor]) -> type:
    """Make the entry of a module that keeps statistics; `track` is whether it is affine and tracks by default."""

    class Statistics:
        @staticmethod
        def init(
            ctx: Context,
            state: State,
            num_features: Size,
            eps: float = 1e-5,
            momentum: float | None = 0.1,
            affine: bool = track,
            track_running_stats: bool = track,
            device: Any = None,
            dtype: str | None = None,
            *,
            bias: bool = True,
        ) -> None:
            _set_arguments(state, num_features, eps, momentum, affine, track_running_stats)
            _register(ctx, state, name, num_features, dtype, bias)

        @staticmethod
        def forward(ctx: Context, state: State, input: Tensor) -> Tensor:
            return forward(ctx, state, demand_tensor(input, f"the input of `{name}`"))

    class LazyStatistics:
        @staticmethod
        def init(
            ctx: Context,
            state: State,
            eps: float = 1e-5,
            momentum: float | None = 0.1,
            affine: bool = True,
            track_running_stats: bool = True,
            device: Any = None,
            dtype: str | None = None,
            *,
            bias: bool = True,
        ) -> None:
            _set_arguments(state, 0, eps, momentum, affine, track_running_stats)
            if _has_lazy_parts(state):
                unknown = ctx.unknown_size("the channels of a lazy layer's input are inferred at its first call")
                _register(ctx, state, name, unknown, dtype, bias)
            else:
                _register(ctx, state, name, 0, dtype, bias)

        @staticmethod
        def forward(ctx: Context, state: State, input: Tensor) -> Tensor:
            if state.num_features == 0:
                if demand_tensor(input, f"the input of `{name}`").ndim < 2:
                    refuse(RefusalKind.RANK, f"`{name}` gets {input.ndim}-D input", IndexError, got=input.ndim)
                if _has_lazy_parts(state):
                    state.num_features = input.shape[1]
                    dtype = (state.weight or state.running_mean).dtype
                    _register(ctx, state, name, input.shape[1], dtype, state.bias is not None)
            return Statistics.forward(ctx, state, input)

    return LazyStatistics if lazy else Statistics


def _has_lazy_parts(state: State) -> bool:
    """Tell whether a lazy module has anything to initialise."""
    return bool(state.affine or state.track_running_stats)


def _batch_forward(name: str, ranks: tuple[int, ...]) -> Callable[..., Tensor]:
    def forward(ctx: Context, state: State, input: Tensor) -> Tensor:
        if ranks:
            demand_rank(input, ranks, f"`{name}`", ValueError)
        return _forward_batch(ctx, state, input, name)

    return forward


def _instance_forward(name: str, unbatched: int) -> Callable[..., Tensor]:
    def forward(ctx: Context, state: State, input: Tensor) -> Tensor:
        demand_rank(input, (unbatched, unbatched + 1), f"`{name}`", ValueError)
        return _forward_instances(ctx, state, input, name, unbatched)

    return forward


def _register_statistics() -> None:
    """Register batch and instance normalisation of 1 to 3 spatial dimensions, and their lazy variants.

    https://pytorch.org/docs/stable/nn.html#normalization-layers
    """
    norm_base = f"{_BATCHNORM}._NormBase"
    for family, module, track in (("BatchNorm", _BATCHNORM, True), ("InstanceNorm", _INSTANCENORM, False)):
        common = (f"{module}._{family}", norm_base)
        for spatial in (1, 2, 3):
            name = f"{family}{spatial}d"
            batch_ranks = (2, 3) if spatial == 1 else (spatial + 2,)
            lazy_bases = (*common, f"{_BATCHNORM}._LazyNormBase", "torch.nn.modules.lazy.LazyModuleMixin")
            for full_name, lazy, bases in ((name, False, common), (f"Lazy{name}", True, lazy_bases)):
                forward = _batch_forward(full_name, batch_ranks) if track else _instance_forward(full_name, spatial + 1)
                cls = _statistics_class(full_name, track, lazy, forward)
                names = (f"torch.nn.{full_name}", f"{module}.{full_name}")
                # a BatchNorm1d takes batches of two ranks
                rank = None if name == "BatchNorm1d" else spatial + 2
                layer(*names, bases=bases, harmless=_HARMLESS, input_rank=rank)(cls)
    _register_bases(norm_base)


def _register_bases(norm_base: str) -> None:
    """Register what normalisations of the user's own derive from."""

    def forward(ctx: Context, state: State, input: Tensor) -> Tensor:
        raise Unmodelled("a normalisation without a forward of its own")

    layer(norm_base, harmless=_HARMLESS)(_statistics_class("_NormBase", True, False, forward))
    batch = _statistics_class("_BatchNorm", True, False, _batch_forward("_BatchNorm", ()))
    layer(f"{_BATCHNORM}._BatchNorm", bases=(norm_base,), harmless=_HARMLESS)(batch)
    instance = _statistics_class("_InstanceNorm", False, False, forward)
    layer(f"{_INSTANCENORM}._InstanceNorm", bases=(norm_base,), harmless=_HARMLESS)(instance)


_register_statistics()


@layer(
    "torch.nn.SyncBatchNorm",
    f"{_BATCHNORM}.SyncBatchNorm",
    bases=(f"{_BATCHNORM}._BatchNorm", f"{_BATCHNORM}._NormBase"),
    harmless=_HARMLESS,
)
class SyncBatchNorm:
    """In one process it is a batch norm of any rank from 2.

    https://pytorch.org/docs/stable/generated/torch.nn.SyncBatchNorm.html
    """

    @staticmethod
    def init(
        ctx: Context,
        state: State,
        num_features: Size,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        process_group: Any = None,
        device: Any = None,
        dtype: str | None = None,
        *,
        bias: bool = True,
    ) -> None:
        _set_arguments(state, num_features, eps, momentum, affine, track_running_stats)
        state.process_group = process_group
        _register(ctx, state, "SyncBatchNorm", num_features, dtype, bias)

    @staticmethod
    def forward(ctx: Context, state: State, input: Tensor) -> Tensor:
        if demand_tensor(input, "the input of `SyncBatchNorm`").ndim < 2:
            text = f"`SyncBatchNorm` takes at least 2-D input and gets {input.ndim}-D"
            refuse(RefusalKind.RANK, text, ValueError, expected=2, got=input.ndim)
        text = "`SyncBatchNorm` gets an input without channels"
        demand(ctx, at_least(input.shape[1], 1), RefusalKind.CHANNELS, text, ValueError, got=input.shape[1])
        return _forward_batch(ctx, state, input, "SyncBatchNorm")


@layer("torch.nn.GroupNorm", f"{_NORMALIZATION}.GroupNorm", harmless=CONSTANTS | {"eps"})
class GroupNorm:
    """https://pytorch.org/docs/stable/generated/torch.nn.GroupNorm.html"""

    @staticmethod
    def init(
        ctx: Context,
        state: State,
        num_groups: Size,
        num_channels: Size,
        eps: float = 1e-5,
        affine: bool = True,
        device: Any = None,
        dtype: str | None = None,
        *,
        bias: bool = True,
    ) -> None:
        if not isinstance(num_groups, (int, Dim)) or not isinstance(num_channels, (int, Dim)):
            raise Unmodelled("`GroupNorm` with sizes that are not integers")
        if num_groups == 0:
            refuse(RefusalKind.LAYER, "`GroupNorm` cannot have 0 groups", ZeroDivisionError, got=0)
        if not isinstance(num_groups, int) or num_groups > 0:
            text = f"`GroupNorm` cannot divide {num_channels} channels into {num_groups} groups"
            facts = {"groups": num_groups, "got": num_channels}
            demand(ctx, divides(num_groups, num_channels), RefusalKind.LAYER, text, ValueError, **facts)
        state.num_groups = num_groups
        state.num_channels = num_channels
        state.eps = eps
        state.affine = affine
        channels = constructor_size(ctx, num_channels, "GroupNorm", "num_channels") if affine else 0
        state.parameter("weight", Tensor((channels,), dtype_name(dtype)) if affine else None)
        state.parameter("bias", Tensor((channels,), dtype_name(dtype)) if affine and bias else None)

    @staticmethod
    def forward(ctx: Context, state: State, input: Tensor) -> Tensor:
        return normalize_groups(ctx, input, state.num_groups, state.weight, state.bias, True, "`GroupNorm`")


def _normalized_shape(ctx: Context, value: Any, name: str, affine: bool) -> tuple[Size, ...]:
    if isinstance(value, (int, Dim)):
        value = (value,)
    if isinstance(value, (float, type(None))):
        refuse(
            RefusalKind.LAYER,
            f"`{name}` takes sizes as `normalized_shape` and gets {written(value)}",
            TypeError,
            got=value,
        )
    if not isinstance(value, (tuple, list)):
        raise Unmodelled(f"`normalized_shape` of `{name}` is not known")
    return tuple(constructor_size(ctx, size, name, "normalized_shape") if affine else size for size in value)


@layer("torch.nn.LayerNorm", f"{_NORMALIZATION}.LayerNorm", harmless=CONSTANTS | {"eps"})
class LayerNorm:
    """https://pytorch.org/docs/stable/generated/torch.nn.LayerNorm.html"""

    @staticmethod
    def init(
        ctx: Context,
        state: State,
        normalized_shape: Sizes,
        eps: float = 1e-5,
        elementwise_affine: bool = True,
        bias: bool = True,
        device: Any = None,
        dtype: str | None = None,
    ) -> None:
        shape = _normalized_shape(ctx, normalized_shape, "LayerNorm", elementwise_affine)
        state.normalized_shape = shape
        state.eps = eps
        state.elementwise_affine = elementwise_affine
        dtype = dtype_name(dtype)
        state.parameter("weight", Tensor(shape, dtype) if elementwise_affine else None)
        state.parameter("bias", Tensor(shape, dtype) if elementwise_affine and bias else None)

    @staticmethod
    def forward(ctx: Context, state: State, input: Tensor) -> Tensor:
        shape, parameters = state.normalized_shape, (state.weight, state.bias)
        return normalize_trailing(ctx, input, shape, parameters, "`LayerNorm`", RuntimeError)


@layer("torch.nn.RMSNorm", f"{_NORMALIZATION}.RMSNorm", harmless=CONSTANTS | {"eps"})
class RMSNorm:
    """https://pytorch.org/docs/stable/generated/torch.nn.RMSNorm.html"""

    @staticmethod
    def init(
        ctx: Context,
        state: State,
        normalized_shape: Sizes,
        eps: float | None = None,
        elementwise_affine: bool = True,
        device: Any = None,
        dtype: str | None = None,
    ) -> None:
        shape = _normalized_shape(ctx, normalized_shape, "RMSNorm", elementwise_affine)
        state.normalized_shape = shape
        state.eps = eps
        state.elementwise_affine = elementwise_affine
        state.parameter("weight", Tensor(shape, dtype_name(dtype)) if elementwise_affine else None)

    @staticmethod
    def forward(ctx: Context, state: State, x: Tensor) -> Tensor:
        return normalize_trailing(ctx, x, state.normalized_shape, (state.weight,), "`RMSNorm`", ValueError)


class _ResponseNorm:
    @staticmethod
    def init(ctx: Context, state: State, size: Size, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0) -> None:
        state.size = size
        state.alpha = alpha
        state.beta = beta
        state.k = k


@layer("torch.nn.LocalResponseNorm", f"{_NORMALIZATION}.LocalResponseNorm", harmless=("alpha", "beta", "k"))
class LocalResponseNorm(_ResponseNorm):
    """https://pytorch.org/docs/stable/generated/torch.nn.LocalResponseNorm.html"""

    @staticmethod
    def forward(ctx: Context, state: State, input: Tensor) -> Tensor:
        return normalize_responses(ctx, input, state.size, "`LocalResponseNorm`")


@layer("torch.nn.CrossMapLRN2d", f"{_NORMALIZATION}.CrossMapLRN2d", harmless=("alpha", "beta", "k"), input_rank=4)
class CrossMapLRN2d(_ResponseNorm):
    """`LocalResponseNorm` of (N, C, H, W) only."""

    @staticmethod
    def init(  # torch's default of `k` is an int here
        ctx: Context, state: State, size: Size, alpha: float = 1e-4, beta: float = 0.75, k: float = 1
    ) -> None:
        _ResponseNorm.init(ctx, state, size, alpha, beta, k)

    @staticmethod
    def forward(ctx: Context, state: State, input: Tensor) -> Tensor:
        demand_rank(demand_tensor(input, "the input of `CrossMapLRN2d`"), (4,), "`CrossMapLRN2d`", ValueError)
        return Tensor(input.shape, input.dtype)
