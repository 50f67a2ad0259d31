"""CVL502: a view to the sizes that moving axes would give, which moves none."""

from __future__ import annotations

import operator
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import accumulate, combinations, islice

from msgspec import Struct

from convlint.axes import Axes, Axis, Piece, Role, axes_of
from convlint.axes.operations import argument, last_name
from convlint.axes.reshaping import viewed
from convlint.axes.saying import ATTENDING, RECURRENT
from convlint.evidence import Assumed, Scrambles
from convlint.findings import Related
from convlint.layers.core.tensor import Shape
from convlint.rules.base import Claim
from convlint.rules.silent.base import SilentRule, is_linear, source_of
from convlint.rules.subjects import RESHAPING
from convlint.rules.wording import shape_text
from convlint.symbolic import Size, product
from convlint.trace import Event

_MOST_PIECES = 6
_PARTING = frozenset({"chunk", "split", "unbind", "tensor_split", "__getitem__", "split_with_sizes"})
_TRICKS = frozenset({"cat", "concat", "concatenate", "pad", "stack"})
"""What makes a tensor that is then shifted by a view, as relative positions are."""
Groups = tuple[Axis, ...]
Order = tuple[tuple[int, ...], ...]
"""The pieces of each axis, by number."""


class _Meant(Struct, frozen=True):
    """The order of the axes that is meant, nothing if it cannot be said; `parts` is what they are viewed as before."""

    order: tuple[int, ...]
    parts: Shape = ()


