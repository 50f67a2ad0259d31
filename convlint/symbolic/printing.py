"""Sums of terms as readable text, in the syntax of Python: `64*H*W`, `(H - 3)//2`. Each atom brings its own text."""

from __future__ import annotations

from typing import Any, Protocol

from convlint.symbolic import splitting
from convlint.symbolic.splitting import WithSymbols
from convlint.symbolic.symbols import Symbol
from convlint.symbolic.terms import CONSTANT, MonomialOf, TermsOf, key_of

SUM, PRODUCT, ATOM = 0, 1, 2
"""How tightly a text binds: a sum or a floor, a product, a name or a number."""

Text = tuple[str, int]
"""A text, and how tightly it binds."""


class Composed(WithSymbols, Protocol):
    """An atom that is made of other sizes."""

    def text(self) -> Text:
        """Return it as an expression."""

    def text_with(self, addend: int) -> Text | None:
        """Return it plus a number where that is again one atom's text; None where it is not."""


Written = Symbol | Composed


def text_of(terms: TermsOf[Any]) -> Text:
    """Return a sum as an expression, and how tightly it binds. Its atoms are `Written`."""
    atom = _single_atom(terms)
    if atom is not None:
        return atom
    if len(terms) > 1:
        product = _product(terms)
        if product is not None:
            return product
    ordered = sorted(terms.items(), key=_term_order)
    if len(ordered) == 1:
        return _term(*ordered[0])
    text = ""
    for mono, coefficient in ordered:
        if not text:
            text = _term(mono, coefficient)[0]
        else:
            text += f" {'-' if coefficient < 0 else '+'} {_term(mono, abs(coefficient))[0]}"
    return text, SUM


def wrapped(text: Text, binding: int) -> str:
    """Return the text, in parentheses if it binds less tightly than asked for."""
    return text[0] if text[1] >= binding else f"({text[0]})"


def number(value: int) -> Text:
    """Return an integer as an expression."""
    return str(value), ATOM if value >= 0 else SUM


def _single_atom(terms: TermsOf[Written]) -> Text | None:
    """Return `k·floor(x / d) + k·c` as `k*((x + c·d)//d)`."""
    found = [mono for mono in terms if mono]
    if len(found) != 1 or len(found[0]) != 1 or found[0][0][1] != 1:
        return None
    atom, coefficient, constant = found[0][0][0], terms[found[0]], terms.get(CONSTANT, 0)
    if isinstance(atom, Symbol) or constant % coefficient:
        return None
    text = atom.text_with(constant // coefficient)
    if text is None or coefficient == 1:
        return text
    sign = "-" if coefficient == -1 else f"{coefficient}*"
    return f"{sign}({text[0]})", PRODUCT if coefficient > 0 else SUM


def _product(terms: TermsOf[Written]) -> Text | None:
    """Return a product of factors, plus a constant where that is shorter than the sum."""
    form = splitting.product(terms)
    if form is None:
        return None
    coefficient, factors, offset = form
    if offset and len(terms) <= 3:
        return None
    texts = []
    for factor in sorted(factors, key=lambda factor: (len(factor) > 1, key_of(factor))):
        if all(c <= 0 for mono, c in factor.items() if mono):
            factor, coefficient = {mono: -c for mono, c in factor.items()}, -coefficient
        texts.append(wrapped(text_of(factor), PRODUCT))
    if abs(coefficient) != 1:
        texts.insert(0, str(coefficient))
    text = "*".join(texts)
    if coefficient == -1:
        text = f"-{text}"
    if not offset:
        return text, PRODUCT if coefficient > 0 else SUM
    return f"{text} {'-' if offset < 0 else '+'} {abs(offset)}", SUM


def _term_order(term: tuple[MonomialOf[Written], int]) -> tuple[object, ...]:
    mono, coefficient = term
    return mono == CONSTANT, coefficient < 0, -sum(e for _, e in mono), [atom.key for atom, _ in mono]


def _term(mono: MonomialOf[Written], coefficient: int) -> Text:
    if not mono:
        return number(coefficient)
    if coefficient == 1 and len(mono) == 1:
        return _power(*mono[0])
    text = "*".join(wrapped(_power(atom, exponent), PRODUCT) for atom, exponent in mono)
    if coefficient == 1:
        return text, PRODUCT
    return (f"-{text}", SUM) if coefficient == -1 else (f"{coefficient}*{text}", PRODUCT if coefficient > 0 else SUM)


def _power(atom: Written, exponent: int) -> Text:
    text = (atom.name, ATOM) if isinstance(atom, Symbol) else atom.text()
    return text if exponent == 1 else (f"{wrapped(text, ATOM)}**{exponent}", PRODUCT)
