"""How a map's size changes by a window together with the padding before it and what is cut off behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import pairwise

from convlint.layers.core.facts import Window, WindowAxis
from convlint.layers.core.tensor import Tensor
from convlint.rules.subjects import RESHAPING, is_primitive
from convlint.rules.windows.borders import (
    JOINS,
    PADS,
    PICKS,
    has_shrunk,
    is_put_into,
    kind,
    map_of,
    pads,
    slides_by_one,
)
from convlint.symbolic import Dim, Size
from convlint.trace import Event, ModelTrace

_CUTS = frozenset({"torch.narrow", "torch.Tensor.narrow", "torch.Tensor.__getitem__"})
_LIKENESSES = frozenset(f"torch.Tensor.{name}" for name in ("to", "type_as", "expand_as", "view_as", "reshape_as"))
"""What takes no more of its second tensor than type, place or shape."""
_MOST_FOLLOWED = 200
_MOST_STEPS = 8
"""Operations that make a border of a map: a slice, a repeat, a flip …"""


class NetEffect:
    """Follows the maps of one run from the windows that slide over them, backwards and to what reads their output."""

    def __init__(self, trace: ModelTrace) -> None:
        self._trace = trace
        self._inputs, self._outputs = trace.inputs, trace.outputs

    @cached_property
    def _events(self) -> list[Event]:
        return [event for event in self._trace.events if is_primitive(event)]

    @cached_property
    def _makers(self) -> dict[int, int]:
        """Which event made a tensor, by its identity; one that changes it in place did not."""
        makers: dict[int, int] = {}
        for number, event in enumerate(self._events):
            for made in event.outputs:
                if not any(made is given for given in event.inputs):
                    makers.setdefault(id(made), number)
        return makers

    @cached_property
    def _readers(self) -> dict[int, list[Event]]:
        """The calls that a tensor is given to, in order, by its identity."""
        readers: dict[int, list[Event]] = {}
        for event in self._events:
            for given in {id(given) for given in event.inputs}:
                readers.setdefault(given, []).append(event)
        return readers

    def losses(self, event: Event, window: Window) -> tuple[Size | None, ...]:
        """Return by how much each axis is smaller than before it was padded (negative for larger), None where nothing
        was padded before. Of several paddings the one counts that explains most."""
        if not event.inputs:
            return (None,) * len(window.axes)
        padded = [(source, wider) for _, source, wider in self._before_padding(event.inputs[0], len(window.axes))]
        found: list[Size | None] = []
        for place, axis in zip(range(-len(window.axes), 0), window.axes, strict=True):
            losses = [tensor.shape[place] - axis.size_out for tensor, wider in padded if wider[place]]
            given = event.inputs[0].shape[place] if event.inputs[0].ndim > len(window.axes) else axis.size_in
            if given != axis.size_in:  # the layer's class pads before it calls torch's own
                losses.append(given - axis.size_out)
            whole = [loss for loss in losses if isinstance(loss, int)]
            found.append(min(whole) if whole else next(iter(losses), None))
        return tuple(found)

    def pads_at_end(self, event: Event, window: Window) -> tuple[Size, ...]:
        """Return how many cells of padding lie at the end of each axis of a window's input, as pad layers and `pad`
        put them there."""
        count = len(window.axes)
        ends: list[Size] = [0] * count
        for maker, source in self._back_from(event):
            if maker.windows or source is None or source.ndim != event.inputs[0].ndim:
                break  # what was padded before has been read
            told = maker.arguments.get("pad") if maker.module is None else maker.module.attributes.get("padding")
            pads = (told,) * 2 * count if isinstance(told, int) else told
            if isinstance(pads, tuple) and PADS.fullmatch(kind(maker)):
                after = [pad if isinstance(pad, int | Dim) else 0 for pad in pads[1 : 2 * count : 2]]
                ends = [end + pad for end, pad in zip(ends, reversed(after + [0] * (count - len(after))), strict=True)]
        return tuple(ends)

    def is_smoothing(self, event: Event, window: Window) -> bool:
        """Tell whether only windows that take steps, or pads, read what a window puts out: it smooths what they
        sample, or its border is made good behind it."""
        count, waiting = len(window.axes), list(event.outputs)
        for _ in range(_MOST_FOLLOWED):
            if not waiting:
                return True
            made = waiting.pop()
            readers = self._readers.get(id(made), [])
            if not readers and any(made is output for output in self._outputs):
                return False  # else something takes it of which nothing is known
            for reader in readers:
                if reader.windows:
                    if any(axis.stride == 1 for it in reader.windows for axis in it.axes):
                        return False
                elif not PADS.fullmatch(kind(reader)):
                    if any(output.shape[-count:] != made.shape[-count:] for output in reader.outputs):
                        return False
                    waiting += reader.outputs
        return False

    def is_taken_for_one(self, event: Event, window: Window) -> bool:
        """Tell whether what a window puts out is taken for a single cell: squeezed, indexed by one cell, or reshaped to
        rows of its channels."""
        count = len(window.axes)
        return any(
            reader.inputs[0] is made
            and (any(_takes_one(reader, output, count) for output in reader.outputs) or _squeezes(reader, count))
            for made, reader in self._reading(event, _of_the_same_shape)
        )

    def is_put_together(self, event: Event) -> bool:
        """Tell whether what a window puts out is written into a part of another map: the program makes it of pieces."""
        return any(
            reader.name == "torch.Tensor.__setitem__"
            and reader.inputs[-1] is made
            and made.shape != reader.inputs[0].shape
            for made in event.outputs
            for reader in self._readers.get(id(made), ())
        )

    def leads_to_one(self, event: Event, window: Window) -> bool:
        """Tell whether the next wide window behind one is like it and takes in all that is left: 5×5, 3×3, 1×1."""
        wide = [axis.extent for axis in window.axes]
        for _, reader in self._reading(event, _of_the_same_rank):
            axes = [axis for window in reader.windows for axis in window.axes]
            if any(axis.extent != 1 for axis in axes):
                is_last = all(axis.size_out == 1 != axis.size_in and axis.pad_before == 0 for axis in axes)
                return is_last and [axis.extent for axis in axes] == wide
        return False

    def meets_a_cut(self, event: Event, window: Window, *, in_a_sum: bool = False) -> bool:
        """Tell whether what comes of a window is joined with a map that was cut to its size: the program knows that it
        is smaller. With `in_a_sum`, a `cat` does not count: what is added to it is what it was made of, as a rule."""
        count = len(window.axes)
        return any(
            other.shape[-count:] == made.shape[-count:] and self._is_cut(other, count)
            for made, reader in self._reading(event, _unless_joined)
            if not in_a_sum or reader.name not in JOINS
            for other in _joined_with(made, reader)
        )

    def is_read_beside(self, event: Event) -> bool:
        """Tell whether something else reads all of the map that a window slides over, so that no cell of it is lost:
        a level of a pyramid, a map that is kept for a decoder."""
        given = event.inputs[0] if event.inputs else None
        return any(
            reader is not event and not reader.windows and _reads_all(given, reader)
            for reader in self._readers.get(id(given), ())
        )

    def _reading(
        self, event: Event, onward: Callable[[Tensor, Event], Iterable[Tensor]]
    ) -> Iterator[tuple[Tensor, Event]]:
        """Yield what comes of an event with each call that reads it. `onward` tells which outputs of the call count as
        coming of it, too."""
        waiting = list(event.outputs)
        for _ in range(_MOST_FOLLOWED):
            if not waiting:
                return
            made = waiting.pop()
            for reader in self._readers.get(id(made), ()):
                yield made, reader
                waiting += onward(made, reader)

    def _is_cut(self, tensor: Tensor, count: int) -> bool:
        """Tell whether a slice made a tensor smaller along its last `count` axes."""
        number = self._makers.get(id(tensor))
        maker = self._events[number] if number is not None else None
        if maker is None or maker.name not in _CUTS or not maker.inputs or maker.inputs[0].ndim != tensor.ndim:
            return False
        return maker.inputs[0].shape[-count:] != tensor.shape[-count:]

    def is_padded_before(self, event: Event) -> bool:
        """Tell whether something pads what a window slides over, whatever becomes of its axes on the way."""
        for maker, _ in self._back_from(event):
            if maker.windows:
                return False
            picks = maker.name in PICKS and not has_shrunk(maker.inputs[0], maker.outputs[0])
            if picks or PADS.fullmatch(kind(maker)):
                return True
        return False

    def convolution_before(self, event: Event) -> tuple[Event, Window] | None:
        """Return the convolution whose output an event works on, looking through what keeps its shape."""
        for maker, source in self._back_from(event):
            window = next((window for window in maker.windows if window.kind == "conv"), None)
            if window is not None:
                return maker, window
            if source is None or source.shape != maker.outputs[0].shape:
                return None
        return None

    def _back_from(self, event: Event) -> Iterator[tuple[Event, Tensor | None]]:
        """Yield what made the first input of an event, and of that the first input, and so on; and these inputs."""
        tensor, limit = event.inputs[0] if event.inputs else None, len(self._events)
        while tensor is not None and (number := self._makers.get(id(tensor), limit)) < limit:
            maker, limit = self._events[number], number
            tensor = maker.inputs[0] if maker.inputs else None
            yield maker, tensor

    def is_filter(self, event: Event) -> bool:
        """Tell whether a convolution has fixed weights, such as a blur: nothing learnt or given goes into them."""
        return event.module is None and len(event.inputs) > 1 and not self._is_learnt(event.inputs[1])

    def _is_learnt(self, tensor: Tensor) -> bool:
        """Tell whether parameters or inputs of the model may go into a tensor."""
        waiting, limit = [tensor], len(self._events)
        for _ in range(_MOST_FOLLOWED):
            if not waiting:
                return False
            made = waiting.pop()
            number = self._makers.get(id(made), limit)
            if made.is_parameter and any(made is filled for filled in self._trace.filled):
                continue
            if made.is_parameter or any(made is given for given in self._inputs):
                return True
            if number < limit:
                maker = self._events[number]
                if maker.module is not None or not maker.inputs_known:
                    return True
                waiting += maker.inputs[:1] if maker.name in _LIKENESSES else maker.inputs
        return True

    def is_cut_back(self, event: Event, window: Window, number: int) -> bool:
        """Tell whether something that reads a window's output cuts an axis back to the size of the window's input."""
        size, place = window.axes[number].size_in, number - len(window.axes)
        return any(
            not reader.windows and made.ndim >= -place and made.shape[place] == size
            for output in event.outputs
            for reader in self._readers.get(id(output), ())
            for made in reader.outputs
        )

    def is_taken_back(self, event: Event, number: int) -> bool:
        """Tell whether all windows that read next what a window puts out make that axis smaller again, step by step."""
        given, size = event.windows[0].axes[number], len(event.windows[0].axes)
        readers = [reader for made, reader in self._reading(event, _of_the_same_sizes(size)) if reader.windows]
        return (
            bool(readers)
            and given.size_out != given.size_in
            and all(
                len(window.axes) == size and _shrinks(window.axes[number])
                for reader in readers
                for window in reader.windows
            )
        )

    def is_chain(self, events: Sequence[Event]) -> bool:
        """Tell whether each of these calls works on what came of the one before it."""
        wanted = {id(event) for event in events}
        behind: list[frozenset[int]] = []
        for event in self._events:
            makers = {self._makers[id(given)] for given in event.inputs if id(given) in self._makers}
            earlier = [number for number in makers if number < len(behind)]
            found = frozenset[int]().union(*(behind[number] for number in earlier))
            behind.append(found | {id(self._events[it]) for it in earlier if id(self._events[it]) in wanted})
        before = {id(event): seen for event, seen in zip(self._events, behind, strict=True)}
        return all(id(first) in before.get(id(second), ()) for first, second in pairwise(events))

    def _made_others(self, event: Event) -> Tensor | None:
        """Return the map of which the other tensors that a `cat` joins are parts, repeated or not."""
        if event.name not in JOINS:
            return None
        behind = [set(self._first_inputs(given)) for given in event.inputs]
        return next((it for it in event.inputs if sum(id(it) in ids for ids in behind) == len(behind)), None)

    def _first_inputs(self, tensor: Tensor) -> Iterator[int]:
        """Yield the identity of a tensor, of the first input of what made it, and so on."""
        for _ in range(_MOST_STEPS):
            yield id(tensor)
            number = self._makers.get(id(tensor))
            if number is None or not self._events[number].inputs:
                return
            tensor = self._events[number].inputs[0]

    def _put_into(self, tensor: Tensor) -> Tensor | None:
        """Return the only map that is written into a tensor, as into zeros that are a border around it."""
        found = [reader.inputs[1] for reader in self._readers.get(id(tensor), ()) if is_put_into(reader, tensor)]
        return found[0] if len(found) == 1 else None

    def _before_padding(self, tensor: Tensor, count: int) -> Iterator[tuple[Event, Tensor, tuple[bool, ...]]]:
        """Yield what padded on the way to a tensor, the maps that it padded, and along which axes, back to where the
        size of the tensor's last `count` axes was changed otherwise: of one axis, where the map is cut along it."""
        limit, followed = len(self._events), [True] * tensor.ndim
        while (number := self._makers.get(id(tensor), limit)) < limit:
            maker, limit = self._events[number], number
            put = self._put_into(tensor)
            source = (map_of(maker, tensor, count) or self._made_others(maker)) if put is None else put
            if source is None and maker.name in JOINS:
                source = maker.inputs[-1]  # what is carried over stands before it
            if source is None or source.ndim != tensor.ndim or source.ndim <= count:
                return
            kept = [old == new for old, new in zip(source.shape, tensor.shape, strict=True)]
            if put is not None or pads(maker):
                yield maker, source, tuple(on and not same for on, same in zip(followed, kept, strict=True))
            elif maker.name in _CUTS:
                followed = [on and same for on, same in zip(followed, kept, strict=True)]
            elif not all(kept[-count:]) and not slides_by_one(maker):
                return
            if not any(followed[-count:]):
                return
            tensor = source