class AxesNotMoved(SilentRule):
    """A `view` or `reshape` has the sizes that moving axes would give, and moves none: elements are mixed up.

    ## What it does
    Reports a `view` or `reshape` whose sizes are those of the tensor's own axes in another order, merged, parted or
    not, where the elements do not come to lie so: heads that are not moved back (B×H×T×D to B×T×H·D) or are taken
    before the steps (B×T×H·D to B×H×T×D), channels-last images (N×H×W×C to N×C×H×W), the last states of both
    directions (2×N×D to N×2·D), maps as tokens (N×C×H×W to N×H·W×C), steps before samples as rows (T×N×D to N×T·D).
    Shuffles, and the shifts by which relative positions are computed, are left alone.

    ## Why is this bad?
    A view never moves an element in memory. The result has the right shape and holds, at each place, pieces of
    several samples, pixels or steps; training goes on, worse, and nothing tells.

    ## Example
    ```python
    v = v.permute(0, 2, 1, 3)  # B×T×H×D to B×H×T×D
    return v.reshape(b, t, h * d)
    ```

    ## Use instead
    ```python
    return v.permute(0, 2, 1, 3).reshape(b, t, h * d)
    ```
    """

    code = "CVL502"
    name = "axes-not-moved"
    triggers = RESHAPING

    def claims(self, events: Sequence[Event], assumed: Assumed) -> Iterator[Claim]:
        axes = axes_of(events)
        for event in events:
            if event.name in self.triggers and len(event.inputs) == 1 and len(event.outputs) == 1:
                moved = None if _is_shifted(axes, event) else _moved(axes, event)
                if moved is not None:
                    yield _claim(axes, event, _Meant(_order(axes.of(event.inputs[0]), moved)), assumed)
                elif (heads := _heads(axes, event)) is not None:
                    yield _claim(axes, event, heads, assumed)

    BAD = (
        """
        import torch
        from torch import nn


        class Attention(nn.Module):
            def __init__(self):
                super().__init__()
                self.qkv = nn.Linear(64, 64)

            def forward(self, x):
                b, t, d = x.shape
                v = self.qkv(x).reshape(b, t, 8, 8).permute(0, 2, 1, 3)
                return v.reshape(b, t, d)


        Attention()(torch.randn(2, 7, 64))
        """,
        """
        import torch
        from torch import nn

        frames = torch.randn(8, 48, 64, 3)
        nn.Conv2d(3, 4, 3, padding=1)(frames.view(8, 3, 48, 64))
        """,
        """
        import torch
        from torch import nn


        class Classifier(nn.Module):
            def __init__(self):
                super().__init__()
                self.lstm = nn.LSTM(16, 32, batch_first=True, bidirectional=True)
                self.fc = nn.Linear(64, 2)

            def forward(self, x):
                _, (h, _) = self.lstm(x)
                return self.fc(h.view(x.size(0), -1))


        Classifier()(torch.randn(5, 9, 16))
        """,
        """
        import torch
        from torch import nn


        class Tokens(nn.Module):
            def __init__(self):
                super().__init__()
                self.stem = nn.Conv2d(3, 32, 4, stride=4)
                self.attend = nn.TransformerEncoderLayer(32, 4, batch_first=True)

            def forward(self, x):
                x = self.stem(x)
                n, c, h, w = x.shape
                return self.attend(x.view(n, h * w, c))


        Tokens()(torch.randn(2, 3, 28, 28))
        """,
    )
    GOOD = (
        """
        import torch
        from torch import nn


        class Attention(nn.Module):
            def __init__(self):
                super().__init__()
                self.qkv = nn.Linear(64, 3 * 64)

            def forward(self, x):
                b, t, d = x.shape
                q, k, v = self.qkv(x).reshape(b, t, 3, 8, 8).permute(2, 0, 3, 1, 4)
                y = (q @ k.transpose(-2, -1)).softmax(-1) @ v
                return y.transpose(1, 2).reshape(b, t, d)


        Attention()(torch.randn(2, 7, 64))
        """,
        """
        import torch


        def shuffle(x, groups=3):
            n, c, h, w = x.shape
            return x.view(n, groups, c // groups, h, w).transpose(1, 2).reshape(n, c, h, w)


        def windows(x, size=7):
            b, h, w, c = x.shape
            x = x.view(b, h // size, size, w // size, size, c)
            return x.permute(0, 1, 3, 2, 4, 5).reshape(-1, size * size, c)


        shuffle(torch.randn(2, 12, 5, 5)), windows(torch.randn(2, 14, 21, 8))
        """,
        """
        import torch
        from torch import nn


        def shifted(scores):
            b, h, q, k = scores.shape
            padded = torch.cat([scores.new_zeros(b, h, q, 1), scores], dim=-1)
            return padded.view(b, h, k + 1, q)[:, :, 1:].view_as(scores)


        shifted(torch.randn(2, 4, 5, 7))
        """,
        """
        import torch
        from torch import nn

        lstm = nn.LSTM(16, 32, batch_first=True, bidirectional=True)
        _, (h, _) = lstm(torch.randn(5, 9, 16))
        last = h.permute(1, 0, 2).reshape(5, -1)
        layers = h.view(1, 2, 5, 32)
        """,
    )


def _moved(axes: Axes, event: Event) -> Groups | None:
    """Return the pieces, in order, that the sizes of a view are of; None where it may be what is meant."""
    given, shape = axes.of(event.inputs[0]), event.outputs[0].shape
    pieces = [piece for axis in given for piece in axis]
    sizes = [size for size in shape if size != 1]
    if not 3 <= len(pieces) <= _MOST_PIECES or len(sizes) < 2 or _is_a_trick(axes, event):
        return None
    laid_out = viewed(given, shape)
    if laid_out.fits and not _splits(laid_out.axes, pieces):
        return None
    groups = _matching(pieces, sizes)
    if groups is not None:
        return groups if _is_certain(axes, pieces, groups, fits=laid_out.fits) else None
    return _as_map(axes, event, pieces, sizes)


def _as_map(axes: Axes, event: Event, pieces: Sequence[Piece], sizes: Sequence[Size]) -> Groups | None:
    """Return the pieces of N×H·W×C tokens that are viewed as N×C×H×W, which a convolution then takes for a map."""
    output = axes.of(event.outputs[0])
    if len(pieces) != 3 or len(sizes) != 4 or not any(said.role is Role.CHANNEL for said in axes.said_of(output[1])):
        return None
    batch, tokens, channels = pieces
    fits = (batch.size, channels.size) == tuple(sizes[:2]) and product(tuple(sizes[2:])) == tokens.size
    return ((batch,), (channels,), (tokens,)) if fits and channels.size != tokens.size else None


