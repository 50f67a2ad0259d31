"""torch's Python side around layers: dtypes, devices, contexts, decorators, and what has no effect on shapes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from convlint.interp.language import absent
from convlint.interp.language.checks import failed_check
from convlint.interp.natives.objects import Record
from convlint.interp.natives.registry import add_value, native
from convlint.interp.torch.dtypes import DEVICE, Device, DType, named_device
from convlint.interp.torch.operations import call_operation
from convlint.interp.values.classes import ClassValue, SuperValue
from convlint.interp.values.functions import Native
from convlint.interp.values.numbers import Size
from convlint.interp.values.signals import PyRaise
from convlint.interp.values.unknown import Opaque, Unknown, Value
from convlint.layers.core import registry as layers
from convlint.trace import Concern

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

DTYPES = {
    "float32": ("float",), "float64": ("double",), "float16": ("half",), "bfloat16": (), "int64": ("long",),
    "int32": ("int",), "int16": ("short",), "int8": (), "uint8": (), "bool": (), "complex64": ("cfloat",),
    "complex128": ("cdouble",), "float8_e4m3fn": (), "float8_e5m2": (),
}  # fmt: skip
for _dtype, _aliases in DTYPES.items():
    for _alias in (_dtype, *_aliases):
        add_value(f"torch.{_alias}", DType(_dtype))

_FORMATS = {"float64": (11, 52), "float32": (8, 23), "float16": (5, 10), "bfloat16": (8, 7)}
"""Bits of the exponent and of the fraction."""

TENSOR = ClassValue("Tensor", "torch.Tensor", (), {})
TENSOR.mro = (TENSOR,)
TENSOR.factory = lambda vm, cls, args, kwargs: _legacy_tensor(vm, args, kwargs)
add_value("torch.Tensor", TENSOR)
add_value("torch.Size", Native("torch.Size", lambda vm, args, kwargs: _size(vm, args)))
add_value("torch.inf", float("inf"))
add_value("torch.pi", 3.141592653589793)
add_value("torch.nan", float("nan"))


def _size(vm: Vm, args: list[Value]) -> Value:
    items = vm.list_of(args[0]) if args else []
    if isinstance(items, Unknown):
        return items
    for item in items:
        absent.demand(vm, item, "__index__", "torch.Size() takes an iterable of 'int' (item is '{kind}')")
    return Size(items)


def _legacy_tensor(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """`torch.Tensor(2, 3)` makes an uninitialised tensor; of a list it makes one with those values."""
    entry = layers.find("torch.Tensor")
    assert isinstance(entry, layers.Operation)
    return call_operation(vm, entry, args, kwargs)


class NoEffect(Opaque):
    """A context manager that may also decorate, and changes no shape: `torch.no_grad()` and its like."""

    changes = False

    def call_value(self, vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
        return args[0] if len(args) == 1 and not kwargs else self

    def get_attribute(self, vm: Vm, name: str) -> Value:
        if name in ("__enter__", "__exit__"):
            return Native(name, lambda vm, args, kwargs: None)
        return vm.unknown(f"`{name}` of a context")


class WithoutGradients(NoEffect):
    """`torch.no_grad()` and `torch.inference_mode()`: what is done inside trains nothing."""

    def call_value(self, vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
        for function in args:
            vm.gradless.functions[id(function)] = function
        return super().call_value(vm, args, kwargs)

    def get_attribute(self, vm: Vm, name: str) -> Value:
        if name in ("__enter__", "__exit__"):
            step = 1 if name == "__enter__" else -1
            return Native(name, lambda vm, args, kwargs: vm.gradless.enter(step))
        return super().get_attribute(vm, name)


@native(
    "torch.no_grad", "torch.inference_mode", "torch.autograd.no_grad", "torch.autograd.inference_mode",
    "torch.autograd.grad_mode.no_grad", "torch.autograd.grad_mode.inference_mode",
)  # fmt: skip
def _without_gradients(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    vm.saves_otherwise = vm.saves_otherwise or bool(vm.owners)
    if args and _is_function(args[0]):
        return WithoutGradients().call_value(vm, args, kwargs)
    mode = args[0] if args else kwargs.get("mode", True)
    return NoEffect() if mode is False else WithoutGradients()


def _is_function(value: Value) -> bool:
    from convlint.interp.values.functions import BoundMethod, Function, Property

    return isinstance(value, Function | ClassValue | BoundMethod | Native | Property)


@native(
    "torch.set_grad_enabled", "torch.autograd.set_grad_enabled", "torch.autograd.grad_mode.set_grad_enabled",
    "torch.autograd.graph.save_on_cpu", "torch.autograd.graph.saved_tensors_hooks",
)  # fmt: skip
def _saving_less(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """What is nothing to shapes, and changes what is kept for backward."""
    vm.saves_otherwise = vm.saves_otherwise or bool(vm.owners)
    return _context(vm, args, kwargs)


@native(
    "torch.enable_grad", "torch.autograd.profiler.record_function", "torch.profiler.record_function",
    "torch.random.fork_rng", "torch.autograd.set_detect_anomaly",
    "torch.cuda.device", "torch.cuda.stream", "torch.backends.cudnn.flags",
    "torch.autograd.profiler.profile", "torch.profiler.profile",
    "torch.autograd.detect_anomaly", "torch.autograd.enable_grad",
    "torch.utils.checkpoint.set_checkpoint_early_stop", "torch.cuda.nvtx.range",
)  # fmt: skip
def _context(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return args[0] if len(args) == 1 and _is_function(args[0]) else NoEffect()


@native("torch.nn.attention.sdpa_kernel", "torch.backends.cuda.sdp_kernel")
def _kernels(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Which of its kernels torch uses is nothing to shapes."""
    return NoEffect()


