"""Sizes as readable text, in the syntax of Python: `64*H*W`, `(H - 3)//2`."""

from __future__ import annotations

from convlint.symbolic.atoms import Atom, Floor, Monomial, Quotient
from convlint.symbolic.dim import CONSTANT, Dim, Size
from convlint.symbolic.factors import factored
from convlint.symbolic.symbols import Symbol

_SUM, _PRODUCT, _ATOM = 0, 1, 2
"""How tightly a text binds: a sum or a floor, a product, a name or a number."""


def text_of(size: Size) -> str:
    """Return `size` as an expression."""
    return _text(size)[0]


def _text(size: Size) -> tuple[str, int]:
    """Return the text and how tightly it binds."""
    if isinstance(size, int):
        return str(size), _ATOM if size >= 0 else _SUM
    floor = _single_floor(size)
    if floor is not None:
        return floor
    if len(size.terms) > 1:
        product = _product(size)
        if product is not None:
            return product
    terms = sorted(size.terms.items(), key=_term_order)
    if len(terms) == 1:
        return _term(*terms[0])
    text = ""
    for mono, coefficient in terms:
        if not text:
            text = _term(mono, coefficient)[0]
        else:
            text += f" {'-' if coefficient < 0 else '+'} {_term(mono, abs(coefficient))[0]}"
    return text, _SUM


def _single_floor(size: Dim) -> tuple[str, int] | None:
    """Return `k·floor(x / d) + k·c` as `k*((x + c·d)//d)`."""
    floors = [mono for mono in size.terms if mono]
    if len(floors) != 1 or len(floors[0]) != 1 or floors[0][0][1] != 1:
        return None
    atom, coefficient = floors[0][0][0], size.terms[floors[0]]
    if not isinstance(atom, Floor) or size.constant % coefficient:
        return None
    text = f"{_wrapped(atom.num + size.constant // coefficient * atom.den, _ATOM)}//{atom.den}"
    if coefficient == 1:
        return text, _SUM
    return f"{'-' if coefficient == -1 else f'{coefficient}*'}({text})", _PRODUCT if coefficient > 0 else _SUM


def _product(size: Dim) -> tuple[str, int] | None:
    """Return a product of factors, plus a constant where that is shorter than the sum."""
    form = factored(size)
    if form is None or (form.offset and len(size.terms) <= 3):
        return None
    factors = sorted(form.factors, key=lambda factor: (len(factor.terms) > 1, factor.key))
    coefficient = form.coefficient
    texts = []
    for factor in factors:
        if len(factor.terms) > 1 and all(c <= 0 for mono, c in factor.terms.items() if mono):
            factor, coefficient = -factor, -coefficient
        texts.append(_wrapped(factor, _PRODUCT))
    if coefficient != 1:
        texts.insert(0, str(coefficient) if coefficient != -1 else "-1")
    text = "*".join(texts)
    if not form.offset:
        return text, _PRODUCT if coefficient > 0 else _SUM
    return f"{text} {'-' if form.offset < 0 else '+'} {abs(form.offset)}", _SUM


def _term_order(term: tuple[Monomial, int]) -> tuple[object, ...]:
    mono, coefficient = term
    return mono == CONSTANT, coefficient < 0, -sum(e for _, e in mono), [atom.key for atom, _ in mono]


def _term(mono: Monomial, coefficient: int) -> tuple[str, int]:
    if not mono:
        return str(coefficient), _ATOM if coefficient >= 0 else _SUM
    if coefficient == 1 and len(mono) == 1:
        return _power(*mono[0])
    factors = []
    for atom, exponent in mono:
        text, binding = _power(atom, exponent)
        factors.append(f"({text})" if binding == _SUM else text)
    text = "*".join(factors)
    if coefficient == 1:
        return text, _PRODUCT
    return (f"-{text}", _SUM) if coefficient == -1 else (f"{coefficient}*{text}", _PRODUCT if coefficient > 0 else _SUM)


def _power(atom: Atom, exponent: int) -> tuple[str, int]:
    text, binding = _atom(atom)
    if exponent == 1:
        return text, binding
    return f"{text if binding == _ATOM else f'({text})'}**{exponent}", _PRODUCT


def _atom(atom: Atom) -> tuple[str, int]:
    if isinstance(atom, Symbol):
        return atom.name, _ATOM
    if isinstance(atom, (Floor, Quotient)):
        return f"{_wrapped(atom.num, _ATOM)}//{_wrapped(atom.den, _ATOM)}", _SUM
    return f"{'max' if atom.largest else 'min'}({', '.join(text_of(arg) for arg in atom.args)})", _ATOM


def _wrapped(size: Size, binding: int) -> str:
    """Return the text, in parentheses if it binds less tightly than asked for."""
    text, bound = _text(size)
    return text if bound >= binding else f"({text})"
