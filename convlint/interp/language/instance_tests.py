"""`isinstance`, `issubclass`, `type` and `callable`: decided where the classes are known, unknown elsewhere."""

from __future__ import annotations

import abc
import collections.abc
import contextlib
import os
from typing import TYPE_CHECKING

from convlint.interp.language import absent, kinds, protocols
from convlint.interp.natives import registry, type_forms
from convlint.interp.natives.objects import Form
from convlint.interp.values.classes import ClassValue, Instance, ModuleInstance
from convlint.interp.values.functions import BoundMethod, Function, GeneratorValue, Native
from convlint.interp.values.modules import LazyImport, PyModule
from convlint.interp.values.numbers import LibraryNumber, Size
from convlint.interp.values.unknown import MISSING, Number, OneOf, Shaped, Unknown, Value
from convlint.layers.core import registry as layers
from convlint.layers.core.tensor import Tensor
from convlint.trace import Concern

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

Answer = bool | Unknown

PROTOCOLS: dict[type, tuple[str, ...]] = {
    collections.abc.Hashable: ("__hash__",),
    collections.abc.Iterable: ("__iter__",),
    collections.abc.Iterator: ("__iter__", "__next__"),
    collections.abc.Reversible: ("__reversed__", "__iter__"),
    collections.abc.Generator: ("__iter__", "__next__", "send", "throw", "close"),
    collections.abc.Sized: ("__len__",),
    collections.abc.Container: ("__contains__",),
    collections.abc.Collection: ("__len__", "__iter__", "__contains__"),
    collections.abc.Callable: ("__call__",),  # type: ignore[dict-item]
    collections.abc.Awaitable: ("__await__",),
    collections.abc.Coroutine: ("__await__", "send", "throw", "close"),
    collections.abc.AsyncIterable: ("__aiter__",),
    collections.abc.AsyncIterator: ("__aiter__", "__anext__"),
    collections.abc.AsyncGenerator: ("__aiter__", "__anext__", "asend", "athrow", "aclose"),
    contextlib.AbstractContextManager: ("__enter__", "__exit__"),
    contextlib.AbstractAsyncContextManager: ("__aenter__", "__aexit__"),
    os.PathLike: ("__fspath__",),
}
"""Abstract classes that every class with certain methods is a subclass of."""
CONTAINERS = (str, bytes, bytearray, list, tuple, dict, set, frozenset, type(None))
"""Types that no number and no tensor is of."""
SCALARS = (str, bytes, bytearray, int, float, complex, list, tuple, dict, set, frozenset, range, slice, type(None))


def is_instance(vm: Vm, value: Value, classinfo: Value) -> Answer:
    """Evaluate `isinstance(value, classinfo)`."""
    if type(value) is ModuleInstance and type(classinfo) is ClassValue and _are_torchs(value.cls, classinfo):
        return value.cls.derives_from(classinfo)
    if isinstance(classinfo, LazyImport):
        classinfo = vm.program.resolve(vm, classinfo)
    if isinstance(classinfo, tuple | list):
        return _any(is_instance(vm, value, item) for item in classinfo)
    if isinstance(classinfo, type_forms.Alias) and not classinfo.parts:
        classinfo = classinfo.origin
    if isinstance(classinfo, Form) and classinfo.name in type_forms.UNIONS:
        return _any(is_instance(vm, value, item or type(None)) for item in type_forms.members(classinfo))
    if isinstance(value, Unknown):
        certain = isinstance(value, Number | Shaped) and classinfo in CONTAINERS
        return False if certain else vm.derived(value, "isinstance", classinfo)
    if isinstance(classinfo, OneOf):
        return _of_any(vm, value, classinfo)
    if isinstance(classinfo, Unknown):
        return vm.derived(classinfo, "isinstance", value)
    if isinstance(classinfo, ClassValue):
        return _of_class(vm, value, classinfo)
    if isinstance(classinfo, type):
        return _of_type(vm, value, classinfo)
    if isinstance(classinfo, Native):
        return _of_native(vm, value, classinfo)
    if isinstance(classinfo, SCALARS):
        absent.refused(vm, "isinstance() arg 2 must be a type, a tuple of types, or a union")
    if isinstance(classinfo, Form) and classinfo.name == "typing.ForwardRef" and not isinstance(value, Form | Unknown):
        return False  # what `typing` makes of a text, and hands out in forms only
    vm.havoc(classinfo, "asked whether something is an instance of it")
    return vm.unknown("isinstance with a class that is not modelled")


def _are_torchs(cls: ClassValue, other: ClassValue) -> bool:
    """Whether both are layers of torch itself, which derive from what they say, and count as nothing else."""
    return cls.place is other.place is None and bool(cls.torch_name and other.torch_name) and not other.virtual


