"""A number as the sum that the program writes in its place: 48 where `5 + classes` stands is 5 + 43."""

from __future__ import annotations

from msgspec import Struct

from convlint.ir import nodes
from convlint.origins.following import Texts
from convlint.origins.scopes import sites_of
from convlint.origins.writing import written
from convlint.places import Place


class Spelt(Struct, frozen=True):
    """Advice with a `{}` for the number that the size at `axis` of the call at `place` should be."""

    text: str
    place: Place
    axis: int
    number: int


def spelt(advice: Spelt, texts: Texts | None) -> str:
    """Return the advice with the number, as a sum where one is written there, and what then is another number."""
    expr = None if texts is None else _size(advice, texts)
    if not isinstance(expr, nodes.BinOp) or expr.op != "+":
        return advice.text.format(advice.number)
    for known, other in ((expr.left, expr.right), (expr.right, expr.left)):
        name = written(other)
        if isinstance(known, nodes.Constant) and isinstance(known.value, int) and name:
            rest = advice.number - known.value
            parts = (known.value, rest) if known is expr.left else (rest, known.value)
            told = f", with {rest} for `{name}`" if rest > 0 else ""
            return advice.text.format(f"({parts[0]} + {parts[1]})") + told
    return advice.text.format(advice.number)


def _size(advice: Spelt, texts: Texts) -> nodes.Expr | None:
    """Return what is written for one size of a call that takes sizes, one by one or as its last argument."""
    module = texts.body(advice.place.filename)
    site = None if module is None else sites_of(module).get(advice.place.span)
    if site is None or not site.call.args:
        return None
    last = site.call.args[-1]
    sizes = last.elts if isinstance(last, nodes.Tuple | nodes.List) else site.call.args
    return sizes[advice.axis] if advice.axis < len(sizes) else None
