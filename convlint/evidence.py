"""What torch must show if a finding is true: plain values that rules attach to their claims. Not how it is shown."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from convlint.layers.core.facts import Window
from convlint.layers.core.tensor import Shape
from convlint.symbolic import Condition, Size
from convlint.trace import Event, Fitting, ModelTrace, ModuleInfo, OpenCondition, Violation

Assumed = tuple[Condition, ...]
"""What the sizes in a piece of evidence meet: it holds for all that do."""


class Raises(Struct, frozen=True):
    """torch refuses this construction or call; the same layer built with `mended` arguments takes the input, and the
    whole model takes inputs of the sizes that are `fitting`, and none next to them; the run that is `advised` is not
    refused."""

    violation: Violation
    assumed: Assumed
    mended: Mapping[str, Size] = {}
    fitting: Fitting | None = None
    advised: ModelTrace | None = None


class AxisReading(Struct, frozen=True):
    """What of one axis of the input is not read; None where nothing is said of it."""

    unread_at_end: int | None = None
    """How many cells lie behind the last window."""
    skipped_per_stride: int | None = None
    """How many of `stride` neighbouring cells no window reads."""


class Unread(Struct, frozen=True):
    """No gradient reaches the cells that no window reads, and some reaches all others; one reading for each axis."""

    event: Event
    window: Window
    readings: tuple[AxisReading, ...]
    assumed: Assumed


class UnreadAtSomeSizes(Struct, frozen=True):
    """On sizes for which all of `lost` holds so many cells lie behind the last window of each axis; on sizes for which
    none of it does, none. Both have an item for each axis; a condition of None says nothing of its axis."""

    event: Event
    window: Window
    lost: tuple[Condition | None, ...]
    unread: tuple[Size, ...]
    assumed: Assumed


class Resized(Struct, frozen=True):
    """Each axis is so many cells smaller than the input's (negative for larger; None where nothing is said of it);
    with `padding` in the place of the layer's own the map keeps its size."""

    event: Event
    window: Window
    shrinks_by: tuple[int | None, ...]
    assumed: Assumed
    padding: int | str | tuple[int, ...] | None = None


class PaddedBorder(Struct, frozen=True):
    """Windows along the border read fewer cells than the kernel has, and averages there count zeros if
    `counts_zeros`."""

    event: Event
    window: Window
    counts_zeros: bool
    assumed: Assumed


class KernelTooLarge(Struct, frozen=True):
    """Without padding torch refuses what it takes with padding: the kernel does not fit into the map."""

    event: Event
    window: Window
    assumed: Assumed


class HoldsParameters(Struct, frozen=True):
    """These modules hold so many parameters, each counted once; `of_all` is the count of the whole model where the
    claim is about a share of it."""

    modules: tuple[ModuleInfo, ...]
    parameters: Size
    whole: tuple[ModuleInfo, ...] = ()
    of_all: Size | None = None


class PutsOut(Struct, frozen=True):
    """The call's output `number` has more than `limit` elements, and the shape that the trace says."""

    event: Event
    number: int
    limit: int
    assumed: Assumed


class Computes(Struct, frozen=True):
    """The calls need so many multiply-accumulates together, by torch's own FLOP counter."""

    events: tuple[Event, ...]
    macs: Size
    limit: int
    assumed: Assumed


class BiasIsSubtracted(Struct, frozen=True):
    """With another bias in the first layer the batch norm behind it puts out the same, in training mode."""

    convolution: Event
    norm: Event
    assumed: Assumed


class ChangesBatch(Struct, frozen=True):
    """The whole run puts out another number of samples than it takes, and this call is where they change."""

    event: Event
    trace: ModelTrace


class NothingFits(Struct, frozen=True):
    """torch raises somewhere in the run for every size: for those that meet one of the demands, the other, or none."""

    trace: ModelTrace
    demands: tuple[OpenCondition, ...]


class Broadcasts(Struct, frozen=True):
    """The loss takes two tensors that broadcast to more elements than either has, and averages over all of them."""

    event: Event
    assumed: Assumed = ()


class Mixes(Struct, frozen=True):
    """What the call puts out at the end of an axis of its first input changes with what is at the axis's beginning."""

    event: Event
    axis: int
    assumed: Assumed = ()
    in_training: bool = False
    """Whether it is so in training mode; else it is asked in evaluation mode."""


class Scrambles(Struct, frozen=True):
    """The view holds the elements in another order than the input, viewed as `parts` if there are any, with its axes in
    that `order` does."""

    event: Event
    order: tuple[int, ...]
    parts: Shape = ()
    assumed: Assumed = ()


class Misjudges(Struct, frozen=True):
    """The loss of perfect scores is not 0: behind the `activation` it stays above, or it falls below, or torch refuses
    them. Without an activation the loss is given the scores themselves."""

    activation: Event | None
    loss: Event
    assumed: Assumed = ()


class Clips(Struct, frozen=True):
    """The activation puts out the same for different scores below 0."""

    activation: Event
    assumed: Assumed = ()


class WithoutEffect(Struct, frozen=True):
    """With the attribute set anew the layer's parameters keep their shapes. With `outside` it is set on a container of
    the layer, which keeps its own."""

    module: ModuleInfo
    name: str
    value: object
    outside: bool = False


class Unstackable(Struct, frozen=True):
    """torch makes no batch of tensors of these shapes."""

    shapes: tuple[tuple[int, ...], ...]


class FitsNoSquare(Struct, frozen=True):
    """The run is refused for inputs of equal sides that meet `squares`, and taken for those that meet `inside`."""

    trace: ModelTrace
    squares: tuple[Condition, ...]
    inside: tuple[Condition, ...]


class Drops(Struct, frozen=True):
    """Called twice on the same input, the call does not put out the same."""

    event: Event
    assumed: Assumed = ()


class Unparsable(Struct, frozen=True):
    """Python cannot compile the content of the file."""

    data: bytes


class NotRebuilt(Struct, frozen=True):
    """No rebuilt layer can show it: `reason` says why, as a clause. A run of the whole model shows whether it calls
    the module at the path `never_called`, or anything in it, where there is one."""

    reason: str
    never_called: str = ""


Evidence = (
    Raises
    | Unread
    | UnreadAtSomeSizes
    | Resized
    | PaddedBorder
    | KernelTooLarge
    | HoldsParameters
    | PutsOut
    | Computes
    | BiasIsSubtracted
    | ChangesBatch
    | NothingFits
    | Broadcasts
    | Mixes
    | Scrambles
    | Misjudges
    | WithoutEffect
    | Unstackable
    | FitsNoSquare
    | Clips
    | Drops
    | Unparsable
    | NotRebuilt
)
