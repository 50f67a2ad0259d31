"""einops on torch's tensors: `rearrange`, `reduce`, `repeat`, `einsum`, `pack`, `unpack`, `parse_shape`.

Source: einops 0.8, `einops/einops.py` (`_prepare_transformation_recipe`, `_reconstruct_from_shape`) and `packing.py`.
"""

from __future__ import annotations

import string
from collections.abc import Mapping, Sequence
from typing import Any

from convlint.layers.core.context import Context
from convlint.layers.core.refusal import RefusalKind, Unmodelled
from convlint.layers.core.registry import operation
from convlint.layers.core.tensor import Tensor
from convlint.layers.einops.einops_patterns import (
    ELLIPSIS,
    REDUCTIONS,
    Anonymous,
    Axis,
    EinopsError,
    Group,
    Side,
    check_given,
    check_sides,
    halves,
    is_name,
    parsed,
    refuse_pattern,
    spelt_out,
)
from convlint.layers.elementwise import reduction
from convlint.layers.linear.einsum import einsum as torch_einsum
from convlint.layers.shapes.expanding import expand
from convlint.layers.shapes.joining import cat, stack
from convlint.layers.shapes.permuting import reordered
from convlint.layers.shapes.reshaping import inferred
from convlint.layers.shared import constants, dtypes
from convlint.layers.shared.axes import refusal, refuse, shown, size_of
from convlint.symbolic import Size, Verdict, at_least, divides, equal, product


def left_rank(arguments: Mapping[str, Any]) -> int | None:
    """Return the rank that a pattern tells of its input: none with an ellipsis, or where it is not known."""
    pattern = arguments.get("pattern")
    if not isinstance(pattern, str) or "." in pattern or pattern.count("->") != 1:
        return None
    return len(parsed(halves(pattern)[0]).groups)


@operation("einops.rearrange", "einops.einops.rearrange", input_rank=left_rank)
def rearrange(ctx: Context, tensor: Any, pattern: str, **axes_lengths: Size) -> Tensor:
    """Axes in another order, composed or taken apart; the number of elements stays."""
    return transformed(ctx, tensor, pattern, "rearrange", axes_lengths)


@operation("einops.repeat", "einops.einops.repeat", input_rank=left_rank)
def repeat(ctx: Context, tensor: Any, pattern: str, **axes_lengths: Size) -> Tensor:
    """Like `rearrange`, with new axes along which everything is repeated."""
    return transformed(ctx, tensor, pattern, "repeat", axes_lengths)


@operation("einops.reduce", "einops.einops.reduce", input_rank=left_rank)
def reduce(ctx: Context, tensor: Any, pattern: str, reduction: str, **axes_lengths: Size) -> Tensor:
    """Like `rearrange`, with axes that are reduced away."""
    if not isinstance(reduction, str):
        raise Unmodelled("`reduce` with a function of the program")
    return transformed(ctx, tensor, pattern, reduction, axes_lengths)


@operation("einops.asnumpy", "einops.einops.asnumpy")
def asnumpy(ctx: Context, tensor: Any) -> Any:
    raise Unmodelled("an array of numpy")


def transformed(ctx: Context, tensor: Any, pattern: str, operation: str, lengths: Mapping[str, Size]) -> Tensor:
    """Apply a pattern. Refused (EinopsError): a wrong pattern, another rank, sizes that do not divide as it says."""
    if isinstance(tensor, list):
        if not tensor:
            refuse(RefusalKind.LAYER, f"`{operation}` of an empty list", TypeError)
        tensor = stack(ctx, tensor)
    if not isinstance(tensor, Tensor):
        raise Unmodelled(f"`{operation}` of what is no tensor of torch")
    one, other = halves(pattern)
    left, right = parsed(one), parsed(other)
    check_sides(left, right, pattern, operation, list(lengths))
    extra = ellipsis_rank(left, tensor, operation, pattern)
    inner, outer = spelt_out(left, extra), spelt_out(right, extra)
    name = operation if operation not in REDUCTIONS else "reduce"
    sizes = _given_sizes(inner, outer, lengths, pattern)
    for group, size in zip(inner, tensor.shape, strict=True):
        _solve(ctx, group, size, sizes, f'`{name}` with "{pattern}"')
    return _executed(
        ctx, tensor, inner, outer, {axis: size for axis, size in sizes.items() if size is not None}, operation
    )