def _of_any(vm: Vm, value: Value, classes: OneOf) -> Answer:
    """Whether it is an instance of a class of which only a few are possible: known where all of them agree."""
    answers = [is_instance(vm, value, one) for one in classes.options]
    agreed = isinstance(answers[0], bool) and all(answer is answers[0] for answer in answers)
    return answers[0] if agreed else vm.derived(classes, "isinstance", value)


def _any(answers: collections.abc.Iterable[Answer]) -> Answer:
    undecided: Answer = False
    for answer in answers:
        if answer is True:
            return True
        undecided = answer if isinstance(answer, Unknown) else undecided
    return undecided


# --- classes of the program and of libraries ------------------------------------------------------------


def _of_class(vm: Vm, value: Value, cls: ClassValue) -> Answer:
    if any(isinstance(base, Form) and base.name == "typing.TypedDict" for base in cls.mro):
        absent.refused(vm, "TypedDict does not support instance and class checks")
    if cls.decides_instances is not None:
        return vm.derived(cls.decides_instances, "isinstance", value)
    hook = next((virtual for virtual in cls.virtual if isinstance(virtual, Unknown)), None)
    if hook is not None:
        return vm.derived(hook, "isinstance", value)
    if protocols.is_protocol(cls):
        derives = _derives(vm, value.cls, cls) if isinstance(value, Instance) else False
        return _any([protocols.has_object(vm, value, cls), derives, _counted(vm, value, cls)])
    if isinstance(value, Instance):
        found = _derives(vm, value.cls, cls)
        said = _said_class(vm, value) if found is False else value.cls
        if said is not value.cls:
            return said if isinstance(said, Unknown) else _derives(vm, said, cls)
    elif isinstance(value, LibraryNumber):
        found = _derives(vm, value.cls, cls)
    elif isinstance(value, Tensor):
        found = cls.qualname == "torch.Tensor" or (cls.qualname == "torch.nn.Parameter" and value.is_parameter)
    elif isinstance(value, ClassValue) and value.metaclass is not None:
        found = isinstance(value.metaclass, ClassValue) and _derives(vm, value.metaclass, cls)
    else:
        found = False
    return found if found is not False else _counted(vm, value, cls)


def _said_class(vm: Vm, value: Instance) -> ClassValue | Unknown:
    """Return what `__class__` of an object is: its class may say itself that it is another one."""
    if not value.cls.handles_reading and value.cls.find("__class__") is MISSING:
        return value.cls
    said = vm.getattr(value, "__class__", None)
    return said if isinstance(said, ClassValue | Unknown) else vm.unknown("the class that an object says it has")


def _derives(vm: Vm, cls: ClassValue, other: Value) -> Answer:
    if cls.derives_from(other):
        return True
    return cls.unknown_base if cls.unknown_base is not None else False


def _counted(vm: Vm, value: Value, cls: ClassValue) -> Answer:
    """Whether a class counts objects that do not derive from it: by `register`, by a hook, or by their methods."""
    for virtual in cls.virtual:
        if isinstance(virtual, Unknown):
            return vm.derived(virtual, "isinstance", value)
        found = is_instance(vm, value, virtual)
        if found is not False:
            return found
    if cls.of_program and cls.unknown_base is not None:
        return vm.derived(cls.unknown_base, "isinstance", value)
    return False


# --- types of Python ------------------------------------------------------------------------------------


def _of_type(vm: Vm, value: Value, kind: type) -> Answer:
    if kind is object:
        return True
    found = _of_python(vm, value, kind)
    if found is True or not isinstance(kind, abc.ABCMeta):
        return found
    return _any([found, *(is_instance(vm, value, one) for one in vm.registered(kind))])


def _of_python(vm: Vm, value: Value, kind: type) -> Answer:
    if isinstance(value, Instance):
        return _object(vm, value, kind)
    if isinstance(value, LibraryNumber):
        if value.cls.unknown_base is not None:
            return value.cls.unknown_base
        return any(issubclass(one, kind) for one in value.also) or kind is collections.abc.Hashable
    own = kinds.python_type(value)
    if own is not None:
        return issubclass(own, kind)
    if isinstance(value, Size):
        return issubclass(tuple, kind)
    if isinstance(value, GeneratorValue):
        return _lazy(vm, value, kind)
    return _by_methods(vm, value, kind) if kind in PROTOCOLS else _other(vm, value, kind)


