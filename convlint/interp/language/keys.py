"""One lookup for keys: what a dict or set holds, by equality and hash as the program and Python define them.

The dicts and sets of the program are Python's own and hold its values. Python's own lookup is right for numbers, texts
and objects that are equal to themselves alone; for all others the keys are compared as the program would compare them.
"""

from __future__ import annotations

import collections
import collections.abc
from collections.abc import Iterable, Set
from typing import TYPE_CHECKING, Any

from convlint.interp.language import results
from convlint.interp.natives.objects import Form
from convlint.interp.values.classes import ClassValue, Instance, ModuleInstance
from convlint.interp.values.functions import (
    BoundMethod,
    ClassMethod,
    Function,
    GeneratorValue,
    Native,
    Partial,
    Property,
    StaticMethod,
)
from convlint.interp.values.modules import PyModule
from convlint.interp.values.numbers import LibraryNumber, SymbolicBool
from convlint.interp.values.signals import Bound, PyRaise
from convlint.interp.values.unknown import MISSING, Unknown, Value
from convlint.layers.core.tensor import Tensor

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

Keyed = dict[Any, Value] | Set[Any]

SCALARS = frozenset({int, float, complex, bool, str, bytes, type(None), type(...), type(NotImplemented), range, type})
"""Types whose own equality and hash are Python's."""
ITSELF = (Function, Native, StaticMethod, ClassMethod, Property, Partial, GeneratorValue, PyModule, Tensor, ClassValue)
"""Objects that are equal to themselves alone."""
UNHASHABLE = (list, dict, set, bytearray, collections.deque, collections.abc.KeysView, collections.abc.ItemsView)
MANY = 256
"""How many keys are looked through again at each lookup that fails."""
CHANGED = "an object whose hash has changed"
HAS_ONE = "the hash of a value"
"""Why a hash is not known where there certainly is one, as of an open size."""


def find(vm: Vm, holder: Keyed, key: Value, *, writes: bool = False, held: bool = False) -> Value:
    """Return the key that a dict or set holds and that equals `key`, `MISSING` if none does, or why it is not known.

    TypeError in the program for a key that has no hash. `writes` tells that it is looked for to be set,
    `held` that it comes from a dict or set, which keeps the hash.
    """
    cause = vm.taint_of(holder, key, writes=writes)
    if cause is not None:
        return cause
    if isinstance(key, Unknown):
        return key if key in holder else vm.derived(key, "key", holder) if holder else MISSING
    plain = type(key) in SCALARS
    hashed = None if plain else hash_of(vm, key, kept=held)
    if isinstance(hashed, Unknown) and hashed.reason not in (HAS_ONE, CHANGED):
        vm.met += 1
        return hashed  # Python may refuse the key: it may have no hash
    if plain or not is_vague(key):
        if key in holder:
            return key
        if not _any_vague(vm, holder):
            return MISSING
    undecided: Unknown | None = None
    for other in list(holder):
        vm.step()
        same = vm.truth_of(_same(vm, other, key, hashed))
        if same is True:
            return other
        if isinstance(same, SymbolicBool):
            same = vm.unknown("a key that may be equal to another")
        if isinstance(same, Unknown):
            undecided = undecided or same
    return MISSING if undecided is None else undecided


def store(vm: Vm, holder: dict[Any, Value], key: Value, value: Value, *, held: bool = False) -> None:
    """Set an item as Python does: a key that is there already stays, and so does its place."""
    put(vm, holder, key, value, find(vm, holder, key, writes=True, held=held))


def put(vm: Vm, holder: dict[Any, Value], key: Value, value: Value, found: Value) -> None:
    """Set an item whose key was looked for."""
    if isinstance(found, Unknown) and found is not key:
        vm.havoc(holder, "a dictionary has a key that is not known")
        return
    if isinstance(key, Instance) and id(holder) in vm.shown:
        raise Bound("an attribute whose name is an object")
    _count(vm, holder, key, found)
    holder[key if found is MISSING else found] = value


def insert(vm: Vm, holder: set[Value], key: Value, *, held: bool = False) -> None:
    """Add an element to a set as Python does."""
    found = find(vm, holder, key, writes=True, held=held)
    if isinstance(found, Unknown) and found is not key:
        vm.havoc(holder, "a set has an element that is not known")
    elif found is MISSING:
        _count(vm, holder, key, found)
        holder.add(key)


def distinct(vm: Vm, items: Iterable[Value], *, held: bool = False) -> set[Value] | Unknown:
    """Return the set of some values; `held` tells that they come from dicts or sets."""
    made: set[Value] = set()
    for item in items:
        insert(vm, made, item, held=held)
    return vm.taint_of(made) or made


def holds(vm: Vm, holder: Keyed, key: Value, *, held: bool = False) -> bool | Unknown:
    """Tell whether a dict or set holds a key."""
    key = as_element(vm, key) if isinstance(holder, set | frozenset) else key
    found = find(vm, holder, key, held=held)
    if isinstance(found, Unknown) and found is not key:
        return vm.derived(found, "in", key, holder)
    return found is not MISSING


def as_element(vm: Vm, key: Value) -> Value:
    """Return what a set looks for: a frozenset in place of a set, which has no hash."""
    inner = key.payload if isinstance(key, Instance) and key.cls.find("__hash__") is MISSING else key
    if not isinstance(inner, set):
        return key
    return vm.taint_of(inner) or frozenset(inner)


# --- hashes ---------------------------------------------------------------------------------------------


