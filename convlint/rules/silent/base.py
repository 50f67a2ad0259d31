"""What rules about silent faults share: they look at all that happens in a run, inside of models and around them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from convlint.axes import Axes
from convlint.axes.operations import last_name
from convlint.config import Config
from convlint.evidence import Assumed
from convlint.findings import Severity
from convlint.layers.core.tensor import Tensor
from convlint.rules.base import Claim, Rule
from convlint.trace import Event, ModelTrace, ProgramTrace

_PASSING = frozenset({
    "view", "reshape", "flatten", "Flatten", "squeeze", "unsqueeze", "permute", "transpose", "contiguous", "clone",
    "detach", "__getitem__", "Identity", "float", "to", "double", "half", "Dropout", "dropout", "view_as", "reshape_as",
})  # fmt: skip
"""Operations that hand on the values that they are given."""


class SilentRule(Rule):
    """A rule about what torch runs without a word, and that computes something else than it says.

    A model that the program calls is looked at as a part of the program, with the data that it is given and the loss
    that is made of its output; `triggers` are the operations without which there is nothing to find.
    """

    severity = Severity.WARNING
    triggers: ClassVar[frozenset[str]] = frozenset()

    def check(self, trace: ModelTrace, settings: Config) -> Iterator[Claim]:
        if trace.input_source != "call":
            yield from self._of(trace.events, trace.assumed)

    def check_program(self, program: ProgramTrace, settings: Config) -> Iterator[Claim]:
        yield from self._of(program.events, program.assumed)

    def _of(self, events: Sequence[Event], assumed: Assumed) -> Iterator[Claim]:
        if any(event.name in self.triggers for event in events):
            yield from self.claims(events, assumed)

    def claims(self, events: Sequence[Event], assumed: Assumed) -> Iterator[Claim]:
        """Yield what one run shows, whose sizes meet what is `assumed`."""
        return iter(())


def source_of(axes: Axes, tensor: Tensor) -> Event | None:
    """Return the operation whose values a tensor holds, looking through those that only lay them out anew."""
    event = axes.maker(tensor)
    while event is not None and last_name(event) in _PASSING and event.inputs:
        event = axes.maker(event.inputs[0])
    return event
