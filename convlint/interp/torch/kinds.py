"""What is an instance of torch's own classes that are no classes here: dtypes, devices, sizes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.interp.language import absent
from convlint.interp.language.kinds import python_type
from convlint.interp.natives.registry import add_value, instance_test
from convlint.interp.values.classes import ClassValue, Instance
from convlint.interp.values.functions import BoundMethod, Function, Native
from convlint.interp.values.numbers import Size
from convlint.interp.values.unknown import Unknown, Value
from convlint.layers.core.tensor import Tensor
from convlint.layers.shared import dtypes
from convlint.trace import Concern

if TYPE_CHECKING:
    from convlint.interp.vm import Vm


def _refused(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    absent.refused(vm, "cannot create 'torch.dtype' instances")


add_value("torch.dtype", Native("torch.dtype", _refused))
KNOWN = (ClassValue, Instance, Function, BoundMethod, Tensor, Size, type)


def _kind(name: str) -> None:
    @instance_test(name)
    def test(vm: Vm, value: Value) -> bool | Unknown:
        if getattr(value, "stands_for", "") == name:
            return True
        if isinstance(value, Unknown):
            return vm.derived(value, "isinstance", name)
        known = python_type(value) is not None or isinstance(value, KNOWN) or hasattr(value, "stands_for")
        return False if known else vm.unknown(f"isinstance with `{name}`")


BLOCKS = "torch.nn.attention.flex_attention.BlockMask"
add_value(BLOCKS, Native(BLOCKS, lambda vm, args, kwargs: vm.unknown("a mask of blocks")))
for _name in ("torch.dtype", "torch.device", BLOCKS):
    _kind(_name)


@instance_test("torch.Size")
def is_size(vm: Vm, value: Value) -> bool | Unknown:
    if isinstance(value, Unknown):
        return vm.derived(value, "isinstance", "torch.Size")
    known = python_type(value) is not None or isinstance(value, KNOWN)
    return isinstance(value, Size) if known else vm.unknown("isinstance with `torch.Size`")


def _tensor_type(name: str, dtype: str) -> None:
    @instance_test(f"torch.{name}")
    def test(vm: Vm, value: Value) -> bool | Unknown:
        """A tensor type names a dtype, and that the tensor is on the CPU."""
        if isinstance(value, Unknown):
            return vm.derived(value, "isinstance", name)
        if isinstance(value, Tensor) and (not value.dtype or value.dtype == dtype):
            return vm.open_question(value, "whether a tensor is on the CPU", name, Concern.NOTHING)
        known = python_type(value) is not None or isinstance(value, KNOWN) or hasattr(value, "stands_for")
        return False if known else vm.unknown(f"isinstance with `torch.{name}`")


for _name, _dtype in dtypes.TENSOR_TYPES.items():
    _tensor_type(_name, _dtype)
