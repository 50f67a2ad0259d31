"""What wraps a module to run it in another way, and is taken to be the module itself: several devices, compilation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.interp.natives.registry import instance_test, native
from convlint.interp.torch.misc import transparent
from convlint.interp.values.classes import ModuleInstance
from convlint.interp.values.unknown import Unknown, Value

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

PARALLEL = ("torch.nn.DataParallel", "torch.nn.parallel.DataParallel", "torch.nn.parallel.DistributedDataParallel",
            "torch.nn.parallel.distributed.DistributedDataParallel")  # fmt: skip
"""What runs a module on several devices: a module that holds it, which is taken to be the module itself."""


@native(*PARALLEL)
def _in_parallel(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    module = args[0] if args else kwargs.get("module", Unknown("a module that runs in parallel"))
    return _held_as(vm, module, "module")


@instance_test(*PARALLEL)
def _is_parallel(vm: Vm, value: Value) -> bool | Unknown:
    if isinstance(value, Unknown):
        return vm.derived(value, "isinstance", "module")
    return isinstance(value, ModuleInstance) and value.attrs.get("module") is value


@native("torch.compile")
def _compiled(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if not args and "model" in kwargs:
        args = [kwargs["model"]]
    compiled = transparent(vm, args, {})
    return _held_as(vm, compiled, "_orig_mod") if args and compiled is args[0] else compiled


def _held_as(vm: Vm, module: Value, name: str) -> Value:
    """Let a module that is wrapped be found under the name under which its wrapper holds it, unless it has one such."""
    if isinstance(module, ModuleInstance):
        found = vm.getattr(module, name, None)
        if found is None or (module.cls.torch_name and isinstance(found, Unknown)):
            vm.writing(module)
            module.attrs[name] = module
    return module
