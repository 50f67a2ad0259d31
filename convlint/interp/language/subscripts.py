"""Subscripts: reading, writing and deleting items."""

from __future__ import annotations

import collections
from typing import TYPE_CHECKING

from convlint.interp.language import absent, keys
from convlint.interp.language.alike import again, alike, are_shared
from convlint.interp.language.forgetting import one_of
from convlint.interp.natives import type_forms
from convlint.interp.values.classes import ClassValue, Instance
from convlint.interp.values.functions import Native
from convlint.interp.values.numbers import Size, SymbolicBool
from convlint.interp.values.unknown import MISSING, FreeShape, Inside, Number, OpenBatch, Unknown, Value, Whole
from convlint.layers.core.tensor import Tensor
from convlint.symbolic import Dim

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

SEQUENCES = (list, tuple, str, bytes, range, collections.deque)


def get(vm: Vm, obj: Value, key: Value) -> Value:
    cause = vm.taint_of(obj, key)
    if cause is not None:
        return vm.derived(cause, "[]", key)
    if isinstance(obj, FreeShape):
        return _free_size(vm, obj, key)
    if isinstance(obj, OpenBatch) and isinstance(key, int | str):
        return obj.part(key)
    if isinstance(obj, Unknown):
        return vm.derived(obj, "[]", key)
    if isinstance(obj, Tensor):
        return vm.call(vm.special(obj, "__getitem__"), [key])
    if isinstance(obj, SEQUENCES):
        return _sequence_item(vm, obj, key)
    if isinstance(obj, dict):
        return _dict_item(vm, obj, key)
    if isinstance(obj, Instance):
        return _instance_item(vm, obj, key)
    if isinstance(obj, ClassValue):
        return _class_item(vm, obj, key)
    if isinstance(obj, type):
        if obj is not type and not hasattr(obj, "__class_getitem__"):
            absent.refused(vm, f"type '{obj.__name__}' is not subscriptable")
        return type_forms.subscripted(obj, key)
    if not isinstance(obj, Native):  # which may be a class
        absent.demand(vm, obj, "__getitem__", "'{kind}' object is not subscriptable")
    method = vm.special(obj, "__getitem__", MISSING)
    if method is MISSING:
        return vm.unknown(f"subscript of {type(obj).__name__}")
    return method if isinstance(method, Unknown) else vm.call(method, [key])


def set_(vm: Vm, obj: Value, key: Value, value: Value) -> None:
    vm.met += isinstance(obj, Unknown) or not _is_plain_key(key)
    if isinstance(obj, Unknown):
        vm.havoc((obj, key, value), "an item of what an object holds was set")
    if isinstance(obj, Unknown) or vm.taint_of(obj, writes=True) is not None:
        return
    vm.writing(obj)
    if isinstance(obj, Tensor):
        vm.call(vm.special(obj, "__setitem__"), [key, value])
    elif isinstance(obj, dict):
        keys.store(vm, obj, key, value)
    elif isinstance(obj, list | collections.deque | bytearray):
        _set_in_list(vm, obj, key, value)
    elif isinstance(obj, Instance):
        absent.demand(vm, obj, "__setitem__", "'{kind}' object does not support item assignment")
        method = vm.special(obj, "__setitem__", MISSING)
        if method is not MISSING and not isinstance(method, Unknown):
            vm.call(method, [key, value])
        elif obj.payload is not None and obj.cls.find("__setitem__") is MISSING:
            set_(vm, obj.payload, key, value)
        else:
            vm.havoc(obj, "an item was set")
    else:
        absent.refused(vm, f"'{type(obj).__name__}' object does not support item assignment")


def _is_plain_key(key: Value) -> bool:
    """Whether it is known what an item is asked for by, so that Python's own exceptions are known too."""
    parts = (key.start, key.stop, key.step) if isinstance(key, slice) else key if isinstance(key, tuple) else (key,)
    return not any(isinstance(part, Unknown) for part in parts)


def delete(vm: Vm, obj: Value, key: Value) -> None:
    vm.met += isinstance(obj, Unknown) or not _is_plain_key(key)
    if isinstance(obj, Inside):
        vm.havoc(obj, "an item of what an object holds was deleted")
    if isinstance(obj, Unknown) or vm.taint_of(obj, writes=True) is not None:
        return
    vm.writing(obj)
    if isinstance(obj, Instance):
        absent.demand(vm, obj, "__delitem__", "'{kind}' object does not support item deletion")
        method = vm.special(obj, "__delitem__", MISSING)
        if method is not MISSING and not isinstance(method, Unknown):
            vm.call(method, [key])
        elif obj.payload is not None:
            delete(vm, obj.payload, key)
        else:
            vm.havoc(obj, "an item was deleted")
    elif isinstance(obj, dict):
        found = keys.find(vm, obj, key)
        if found is MISSING:
            if isinstance(obj, collections.Counter):
                return
            raise keys.not_found(key)
        if isinstance(found, Unknown) and found not in obj:
            vm.havoc(obj, "an unknown item was deleted")
        else:
            del obj[found]
    elif isinstance(key, Unknown | Dim) or (isinstance(key, slice) and not vm.is_concrete(key)):
        vm.havoc(obj, "an unknown item was deleted")
    elif isinstance(obj, list | collections.deque | bytearray):
        _checked(vm, lambda: obj.__delitem__(key))
    else:
        absent.demand(vm, obj, "__delitem__", "'{kind}' object doesn't support item deletion")
        vm.havoc(obj, "an item was deleted")


