"""Padding: `pad` in all its modes, and the `…Pad1d`…`…Pad3d` layers.

Source: ATen/native/PadNd.cpp (`_pad_enum`, `_pad_circular`, `constant_pad_nd`), ReflectionPad.cpp,
ReplicationPadding.cpp.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from convlint.layers.core.context import Context
from convlint.layers.core.refusal import Refusal, RefusalKind, Unmodelled
from convlint.layers.core.registry import State, layer, operation
from convlint.layers.core.tensor import Shape, Sizes, Tensor
from convlint.layers.shared.window import integer, refuse, require_at_least, require_cells, shown, tensor_argument
from convlint.symbolic import Size, Verdict, any_of, at_least

MODES = ("constant", "reflect", "replicate", "circular")


def pad_output(ctx: Context, subject: str, input: Any, pads: Any, mode: str, value: Any = None) -> Tensor:
    """Pad the last axes of a tensor. `pads` are (before, after) of the last axis, then of the one before it, …"""
    tensor = tensor_argument(subject, "input", input)
    if not isinstance(pads, (tuple, list)):
        refuse(RefusalKind.LAYER, f"`{subject}` takes a tuple of integers for `pad`, not `{pads}`", TypeError)
    sizes = tuple(integer(subject, "pad", pad) for pad in pads)
    if len(sizes) % 2:
        refuse(RefusalKind.LAYER, f"`{subject}` takes an even number of pads and gets {len(sizes)}")
    if len(sizes) > 2 * tensor.ndim:
        text = f"`{subject}` pads the last {len(sizes) // 2} axes and gets a {tensor.ndim}-D input"
        refuse(RefusalKind.RANK, text, facts=(("expected", len(sizes) // 2), ("got", tensor.ndim)))
    axes = len(sizes) // 2
    pairs = tuple(zip(sizes[::2], sizes[1::2], strict=True))[::-1]
    lead, cells = tensor.shape[: tensor.ndim - axes], tensor.shape[tensor.ndim - axes :]
    if mode != "constant":
        _check_mode(subject, tensor, axes, mode, value)
    _CHECKS[mode](ctx, subject, lead, cells, pairs)
    out = tuple(before + size + after for size, (before, after) in zip(cells, pairs, strict=True))
    return Tensor((*lead, *out), tensor.dtype)


def _check_mode(subject: str, tensor: Tensor, axes: int, mode: Any, value: Any) -> None:
    """Refuse what torch refuses of modes other than constant: they pad 1, 2 or 3 axes behind ([N,] C)."""
    if mode not in MODES:
        if not isinstance(mode, str):
            raise Unmodelled("the padding mode is not known")
        refuse(RefusalKind.LAYER, f"`{subject}` takes no padding mode '{mode}'", NotImplementedError)
    if isinstance(value, (int, float)) and value != 0:
        refuse(RefusalKind.LAYER, f"`{subject}` takes no value in mode '{mode}'")
    if axes not in (1, 2, 3) or tensor.ndim - axes not in (1, 2):
        text = f"`{subject}` in mode '{mode}' with {2 * axes} pads takes no {tensor.ndim}-D input"
        facts = (("expected", (axes + 1, axes + 2)), ("got", tensor.ndim))
        refuse(RefusalKind.RANK, text, NotImplementedError, facts)


def _constant(ctx: Context, subject: str, lead: Shape, cells: Shape, pairs: tuple[tuple[Size, Size], ...]) -> None:
    """Negative pads cut first, then the others pad: what is left after each cut cannot be negative."""
    for size, (before, after) in zip(cells, pairs, strict=True):
        left = size
        for pad in (before, after):
            if ctx.decide(at_least(pad, 0)) is Verdict.VIOLATED:
                left = left + pad
        _require_left(ctx, subject, size, left, 0)


def _reflect(ctx: Context, subject: str, lead: Shape, cells: Shape, pairs: tuple[tuple[Size, Size], ...]) -> None:
    for size, pair in zip(cells, pairs, strict=True):
        for pad in pair:
            _require_room(ctx, subject, size, pad, size - pad - 1, "reflect", "smaller than")
    _replicate(ctx, subject, lead, cells, pairs)


def _replicate(ctx: Context, subject: str, lead: Shape, cells: Shape, pairs: tuple[tuple[Size, Size], ...]) -> None:
    """torch lets an output be empty if it is not empty along all of the padded axes."""
    require_cells(ctx, subject, (*lead[-1:], *cells))
    out = tuple(before + size + after for size, (before, after) in zip(cells, pairs, strict=True))
    for size, left in zip(cells, out, strict=True):
        _require_left(ctx, subject, size, left, 1 if len(cells) == 1 else 0)
    if len(out) > 1 and not any(isinstance(size, int) and size >= 1 for size in out):
        text = f"`{subject}` leaves nothing of {shown(cells)}"
        ctx.require(any_of(*(at_least(size, 1) for size in out)), Refusal(RefusalKind.COLLAPSED, text))


def _circular(ctx: Context, subject: str, lead: Shape, cells: Shape, pairs: tuple[tuple[Size, Size], ...]) -> None:
    for size, (before, after) in zip(cells, pairs, strict=True):
        for pad in (before, after):
            _require_room(ctx, subject, size, pad, size - pad, "circular", "at most")
        _require_left(ctx, subject, size, size + before + after, 0)
        signs = {ctx.decide(at_least(pad, 0)) for pad in (before, after)}
        if signs == {Verdict.PROVED, Verdict.VIOLATED} and 0 not in (before, after):
            # torch copies slices by both pads: with opposite signs they may overlap, or not fit each other
            raise Unmodelled("circular padding that pads one side and cuts the other")


_CHECKS: dict[str, Callable[[Context, str, Shape, Shape, tuple[tuple[Size, Size], ...]], None]] = {
    "constant": _constant,
    "reflect": _reflect,
    "replicate": _replicate,
    "circular": _circular,
}


def _require_left(ctx: Context, subject: str, size: Size, left: Size, least: int) -> None:
    def refusal() -> Refusal:
        text = f"`{subject}` cuts {size - left} cells off an axis of {size}"
        return Refusal(RefusalKind.COLLAPSED, text, (("size_in", size), ("size_out", left)))

    require_at_least(ctx, left, least, refusal)


def _require_room(ctx: Context, subject: str, size: Size, pad: Size, room: Size, mode: str, limit: str) -> None:
    def refusal() -> Refusal:
        text = f"`{subject}` in mode '{mode}' pads an axis of {size} by {pad}: a pad must be {limit} the axis"
        return Refusal(RefusalKind.SIZES, text, (("size_in", size), ("padding", pad)))

    require_at_least(ctx, room, 0, refusal)


@operation("torch.nn.functional.pad", harmless=("value",))
def pad(ctx: Context, input: Tensor, pad: Sizes, mode: str = "constant", value: float | None = None) -> Tensor:
    return pad_output(ctx, "pad", input, pad, mode, value)


# --- layers ----------------------------------------------------------------------------------------------


def _pads_of(padding: Any, axes: int) -> tuple[Any, ...]:
    return tuple(padding) if isinstance(padding, (tuple, list, str)) else (padding,) * (2 * axes)


def _check_rank(subject: str, input: Any, axes: int) -> None:
    """`_CircularPadNd._check_input_dim`, which is stricter than `pad` and raises another class."""
    tensor = tensor_argument(subject, "input", input)
    if tensor.ndim - axes not in (1, 2):
        text = f"`{subject}` takes a {axes + 1}-D or {axes + 2}-D input and gets {shown(tensor.shape)}"
        facts = (("expected", (axes + 1, axes + 2)), ("got", tensor.ndim))
        refuse(RefusalKind.RANK, text, ValueError, facts)


def _register(family: str, mode: str, axes: int) -> None:
    kind = f"{family}Pad{axes}d"

    class Pad:
        @staticmethod
        def init(ctx: Context, state: State, padding: Sizes) -> None:
            state.padding = _pads_of(padding, axes)

        @staticmethod
        def forward(ctx: Context, state: State, input: Tensor) -> Tensor:
            if mode == "circular":
                _check_rank(kind, input, axes)
            return pad_output(ctx, kind, input, state.padding, mode)

    bases = (f"torch.nn.modules.padding._{family}PadNd",)
    layer(f"torch.nn.{kind}", f"torch.nn.modules.padding.{kind}", bases=bases, input_rank=axes + 2)(Pad)


def _register_constant(axes: int) -> None:
    class ConstantPad:
        @staticmethod
        def init(ctx: Context, state: State, padding: Sizes, value: float) -> None:
            state.value = value
            state.padding = _pads_of(padding, axes)

        @staticmethod
        def forward(ctx: Context, state: State, input: Tensor) -> Tensor:
            return pad_output(ctx, f"ConstantPad{axes}d", input, state.padding, "constant")

    class ZeroPad:
        @staticmethod
        def init(ctx: Context, state: State, padding: Sizes) -> None:
            state.value = 0.0
            state.padding = _pads_of(padding, axes)

        @staticmethod
        def forward(ctx: Context, state: State, input: Tensor) -> Tensor:
            return pad_output(ctx, f"ZeroPad{axes}d", input, state.padding, "constant")

    base, place = "torch.nn.modules.padding._ConstantPadNd", "torch.nn.modules.padding."
    names = (f"torch.nn.ConstantPad{axes}d", f"{place}ConstantPad{axes}d")
    layer(*names, bases=(base,), harmless=("value",), input_rank=axes + 2)(ConstantPad)
    names = (f"torch.nn.ZeroPad{axes}d", f"{place}ZeroPad{axes}d")
    layer(*names, bases=(base, f"torch.nn.ConstantPad{axes}d"), input_rank=axes + 2)(ZeroPad)


for _axes in (1, 2, 3):
    _register_constant(_axes)
    for _family, _mode in (("Reflection", "reflect"), ("Replication", "replicate"), ("Circular", "circular")):
        _register(_family, _mode, _axes)
