"""torch's layer classes as classes of the program: construction and forward by the layer rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from convlint.interp.language import absent
from convlint.interp.records.records import tensors_in, what_was_given
from convlint.interp.torch import templates
from convlint.interp.torch.binding import binder
from convlint.interp.torch.open_sizes import size_of_unknown
from convlint.interp.torch.operations import (
    UNCHANGED,
    Call,
    UnknownArgument,
    apply_rule,
    bind,
    convert,
    convert_arguments,
    operation_value,
    with_free_input,
)
from convlint.interp.values.classes import ClassValue, ModuleInstance
from convlint.interp.values.functions import BoundMethod, Native, Property
from convlint.interp.values.unknown import MISSING, Unknown, Value
from convlint.layers.core import registry as layers
from convlint.layers.core.attribute_names import may_have
from convlint.layers.core.refusal import Unmodelled
from convlint.layers.core.tensor import Tensor

if TYPE_CHECKING:
    from convlint.interp.vm import Vm


class StateView:
    """The `State` of a layer rule: attribute access on a module object of the program."""

    __slots__ = ("_computed", "_obj", "_vm")

    def __init__(self, vm: Vm, obj: ModuleInstance) -> None:
        object.__setattr__(self, "_vm", vm)
        object.__setattr__(self, "_obj", obj)
        object.__setattr__(self, "_computed", {})

    def __getattr__(self, name: str) -> Any:
        vm, obj, computed = self._vm, self._obj, self._computed
        if name in computed:
            return computed[name]
        # A rule that asks for the mode is not the program asking for it.
        plain = name in obj.attrs and (name == "training" or obj.cls.place is None)
        value = obj.attrs[name] if plain else vm.getattr(obj, name, MISSING)
        if type(value) in UNCHANGED:
            return value
        if value is MISSING:
            raise AttributeError(name)
        try:
            converted = convert(vm, value)
        except UnknownArgument as unknown:
            raise Unmodelled(unknown.cause.reason) from None
        if isinstance(obj.cls.find(name), Property):  # torch's layers read each of their weights once
            computed[name] = converted
        return converted

    def __setattr__(self, name: str, value: Any) -> None:
        self._obj.attrs[name] = value

    def parameter(self, name: str, value: Tensor | None) -> None:
        if value is not None:
            value.is_parameter = True
            value.requires_grad = True
        self._obj.parameters[name] = value

    def buffer(self, name: str, value: Tensor | None) -> None:
        self._obj.buffers[name] = value

    def child(self, name: str, qualified_name: str, *args: Any, **kwargs: Any) -> None:
        cls = self._vm.program.torch_value(self._vm, qualified_name)
        made = self._vm.call(cls, list(args), kwargs)
        if isinstance(made, Unknown):
            raise Unmodelled(made.reason)
        self._obj.modules[name] = made


def layer_init(entry: layers.LayerClass) -> Native:
    """`__init__` of a torch layer class."""

    def init(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
        obj = args[0]
        obj.built = what_was_given(vm, args[1:], kwargs)
        lacking = vm.program.versions.lacks_argument(entry.name, kwargs) if kwargs else ""
        if lacking:
            _leave_unbuilt(obj, vm.unknown(lacking))
            return None
        key = templates.key_of(entry, obj, args[1:], kwargs)
        like = templates.find(key)
        if like is not None:
            vm.step()
            like.fill(obj)
            return None
        call = Call(vm, entry.name, obj, given=obj.built, in_constructor=True)
        try:
            bound = binder(entry.init).bind([call, StateView(vm, obj), *args[1:]], kwargs)
        except TypeError as error:  # the rule has torch's own parameters, so torch refuses the call too
            absent.refused(vm, f"{obj.cls.name}.__init__() {error}")
        try:
            convert_arguments(vm, bound, entry.harmless, 2, size_of_unknown)
        except UnknownArgument as unknown:
            _leave_unbuilt(obj, unknown.cause)
            return None
        result = apply_rule(vm, call, entry.init, bound, ())
        if isinstance(result, Unknown):
            _leave_unbuilt(obj, result)
        else:
            templates.keep(key, obj)
        return None

    return Native(entry.name + ".__init__", init, binds=True)


def _leave_unbuilt(obj: ModuleInstance, cause: Unknown) -> None:
    """Note that a layer is there, and that its parameters are not known."""
    if obj.tainted is None:
        obj.tainted, obj.unbuilt = cause, True


def layer_forward(entry: layers.LayerClass) -> Native:
    """`forward` of a torch layer class."""

    def forward(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
        obj = args[0]
        if obj.tainted is not None:
            return Unknown(obj.tainted.reason, obj.tainted.place)
        call = Call(vm, entry.name, obj, given=what_was_given(vm, args[1:], kwargs, obj.attrs.get("training")))
        if vm.recordings:
            vm.recordings[-1].given.append(call.given)
        bound = bind(vm, entry.forward, (call, StateView(vm, obj)), args[1:], kwargs)
        if isinstance(bound, Unknown):
            return bound
        try:
            free = convert_arguments(vm, bound, entry.harmless, 2)
        except UnknownArgument as unknown:
            return Unknown(unknown.cause.reason, unknown.cause.place)
        if free is not None:
            return with_free_input(vm, entry.forward, bound, free, entry.input_rank)
        inputs = tuple(tensors_in(args[1:]))
        result = apply_rule(vm, call, entry.forward, bound, inputs)
        _become_plain(vm, obj, entry)
        if vm.recordings:
            vm.recordings[-1].facts.extend(call.facts)
            vm.recordings[-1].returned = result
        return result

    return Native(entry.name + ".forward", forward, binds=True)


def _become_plain(vm: Vm, obj: ModuleInstance, entry: layers.LayerClass) -> None:
    """A lazy layer is an ordinary one from its first forward on, in torch too."""
    last = entry.name.rpartition(".")[2]
    if last.startswith("Lazy") and obj.cls.name == last:
        plain = vm.program.torch_value(vm, "torch.nn." + last.removeprefix("Lazy"))
        if isinstance(plain, ClassValue):
            obj.cls, obj.changed = plain, True


def layer_method(vm: Vm, obj: ModuleInstance, name: str) -> Value:
    """A method of a torch layer other than those of every module; `MISSING` only for what it certainly has not."""
    entry = layers.find(f"{obj.cls.torch_name}.{name}")
    if isinstance(entry, layers.Operation):
        return BoundMethod(operation_value(entry), obj)
    if not may_have(obj.cls.torch_name.rpartition(".")[2], name):
        return MISSING
    return vm.unknown(f"`{obj.cls.torch_name}.{name}` is not modelled")
