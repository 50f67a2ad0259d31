"""Methods that abstract classes of `collections.abc` have written in terms of others."""

from __future__ import annotations

import collections.abc
from typing import TYPE_CHECKING

from convlint.interp.natives import registry
from convlint.interp.values.classes import Instance
from convlint.interp.values.functions import BoundMethod
from convlint.interp.values.unknown import MISSING, Value

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

MIXIN = "collections.abc.mixin"
READING = frozenset({"keys", "items", "values", "get"})
CHANGING = frozenset({"pop", "setdefault", "update"})
ALL = READING | CHANGING
registry.written("mappings.py", MIXIN, " ".join(ALL))


def of_mapping(vm: Vm, obj: Instance, name: str) -> Value:
    """Return a method that `Mapping` or `MutableMapping` gives an object, `MISSING` if none does."""
    if name not in ALL:
        return MISSING
    kinds = [base for base in obj.cls.mro if isinstance(base, type) and issubclass(base, collections.abc.Mapping)]
    changes = any(issubclass(kind, collections.abc.MutableMapping) for kind in kinds)
    if not kinds or obj.payload is not None or name not in (ALL if changes else READING):
        return MISSING
    return BoundMethod(vm.program.module_attribute(vm, vm.program.namespace(MIXIN), name), obj)
