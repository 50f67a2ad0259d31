"""Classes: building them from class statements, method resolution order, `isinstance` and `type`."""

from __future__ import annotations

import collections.abc
import types
from typing import TYPE_CHECKING

from convlint.interp.natives import registry
from convlint.interp.values.classes import ClassValue, Instance
from convlint.interp.values.functions import BoundMethod, Function, GeneratorValue, Native, Partial
from convlint.interp.values.modules import LazyImport, PyModule
from convlint.interp.values.numbers import LibraryNumber, Ratio, SymbolicBool
from convlint.interp.values.unknown import Unknown, Value
from convlint.layers.core.tensor import Tensor
from convlint.symbolic import Dim
from convlint.symbolic.told import Told

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

CALLABLES = (Function, Native, BoundMethod, Partial, ClassValue)


def finish(vm: Vm, cls: ClassValue) -> None:
    """Complete a class whose body has run: its MRO, what it inherits, and what special bases make of it."""
    bases: list[Value] = []
    for base in cls.bases:
        if isinstance(base, LazyImport):
            base = vm.program.resolve(vm, base)
        if base is object or (isinstance(base, Native) and base.name.startswith("typing.")):
            continue
        bases.append(base)
    cls.bases = tuple(bases)
    for base in bases:
        _inherit(cls, base)
    cls.mro = linearise(vm, cls)
    for base in cls.mro[1:]:
        hook = registry.find_class_hook(base)
        if hook is not None:
            hook(vm, cls)
            break


def _inherit(cls: ClassValue, base: Value) -> None:
    if isinstance(base, ClassValue):
        cls.is_module = cls.is_module or base.is_module
        cls.torch_name = cls.torch_name or base.torch_name
        cls.native_base = cls.native_base or base.native_base
        cls.unknown_base = cls.unknown_base or base.unknown_base
        cls.factory = cls.factory or base.factory
        if base.kind == "namedtuple":
            cls.kind = base.kind
            cls.field_order = list(base.field_order)
    elif isinstance(base, Unknown):
        cls.unknown_base = cls.unknown_base or base
    elif (
        isinstance(base, type) and base not in (object,) and base.__module__ not in ("abc", "typing", "collections.abc")
    ):
        cls.native_base = cls.native_base or base


def linearise(vm: Vm, cls: ClassValue) -> tuple[Value, ...]:
    """The C3 method resolution order (Python's own), over bases that may be unknown or Python types."""
    sequences = [list(base.mro) if isinstance(base, ClassValue) else [base] for base in cls.bases]
    sequences.append(list(cls.bases))
    result: list[Value] = [cls]
    while any(sequences):
        sequences = [sequence for sequence in sequences if sequence]
        for sequence in sequences:
            head = sequence[0]
            if not any(any(head is other for other in rest[1:]) for rest in sequences):
                break
        else:
            vm.throw(TypeError, "Cannot create a consistent method resolution order (MRO)")
        result.append(head)
        for sequence in sequences:
            if sequence and sequence[0] is head:
                del sequence[0]
    return tuple(result)


def is_instance(vm: Vm, value: Value, classinfo: Value) -> bool | Unknown:
    """Evaluate `isinstance(value, classinfo)`."""
    if isinstance(classinfo, LazyImport):
        classinfo = vm.program.resolve(vm, classinfo)
    if isinstance(classinfo, tuple | list):
        undecided: bool | Unknown = False
        for item in classinfo:
            result = is_instance(vm, value, item)
            if result is True:
                return True
            undecided = result if isinstance(result, Unknown) else undecided
        return undecided
    if isinstance(value, Unknown):
        return vm.derived(value, "isinstance", classinfo)
    if isinstance(classinfo, Unknown):
        return vm.derived(classinfo, "isinstance", value)
    if isinstance(classinfo, ClassValue):
        return _of_class(value, classinfo)
    if isinstance(classinfo, type):
        if isinstance(value, LibraryNumber) and value.cls.unknown_base is not None and classinfo is not object:
            return value.cls.unknown_base
        return _of_type(value, classinfo)
    if isinstance(classinfo, Native):
        return _of_native(vm, value, classinfo)
    return vm.unknown("isinstance with an unknown class")