def _object(vm: Vm, value: Instance, kind: type) -> Answer:
    """An object of a class: by what the class derives from, or by its methods."""
    cls = value.cls
    bases = [base for base in cls.mro if isinstance(base, type)]
    if cls.native_base is not None:
        bases.append(cls.native_base)
    if value.payload is not None:
        bases.append(type(value.payload))
    if any(issubclass(base, kind) for base in bases):
        return True
    said = _said_class(vm, value)
    if said is not cls:
        return vm.unknown("the class that an object says it has")
    if kind in PROTOCOLS:
        return _by_methods(vm, value, kind)
    if "__subclasshook__" in vars(kind):
        return vm.open_question(cls, f"whether a `{cls.name}` is a `{kind.__name__}`", kind.__name__, Concern.NOTHING)
    if any(isinstance(base, ClassValue) and not _tells_kind(base, kind) for base in cls.mro):
        return vm.open_question(cls, f"whether a `{cls.name}` is a `{kind.__name__}`", kind.__name__, Concern.NOTHING)
    if cls.unknown_base is not None and not (cls.is_module and kind in SCALARS):
        return vm.derived(cls.unknown_base, "isinstance", kind.__qualname__)
    return False


def _tells_kind(cls: ClassValue, kind: type) -> bool:
    """Whether a class is known to be no more of this type than it says: one that is written here says all of its bases,
    if not all of its methods."""
    return absent.is_listed(cls) or (kind in CONTAINERS and cls.module is not None and cls.module.hidden)


def _by_methods(vm: Vm, value: Value, kind: type) -> Answer:
    """Whether the class of a value has the methods that an abstract class asks for, none of them set to `None`."""
    if kind is collections.abc.Hashable and isinstance(value, Instance):
        return is_hashable(vm, value.cls)
    undecided: Answer = True
    for name in PROTOCOLS[kind]:
        cls = value.cls if isinstance(value, Instance) else None
        found = absent.presence(vm, value, name) if cls is None else absent.in_class(vm, cls, name)
        if found is False or (cls is not None and cls.find(name) is None):
            return False
        undecided = found if isinstance(found, Unknown) else undecided
    return undecided


def is_hashable(vm: Vm, cls: ClassValue) -> Answer:
    """Whether objects of a class have a hash: a class that says what is equal has none unless it says that too."""
    for base in cls.mro:
        if isinstance(base, ClassValue):
            if "__hash__" in base.namespace:
                return base.namespace["__hash__"] is not None
            if "__eq__" in base.namespace:
                return False
            if base.unknown_base is not None and not base.of_program:
                return base.unknown_base
            if not absent.is_listed(base):
                return vm.open_question(base, "whether it has a hash is not known", "__hash__", Concern.NOTHING)
        elif isinstance(base, Unknown):
            return base
    return cls.native_base is None or cls.native_base.__hash__ is not None


def _lazy(vm: Vm, value: GeneratorValue, kind: type) -> Answer:
    """One of many kinds of iterators: none of them is a container or a number."""
    if kind in SCALARS:
        return False
    if kind in (collections.abc.Iterator, collections.abc.Iterable, collections.abc.Hashable):
        return True
    return vm.open_question(value, f"whether an iterator is a `{kind.__name__}`", "isinstance", Concern.NOTHING)


def _other(vm: Vm, value: Value, kind: type) -> Answer:
    """Tensors, functions of libraries, and what libraries hand out: of no type of Python's, unless they say so."""
    if isinstance(value, Form) and value.parts and kind is type:
        return False
    if isinstance(value, ClassValue) and kind is type and isinstance(value.metaclass, ClassValue | type | None):
        return True  # whatever its metaclass is, that derives from `type`
    also = getattr(value, "also", ())
    if any(issubclass(one, kind) for one in also) or isinstance(value, BaseException):
        return bool(also) or isinstance(value, kind)
    if also and kind is type:
        return False  # an object of such a type
    if isinstance(value, Tensor) or kind in SCALARS:
        return False
    return vm.open_question(value, f"whether it is a `{kind.__name__}` is not known", kind.__name__, Concern.NOTHING)


def _of_native(vm: Vm, value: Value, classinfo: Native) -> Answer:
    test = registry.find_instance_test(classinfo.name)
    if test is not None:
        return test(vm, value)
    host = kinds.host_object(classinfo)
    if isinstance(host, type):
        return _of_type(vm, value, host)
    if isinstance(layers.find(classinfo.name), layers.Operation):
        return vm.unknown(f"isinstance with `{classinfo.name}`, which is a function")
    return vm.unknown(f"isinstance with `{classinfo.name}`")


# --- issubclass, type, callable -------------------------------------------------------------------------


