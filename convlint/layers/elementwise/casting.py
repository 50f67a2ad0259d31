"""Moving tensors between dtypes and devices, and marks for autograd: the shape stays."""

from __future__ import annotations

from typing import Any

from convlint.layers.core.context import Context
from convlint.layers.core.naming import methods, tensor_operation
from convlint.layers.core.refusal import RefusalKind, Unmodelled
from convlint.layers.core.tensor import Dtype, Tensor
from convlint.layers.shared import constants, dtypes, enclosures
from convlint.layers.shared.axes import refuse, shown

_BY_METHOD = {
    "float": "float32", "double": "float64", "half": "float16", "bfloat16": "bfloat16", "int": "int32", "long": "int64",
    "short": "int16", "char": "int8", "byte": "uint8", "bool": "bool", "cfloat": "complex64", "cdouble": "complex128",
}  # fmt: skip


def cast(input: Tensor, dtype: str) -> Tensor:
    """Return the tensor in a dtype: the same object if it has that already, as in torch."""
    if dtype == input.dtype and dtype:
        return input
    data = None
    if input.data is not None and dtype:
        data = constants.rounded(input.data, dtype)
    elif input.bounds is not None and dtypes.is_integral(dtype) and dtype != "bool":
        data = enclosures.whole(input.bounds, dtype)
    classes = input.classes if dtypes.is_integral(dtype) else None
    return Tensor(input.shape, dtype, data, classes=classes)


def _register(name: str, dtype: str) -> None:
    @tensor_operation(f"torch.Tensor.{name}", harmless=("memory_format",))
    def rule(ctx: Context, input: Tensor, memory_format: Any = None) -> Tensor:
        return cast(input, dtype)


for _name, _dtype in _BY_METHOD.items():
    _register(_name, _dtype)


@tensor_operation("torch.Tensor.to", harmless=("device", "non_blocking", "copy", "memory_format"))
def to(
    ctx: Context,
    input: Tensor,
    *args: Dtype,
    device: Any = None,
    dtype: Any = None,
    non_blocking: Any = False,
    copy: Any = False,
    memory_format: Any = None,
) -> Tensor:
    """`to(dtype)`, `to(device, dtype)` or `to(other)`. A device is what is no dtype; the dtype then stays."""
    if dtypes.UNSAID in (dtype, *args[:2]):
        return Tensor(input.shape, "")
    other = args[0] if args and isinstance(args[0], Tensor) else None
    if other is not None:
        return cast(input, other.dtype)
    named = [dtypes.named(value) for value in (dtype, *args[:2]) if dtypes.named(value)]
    if any(value is not None and not isinstance(value, (str, int)) for value in args[:2]):
        raise Unmodelled("a dtype or device that is not known")
    return cast(input, named[0]) if named else input


@tensor_operation("torch.Tensor.type")
def type_(ctx: Context, input: Tensor, dtype: Dtype = None, non_blocking: Any = False) -> Tensor:
    """Whatever type is given, the shape stays; without one the name of the type is returned."""
    if dtype is None:
        raise Unmodelled("the type of a tensor")
    name = dtypes.named(dtype)
    return cast(input, name) if name else Tensor(input.shape, "")


@tensor_operation("torch.Tensor.__format__")
def format_(ctx: Context, input: Tensor, format_spec: Any) -> Any:
    """Only a tensor without axes is formatted as its number."""
    if format_spec and input.ndim > 0:
        text = f"a tensor of shape {shown(input.shape)} is formatted with `{format_spec}`, which takes one number"
        refuse(RefusalKind.SIZES, text, TypeError)
    raise Unmodelled("the text of a tensor")


@tensor_operation("torch.Tensor.type_as")
def type_as(ctx: Context, input: Tensor, other: Tensor) -> Tensor:
    return cast(input, other.dtype)


@tensor_operation(
    *methods("cpu", "cuda", "xpu", "ipu", "pin_memory", "share_memory_", "coalesce"),
    harmless=("device", "non_blocking", "memory_format"),
)
def moved(
    ctx: Context, input: Tensor, device: Any = None, non_blocking: Any = False, memory_format: Any = None
) -> Tensor:
    return input


@tensor_operation("torch.Tensor.requires_grad_", harmless=("requires_grad",))
def requires_grad_(ctx: Context, input: Tensor, requires_grad: Any = True) -> Tensor:
    input.requires_grad = bool(requires_grad)
    return input


@tensor_operation("torch.Tensor.retain_grad")
def retain_grad(ctx: Context, input: Tensor) -> None:
    return None


@tensor_operation(*methods("dtype"))
def dtype_of(ctx: Context, input: Tensor) -> str:
    if not input.dtype:
        raise Unmodelled("the dtype of a tensor")
    return input.dtype


@tensor_operation("torch.promote_types")
def promote_types(ctx: Context, type1: str, type2: str) -> str:
    return _known(dtypes.promote(dtypes.named(type1), dtypes.named(type2)))


@tensor_operation("torch.result_type")
def result_type(ctx: Context, tensor1: Any, tensor2: Any) -> str:
    return _known(dtypes.result_type(tensor1, tensor2))


def _known(dtype: str) -> str:
    if not dtype:
        raise Unmodelled("a dtype that is not known")
    return dtype
