"""`copy`: shallow and deep copies. A deep copy of a module has new parameters; what was shared inside stays shared."""

from __future__ import annotations

import collections
from typing import TYPE_CHECKING, Any

import msgspec

from convlint.interp.language import absent, keys
from convlint.interp.language.attributes import REGISTRIES
from convlint.interp.natives.lifting import take
from convlint.interp.natives.registry import native
from convlint.interp.values.classes import Instance, ModuleInstance
from convlint.interp.values.functions import BoundMethod, Function, GeneratorValue, Partial
from convlint.interp.values.numbers import Size
from convlint.interp.values.scope import Frame
from convlint.interp.values.unknown import MISSING, Unknown, Value
from convlint.layers.core.tensor import Tensor
from convlint.trace import Concern

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

Memo = dict[int, tuple[Value, Value]]
"""The copy made of each object, by its id, with the object so that it stays alive."""
TABLES = ("attrs", "parameters", "buffers", "modules")


@native("copy.copy")
def copy(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    (value,) = take(vm, "copy", args, kwargs, "x")
    if isinstance(value, Instance) and value.cls.kind == "enum":
        return value
    if isinstance(value, Instance):
        method = value.cls.find("__copy__")
        if method is not MISSING:
            return vm.call(vm.special(value, "__copy__"), [])
        if _has_own_way(value):
            return _own_way(vm, value)
        made = msgspec.structs.replace(value, payload=_shallow(vm, value.payload))
        for name in _tables(value):
            setattr(made, name, dict(getattr(value, name)))
        for name in REGISTRIES if isinstance(value, ModuleInstance) else ():
            made.attrs.pop(name, None)
        return made
    return _shallow(vm, value)


WAYS = ("__reduce_ex__", "__reduce__", "__getstate__", "__setstate__", "__getnewargs__", "__getnewargs_ex__")


def _has_own_way(value: Instance) -> bool:
    """Whether the class says how its objects are taken apart and put together."""
    return any(isinstance(value.cls.find(name), Function) for name in WAYS)


def _with_added(vm: Vm, value: Value, made: Value) -> Value:
    """Give a copy the attributes that the program has given to the original."""
    for name, added in vm.added_to(value).items():
        vm.add_to(made, name, added)
    return made


def _own_way(vm: Vm, value: Instance) -> Value:
    """A copy of an object that says itself how it is copied: its methods may do anything."""
    reason = f"a copy of a `{value.cls.name}` object, which says itself how it is copied"
    for name in WAYS:
        method = value.cls.find(name)
        if isinstance(method, Function):
            vm.may_call(method, reason)
    vm.havoc(value, reason)
    return vm.unknown(reason)


def _shallow(vm: Vm, value: Value) -> Value:
    if isinstance(value, Unknown):
        return vm.unknown(f"a copy of what is not known: {value.reason}", Concern.NOTHING)
    if isinstance(value, Tensor):
        return msgspec.structs.replace(value)
    if isinstance(value, Partial):
        return _with_added(vm, value, Partial(value.func, value.args, value.kwargs))
    if isinstance(value, GeneratorValue):
        return vm.unknown("a copy of an iterator")
    if isinstance(value, list | dict | set | collections.deque | bytearray):
        return _with_added(vm, value, _tainted_alike(vm, value, value.copy()))
    return value


def _like(value: dict[Any, Value]) -> dict[Any, Value]:
    """Return an empty dict of the same type and default factory."""
    made = value.copy()
    made.clear()
    return made


def _tainted_alike(vm: Vm, value: Value, made: Value) -> Value:
    cause = vm.taint_of(value)
    if cause is not None:
        vm.havoc(made, cause.reason)
    return made


def _tables(value: Instance) -> tuple[str, ...]:
    return TABLES if isinstance(value, ModuleInstance) else TABLES[:1]


@native("copy.deepcopy")
def deepcopy(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    value, memo = take(vm, "deepcopy", args, kwargs, "x", memo=None)
    if memo is not None and not isinstance(memo, SharedMemo):
        vm.havoc(memo, "what a deep copy has copied")
    return _deep(vm, value, memo.known if isinstance(memo, SharedMemo) else {})


class SharedMemo(dict):  # type: ignore[type-arg]
    """The `memo` that a `__deepcopy__` of the program hands on."""

    also = (dict,)

    def __init__(self, known: Memo) -> None:
        super().__init__()
        self.known = known


def _deep(vm: Vm, value: Value, memo: Memo) -> Value:
    vm.step()
    if id(value) in memo:
        return memo[id(value)][1]
    if isinstance(value, Instance):
        return _deep_instance(vm, value, memo)
    if isinstance(value, Tensor):
        made: Value = msgspec.structs.replace(value)
    elif isinstance(value, list | set | collections.deque | bytearray):
        return _deep_items(vm, value, memo)
    elif isinstance(value, dict):
        made = memo.setdefault(id(value), (value, _like(value)))[1]
        for key, item in list(value.items()):
            made[_deep(vm, key, memo)] = _deep(vm, item, memo)
        for name, added in list(vm.added_to(value).items()):
            vm.add_to(made, name, _deep(vm, added, memo))
        return _tainted_alike(vm, value, made)
    elif isinstance(value, tuple):
        made = _deep_tuple(vm, value, memo)
    elif isinstance(value, Partial):
        made = Partial(_deep(vm, value.func, memo), _deep(vm, value.args, memo), _deep(vm, value.kwargs, memo))
        for name, added in list(vm.added_to(value).items()):
            vm.add_to(made, name, _deep(vm, added, memo))
    elif isinstance(value, BoundMethod):
        made = BoundMethod(value.func, _deep(vm, value.receiver, memo))
    elif isinstance(value, GeneratorValue):
        if not (value.holds and isinstance(value.holds[0], Frame)):
            return vm.unknown("a copy of an iterator")  # Python 3.14 refuses it
        absent.refused(vm, "cannot pickle 'generator' object")
    elif isinstance(value, frozenset):
        made = keys.distinct(vm, [_deep(vm, item, memo) for item in value], held=True)
        made = made if isinstance(made, Unknown) else frozenset(made)
    elif isinstance(value, slice):
        made = slice(*(_deep(vm, part, memo) for part in (value.start, value.stop, value.step)))
    elif isinstance(value, Unknown):
        made = vm.unknown(f"a copy of what is not known: {value.reason}", Concern.NOTHING)
    else:
        return value  # functions, classes, modules, numbers and texts are not copied
    memo[id(value)] = (value, made)
    return made


def _deep_items(vm: Vm, value: Value, memo: Memo) -> Value:
    made = value.copy()
    made.clear()
    memo[id(value)] = (value, made)
    items = [_deep(vm, item, memo) for item in value]
    made.update(items) if isinstance(made, set) else made.extend(items)
    return _tainted_alike(vm, value, made)


def _deep_tuple(vm: Vm, value: tuple[Value, ...], memo: Memo) -> Value:
    items = tuple(_deep(vm, item, memo) for item in value)
    if all(new is old for new, old in zip(items, value, strict=True)):
        return value
    return Size(items) if isinstance(value, Size) else items


def _deep_instance(vm: Vm, value: Instance, memo: Memo) -> Value:
    if value.cls.kind == "enum":
        return value
    method = value.cls.find("__deepcopy__")
    if method is not MISSING:
        shared = SharedMemo(memo)
        vm.taint(shared, Unknown("what a deep copy has copied so far"))
        made = vm.call(vm.special(value, "__deepcopy__"), [shared])
        memo[id(value)] = (value, made)
        return made
    if _has_own_way(value):
        return _own_way(vm, value)
    made = msgspec.structs.replace(value)
    memo[id(value)] = (value, made)
    if isinstance(made, ModuleInstance):
        made.touched = False
    for name in _tables(value):
        held = {key: item for key, item in getattr(value, name).items() if name != "attrs" or key not in REGISTRIES}
        setattr(made, name, {key: _deep(vm, item, memo) for key, item in held.items()})
    made.payload = _deep(vm, value.payload, memo)
    return made