def _heads(axes: Axes, event: Event) -> _Meant | None:
    """Return what is meant by a view of N×T×H·D features as N×H×T×D, or as N·H×T×D: heads before steps."""
    given, shape = event.inputs[0], event.outputs[0].shape
    if given.ndim != 3 or 1 in given.shape or not _is_of_features(axes, event):
        return None
    batch, steps, features = given.shape
    for heads, depth in _divisions(features, shape[-1]):
        parts = (batch, steps, heads, depth)
        if heads != steps and shape in ((batch, heads, steps, depth), (batch * heads, steps, depth)):
            return _Meant((0, 2, 1, 3), parts)
    return None


def _divisions(features: Size, depth: Size) -> Iterator[tuple[Size, Size]]:
    if isinstance(features, int) and isinstance(depth, int) and 1 < depth < features and features % depth == 0:
        yield features // depth, depth


def _is_of_features(axes: Axes, event: Event) -> bool:
    """Whether a linear layer gave what is viewed, perhaps with more beside it."""
    source = source_of(axes, event.inputs[0])
    if source is not None and last_name(source) in _PARTING and source.inputs:
        source = source_of(axes, source.inputs[0])
    return source is not None and is_linear(source)


def _splits(made: Sequence[Axis], pieces: Sequence[Piece]) -> bool:
    return any(piece not in pieces for axis in made for piece in axis)


def _is_a_trick(axes: Axes, event: Event) -> bool:
    source = source_of(axes, event.inputs[0])
    return source is not None and (last_name(source) in _TRICKS or last_name(source).endswith(("Pad1d", "Pad2d")))


def _is_shifted(axes: Axes, event: Event) -> bool:
    """Whether what a view gives is cut at its front and viewed again, or what it is given has been: relative positions
    are shifted so."""
    cuts = [taker for output in event.outputs for taker in axes.takers(output) if _cuts_the_front(taker)]
    if any(taker.name in RESHAPING for cut in cuts for output in cut.outputs for taker in axes.takers(output)):
        return True
    before = axes.maker(event.inputs[0])
    viewed_before = axes.maker(before.inputs[0]) if before is not None and _cuts_the_front(before) else None
    return viewed_before is not None and viewed_before.name in RESHAPING


def _cuts_the_front(event: Event) -> bool:
    if last_name(event) != "__getitem__":
        return False
    index = argument(event, "index", 1)
    items = index if isinstance(index, tuple) else (index,)
    return any(isinstance(item, slice) and item.start not in (None, 0) for item in items)


def _matching(pieces: Sequence[Piece], sizes: Sequence[Size]) -> Groups | None:
    """Return whole pieces in the order in which they have these sizes, those of one axis as they stood; None if there
    is no such order, or more than one."""
    order = _only_order(tuple(piece.size for piece in pieces), tuple(sizes))
    return None if order is None else tuple(tuple(pieces[index] for index in group) for group in order)


@lru_cache(maxsize=1024)
def _only_order(pieces: tuple[Size, ...], sizes: tuple[Size, ...]) -> Order | None:
    """Return the only way to put pieces of these sizes together to axes of those; None if there is none, or several."""
    orders = list(islice(_orders(tuple(range(len(pieces))), pieces, sizes), 2))
    return orders[0] if len(orders) == 1 else None


def _orders(left: tuple[int, ...], pieces: tuple[Size, ...], sizes: tuple[Size, ...]) -> Iterator[Order]:
    if not sizes and not left:
        yield ()
    for count in range(1, len(left) + 1) if sizes else ():
        for group in combinations(left, count):
            if _comes_to([pieces[index] for index in group], sizes[0]):
                rest = tuple(index for index in left if index not in group)
                yield from ((group, *others) for others in _orders(rest, pieces, sizes[1:]))


