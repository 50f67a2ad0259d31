"""Max-unpooling, 1-D to 3-D, and fractional max-pooling, 2-D and 3-D.

Sources: torch.nn.functional (`_unpool_output_size`), ATen/native/MaxUnpooling.cpp, FractionalMaxPool2d.cpp.
"""

from __future__ import annotations

from typing import Any

from convlint.layers.core.context import Context
from convlint.layers.core.refusal import Refusal, RefusalKind, Unmodelled
from convlint.layers.core.registry import State, layer, operation
from convlint.layers.core.tensor import Shape, Sizes, Tensor
from convlint.layers.shared.scaling import scaled
from convlint.layers.shared.window import (
    AXES,
    integer,
    per_axis,
    refuse,
    require_at_least,
    require_cells,
    require_positive,
    shown,
    spatial,
    tensor_argument,
)
from convlint.symbolic import Size, all_of, at_least, equal

PLACE = "torch.nn.modules.pooling."


def _repeated(value: Any, axes: int) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, (tuple, list)) else (value,) * axes


def unpool(
    ctx: Context, subject: str, axes: int, input: Any, indices: Any, kernel: Any, stride: Any, padding: Any, wanted: Any
) -> Tensor:
    """Put ([N,] C, *spatial) back into ([N,] C, *out): `(x−1)·s + k − 2p` cells, or less than a stride off that."""
    kernels, pads = _repeated(kernel, axes), _repeated(padding, axes)
    strides = kernels if stride is None else _repeated(stride, axes)
    if not len(kernels) == len(strides) == len(pads) == axes:
        raise Unmodelled("an unpooling with another number of kernel sizes than axes")
    numbers = [[integer(subject, "kernel_size", value) for value in values] for values in (kernels, strides, pads)]
    tensor = tensor_argument(subject, "input", input)
    if tensor.ndim < axes:
        spatial(subject, tensor, axes, IndexError)
    sizes = tensor.shape[tensor.ndim - axes :]
    usual = tuple((x - 1) * s + k - 2 * p for x, k, s, p in zip(sizes, *numbers, strict=True))
    out = usual if wanted is None else _wanted(ctx, subject, axes, usual, tuple(numbers[1]), wanted)
    for axis, size, target in zip(AXES[axes], sizes, out, strict=True):

        def refusal(axis: str = axis, size: Size = size, target: Size = target) -> Refusal:
            text = f"`{subject}` makes an output {axis} of {target} from {size}"
            facts = (("axis", axis), ("size_in", size), ("size_out", target))
            return Refusal(RefusalKind.COLLAPSED, text, facts, ValueError)

        require_at_least(ctx, target, 0, refusal)
    lead, _ = spatial(subject, tensor, axes)
    _check_indices(ctx, subject, tensor, indices)
    require_cells(ctx, subject, (*lead[-1:], *sizes))
    if axes == 3:
        require_positive(ctx, subject, ("stride",), (tuple(numbers[1]),))
    return Tensor((*lead, *out), tensor.dtype)


def _wanted(ctx: Context, subject: str, axes: int, usual: Shape, strides: Shape, wanted: Any) -> Shape:
    if not isinstance(wanted, (tuple, list)):
        refuse(RefusalKind.LAYER, f"`{subject}` takes a list for `output_size`, not `{wanted}`", TypeError)
    sizes = tuple(wanted[2:] if len(wanted) == axes + 2 else wanted)
    if len(sizes) != axes:
        text = f"`{subject}` takes an output size of {axes} or {axes + 2} numbers and gets {len(sizes)}"
        refuse(RefusalKind.LAYER, text, ValueError)
    sizes = tuple(integer(subject, "output_size", size) for size in sizes)
    for target, size, stride in zip(sizes, usual, strides, strict=True):
        text = f"`{subject}` makes sizes between {size - stride} and {size + stride}, and is asked for {target}"
        reachable = all_of(at_least(target, size - stride + 1), at_least(size + stride - 1, target))
        ctx.require(reachable, Refusal(RefusalKind.SIZES, text, (("got", target),), ValueError))
    return sizes


def _check_indices(ctx: Context, subject: str, input: Tensor, indices: Any) -> None:
    indices = tensor_argument(subject, "indices", indices)
    if indices.dtype not in ("int64", ""):
        refuse(RefusalKind.LAYER, f"`{subject}` takes indices of int64, not {indices.dtype}")
    text = f"`{subject}` takes indices of the input's shape {shown(input.shape)}, not {shown(indices.shape)}"
    refusal = Refusal(RefusalKind.SIZES, text, (("expected", input.shape), ("got", indices.shape)))
    if indices.ndim != input.ndim:
        refuse(RefusalKind.SIZES, text)
    for size, other in zip(input.shape, indices.shape, strict=True):
        ctx.require(equal(size, other), refusal)


def fractional_pool(
    ctx: Context,
    subject: str,
    axes: int,
    input: Any,
    kernel_size: Any,
    output_size: Any,
    output_ratio: Any,
    return_indices: Any,
) -> Any:
    """Pool ([N,] C, *spatial) at random places to `output_size`, or to `int(x·ratio)` cells."""
    if output_size is None and output_ratio is None:
        refuse(RefusalKind.LAYER, f"`{subject}` takes an output size or ratio, and gets neither", ValueError)
    tensor = tensor_argument(subject, "input", input)
    if output_size is None:
        output_size = _sizes_by_ratio(ctx, subject, axes, tensor, output_ratio)
    if tensor.ndim <= axes:
        spatial(subject, tensor, axes, IndexError)
    kernel = per_axis(subject, "kernel_size", kernel_size, axes, repeat_one=False)
    wanted = per_axis(subject, "output_size", output_size, axes, repeat_one=False)
    lead, sizes = spatial(subject, tensor, axes)
    require_positive(ctx, subject, ("output size",), (wanted,), 0)
    require_cells(ctx, subject, (*lead[-1:], *sizes))
    for axis, size, k, target in zip(AXES[axes], sizes, kernel, wanted, strict=True):

        def refusal(axis: str = axis, size: Size = size, k: Size = k, target: Size = target) -> Refusal:
            text = f"`{subject}` places {target} windows of {k} on a {axis} of {size}: too large"
            facts = (("axis", axis), ("size_in", size), ("kernel", k), ("size_out", target))
            return Refusal(RefusalKind.COLLAPSED, text, facts)

        # torch is stricter by one in 3-D
        require_at_least(ctx, size - target - k + 1, 1 if axes == 3 else 0, refusal)
    out = Tensor((*lead, *wanted), tensor.dtype)
    return (out, Tensor(out.shape, "int64")) if return_indices else out


