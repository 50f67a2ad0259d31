"""What convlint knows of a tensor: its sizes, its dtype, and for small constant tensors its values."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from convlint.symbolic import Size

Shape = tuple[Size, ...]
Sizes = Size | tuple[Size, ...] | list[Size]
"""An argument that is one size or one per axis, such as `kernel_size`."""
Dtype = Any
"""A `dtype` argument, or one that may be: `dtypes.UNSAID` where it is not known, so that the shape still is."""
Data = Any
"""An argument that holds the values of a tensor: numbers, nested lists of them, an array of NumPy, another tensor."""
Listed = Any
"""An argument that is a size, or the values of a tensor; an array of NumPy is the nested lists of its values."""
Bounds = tuple[tuple[float, float], ...]
"""The least and the greatest value that each element can have, in row-major order."""


class Tensor(Struct, eq=False):
    """A tensor of known rank.

    Two tensors are the same only if they are the same object, as in torch: sharing a parameter between two
    modules is sharing the object. A size that is not known is a `Dim` over a symbol of kind "unknown"; a
    tensor whose rank is not known is not a `Tensor` at all, and no layer rule ever sees it.
    """

    shape: Shape
    dtype: str = "float32"
    """torch's name without the `torch.` prefix; "" when it is not known."""
    data: tuple[int | float | bool, ...] | None = None
    """All values in row-major order, kept only for small tensors with constant values."""
    is_parameter: bool = False
    requires_grad: bool = False
    aliases: list[Tensor] | None = None
    """The tensors that are known to share memory with this one, itself included; kept only where `data` is."""
    bounds: Bounds | None = None
    """What the values of a small constant tensor lie between where they depend on how torch rounds; `data` is None."""

    classes: int | None = None
    """How many classes the data set has whose labels these are: all of them are met in it."""

    @property
    def ndim(self) -> int:
        return len(self.shape)

    def twin(self) -> Tensor:
        """Return another tensor of which the same is known; a tenth of the time that `dataclasses.replace` takes."""
        shape, dtype, data = self.shape, self.dtype, self.data
        return Tensor(
            shape, dtype, data, self.is_parameter, self.requires_grad, self.aliases, self.bounds, self.classes
        )
