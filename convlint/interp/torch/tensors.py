"""Attributes and methods of tensors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.interp.natives import real_names
from convlint.interp.torch.dtypes import DEVICE, DType
from convlint.interp.torch.open_sizes import SHAPING, shaping
from convlint.interp.torch.operations import operation_value
from convlint.interp.values.functions import BoundMethod, Native
from convlint.interp.values.numbers import Size
from convlint.interp.values.unknown import MISSING, FreeShape, FreeTensor, Unknown, Value
from convlint.layers.core import registry as layers
from convlint.layers.core.tensor import Tensor
from convlint.layers.shapes.sizes import PROPERTIES
from convlint.layers.shared import constants

if TYPE_CHECKING:
    from convlint.interp.vm import Vm


IS_CUDA = Unknown("the device is not known")
"""One answer for all tensors of a run: torch wants those that meet on one device."""


def tensor_attribute(vm: Vm, tensor: Tensor | FreeTensor, name: str) -> Value:
    """Attributes and methods of tensors."""
    if isinstance(tensor, FreeTensor):
        if name in SHAPING:
            return shaping(tensor, name)
        if name == "shape":
            return FreeShape(tensor)
        if name == "device":
            return DEVICE
        if name in ("size",):
            return Native(
                "size", lambda vm, args, kwargs: vm.getitem(FreeShape(tensor), args[0]) if args else FreeShape(tensor)
            )
    else:
        cause = vm.taint_of(tensor)
        if cause is not None:
            return vm.derived(cause, ".", name)
        plain = _plain_attribute(vm, tensor, name)
        if plain is not MISSING:
            return plain
    if name == "numpy":
        return BoundMethod(Native("torch.Tensor.numpy", _to_numpy, True), tensor)
    entry = layers.find("torch.Tensor." + name)
    if isinstance(entry, layers.Operation):
        value = operation_value(entry)
        if name in PROPERTIES:
            return vm.call(value, [tensor])
        return BoundMethod(value, tensor)
    in_place = name.endswith("_") and not name.endswith("__")
    if in_place and isinstance(tensor, Tensor) and name in (real_names.of("torch.Tensor") or ()):
        vm.taint(tensor, vm.unknown(f"`Tensor.{name}` is not modelled"))
    return MISSING


def _to_numpy(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """An array that shares the memory of a tensor, whose values are known or not."""
    from convlint.interp.numpy.arrays import array_of, sized  # few programs need it

    (tensor,) = args
    if kwargs or not isinstance(tensor, Tensor) or tensor.requires_grad:
        return vm.unknown("`Tensor.numpy` of a tensor that is not known, or takes part in gradients")
    tensor.classes = None  # the array shares its memory
    return sized(tensor.shape, tensor.dtype) if tensor.data is None else array_of(vm, tensor)


def _plain_attribute(vm: Vm, tensor: Tensor, name: str) -> Value:
    if name == "shape":
        return Size(vm.assumptions.simplify(size) for size in tensor.shape)
    if name == "ndim":
        return len(tensor.shape)
    if name == "dtype":
        return DType(tensor.dtype) if tensor.dtype else vm.unknown("the dtype is not known")
    if name == "data":
        data = Tensor(tensor.shape, tensor.dtype, tensor.data)
        tensor.classes = None
        if data.data is not None:
            constants.share(tensor, data)
        if tensor.is_parameter:
            vm.data_of[id(data)] = data, tensor
        return data
    if name in ("is_cuda", "is_mps", "is_xpu", "is_sparse", "is_quantized", "is_nested", "is_mkldnn"):
        return False if name != "is_cuda" else IS_CUDA
    if name == "device":
        return DEVICE
    if name in ("grad", "grad_fn", "is_leaf", "layout", "names", "__dict__"):
        return Unknown(f"`{name}` of a tensor")
    if name == "requires_grad":
        return tensor.requires_grad or Unknown("whether a tensor requires gradients")
    return MISSING


def set_tensor_attribute(vm: Vm, tensor: Tensor, name: str, value: Value) -> None:
    if name == "data":
        if isinstance(value, Tensor):
            tensor.shape, tensor.data, tensor.classes = value.shape, value.data, None
        else:
            vm.taint(tensor, value if isinstance(value, Unknown) else vm.unknown("the data of a tensor were replaced"))
    elif name == "requires_grad" and isinstance(value, bool):
        tensor.requires_grad = value
    else:
        vm.add_to(tensor, name, vm.in_one_way(value))
