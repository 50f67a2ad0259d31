"""Broadcasting: which sizes agree, and to what."""

from __future__ import annotations

from collections.abc import Sequence

from convlint.layers.core.context import Context
from convlint.layers.core.refusal import Refusal, RefusalKind
from convlint.layers.core.tensor import Shape
from convlint.layers.shared.axes import refusal, refuse, shown
from convlint.symbolic import Condition, Size, Verdict, any_of, at_least, equal, maximum


def same(ctx: Context, first: Size, second: Size) -> bool:
    """Tell whether two sizes are proved equal."""
    if isinstance(first, int) and isinstance(second, int):
        return first == second
    return first == second or ctx.decide(equal(first, second)) is Verdict.PROVED


def same_shapes(ctx: Context, first: Shape, second: Shape) -> bool:
    """Tell whether two shapes are proved equal."""
    return len(first) == len(second) and all(same(ctx, a, b) for a, b in zip(first, second, strict=False))


def agreed(ctx: Context, first: Size, second: Size) -> Size:
    """Return the plainer of two sizes that are known to be equal."""
    if isinstance(first, int):
        return first
    return second if isinstance(second, int) else ctx.simplify(first)


def broadcast(ctx: Context, shapes: Sequence[Shape], name: str, error: type[Exception] = RuntimeError) -> Shape:
    """Return the shape that all shapes broadcast to; sizes that cannot agree are refused.

    Aligned at the last dimension, two sizes agree when they are equal or one of them is 1.
    """
    result: Shape = ()
    for shape in shapes:
        result = _pair(ctx, result, shape, name, error)
    return result


def broadcast_to(ctx: Context, source: Shape, target: Shape, name: str) -> None:
    """Require that `source` broadcasts to exactly `target`, as results of operations in place must."""
    if len(source) > len(target):
        refuse(
            RefusalKind.SIZES,
            f"`{name}` keeps the shape {shown(target)}, and {shown(source)} does not broadcast to it",
            expected=target,
            got=source,
        )
    offset = len(target) - len(source)
    for dim, size in enumerate(source):
        wanted = target[offset + dim]
        if not isinstance(size, int) or size not in (1, wanted):
            ctx.require(
                equal(size, wanted) if isinstance(size, int) else any_of(equal(size, wanted), equal(size, 1)),
                refusal(
                    RefusalKind.SIZES,
                    f"`{name}` keeps the shape {shown(target)}, and {shown(source)} does not broadcast to it: "
                    f"{size} against {wanted} in dimension {offset + dim}",
                    expected=wanted,
                    got=size,
                    dim=offset + dim,
                ),
            )


def _pair(ctx: Context, first: Shape, second: Shape, name: str, error: type[Exception]) -> Shape:
    rank = max(len(first), len(second))
    left: Shape = (1,) * (rank - len(first)) + first
    right: Shape = (1,) * (rank - len(second)) + second
    result: list[Size] = []
    for dim, (a, b) in enumerate(zip(left, right, strict=False)):
        if isinstance(a, int) and a == 1:
            result.append(b)
        elif (isinstance(b, int) and b == 1) or a == b:
            result.append(a)
        else:
            why = refusal(
                RefusalKind.SIZES,
                f"`{name}` of {shown(first)} and {shown(second)}: {a} against {b} in dimension {dim}",
                error,
                expected=a,
                got=b,
                dim=dim,
            )
            result.append(_size(ctx, a, b, why))
    return tuple(result)


def _size(ctx: Context, a: Size, b: Size, why: Refusal) -> Size:
    """Return what two sizes, neither of them plainly 1, broadcast to.

    A size that may be 1 leaves a choice: the pair is then `maximum(a, b)`, which is exact for sizes ≥ 1.
    """
    if ctx.decide(equal(a, b)) is Verdict.PROVED:
        return agreed(ctx, a, b)
    a_one, b_one = ctx.decide(equal(a, 1)), ctx.decide(equal(b, 1))
    if a_one is Verdict.PROVED or b_one is Verdict.PROVED:
        return b if a_one is Verdict.PROVED else a
    ways: list[Condition] = [equal(a, b)]
    if a_one is Verdict.OPEN:
        ways.append(equal(a, 1))
    if b_one is Verdict.OPEN:
        ways.append(equal(b, 1))
    ctx.require(ways[0] if len(ways) == 1 else any_of(*ways), why)
    if b_one is Verdict.VIOLATED:
        return agreed(ctx, a, b) if a_one is Verdict.VIOLATED else b
    if a_one is Verdict.VIOLATED:
        return a
    if same(ctx, a, b):
        return agreed(ctx, a, b)
    positive = all(ctx.decide(at_least(size, 1)) is Verdict.PROVED for size in (a, b))
    return maximum(a, b) if positive else ctx.unknown_size(f"the broadcast of {a} and {b}")