def _checked(vm: Vm, action: Value) -> Value:
    try:
        return action()
    except (TypeError, KeyError, IndexError, ValueError) as error:
        return absent.python_says(vm, error)


def _free_size(vm: Vm, shape: FreeShape, key: Value) -> Value:
    return vm.derived(shape.tensor, "shape", key)


def _sequence_item(vm: Vm, obj: Value, key: Value) -> Value:
    if isinstance(key, slice):
        bounds = [_index(vm, part) for part in (key.start, key.stop, key.step)]
        if any(isinstance(part, Unknown) for part in bounds):
            return vm.unknown("a slice with unknown bounds")
        result = _checked(vm, lambda: obj[slice(*bounds)])
        return Size(result) if isinstance(obj, Size) else result
    index = _index(vm, key)
    if isinstance(index, Unknown) and (index is not key or isinstance(key, Whole)):
        return _any_of(vm, index, list(obj)) if isinstance(obj, list | tuple | collections.deque) else index
    if isinstance(index, Unknown):
        return one_of(index, obj) if isinstance(obj, list | tuple | collections.deque) else index
    return _checked(vm, lambda: obj[index])


def _index(vm: Vm, key: Value) -> Value:
    if isinstance(key, Dim):
        key = vm.assumptions.simplify(key)
        return key if isinstance(key, int) else vm.unknown("a symbolic index")
    if isinstance(key, Tensor) and key.data is not None and len(key.data) == 1:
        return int(key.data[0])
    if isinstance(key, Tensor | SymbolicBool | Unknown):
        return key if isinstance(key, Unknown) else vm.unknown("an unknown index")
    if isinstance(key, Instance):
        if isinstance(key.payload, int):
            return key.payload
        if key.cls.find("__index__") is MISSING:
            return vm.unknown("an object as index")
        return _index(vm, vm.call(vm.special(key, "__index__")))
    return key


def _set_in_list(vm: Vm, obj: Value, key: Value, value: Value) -> None:
    if isinstance(key, slice):
        bounds = [_index(vm, part) for part in (key.start, key.stop, key.step)]
        items = vm.list_of(value)
        if isinstance(items, Unknown) or any(isinstance(part, Unknown) for part in bounds):
            vm.havoc(obj, "a slice with unknown bounds was set")
            return
        _checked(vm, lambda: obj.__setitem__(slice(*bounds), items))
        return
    index = _index(vm, key)
    if isinstance(index, Unknown):
        vm.havoc(obj, index.reason)
    else:
        _checked(vm, lambda: obj.__setitem__(index, value))


def _dict_item(vm: Vm, obj: Value, key: Value) -> Value:
    found = keys.find(vm, obj, key)
    if isinstance(found, Unknown) and found not in obj:
        return _any_of(vm, found, list(obj.values()))
    if found is not MISSING:
        return obj[found]
    if isinstance(obj, collections.defaultdict) and obj.default_factory is not None:
        vm.writing(obj)
        made = vm.call(obj.default_factory)
        keys.store(vm, obj, key, made)
        return made
    if isinstance(obj, collections.Counter):
        return 0
    raise keys.not_found(key)


def _any_of(vm: Vm, cause: Unknown, items: list[Value]) -> Value:
    """Return what may be any item: arrays, tensors and numbers that are alike are known as far as all of them are."""
    if are_shared(items) and all(vm.taint_of(item) is None for item in items):
        found = alike(vm, items)
        if isinstance(found, int | float | Dim):
            return (Number if isinstance(found, float) else Whole)(cause.reason, cause.place)  # or there is no such key
        if not isinstance(found, Unknown) or isinstance(found, Number):
            return again(found)
    return one_of(cause, items)


def _instance_item(vm: Vm, obj: Instance, key: Value) -> Value:
    method = obj.cls.find("__getitem__")
    if method is not MISSING:
        return vm.call(vm.special(obj, "__getitem__"), [key])
    if obj.payload is not None:
        missing = obj.cls.find("__missing__")
        if missing is not MISSING and isinstance(obj.payload, dict):
            found = keys.find(vm, obj.payload, key)
            if found is not MISSING:
                return found if isinstance(found, Unknown) and found not in obj.payload else obj.payload[found]
            return vm.call(vm.special(obj, "__missing__"), [key])
        return get(vm, obj.payload, key)
    if obj.tainted is not None or obj.cls.unknown_base is not None:
        return obj.tainted or obj.cls.unknown_base
    absent.refused(vm, f"'{obj.cls.name}' object is not subscriptable")


def _class_item(vm: Vm, obj: ClassValue, key: Value) -> Value:
    members = obj.namespace.get("__members__")
    if isinstance(members, dict) and isinstance(key, str):
        return _dict_item(vm, members, key)
    method = obj.find("__class_getitem__")
    if method is not MISSING:
        return vm.call(vm.getattr(obj, "__class_getitem__"), [key])
    if obj.metaclass is None and absent.objects_have_no(obj, "__class_getitem__"):
        absent.refused(vm, f"type '{obj.name}' is not subscriptable")
    return type_forms.parametrised(obj, key)
