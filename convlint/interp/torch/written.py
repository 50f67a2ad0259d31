"""Tensors that operations write to: those of methods in place, and those that are given as `out`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.interp.values.unknown import SomeTensor, Unknown, Value
from convlint.layers.core.tensor import Tensor
from convlint.layers.shared import constants

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

RESHAPING = frozenset(
    {"resize_", "resize_as_", "set_", "squeeze_", "unsqueeze_", "t_", "transpose_", "swapaxes_", "swapdims_"}
)

_NAMES = "stack cat concat vstack hstack tensor as_tensor from_numpy zeros ones full rand randn randint arange linspace"
MAKING = frozenset(f"torch.{name}" for name in _NAMES.split())
"""Functions that give one tensor, whatever they are given."""


def without_out(kwargs: dict[str, Value]) -> dict[str, Value]:
    """Return the arguments that say what an operation computes, not where it writes it."""
    return {name: value for name, value in kwargs.items() if name != "out"}


def written_out(vm: Vm, out: Value, result: Value) -> Value:
    """Return the tensors that torch was given as `out`, with what it writes to them; None stands for no such tensor."""
    if out is None or out is result:
        return result
    if isinstance(out, Tensor) and isinstance(result, Tensor):
        vm.writing(out)
        out.shape = result.shape
        return constants.overwritten(out)
    cause = result if isinstance(result, Unknown) else vm.unknown("what is written to the tensors given as `out`")
    for tensor in out if isinstance(out, tuple | list) else (out,):
        vm.taint(tensor, cause)
    return cause


def unknown_result(vm: Vm, name: str, args: list[Value], cause: Unknown) -> Value:
    """An in-place method with unknown arguments leaves its tensor unknown."""
    if vm.owners:
        vm.doubt(cause)
    if name.startswith("torch.Tensor.") and name.endswith("_") and not name.endswith("__") and args:
        if name.rpartition(".")[2] in RESHAPING:
            vm.taint(args[0], cause)
        elif isinstance(args[0], Tensor):
            return constants.overwritten(args[0])
    kind = SomeTensor if name in MAKING else Unknown
    return kind(cause.reason, cause.place)


def in_place_result(vm: Vm, args: list[Value], result: Value) -> Value:
    """Return the tensor of a method that works in place, which is now what the rule has returned."""
    target = args[0] if args else None
    if isinstance(target, Tensor) and isinstance(result, Tensor) and result is not target:
        target.shape = result.shape
        return constants.overwritten(target, result.data)
    if isinstance(target, Tensor) and isinstance(result, Unknown):
        vm.taint(target, result)
    return result
