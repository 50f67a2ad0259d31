"""Elementwise functions with rules of their own: clamp, lerp, addcmul, cross, cdist, complex."""

from __future__ import annotations

from typing import Any

from convlint.layers.core.context import Context
from convlint.layers.core.naming import both, methods, tensor_operation
from convlint.layers.core.refusal import RefusalKind, Unmodelled
from convlint.layers.core.tensor import Tensor
from convlint.layers.elementwise.arithmetic import operand
from convlint.layers.shared import constants, dtypes
from convlint.layers.shared.axes import axis, refusal, refuse, shown
from convlint.layers.shared.broadcasting import broadcast, broadcast_to
from convlint.symbolic import equal


@tensor_operation(*both("clamp", "clip"))
def clamp(ctx: Context, input: Tensor, min: Any = None, max: Any = None) -> Tensor:
    """The broadcast of the input and those bounds that are tensors."""
    bounds = _bounds(min, max)
    shape = broadcast(ctx, [input.shape, *(bound.shape for bound in bounds if isinstance(bound, Tensor))], "clamp")
    return Tensor(shape, dtypes.result_type(input, *bounds))


@tensor_operation(*methods("clamp_", "clip_"))
def clamp_(ctx: Context, input: Tensor, min: Any = None, max: Any = None) -> Tensor:
    for bound in _bounds(min, max):
        _into(ctx, input, bound, "clamp_")
    return constants.overwritten(input)


@tensor_operation(*both("clamp_min"))
def clamp_min(ctx: Context, input: Tensor, min: Any) -> Tensor:
    return clamp(ctx, input, min)  # type: ignore[no-any-return]


@tensor_operation(*both("clamp_max"))
def clamp_max(ctx: Context, input: Tensor, max: Any) -> Tensor:
    return clamp(ctx, input, None, max)  # type: ignore[no-any-return]


@tensor_operation("torch.Tensor.clamp_min_")
def clamp_min_(ctx: Context, input: Tensor, min: Any) -> Tensor:
    return clamp_(ctx, input, min)  # type: ignore[no-any-return]


@tensor_operation("torch.Tensor.clamp_max_")
def clamp_max_(ctx: Context, input: Tensor, max: Any) -> Tensor:
    return clamp_(ctx, input, None, max)  # type: ignore[no-any-return]


@tensor_operation(*both("lerp"))
def lerp(ctx: Context, input: Tensor, end: Tensor, weight: Any) -> Tensor:
    return _together(ctx, "lerp", input, end, operand(weight))


@tensor_operation("torch.Tensor.lerp_")
def lerp_(ctx: Context, input: Tensor, end: Tensor, weight: Any) -> Tensor:
    _same_dtype("lerp_", input, end, *([weight] if isinstance(weight, Tensor) else []))
    for other in (end, operand(weight)):
        _into(ctx, input, other, "lerp_")
    return constants.overwritten(input)


@tensor_operation(*both("addcmul", "addcdiv"), harmless=("value",))
def addcmul(ctx: Context, input: Tensor, tensor1: Tensor, tensor2: Tensor, *, value: Any = 1) -> Tensor:
    shape = broadcast(ctx, [input.shape, tensor1.shape, tensor2.shape], "addcmul")
    return Tensor(shape, dtypes.result_type(input, tensor1, tensor2))


@tensor_operation(*methods("addcmul_", "addcdiv_"), harmless=("value",))
def addcmul_(ctx: Context, input: Tensor, tensor1: Tensor, tensor2: Tensor, *, value: Any = 1) -> Tensor:
    for other in (tensor1, tensor2):
        _into(ctx, input, other, "addcmul_")
    return constants.overwritten(input)


@tensor_operation("torch.cross", "torch.Tensor.cross", "torch.linalg.cross")
def cross(ctx: Context, input: Tensor, other: Tensor, dim: Any = None) -> Tensor:
    """The broadcast of both, which have the size 3 at `dim`."""
    if dim is None or input.ndim != other.ndim:
        raise Unmodelled("`cross` without a dimension")
    _same_dtype("cross", input, other)
    index = axis(ctx, dim, input.ndim)
    for tensor in (input, other):
        size = tensor.shape[index]
        text = f"`cross` takes vectors of 3 and gets {shown(tensor.shape)} along dimension {index}"
        ctx.require(equal(size, 3), refusal(RefusalKind.SIZES, text, expected=3, got=size, dim=index))
    return Tensor(broadcast(ctx, [input.shape, other.shape], "cross"), dtypes.result_type(input, other))


@tensor_operation("torch.cdist", harmless=("p", "compute_mode"))
def cdist(ctx: Context, x1: Tensor, x2: Tensor, p: float = 2.0, compute_mode: Any = None) -> Tensor:
    """(…, P, M) and (…, R, M) → (…, P, R), with the leading sizes broadcast."""
    for tensor in (x1, x2):
        if tensor.ndim < 2:
            text = f"`cdist` takes 2 or more dimensions and gets {shown(tensor.shape)}"
            refuse(RefusalKind.RANK, text, expected=2, got=tensor.ndim)
    _same_dtype("cdist", x1, x2)
    text = f"`cdist` of {shown(x1.shape)} and {shown(x2.shape)}: vectors of {x1.shape[-1]} and {x2.shape[-1]}"
    why = refusal(RefusalKind.SIZES, text, expected=x1.shape[-1], got=x2.shape[-1])
    ctx.require(equal(x1.shape[-1], x2.shape[-1]), why)
    batch = broadcast(ctx, [x1.shape[:-2], x2.shape[:-2]], "cdist")
    return Tensor((*batch, x1.shape[-2], x2.shape[-2]), x1.dtype)


@tensor_operation(*both("dist"), harmless=("p",))
def dist(ctx: Context, input: Tensor, other: Tensor, p: float = 2) -> Tensor:
    broadcast(ctx, [input.shape, other.shape], "dist")
    return Tensor((), dtypes.result_type(input, other))


@tensor_operation("torch.complex", "torch.polar")
def complex_(ctx: Context, real: Tensor, imag: Tensor) -> Tensor:
    """Two float tensors of one dtype become one of complex numbers."""
    _same_dtype("complex", real, imag)
    shape = broadcast(ctx, [real.shape, imag.shape], "complex")
    return Tensor(shape, dtypes.complex_of(real.dtype))


def _together(ctx: Context, name: str, *operands: Any) -> Tensor:
    tensors = [value for value in operands if isinstance(value, Tensor)]
    _same_dtype(name, *tensors)
    return Tensor(broadcast(ctx, [tensor.shape for tensor in tensors], name), dtypes.result_type(*tensors))


def _bounds(*bounds: Any) -> list[Any]:
    given = [operand(bound) for bound in bounds if bound is not None]
    if not given:
        refuse(RefusalKind.LAYER, "`clamp` is given neither `min` nor `max`")
    return given


def _into(ctx: Context, input: Tensor, other: Any, name: str) -> None:
    """Require that a result with `other` can be written into `input`."""
    if isinstance(other, Tensor):
        broadcast_to(ctx, other.shape, input.shape, name)
    if not dtypes.castable(dtypes.result_type(input, other), input.dtype):
        raise Unmodelled(f"`{name}` writes another kind of number into a tensor of {input.dtype}")


def _same_dtype(name: str, *tensors: Tensor) -> None:
    known = {tensor.dtype for tensor in tensors if tensor.dtype}
    if len(known) > 1 or any(dtypes.is_integral(dtype) for dtype in known):
        raise Unmodelled(f"`{name}` of {' and '.join(sorted(known))}")
