"""What `dataclasses` refuses of a class: fields and options that do not go together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from convlint.interp.language import absent
from convlint.interp.values.classes import ClassValue
from convlint.interp.values.functions import Function
from convlint.interp.values.unknown import MISSING, Value

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

PARAMETERS = "__dataclass_params__"
ORDER = ("__lt__", "__le__", "__gt__", "__ge__")


def check(vm: Vm, cls: ClassValue, fields: dict[str, Any], options: dict[str, Value]) -> None:
    """Raise what the decorator raises of a class with these fields, in the order of their definition."""
    _check_options(vm, cls, options)
    for one in fields.values():
        if isinstance(one.default, list | dict | set):
            vm.throw(ValueError, f"mutable default {type(one.default)} for field {one.name} is not allowed")
    if options.get("init", True):
        _check_order(vm, fields)


def _check_options(vm: Vm, cls: ClassValue, options: dict[str, Value]) -> None:
    written = cls.namespace.get
    frozen = bool(options.get("frozen", False))
    if options.get("order", False) and not options.get("eq", True):
        vm.throw(ValueError, "eq must be true if order is true")
    for base in cls.mro[1:]:
        given = base.namespace.get(PARAMETERS) if isinstance(base, ClassValue) else None
        if given is not None and bool(given.fields["frozen"]) != frozen:
            absent.refused(vm, "cannot inherit frozen dataclass from a non-frozen one, or the other way round")
    if options.get("order", False) and any(isinstance(written(name), Function) for name in ORDER):
        absent.refused(vm, f"Cannot overwrite an order in class {cls.name}")
    if frozen and any(isinstance(written(name), Function) for name in ("__setattr__", "__delattr__")):
        absent.refused(vm, f"Cannot overwrite attribute __setattr__ in class {cls.name}")
    if options.get("unsafe_hash", False) and isinstance(written("__hash__"), Function):
        absent.refused(vm, f"Cannot overwrite attribute __hash__ in class {cls.name}")
    if options.get("slots", False) and written("__slots__", MISSING) is not MISSING:
        absent.refused(vm, f"{cls.name} already specifies __slots__")


def _check_order(vm: Vm, fields: dict[str, Any]) -> None:
    """A parameter without a default cannot follow one with a default."""
    optional = False
    for one in fields.values():
        if not one.init or one.kw_only:
            continue
        if optional and not one.optional:
            absent.refused(vm, f"non-default argument '{one.name}' follows default argument")
        optional = optional or one.optional
