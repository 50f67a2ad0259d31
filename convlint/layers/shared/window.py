"""The arithmetic of sliding windows: how torch reads their arguments, which ranks it takes, how far they slide.

Everything here raises `Refused` with torch's own exception class where torch raises.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NoReturn

from convlint.layers.core.context import Context
from convlint.layers.core.facts import WindowAxis
from convlint.layers.core.refusal import Refusal, RefusalKind, Refused, Unmodelled
from convlint.layers.core.tensor import Shape, Tensor
from convlint.symbolic import Dim, Size, at_least, minimum

AXES = {1: ("length",), 2: ("height", "width"), 3: ("depth", "height", "width")}
"""What the spatial axes are called, by their number."""

Facts = tuple[tuple[str, object], ...]


def refuse(kind: RefusalKind, text: str, error: type[Exception] = RuntimeError, facts: Facts = ()) -> NoReturn:
    """Say that torch raises, whatever the sizes."""
    raise Refused(Refusal(kind, text, facts, error))


def require_at_least(ctx: Context, value: Size, bound: int, refusal: Callable[[], Refusal]) -> None:
    """Say that torch raises unless `value` ≥ `bound`; the refusal is only worded when it is needed."""
    if isinstance(value, int) and value >= bound:
        return
    ctx.require(at_least(value, bound), refusal())


def require_positive(ctx: Context, subject: str, names: Iterable[str], values: Iterable[Shape], bound: int = 1) -> None:
    """Say that torch raises unless every number of these arguments is at least `bound`."""
    for name, sizes in zip(names, values, strict=True):
        for size in sizes:
            if isinstance(size, int) and size >= bound:
                continue
            text = f"`{subject}` takes no {name} of {size}: it must be at least {bound}"
            ctx.require(at_least(size, bound), Refusal(RefusalKind.LAYER, text))


def integer(subject: str, name: str, value: Any) -> Size:
    """Return `value` if torch's argument parser takes it as an integer, which a bool or a float is not."""
    if isinstance(value, (int, Dim)) and not isinstance(value, bool):
        return value
    if value is None or isinstance(value, (bool, float, str, tuple, list, dict)):
        shown = f"`{value}`" if not isinstance(value, (tuple, list, dict)) else f"a {type(value).__name__}"
        refuse(RefusalKind.LAYER, f"`{subject}` takes integers for `{name}`, not {shown}", TypeError)
    raise Unmodelled(f"`{name}` is not a known integer")


def flag(subject: str, name: str, value: Any) -> bool:
    """Return `value` if torch's argument parser takes it as a bool."""
    if isinstance(value, bool):
        return value
    if value is None or isinstance(value, (int, float, str, tuple, list)):
        refuse(RefusalKind.LAYER, f"`{subject}` takes True or False for `{name}`, not `{value}`", TypeError)
    raise Unmodelled(f"`{name}` is not a known bool")


def per_axis(subject: str, name: str, value: Any, axes: int, *, repeat_one: bool = True) -> Shape:
    """Return one number for each axis. torch repeats a single integer, and mostly a list of one too."""
    if not isinstance(value, (tuple, list)):
        return (integer(subject, name, value),) * axes
    sizes = tuple(integer(subject, name, item) for item in value)
    if repeat_one and len(sizes) == 1:
        return sizes * axes
    if len(sizes) != axes:
        text = f"`{subject}` takes one integer or {axes} for `{name}`, and gets {len(sizes)}"
        refuse(RefusalKind.LAYER, text, facts=(("expected", axes), ("got", len(sizes))))
    return sizes


def tensor_argument(subject: str, name: str, value: Any) -> Tensor:
    """Return `value` if it is a tensor."""
    if isinstance(value, Tensor):
        return value
    if value is None or isinstance(value, (bool, int, float, str, tuple, list, dict)):
        refuse(RefusalKind.LAYER, f"`{subject}` takes a tensor for `{name}`, not `{type(value).__name__}`", TypeError)
    raise Unmodelled(f"`{name}` is not a known tensor")


def spatial(
    subject: str, value: Any, axes: int, error: type[Exception] = RuntimeError, name: str = "input"
) -> tuple[Shape, Shape]:
    """Split an input of shape ([N,] C, *spatial) into ([N,] C) and the spatial sizes."""
    tensor = tensor_argument(subject, name, value)
    lead = tensor.ndim - axes
    if lead not in (1, 2):
        expected = f"{axes + 1}-D (unbatched) or {axes + 2}-D (batched)"
        text = f"`{subject}` takes a {expected} input and gets a {tensor.ndim}-D one, {shown(tensor.shape)}"
        refuse(RefusalKind.RANK, text, error, (("expected", (axes + 1, axes + 2)), ("got", tensor.ndim)))
    return tensor.shape[:lead], tensor.shape[lead:]


def require_cells(ctx: Context, subject: str, shape: Shape, kind: RefusalKind = RefusalKind.COLLAPSED) -> None:
    """Say that torch raises if any of these sizes is zero: only the batch may be empty."""
    for size in shape:
        require_at_least(
            ctx, size, 1, lambda: Refusal(kind, f"`{subject}` takes no empty input, and gets {shown(shape)}")
        )


def slide(
    ctx: Context,
    subject: str,
    axis: str,
    size: Size,
    kernel: Size,
    stride: Size,
    pads: tuple[Size, Size],
    dilation: Size = 1,
    ceil_mode: bool = False,
) -> WindowAxis:
    """Slide a window along one axis: `floor((x + before + after − d(k−1) − 1)/s) + 1` positions, at least one.

    In ceil mode torch rounds up, and drops a last window that would start beyond the input and the padding
    before it. With p ≤ d(k−1)+1 on both sides together that is
    `floor((x + min(before + after − d(k−1) − 1 + s − 1, before − 1))/s) + 1` (torch's `pooling_output_shape`).
    """
    before, after = pads
    spare = before + after - dilation * (kernel - 1) - 1
    if ceil_mode:
        spare = minimum(spare + stride - 1, before - 1)
    out = (size + spare) // stride + 1
    window = WindowAxis(size, out, kernel, stride, before, after, dilation, ceil_mode)
    require_at_least(ctx, size + spare, 0, lambda: _collapsed(subject, axis, window))
    return window


def _collapsed(subject: str, axis: str, window: WindowAxis) -> Refusal:
    padding = window.pad_before if window.pad_before == window.pad_after else (window.pad_before, window.pad_after)
    reach = window.dilation * (window.kernel - 1) + 1
    padded = window.size_in + window.pad_before + window.pad_after
    over = f"{window.size_in}" if padded == window.size_in else f"{window.size_in}, {padded} with padding"
    dilated = "" if window.dilation == 1 else f" ({window.kernel} dilated by {window.dilation})"
    text = (
        f"`{subject}` slides a kernel of {reach}{dilated} over a {axis} of {over}: "
        f"the output {axis} would be {window.size_out}"
    )
    facts: Facts = (
        ("axis", axis),
        ("size_in", window.size_in),
        ("kernel", window.kernel),
        ("padding", padding),
        ("size_out", window.size_out),
        ("stride", window.stride),
        ("dilation", window.dilation),
    )
    return Refusal(RefusalKind.COLLAPSED, text, facts)


def shown(shape: Shape) -> str:
    """Return a shape as messages show it: `1×3×H×W`."""
    return "×".join(str(size) if isinstance(size, int) else _bracketed(str(size)) for size in shape) or "a scalar"


def _bracketed(text: str) -> str:
    return f"({text})" if " " in text else text