@native(
    "torch.jit.ignore", "torch.jit.unused", "torch.jit.export", "torch.jit.script_method", "torch.jit.script",
    "torch.jit.interface", "torch.jit._overload_method", "torch.jit._overload",
    "torch.compiler.disable", "torch._dynamo.disable", "torch.jit.script_if_tracing", "torch.jit._script_if_tracing",
    "torch.compiler.allow_in_graph", "torch._dynamo.allow_in_graph", "torch.jit.freeze",
    "torch.jit.optimize_for_inference",
)  # fmt: skip
def transparent(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Decorators and wrappers that leave what the wrapped thing computes as it is."""
    if args and (_is_function(args[0]) or not isinstance(args[0], bool | str | int)):
        return args[0]
    return Native("decorator", lambda vm, inner, kw: inner[0])


@native(
    "torch.jit.is_scripting", "torch.jit.is_tracing", "torch.onnx.is_in_onnx_export", "torch.compiler.is_compiling",
    "torch.compiler.is_dynamo_compiling", "torch._dynamo.is_compiling", "torch.overrides.has_torch_function",
    "torch.cuda.is_current_stream_capturing", "torch.xpu.is_current_stream_capturing",
    "torch.overrides.has_torch_function_unary", "torch.compiler.is_exporting", "torch.distributed.is_initialized",
    "torch.overrides.has_torch_function_variadic",
)  # fmt: skip
def _plain_run(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """The model is run as it stands: neither scripted, traced, compiled nor exported."""
    return False


@native("torch.serialization.add_safe_globals", "torch.serialization.clear_safe_globals")
def _trusted(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """What may be loaded is nothing to shapes."""
    return None


@native("torch.serialization.safe_globals", "torch.serialization.skip_data")
def _while_trusted(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return NoEffect()


@native("torch.serialization.get_safe_globals", "torch.serialization.get_unsafe_globals_in_checkpoint")
def _trusts(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return vm.unknown("which classes may be loaded", Concern.NOTHING)


@native("torch.device")
def _device(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    given = args[0] if args else kwargs.get("device", kwargs.get("type"))
    if isinstance(given, Device) and len(args) == 1:
        return given
    index = args[1] if len(args) > 1 else kwargs.get("index")
    if isinstance(given, str) and isinstance(index, int | None):
        return named_device(given if index is None else f"{given}:{index}")
    return Device()


@native("torch.get_default_device")
def _default_device(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """The one that all tensors are on: a program that makes some elsewhere puts them there as a whole."""
    return DEVICE


@native("torch.utils._pytree.register_pytree_node", "torch.utils._pytree._register_pytree_node")
def _register_node(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> None:
    """What trees are made of is nothing to what is computed."""


@native("torch.get_default_dtype")
def _default_dtype(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Layers and tensors are made as float32 everywhere: a program that sets another default is not modelled."""
    return DType("float32")


@native("torch.finfo")
def _finfo(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """What a dtype of floats can hold: bits of exponent and fraction give the rest."""
    dtype = args[0] if args else kwargs.get("type", DType("float32"))
    if not isinstance(dtype, DType) or dtype not in _FORMATS:
        return dtype if isinstance(dtype, Unknown) else vm.unknown("what numbers a dtype can hold")
    exponent, fraction = _FORMATS[dtype]
    top, eps = 2 ** (exponent - 1) - 1, 2.0**-fraction
    largest = (2.0 - eps) * 2.0**top
    smallest = 2.0 ** (1 - top)
    fields = {"bits": 1 + exponent + fraction, "eps": eps, "max": largest, "min": -largest, "dtype": str(dtype)}
    digits = 10.0 ** -int(fraction * math.log10(2))
    return Record("finfo", {**fields, "tiny": smallest, "smallest_normal": smallest, "resolution": digits})


@native("torch.iinfo")
def _iinfo(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    dtype = args[0] if args else kwargs.get("type")
    if not isinstance(dtype, DType) or not dtype.lstrip("u").startswith("int"):
        return dtype if isinstance(dtype, Unknown) else vm.unknown("what numbers a dtype can hold")
    bits = int(dtype.rpartition("int")[2])
    low, high = (0, 2**bits - 1) if dtype.startswith("u") else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
    return Record("iinfo", {"bits": bits, "min": low, "max": high, "dtype": str(dtype)})


@native("torch.is_grad_enabled")
def _grad_enabled(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return True


@native(
    "torch.manual_seed", "torch.cuda.manual_seed", "torch.cuda.manual_seed_all", "torch.set_num_threads",
    "torch.save", "torch._C._log_api_usage_once", "torch.cuda.empty_cache",
    "torch.cuda.synchronize", "torch.autograd.backward", "torch.seed",
    "torch._assert_async", "torch.cuda.set_device", "torch.set_printoptions", "torch.set_float32_matmul_precision",
    "torch._dynamo.reset", "torch.ops.load_library", "torch.classes.load_library",
)  # fmt: skip
def _no_effect(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return None


@native("torch._assert")
def _assert(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    condition = args[0] if args else kwargs.get("condition")
    if not vm.truth(condition):
        message = args[1] if len(args) > 1 else kwargs.get("message", "")
        error = AssertionError(message if isinstance(message, str) else "")
        raise PyRaise(error, failed_check(vm, error), explicit=True)
    return None


@native("torch.jit.annotate", "torch.jit._unwrap_optional")
def _annotate(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return args[-1]


@native("torch.utils.checkpoint.checkpoint")
def _checkpoint(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Checkpointing calls the function; its own options are not passed on."""
    vm.saves_otherwise = True
    options = ("use_reentrant", "preserve_rng_state", "context_fn", "determinism_check", "debug", "early_stop")
    return vm.call(args[0], args[1:], {key: value for key, value in kwargs.items() if key not in options})


@native("torch.utils.checkpoint.checkpoint_sequential")
def _checkpoint_sequential(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    functions = vm.list_of(args[0])
    vm.saves_otherwise = True
    value = args[2] if len(args) > 2 else kwargs.get("input")
    if isinstance(functions, Unknown):
        return functions
    for function in functions:
        value = vm.call(function, [value])
    return value


def _explicit_super(vm: Vm, args: list[Value]) -> Value:
    """`super(Class, obj)`, or `super(Class, its subclass)`."""
    if len(args) != 2 or not isinstance(args[0], ClassValue):
        return vm.unknown("`super` of an unknown class")
    owner, receiver = args
    if not isinstance(receiver, ClassValue) and vm.isinstance(receiver, owner) is False:
        absent.refused(vm, "super(type, obj): obj must be an instance or subtype of type")
    return SuperValue(owner, receiver)


@native("builtins.super")
def _super(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """`super()` in a method, or `super(Class, obj)`."""
    if args:
        return _explicit_super(vm, args)
    for frame in reversed(vm.frames):
        if frame.function is not None and frame.owner is not None:
            receiver = frame.receiver
            if frame.function is not None and receiver is None:
                continue
            return SuperValue(frame.owner, receiver)
    return vm.unknown("`super()` outside a method")
