"""Scripting, tracing, exporting and compiling: what their decorators, checks and switches do in a plain run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.interp.natives.lifting import take
from convlint.interp.natives.objects import Record
from convlint.interp.natives.registry import add_value, native
from convlint.interp.torch.module_class import MODULE
from convlint.interp.values.classes import ClassValue
from convlint.interp.values.functions import Native
from convlint.interp.values.signals import PyRaise
from convlint.interp.values.unknown import MISSING, Harmless, Unknown, Value
from convlint.layers.core.tensor import Tensor

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

CHECKS: dict[str, type[Exception]] = {
    "torch._check": RuntimeError,
    "torch._check_value": ValueError,
    "torch._check_index": IndexError,
    "torch._check_type": TypeError,
    "torch._check_not_implemented": NotImplementedError,
    "torch._check_tensor_all": RuntimeError,
}
QUIET = (
    "torch.compiler.reset", "torch.compiler.cudagraph_mark_step_begin", "torch.compiler.set_stance",
    "torch._dynamo.graph_break", "torch._dynamo.mark_dynamic", "torch._dynamo.maybe_mark_dynamic",
    "torch._dynamo.mark_static", "torch._dynamo.mark_static_address", "torch._dynamo.decorators.mark_dynamic",
    "torch.onnx.register_custom_op_symbolic", "torch.onnx.unregister_custom_op_symbolic", "torch._check_is_size",
    "torch.library.define", "torch.jit.set_fusion_strategy", "torch.jit.enable_onednn_fusion",
    "torch._C._jit_set_profiling_executor", "torch._C._jit_set_profiling_mode",
    "torch._C._jit_override_can_fuse_on_cpu", "torch._C._jit_override_can_fuse_on_gpu",
    "torch._C._jit_set_texpr_fuser_enabled", "torch._C._jit_set_nvfuser_enabled",
)  # fmt: skip
OPTIONS = (
    "torch.onnx.symbolic_helper", "torch.onnx.symbolic_registry", "torch.onnx.OperatorExportTypes",
    "torch.onnx.TrainingMode", "torch._dynamo.config", "torch._inductor.config", "torch._functorch.config",
    "torch.utils.checkpoint.create_selective_checkpoint_contexts", "torch.utils.checkpoint.CheckpointPolicy",
    "torch.utils.checkpoint.noop_context_fn", "torch.cuda.amp.GradScaler", "torch.amp.GradScaler",
    "torch.nn.attention.SDPBackend", "torch.backends.cuda.SDPBackend",
)  # fmt: skip
"""What is only handed on to tools, or set on them: no layer's shape hangs on it."""
DECORATORS = (
    "torch.compiler.assume_constant_result", "torch._dynamo.assume_constant_result",
    "torch._dynamo.disallow_in_graph", "torch._dynamo.forbid_in_graph", "torch._dynamo.nonstrict_trace",
    "torch.compiler.nonstrict_trace", "torch._dynamo.optimize", "torch._dynamo.run", "torch.jit._drop",
    "torch.compiler.substitute_in_graph", "torch.onnx.symbolic_helper.parse_args", "torch._functorch.config.patch",
    "torch._dynamo.external_utils.wrap_inline", "torch.jit._script_method",
)  # fmt: skip

for _name in OPTIONS:
    add_value(_name, Harmless(_name))


@native(*QUIET)
def _nothing(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return None


@native(*DECORATORS)
def _decorator(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """The function as it is, whether or not the decorator takes options."""
    plain = len(args) == 1 and not kwargs and not isinstance(args[0], str | bool | int | None)
    return args[0] if plain else Native("decorator", lambda vm, inner, kw: inner[0])


@native("torch._C._get_tracing_state")
def _tracing_state(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return None


# --- checks ----------------------------------------------------------------------------------------------


def _check(error: type[Exception]) -> object:
    def check(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
        condition, message = take(vm, "_check", args, kwargs, "cond", message=None)
        if not vm.truth(condition):
            _fail(vm, error, message)
        return None

    return check


def _fail(vm: Vm, error: Value, message: Value) -> None:
    text = vm.call(message) if message is not None and not isinstance(message, str) else message
    text = text if isinstance(text, str) else ""
    raise PyRaise(error(text) if isinstance(error, type) else vm.call(error, [text]), explicit=True)


@native("torch._check_with")
def _check_with(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    error, condition, message = take(vm, "_check_with", args, kwargs, "error_type", "cond", "message")
    if not vm.truth(condition):
        _fail(vm, error, message)
    return None


for _name, _error in CHECKS.items():
    add_value(_name, Native(_name, _check(_error)))  # type: ignore[arg-type]


# --- classes that programs test against or derive from ---------------------------------------------------


def _known_by_name(name: str) -> ClassValue:
    """A class whose objects convlint never makes: nothing that a plain run makes is one."""
    cls = ClassValue(name.rpartition(".")[2], name, (), {}, unknown_base=Unknown(f"`{name}` is not modelled"))
    cls.mro = (cls,)
    return cls


for _name in (
    "torch._subclasses.FakeTensor",
    "torch._subclasses.fake_tensor.FakeTensor", "torch.distributed.tensor.DTensor",
):  # fmt: skip
    add_value(_name, _known_by_name(_name))
SCRIPT_MODULE = ClassValue("ScriptModule", "torch.jit.ScriptModule", (MODULE,), {}, is_module=True)
SCRIPT_MODULE.mro = (SCRIPT_MODULE, MODULE)
add_value("torch.jit.ScriptModule", SCRIPT_MODULE)


# --- TorchScript's own vocabulary ------------------------------------------------------------------------


@native("torch.jit.Attribute")
def _attribute(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    value, kind = take(vm, "Attribute", args, kwargs, "value", "type")
    return Record("Attribute", {"value": value, "type": kind})


@native("torch.jit.isinstance")
def _isinstance(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """A tensor is none of the containers that its target types describe; all else is not said."""
    value, target = take(vm, "isinstance", args, kwargs, "obj", "target_type")
    if isinstance(value, Tensor) and getattr(target, "origin", target) in (list, dict, tuple):
        return False
    return Unknown("whether a value is of a type of TorchScript")


@native("torch.jit.fork", "torch.jit._fork")
def _fork(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    result = vm.call(args[0], args[1:], kwargs)
    return Record("Future", {"wait": Native("wait", lambda vm, args, kwargs: result)})


@native("torch.jit.wait", "torch.jit._wait")
def _wait(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return vm.call(vm.getattr(args[0], "wait"))


@native("torch.onnx.operators.shape_as_tensor")
def _shape_as_tensor(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """A vector of the sizes, outside of an export too."""
    shape = vm.getattr(args[0], "shape", MISSING)
    if isinstance(shape, tuple) and all(isinstance(size, int) for size in shape):
        return vm.call(vm.program.torch_value(vm, "torch.tensor"), [list(shape)])
    return Tensor((len(shape),), "int64") if isinstance(shape, tuple) else vm.unknown("the shape of a value")
