"""Sizes as readable text, in the syntax of Python: `64*H*W`, `(H - 3)//2`."""

from __future__ import annotations

from convlint.symbolic.atoms import Atom, Floor, Monomial, Quotient
from convlint.symbolic.dim import CONSTANT, Dim, Size
from convlint.symbolic.symbols import Symbol


def text_of(size: Size) -> str:
    """Return `size` as an expression."""
    if isinstance(size, int):
        return str(size)
    absorbed = _single_floor(size)
    if absorbed is not None:
        return absorbed
    terms = sorted(size.terms.items(), key=_term_order)
    text = ""
    for mono, coefficient in terms:
        sign = "-" if coefficient < 0 else "+"
        body = _term(mono, abs(coefficient))
        text = f"{text} {sign} {body}" if text else ("-" if sign == "-" else "") + body
    return text


def _single_floor(size: Dim) -> str | None:
    """Return `floor(x / d) + c` as `(x + c·d)//d`."""
    floors = [mono for mono in size.terms if mono]
    if len(floors) != 1 or size.terms[floors[0]] != 1 or len(floors[0]) != 1 or floors[0][0][1] != 1:
        return None
    atom = floors[0][0][0]
    if not isinstance(atom, Floor):
        return None
    num = atom.num + size.constant * atom.den
    return f"{_operand(num)}//{atom.den}"


def _term_order(term: tuple[Monomial, int]) -> tuple[object, ...]:
    mono, coefficient = term
    return mono == CONSTANT, coefficient < 0, -sum(e for _, e in mono), [atom.key for atom, _ in mono]


def _term(mono: Monomial, coefficient: int) -> str:
    factors = [_factor(atom, exponent) for atom, exponent in mono]
    if coefficient != 1 or not factors:
        factors.insert(0, str(coefficient))
    if len(factors) == 1 and factors[0].startswith("(") and isinstance(mono[0][0], (Floor, Quotient)):
        return factors[0][1:-1] if mono[0][1] == 1 else factors[0]
    return "*".join(factors)


def _factor(atom: Atom, exponent: int) -> str:
    text = _atom(atom)
    return text if exponent == 1 else f"{text}**{exponent}"


def _atom(atom: Atom) -> str:
    if isinstance(atom, Symbol):
        return atom.name
    if isinstance(atom, (Floor, Quotient)):
        return f"({_operand(atom.num)}//{_operand(atom.den)})"
    return f"{'max' if atom.largest else 'min'}({', '.join(text_of(arg) for arg in atom.args)})"


def _operand(size: Size) -> str:
    """Return the text with parentheses unless it is a name, a call or a number."""
    text = text_of(size)
    if isinstance(size, int):
        return text if size >= 0 else f"({text})"
    if len(size.terms) == 1:
        ((mono, coefficient),) = size.terms.items()
        if coefficient == 1 and len(mono) == 1 and mono[0][1] == 1:
            return text if not isinstance(mono[0][0], (Floor, Quotient)) else f"({text})"
    return f"({text})"
