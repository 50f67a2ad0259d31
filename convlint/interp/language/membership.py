"""Membership, `in`: among keys by one lookup, among items one after the other."""

from __future__ import annotations

from collections.abc import ItemsView, KeysView
from typing import TYPE_CHECKING

from convlint.interp.language import absent, keys, leaving, operators
from convlint.interp.natives.objects import MappingProxy
from convlint.interp.values.classes import ClassValue, Instance
from convlint.interp.values.functions import Native
from convlint.interp.values.numbers import SymbolicBool
from convlint.interp.values.unknown import MISSING, Opaque, Unknown, Value
from convlint.layers.core.tensor import Tensor
from convlint.symbolic import Condition, Dim, any_of

if TYPE_CHECKING:
    from convlint.interp.vm import Vm


def contains(vm: Vm, item: Value, container: Value) -> Value:
    """Evaluate `item in container`: True, False, a `SymbolicBool` or an unknown."""
    cause = vm.taint_of(container, item)
    if cause is not None:
        return cause
    if isinstance(container, Unknown):
        return vm.derived(container, "in", item)
    if isinstance(container, Instance):
        return _in_instance(vm, item, container)
    if isinstance(container, dict | set | frozenset):
        return keys.holds(vm, container, item)
    if isinstance(container, MappingProxy):
        return contains(vm, item, container.mapping)
    if isinstance(container, KeysView):
        return contains(vm, item, container._mapping)  # type: ignore[attr-defined]
    if isinstance(container, ItemsView):
        return _in_items(vm, item, container._mapping)  # type: ignore[attr-defined]
    if isinstance(container, str | bytes | bytearray | range):
        return _in_text(vm, item, container)
    if isinstance(container, Tensor):
        return vm.unknown("whether a tensor holds a value")
    if isinstance(container, ClassValue):
        return _in_class(vm, item, container)
    if container is None or isinstance(container, int | float):
        absent.refused(vm, f"argument of type '{type(container).__name__}' is not iterable")
    if isinstance(container, Opaque):
        asked = vm.getattr(container, "__contains__", None)
        return vm.call(asked, [item]) if isinstance(asked, Native) else among(vm, item, container)
    return among(vm, item, container)


def among(vm: Vm, item: Value, iterable: Value) -> Value:
    """Compare an item with those of an iterable, up to the first that equals it."""
    source = vm.iterator(iterable)
    if isinstance(source, Unknown):
        return source
    unknown: Unknown | None = None
    conditions: list[Condition] = []
    for other in source:
        vm.step()
        same = same_item(vm, other, item)
        if same is True:
            leaving.left(vm, iterable)
            return True
        if isinstance(same, SymbolicBool):
            conditions.append(same.condition)
        elif same is not False:
            unknown = unknown or same
    if unknown is not None:
        return unknown
    return SymbolicBool(any_of(*conditions)) if conditions else False


def same_item(vm: Vm, held: Value, item: Value) -> Value:
    """Whether an item of a sequence is the one that is looked for: one object, or equal."""
    if held is item:
        return True
    same = vm.compare("==", held, item)
    return same if same is True or same is False else operators.truth(vm, same)


def _in_instance(vm: Vm, item: Value, container: Instance) -> Value:
    if container.cls.find("__contains__") is not MISSING:
        method = vm.special(container, "__contains__")
        return operators.truth(vm, vm.call(method, [item]))
    if container.cls.find("__iter__") is MISSING and container.payload is not None:
        return container.tainted or contains(vm, item, container.payload)
    if container.cls.unknown_base is not None:
        return vm.derived(container.cls.unknown_base, "in", container, item)
    return among(vm, item, container)


def _in_items(vm: Vm, item: Value, mapping: dict[Value, Value]) -> Value:
    if isinstance(item, Unknown):
        return vm.derived(item, "in items", mapping)
    if not isinstance(item, tuple) or len(item) != 2:
        return False
    found = keys.find(vm, mapping, item[0])
    if isinstance(found, Unknown) and found is not item[0]:
        return found
    return False if found is MISSING else same_item(vm, mapping[found], item[1])


def _in_text(vm: Vm, item: Value, container: str | bytes | bytearray | range) -> Value:
    if isinstance(item, Instance) and isinstance(container, range) and item.cls.find("__eq__") is not MISSING:
        return among(vm, item, container)
    item = operators.instance_payload(item)
    if isinstance(item, Unknown):
        return vm.derived(item, "in", container)
    if isinstance(container, range) and isinstance(item, Dim):
        return among(vm, item, container) if len(container) < 64 else vm.unknown("whether a size is in a range")
    if isinstance(container, range) and isinstance(item, Instance):
        return among(vm, item, container)
    if not vm.is_concrete(item) and not isinstance(item, list | tuple | dict | set | type):
        return vm.unknown("whether a text holds a value that is not known")
    try:
        return item in container
    except (TypeError, ValueError) as error:
        return absent.python_says(vm, error, item, container)


def _in_class(vm: Vm, item: Value, cls: ClassValue) -> Value:
    """Members are in their enum; whether values are changed from one Python to the next."""
    members = cls.namespace.get("__members__")
    if isinstance(members, dict) and isinstance(item, Instance) and item.cls.kind == "enum":
        held = any(item is member for member in members.values()) or item.cls is cls
        return held or (item.payload is not None and vm.unknown("membership by value in an enum")) or False
    return vm.unknown("membership in a class")
