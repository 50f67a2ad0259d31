"""What can be said to a claim: confirmed, refuted or not checked, with one line that says what torch showed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Verdict = dict[str, str]


class Refuted(Exception):  # noqa: N818 - says what is so
    """torch shows something else than was claimed; the text says what."""


def confirmed(detail: str) -> Verdict:
    return {"status": "confirmed", "detail": detail}


def refuted(detail: str) -> Verdict:
    return {"status": "refuted", "detail": detail}


def not_checked(reason: str) -> Verdict:
    return {"status": "not-checked", "detail": reason}


def on_meta(verdict: Verdict) -> Verdict:
    """Return what a verdict is worth that was found on tensors without memory: those take some illegal calls, and
    their errors are torch's own."""
    if verdict["status"] == "refuted":
        return not_checked(f"it takes too much memory, and tensors without any do not decide it: {verdict['detail']}")
    if verdict["status"] == "confirmed":
        return confirmed(f"{verdict['detail']} (on tensors without memory)")
    return verdict


def for_sizes(case: Mapping[str, Any]) -> str:
    """Return " for H = 8", or nothing where no size was open."""
    return f" for {case['sizes']}" if case["sizes"] else ""


def sizes_told(cases: list[Any]) -> str:
    """Return for which sizes something was tried, in parentheses."""
    sizes = [case["sizes"] for case in cases if case["sizes"]]
    if not sizes:
        return ""
    more = f", and for {len(sizes) - 1} other sizes" if len(sizes) > 1 else ""
    return f" (for {sizes[0]}{more})"
