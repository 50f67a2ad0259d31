"""Sizes of one symbol that are affine on residue classes: sums of floors of such sums, which is what windows make.

On x = residue + modulus·t such a size is offset + slope·t, as soon as the modulus is a multiple of its period.
"""

from __future__ import annotations

from functools import lru_cache
from math import gcd

from convlint.symbolic.dim import Dim, Floor
from convlint.symbolic.symbols import Symbol

MOST_REMEMBERED = 4096


@lru_cache(MOST_REMEMBERED)
def period(size: Dim) -> int | None:
    """Return the least modulus on whose classes a size is affine; None for a size of another form."""
    if len(size.symbols) != 1 or not _is_affine(size):
        return None
    modulus = 1
    while factor := _missing_factor(size, modulus):
        modulus *= factor
    return modulus


def _is_affine(size: Dim) -> bool:
    for mono in size.terms:
        if mono:
            atom, exponent = mono[0]
            if len(mono) > 1 or exponent > 1:
                return False
            if not isinstance(atom, Symbol) and not (isinstance(atom, Floor) and _is_affine(atom.num)):
                return False
    return True


def _missing_factor(size: Dim, modulus: int) -> int:
    """Return by what a modulus is too small for the first floor that it is too small for; 0 if it is for none.

    The slope does not depend on the residue.
    """
    for mono in size.terms:
        atom = mono[0][0] if mono else None
        if isinstance(atom, Floor):
            factor = _missing_factor(atom.num, modulus)
            if factor:
                return factor
            common = gcd(atom.den, line(atom.num, 0, modulus)[1])
            if common != atom.den:
                return atom.den // common
    return 0


def line(size: Dim, residue: int, modulus: int) -> tuple[int, int]:
    """Return offset and slope of a size on a class; its period divides the modulus."""
    offset = slope = 0
    for mono, coefficient in size.terms.items():
        if not mono:
            offset += coefficient
            continue
        atom = mono[0][0]
        if isinstance(atom, Floor):
            inner, steep = line(atom.num, residue, modulus)
            offset += coefficient * (inner // atom.den)
            slope += coefficient * (steep // atom.den)
        else:
            offset += coefficient * residue
            slope += coefficient * modulus
    return offset, slope
