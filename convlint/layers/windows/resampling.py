"""Resampling to other spatial sizes: `interpolate` and the `Upsample` layers, `grid_sample`, `affine_grid`.

Sources: torch.nn.functional, ATen/native/UpSample.h (`upsample_2d_common_check`), GridSampler.cpp,
AffineGridGenerator.cpp.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from convlint.layers.core.context import Context
from convlint.layers.core.refusal import Refusal, RefusalKind, Unmodelled
from convlint.layers.core.registry import State, layer, operation
from convlint.layers.core.tensor import Shape, Sizes, Tensor
from convlint.layers.shared.scaling import scaled
from convlint.layers.shared.window import integer, refuse, require_at_least, require_cells, shown, tensor_argument
from convlint.layers.windows.adaptive_pooling import average_to
from convlint.symbolic import Dim, Size, equal

RANKS = {
    "nearest": (3, 4, 5),
    "nearest-exact": (3, 4, 5),
    "area": (3, 4, 5),
    "linear": (3,),
    "bilinear": (4,),
    "bicubic": (4,),
    "lanczos": (4,),
    "trilinear": (5,),
}
"""The ranks that each mode takes."""
PLACE = "torch.nn.modules.upsampling."


def resample(
    ctx: Context,
    subject: str,
    input: Any,
    size: Any,
    scale_factor: Any,
    mode: Any,
    align_corners: Any,
    recompute: Any = None,
    antialias: Any = False,
) -> Tensor:
    """Resample (N, C, *spatial) to `size`, or to `floor(x·scale_factor)`."""
    tensor = tensor_argument(subject, "input", input)
    if not isinstance(mode, str):
        raise Unmodelled("the mode is not known")
    if mode in ("nearest", "area", "nearest-exact") and align_corners is not None:
        refuse(RefusalKind.LAYER, f"`{subject}` takes no `align_corners` in mode '{mode}'", ValueError)
    if (size is None) == (scale_factor is None):
        refuse(RefusalKind.LAYER, f"`{subject}` takes either a size or a scale factor", ValueError)
    given = _per_axis(
        subject, "scale_factor" if size is None else "size", scale_factor if size is None else size, tensor
    )
    if size is not None and recompute:
        refuse(RefusalKind.LAYER, f"`{subject}` cannot recompute the scale factor of a given size", ValueError)
    if antialias and not (mode in ("bilinear", "bicubic", "lanczos") and tensor.ndim == 4):
        refuse(RefusalKind.LAYER, f"`{subject}` has no antialiasing of {tensor.ndim}-D in mode '{mode}'", ValueError)
    _check_rank(subject, mode, tensor)
    if mode == "lanczos" and (align_corners or not antialias):
        refuse(RefusalKind.LAYER, f"`{subject}` in mode 'lanczos' needs antialiasing, no aligned corners", ValueError)
    if size is None:
        out = tuple(scaled(ctx, cells, factor) for cells, factor in zip(tensor.shape[2:], given, strict=True))
    else:
        out = tuple(integer(subject, "size", value) for value in given)
    if mode == "area":
        return average_to(ctx, subject, tensor.ndim - 2, tensor, out)
    _check_sizes(ctx, subject, tensor, out)
    return Tensor((*tensor.shape[:2], *out), tensor.dtype)


def _per_axis(subject: str, name: str, value: Any, tensor: Tensor) -> tuple[Any, ...]:
    axes = max(tensor.ndim - 2, 0)
    if not isinstance(value, (tuple, list)):
        return (value,) * axes
    if len(value) != tensor.ndim - 2:
        text = f"`{subject}` takes one number or {axes} for `{name}` of {shown(tensor.shape)}, and gets {len(value)}"
        refuse(RefusalKind.RANK, text, ValueError, (("expected", axes), ("got", len(value))))
    if name == "size":
        for number in value:
            if isinstance(number, (float, str)) or number is None:
                refuse(RefusalKind.LAYER, f"`{subject}` takes integers for `size`, not `{number}`", TypeError)
    return tuple(value)


def _check_rank(subject: str, mode: str, tensor: Tensor) -> None:
    ranks = RANKS.get(mode)
    if ranks is None:
        refuse(RefusalKind.LAYER, f"`{subject}` takes no mode '{mode}'", NotImplementedError)
    if tensor.ndim not in ranks:
        expected = " or ".join(f"{rank}-D" for rank in ranks)
        text = f"`{subject}` in mode '{mode}' takes a {expected} input and gets {shown(tensor.shape)}"
        refuse(RefusalKind.RANK, text, NotImplementedError, (("expected", ranks), ("got", tensor.ndim)))


def _check_sizes(ctx: Context, subject: str, tensor: Tensor, out: Shape) -> None:
    for size_in, size_out in zip(tensor.shape[2:], out, strict=True):

        def refusal(size_in: Size = size_in, size_out: Size = size_out) -> Refusal:
            text = f"`{subject}` makes a size of {size_out} from {size_in}: both must be at least 1"
            return Refusal(RefusalKind.COLLAPSED, text, (("size_in", size_in), ("size_out", size_out)))

        for size in (size_in, size_out):
            require_at_least(ctx, size, 1, refusal)
    require_cells(ctx, subject, tensor.shape[1:2])


def _rank_told(arguments: Mapping[str, Any]) -> int | None:
    """The rank of the input by a number for each of its spatial axes, or by a mode that takes one rank only."""
    given = arguments.get("size") if arguments.get("size") is not None else arguments.get("scale_factor")
    if isinstance(given, (tuple, list)):
        return len(given) + 2
    mode = arguments.get("mode", "nearest")
    ranks = RANKS.get(mode, ()) if isinstance(mode, str) else ()
    return ranks[0] if len(ranks) == 1 else None


@operation("torch.nn.functional.interpolate", input_rank=_rank_told)
def interpolate(
    ctx: Context,
    input: Tensor,
    size: Sizes | None = None,
    scale_factor: Any = None,
    mode: str = "nearest",
    align_corners: bool | None = None,
    recompute_scale_factor: bool | None = None,
    antialias: bool = False,
) -> Tensor:
    arguments = (size, scale_factor, mode, align_corners, recompute_scale_factor, antialias)
    return resample(ctx, "interpolate", input, *arguments)


@operation("torch.nn.functional.upsample")
def upsample(
    ctx: Context,
    input: Tensor,
    size: Sizes | None = None,
    scale_factor: Any = None,
    mode: str = "nearest",
    align_corners: bool | None = None,
) -> Tensor:
    return resample(ctx, "upsample", input, size, scale_factor, mode, align_corners)


@operation("torch.nn.functional.upsample_nearest")
def upsample_nearest(ctx: Context, input: Tensor, size: Sizes | None = None, scale_factor: Any = None) -> Tensor:
    return resample(ctx, "upsample_nearest", input, size, scale_factor, "nearest", None)


@operation("torch.nn.functional.upsample_bilinear")
def upsample_bilinear(ctx: Context, input: Tensor, size: Sizes | None = None, scale_factor: Any = None) -> Tensor:
    return resample(ctx, "upsample_bilinear", input, size, scale_factor, "bilinear", True)


# --- layers ----------------------------------------------------------------------------------------------


def _init_upsample(
    state: State, kind: str, size: Any, scale_factor: Any, mode: Any, align_corners: Any, recompute: Any
) -> None:
    state.name = kind
    state.size = size
    state.scale_factor = _stored_factor(kind, scale_factor)
    state.mode, state.align_corners, state.recompute_scale_factor = mode, align_corners, recompute


def _stored_factor(kind: str, factor: Any) -> Any:
    """Return what the constructor stores: floats, and None for a factor of zero."""
    if isinstance(factor, tuple):
        return tuple(_as_float(kind, item) for item in factor)
    if isinstance(factor, (list, dict)) and factor:
        refuse(RefusalKind.LAYER, f"`{kind}` takes a number or a tuple for `scale_factor`, not a list", TypeError)
    return _as_float(kind, factor) if isinstance(factor, Dim) or factor else None


def _as_float(kind: str, factor: Any) -> Any:
    if isinstance(factor, (int, float)):
        return float(factor)
    if isinstance(factor, Dim):
        return factor
    raise Unmodelled(f"a scale factor of `{kind}` that is not a known number")


def _forward_upsample(ctx: Context, state: State, input: Any) -> Tensor:
    arguments = (state.size, state.scale_factor, state.mode, state.align_corners, state.recompute_scale_factor)
    return resample(ctx, state.name, input, *arguments)


@layer("torch.nn.Upsample", f"{PLACE}Upsample")
class Upsample:
    @staticmethod
    def init(
        ctx: Context,
        state: State,
        size: Sizes | None = None,
        scale_factor: Any = None,
        mode: str = "nearest",
        align_corners: bool | None = None,
        recompute_scale_factor: bool | None = None,
    ) -> None:
        _init_upsample(state, "Upsample", size, scale_factor, mode, align_corners, recompute_scale_factor)

    @staticmethod
    def forward(ctx: Context, state: State, input: Tensor) -> Tensor:
        return _forward_upsample(ctx, state, input)


@layer("torch.nn.UpsamplingNearest2d", f"{PLACE}UpsamplingNearest2d", bases=("torch.nn.Upsample",), input_rank=4)
class UpsamplingNearest2d:
    @staticmethod
    def init(ctx: Context, state: State, size: Sizes | None = None, scale_factor: Any = None) -> None:
        _init_upsample(state, "UpsamplingNearest2d", size, scale_factor, "nearest", None, None)

    @staticmethod
    def forward(ctx: Context, state: State, input: Tensor) -> Tensor:
        return _forward_upsample(ctx, state, input)


@layer("torch.nn.UpsamplingBilinear2d", f"{PLACE}UpsamplingBilinear2d", bases=("torch.nn.Upsample",), input_rank=4)
class UpsamplingBilinear2d:
    @staticmethod
    def init(ctx: Context, state: State, size: Sizes | None = None, scale_factor: Any = None) -> None:
        _init_upsample(state, "UpsamplingBilinear2d", size, scale_factor, "bilinear", True, None)

    @staticmethod
    def forward(ctx: Context, state: State, input: Tensor) -> Tensor:
        return _forward_upsample(ctx, state, input)


# --- sampling at given places ----------------------------------------------------------------------------


@operation("torch.nn.functional.grid_sample", harmless=("align_corners",))
def grid_sample(
    ctx: Context,
    input: Tensor,
    grid: Tensor,
    mode: str = "bilinear",
    padding_mode: str = "zeros",
    align_corners: bool | None = None,
) -> Tensor:
    """Sample (N, C, *spatial) at a grid (N, *out, number of axes) to (N, C, *out)."""
    if mode not in ("bilinear", "nearest", "bicubic"):
        refuse(RefusalKind.LAYER, f"`grid_sample` takes no mode '{mode}'", ValueError)
    if padding_mode not in ("zeros", "border", "reflection"):
        refuse(RefusalKind.LAYER, f"`grid_sample` takes no padding mode '{padding_mode}'", ValueError)
    image, grid = tensor_argument("grid_sample", "input", input), tensor_argument("grid_sample", "grid", grid)
    both = f"an input of {shown(image.shape)} with a grid of {shown(grid.shape)}"
    if image.ndim not in (4, 5) or image.ndim != grid.ndim:
        refuse(RefusalKind.RANK, f"`grid_sample` takes no {both}: both are 4-D, or both 5-D")
    if mode == "bicubic" and image.ndim == 5:
        refuse(
            RefusalKind.RANK, "`grid_sample` in mode 'bicubic' takes a 4-D input", facts=(("expected", 4), ("got", 5))
        )
    refusal = Refusal(RefusalKind.SIZES, f"`grid_sample` takes no {both}: the batches or the last size do not fit")
    ctx.require(equal(image.shape[0], grid.shape[0]), refusal)
    ctx.require(equal(grid.shape[-1], image.ndim - 2), refusal)
    require_cells(ctx, "grid_sample", image.shape[2:])
    return Tensor((*image.shape[:2], *grid.shape[1:-1]), image.dtype)


@operation("torch.nn.functional.affine_grid", harmless=("align_corners",))
def affine_grid(ctx: Context, theta: Tensor, size: Sizes, align_corners: bool | None = None) -> Tensor:
    """Make of matrices (N, d, d+1) and a size (N, C, *spatial) of d axes a grid (N, *spatial, d)."""
    theta = tensor_argument("affine_grid", "theta", theta)
    if not isinstance(size, (tuple, list)):
        raise Unmodelled("the size of an affine grid is not a known sequence")
    if theta.dtype and not theta.dtype.startswith(("float", "bfloat")):
        refuse(RefusalKind.LAYER, f"`affine_grid` takes matrices of floats, not {theta.dtype}", ValueError)
    axes = len(size) - 2
    if axes not in (2, 3):
        text = f"`affine_grid` takes a size of 4 or 5 numbers and gets {len(size)}"
        refuse(RefusalKind.RANK, text, NotImplementedError)
    text = f"`affine_grid` takes matrices of N×{axes}×{axes + 1}, not {shown(theta.shape)}"
    refusal = Refusal(RefusalKind.SIZES, text, error=ValueError)
    if theta.ndim != 3:
        refuse(RefusalKind.RANK, text, ValueError)
    ctx.require(equal(theta.shape[1], axes), refusal)
    ctx.require(equal(theta.shape[2], axes + 1), refusal)
    sizes = tuple(integer("affine_grid", "size", value) for value in size)
    if align_corners is False or 1 not in sizes[2:]:
        _require_sizes(ctx, sizes)
    else:  # with aligned corners and an axis of one cell torch does not look at the batch and the channels
        _require_sizes(ctx, sizes[2:])
    text = f"`affine_grid` takes {sizes[0]} matrices and gets {theta.shape[0]}"
    ctx.require(equal(theta.shape[0], sizes[0]), Refusal(RefusalKind.SIZES, text))
    return Tensor((sizes[0], *sizes[2:], axes), theta.dtype)


def _require_sizes(ctx: Context, sizes: Shape) -> None:
    for size in sizes:
        require_at_least(
            ctx,
            size,
            1,
            lambda: Refusal(RefusalKind.COLLAPSED, f"`affine_grid` takes no size of {shown(sizes)}", (), ValueError),
        )