def ellipsis_rank(left: Side, tensor: Tensor, name: str, pattern: str, error: type[Exception] = EinopsError) -> int:
    """Return how many dimensions the ellipsis stands for; refuse a tensor of a rank that the pattern does not take."""
    named = len(left.groups) - left.has_ellipsis
    extra = tensor.ndim - named
    if extra < 0 or (extra and not left.has_ellipsis):
        text = f'`{name}` with "{pattern}" takes {"at least " * left.has_ellipsis}{named} dimensions'
        refuse(RefusalKind.RANK, f"{text} and gets {shown(tensor.shape)}", error, expected=named, got=tensor.ndim)
    return extra


def _given_sizes(
    inner: Sequence[Group], outer: Sequence[Group], lengths: Mapping[str, Size], pattern: str
) -> dict[Axis, Size | None]:
    """Return the sizes of all axes that are given, None for those that the input will tell."""
    check_given(inner, outer, lengths, pattern)
    axes = dict.fromkeys(axis for group in (*inner, *outer) for axis in group)
    sizes: dict[Axis, Size | None] = {axis: axis.size if isinstance(axis, Anonymous) else None for axis in axes}
    if any(isinstance(size, bool | float) for size in lengths.values()):
        raise Unmodelled("the size of an axis is no integer")
    sizes.update(lengths.items())
    return sizes


def _solve(ctx: Context, group: Group, length: Size, sizes: dict[Axis, Size | None], what: str) -> None:
    """Learn the open axis of one dimension from its size, or demand that the sizes fit."""
    open_axes = [axis for axis in group if sizes[axis] is None]
    if len(group) == 1 and open_axes:
        sizes[group[0]] = length
        return
    known = product(_counted(ctx, ctx_size, what) for axis in group if (ctx_size := sizes[axis]) is not None)
    written = _written(group)
    if not open_axes:
        text = f"{what}: {written} is {known}, and the size there is {length}"
        ctx.require(equal(length, known), refusal(RefusalKind.RESHAPE, text, EinopsError, expected=known, got=length))
        return
    if isinstance(known, int) and known == 0:
        refuse(RefusalKind.RESHAPE, f"{what}: {written} has a size of 0", ZeroDivisionError)
    text = f"{what}: the size {length} of {written} is not a multiple of {known}"
    why = refusal(RefusalKind.RESHAPE, text, EinopsError, expected=known, got=length)
    ctx.require(at_least(known, 1), why)
    ctx.require(divides(known, length), why)
    sizes[open_axes[0]] = ctx.simplify(length) // ctx.simplify(known)


def _counted(ctx: Context, size: Size, what: str) -> Size:
    """A given size; what einops makes of negative ones is not modelled."""
    size = size_of(ctx, size)
    if ctx.decide(at_least(size, 0)) is Verdict.VIOLATED:
        raise Unmodelled(f"{what} and a negative size")
    return size


def _written(group: Group) -> str:
    names = " ".join(str(axis).replace(ELLIPSIS, "...") for axis in group)
    return f"`({names})`" if len(group) != 1 else f"`{names}`"


def _executed(
    ctx: Context,
    tensor: Tensor,
    inner: Sequence[Group],
    outer: Sequence[Group],
    sizes: Mapping[Axis, Size],
    operation: str,
) -> Tensor:
    """Take apart, reorder, reduce, repeat, compose: what does nothing is left out, as einops does."""
    first = [axis for group in inner for axis in group]
    last = [axis for group in outer for axis in group]
    if any(len(group) != 1 for group in inner):
        tensor = constants.view(tensor, tuple(sizes[axis] for axis in first))
    kept, dropped = [axis for axis in last if axis in first], [axis for axis in first if axis not in last]
    order = tuple(first.index(axis) for axis in (*kept, *dropped))
    if order != tuple(range(len(order))):
        tensor = reordered(tensor, order)
    if dropped:
        tensor = _reduced(ctx, tensor, operation, range(len(kept), len(order)))
    added = {place: _counted(ctx, sizes[axis], "`repeat`") for place, axis in enumerate(last) if axis not in first}
    if added:
        remaining = iter(tensor.shape)
        unit = tuple(1 if place in added else next(remaining) for place in range(len(last)))
        tensor = expand(ctx, constants.view(tensor, unit), *(added.get(place, size) for place, size in enumerate(unit)))
    if any(len(group) != 1 for group in outer):
        tensor = constants.view(tensor, tuple(product(sizes[axis] for axis in group) for group in outer))
    return tensor


