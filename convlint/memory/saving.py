"""What a rule says of a call: which tensors autograd keeps of it for backward, and what it makes for that only."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from convlint.layers.core.tensor import Tensor
from convlint.memory.storages import Storages
from convlint.symbolic import Size, product
from convlint.trace import Event

Made = tuple[Size, str]
"""How many elements are made, of which dtype: "" for that of the activations, "statistics" for at least float32."""


class Kept(Struct, frozen=True):
    """The tensors of a call that are kept, and what is made besides."""

    tensors: tuple[Tensor, ...] = ()
    made: tuple[Made, ...] = ()


class Call(Struct, frozen=True):
    """A call of an operation: what was computed from parameters or needs a gradient itself, and what lies how."""

    event: Event
    needs_grad: Callable[[Tensor], bool]
    storages: Storages
    floats: str = "float32"
    """The dtype of the activations."""

    @property
    def first(self) -> Tensor:
        return self.event.inputs[0]

    @property
    def out(self) -> Tensor:
        return self.event.outputs[0]

    @property
    def in_place(self) -> bool:
        return bool(self.event.outputs) and self.event.outputs[0] is self.first

    def option(self, name: str, default: object = None) -> object:
        """Return an argument of a function, or what a layer was built with."""
        if name in self.event.arguments:
            return self.event.arguments[name]
        module = self.event.module
        return default if module is None else module.attributes.get(name, default)


Rule = Callable[[Call], Kept | None]
"""Says what is kept; None where that is not known."""


def volume(tensor: Tensor) -> Size:
    return product(tensor.shape)