def _reads_all(given: Tensor | None, reader: Event) -> bool:
    """Tell whether a call makes something else of every cell of a tensor."""
    makes = bool(reader.outputs) and all(made is not given for made in reader.outputs)
    return makes and reader.name not in _CUTS and not reader.name.endswith("_")


def _of_the_same_shape(made: Tensor, reader: Event) -> list[Tensor]:
    """Return what a call puts out that has the shape of its first input, if that is `made`."""
    return [output for output in reader.outputs if output.shape == made.shape and reader.inputs[0] is made]


def _of_the_same_sizes(count: int) -> Callable[[Tensor, Event], list[Tensor]]:
    """Return what tells which outputs of a call have the last sizes of its input, whatever else is joined with it."""

    def same(made: Tensor, reader: Event) -> list[Tensor]:
        if reader.windows:
            return []
        return [it for it in reader.outputs if it.ndim == made.ndim and it.shape[-count:] == made.shape[-count:]]

    return same


def _shrinks(axis: WindowAxis) -> bool:
    change = axis.size_out - axis.size_in
    return axis.stride == 1 and isinstance(change, int) and change < 0


def _of_the_same_rank(made: Tensor, reader: Event) -> list[Tensor]:
    return [output for output in reader.outputs if output.ndim == made.ndim]


