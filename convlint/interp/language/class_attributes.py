"""Attributes of classes: what a class and its bases hold, and what `type` adds."""

from __future__ import annotations

import abc
from collections.abc import Callable
from typing import TYPE_CHECKING

from convlint.interp.language import kinds
from convlint.interp.natives import real_names, registry
from convlint.interp.natives.objects import MappingProxy
from convlint.interp.values.classes import ClassValue, Instance
from convlint.interp.values.functions import BoundMethod, ClassMethod, Native, Property, StaticMethod
from convlint.interp.values.modules import LazyImport
from convlint.interp.values.unknown import MISSING, Unknown, Value

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

OF_CLASSES = frozenset({"from_bytes", "fromhex", "fromkeys", "maketrans"})
"""Methods of Python's own types that take no receiver."""


def of_class(vm: Vm, cls: ClassValue, name: str) -> Value:
    """Return what is modelled of `cls.name`; `MISSING` where that is nothing."""
    of_metaclass = cls.metaclass.find(name) if isinstance(cls.metaclass, ClassValue) else MISSING
    if of_metaclass is not MISSING and (cls.find(name) is MISSING or isinstance(of_metaclass, Property | Instance)):
        return vm.unknown(f"`{name}` of the metaclass of `{cls.name}` is not modelled")
    if name == "__new__" and cls.kind == "enum":
        return MISSING  # another one than the class was written with
    fact = FACTS.get(name)
    if fact is not None:
        value = fact(vm, cls)
        if value is not MISSING:
            return value
    found = cls.find(name)
    if found is not MISSING:
        return bound_to_class(vm, found, cls)
    if cls.native_base is not None:
        method = registry.find_method(cls.native_base, name)
        if method is not None and name in OF_CLASSES:
            return vm.unknown(f"`{name}` of a class that derives from `{cls.native_base.__name__}`")
        if method is not None:
            return Native(f"{cls.name}.{name}", method, True)
    if cls.unknown_base is not None:
        return vm.inherited(vm.derived(cls.unknown_base, ".", cls, name), cls)
    own = registry.find(f"builtins.object.{name}")
    if own is not None:
        return own
    implied = REGISTER if name == "register" and is_abstract(cls) else METHODS.get(name)
    return MISSING if implied is None else BoundMethod(implied, cls)


def is_abstract(cls: ClassValue) -> bool:
    """Whether its metaclass is `abc.ABCMeta`, so that classes can be registered with it."""
    meta = kinds.metaclass(cls)
    return meta is not None and issubclass(meta, abc.ABCMeta)


def bound_to_class(vm: Vm, found: Value, cls: ClassValue) -> Value:
    """Turn what a class holds into what an attribute of the class itself is."""
    from convlint.interp.language.attributes import descriptor_get

    if isinstance(found, StaticMethod):
        return found.func
    if isinstance(found, ClassMethod):
        return BoundMethod(found.func, cls)
    if isinstance(found, LazyImport):
        return vm.program.resolve(vm, found)
    if isinstance(found, Instance) and found.cls is not cls:
        return descriptor_get(vm, found, None, cls)
    return found


# --- what `type` tells of a class -----------------------------------------------------------------------


def _name(vm: Vm, cls: ClassValue) -> Value:
    return cls.name


def _qualname(vm: Vm, cls: ClassValue) -> Value:
    return cls.path or MISSING


def at_top(cls: ClassValue) -> bool:
    return cls.of_program and cls.path == cls.name


def _module(vm: Vm, cls: ClassValue) -> Value:
    if "__module__" in cls.namespace:
        return MISSING if isinstance(cls.namespace["__module__"], Instance) else cls.namespace["__module__"]
    if cls.module is not None:
        return (cls.home or cls.module.name) if cls.of_program else MISSING
    return "enum" if cls.kind == "enum" else real_names.home_of(cls.qualname) or MISSING


def _doc(vm: Vm, cls: ClassValue) -> Value:
    """Python 3.13 takes the indentation away: the text of several lines is not known."""
    if "__doc__" in cls.namespace:
        return MISSING if isinstance(cls.namespace["__doc__"], Instance) else cls.namespace["__doc__"]
    if not cls.of_program or cls.place is None or (cls.kind != "plain" and cls.doc is None):
        return MISSING  # a dataclass, an enumeration or a named tuple that has none is given one
    return document(vm, cls.doc)


def document(vm: Vm, text: str | None) -> Value:
    """Return a documentation. An installed package that reads it while it is imported works with either indentation."""
    if text is None or "\n" not in text or (vm.importing and vm.frames and vm.program.is_packaged(vm.frame.module)):
        return text
    return vm.unknown("a documentation of several lines")


