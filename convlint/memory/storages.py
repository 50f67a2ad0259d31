"""Which tensors of a run share memory, and whether they lie in it in order: a view is no memory of its own."""

from __future__ import annotations

from convlint.layers.core.tensor import Tensor
from convlint.symbolic import Size, product
from convlint.trace import Event

VIEWS = frozenset({
    "view", "view_as", "permute", "transpose", "swapaxes", "swapdims", "movedim", "moveaxis", "t", "T", "mT",
    "unsqueeze", "squeeze", "expand", "expand_as", "narrow", "select", "split", "tensor_split", "chunk", "unbind",
    "unflatten", "Unflatten", "Identity", "detach", "unfold", "diagonal", "broadcast_to", "adjoint",
    "numpy", "real", "as_strided", "Sequential",
})  # fmt: skip
"""What never copies. `unfold` is that of tensors: layer and function are others; `Sequential` is an empty one."""
VIEWS_IN_ORDER = frozenset({"reshape", "reshape_as", "flatten", "Flatten", "contiguous", "ravel"})
"""What copies only what does not lie in order."""
_MOVING = frozenset({
    "permute", "transpose", "swapaxes", "swapdims", "movedim", "moveaxis", "t", "T", "mT", "expand", "expand_as",
    "broadcast_to", "unfold", "narrow", "select", "split", "tensor_split", "chunk", "unbind", "__getitem__", "diagonal",
})  # fmt: skip
"""What gives a view that does not lie in order, unless it changes nothing."""
_KEEPING = frozenset({
    "__mul__", "__add__", "__sub__", "__truediv__", "__rmul__", "__radd__", "mul", "add", "sub", "div", "relu", "gelu",
    "dropout", "softmax", "GELU", "ReLU", "Dropout", "neg", "__neg__", "__iadd__", "__imul__", "Softmax", "SiLU",
    "Tanh", "Sigmoid", "clone", "masked_fill", "view", "unsqueeze", "Identity", "detach", "squeeze",
})  # fmt: skip
"""What leaves elements in the order of its first input."""


class Storages:
    """The storage of each tensor of a run, as the tensor that was made with it, and which of them lie in order."""

    def __init__(self) -> None:
        self._root: dict[int, Tensor] = {}
        self._disordered: set[int] = set()
        self._turned: set[int] = set()
        """Those of which only the last two axes have changed places."""

    def root(self, tensor: Tensor) -> Tensor:
        """Return the tensor that was made with the memory that this one lies in."""
        return self._root.get(id(tensor), tensor)

    def in_order(self, tensor: Tensor) -> bool:
        """Whether the elements lie in memory as they are numbered."""
        return id(tensor) not in self._disordered

    def matrices_in_order(self, tensor: Tensor) -> bool:
        """Whether the matrices of the last two axes, turned or not, lie one after the other."""
        return self.in_order(tensor) or id(tensor) in self._turned

    def follow(self, event: Event, name: str, *, aliasing: bool) -> None:
        """Note what an operation does; `aliasing` tells that it returns its input's memory."""
        if not event.inputs:
            return
        source = event.inputs[0]
        for output in event.outputs:
            if output is source:
                continue
            if aliasing:
                self._root[id(output)] = self.root(source)
            if (
                name in ("mT", "transpose", "swapaxes", "swapdims")
                and self.in_order(source)
                and _turns_last(event, name)
            ):
                self._turned.add(id(output))
            if self._is_disordered(event, name, source, output, aliasing):
                self._disordered.add(id(output))

    def _is_disordered(self, event: Event, name: str, source: Tensor, output: Tensor, aliasing: bool) -> bool:
        if aliasing and name in _MOVING:
            if name == "__getitem__" and _cuts_one_piece(event.arguments.get("index")):
                return not self.in_order(source)
            return not _moves_nothing(source, output, event, name)
        keeps = name in _KEEPING or (aliasing and name in VIEWS)
        return keeps and not self.in_order(source) and (aliasing or output.shape == source.shape)


def _turns_last(event: Event, name: str) -> bool:
    """Whether a transposition is that of the last two axes."""
    rank = event.inputs[0].ndim
    names = ("dim0", "dim1") if name == "transpose" else ("axis0", "axis1") if name == "swapaxes" else ("dim0", "dim1")
    axes = [event.arguments.get(key) for key in names]
    turned = {axis % rank for axis in axes if isinstance(axis, int) and rank}
    return name == "mT" or turned == {rank - 2, rank - 1}


def is_view(event: Event, name: str, storages: Storages) -> bool:
    """Whether what an operation returns lies in its first input's memory."""
    if name == "unfold":
        return event.name == "torch.Tensor.unfold"
    if name == "__getitem__":
        return len(event.inputs) == 1
    if name in VIEWS_IN_ORDER:
        return bool(event.inputs) and storages.in_order(event.inputs[0])
    return name in VIEWS


def _moves_nothing(source: Tensor, output: Tensor, event: Event, name: str) -> bool:
    """Whether a view lies in order after all: axes of one element move freely, and the first axis may be cut."""
    if _volume(output) == _volume(source):
        return [size for size in source.shape if size != 1] == [size for size in output.shape if size != 1] and (
            len({size for size in source.shape if size != 1}) == len([size for size in source.shape if size != 1])
            or name in ("expand", "expand_as", "broadcast_to", "__getitem__", "narrow", "split", "chunk")
        )
    if name in ("unbind", "select"):
        return event.arguments.get("dim", 0) == 0
    return bool(output.shape) and output.shape[1:] == source.shape[1:] and name not in ("expand", "expand_as")


def _cuts_one_piece(index: object) -> bool:
    """Whether an index is numbers, then at most one stretch, then whole axes: `x[0, 2:5]`."""
    parts = [*index] if isinstance(index, tuple) else [index]
    while parts and type(parts[0]) is int:
        parts.pop(0)
    steps = [part.step if isinstance(part, slice) else 0 for part in parts[:1]]
    return all(step in (None, 1) for step in steps) and all(part == slice(None) for part in parts[1:])


def _volume(tensor: Tensor) -> Size:
    return product(tensor.shape)