def _joined_with(made: Tensor, reader: Event) -> list[Tensor]:
    """Return the other tensors of its rank that a call takes with a tensor."""
    return [it for it in reader.inputs if it is not made and it.ndim == made.ndim]


def _unless_joined(made: Tensor, reader: Event) -> list[Tensor]:
    return [] if _joined_with(made, reader) else _of_the_same_rank(made, reader)


def _squeezes(event: Event, count: int) -> bool:
    """Tell whether one of the last `count` axes is squeezed, and not the channels alone."""
    given, axis = event.inputs[0], event.arguments.get("dim")
    if event.name not in ("torch.squeeze", "torch.Tensor.squeeze"):
        return False
    axes = [axis] if isinstance(axis, int) else axis if isinstance(axis, tuple) else range(given.ndim)
    spatial = range(given.ndim - count, given.ndim)
    named = axis is not None or all(size != 1 for size in given.shape[: given.ndim - count])
    return named and any(isinstance(it, int) and it % given.ndim in spatial for it in axes)


def _takes_one(event: Event, made: Tensor, count: int) -> bool:
    """Tell whether the last `count` axes of a map are gone without having been put into another axis than the first."""
    given = event.inputs[0]
    lead = given.ndim - count
    if made.ndim != lead or lead < 2:
        return False
    of_channels = event.name in RESHAPING and made.shape[-1] == given.shape[lead - 1]
    return of_channels or (event.name == "torch.Tensor.__getitem__" and made.shape == given.shape[:lead])
