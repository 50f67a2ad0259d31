"""`torch.einsum`: sums of products named by letters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from convlint.layers.core.context import Context
from convlint.layers.core.facts import Cost
from convlint.layers.core.naming import tensor_operation
from convlint.layers.core.refusal import RefusalKind, Unmodelled
from convlint.layers.core.tensor import Shape, Tensor
from convlint.layers.shared import dtypes
from convlint.layers.shared.axes import refusal, refuse, shown
from convlint.layers.shared.broadcasting import agreed, broadcast
from convlint.symbolic import Size, Verdict, any_of, equal, product


@tensor_operation("torch.einsum")
def einsum(ctx: Context, equation: str, *operands: Any) -> Tensor:
    """Letters name dimensions; those that the output lacks are summed; `...` stands for broadcast leading ones.

    Refused (RuntimeError): as many letters as dimensions are not there, sizes of one letter that differ and are not 1.
    """
    tensors = operands[0] if len(operands) == 1 and isinstance(operands[0], (tuple, list)) else operands
    if not isinstance(equation, str) or not tensors or not all(isinstance(tensor, Tensor) for tensor in tensors):
        raise Unmodelled("`einsum` of values that are not known")
    terms, output = _parsed(equation)
    if len(terms) != len(tensors):
        text = f"`einsum` names {len(terms)} operands in `{equation}` and gets {len(tensors)}"
        refuse(RefusalKind.LAYER, text, expected=len(terms), got=len(tensors))
    sizes: dict[str, Size] = {}
    ellipses: list[Shape] = []
    for term, tensor in zip(terms, tensors, strict=False):
        ellipses += _bind(ctx, equation, term, tensor, sizes)
    around = broadcast(ctx, ellipses, "einsum")
    letters = _output_letters(terms, output, bool(ellipses))
    shape: list[Size] = []
    for letter in letters:
        shape += around if letter == "." else [sizes[letter]]
    macs = _macs(ctx, terms, letters, sizes, ellipses)
    if macs != 0:
        ctx.note(Cost(macs))
    known = {tensor.dtype for tensor in tensors if tensor.dtype}
    if len(known) > 1:
        raise Unmodelled("`einsum` of several dtypes")
    return Tensor(tuple(shape), dtypes.result_type(*tensors))


def _macs(ctx: Context, terms: Sequence[str], output: str, sizes: dict[str, Size], ellipses: Sequence[Shape]) -> Size:
    """Return the multiply-accumulates: torch contracts from left to right, two operands at a time.

    What only one of the two has, and nothing later asks for, is summed before; a product without a sum is none.
    """
    shapes = list(reversed(ellipses))
    total: Size = 0
    left = set(terms[0])
    around = shapes.pop() if "." in terms[0] else ()
    last = {letter: index for index, term in enumerate(terms) for letter in term}
    for index, term in enumerate(terms[1:], 1):
        right = set(term)
        later = {letter for letter in left | right if letter in output or last[letter] > index}
        around = broadcast(ctx, [around, shapes.pop()], "einsum") if "." in term else around
        involved = (left & right) | ((left | right) & later)
        if involved - later - {"."}:
            total = total + product((*around, *(sizes[letter] for letter in sorted(involved - {"."}))))
        left = involved & (later | {"."})
    return total


def _parsed(equation: str) -> tuple[list[str], str | None]:
    """Return the operands' letters and the output's, None when it is implied; `.` stands for an ellipsis."""
    if "." in equation.replace("...", ""):
        raise Unmodelled(f"`einsum` of `{equation}`")
    text = equation.replace(" ", "").replace("...", ".")
    left, arrow, right = text.partition("->")
    terms = left.split(",")
    for term in (*terms, right):
        if term.count(".") > 1 or not all(letter == "." or (letter.isalpha() and letter.isascii()) for letter in term):
            raise Unmodelled(f"`einsum` of `{equation}`")
    known = set("".join(terms))
    if arrow and (len(set(right)) != len(right) or not set(right) - {"."} <= known):
        refuse(RefusalKind.LAYER, f"`einsum` names an output letter twice or out of nowhere: `{equation}`")
    return terms, right if arrow else None


def _bind(ctx: Context, equation: str, term: str, tensor: Tensor, sizes: dict[str, Size]) -> list[Shape]:
    """Give the letters of one operand their sizes; return what its ellipsis stands for."""
    named = len(term.replace(".", ""))
    if named != tensor.ndim and (named > tensor.ndim or "." not in term):
        written = term.replace(".", "...")
        text = f"`einsum` names {named} dimensions in `{written}` and the operand is {shown(tensor.shape)}"
        refuse(RefusalKind.RANK, text, expected=named, got=tensor.ndim)
    ellipses: list[Shape] = []
    dim = 0
    own: dict[str, Size] = {}
    for letter in term:
        if letter == ".":
            ellipses.append(tensor.shape[dim : dim + tensor.ndim - named])
            dim += tensor.ndim - named
            continue
        size = tensor.shape[dim]
        if letter in own:
            ctx.require(equal(own[letter], size), _disagreement(equation, letter, own[letter], size))
        own[letter] = size
        sizes[letter] = _merged(ctx, equation, letter, sizes[letter], size) if letter in sizes else size
        dim += 1
    return ellipses


def _merged(ctx: Context, equation: str, letter: str, first: Size, second: Size) -> Size:
    """One letter's sizes are equal or 1."""
    if ctx.decide(equal(first, second)) is Verdict.PROVED:
        return agreed(ctx, first, second)
    ones = [ctx.decide(equal(size, 1)) for size in (first, second)]
    if Verdict.PROVED in ones:
        return second if ones[0] is Verdict.PROVED else first
    ways = [equal(size, 1) for size, verdict in zip((first, second), ones, strict=False) if verdict is Verdict.OPEN]
    ctx.require(
        any_of(equal(first, second), *ways) if ways else equal(first, second),
        _disagreement(equation, letter, first, second),
    )
    if ones[1] is Verdict.VIOLATED:
        return agreed(ctx, first, second) if ones[0] is Verdict.VIOLATED else second
    return first if ones[0] is Verdict.VIOLATED else broadcast(ctx, [(first,), (second,)], "einsum")[0]


def _disagreement(equation: str, letter: str, first: Size, second: Size) -> Any:
    text = f"`einsum` of `{equation}`: `{letter}` is {first} in one operand and {second} in another"
    return refusal(RefusalKind.SIZES, text, expected=first, got=second, letter=letter)


def _output_letters(terms: Sequence[str], output: str | None, ellipsis: bool) -> str:
    """Return the output's letters: without an arrow, those that occur once, in order, after the ellipsis."""
    if output is not None:
        return output
    joined = "".join(terms)
    once = sorted(letter for letter in set(joined) - {"."} if joined.count(letter) == 1)
    return ("." if ellipsis else "") + "".join(once)