def hash_of(vm: Vm, value: Value, *, kept: bool = False) -> int | Unknown:
    """Return a number that is the same for values that are equal, or why there is none.

    TypeError in the program for what Python cannot hash. The number is not the one that the program sees. `kept` tells
    that the program is not asked again for one that it gave before.
    """
    if isinstance(value, tuple | frozenset):
        parts = [hash_of(vm, part, kept=kept) for part in value]
        unknown = next((part for part in parts if isinstance(part, Unknown)), None)
        return hash(tuple(parts) if isinstance(value, tuple) else frozenset(parts)) if unknown is None else unknown
    if isinstance(value, Instance):
        return vm.hashes[id(value)][1] if kept and id(value) in vm.hashes else _hash_of_instance(vm, value)
    if isinstance(value, UNHASHABLE):
        vm.throw(TypeError, f"unhashable type: '{type(value).__name__}'")
    if isinstance(value, BoundMethod):
        return hash((id(value.func), id(value.receiver)))
    if type(value) in SCALARS or isinstance(value, LibraryNumber):
        return hash(value)
    if isinstance(value, slice):
        return Unknown("whether slices have a hash hangs on the version of Python")
    if isinstance(value, Unknown):
        return value
    return hash(value) if isinstance(value, ITSELF) or is_bare_form(value) else Unknown(HAS_ONE)


def _hash_of_instance(vm: Vm, value: Instance) -> int | Unknown:
    for cls in value.cls.mro:
        if isinstance(cls, Unknown):
            return cls
        space = cls.namespace if isinstance(cls, ClassValue) else {}
        if "__hash__" in space:
            if space["__hash__"] is None:
                break
            return _hash_by_program(vm, value)
        if "__eq__" in space:
            if isinstance(space["__eq__"], Native) and cls.kind != "dataclass":
                return Unknown("the hash of an object of a modelled class")
            break
    else:
        if value.cls.unknown_base is not None:
            return value.cls.unknown_base
        if mixes_in(value.cls, "__hash__"):
            return Unknown("the hash of an object as an abstract class of Python's defines it")
        if value.payload is None or isinstance(value.payload, BaseException):
            return id(value)
        if not isinstance(value.payload, UNHASHABLE):
            return hash_of(vm, value.payload)
    vm.throw(TypeError, f"unhashable type: '{value.cls.name}'")


def _hash_by_program(vm: Vm, value: Instance) -> int | Unknown:
    """Run the program's `__hash__`; an object whose hash has changed is not found where it was put."""
    vm.hashing += 1
    try:
        hashed = vm.call(vm.special(value, "__hash__"), [])
    finally:
        vm.hashing -= 1
    hashed = results.hashed(vm, hashed)
    if not isinstance(hashed, int):
        return hashed if isinstance(hashed, Unknown) else Unknown("the hash of an object")
    before = vm.hashes.setdefault(id(value), (value, hashed))[1]
    return before if before == hashed else Unknown(CHANGED)


def mixes_in(cls: ClassValue, name: str) -> bool:
    """Whether a class has a special method from an abstract class of Python's own, such as `collections.abc.Set`."""
    kinds = [base for base in cls.mro if isinstance(base, type) and base.__module__ in ("collections.abc", "numbers")]
    return any(getattr(kind, name, None) is not getattr(object, name, None) for kind in kinds)


# --- equality -------------------------------------------------------------------------------------------


def _same(vm: Vm, held: Value, key: Value, hashed: int | Unknown | None) -> Value:
    """Whether a key that is held is the one that is looked for: identical, or of equal hash and equal."""
    if held is key:
        return hashed if isinstance(hashed, Unknown) and hashed.reason == CHANGED else True
    other = hash_of(vm, held, kept=True) if hashed is None or isinstance(hashed, int) else hashed
    mine = hash_of(vm, key) if hashed is None else hashed
    if isinstance(other, int) and isinstance(mine, int) and other != mine:
        return False
    return vm.compare("==", held, key)


def is_vague(value: Value) -> bool:
    """Whether a value may be equal to another one that Python's own lookup finds different, or not to itself."""
    if type(value) in SCALARS or isinstance(value, (*ITSELF, LibraryNumber)) or is_bare_form(value):
        return False
    if isinstance(value, tuple | frozenset):
        return any(is_vague(part) for part in value)
    if isinstance(value, ModuleInstance) and value.cls.find("__eq__") is MISSING:
        return value.cls.unknown_base is not None
    if isinstance(value, Instance):
        of_itself = value.payload is None or isinstance(value.payload, BaseException)
        defined = value.cls.find("__eq__") is not MISSING or mixes_in(value.cls, "__eq__")
        return not of_itself or value.cls.unknown_base is not None or defined
    return True


def is_bare_form(value: Value) -> bool:
    """Whether a value is a name that only describes, without parameters: there is one object of each."""
    return isinstance(value, Form) and not value.parts


def _any_vague(vm: Vm, holder: Keyed) -> bool:
    """Whether a dict or set holds a vague key; one with many keys is looked through once, and then watched."""
    if len(holder) > MANY:
        watched = vm.watched.get(id(holder))
        if watched is not None and watched[0] is holder and watched[1] == len(holder):
            return False
        vm.step(len(holder) // 64)
    vague = not set(map(type, holder)) <= SCALARS and any(is_vague(key) for key in holder)
    if not vague and len(holder) > MANY:
        vm.watched[id(holder)] = (holder, len(holder))
    return vague


def _count(vm: Vm, holder: Keyed, key: Value, found: Value) -> None:
    """Keep watching a dict or set with many keys when one more is put in."""
    watched = vm.watched.get(id(holder)) if found is MISSING else None
    if watched is not None and not is_vague(key):
        vm.watched[id(holder)] = (watched[0], len(holder) + 1)


def not_found(key: Value) -> PyRaise:
    """Return Python's exception for a key that is not there."""
    return PyRaise(KeyError(key))
