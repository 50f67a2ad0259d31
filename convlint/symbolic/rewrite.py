"""Walks over sizes: their value for given numbers, and the replacement of symbols by sizes."""

from __future__ import annotations

from collections.abc import Mapping

from convlint.symbolic.dim import Atom, Floor, Quotient, Size, floor_divide, of_atom
from convlint.symbolic.extremes import maximum, minimum
from convlint.symbolic.symbols import Symbol


def evaluate(size: Size, mapping: Mapping[Symbol, int]) -> int:
    """Return the value of `size`; KeyError for a symbol that has none, ZeroDivisionError as in Python."""
    if isinstance(size, int):
        return size
    total = 0
    for mono, coefficient in size.terms.items():
        for atom, exponent in mono:
            value = mapping[atom] if isinstance(atom, Symbol) else _evaluate_atom(atom, mapping)
            coefficient *= value if exponent == 1 else value**exponent
        total += coefficient
    return total


def _evaluate_atom(atom: Atom, mapping: Mapping[Symbol, int]) -> int:
    if isinstance(atom, Symbol):
        return mapping[atom]
    if isinstance(atom, Floor):
        return evaluate(atom.num, mapping) // atom.den
    if isinstance(atom, Quotient):
        return evaluate(atom.num, mapping) // evaluate(atom.den, mapping)
    values = [evaluate(arg, mapping) for arg in atom.args]
    return max(values) if atom.largest else min(values)


def substitute(size: Size, mapping: Mapping[Symbol, Size]) -> Size:
    """Return `size` with each symbol of `mapping` replaced, all at once, in canonical form again.

    What replaces a symbol must lie in the range that the symbol's kind has: `max(H, 0)` is kept as `H`.
    Raises ZeroDivisionError if a divisor becomes zero.
    """
    if isinstance(size, int) or size.symbols.isdisjoint(mapping):
        return size
    total: Size = 0
    for mono, coefficient in size.terms.items():
        term: Size = coefficient
        for atom, exponent in mono:
            term = term * _substitute_atom(atom, mapping) ** exponent
        total = total + term
    return total


def _substitute_atom(atom: Atom, mapping: Mapping[Symbol, Size]) -> Size:
    if isinstance(atom, Symbol):
        return mapping[atom] if atom in mapping else of_atom(atom)
    if isinstance(atom, Floor):
        return floor_divide(substitute(atom.num, mapping), atom.den)
    if isinstance(atom, Quotient):
        return floor_divide(substitute(atom.num, mapping), substitute(atom.den, mapping))
    args = [substitute(arg, mapping) for arg in atom.args]
    return maximum(*args) if atom.largest else minimum(*args)
