"""What a layer rule may ask and say while it computes an output shape."""

from __future__ import annotations

from typing import Protocol

from convlint.layers.core.facts import Fact
from convlint.layers.core.refusal import Refusal
from convlint.symbolic import Condition, Size, Verdict


class Context(Protocol):
    """The world that a layer rule is called in. Rules are pure functions but for what they say here."""

    def require(self, condition: Condition, refusal: Refusal) -> None:
        """Say that torch raises unless `condition` holds.

        A proved condition changes nothing; a violated one raises `Refused(refusal)`; an open one is recorded
        with the trace and from then on taken as true, since only inputs for which it is true get further.
        """

    def decide(self, condition: Condition) -> Verdict:
        """Tell whether `condition` is proved, violated or open, without recording anything."""

    def simplify(self, size: Size) -> Size:
        """Rewrite `size` by what is known so far; the result may be a plain integer."""

    def unknown_size(self, reason: str) -> Size:
        """Return a new size of which nothing is known but that it is not negative."""

    def note(self, fact: Fact) -> None:
        """Record a fact about the call that is being computed."""
