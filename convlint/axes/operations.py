"""How the axes of what an operation is given become those of what it gives, one way for each family of operations."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from convlint.axes.pieces import Axis, fresh
from convlint.axes.reshaping import viewed
from convlint.layers.core import contents
from convlint.layers.core.tensor import Tensor
from convlint.trace import Event

Inputs = Sequence[tuple[Axis, ...]]
Outputs = list[tuple[Axis, ...]]

_SAME_FAMILIES = frozenset({
    "activation.activations", "activation.activation_layers", "elementwise.unary", "elementwise.casting",
    "elementwise.arithmetic", "elementwise.combining", "elementwise.filling", "elementwise.scanning",
    "normalization.dropout", "normalization.normalization", "normalization.normalization_layers",
    "windows.padding", "windows.pooling", "windows.resampling", "windows.adaptive_pooling",
})  # fmt: skip
"""Each element of the result stands where that of the first tensor stood, as far as sizes are the same."""
_SAME_NAMES = frozenset({
    "clone", "contiguous", "detach", "detach_", "data", "masked_fill", "masked_fill_", "masked_scatter_", "Identity",
    "requires_grad_", "where", "__setitem__", "index_fill", "index_fill_",
})  # fmt: skip
_RESHAPING = frozenset({
    "view", "reshape", "flatten", "Flatten", "unflatten", "Unflatten", "ravel", "view_as", "reshape_as", "squeeze",
    "unsqueeze", "squeeze_", "unsqueeze_", "atleast_1d", "atleast_2d", "atleast_3d",
})  # fmt: skip


def is_reshaping(event: Event) -> bool:
    """Tell whether a call lays the same elements out in other axes, in the same order."""
    return last_name(event) in _RESHAPING and _of_shapes(event)


def last_name(event: Event) -> str:
    return _last_of(event.name)


@lru_cache(maxsize=4096)
def _last_of(name: str) -> str:
    return name.rpartition(".")[2]


def argument(event: Event, name: str, position: int, default: object = None) -> object:
    """Return an argument of a function or method, which stands there or has that name."""
    found = event.arguments.get(name, _MISSING)
    if found is not _MISSING:
        return found
    given = event.given
    if given is None:
        return default
    if name in given.named:
        return given.named[name]
    return given.positional[position] if len(given.positional) > position else default


_MISSING = object()


def batch_first(event: Event) -> bool | None:
    """Tell whether the first axis of a recurrent or attention layer's input is that of the samples; None if that is
    not known."""
    told = None if event.module is None else event.module.attributes.get("batch_first")
    return None if told is None else bool(told)


def carried(event: Event, inputs: Inputs) -> Outputs | None:
    """Return the axes of every output; None where nothing is known of them."""
    if not inputs or not event.outputs:
        return None
    name = last_name(event)
    if is_reshaping(event):
        return [viewed(inputs[0], event.outputs[0].shape).axes]
    special = _SPECIAL.get(name)
    if special is not None:
        return special(event, inputs)
    if name in _SAME_NAMES or _family(event) in _SAME_FAMILIES:
        return [_same(event, inputs, output) for output in event.outputs]
    return None


def _family(event: Event) -> str:
    return _family_of(event.name)


@lru_cache(maxsize=4096)
def _family_of(name: str) -> str:
    return contents.families().get(name, "").removeprefix("convlint.layers.")


def _of_shapes(event: Event) -> bool:
    return _family(event).startswith("shapes.")


def _same(event: Event, inputs: Inputs, output: Tensor) -> tuple[Axis, ...]:
    """Axes of the same place, counted from the last, as broadcasting counts them."""
    if output.shape == event.inputs[0].shape:
        return inputs[0]
    axes: list[Axis] = []
    for back in range(output.ndim, 0, -1):
        size = output.shape[-back]
        given = [(axes_[-back], tensor.shape[-back]) for axes_, tensor in _with(event, inputs) if tensor.ndim >= back]
        kept = next((axis for axis, known in given if known == size and axis), None)
        axes.append(kept if kept is not None else fresh(size, given[0][0] if given else ()))
    return tuple(axes)


def _with(event: Event, inputs: Inputs) -> list[tuple[tuple[Axis, ...], Tensor]]:
    return list(zip(inputs, event.inputs, strict=True))


def _dim(value: object, rank: int) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int) or not -rank <= value < rank:
        return None
    return int(value) % rank


def _swapped(event: Event, inputs: Inputs) -> Outputs | None:
    first, rank = inputs[0], len(inputs[0])
    names = [key for key in event.arguments if key != "input"]
    found = [_dim(event.arguments[key], rank) for key in names[:2]]
    if len(found) != 2 or None in found:
        return None
    axes = list(first)
    one, other = found
    assert one is not None
    assert other is not None
    axes[one], axes[other] = axes[other], axes[one]
    return [tuple(axes)]


def _last_two(event: Event, inputs: Inputs) -> Outputs | None:
    first = inputs[0]
    return [(*first[:-2], *first[-2:][::-1])] if len(first) >= 2 else [tuple(first)]


def _permuted(event: Event, inputs: Inputs) -> Outputs | None:
    rank = len(inputs[0])
    orders = [value for value in event.arguments.values() if isinstance(value, tuple | list)]
    order = [_dim(value, rank) for value in orders[0]] if orders else []
    if len(order) == 1 and len(orders[0]) == 1 and isinstance(orders[0][0], tuple | list):
        order = [_dim(value, rank) for value in orders[0][0]]
    if len(order) != rank or None in order:
        return None
    return [tuple(inputs[0][axis] for axis in order if axis is not None)]


def _moved(event: Event, inputs: Inputs) -> Outputs | None:
    rank = len(inputs[0])
    numbers = [value for key, value in event.arguments.items() if key != "input"]
    if len(numbers) != 2:
        return None
    source, target = (_dims(value, rank) for value in numbers)
    if source is None or target is None or len(source) != len(target):
        return None
    order = [axis for axis in range(rank) if axis not in source]
    for goal, axis in sorted(zip(target, source, strict=True)):
        order.insert(goal, axis)
    return [tuple(inputs[0][axis] for axis in order)]


def _dims(value: object, rank: int) -> list[int] | None:
    values = value if isinstance(value, tuple | list) else [value]
    found = [_dim(each, rank) for each in values]
    return None if None in found else [axis for axis in found if axis is not None]


def _indexed(event: Event, inputs: Inputs) -> Outputs | None:
    index = argument(event, "index", 1, _MISSING)
    items = list(index) if isinstance(index, tuple) else [index]
    if len(inputs) != 1 or not all(item is None or item is ... or type(item) in (int, slice) for item in items):
        return None
    taken = sum(item is not None and item is not ... for item in items)
    whole = len(inputs[0]) - taken
    spread: list[Any] = []
    for item in items:
        spread += [slice(None)] * whole if item is ... else [item]
    spread += [slice(None)] * whole if ... not in items else []
    return [_by_index(event, inputs[0], spread)]


def _by_index(event: Event, given: tuple[Axis, ...], index: list[Any]) -> tuple[Axis, ...]:
    axes: list[Axis] = []
    waiting, sizes = list(given), list(event.outputs[0].shape)
    for item in index:
        if item is None:
            axes.append(())
            continue
        axis = waiting.pop(0)
        if isinstance(item, slice):
            axes.append(axis if item == slice(None) else fresh(sizes[len(axes)], axis))
    return tuple(axes)


def _reduced(event: Event, inputs: Inputs) -> Outputs | None:
    """Axes that are summed up are gone, or of size 1."""
    rank = len(inputs[0])
    output = event.outputs[0]
    dims = _dims(argument(event, "dim", 1, list(range(rank))), rank)
    if dims is None or len(inputs) != 1:
        return None
    if output.ndim == rank:
        axes = tuple(() if axis in dims else pieces for axis, pieces in enumerate(inputs[0]))
    else:
        axes = tuple(pieces for axis, pieces in enumerate(inputs[0]) if axis not in dims)
    return [axes if len(axes) == output.ndim else tuple(map(fresh, output.shape)) for output in event.outputs]


def _divided(event: Event, inputs: Inputs) -> Outputs | None:
    """Axes keep what they are where their size is kept; the one that is divided is like what it was."""
    return [
        tuple(
            axis if known == size else fresh(size, axis)
            for axis, known, size in zip(inputs[0], event.inputs[0].shape, output.shape, strict=True)
        )
        for output in event.outputs
        if output.ndim == len(inputs[0])
    ]


def _unbound(event: Event, inputs: Inputs) -> Outputs | None:
    dim = _dim(argument(event, "dim", 1, 0), len(inputs[0]))
    if dim is None:
        return None
    return [tuple(axis for number, axis in enumerate(inputs[0]) if number != dim) for _ in event.outputs]


def _joined(event: Event, inputs: Inputs) -> Outputs | None:
    output = event.outputs[0]
    if any(len(axes) != output.ndim for axes in inputs):
        return None
    pairs = zip(inputs[0], event.inputs[0].shape, output.shape, strict=True)
    return [tuple(axis if known == size else fresh(size) for axis, known, size in pairs)]


def _stacked(event: Event, inputs: Inputs) -> Outputs | None:
    output = event.outputs[0]
    dim = _dim(argument(event, "dim", 1, 0), output.ndim)
    if dim is None or len(inputs[0]) != output.ndim - 1:
        return None
    return [(*inputs[0][:dim], fresh(output.shape[dim]), *inputs[0][dim:])]


def _multiplied(event: Event, inputs: Inputs) -> Outputs | None:
    output = event.outputs[0]
    if len(inputs) != 2 or min(map(len, inputs)) < 2:
        return None
    batch = _same(event, inputs, output)[:-2]
    return [(*batch, inputs[0][-2], inputs[1][-1])]


def _linear(event: Event, inputs: Inputs) -> Outputs | None:
    return [(*inputs[0][:-1], fresh(event.outputs[0].shape[-1]))]


def _embedded(event: Event, inputs: Inputs) -> Outputs | None:
    output = event.outputs[0]
    return [(*inputs[0], fresh(output.shape[-1]))] if output.ndim == len(inputs[0]) + 1 else None


def _convolved(event: Event, inputs: Inputs) -> Outputs | None:
    output = event.outputs[0]
    axes = inputs[0]
    rank = int(last_name(event)[-2]) + 2
    if output.ndim != len(axes):
        return None
    spatial = tuple(
        fresh(size, axis) for size, axis in zip(output.shape[3 - rank + len(axes) - 1 :], axes[2 - rank :], strict=True)
    )
    batch = axes[: len(axes) - rank + 1]
    return [(*batch, fresh(output.shape[len(batch)]), *spatial)]


def _recurrent(event: Event, inputs: Inputs) -> Outputs | None:
    """The outputs at every step, then the last states, in which the second axis is that of the samples."""
    axes = inputs[0]
    if len(axes) != 3 or event.inputs[0].ndim != 3:
        return None
    first = batch_first(event)
    if first is None:
        return None
    batch = axes[0 if first else 1]
    made: Outputs = [(axes[0], axes[1], fresh(event.outputs[0].shape[-1]))]
    for state in event.outputs[1:]:
        if state.ndim != 3:
            return None
        made.append((fresh(state.shape[0]), batch, fresh(state.shape[2])))
    return made


def _attended(event: Event, inputs: Inputs) -> Outputs | None:
    """What attention gives stands where the query stood."""
    output = event.outputs[0]
    if len(inputs[0]) != output.ndim:
        return None
    return [(*inputs[0][:-1], fresh(output.shape[-1])), *(tuple(map(fresh, o.shape)) for o in event.outputs[1:])]


Family = Callable[[Event, Inputs], Outputs | None]
_TABLE: list[tuple[str, Family]] = [
    ("transpose transpose_ swapaxes swapaxes_ swapdims swapdims_", _swapped),
    ("t t_ T mT H mH adjoint", _last_two),
    ("permute", _permuted),
    ("movedim moveaxis", _moved),
    ("__getitem__", _indexed),
    ("sum mean amax amin prod norm std var logsumexp max min median argmax argmin all any", _reduced),
    ("chunk split tensor_split narrow split_with_sizes", _divided),
    ("unbind __iter__", _unbound),
    ("cat concat concatenate", _joined),
    ("stack", _stacked),
    ("matmul bmm mm __matmul__", _multiplied),
    ("Linear linear LazyLinear", _linear),
    ("Embedding embedding", _embedded),
    ("Conv1d Conv2d Conv3d conv1d conv2d conv3d LazyConv1d LazyConv2d LazyConv3d", _convolved),
    ("ConvTranspose1d ConvTranspose2d ConvTranspose3d conv_transpose1d conv_transpose2d conv_transpose3d", _convolved),
    ("LSTM GRU RNN", _recurrent),
    ("MultiheadAttention scaled_dot_product_attention", _attended),
]
_SPECIAL: dict[str, Family] = {name: family for names, family in _TABLE for name in names.split()}
