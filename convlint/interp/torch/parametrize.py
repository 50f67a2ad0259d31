"""What the prelude's parametrizations need of the interpreter: a class of its own for a module, and its properties."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.interp.natives.registry import native
from convlint.interp.values.classes import ClassValue, ModuleInstance
from convlint.interp.values.functions import Property
from convlint.interp.values.unknown import Value

if TYPE_CHECKING:
    from convlint.interp.vm import Vm


@native("torch.nn.utils.parametrize._become_parametrized")
def _become_parametrized(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Give a module a class that derives from its own, as torch does: "ParametrizedLinear"."""
    module = args[0]
    own = module.cls
    made = ClassValue(
        f"Parametrized{own.name}",
        f"{own.qualname.rpartition('.')[0]}.Parametrized{own.name}",
        (own,),
        {},
        own.module,
        own.place,
        torch_name=own.torch_name,
        is_module=True,
        unknown_base=own.unknown_base,
    )
    made.mro = (made, *own.mro)
    module.cls = made
    return None


@native("torch.nn.utils.parametrize._become_plain")
def _become_plain(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    module = args[0]
    if isinstance(module, ModuleInstance) and isinstance(module.cls.bases[0], ClassValue):
        module.cls = module.cls.bases[0]
    return None


@native("torch.nn.utils.parametrize._manage")
def _manage(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Make a name of a parametrized module a property, or no longer."""
    module, name, getter = args
    if getter is None:
        module.cls.namespace.pop(name, None)
    else:
        module.cls.namespace[name] = Property(getter)
    return None
