"""The state of a module: what `state_dict` gives, and what `load_state_dict` refuses."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from convlint.interp.natives.lifting import not_followed
from convlint.interp.torch.module_class import argument, children_of, is_known, module_method, other_hook, walk
from convlint.interp.torch.operations import Call, raise_refusal
from convlint.interp.values.classes import ModuleInstance
from convlint.interp.values.unknown import MISSING, Unknown, Value
from convlint.layers.core.refusal import Refusal, RefusalKind
from convlint.layers.core.tensor import Tensor
from convlint.layers.shared.axes import shown

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

CHANGED = "_load_state_dict_pre_hooks"
OWN_WAYS = ("load_state_dict", "_load_from_state_dict", "state_dict", "_save_to_state_dict")


def states(obj: ModuleInstance, prefix: str) -> Iterator[tuple[str, Value]]:
    """Yield what is in a state: of a module its parameters, its buffers, and its submodules; shared ones each time."""
    for name, value in (*obj.parameters.items(), *obj.buffers.items()):
        if value is not None:
            yield f"{prefix}{name}", value
    for name, child in children_of(obj):
        if isinstance(child, ModuleInstance):
            yield from states(child, f"{prefix}{name}.")


@module_method("state_dict")
def _state_dict(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    prefix = kwargs.get("prefix", "")
    if not isinstance(prefix, str) or args[1:] or not kwargs.keys() <= {"prefix", "keep_vars"}:
        return not_followed(vm, "a state that is put somewhere", args, kwargs)
    if not is_known(args[0]):
        return vm.unknown("the state of a module of which a part is not known")
    state = OrderedDict(states(args[0], prefix))
    vm.add_to(state, "_metadata", Unknown("the versions of a module's parts"))
    return state


@module_method("load_state_dict")
def _load_state_dict(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Refuse parameters of other shapes, which torch does whether `strict` or not."""
    state = argument(args, kwargs, 1, "state_dict")
    own = _as_saved(args[0])
    if own is not None and isinstance(state, dict) and vm.taint_of(state) is None:
        for name, value in own.items():
            given = state.get(name)
            if isinstance(value, Tensor) and isinstance(given, Tensor) and _differ(value, given):
                text = f"`load_state_dict` gets `{name}` of shape {shown(given.shape)} for one of {shown(value.shape)}"
                facts = (("expected", value.shape), ("got", given.shape))
                refusal = Refusal(RefusalKind.SIZES, text, facts)
                raise_refusal(vm, Call(vm, "torch.nn.Module.load_state_dict", None), refusal, ())
    return Unknown("the result of `load_state_dict`")


@module_method(
    "_register_load_state_dict_pre_hook", "register_load_state_dict_pre_hook", "_register_state_dict_hook",
    "register_state_dict_post_hook",
)  # fmt: skip
def _changing_hook(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """A hook that may change the state that is saved or loaded."""
    if isinstance(args[0], ModuleInstance):
        vm.setattr(args[0], CHANGED, Unknown("the hooks that change a state"))
    return other_hook(vm, args, kwargs)


def _as_saved(obj: Value) -> Mapping[str, Value] | None:
    """Return the state that a module is loaded with, None where it or its ways may be others than torch's own."""
    if not isinstance(obj, ModuleInstance) or not is_known(obj):
        return None
    for _, part in walk(obj):
        if not isinstance(part, ModuleInstance) or CHANGED in part.attrs or "parametrizations" in part.modules:
            return None
        if any(cls.is_module and _has_own_ways(cls.namespace) for cls in part.cls.mro if not _is_torchs(cls.qualname)):
            return None
    return dict(states(obj, ""))


def _has_own_ways(namespace: Mapping[str, Value]) -> bool:
    return any(namespace.get(name, MISSING) is not MISSING for name in OWN_WAYS)


def _is_torchs(name: str) -> bool:
    return name.startswith("torch.") and ".Lazy" not in name


def _differ(own: Tensor, given: Tensor) -> bool:
    """Whether torch refuses to put one into the other; a number may be kept as one row of one, as before torch 0.4."""
    if own.ndim != given.ndim:
        return not (own.ndim == 0 and given.ndim == 1)
    return any(type(a) is int and type(b) is int and a != b for a, b in zip(own.shape, given.shape, strict=True))
