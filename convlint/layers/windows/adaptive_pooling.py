"""Adaptive pooling to given sizes: average and max, 1-D to 3-D.

Sources: torch.nn.functional (`_list_with_default`), ATen/native/AdaptiveAveragePooling.cpp, AdaptiveMaxPooling2d.cpp.
"""

from __future__ import annotations

from typing import Any

from convlint.layers.core.context import Context
from convlint.layers.core.refusal import RefusalKind
from convlint.layers.core.registry import State, layer, operation
from convlint.layers.core.tensor import Shape, Sizes, Tensor
from convlint.layers.shared.window import integer, refuse, require_cells, require_positive, spatial, tensor_argument

PLACE = "torch.nn.modules.pooling."


def adaptive_pool(ctx: Context, subject: str, axes: int, input: Any, output_size: Any, needs_channels: bool) -> Tensor:
    """Pool ([N,] C, *spatial) to ([N,] C, *output_size); None keeps a size where torch takes one per axis."""
    tensor = tensor_argument(subject, "input", input)
    wanted = _wanted(subject, axes, tensor, output_size)
    lead, sizes = spatial(subject, tensor, axes)
    require_positive(ctx, subject, ("output size",), (wanted,), 0)
    require_cells(ctx, subject, (*lead[-1:], *sizes) if needs_channels else sizes)
    return Tensor((*lead, *wanted), tensor.dtype)


def _wanted(subject: str, axes: int, tensor: Tensor, output_size: Any) -> Shape:
    if not isinstance(output_size, (tuple, list)):
        return (integer(subject, "output_size", output_size),) * axes
    if axes > 1 and tensor.ndim <= len(output_size):
        text = f"`{subject}` with {len(output_size)} output sizes takes no {tensor.ndim}-D input"
        facts = (("expected", (axes + 1, axes + 2)), ("got", tensor.ndim))
        refuse(RefusalKind.RANK, text, ValueError, facts)
    if axes > 1:
        kept = tensor.shape[tensor.ndim - len(output_size) :]
        output_size = tuple(k if size is None else size for size, k in zip(output_size, kept, strict=True))
    sizes = tuple(integer(subject, "output_size", size) for size in output_size)
    if len(sizes) != axes:
        text = f"`{subject}` takes one output size or {axes}, and gets {len(sizes)}"
        refuse(RefusalKind.LAYER, text, facts=(("expected", axes), ("got", len(sizes))))
    return sizes


def average_to(ctx: Context, subject: str, axes: int, input: Any, output_size: Any) -> Tensor:
    """Average-pool. Down to one cell torch takes the mean instead, which takes more ranks and empty axes too."""
    tensor = tensor_argument(subject, "input", input)
    wanted = _wanted(subject, axes, tensor, output_size)
    if all(size == 1 for size in wanted):
        if axes == 1:
            spatial(subject, tensor, axes)
        if tensor.ndim < axes:
            spatial(subject, tensor, axes, IndexError)
        return Tensor((*tensor.shape[: tensor.ndim - axes], *wanted), tensor.dtype)
    return adaptive_pool(ctx, subject, axes, input, output_size, needs_channels=axes == 3)


def _max(ctx: Context, subject: str, axes: int, input: Any, output_size: Any, return_indices: Any) -> Any:
    out = adaptive_pool(ctx, subject, axes, input, output_size, needs_channels=True)
    return (out, Tensor(out.shape, "int64")) if return_indices else out


def _register(axes: int) -> None:
    average, maximum = f"adaptive_avg_pool{axes}d", f"adaptive_max_pool{axes}d"
    builtin = ("torch.adaptive_avg_pool1d",) if axes == 1 else ()

    @operation(f"torch.nn.functional.{average}", *builtin, input_rank=axes + 2)
    def adaptive_avg_pool(ctx: Context, input: Tensor, output_size: Sizes) -> Tensor:
        return average_to(ctx, average, axes, input, output_size)

    @operation(f"torch.nn.functional.{maximum}", input_rank=axes + 2)
    def adaptive_max_pool(ctx: Context, input: Tensor, output_size: Sizes, return_indices: bool = False) -> Any:
        return _max(ctx, maximum, axes, input, output_size, return_indices)

    @operation(f"torch.nn.functional.{maximum}_with_indices", input_rank=axes + 2)
    def adaptive_max_pool_indexed(ctx: Context, input: Tensor, output_size: Sizes, return_indices: bool = False) -> Any:
        return _max(ctx, maximum, axes, input, output_size, True)

    class AdaptiveAvgPool:
        @staticmethod
        def init(ctx: Context, state: State, output_size: Sizes | None) -> None:
            state.output_size = output_size

        @staticmethod
        def forward(ctx: Context, state: State, input: Tensor) -> Tensor:
            return average_to(ctx, f"AdaptiveAvgPool{axes}d", axes, input, state.output_size)

    class AdaptiveMaxPool:
        @staticmethod
        def init(ctx: Context, state: State, output_size: Sizes | None, return_indices: bool = False) -> None:
            state.output_size, state.return_indices = output_size, return_indices

        @staticmethod
        def forward(ctx: Context, state: State, input: Tensor) -> Any:
            return _max(ctx, f"AdaptiveMaxPool{axes}d", axes, input, state.output_size, state.return_indices)

    for kind, cls in (("Avg", AdaptiveAvgPool), ("Max", AdaptiveMaxPool)):
        names = (f"torch.nn.Adaptive{kind}Pool{axes}d", f"{PLACE}Adaptive{kind}Pool{axes}d")
        layer(*names, bases=(f"{PLACE}_Adaptive{kind}PoolNd",), input_rank=axes + 2)(cls)


@operation("torch.adaptive_max_pool1d", input_rank=3)
def adaptive_max_pool1d(ctx: Context, input: Tensor, output_size: Sizes) -> Any:
    return _max(ctx, "adaptive_max_pool1d", 1, input, output_size, True)


for _axes in (1, 2, 3):
    _register(_axes)