def is_subclass(vm: Vm, cls: Value, classinfo: Value) -> Answer:
    """Evaluate `issubclass(cls, classinfo)`."""
    if isinstance(classinfo, tuple):
        return _any(is_subclass(vm, cls, item) for item in classinfo)
    for value in (cls, classinfo):
        if isinstance(value, Unknown):
            return vm.derived(value, "issubclass", classinfo if value is cls else cls)
    first, second = _class_of(cls), _class_of(classinfo)
    if first is None or second is None:
        pretends = isinstance(cls, Instance) and vm.getattr(cls, "__bases__", MISSING) is not MISSING
        if first is None and not pretends and (isinstance(cls, Instance | Function | Tensor) or type(cls) in SCALARS):
            absent.refused(vm, "issubclass() arg 1 must be a class")
        vm.havoc((cls, classinfo), "asked whether something is a subclass of it")
        return vm.unknown("issubclass of a class that is not modelled")
    if isinstance(first, type):
        if isinstance(second, type):
            return issubclass(first, second) or _registered(vm, first, second)
        if second.decides_instances is not None:
            return vm.derived(second.decides_instances, "issubclass", first)
        if protocols.is_protocol(second) and protocols.has_class(vm, first, second) is True:
            return True
        return _any(_counts(vm, first, one) for one in second.virtual)
    return True if second is object else _subclass(vm, first, second)


def _class_of(value: Value) -> ClassValue | type | None:
    if isinstance(value, type_forms.Alias) and not value.parts:
        value = value.origin
    if isinstance(value, ClassValue | type):
        return value
    host = kinds.host_object(value) if isinstance(value, Native) else MISSING
    return host if isinstance(host, type) else None


def _subclass(vm: Vm, cls: ClassValue, other: ClassValue | type) -> Answer:
    if isinstance(other, ClassValue):
        if other.decides_instances is not None:
            return vm.derived(other.decides_instances, "issubclass", cls)
        hook = next((virtual for virtual in other.virtual if isinstance(virtual, Unknown)), None)
        if hook is not None:
            return vm.derived(hook, "issubclass", cls)
        found = _any([protocols.has_class(vm, cls, other)] if protocols.is_protocol(other) else [])
        found = _any([found, _derives(vm, cls, other)])
    else:
        found = _object(vm, Instance(cls), other)
    if found is not False:
        return found
    if isinstance(other, type):
        return _registered(vm, cls, other)
    return _any(_counts(vm, cls, one) for one in other.virtual)


def _registered(vm: Vm, cls: Value, kind: type) -> Answer:
    return _any(_counts(vm, cls, one) for one in vm.registered(kind))


def _counts(vm: Vm, cls: Value, registered: Value) -> Answer:
    """Whether a class is one that is registered, or derives from it; not known where nobody knows what is."""
    return registered if isinstance(registered, Unknown) else is_subclass(vm, cls, registered)


def type_of(vm: Vm, value: Value) -> Value:
    """Evaluate `type(value)`."""
    if isinstance(value, Instance):
        return object if value.cls.qualname == "builtins.object" else value.cls
    if isinstance(value, Unknown):
        return vm.derived(value, "type")
    if isinstance(value, PyModule) and value.unknown is not None:
        return vm.derived(value.unknown, "type")
    if isinstance(value, PyModule) and value.stand_in is not MISSING:
        return type_of(vm, value.stand_in)
    if isinstance(value, PyModule) and value.state == "lazy":  # it may put something else in its place once it runs
        return vm.open_question(value, "the type of a module", "type", Concern.RUN)
    if isinstance(value, Tensor):
        name = "torch.nn.Parameter" if value.is_parameter else "torch.Tensor"
        return vm.program.torch_value(vm, name)
    if isinstance(value, LibraryNumber):
        return value.cls if value.cls.unknown_base is None else value.cls.unknown_base
    if isinstance(value, ClassValue) and isinstance(value.metaclass, ClassValue):
        return value.metaclass
    kind = kinds.python_type(value)
    if kind is not None:
        return kinds.as_value(kind)
    if isinstance(value, Size):
        return vm.program.torch_value(vm, "torch.Size")
    return vm.open_question(value, f"the type of a {type(value).__name__} is not modelled", "type", Concern.NOTHING)


def is_callable(vm: Vm, value: Value) -> Answer:
    """Evaluate `callable(value)`."""
    if isinstance(value, Unknown):
        return vm.derived(value, "callable")
    if isinstance(value, Function | ClassValue | Native | BoundMethod | type) or hasattr(value, "call_value"):
        return True
    if isinstance(value, Instance) and not isinstance(said := absent.in_class(vm, value.cls, "__call__"), Unknown):
        return said  # though it may be None
    return _of_type(vm, value, collections.abc.Callable)  # type: ignore[arg-type]
