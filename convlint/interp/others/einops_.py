"""`einops`: its modules and its exception; its operations and layers are in `layers/einops` and `einops_layers`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.interp.natives.registry import add_module, add_value, native
from convlint.interp.torch.binding import binder
from convlint.interp.torch.operations import Call, UnknownArgument, apply_rule, convert
from convlint.interp.values.unknown import Unknown, Value
from convlint.layers.einops.einops_layers import Mixing, mixing
from convlint.layers.einops.einops_patterns import EinopsError

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

add_value("einops.EinopsError", EinopsError)
for _module in ("einops.einops", "einops.packing", "einops.layers.torch"):
    add_module(_module)


@native("einops._torch_specific.allow_ops_in_compiled_graph")
def _allow(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return None


@native("einops.layers.torch._mixing")
def _mixing(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """What an `EinMix` does, as the tuple that the prelude's `EinMix` takes; unknown where an argument is."""
    pattern, weight, bias, lengths = args
    try:
        sizes = {name: convert(vm, size, "Size") for name, size in lengths.items()}
        plain = [convert(vm, value) for value in (pattern, weight, bias)]
    except UnknownArgument as unknown:
        return Unknown(unknown.cause.reason, unknown.cause.place)
    bound = binder(mixing).bind([*plain, sizes], {})
    made = apply_rule(vm, Call(vm, "einops.layers.torch.EinMix", None), mixing, bound, ())
    if not isinstance(made, Mixing):
        return made
    return made.before, made.lengths, made.weight, made.bias, made.equation, made.after
