"""Part of CVL503: what is learnt, or held in a table, for each place along an axis says that the steps run along it."""

from __future__ import annotations

from convlint.axes import Axes
from convlint.axes.operations import argument, last_name
from convlint.layers.core.tensor import Tensor
from convlint.trace import Event

_ADDING = frozenset({"__add__", "__radd__", "__iadd__", "add", "add_"})
_JOINING = frozenset({"cat", "concat", "concatenate"})
_REPEATING = frozenset({"expand", "repeat", "expand_as", "repeat_interleave", "__getitem__", "to", "type_as"})
_KEEPING = _REPEATING | {"unsqueeze", "transpose", "permute", "float", "view", "reshape", "contiguous"}
_TURNING = frozenset({"permute", "transpose", "swapaxes", "movedim", "t", "T", "mT", "moveaxis", "swapdims"})
_MOST_FOLLOWED = 64


def learnt_for_steps(axes: Axes, event: Event) -> tuple[Event, str] | None:
    """Return what adds or joins something to what a layer is given that has a row for each place along the second axis,
    for all along the first, and how to call it; None if nothing does."""
    tensor = event.inputs[0]
    for _ in range(_MOST_FOLLOWED):
        maker = axes.maker(tensor)
        if maker is None or tensor.ndim != 3:
            return None
        learnt = [given for given in maker.inputs if _is_learnt(axes, given) and given.ndim == 3]
        others = [given for given in maker.inputs if not _is_learnt(axes, given) and given.ndim == 3]
        if not others:
            return None
        name = last_name(maker)
        if learnt and not _stayed_first(axes, others[0]):
            return None
        if learnt and name in _ADDING and any(_is_of_steps(given, others[0]) for given in learnt):
            return maker, "here, a parameter has a row for each place along the second axis, for all samples"
        if learnt and name in _JOINING and argument(maker, "dim", 1, 0) in (1, -2):
            return maker, "here, a parameter is put before what stands along the second axis"
        if name not in _JOINING and axes.of(others[0])[:2] != axes.of(tensor)[:2]:
            return None
        tensor = others[0]
    return None


def _stayed_first(axes: Axes, tensor: Tensor) -> bool:
    """Whether nothing on the way to a tensor has put another axis in front: who does that has a layout in mind."""
    for _ in range(_MOST_FOLLOWED):
        maker = axes.maker(tensor)
        if maker is None or not maker.inputs:
            return True
        if last_name(maker) in _TURNING and axes.of(maker.inputs[0])[:1] != axes.of(tensor)[:1]:
            return False
        tensor = maker.inputs[0]
    return False


def _is_learnt(axes: Axes, tensor: Tensor) -> bool:
    """Whether a tensor is a parameter, cut or repeated, or was cut from a table that the model holds."""
    for _ in range(_MOST_FOLLOWED):
        maker = axes.maker(tensor)
        if tensor.is_parameter or maker is None or last_name(maker) not in _REPEATING or not maker.inputs:
            return tensor.is_parameter
        whole = maker.inputs[0]
        if last_name(maker) == "__getitem__" and tensor.ndim == 3 and not whole.is_parameter and _is_table(axes, whole):
            return tensor.shape[1] != whole.shape[1]
        tensor = whole
    return False


def _is_table(axes: Axes, tensor: Tensor) -> bool:
    """Whether a tensor is 1×L×D for a certain L, and nothing that the model is given goes into it."""
    if tensor.ndim != 3 or tensor.shape[0] != 1 or not isinstance(tensor.shape[1], int):
        return False
    for _ in range(_MOST_FOLLOWED):
        maker = axes.maker(tensor)
        if maker is None or not maker.inputs:
            return True
        if last_name(maker) not in _KEEPING:
            return False
        tensor = maker.inputs[0]
    return False


def _is_of_steps(learnt: Tensor, given: Tensor) -> bool:
    length = learnt.shape[1]
    return learnt.shape[0] == 1 != given.shape[0] and isinstance(length, int) and length == given.shape[1] != 1
