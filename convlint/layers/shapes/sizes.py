"""Questions about a tensor: its sizes and rank, whether it is one, and the values of small constant ones."""

from __future__ import annotations

from typing import Any

from convlint.layers.core.context import Context
from convlint.layers.core.naming import both, methods, tensor_operation
from convlint.layers.core.refusal import RefusalKind, Unmodelled
from convlint.layers.core.tensor import Tensor
from convlint.layers.shared import dtypes
from convlint.layers.shared.axes import axis, refusal, refuse, shown
from convlint.symbolic import Size, equal, product

PROPERTIES = frozenset(
    {"T", "mT", "H", "mH", "data", "dtype", "real", "imag", "ndim", "itemsize", "nbytes", "is_sparse", "is_quantized"}
)
"""The entries under `torch.Tensor` that are attributes, not methods: rules of one argument, read without a call."""


@tensor_operation("torch.Tensor.size")
def size(ctx: Context, input: Tensor, dim: Any = None) -> Any:
    """All sizes, or one; a scalar has no dimension to ask for."""
    if dim is None:
        return input.shape
    if not input.shape:
        refuse(RefusalKind.RANK, "the size of a dimension of a scalar is asked for", IndexError, rank=0)
    return input.shape[axis(ctx, dim, input.ndim)]


@tensor_operation(*methods("dim", "ndimension", "ndim"))
def dim(ctx: Context, input: Tensor) -> int:
    return input.ndim


@tensor_operation(*both("numel"), "torch.Tensor.nelement")
def numel(ctx: Context, input: Tensor) -> Size:
    return product(input.shape)


@tensor_operation(*methods("element_size", "itemsize"))
def element_size(ctx: Context, input: Tensor) -> int:
    """Bytes per element."""
    if input.dtype not in dtypes.ITEM_SIZES:
        raise Unmodelled("the element size of an unknown dtype")
    return dtypes.ITEM_SIZES[input.dtype]


@tensor_operation("torch.Tensor.nbytes")
def nbytes(ctx: Context, input: Tensor) -> Size:
    return product(input.shape) * element_size(ctx, input)  # type: ignore[no-any-return]


@tensor_operation(*methods("stride", "is_contiguous", "storage_offset", "data_ptr", "storage"))
def layout(ctx: Context, input: Tensor, *args: Any, **named: Any) -> Any:
    raise Unmodelled("strides are not tracked")


@tensor_operation(*both("is_floating_point"))
def is_floating_point(ctx: Context, input: Tensor) -> bool:
    return dtypes.is_float(_known_dtype(input)) or "float" in input.dtype


@tensor_operation(*both("is_complex"))
def is_complex(ctx: Context, input: Tensor) -> bool:
    return dtypes.is_complex(_known_dtype(input))


@tensor_operation("torch.Tensor.is_signed", "torch.is_signed")
def is_signed(ctx: Context, input: Tensor) -> bool:
    return _known_dtype(input) not in ("uint8", "uint16", "uint32", "uint64", "bool")


@tensor_operation("torch.is_tensor")
def is_tensor(ctx: Context, obj: Any) -> bool:
    return isinstance(obj, Tensor)


@tensor_operation(*methods("is_sparse", "is_quantized"))
def is_special(ctx: Context, input: Tensor) -> bool:
    return False


@tensor_operation("torch.is_nonzero", *methods("is_nonzero", "__bool__"))
def truth(ctx: Context, input: Tensor) -> bool:
    return bool(_single(ctx, input, "a tensor is used as a truth value"))


@tensor_operation("torch.Tensor.item")
def item(ctx: Context, input: Tensor) -> Any:
    """The value of a tensor of one element."""
    return _single(ctx, input, "`item` is asked of a tensor")


@tensor_operation("torch.Tensor.__float__")
def to_float(ctx: Context, input: Tensor) -> float:
    return float(_single(ctx, input, "a tensor is converted to a float", ValueError))


@tensor_operation(*methods("__int__", "__index__"))
def to_int(ctx: Context, input: Tensor) -> int:
    return int(_single(ctx, input, "a tensor is converted to an integer", ValueError))


@tensor_operation("torch.Tensor.tolist")
def tolist(ctx: Context, input: Tensor) -> Any:
    """Nested lists of the values."""
    if input.data is None:
        raise Unmodelled("the values of a tensor")
    values: list[Any] = list(input.data)
    for count in reversed(input.shape[1:]):
        if not isinstance(count, int) or not count:
            raise Unmodelled("the values of an empty tensor")
        values = [values[start : start + count] for start in range(0, len(values), count)]
    return values if input.shape else values[0]


@tensor_operation("torch.Tensor.__len__")
def length(ctx: Context, input: Tensor) -> Size:
    if not input.shape:
        refuse(RefusalKind.RANK, "the length of a scalar tensor is asked for", TypeError, rank=0)
    return input.shape[0]


def _single(ctx: Context, input: Tensor, what: str, error: type[Exception] = RuntimeError) -> Any:
    """Return the value of the only element; torch raises when there are more or none."""
    count = product(input.shape)
    text = f"{what} of shape {shown(input.shape)}: it has {count} elements, not 1"
    ctx.require(equal(count, 1), refusal(RefusalKind.SIZES, text, error, expected=1, got=count))
    if input.data is None or len(input.data) != 1:
        raise Unmodelled("the value of a tensor", input.dtype or "float")
    return input.data[0]


def _known_dtype(input: Tensor) -> str:
    if not input.dtype:
        raise Unmodelled("the dtype of a tensor")
    return input.dtype
