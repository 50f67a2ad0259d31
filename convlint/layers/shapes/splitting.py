"""Operations that cut a tensor into several along one dimension: chunk, split, tensor_split, unbind and their kin."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

from convlint.layers.core.context import Context
from convlint.layers.core.naming import both, methods, tensor_operation
from convlint.layers.core.refusal import Alike, RefusalKind, Unmodelled
from convlint.layers.core.tensor import Sizes, Tensor
from convlint.layers.shapes.slicing import sliced_size
from convlint.layers.shared import constants
from convlint.layers.shared.axes import axis, integer, refusal, refuse, replaced, shown, size_of
from convlint.symbolic import Dim, Size, Verdict, at_least, ceil_div, divides, equal

Tensors = tuple[Tensor, ...]


@tensor_operation(*both("chunk", "unsafe_chunk"))
def chunk(ctx: Context, input: Tensor, chunks: int, dim: int = 0) -> Tensors:
    """Pieces of ceil(size / chunks), the last one smaller; there may be fewer than `chunks` of them."""
    count = integer(ctx, chunks, "`chunks`")
    index = _cut_axis(ctx, input, dim, "chunk")
    if count <= 0:
        refuse(RefusalKind.LAYER, f"`chunk` is asked for {count} chunks", got=count)
    size = ctx.simplify(input.shape[index])
    if isinstance(size, int):
        piece = -(-size // count)
        return _pieces(input, index, _equal_parts(size, piece) if size else [0] * count)
    if ctx.decide(divides(count, size)) is Verdict.PROVED:
        return _pieces(input, index, [size // count] * count)
    whole = ceil_div(size, count)
    if ctx.decide(at_least(size, whole * (count - 1) + 1)) is not Verdict.PROVED:
        raise Unmodelled(f"the number of chunks that {size} is cut into")
    return _pieces(input, index, [whole] * (count - 1) + [size - whole * (count - 1)])


@tensor_operation("torch.Tensor.split", "torch.Tensor.unsafe_split")
def split_method(ctx: Context, input: Tensor, split_size: Sizes, dim: int = 0) -> Tensors:
    return _split(ctx, input, split_size, dim)


@tensor_operation("torch.split")
def split(ctx: Context, tensor: Tensor, split_size_or_sections: Sizes, dim: int = 0) -> Tensors:
    return _split(ctx, tensor, split_size_or_sections, dim)


@tensor_operation(*both("split_with_sizes", "unsafe_split_with_sizes"))
def split_with_sizes(ctx: Context, input: Tensor, split_sizes: Sizes, dim: int = 0) -> Tensors:
    return _split(ctx, input, split_sizes, dim)


@tensor_operation(*both("tensor_split"))
def tensor_split(
    ctx: Context,
    input: Tensor,
    indices_or_sections: Any = None,
    dim: int = 0,
    *,
    indices: Any = None,
    sections: Any = None,
) -> Tensors:
    """Near-equal pieces for a number: the first ones are larger by one; slices between indices for a sequence."""
    named = [value for value in (indices_or_sections, indices, sections) if value is not None]
    if len(named) != 1 or isinstance(named[0], Tensor):
        raise Unmodelled("arguments of `tensor_split`")
    if isinstance(indices, (int, Dim)) or isinstance(sections, (tuple, list)):
        raise Unmodelled("arguments of `tensor_split`")
    if not input.shape:
        refuse(RefusalKind.RANK, "`tensor_split` does not take scalars", got=0)
    index = axis(ctx, dim, input.ndim)
    return _at_sections(ctx, input, named[0], index)


@tensor_operation(*both("hsplit"))
def hsplit(ctx: Context, input: Tensor, *sections: Any) -> Tensors:
    if not input.shape:
        refuse(RefusalKind.RANK, "`hsplit` does not take scalars", got=0)
    return _numpy_split(ctx, input, sections, 0 if input.ndim == 1 else 1, "hsplit")


@tensor_operation(*both("vsplit"))
def vsplit(ctx: Context, input: Tensor, *sections: Any) -> Tensors:
    if input.ndim < 2:
        refuse(RefusalKind.RANK, f"`vsplit` takes 2 or more dimensions and gets {shown(input.shape)}", got=input.ndim)
    return _numpy_split(ctx, input, sections, 0, "vsplit")


@tensor_operation(*both("dsplit"))
def dsplit(ctx: Context, input: Tensor, *sections: Any) -> Tensors:
    if input.ndim < 3:
        refuse(RefusalKind.RANK, f"`dsplit` takes 3 or more dimensions and gets {shown(input.shape)}", got=input.ndim)
    return _numpy_split(ctx, input, sections, 2, "dsplit")


@tensor_operation(*both("unbind"))
def unbind(ctx: Context, input: Tensor, dim: int = 0) -> Tensors:
    """One tensor for every index along `dim`, without that dimension."""
    index = axis(ctx, dim, input.ndim)
    if not input.shape:
        refuse(RefusalKind.RANK, "`unbind` does not take scalars", IndexError, got=0)
    count = integer(ctx, input.shape[index], f"the size at dimension {index}")
    if count > constants.LIMIT:
        raise Unmodelled(f"`unbind` into {count} tensors")
    return tuple(_part(input, index, start, 1, drop=True) for start in range(count))


@tensor_operation(*methods("__iter__"))
def rows(ctx: Context, input: Tensor) -> Any:
    if not input.shape:
        refuse(RefusalKind.RANK, "a scalar tensor is iterated over", TypeError, got=0)
    return iter(unbind(ctx, input, 0))


def _split(ctx: Context, input: Tensor, sections: Any, dim: int) -> Tensors:
    index = _cut_axis(ctx, input, dim, "split")
    size = ctx.simplify(input.shape[index])
    if isinstance(sections, (tuple, list)):
        sizes = [size_of(ctx, section) for section in sections]
        total = sum(sizes, 0) if sizes else 0
        for section in sizes:
            why = refusal(RefusalKind.SIZES, f"`split` is given the negative size {section}", got=section)
            ctx.require(at_least(section, 0), why)
        text = f"`split` into {shown(sizes)}, together {total}, of the size {size} at dimension {index}"
        ctx.require(equal(total, size), refusal(RefusalKind.SIZES, text, expected=size, got=total, dim=index))
        return _pieces(input, index, sizes)
    step = size_of(ctx, sections)
    if step == 1 and not isinstance(size, int) and ctx.decide(at_least(size, 1)) is Verdict.PROVED:
        raise Alike(f"the number of pieces of 1 in {size}", Tensor(replaced(input.shape, index, 1), input.dtype))
    return _pieces(input, index, _steps(ctx, size, step))


def _steps(ctx: Context, size: Size, step: Size) -> list[Size]:
    """Return the sizes of the pieces of `step`, the last one smaller if need be."""
    if isinstance(step, int) and step < 0:
        refuse(RefusalKind.LAYER, f"`split` is given the negative size {step}", got=step)
    if isinstance(step, int) and step == 0:
        why = refusal(RefusalKind.LAYER, f"`split` is given the size 0 for a dimension of {size}", got=0)
        ctx.require(equal(size, 0), why)
        return [0]
    if isinstance(size, int) and isinstance(step, int):
        return list(_equal_parts(size, step)) or [0]
    if ctx.decide(equal(size, step)) is Verdict.PROVED or ctx.decide(at_least(step, size)) is Verdict.PROVED:
        return [size]
    if ctx.decide(divides(step, size)) is Verdict.PROVED:  # a step of 0 is left out: it has one empty piece
        count = ctx.simplify(size // step)
        if isinstance(count, int) and 0 < count <= constants.LIMIT:
            return [step] * count
    raise Unmodelled(f"the number of pieces of {step} in {size}")


def _at_sections(ctx: Context, input: Tensor, sections: Any, index: int) -> Tensors:
    size = ctx.simplify(input.shape[index])
    if isinstance(sections, (tuple, list)):
        bounds = [None, *(size_of(ctx, section) for section in sections), None]
        sizes = [sliced_size(ctx, size, start, stop, 1) for start, stop in itertools.pairwise(bounds)]
        shapes = [replaced(input.shape, index, part) for part in sizes]
        return tuple(Tensor(shape, input.dtype) for shape in shapes)
    count = integer(ctx, sections, "the number of sections")
    if count <= 0:
        refuse(RefusalKind.LAYER, f"`tensor_split` is asked for {count} sections", got=count)
    if ctx.decide(divides(count, size)) is Verdict.PROVED:
        return _pieces(input, index, [size // count] * count)
    return _pieces(input, index, [(size + count - 1 - part) // count for part in range(count)])


def _numpy_split(ctx: Context, input: Tensor, sections: Sequence[Any], dim: int, name: str) -> Tensors:
    """`hsplit` and its kin: a number must divide the size; a sequence is as in `tensor_split`."""
    given = sections[0] if len(sections) == 1 else list(sections)
    if isinstance(given, (int, Dim)):
        count = integer(ctx, given, "the number of sections")
        size = input.shape[dim]
        if count == 0:
            raise Unmodelled(f"`{name}` into no sections")
        why = refusal(
            RefusalKind.SIZES, f"`{name}` into {count} equal parts of the size {size}", expected=count, got=size
        )
        ctx.require(divides(abs(count), size), why)
    return _at_sections(ctx, input, given, dim)


def _cut_axis(ctx: Context, input: Tensor, dim: int, name: str) -> int:
    if not input.shape:
        refuse(RefusalKind.RANK, f"`{name}` does not take scalars", got=0)
    return axis(ctx, dim, input.ndim)


def _equal_parts(size: int, step: int) -> list[Size]:
    if step and size // step > constants.LIMIT:
        raise Unmodelled(f"{size // step} pieces")
    return [min(step, size - start) for start in range(0, size, step)] if step else []


def _pieces(input: Tensor, index: int, sizes: Sequence[Size]) -> Tensors:
    result: list[Tensor] = []
    start: Size = 0
    for size in sizes:
        result.append(_part(input, index, start, size))
        start = start + size
    return tuple(result)


def _part(input: Tensor, index: int, start: Size, size: Size, drop: bool = False) -> Tensor:
    """Return the view of `size` entries from `start` along one dimension, or of one without that dimension."""
    whole = replaced(input.shape, index, size)
    shape = replaced(input.shape, index) if drop else whole

    def positions() -> list[int]:
        strides = constants.strides_of([extent for extent in input.shape if isinstance(extent, int)])
        return constants.strided(whole, strides, strides[index] * start) if isinstance(start, int) else []

    return constants.view(input, shape, positions)