def _reduced(ctx: Context, tensor: Tensor, name: str, places: range) -> Tensor:
    if name == "mean" and tensor.dtype and not dtypes.is_float(tensor.dtype):
        refuse(RefusalKind.LAYER, f"`reduce` takes no mean of {tensor.dtype}", NotImplementedError, got=tensor.dtype)
    if name in ("any", "all", "prod"):
        single = reduction.prod if name == "prod" else reduction.any_
        for place in reversed(places):
            tensor = single(ctx, tensor, place)
        return tensor
    several = {"min": reduction.amin, "max": reduction.amax, "sum": reduction.sum_, "mean": reduction.mean}[name]
    result: Tensor = several(ctx, tensor, tuple(places))
    return result


@operation("einops.parse_shape", "einops.einops.parse_shape")
def parse_shape(ctx: Context, x: Tensor, pattern: str) -> dict[str, Size]:
    """Return the sizes by the names of a pattern; `_` skips one. Refused (RuntimeError): what differs."""
    if not isinstance(pattern, str) or not isinstance(x, Tensor):
        raise Unmodelled("`parse_shape` of what is not known")
    side = parsed(pattern, underscore=True)
    if any(len(group) > 1 for group in side.groups):
        refuse_pattern(f'`parse_shape` takes no composed axes, as in "{pattern}"', RuntimeError)
    if side.bracketed_ellipsis:
        raise Unmodelled("an ellipsis in brackets")
    extra = ellipsis_rank(side, x, "parse_shape", pattern, RuntimeError)
    result: dict[str, Size] = {}
    for group, size in zip(spelt_out(side, extra), x.shape, strict=True):
        axis = group[0] if group else Anonymous(1)
        if isinstance(axis, str):
            if axis != "_" and not axis.startswith(ELLIPSIS):
                result[axis] = size
            continue
        text = f'`parse_shape` with "{pattern}": a size is {size}, not {axis.size}'
        ctx.require(equal(size, axis.size), refusal(RefusalKind.SIZES, text, expected=axis.size, got=size))
    return result


@operation("einops.einsum", "einops.einops.einsum")
def einsum(ctx: Context, *tensors_and_pattern: Any) -> Tensor:
    """`torch.einsum` with names for letters, the pattern last."""
    if len(tensors_and_pattern) < 2:
        refuse_pattern("`einsum` of einops takes tensors and a pattern", ValueError)
    *tensors, pattern = tensors_and_pattern
    if not isinstance(pattern, str):
        refuse_pattern("`einsum` of einops takes its pattern last", ValueError)
    if "->" not in pattern:
        refuse_pattern(f'`einsum` of einops takes a pattern with an arrow, which "{pattern}" has not', ValueError)
    result: Tensor = torch_einsum(ctx, _compact(pattern), *tensors)
    return result


def _compact(pattern: str) -> str:
    """Return the pattern with a letter for every name."""
    one, other = halves(pattern)
    letters: dict[Axis, str] = {}
    terms = []
    for text in one.split(","):
        for group in parsed(text, underscore=True, duplicates=True).groups:
            axis = _single_axis(group)
            if axis != ELLIPSIS and axis not in letters:
                if len(letters) == len(string.ascii_letters):
                    refuse_pattern("`einsum` of einops takes no more axes than there are letters", RuntimeError)
                letters[axis] = string.ascii_letters[len(letters)]
        terms.append(_lettered(parsed(text, underscore=True, duplicates=True).groups, letters, pattern))
    return f"{','.join(terms)}->{_lettered(parsed(other, underscore=True).groups, letters, pattern)}"


def _lettered(groups: Sequence[Group], letters: Mapping[Axis, str], pattern: str) -> str:
    text = ""
    for group in groups:
        axis = _single_axis(group)
        if axis == ELLIPSIS:
            text += "..."
        elif axis in letters:
            text += letters[axis]
        else:
            refuse_pattern(f'`einsum` of einops: `{axis}` is on the right only in "{pattern}"')
    return text


def _single_axis(group: Group) -> Axis:
    if len(group) != 1 or isinstance(group[0], Anonymous):
        refuse_pattern("`einsum` of einops takes names only: no brackets, no sizes", NotImplementedError)
    return group[0]


