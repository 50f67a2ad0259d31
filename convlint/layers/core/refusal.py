"""How a layer rule says that torch would raise."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from convlint.layers.core.tensor import Tensor


class RefusalKind(Enum):
    """What is wrong, one kind for each family of errors that torch raises for."""

    COLLAPSED = "collapsed"
    """An output size would be zero or negative, or a kernel exceeds its padded input (CVL103)."""
    PADDING = "padding"
    """A pooling's padding exceeds half of its kernel (CVL106)."""
    CHANNELS = "channels"
    """The input has not the channels that a convolution or normalisation was built for (CVL201)."""
    FEATURES = "features"
    """The last size is not the `in_features` or `input_size` that a layer was built for (CVL202)."""
    SIZES = "sizes"
    """Sizes that must agree or broadcast do not (CVL203)."""
    RESHAPE = "reshape"
    """A view or reshape to another number of elements (CVL204)."""
    LAYER = "layer"
    """Constructor or function arguments that torch refuses whatever the input (CVL205)."""
    RANK = "rank"
    """A rank or dimension index that the operation does not take (CVL206)."""
    CHECK = "check"
    """An `assert` or `raise` of the program itself (CVL209): no layer rule refuses so."""


class Refusal(Struct, frozen=True):
    """Why torch raises: `text` is a whole clause with its numbers, without a final full stop, such as
    "`Conv2d` was built for 32 input channels and gets 16". `facts` are the numbers by name (`expected`,
    `got`, …), for rules that have more to say of them. `error` is the class of torch's exception. `since` is the
    release from which on torch refuses it, if earlier ones that are supported do not."""

    kind: RefusalKind
    text: str
    facts: tuple[tuple[str, object], ...] = ()
    error: type[Exception] = RuntimeError
    since: tuple[int, int] | None = None

    def fact(self, name: str) -> object:
        """Return the fact of that name, or None."""
        return dict(self.facts).get(name)


class Refused(Exception):
    """torch raises here, for every input that the analysis still holds possible."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.text)
        self.refusal = refusal


class Unmodelled(Exception):
    """The rule cannot say what torch does with these arguments: the result is unknown, with this reason.

    `number` says that it is one number all the same, by its dtype; "float" where that is not known.
    """

    def __init__(self, reason: str, number: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.number = number


class Alike(Unmodelled):
    """The result is a tuple of nobody knows how many tensors, at least one, each of which is like `item`."""

    def __init__(self, reason: str, item: Tensor) -> None:
        super().__init__(reason)
        self.item = item
