"""The checks and small shape rules that several families of feature layers share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from convlint.layers.core.context import Context
from convlint.layers.core.refusal import RefusalKind, Unmodelled
from convlint.layers.core.tensor import Shape, Tensor
from convlint.layers.shared.axes import refusal, refuse, shown, written
from convlint.symbolic import Condition, Dim, Size, at_least, equal

CONSTANTS = frozenset({"device", "dtype"})
"""Constructor arguments that change no shape."""


def demand(
    ctx: Context,
    condition: Condition,
    kind: RefusalKind,
    text: str,
    error: type[Exception] = RuntimeError,
    **facts: object,
) -> None:
    """Say that torch raises unless `condition` holds."""
    ctx.require(condition, refusal(kind, text, error, **facts))


def demand_tensor(value: Any, what: str) -> Tensor:
    """Return `value` if it is a tensor of known rank; anything else is not modelled."""
    if isinstance(value, Tensor):
        return value
    raise Unmodelled(f"{what} is not a tensor of known rank")


def demand_rank(tensor: Tensor, ranks: Sequence[int], who: str, error: type[Exception] = RuntimeError) -> None:
    """Refuse a tensor whose number of dimensions is not in `ranks`."""
    if tensor.ndim not in ranks:
        wanted = " or ".join(f"{rank}-D" for rank in ranks)
        text = f"{who} takes {wanted} input and gets {tensor.ndim}-D {shown(tensor.shape)}"
        refuse(RefusalKind.RANK, text, error, expected=tuple(ranks), got=tensor.ndim)


def constructor_size(ctx: Context, value: Any, layer: str, name: str) -> Size:
    """Return a constructor's size argument as torch uses it in a parameter's shape, where it must be ≥ 0."""
    if isinstance(value, (float, str, type(None), tuple, list)):
        refuse(
            RefusalKind.LAYER, f"`{layer}` takes an integer as `{name}` and gets {written(value)}", TypeError, got=value
        )
    if not isinstance(value, (int, Dim)):
        raise Unmodelled(f"`{name}` of `{layer}` is not an integer")
    text = f"`{layer}` cannot have `{name}` = {value}: sizes are not negative"
    demand(ctx, at_least(value, 0), RefusalKind.LAYER, text, RuntimeError, got=value)
    return int(value) if isinstance(value, bool) else value


def dtype_name(dtype: Any) -> str:
    """Return the name of a constructor's dtype: torch's default for None, "" for one that is not known."""
    if dtype is None:
        return "float32"
    return dtype.removeprefix("torch.") if isinstance(dtype, str) else ""


def demand_same_shape(
    ctx: Context, left: Shape, right: Shape, text: str, error: type[Exception] = RuntimeError
) -> None:
    """Refuse shapes that differ in rank or in a size."""
    if len(left) != len(right):
        refuse(RefusalKind.SIZES, text, error, expected=tuple(left), got=tuple(right))
    for a, b in zip(left, right, strict=True):
        demand(ctx, equal(a, b), RefusalKind.SIZES, text, error, expected=a, got=b)


def common_dtype(*tensors: Tensor | None) -> str:
    """Return the dtype that all tensors share, "" when they differ or one is not known."""
    dtypes = {tensor.dtype for tensor in tensors if tensor is not None}
    return dtypes.pop() if len(dtypes) == 1 else ""


def agreed_dtype(*tensors: Tensor | None) -> str:
    """Return the dtype of tensors that torch refuses unless they share it: what any of them is known to have.

    "" where none is known, and where two differ all the same: autocast casts them.
    """
    dtypes = {tensor.dtype for tensor in tensors if tensor is not None} - {""}
    return dtypes.pop() if len(dtypes) == 1 else ""