def _comes_to(parts: Sequence[Size], size: Size) -> bool:
    """Whether the product of sizes is another one, and no sooner than with the last of them."""
    *before, last = accumulate(parts, operator.mul)
    return last == size and size not in before


def _is_certain(axes: Axes, pieces: Sequence[Piece], groups: Groups, *, fits: bool) -> bool:
    """Whether the sizes can be no others by chance: something in the program says what the axes are."""
    moved = _moved_pieces(pieces, groups)
    if moved and not fits and _is_back_to_samples(axes, groups):
        return True
    if not moved or any(len(group) > 1 and _is_torn(axes, pieces, group) for group in groups):
        return False
    roles = {said.role for piece in pieces for said in axes.said_of((piece,))}
    if fits:
        rejoined = any(len(group) > 1 and all(piece.part_of is not None for piece in group) for group in groups)
        return rejoined or Role.DIRECTION in roles
    return len(groups) >= 3 or bool(roles & {Role.CHANNEL, Role.DIRECTION})


def _is_back_to_samples(axes: Axes, groups: Groups) -> bool:
    """Whether samples, which a recurrent layer has behind its steps, are to come first, all of each in a row."""
    if len(groups[0]) != 1 or len(groups) != 2:
        return False
    layers = {
        id(said.event) for said in axes.said_of(groups[0], Role.BATCH) if said.event.name in RECURRENT | ATTENDING
    }
    return any(id(said.event) in layers for piece in groups[1] for said in axes.said_of((piece,), Role.SEQUENCE))


def _is_torn(axes: Axes, pieces: Sequence[Piece], group: Axis) -> bool:
    """Whether a merged axis holds pieces that did not stand side by side, and are not the parts of one."""
    places = [pieces.index(piece) for piece in group]
    beside = places == list(range(places[0], places[-1] + 1))
    if beside or all(piece.part_of is not None for piece in group):
        return False
    return not any(said.role in (Role.CHANNEL, Role.DIRECTION) for piece in pieces for said in axes.said_of((piece,)))


def _moved_pieces(pieces: Sequence[Piece], groups: Groups) -> list[Piece]:
    order = [piece for group in groups for piece in group]
    return [piece for piece, other in zip(pieces, order, strict=True) if piece is not other]


def _claim(axes: Axes, event: Event, meant: _Meant, assumed: Assumed) -> Claim:
    given, shape = event.inputs[0].shape, event.outputs[0].shape
    name = event.name.rpartition(".")[2]
    maker = axes.maker(event.inputs[0])
    related = () if maker is None else (Related(maker.place, f"the {shape_text(given)} come from here"),)
    return Claim(
        f"`{name}` of {shape_text(given)} to {shape_text(shape)} moves no axes: the elements keep their order, and "
        "those of different places are mixed",
        event.place,
        event.stack,
        related=related,
        help=_advice(meant, shape),
        evidence=Scrambles(event, meant.order, meant.parts, assumed) if meant.order else None,
    )


def _advice(meant: _Meant, shape: Shape) -> str:
    moving = f"`permute({', '.join(map(str, meant.order))})`" if meant.order else "a `permute`"
    if meant.parts:
        return f"a view to {shape_text(meant.parts)}, then {moving}, parts the last axis"
    return f"{moving} before it moves them: {shape_text(shape)} are the sizes of the axes in that order"


def _order(given: Sequence[Axis], groups: Groups) -> tuple[int, ...]:
    """Return the axes of the input in the order that is meant; nothing if pieces of one of them are to be parted."""
    wanted = [piece for group in groups for piece in group]
    order: list[int] = []
    for piece in wanted:
        axis = next(number for number, pieces in enumerate(given) if piece in pieces)
        if axis not in order:
            order.append(axis)
    if [piece for axis in order for piece in given[axis]] != wanted:
        return ()
    rest = [axis for axis in range(len(given)) if axis not in order]
    return (*order, *rest)
