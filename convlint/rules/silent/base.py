"""What rules about silent faults share: they look at all that happens in a run, inside of models and around them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from convlint.axes import Axes
from convlint.axes.operations import argument, last_name
from convlint.config import Config
from convlint.evidence import Assumed
from convlint.findings import Severity
from convlint.layers.core.tensor import Tensor
from convlint.rules.base import Claim, Rule
from convlint.rules.subjects import is_primitive
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
    """Return the operation whose values a tensor holds, looking through those that only lay them out anew.

    None if that is not known, or if an operation wrote other values into it, or into what it was laid out from.
    """
    while not _is_written_to(axes, tensor):
        event = axes.maker(tensor)
        if event is None or last_name(event) not in _PASSING or not event.inputs:
            return event
        tensor = event.inputs[0]
    return None


def is_linear(event: Event) -> bool:
    """Tell whether a call is that of a linear layer, or of its function."""
    return last_name(event) in ("Linear", "linear")


def softmax_axis(event: Event) -> int | None:
    """Return the axis that a softmax runs along; None where that is not known."""
    rank = event.inputs[0].ndim
    dim = event.module.attributes.get("dim") if event.module is not None else argument(event, "dim", 1)
    if dim is None and _leaves_the_axis_out(event):
        return 0 if rank in (1, 3) else 1  # as torch guesses, with a warning
    if isinstance(dim, bool) or not isinstance(dim, int):
        return None
    return dim % rank if -rank <= dim < rank else None


def _leaves_the_axis_out(event: Event) -> bool:
    given = event.module.built if event.module is not None else event.given
    most = 0 if event.module is not None else 1
    return given is not None and "dim" not in given.named and len(given.positional) <= most


def _is_written_to(axes: Axes, tensor: Tensor) -> bool:
    """Whether something in the run works in place on a tensor, or on a view of it."""
    for taker in filter(is_primitive, axes.takers(tensor)):
        if last_name(taker) in _PASSING:
            if any(_is_written_to(axes, output) for output in taker.outputs if output is not tensor):
                return True
        elif tensor in taker.outputs or (last_name(taker) == "__setitem__" and taker.inputs[0] is tensor):
            return True
    return False
