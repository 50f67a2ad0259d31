"""Classes: building them from class statements, and their method resolution order."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from convlint.interp.language import absent, class_rules, protocols
from convlint.interp.language.class_attributes import is_abstract
from convlint.interp.natives import registry
from convlint.interp.natives.objects import Form
from convlint.interp.natives.type_forms import Alias
from convlint.interp.values.classes import ClassValue, Instance
from convlint.interp.values.functions import (
    BoundMethod,
    ClassMethod,
    Function,
    Native,
    Partial,
    Property,
    StaticMethod,
)
from convlint.interp.values.modules import LazyImport
from convlint.interp.values.signals import PyRaise
from convlint.interp.values.unknown import MISSING, Unknown, Value

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

GENERIC = Form("typing.Generic")
ABSTRACT = "__isabstractmethod__"
DESCRIBING = ("abc", "typing", "collections.abc", "contextlib")
"""Modules whose types give nothing to objects of the classes that derive from them but what is in their namespaces."""


def finish(vm: Vm, cls: ClassValue) -> None:
    """Complete a class whose body has run: its MRO, what it inherits, and what special bases make of it."""
    bases: list[Value] = []
    for base in cls.bases:
        if isinstance(base, LazyImport):
            base = vm.program.resolve(vm, base)
        if isinstance(base, Alias) and base.is_of_python:
            bases.extend(_in_place_of(cls, base))
            continue
        if isinstance(base, Alias):
            base = base.origin
        if base is None or isinstance(base, int | float | str | tuple | list | dict):
            if cls.metaclass is not None or cls.unknown_base is not None:
                cls.unknown_base = cls.unknown_base or vm.unknown("a base that is no class")
                continue
            absent.refused(vm, "a base of a class must be a class")
        if base is object or (isinstance(base, Native) and base.name.startswith("typing.")):
            continue
        bases.append(base)
    cls.bases = tuple(bases)
    class_rules.check(vm, cls, bases)
    for base in bases:
        _inherit(cls, base)
    if isinstance(cls.metaclass, ClassValue):
        vm.may_call(cls.metaclass, f"the metaclass of `{cls.name}` is not modelled")
    cls.mro = linearise(vm, cls)
    if isinstance(cls.metaclass, Unknown):
        vm.may_call(cls, cls.metaclass.reason)
    for base in cls.mro[1:]:
        hook = registry.find_class_hook(base)
        if hook is not None:
            hook(vm, cls)
            break
    vm.program.overrides = vm.program.overrides or cls.overrides_torch
    cls.handles_reading = cls.handles_reading or "__getattribute__" in cls.namespace
    for name, value in list(cls.namespace.items()):
        if isinstance(value, Instance) and value.cls.find("__set_name__") is not MISSING:
            _set_name(vm, cls, name, value)
    if is_abstract(cls):
        cls.abstract = abstract_names(cls)
        if protocols.is_protocol(cls):
            cls.abstract |= {"what a protocol asks for"}
        if "__subclasshook__" in cls.namespace:
            _counts_others(cls)


def _in_place_of(cls: ClassValue, alias: Alias) -> list[Value]:
    """Return what Python puts in the place of a base as `typing.List[int]`."""
    found = [] if any(base is alias.origin for base in cls.bases) else [alias.origin]
    after = cls.bases[cls.bases.index(alias) + 1 :]
    return found if any(map(_is_generic, after)) else [*found, GENERIC]


def _is_generic(base: Value) -> bool:
    """Whether a base derives from `typing.Generic`."""
    if isinstance(base, ClassValue):
        return any(isinstance(one, Form) and one.name == "typing.Generic" for one in base.mro)
    return isinstance(base, Form)


def abstract_names(cls: ClassValue) -> frozenset[str]:
    """Return the names that a class leaves abstract, of its own and of those that it derives from."""
    inherited = {name for base in cls.bases if isinstance(base, ClassValue) for name in base.abstract}
    return frozenset(name for name in {*cls.namespace, *inherited} if _is_left_abstract(cls.find(name)))


def _is_left_abstract(value: Value) -> bool:
    if isinstance(value, Property):
        return any(map(_is_left_abstract, (value.getter, value.setter, value.deleter)))
    if isinstance(value, StaticMethod | ClassMethod):
        return _is_left_abstract(value.func)
    return isinstance(value, Function) and value.attrs.get(ABSTRACT) is True


def _counts_others(cls: ClassValue) -> None:
    """Note that nobody can name the classes that count as subclasses of an abstract class."""
    for base in cls.mro:
        if isinstance(base, ClassValue):
            base.virtual.append(Unknown(f"`__subclasshook__` of `{cls.name}` is not modelled", cls.place))


def set_metaclass(vm: Vm, cls: ClassValue, metaclass: Value) -> None:
    """Note what a class statement names as metaclass. One of the program may do anything to the class."""
    if metaclass is None or metaclass is type:
        return
    if not isinstance(metaclass, type):
        vm.may_call(metaclass, f"the metaclass of `{cls.name}` is not modelled")
    cls.metaclass = metaclass
    if not isinstance(metaclass, type):
        cls.unknown_base = cls.unknown_base or Unknown(f"the metaclass of `{cls.name}` is not modelled", cls.place)


def _set_name(vm: Vm, cls: ClassValue, name: str, value: Instance) -> None:
    """Tell a descriptor its name; what it raises is another exception before Python 3.12."""
    try:
        vm.call(vm.getattr(value, "__set_name__"), [cls, name])
    except PyRaise as raised:
        raise PyRaise(vm.unknown("what `__set_name__` raises")) from raised


def makes_no_class(metaclass: Value) -> bool:
    """Whether what a class statement names as metaclass is certainly no class of classes: it may make anything."""
    if isinstance(metaclass, ClassValue):
        bases = metaclass.mro if metaclass.native_base is None else (*metaclass.mro, metaclass.native_base)
        return metaclass.unknown_base is None and not any(
            isinstance(base, type) and issubclass(base, type) for base in bases
        )
    return isinstance(metaclass, Function | BoundMethod | Partial | Instance)


def _inherit(cls: ClassValue, base: Value) -> None:
    if isinstance(base, ClassValue):
        cls.is_module = cls.is_module or base.is_module
        cls.torch_name = cls.torch_name or base.torch_name
        cls.native_base = cls.native_base or base.native_base
        cls.unknown_base = cls.unknown_base or base.unknown_base
        cls.factory = cls.factory or base.factory
        cls.metaclass = cls.metaclass or base.metaclass
        cls.handles_reading = cls.handles_reading or base.handles_reading
        if base.kind == "namedtuple":
            cls.kind = base.kind
            cls.field_order = list(base.field_order)
    elif isinstance(base, Unknown):
        cls.unknown_base = cls.unknown_base or base
    elif isinstance(base, Native):
        cls.unknown_base = cls.unknown_base or Unknown(f"`{base.name}` is not modelled as a base", cls.place)
    elif base is property and "__get__" in cls.namespace:
        cls.native_base = cls.native_base or base  # it says itself how it is read
    elif base in (property, staticmethod, classmethod, super, slice):
        cls.unknown_base = cls.unknown_base or Unknown(f"`{base.__name__}` is not modelled as a base", cls.place)
    elif isinstance(base, type) and base is not object and base.__module__ not in DESCRIBING:
        cls.native_base = cls.native_base or base


def linearise(vm: Vm, cls: ClassValue) -> tuple[Value, ...]:
    """The C3 method resolution order (Python's own), over bases that may be unknown or Python types."""
    if isinstance(cls.metaclass, ClassValue) and cls.metaclass.find("mro") is not MISSING:
        return (cls, Unknown(f"the metaclass of `{cls.name}` says what it derives from", cls.place))
    sequences = [tuple(base.mro) if isinstance(base, ClassValue) else (base,) for base in cls.bases]
    vm.step(sum(map(len, sequences)))
    if len(sequences) == 1:
        return (cls, *sequences[0])
    return (cls, *_merged(vm, [*sequences, tuple(cls.bases)]))


def _merged(vm: Vm, sequences: list[tuple[Value, ...]]) -> list[Value]:
    """Return what is in sequences in an order that all of them have; classes are compared by identity."""
    later = Counter(id(value) for sequence in sequences for value in sequence[1:])
    at = [0] * len(sequences)
    result: list[Value] = []
    while True:
        heads = [sequence[index] for sequence, index in zip(sequences, at, strict=True) if index < len(sequence)]
        if not heads:
            return result
        chosen = next((head for head in heads if not later[id(head)]), None)
        if chosen is None:
            absent.refused(vm, "Cannot create a consistent method resolution order (MRO)")
        result.append(chosen)
        for number, sequence in enumerate(sequences):
            if at[number] < len(sequence) and sequence[at[number]] is chosen:
                at[number] += 1
                if at[number] < len(sequence):
                    later[id(sequence[at[number]])] -= 1
