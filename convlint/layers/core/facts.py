"""What an operation tells besides its output: the windows that it slides and the work that it does."""

from __future__ import annotations

from msgspec import Struct

from convlint.symbolic import Size


class WindowAxis(Struct, frozen=True, gc=False):
    """One spatial axis of a sliding window. All in cells of that axis."""

    size_in: Size
    size_out: Size
    kernel: Size
    stride: Size
    pad_before: Size
    pad_after: Size
    dilation: Size = 1
    ceil_mode: bool = False

    @property
    def extent(self) -> Size:
        """How many cells one window spans: d·(k − 1) + 1."""
        return self.dilation * (self.kernel - 1) + 1


class Window(Struct, frozen=True, gc=False):
    """A sliding window over the last `len(axes)` axes. `kind` is "conv", "conv_transpose", "max_pool",
    "avg_pool", "lp_pool" or "unfold"."""

    kind: str
    axes: tuple[WindowAxis, ...]


class Cost(Struct, frozen=True, gc=False):
    """What one call computes, for the shapes given (the batch included).

    `macs` are multiply-accumulates, biases not counted, as torch's FLOP counter counts them (FLOPs = 2·MACs).
    `unshared_params` is what the layer's parameters would be if every output position had its own weights
    (a locally connected layer): one set of weights and bias for every output position.
    """

    macs: Size = 0
    unshared_params: Size | None = None


Fact = Window | Cost
