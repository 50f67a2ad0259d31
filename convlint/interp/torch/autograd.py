"""`torch.autograd.Function`: `apply` runs the class's own `forward`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.interp.natives.objects import Form
from convlint.interp.natives.registry import add_value
from convlint.interp.values.classes import ClassValue, Instance
from convlint.interp.values.functions import ClassMethod, Native
from convlint.interp.values.unknown import MISSING, Unknown, Value

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

CONTEXT = ClassValue("FunctionCtx", "torch.autograd.function.FunctionCtx", (), {})
CONTEXT.mro = (CONTEXT,)
FUNCTION = ClassValue("Function", "torch.autograd.Function", (), {})
FUNCTION.mro = (FUNCTION,)
_NOTES = ("save_for_backward", "save_for_forward", "mark_dirty", "mark_non_differentiable", "set_materialize_grads")
"""What `forward` tells its context for the sake of the backward pass."""


def _apply(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """`forward(ctx, …)`, or `forward(…)` and then `setup_context(ctx, inputs, output)` where a class has that."""
    cls, inputs = args[0], args[1:]
    context = Instance(CONTEXT, {"needs_input_grad": Unknown("whether gradients are needed")})
    forward = vm.getattr(cls, "forward")
    vm.may_call(cls.find("backward"), "nobody knows when `backward` of an autograd function runs", [cls])
    if cls.find("setup_context") is MISSING:
        return vm.call(forward, [context, *inputs], kwargs)
    output = vm.call(forward, inputs, kwargs)
    vm.call(vm.getattr(cls, "setup_context"), [context, tuple(inputs), output])
    return output


def _note(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return None


for _name in _NOTES:
    CONTEXT.namespace[_name] = Native(f"FunctionCtx.{_name}", _note, binds=True)
FUNCTION.namespace["apply"] = ClassMethod(Native("Function.apply", _apply))
add_value("torch.autograd.Function", FUNCTION)
add_value("torch.autograd.function.Function", FUNCTION)
for _form in ("Final", "Future"):
    add_value(f"torch.jit.{_form}", Form(f"torch.jit.{_form}"))
