"""`torch.fft`: transforms along one dimension or several, and their helpers."""

from __future__ import annotations

from typing import Any

from convlint.layers.core.context import Context
from convlint.layers.core.naming import both, tensor_operation
from convlint.layers.core.refusal import RefusalKind, Unmodelled
from convlint.layers.core.tensor import Shape, Tensor
from convlint.layers.creation.creation import OPTIONS, target
from convlint.layers.shared import dtypes
from convlint.layers.shared.axes import axes, axis, refusal, refuse, replaced, size_of
from convlint.symbolic import Size, Verdict, at_least

_SINGLE = ("fft", "ifft", "rfft", "irfft", "hfft", "ihfft")
_SEVERAL = ("fft2", "ifft2", "rfft2", "irfft2", "fftn", "ifftn", "rfftn", "irfftn")


def _register_single(name: str) -> None:
    @tensor_operation(f"torch.fft.{name}", harmless=("norm",))
    def rule(ctx: Context, input: Tensor, n: Any = None, dim: int = -1, norm: Any = None) -> Tensor:
        """A half spectrum of n values has n // 2 + 1; back from it, n is 2 · (size − 1) unless given."""
        if not input.shape:
            refuse(RefusalKind.RANK, f"`{name}` does not take scalars", Exception, got=0)
        dtype = _dtype(name, input)
        index = axis(ctx, dim, input.ndim)
        size = _length(ctx, name, input.shape[index], n)
        return Tensor(replaced(input.shape, index, size), dtype)


def _register_several(name: str) -> None:
    default = (-2, -1) if name.endswith("2") else None

    @tensor_operation(f"torch.fft.{name}", harmless=("norm",))
    def rule(ctx: Context, input: Tensor, s: Any = None, dim: Any = default, norm: Any = None) -> Tensor:
        """The last of the dimensions is the one that a half spectrum halves."""
        dtype = _dtype(name, input)
        dims, lengths = _transformed(ctx, input, s, dim)
        if not dims:
            raise Unmodelled(f"`{name}` over no dimensions")
        shape: Shape = input.shape
        for index, length in zip(dims, lengths, strict=False):
            kind = name if index == dims[-1] else "fft"
            shape = replaced(shape, index, _length(ctx, kind, shape[index], length))
        return Tensor(shape, dtype)


@tensor_operation("torch.fft.fftshift", "torch.fft.ifftshift")
def fftshift(ctx: Context, input: Tensor, dim: Any = None) -> Tensor:
    if dim is not None:
        for index in dim if isinstance(dim, (tuple, list)) else (dim,):
            axis(ctx, index, input.ndim)
    return Tensor(input.shape, input.dtype)


@tensor_operation("torch.fft.fftfreq", harmless=(*OPTIONS, "d"))
def fftfreq(ctx: Context, n: Size, d: Any = 1.0, *, dtype: Any = None, **options: Any) -> Tensor:
    return Tensor((size_of(ctx, n),), target(dtype, "float32"))


@tensor_operation("torch.fft.rfftfreq", harmless=(*OPTIONS, "d"))
def rfftfreq(ctx: Context, n: Size, d: Any = 1.0, *, dtype: Any = None, **options: Any) -> Tensor:
    return Tensor((size_of(ctx, n) // 2 + 1,), target(dtype, "float32"))


def _length(ctx: Context, name: str, size: Size, length: Any) -> Size:
    """Return the output size along one dimension; torch raises RuntimeError when the signal has no points."""
    backward = name.startswith(("irfft", "hfft"))
    points = size_of(ctx, length) if length is not None else 2 * (size - 1) if backward else size
    why = refusal(RefusalKind.COLLAPSED, f"`{name}` of {points} points", got=points)
    ctx.require(at_least(points, 1), why)
    return points // 2 + 1 if name.startswith(("rfft", "ihfft")) else points


def _transformed(ctx: Context, input: Tensor, s: Any, dim: Any) -> tuple[tuple[int, ...], tuple[Any, ...]]:
    """Return the dimensions and their lengths, None where the input's size stays."""
    lengths = None if s is None else tuple(s) if isinstance(s, (tuple, list)) else (s,)
    if dim is None:
        count = input.ndim if lengths is None else len(lengths)
        if count > input.ndim:
            text = f"{count} lengths are given for {input.ndim} dimensions"
            refuse(RefusalKind.RANK, text, expected=input.ndim, got=count)
        dims = tuple(range(input.ndim - count, input.ndim))
    else:
        dims = axes(ctx, dim if isinstance(dim, (tuple, list)) else (dim,), input.ndim)
        if not input.shape:
            raise Unmodelled("a transform of a scalar")
    if lengths is not None and len(lengths) != len(dims):
        text = f"{len(lengths)} lengths are given for {len(dims)} dimensions"
        refuse(RefusalKind.LAYER, text, expected=len(dims), got=len(lengths))
    return dims, tuple(None if length == -1 else length for length in lengths or (None,) * len(dims))


def _dtype(name: str, input: Tensor) -> str:
    """Real transforms take real input; half precision and empty tensors fail or not by the machine: not modelled."""
    if any(isinstance(size, int) and size == 0 for size in input.shape):
        raise Unmodelled("a transform of an empty tensor")
    if input.dtype in ("float16", "bfloat16", "complex32"):
        raise Unmodelled("a transform in half precision")
    if name.startswith(("rfft", "ihfft")) and dtypes.is_complex(input.dtype):
        raise Unmodelled(f"`{name}` of complex numbers")
    spectrum = dtypes.complex_of(dtypes.floating(input.dtype))
    return dtypes.real_part(spectrum) if name.startswith(("irfft", "hfft")) else spectrum


for _name in _SINGLE:
    _register_single(_name)
for _name in _SEVERAL:
    _register_several(_name)


@tensor_operation(*both("stft"), harmless=("window", "pad_mode", "normalized", "align_to_window"))
def stft(
    ctx: Context,
    input: Tensor,
    n_fft: int,
    hop_length: Any = None,
    win_length: Any = None,
    window: Any = None,
    center: bool = True,
    pad_mode: Any = "reflect",
    normalized: Any = False,
    onesided: Any = None,
    return_complex: Any = None,
    align_to_window: Any = None,
) -> Tensor:
    """Spectra of windows along the last axis: … × frequencies × windows, of two numbers unless complex."""
    hop = n_fft // 4 if hop_length is None else hop_length
    plain = all(isinstance(size, int) and size > 0 for size in (n_fft, hop)) and isinstance(center, bool)
    if not plain or input.ndim not in (1, 2) or return_complex not in (True, False) or dtypes.is_complex(input.dtype):
        raise Unmodelled("`stft` with these arguments")
    length = input.shape[-1] + (2 * (n_fft // 2) if center else 0)
    if ctx.decide(at_least(input.shape[-1], n_fft)) is not Verdict.PROVED:
        raise Unmodelled("`stft` of what may be shorter than its window")
    count = n_fft if onesided is False else n_fft // 2 + 1
    shape = (*input.shape[:-1], count, ctx.simplify((length - n_fft) // hop + 1))
    return Tensor(shape, "complex64" if input.dtype == "float32" else "") if return_complex else Tensor((*shape, 2), "")