def _mro(vm: Vm, cls: ClassValue) -> Value:
    if not wholly_written(cls):
        return MISSING
    last = cls.mro[-1]
    return (*cls.mro[:-1], *last.__mro__) if isinstance(last, type) else (*cls.mro, object)


def _bases(vm: Vm, cls: ClassValue) -> Value:
    return (cls.bases or (object,)) if wholly_written(cls) else MISSING


def _base(vm: Vm, cls: ClassValue) -> Value:
    return (cls.bases or (object,))[0] if wholly_written(cls) and len(cls.bases) < 2 else MISSING


def wholly_written(cls: ClassValue) -> bool:
    """Whether the classes that it derives from are all known, and are listed as Python lists them."""
    return (
        (cls.unknown_base is None or not isinstance(cls.metaclass, ClassValue))
        and all(
            isinstance(base, ClassValue) and (base.of_program or base.qualname in ("torch.nn.Module", "enum.Enum"))
            for base in (cls.mro[:-1] if isinstance(cls.mro[-1], type) else cls.mro)
        )
        and cls.kind in ("plain", "dataclass", "enum")
    )


def _dict(vm: Vm, cls: ClassValue) -> Value:
    if not cls.of_program or cls.unknown_base is not None:
        return MISSING
    held = {"__module__": _module(vm, cls), **cls.namespace}
    above = [base for base in cls.mro[1:] if isinstance(base, ClassValue)]
    if not any(has_dict(base) for base in above):  # else a class above has them
        extended = cls.native_base is not None and cls.native_base.__dictoffset__ != 0
        for name in ("__weakref__",) if extended else ("__dict__", "__weakref__"):
            held.setdefault(name, Unknown(f"`{name}` of a class"))
    is_given = cls.kind != "plain" and cls.doc is None
    held.setdefault("__doc__", Unknown("`__doc__` of a class") if is_given else document(vm, cls.doc))
    return MappingProxy(held)


def _annotations(vm: Vm, cls: ClassValue) -> Value:
    if isinstance(cls.metaclass, ClassValue) or "__annotations__" in cls.namespace:
        return vm.unknown(f"the annotations of `{cls.name}`")
    return cls.annotations if cls.of_program else MISSING


FACTS: dict[str, Callable[[Vm, ClassValue], Value]] = {
    "__name__": _name,
    "__qualname__": _qualname,
    "__module__": _module,
    "__doc__": _doc,
    "__mro__": _mro,
    "__bases__": _bases,
    "__base__": _base,
    "__dict__": _dict,
    "__annotations__": _annotations,
}


def _call(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    from convlint.interp.language.calls import make

    return make(vm, args[0], args[1:], kwargs)


def _mro_list(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    mro = _mro(vm, args[0])
    return vm.unknown("the classes that a class derives from") if mro is MISSING else list(mro)


def _subclasses(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return vm.unknown("the subclasses of a class")


def _register(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """`ABC.register`: the class counts for every abstract class above as well."""
    cls, registered = args
    for base in cls.mro:
        if isinstance(base, ClassValue):
            vm.writing(base)
            base.virtual.append(vm.in_one_way(registered))
    return registered


def register_with(kind: type) -> Native:
    """`register` of an abstract class of Python's own."""

    def register(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
        for base in kind.__mro__:
            vm.register(base, vm.in_one_way(args[0]))
        return args[0]

    return Native("abc.ABCMeta.register", register)


METHODS = {
    "__call__": Native("type.__call__", _call, True),
    "mro": Native("type.mro", _mro_list, True),
    "__subclasses__": Native("type.__subclasses__", _subclasses, True),
}
REGISTER = Native("abc.ABCMeta.register", _register, True)


def slots(cls: ClassValue) -> frozenset[str] | None:
    """Return the names that alone can be set on objects of a class; None if there is no such limit, or it is not known.

    Names with two leading underscores are mangled in `__slots__`: a class that has them is not limited here.
    """
    names: set[str] = set()
    for base in cls.mro:
        if not isinstance(base, ClassValue) or not base.of_program or base.unknown_base is not None:
            return None
        given = base.namespace.get("__slots__", MISSING)
        given = (given,) if isinstance(given, str) else given
        listed = given if isinstance(given, tuple | list) else None
        if listed is None or not all(isinstance(name, str) and not name.startswith("__") for name in listed):
            return None
        names.update(listed)
    return frozenset(names) if cls.native_base is None and "__dict__" not in names else None


def has_dict(cls: ClassValue) -> bool | None:
    """Whether objects of a class have a `__dict__` of all that they hold; None where slots may hold some of it."""
    if cls.qualname == "builtins.object" or cls.kind == "namedtuple":
        return False
    if slots(cls) is not None:
        return False
    given = [base.namespace.get("__slots__", MISSING) for base in cls.mro if isinstance(base, ClassValue)]
    return None if any(one is not MISSING and one not in ((), []) for one in given) else True
