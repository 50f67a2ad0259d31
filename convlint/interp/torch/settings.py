"""torch's modes of working: autocast, the default dtype, layouts and memory formats, switches of the backends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.interp.natives.lifting import take
from convlint.interp.natives.objects import NativeContext, decorating
from convlint.interp.natives.registry import add_value, native
from convlint.interp.torch.misc import NoEffect
from convlint.interp.values.functions import BoundMethod, Function, Native
from convlint.interp.values.unknown import Unknown, Value

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

LAYOUTS = "strided sparse_coo sparse_csr sparse_csc sparse_bsr sparse_bsc jagged _mkldnn"
FORMATS = "contiguous_format preserve_format channels_last channels_last_3d legacy_contiguous_format"

BACKENDS = (
    "torch.backends.cuda", "torch.backends.mps", "torch.backends.mkldnn", "torch.backends.mkl", "torch.backends.openmp",
    "torch.backends.xnnpack", "torch.backends.quantized", "torch.distributed.get_world_size",
    "torch.distributed.get_rank", "torch.distributed.is_nccl_available", "torch.version.cuda", "torch.version.hip",
)  # fmt: skip
"""What hangs on the machine: settings of it change no shape, and questions to it have no known answer."""


class Format(str):
    """A `torch.layout` or a `torch.memory_format`: its name, equal to itself and to no other."""

    is_text = False


for _name in f"{LAYOUTS} {FORMATS}".split():
    add_value(f"torch.{_name}", Format("contiguous_format" if _name == "legacy_contiguous_format" else _name))

for _name in BACKENDS:
    add_value(_name, Unknown(f"`{_name}` of the machine"))
add_value("torch.distributed.is_available", Native("torch.distributed.is_available", lambda vm, args, kwargs: True))


class Autocast(NoEffect):
    """A context, or a decorator, inside of which torch chooses dtypes itself if it is enabled."""

    __slots__ = ("_enabled",)

    def __init__(self, enabled: Value) -> None:
        self._enabled = enabled

    def call_value(self, vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
        return NativeContext(self._enter, self._leave).call_value(vm, args, kwargs)

    def get_attribute(self, vm: Vm, name: str) -> Value:
        return NativeContext(self._enter, self._leave).get_attribute(vm, name)

    def _enter(self, vm: Vm) -> Value:
        vm.autocast.append(self._enabled)
        return self

    def _leave(self, vm: Vm, error: Value) -> bool:
        vm.autocast.pop()
        return False


@native("torch.autocast", "torch.amp.autocast", "torch.amp.autocast_mode.autocast")
def _autocast(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    given = take(vm, "autocast", args, kwargs, "device_type", dtype=None, enabled=True, cache_enabled=None)
    return Autocast(given[2])


@native("torch.cuda.amp.autocast", "torch.cpu.amp.autocast")
def _device_autocast(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """The older forms, which `enabled` leads, and which decorate without being called too."""
    if len(args) == 1 and isinstance(args[0], Function | BoundMethod | Native):
        return Autocast(True).call_value(vm, args, {})
    return Autocast(take(vm, "autocast", args, kwargs, enabled=True, dtype=None, cache_enabled=True)[0])


@native("torch.amp.custom_fwd", "torch.cuda.amp.custom_fwd")
def _custom_forward(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """What it decorates runs as it stands where autocast is off, and without autocast if inputs are cast."""
    if args and decorating(args[0]):
        return args[0]
    if kwargs.get("cast_inputs") is None:
        return Native("custom_fwd", lambda vm, inner, kw: inner[0])
    casting = Autocast(Unknown("inputs are cast"))
    return Native("custom_fwd", lambda vm, inner, kw: casting.call_value(vm, inner, kw))


@native("torch.amp.custom_bwd", "torch.cuda.amp.custom_bwd")
def _custom_backward(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """It concerns the backward pass only."""
    return args[0] if args and decorating(args[0]) else Native("custom_bwd", lambda vm, inner, kw: inner[0])


@native("torch.is_autocast_enabled", "torch.is_autocast_cpu_enabled")
def _is_autocast(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Outside of every context that says otherwise it is off; inside it may be on for another device."""
    if not vm.autocast or vm.autocast[-1] is False:
        return False
    return vm.unknown("for which device autocast is on")


@native("torch.set_autocast_enabled", "torch.set_autocast_cpu_enabled", "torch.set_default_dtype",
        "torch.set_default_tensor_type")  # fmt: skip
def _set_dtypes(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """From here on the dtypes of results are not known."""
    vm.autocast.append(Unknown("dtypes were set for the whole program"))
    return None


@native("torch.get_autocast_dtype", "torch.get_autocast_gpu_dtype", "torch.get_autocast_cpu_dtype")
def _autocast_dtype(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return Unknown("the dtype that autocast casts to")


@native("torch.use_deterministic_algorithms", "torch.set_deterministic_debug_mode")
def _set_deterministic(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    vm.deterministic = Unknown("whether the program asks for deterministic algorithms")
    return None


@native("torch.are_deterministic_algorithms_enabled", "torch.is_deterministic_algorithms_warn_only_enabled")
def _is_deterministic(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Off, as torch starts, unless the program sets it."""
    return vm.deterministic


@native("torch.is_inference_mode_enabled", "torch.is_anomaly_enabled", "torch.is_warn_always_enabled")
def _switch(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return Unknown("a switch of torch that the program may have set")
