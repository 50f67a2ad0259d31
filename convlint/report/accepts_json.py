"""The inputs that a model accepts, as JSON: sets as progressions, and everything as text for people too."""

from __future__ import annotations

from convlint.accepts import Accepted
from convlint.report.escape import encodable, json_text
from convlint.symbolic import Size, Symbol
from convlint.symbolic.sizeset import SizeSet
from convlint.symbolic.solve import Solution


def text(accepted: Accepted) -> str:
    """Return the accepted inputs as an indented JSON object."""
    return json_text(plain(accepted))


def plain(accepted: Accepted) -> dict[str, object]:
    """Return the accepted inputs as JSON knows them.

    An input is accepted if it meets one of `cases`: every symbol is in its set of `sizes`, `equalities` and
    `conditions` hold, and one of `alternatives` has all of its symbols (where there are any).
    """
    return {
        "name": encodable(accepted.name),
        "mode": "training" if accepted.training else "evaluation",
        "decided": accepted.decided,
        "inputs": [[_size(size) for size in shape] for shape in accepted.inputs],
        "cases": [_case(case) for case in accepted.cases],
        "lossless": [_case(case) for case in accepted.lossless] if accepted.decided else None,
        "undecided": list(dict.fromkeys(encodable(gap.reason) for gap in accepted.undecided)),
        "text": [encodable(line) for line in accepted.lines()],
    }


def _size(size: Size) -> int | str:
    return size if isinstance(size, int) else encodable(str(size))


def _case(case: Solution) -> dict[str, object]:
    return {
        "sizes": _sizes(case.sizes),
        "equalities": [f"{symbol} == {size}" for symbol, size in case.equalities],
        "alternatives": [_sizes(way.sizes) for way in case.alternatives],
        "conditions": [encodable(str(condition)) for condition in case.undecided],
    }


def _sizes(sizes: tuple[tuple[Symbol, SizeSet], ...]) -> dict[str, object]:
    return {encodable(str(symbol)): _set(values) for symbol, values in sizes}


def _set(values: SizeSet) -> dict[str, object]:
    """Return a set as text, and as the numbers ≡ residue (mod step) from low to high, null for no end."""
    parts = [{"low": part.low, "high": part.high, "step": part.step, "residue": part.residue} for part in values.parts]
    return {"text": str(values), "any": values.is_any, "parts": parts}