def _of_class(value: Value, cls: ClassValue) -> bool | Unknown:
    if isinstance(value, Instance):
        if value.cls.derives_from(cls):
            return True
        return value.cls.unknown_base if value.cls.unknown_base is not None else False
    if isinstance(value, Tensor):
        if cls.qualname == "torch.Tensor":
            return True
        return cls.qualname == "torch.nn.Parameter" and value.is_parameter
    if isinstance(value, LibraryNumber):
        return True if value.cls.derives_from(cls) else value.cls.unknown_base or False
    return False


def _of_type(value: Value, kind: type) -> bool:
    if isinstance(value, Dim):
        return issubclass(int, kind)
    if isinstance(value, LibraryNumber):
        return kind is object or any(issubclass(one, kind) for one in value.also)
    if isinstance(value, SymbolicBool):
        return issubclass(bool, kind)
    if isinstance(value, Ratio):
        return issubclass(float, kind)
    if isinstance(value, Instance):
        if value.payload is not None and isinstance(value.payload, kind):
            return True
        return kind is object or _instance_protocol(value, kind)
    if kind.__name__ == "Callable":
        return isinstance(value, CALLABLES) or callable(value)
    if isinstance(value, Function):
        return issubclass(types.FunctionType, kind)
    if isinstance(value, BoundMethod):
        return issubclass(types.MethodType, kind)
    if isinstance(value, ClassValue):
        return issubclass(type, kind)
    if isinstance(value, PyModule):
        return issubclass(types.ModuleType, kind)
    if isinstance(value, GeneratorValue):
        return issubclass(types.GeneratorType, kind)
    return isinstance(value, kind)


def _instance_protocol(value: Instance, kind: type) -> bool:
    methods = {
        collections.abc.Iterable: ("__iter__",),
        collections.abc.Callable: ("__call__",),
        collections.abc.Sized: ("__len__",),
        collections.abc.Hashable: ("__hash__",),
    }.get(kind, ())
    return bool(methods) and all(
        not isinstance(value.cls.find(name), type(None)) and name in _names(value) for name in methods
    )


def _names(value: Instance) -> set[str]:
    return {name for cls in value.cls.mro if isinstance(cls, ClassValue) for name in cls.namespace}


def _of_native(vm: Vm, value: Value, classinfo: Native) -> bool | Unknown:
    test = registry.find_instance_test(classinfo.name)
    return test(vm, value) if test is not None else vm.unknown(f"isinstance with `{classinfo.name}`")


def is_subclass(vm: Vm, cls: Value, classinfo: Value) -> bool | Unknown:
    if isinstance(classinfo, tuple):
        results = [is_subclass(vm, cls, item) for item in classinfo]
        return True if True in results else next((r for r in results if isinstance(r, Unknown)), False)
    if isinstance(cls, Unknown) or isinstance(classinfo, Unknown):
        return vm.unknown("issubclass of an unknown class")
    if isinstance(cls, ClassValue):
        if classinfo is object or cls.derives_from(classinfo):
            return True
        if cls.unknown_base is not None:
            return cls.unknown_base
        return isinstance(classinfo, type) and cls.native_base is not None and issubclass(cls.native_base, classinfo)
    if isinstance(cls, type) and isinstance(classinfo, type):
        return issubclass(cls, classinfo)
    if isinstance(cls, type) and isinstance(classinfo, ClassValue):
        return False
    vm.throw(TypeError, "issubclass() arg 1 must be a class")


def type_of(vm: Vm, value: Value) -> Value:
    """Evaluate `type(value)`."""
    if isinstance(value, Instance):
        return value.cls
    if isinstance(value, Unknown):
        return vm.derived(value, "type")
    if isinstance(value, Tensor):
        name = "torch.nn.Parameter" if value.is_parameter else "torch.Tensor"
        return vm.program.torch_value(vm, name)
    if isinstance(value, LibraryNumber):
        return value.cls if value.cls.unknown_base is None else value.cls.unknown_base
    if isinstance(value, Dim | Told):
        return int
    if isinstance(value, SymbolicBool):
        return bool
    if isinstance(value, Ratio):
        return float
    if isinstance(value, ClassValue):
        return type
    if isinstance(value, Function):
        return types.FunctionType
    return type(value)