@operation("einops.pack", "einops.packing.pack")
def pack(ctx: Context, tensors: Any, pattern: str) -> tuple[Tensor, list[tuple[Size, ...]]]:
    """Join tensors along `*`, which stands for any number of axes in each; return what it stood for too."""
    before, after = _around(pattern, "pack")
    if not isinstance(tensors, list | tuple) or not all(isinstance(tensor, Tensor) for tensor in tensors):
        raise Unmodelled("`pack` of what is not known")
    if not tensors:
        refuse(RefusalKind.LAYER, "`pack` of no tensors", IndexError)
    flat, shapes = [], []
    for tensor in tensors:
        if tensor.ndim < before + after:
            text = f'`pack` with "{pattern}" takes at least {before + after} dimensions and gets {shown(tensor.shape)}'
            refuse(RefusalKind.RANK, text, EinopsError, expected=before + after, got=tensor.ndim)
        end = tensor.ndim - after
        shapes.append(tensor.shape[before:end])
        wanted = inferred(ctx, tensor.shape, (*tensor.shape[:before], -1, *tensor.shape[end:]), "pack")
        flat.append(constants.view(tensor, wanted))
    return cat(ctx, flat, before), shapes


@operation("einops.unpack", "einops.packing.unpack")
def unpack(ctx: Context, tensor: Tensor, packed_shapes: Any, pattern: str) -> list[Tensor]:
    """Cut a tensor along `*` into one tensor for each shape; one of them may hold a -1."""
    before, after = _around(pattern, "unpack")
    if not isinstance(tensor, Tensor) or not isinstance(packed_shapes, list | tuple):
        raise Unmodelled("`unpack` of what is not known")
    if tensor.ndim != before + 1 + after:
        text = f'`unpack` with "{pattern}" takes {before + 1 + after} dimensions and gets {shown(tensor.shape)}'
        refuse(RefusalKind.RANK, text, EinopsError, expected=before + 1 + after, got=tensor.ndim)
    start, length, end = tensor.shape[:before], tensor.shape[before], tensor.shape[before + 1 :]
    if any(ctx.decide(at_least(size, 1)) is not Verdict.PROVED for size in (*start, *end)):
        raise Unmodelled("`unpack` of a tensor that may be empty")
    shapes = [tuple(size_of(ctx, size) for size in shape) for shape in _shapes(packed_shapes)]
    open_places = [place for place, shape in enumerate(shapes) if any(_is_open(size) for size in shape)]
    if len(open_places) > 1:
        refuse_pattern("`unpack` takes one -1, and gets several")
    text = f'`unpack` with "{pattern}": a size of {length} is not cut into {", ".join(map(shown, shapes)) or "nothing"}'
    why = refusal(RefusalKind.RESHAPE, text, EinopsError, got=length)
    counts = [product(shape) for place, shape in enumerate(shapes) if place not in open_places]
    for count in counts:
        _counted(ctx, count, "`unpack`")
    if not shapes:
        return []
    rest = length - sum(counts, start=0)
    if not open_places:
        ctx.require(equal(rest, 0), why)
        return [Tensor((*start, *shape, *end), tensor.dtype) for shape in shapes]
    ctx.require(at_least(rest, 0), why)
    filled = inferred(ctx, (rest,), shapes[open_places[0]], "unpack")
    return [
        Tensor((*start, *(filled if place in open_places else shape), *end), tensor.dtype)
        for place, shape in enumerate(shapes)
    ]


def _shapes(packed_shapes: Sequence[Any]) -> Sequence[Sequence[Any]]:
    if not all(isinstance(shape, list | tuple) for shape in packed_shapes):
        raise Unmodelled("shapes for `unpack` that are not known")
    return packed_shapes


def _is_open(size: Size) -> bool:
    return isinstance(size, int) and size == -1


def _around(pattern: object, name: str) -> tuple[int, int]:
    """Return how many axes stand before and after the `*`."""
    if not isinstance(pattern, str):
        raise Unmodelled("a pattern of einops that is not known")
    axes = pattern.split()
    if len(set(axes)) != len(axes) or "*" not in axes:
        refuse_pattern(f'`{name}` takes a pattern of different names and one *, not "{pattern}"')
    wrong = [axis for axis in axes if axis != "*" and not is_name(axis)]
    if wrong:
        refuse_pattern(f'"{wrong[0]}" is no name of an axis, as in "{pattern}"')
    return axes.index("*"), len(axes) - axes.index("*") - 1
