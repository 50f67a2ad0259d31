"""Arguments of tensor operations: dimension indices, lists of sizes, and how a rule refuses them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NoReturn

from convlint.layers.core.context import Context
from convlint.layers.core.refusal import Refusal, RefusalKind, Refused, Unmodelled
from convlint.layers.core.tensor import Shape, Tensor
from convlint.symbolic import Dim, Size, at_least


def refusal(kind: RefusalKind, text: str, error: type[Exception] = RuntimeError, **facts: object) -> Refusal:
    return Refusal(kind, text, tuple(facts.items()), error)


def refuse(kind: RefusalKind, text: str, error: type[Exception] = RuntimeError, **facts: object) -> NoReturn:
    raise Refused(refusal(kind, text, error, **facts))


def shown(shape: Iterable[Size]) -> str:
    """Return sizes as Python writes a tuple: "(N, 3)", "(5,)"."""
    sizes = [str(size) for size in shape]
    return f"({sizes[0]},)" if len(sizes) == 1 else f"({', '.join(sizes)})"


def differ(first: Shape, second: Shape) -> bool:
    """Tell whether two shapes are different whatever the sizes are that are open."""
    pairs = zip(first, second, strict=False)
    return len(first) != len(second) or any(isinstance(a, int) and isinstance(b, int) and a != b for a, b in pairs)


def written(value: object) -> str:
    """Return a value that torch refuses as a person would write it, and a tensor by its shape."""
    if isinstance(value, Tensor):
        return f"a tensor of shape {shown(value.shape)}"
    if isinstance(value, list):
        return f"[{', '.join(map(written, value))}]"
    if isinstance(value, tuple):
        return f"({', '.join(map(written, value))}{',' * (len(value) == 1)})"
    if value is None or isinstance(value, (bool, int, float, complex, str, bytes)):
        return repr(value)
    return str(value) if isinstance(value, Dim) else "something else"


def integer(ctx: Context, value: object, what: str) -> int:
    """Return an integer argument; a symbolic one that is not settled is `Unmodelled`."""
    size = size_of(ctx, value)
    if not isinstance(size, int):
        raise Unmodelled(f"{what} is symbolic: {size}")
    return size


def size_of(ctx: Context, value: object) -> Size:
    """Return one size or index that torch takes as an integer: a number, a symbol, or a known one-element tensor."""
    if isinstance(value, Dim):
        return ctx.simplify(value)
    if isinstance(value, bool):
        raise Unmodelled("a truth value where an integer is expected")
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        refuse(RefusalKind.LAYER, f"an integer is expected, and {value} is a float", TypeError, got=value)
    if isinstance(value, Tensor) and value.data is not None and len(value.data) == 1 and type(value.data[0]) is int:
        return value.data[0]
    raise Unmodelled("an integer argument is not known")


def sizes_of(ctx: Context, args: Sequence[object]) -> Shape:
    """Return the sizes of `f(2, 3)`, `f((2, 3))` or `f([2, 3])`, given what stands in the parentheses."""
    if len(args) == 1 and isinstance(args[0], (tuple, list)):
        args = args[0]
    return tuple(size_of(ctx, value) for value in args)


def given(args: Sequence[object], keyword: object) -> Sequence[object]:
    """Return variadic arguments, or the keyword that torch accepts in their place."""
    if keyword is None:
        return args
    if args:
        raise Unmodelled("sizes given twice")
    return keyword if isinstance(keyword, (tuple, list)) else (keyword,)


def axis(ctx: Context, dim: object, rank: int, what: str = "dim") -> int:
    """Return a dimension index counted from the front; torch lets a 0-dimensional tensor have dimensions -1 and 0.

    Raises `Refused` (IndexError) when it is out of range.
    """
    index = integer(ctx, dim, f"`{what}`")
    span = max(rank, 1)
    if not -span <= index < span:
        refuse(
            RefusalKind.RANK,
            f"`{what}` is {index}, and {_plural(rank)} only {-span} to {span - 1}",
            IndexError,
            dim=index,
            rank=rank,
        )
    return index % span


def axes(ctx: Context, dims: Sequence[object], rank: int) -> tuple[int, ...]:
    """Return several dimension indices counted from the front; naming one twice is refused."""
    result = tuple(axis(ctx, dim, rank) for dim in dims)
    if len(set(result)) != len(result):
        refuse(RefusalKind.RANK, f"a dimension appears more than once in {tuple(dims)}", dims=tuple(dims), rank=rank)
    return result


def non_negative(ctx: Context, sizes: Iterable[Size], name: str) -> None:
    """Require every size to be zero or more, as operations that make tensors do."""
    for size in sizes:
        ctx.require(
            at_least(size, 0), refusal(RefusalKind.LAYER, f"`{name}` is given the negative size {size}", got=size)
        )


def need_rank(name: str, tensor: Tensor, ranks: Iterable[int], error: type[Exception] = RuntimeError) -> None:
    """Refuse a tensor whose rank is none of `ranks`."""
    allowed = tuple(ranks)
    if tensor.ndim not in allowed:
        wanted = " or ".join(f"{rank}-dimensional" for rank in allowed)
        refuse(
            RefusalKind.RANK,
            f"`{name}` takes a {wanted} tensor and gets {shown(tensor.shape)}",
            error,
            expected=allowed,
            got=tensor.ndim,
        )


def replaced(shape: Shape, index: int, *sizes: Size) -> Shape:
    """Return the shape with the size at `index` replaced by `sizes` (none of them drops it)."""
    return (*shape[:index], *sizes, *shape[index + 1 :])


def _plural(rank: int) -> str:
    return {0: "a scalar takes", 1: "a 1-dimensional tensor takes"}.get(rank, f"a {rank}-dimensional tensor takes")
