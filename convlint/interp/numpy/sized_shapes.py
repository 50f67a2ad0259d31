"""Arrays of which only the sizes are known: reshaping, joining and reducing them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from convlint.interp.numpy.arrays import sized
from convlint.interp.numpy.sized import (
    FUNCTIONS,
    METHODS,
    by_torch,
    divided,
    ints,
    of_value,
    promoted,
    register,
    shaped,
    tensor_of,
    unknown,
)
from convlint.interp.values.unknown import Unknown, Value
from convlint.symbolic import product

if TYPE_CHECKING:
    from convlint.interp.vm import Vm


def _of_axes(name: str, rule: str) -> None:
    """An operation that takes axes, or what torch calls so, as a method and as a function."""

    def call(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
        array = of_value(vm, args[0])
        axes = ints(vm, [*args[1:], *kwargs.values()])
        if array is None or axes is None:
            return unknown(name)
        return shaped(by_torch(vm, rule, tensor_of(array), *axes), array.dtype)

    METHODS[name] = FUNCTIONS[name] = call


for _name, _rule in {
    "swapaxes": "torch.transpose",
    "expand_dims": "torch.unsqueeze",
    "moveaxis": "torch.movedim",
}.items():
    _of_axes(_name, _rule)


@register(METHODS, "reshape")
@register(FUNCTIONS, "reshape")
def _reshape(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    array = of_value(vm, args[0])
    shape = ints(vm, args[1:] or [kwargs.get("shape", kwargs.get("newshape"))])
    if array is None or shape is None:
        return unknown("reshape")
    return shaped(by_torch(vm, "torch.reshape", tensor_of(array), tuple(shape)), array.dtype)


@register(METHODS, "ravel flatten")
@register(FUNCTIONS, "ravel")
def _ravel(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    array = of_value(vm, args[0])
    return unknown("ravel") if array is None else sized((product(array.shape),), array.dtype)


@register(METHODS, "transpose")
@register(FUNCTIONS, "transpose")
def _transpose(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    array = of_value(vm, args[0])
    given = [*args[1:], *kwargs.values()]
    if array is None:
        return unknown("transpose")
    if not given or given == [None]:
        return sized(array.shape[::-1], array.dtype)
    axes = ints(vm, given)
    if axes is None:
        return unknown("transpose")
    return shaped(by_torch(vm, "torch.permute", tensor_of(array), tuple(axes)), array.dtype)


@register(METHODS, "squeeze")
@register(FUNCTIONS, "squeeze")
def _squeeze(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    array = of_value(vm, args[0])
    axes = [axis for axis in (*args[1:], *kwargs.values()) if axis is not None]
    if array is None or len(axes) > 1:
        return unknown("squeeze")
    return shaped(by_torch(vm, "torch.squeeze", tensor_of(array), *axes), array.dtype)


def _joining(names: str, rule: str) -> None:
    @register(FUNCTIONS, names)
    def call(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
        listed = vm.list_of(args[0])
        found = [] if isinstance(listed, Unknown) else [of_value(vm, item) for item in listed]
        parts = [part for part in found if part is not None]
        axis = args[1] if len(args) > 1 else kwargs.get("axis")
        if not parts or len(parts) < len(found) or not (axis is None or isinstance(axis, int)):
            return unknown(names)
        given = {} if axis is None or rule in ("torch.vstack", "torch.hstack", "torch.dstack") else {"dim": axis}
        made = by_torch(vm, rule, [tensor_of(part) for part in parts], **given)
        return shaped(made, promoted([part.dtype for part in parts]))


for _names, _rule in {"concatenate concat": "torch.cat", "stack": "torch.stack", "vstack row_stack": "torch.vstack",
                      "hstack": "torch.hstack", "dstack": "torch.dstack"}.items():  # fmt: skip
    _joining(_names, _rule)


@register(FUNCTIONS, "tile")
def _tile(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    array, times = of_value(vm, args[0]), ints(vm, args[1:2] or list(kwargs.values()))
    if array is None or times is None:
        return unknown("tile")
    return shaped(by_torch(vm, "torch.tile", tensor_of(array), tuple(times)), array.dtype)


@register(FUNCTIONS, "repeat")
@register(METHODS, "repeat")
def _repeat(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    array, times = of_value(vm, args[0]), args[1] if len(args) > 1 else kwargs.get("repeats")
    axis = args[2] if len(args) > 2 else kwargs.get("axis")
    if (
        array is None
        or not isinstance(times, int)
        or not isinstance(axis, int)
        or not -len(array.shape) <= axis < len(array.shape)
    ):
        return unknown("repeat")
    shape = list(array.shape)
    shape[axis] = shape[axis] * times
    return sized(tuple(shape), array.dtype)


@register(FUNCTIONS, "pad")
def _pad(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """As many elements before and after each axis as is said: for all at once, or for each."""
    array, width = of_value(vm, args[0]), args[1] if len(args) > 1 else kwargs.get("pad_width")
    if array is None:
        return unknown("pad")
    pairs = _pad_pairs(width, len(array.shape))
    if pairs is None:
        return unknown("pad")
    shape = tuple(size + before + after for size, (before, after) in zip(array.shape, pairs, strict=True))
    return sized(shape, array.dtype)


def _pad_pairs(width: Value, rank: int) -> list[tuple[int, int]] | None:
    if isinstance(width, int):
        return [(width, width)] * rank
    if isinstance(width, list | tuple) and len(width) == 2 and all(isinstance(size, int) for size in width):
        return [(width[0], width[1])] * rank
    if isinstance(width, list | tuple) and len(width) in (1, rank):
        pairs = [tuple(pair) if isinstance(pair, list | tuple) else (pair, pair) for pair in width]
        if all(len(pair) == 2 and all(isinstance(size, int) for size in pair) for pair in pairs):
            return [(pair[0], pair[1]) for pair in (pairs if len(pairs) == rank else pairs * rank)]
    return None


@register(METHODS, "dot __matmul__")
@register(FUNCTIONS, "dot matmul")
def _matmul(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    left, right = of_value(vm, args[0]), of_value(vm, args[1])
    if left is None or right is None or not left.shape or not right.shape:
        return unknown("matmul")
    return shaped(by_torch(vm, "torch.matmul", tensor_of(left), tensor_of(right)), promoted([left.dtype, right.dtype]))


# --- reductions -----------------------------------------------------------------------------------------


def _reducing(names: str, dtype: Callable[[str], str]) -> None:
    @register(METHODS, names)
    @register(FUNCTIONS, names)
    def call(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
        array = of_value(vm, args[0])
        axis = args[1] if len(args) > 1 else kwargs.get("axis")
        keeps = kwargs.get("keepdims", False)
        if array is None or not isinstance(keeps, bool) or (axis is None and not keeps):
            return unknown(names.split()[0])
        axes = tuple(range(len(array.shape))) if axis is None else ints(vm, [axis])
        if axes is None:
            return unknown(names.split()[0])
        made = by_torch(vm, "torch.sum", tensor_of(array), tuple(axes), keeps)
        return shaped(made, dtype(array.dtype)) if isinstance(made, Unknown) or made.shape else unknown("a reduction")


_reducing("sum prod", lambda dtype: dtype if dtype.startswith("float") else "int64" if dtype.startswith("i") else "")
_reducing("mean std var median nanmean", divided)
_reducing("max min amax amin", lambda dtype: dtype)
_reducing("any all", lambda dtype: "bool")
_reducing("argmax argmin", lambda dtype: "int64")
