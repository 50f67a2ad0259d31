"""What torch's optimizers keep for each parameter, with their default options, after the first step."""

from __future__ import annotations

from msgspec import Struct

from convlint.symbolic import Size

STEP_BYTES = 4
"""The count of steps, a float32 scalar."""


class State(Struct, frozen=True):
    """How many values an optimizer keeps for each one of a parameter, and whether it counts the steps of each
    parameter in a tensor."""

    copies: int
    counts_steps: bool = False

    def bytes_of(self, trainable_bytes: Size, tensors: int) -> Size:
        """Return the bytes of the state for so many bytes of trainable parameters in so many tensors."""
        return self.copies * trainable_bytes + (STEP_BYTES * tensors if self.counts_steps else 0)


OPTIMIZERS = {
    "adam": State(2, True),
    "adamw": State(2, True),
    "radam": State(2, True),
    "adamax": State(2, True),
    "adagrad": State(1, True),
    "rmsprop": State(1, True),
    "adadelta": State(2, True),
    "sgd-momentum": State(1),
    "sgd": State(0),
    "none": State(0),
}
"""By the names of torch's classes; `sgd-momentum` is SGD with a momentum, `none` no training."""
