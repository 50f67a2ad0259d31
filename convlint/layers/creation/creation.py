"""Operations that make tensors of given sizes or from Python values: zeros, randn, full, tensor and their kin."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from convlint.layers.core.context import Context
from convlint.layers.core.naming import tensor_operation
from convlint.layers.core.refusal import RefusalKind, Unmodelled
from convlint.layers.core.tensor import Data, Listed, Shape, Sizes, Tensor
from convlint.layers.shared import constants, dtypes
from convlint.layers.shared.axes import given, non_negative, refuse, sizes_of
from convlint.symbolic import Dim, Size

OPTIONS = ("device", "requires_grad", "layout", "pin_memory", "memory_format", "generator", "names")
"""Keyword arguments of every operation that makes a tensor, none of which changes its shape or dtype."""
_FILLS: dict[str, float | None] = {"zeros": 0, "ones": 1, "empty": None, "rand": None, "randn": None}


def target(dtype: Any, default: str) -> str:
    """Return the dtype that an argument names, or the default where it is None; "" where it is not known."""
    if dtype is None:
        return default
    if dtype is dtypes.UNSAID:
        return ""
    name = dtypes.named(dtype)
    if not name:
        raise Unmodelled("a dtype that is not known")
    return name


def _register_sized(name: str, fill: float | None) -> None:
    """`zeros(2, 3)`, `zeros((2, 3))`, `zeros_like(x)` and `x.new_zeros(2, 3)`."""

    @tensor_operation(f"torch.{name}", harmless=OPTIONS)
    def sized(ctx: Context, *size: Sizes, dtype: Any = None, requires_grad: Any = False, **options: Any) -> Tensor:
        shape = sizes_of(ctx, _sizes_given(size, options))
        return _filled(ctx, name, shape, target(dtype, "float32"), fill, requires_grad)

    @tensor_operation(f"torch.{name}_like", harmless=OPTIONS)
    def like(ctx: Context, input: Tensor, *, dtype: Any = None, requires_grad: Any = False, **options: Any) -> Tensor:
        only_options(options)
        return _filled(ctx, f"{name}_like", input.shape, target(dtype, input.dtype), fill, requires_grad)

    if not name.startswith("rand"):

        @tensor_operation(f"torch.Tensor.new_{name}", harmless=OPTIONS)
        def new(
            ctx: Context, input: Tensor, *size: Sizes, dtype: Any = None, requires_grad: Any = False, **options: Any
        ) -> Tensor:
            shape = sizes_of(ctx, _sizes_given(size, options))
            return _filled(ctx, f"new_{name}", shape, target(dtype, input.dtype), fill, requires_grad)


for _name, _fill in _FILLS.items():
    _register_sized(_name, _fill)


@tensor_operation("torch.full", harmless=(*OPTIONS, "fill_value"))
def full(
    ctx: Context, size: Sizes, fill_value: Any, *, dtype: Any = None, requires_grad: Any = False, **options: Any
) -> Tensor:
    only_options(options)
    own = "" if isinstance(fill_value, Dim) else dtypes.of_number(fill_value)
    shape = sizes_of(ctx, (size,))
    return _filled(ctx, "full", shape, target(dtype, own), fill_value, requires_grad)


@tensor_operation("torch.full_like", harmless=(*OPTIONS, "fill_value"))
def full_like(
    ctx: Context, input: Tensor, fill_value: Any, *, dtype: Any = None, requires_grad: Any = False, **options: Any
) -> Tensor:
    only_options(options)
    return _filled(ctx, "full_like", input.shape, target(dtype, input.dtype), fill_value, requires_grad)


@tensor_operation("torch.Tensor.new_full", harmless=(*OPTIONS, "fill_value"))
def new_full(
    ctx: Context,
    input: Tensor,
    size: Sizes,
    fill_value: Any,
    *,
    dtype: Any = None,
    requires_grad: Any = False,
    **options: Any,
) -> Tensor:
    only_options(options)
    shape = sizes_of(ctx, (size,))
    return _filled(ctx, "new_full", shape, target(dtype, input.dtype), fill_value, requires_grad)


@tensor_operation("torch.randint", harmless=(*OPTIONS, "low", "high"))
def randint(
    ctx: Context,
    low: Any,
    high: Sizes | None = None,
    size: Sizes | None = None,
    *,
    dtype: Any = None,
    requires_grad: Any = False,
    **options: Any,
) -> Tensor:
    """`randint(high, size)` or `randint(low, high, size)`."""
    only_options(options)
    shape = high if size is None and isinstance(high, (tuple, list)) else size
    if shape is None:
        raise Unmodelled("`randint` without a size")
    least, end = (0, low) if size is None else (low, high)  # None where a limit is not known, or is left out
    if type(least) is int and type(end) is int and least >= end:
        refuse(RefusalKind.LAYER, f"`randint` draws from {least} up to {end}: there is no number", got=end)
    return _filled(ctx, "randint", sizes_of(ctx, (shape,)), target(dtype, "int64"), None, requires_grad)


@tensor_operation("torch.randint_like", harmless=(*OPTIONS, "low", "high"))
def randint_like(
    ctx: Context, input: Tensor, low: Any = None, high: Any = None, *, dtype: Any = None, **options: Any
) -> Tensor:
    only_options(options)
    return Tensor(input.shape, target(dtype, input.dtype))


@tensor_operation("torch.normal", harmless=OPTIONS)
def normal(ctx: Context, mean: Any, std: Any = 1.0, size: Sizes | None = None, **options: Any) -> Tensor:
    only_options(options)
    if size is not None:
        return _filled(ctx, "normal", sizes_of(ctx, (size,)), "float32", None, False)
    tensors = [value for value in (mean, std) if isinstance(value, Tensor)]
    if len(tensors) != 1:
        raise Unmodelled("`normal` of two tensors or none")
    return Tensor(tensors[0].shape, tensors[0].dtype)


@tensor_operation("torch.bernoulli", "torch.Tensor.bernoulli", "torch.poisson", harmless=("p", "generator"))
def bernoulli(ctx: Context, input: Tensor, p: Any = None, *, generator: Any = None) -> Tensor:
    return Tensor(input.shape, input.dtype)


@tensor_operation("torch.tensor", harmless=OPTIONS)
def tensor(ctx: Context, data: Data, *, dtype: Any = None, requires_grad: Any = False, **options: Any) -> Tensor:
    """A new tensor with the shape and values of nested lists, numbers or another tensor."""
    only_options(options)
    result = _from_value(ctx, data, dtype)
    result.requires_grad = bool(requires_grad)
    return result


@tensor_operation("torch.as_tensor", "torch.asarray", harmless=OPTIONS)
def as_tensor(ctx: Context, data: Data, dtype: Any = None, device: Any = None, **options: Any) -> Tensor:
    only_options(options)
    if isinstance(data, Tensor) and target(dtype, data.dtype) == data.dtype:
        return data
    return _from_value(ctx, data, dtype)


@tensor_operation("torch.from_numpy")
def from_numpy(ctx: Context, ndarray: Data) -> Tensor:
    """A tensor that shares the memory of an array; what is no array is not modelled."""
    if not isinstance(ndarray, Tensor):
        raise Unmodelled("`from_numpy` of what is not known to be an array")
    return ndarray


@tensor_operation("torch.Tensor.new_tensor", harmless=OPTIONS)
def new_tensor(
    ctx: Context, input: Tensor, data: Data, *, dtype: Any = None, requires_grad: Any = False, **options: Any
) -> Tensor:
    only_options(options)
    if dtype is None and not input.dtype:
        return Tensor(_from_value(ctx, data, None).shape, "")
    return _from_value(ctx, data, target(dtype, input.dtype))


@tensor_operation("torch.Tensor.new", harmless=("device",))
def new(ctx: Context, input: Tensor, *args: Listed, device: Any = None) -> Tensor:
    """The old form of `new_empty` for sizes, and of `new_tensor` for values."""
    if len(args) == 1 and isinstance(args[0], (list, Tensor)):
        return new_tensor(ctx, input, args[0])  # type: ignore[no-any-return]
    return Tensor(sizes_of(ctx, args) if args else (0,), input.dtype)


@tensor_operation("torch.scalar_tensor", harmless=OPTIONS)
def scalar_tensor(ctx: Context, s: Any, *, dtype: Any = None, **options: Any) -> Tensor:
    only_options(options)
    return constants.filled((), target(dtype, "float32"), s)


def _register_typed(kind: str, dtype: str) -> None:
    @tensor_operation(f"torch.{kind}", harmless=("device",))
    def typed(ctx: Context, *args: Listed, device: Any = None) -> Tensor:
        """`FloatTensor(2, 3)` is not initialised; `FloatTensor([…])` has the values."""
        if len(args) == 1 and isinstance(args[0], (list, tuple)):
            return _from_value(ctx, args[0], dtype)
        if len(args) == 1 and isinstance(args[0], Tensor):
            if not args[0].dtype:
                return Tensor(args[0].shape, dtype)
            if args[0].dtype != dtype:
                raise Unmodelled(f"`{kind}` of a tensor of another dtype")
            return args[0]
        return _filled(ctx, kind, sizes_of(ctx, args) if args else (0,), dtype, None, False)


for _kind, _dtype in (*dtypes.TENSOR_TYPES.items(), ("Tensor", "float32")):
    _register_typed(_kind, _dtype)


def from_nested(ctx: Context, value: Any) -> Tensor:
    """Return the tensor that nested lists of numbers make; unequal lengths are refused (ValueError)."""
    leaves: list[Any] = []
    shape = _measured(ctx, value, leaves)
    kinds = {leaf.dtype if isinstance(leaf, Tensor) else dtypes.of_number(leaf) for leaf in leaves}
    dtype = ""
    for kind in kinds:
        dtype = dtypes.promote(dtype, kind) if dtype else kind
    values = [_value_of(leaf) for leaf in leaves]
    known: Callable[[], list[Any]] | None = None if any(item is None for item in values) else lambda: values
    return constants.made(shape, "float32" if not leaves else "" if "" in kinds else dtype, known)


def _measured(ctx: Context, value: Any, leaves: list[Any]) -> Shape:
    """Collect the numbers of nested lists, and return their common shape."""
    if isinstance(value, (list, tuple, range)):
        if len(value) > constants.LIMIT:
            raise Unmodelled(f"a list of {len(value)} items")
        shapes = [_measured(ctx, item, leaves) for item in value]
        if any(shape != shapes[0] for shape in shapes):
            text = "a tensor is made of lists of unequal lengths"
            lists = all(len(shape) == len(shapes[0]) for shape in shapes)
            refuse(RefusalKind.LAYER, text, ValueError if lists else Exception, got=len(value))
        return (len(value), *(shapes[0] if shapes else ()))
    if isinstance(value, Tensor) and value.shape:
        raise Unmodelled("a tensor made of tensors")
    if not isinstance(value, (Tensor, int, float, complex, Dim)):
        raise Unmodelled("a tensor made of values that are not known")
    leaves.append(value)
    return ()


def _value_of(leaf: Any) -> Any:
    if isinstance(leaf, Tensor):
        return leaf.data[0] if leaf.data is not None else None
    return None if isinstance(leaf, (Dim, complex)) else leaf


def _from_value(ctx: Context, value: Any, dtype: Any) -> Tensor:
    if isinstance(value, Tensor):
        made = Tensor(value.shape, value.dtype, value.data)
    elif isinstance(value, (list, tuple, range, int, float, complex, Dim)):
        made = from_nested(ctx, value)
    else:
        raise Unmodelled("a tensor made of a value that is not known")
    wanted = target(dtype, made.dtype)
    data = None if made.data is None else constants.rounded(made.data, wanted)
    return Tensor(made.shape, wanted, data)


def _sizes_given(size: tuple[Any, ...], options: dict[str, Any]) -> Any:
    keyword = options.pop("size", None)
    only_options(options)
    return given(size, keyword)


def only_options(options: dict[str, Any]) -> None:
    unknown = set(options) - set(OPTIONS)
    if unknown:
        raise Unmodelled(f"the arguments {', '.join(sorted(unknown))}")


def _filled(ctx: Context, name: str, shape: tuple[Size, ...], dtype: str, fill: Any, requires_grad: Any) -> Tensor:
    non_negative(ctx, shape, name)
    if isinstance(fill, Tensor):
        fill = fill.data[0] if fill.data else None
    result = constants.filled(shape, dtype, fill)
    result.requires_grad = bool(requires_grad)
    return result
