"""`dir`: the names of an object, as far as all of them are known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.interp.natives.lifting import not_followed, opaque
from convlint.interp.natives.objects import instance
from convlint.interp.natives.registry import native
from convlint.interp.values.classes import ClassValue, Instance, ModuleInstance
from convlint.interp.values.functions import Function
from convlint.interp.values.modules import PyModule
from convlint.interp.values.unknown import MISSING, Unknown, Value

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

MAKING_UP = ("__getattr__", "__getattribute__", "__dir__")
"""Methods with which a class makes up attributes, or what is listed of them."""
OF_STATEMENT = ("__dict__", "__doc__", "__module__", "__weakref__")
"""Names that a class statement gives a class."""


def _has_name(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """A name is listed if it is an attribute, unless a class makes up attributes or what it lists."""
    listing, name = args
    obj = listing.attrs["of"]
    if not isinstance(name, str):
        return opaque(vm, "dir", [name])
    if isinstance(obj, Instance):
        if any(isinstance(obj.cls.find(method), Function) for method in MAKING_UP):
            return vm.unknown(f"what `dir` lists of a `{obj.cls.name}` object")
        if obj.cls.find(name) is not MISSING or name in obj.attrs:
            return True
    return vm.hasattr(obj, name)


def _names(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Python sorts them. Special names that hang on its version are taken to be those of the Python that runs this."""
    found = listed(vm, args[0].attrs["of"])
    if isinstance(found, Unknown):
        return found
    vm.step(len(found))
    return vm.iterator(sorted(found))


def listed(vm: Vm, obj: Value) -> set[str] | Unknown:
    """Return the names that `dir` lists of an object."""
    if isinstance(obj, PyModule) and obj.filename and not obj.hidden and "__dir__" not in obj.scope.names:  # type: ignore[union-attr]
        vm.program.run(vm, obj)
        if obj.unknown is None and obj.stand_in is MISSING:
            return set(vm.program.settle(vm, obj))
    if isinstance(obj, ClassValue):
        return _of_class(obj) or vm.unknown(f"the names of `{obj.name}`")
    if isinstance(obj, Instance) and not isinstance(obj, ModuleInstance) and obj.tainted is None:
        own = _of_class(obj.cls)
        if own is not None and not any(isinstance(obj.cls.find(method), Function) for method in MAKING_UP):
            return own | set(obj.attrs)
    return vm.unknown("the names in a module" if isinstance(obj, PyModule) else "the names of an object")


def _of_class(cls: ClassValue) -> set[str] | None:
    """The names of a class and of those that it derives from, None if they are not all known."""
    if cls.unknown_base is not None or cls.kind in ("enum", "namedtuple"):
        return None
    names = {*dir(object), *OF_STATEMENT}
    for base in cls.mro:
        if isinstance(base, type):
            names.update(dir(base))
        elif not isinstance(base, ClassValue) or not base.of_program:
            return None
        else:
            names.update(base.namespace)
    return names if cls.native_base is None else names | set(dir(cls.native_base))


def _opaque(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """How many names there are hangs on the version of Python."""
    return vm.unknown("how many names `dir` lists")


LISTING = instance(
    "dir", __contains__=_has_name, __iter__=_names, __len__=_opaque, __getitem__=_opaque, __eq__=_opaque, __ne__=_opaque
).cls


@native("builtins.dir")
def directory(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """List the names of an object. What enums list hangs on the version of Python."""
    cls = args[0].cls if args and isinstance(args[0], Instance) else next(iter(args), None)
    if isinstance(cls, ClassValue) and (cls.kind == "enum" or cls.find("__dir__") is not MISSING):
        return not_followed(vm, "what an object says that it has", args, kwargs)
    if len(args) == 1 and not isinstance(args[0], Unknown):
        return Instance(LISTING, {"of": args[0]})
    return vm.unknown("`dir` of the names that are known here")
