"""What the budget rules share: comparing a size with a limit, and telling by how much it is over."""

from __future__ import annotations

from convlint.rules.wording import size_text
from convlint.symbolic import Assumptions, Size, Verdict, at_least


def exceeds(size: Size, limit: int | None) -> bool:
    """Tell whether a size is over the limit for every input; no limit is never exceeded."""
    return limit is not None and Assumptions().decide(at_least(limit, size)) is Verdict.VIOLATED


def over(size: Size, limit: int) -> str:
    """Return "over the budget of 1,000 (5 times)"."""
    if isinstance(size, int) and limit:
        return f"over the budget of {limit:,} ({size / limit:.3g} times)"
    return f"over the budget of {limit:,}"


def count(size: Size) -> str:
    """Return a count with thousands separated."""
    return f"{size:,}" if isinstance(size, int) else size_text(size)