def _sizes_by_ratio(ctx: Context, subject: str, axes: int, tensor: Tensor, ratio: Any) -> Shape:
    if axes == 2 and not isinstance(ratio, (tuple, list)):
        refuse(RefusalKind.LAYER, f"`{subject}` takes a sequence for `output_ratio`, not `{ratio}`", TypeError)
    ratios = _repeated(ratio, axes)
    if len(ratios) < axes or len(ratios) > axes == 2:  # in 3-D torch does not look at those that are too many
        text = f"`{subject}` takes {axes} output ratios and gets {len(ratios)}"
        refuse(RefusalKind.LAYER, text, ValueError if len(ratios) > axes else IndexError)
    if tensor.ndim < axes:
        spatial(subject, tensor, axes, IndexError)
    return tuple(scaled(ctx, size, r) for size, r in zip(tensor.shape[tensor.ndim - axes :], ratios, strict=False))


# --- registration ----------------------------------------------------------------------------------------


def _register_unpool(axes: int) -> None:
    @operation(f"torch.nn.functional.max_unpool{axes}d", input_rank=axes + 2)
    def max_unpool(
        ctx: Context,
        input: Tensor,
        indices: Tensor,
        kernel_size: Sizes,
        stride: Sizes | None = None,
        padding: Sizes = 0,
        output_size: Sizes | None = None,
    ) -> Tensor:
        return unpool(ctx, f"max_unpool{axes}d", axes, input, indices, kernel_size, stride, padding, output_size)

    class MaxUnpool:
        @staticmethod
        def init(
            ctx: Context, state: State, kernel_size: Sizes, stride: Sizes | None = None, padding: Sizes = 0
        ) -> None:
            state.kernel_size = _repeated(kernel_size, axes)
            state.stride = _repeated(kernel_size if stride is None else stride, axes)
            state.padding = _repeated(padding, axes)

        @staticmethod
        def forward(
            ctx: Context, state: State, input: Tensor, indices: Tensor, output_size: Sizes | None = None
        ) -> Tensor:
            window = (state.kernel_size, state.stride, state.padding)
            return unpool(ctx, f"MaxUnpool{axes}d", axes, input, indices, *window, output_size)

    names = (f"torch.nn.MaxUnpool{axes}d", f"{PLACE}MaxUnpool{axes}d")
    layer(*names, bases=(f"{PLACE}_MaxUnpoolNd",), input_rank=axes + 2)(MaxUnpool)


def _register_fractional(axes: int) -> None:
    kind, function = f"FractionalMaxPool{axes}d", f"fractional_max_pool{axes}d"

    @operation(f"torch.nn.functional.{function}", harmless=("_random_samples",), input_rank=axes + 2)
    def fractional_max_pool(
        ctx: Context,
        input: Tensor,
        kernel_size: Sizes,
        output_size: Sizes | None = None,
        output_ratio: Any = None,
        return_indices: bool = False,
        _random_samples: Tensor | None = None,
    ) -> Any:
        return fractional_pool(ctx, function, axes, input, kernel_size, output_size, output_ratio, return_indices)

    class FractionalMaxPool:
        @staticmethod
        def init(
            ctx: Context,
            state: State,
            kernel_size: Sizes,
            output_size: Sizes | None = None,
            output_ratio: Any = None,
            return_indices: bool = False,
            _random_samples: Tensor | None = None,
        ) -> None:
            state.kernel_size, state.return_indices = _repeated(kernel_size, axes), return_indices
            state.buffer("_random_samples", _random_samples)
            if axes == 3 and any(isinstance(k, (int, float)) and k <= 0 for k in state.kernel_size):
                refuse(RefusalKind.LAYER, f"`{kind}` takes no kernel of {kernel_size}", ValueError)
            if (output_size is None) == (output_ratio is None):
                refuse(RefusalKind.LAYER, f"`{kind}` takes either an output size or an output ratio", ValueError)
            state.output_size = None if output_size is None else _repeated(output_size, axes)
            state.output_ratio = None if output_ratio is None else _repeated(output_ratio, axes)
            if any(isinstance(r, (int, float)) and not 0 < r < 1 for r in state.output_ratio or ()):
                refuse(RefusalKind.LAYER, f"`{kind}` takes no output ratio of {output_ratio}", ValueError)

        @staticmethod
        def forward(ctx: Context, state: State, input: Tensor) -> Any:
            sizes = (state.kernel_size, state.output_size, state.output_ratio)
            return fractional_pool(ctx, kind, axes, input, *sizes, state.return_indices)

    names = (f"torch.nn.{kind}", f"{PLACE}{kind}")
    layer(*names, harmless=("_random_samples",), input_rank=axes + 2)(FractionalMaxPool)


for _axes in (1, 2, 3):
    _register_unpool(_axes)
for _axes in (2, 3):
    _register_fractional(_axes)
