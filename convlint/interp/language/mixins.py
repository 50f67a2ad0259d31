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
SEQUENCE = "collections.abc.sequence_mixin"
READING_SEQUENCE = frozenset({"index", "count", "__iter__", "__reversed__"})
CHANGING_SEQUENCE = frozenset({"append", "clear", "reverse", "extend", "pop", "remove"})
registry.written("mappings.py", MIXIN, " ".join(ALL))
registry.written("sequences.py", SEQUENCE, " ".join(READING_SEQUENCE | CHANGING_SEQUENCE))


def _of_sequence(vm: Vm, obj: Instance, name: str) -> Value:
    if name not in READING_SEQUENCE | CHANGING_SEQUENCE or obj.payload is not None:
        return MISSING
    wanted = collections.abc.Sequence if name in READING_SEQUENCE else collections.abc.MutableSequence
    if not any(isinstance(base, type) and issubclass(base, wanted) for base in obj.cls.mro):
        return MISSING
    return BoundMethod(vm.program.module_attribute(vm, vm.program.namespace(SEQUENCE), name), obj)


def of_mapping(vm: Vm, obj: Instance, name: str) -> Value:
    """Return a method that an abstract mapping or sequence gives an object, `MISSING` if none does."""
    found = _of_sequence(vm, obj, name)
    if found is not MISSING or name not in ALL:
        return found
    kinds = [base for base in obj.cls.mro if isinstance(base, type) and issubclass(base, collections.abc.Mapping)]
    changes = any(issubclass(kind, collections.abc.MutableMapping) for kind in kinds)
    if not kinds or obj.payload is not None or name not in (ALL if changes else READING):
        return MISSING
    return BoundMethod(vm.program.module_attribute(vm, vm.program.namespace(MIXIN), name), obj)
