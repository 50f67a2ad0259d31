"""Named tuples, by `collections.namedtuple` and by `typing.NamedTuple`: objects of the program that carry a tuple."""

from __future__ import annotations

import keyword
from typing import TYPE_CHECKING

from convlint.interp.language import absent
from convlint.interp.natives.lifting import fitted, items_of, take
from convlint.interp.natives.objects import Form
from convlint.interp.natives.registry import add_value, class_hook, native
from convlint.interp.values.classes import ClassValue, Instance
from convlint.interp.values.functions import ClassMethod, Native, StaticMethod
from convlint.interp.values.unknown import MISSING, Unknown, Value

if TYPE_CHECKING:
    from convlint.interp.vm import Vm


def make_class(vm: Vm, cls: ClassValue, fields: list[str], defaults: dict[str, Value]) -> None:
    """Give a class what named tuples have."""
    cls.kind = "namedtuple"
    cls.native_base = tuple
    cls.field_order = fields
    cls.namespace.update(
        _fields=tuple(fields),
        _field_defaults=defaults,
        _make=ClassMethod(Native("_make", _make)),
        _replace=Native("_replace", _replace, binds=True),
        _asdict=Native("_asdict", _asdict, binds=True),
        __repr__=Native("__repr__", _text, binds=True),
    )
    cls.namespace["__new__"] = StaticMethod(Native("__new__", _new))


def _text(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    parts = [(name, vm.format(args[0].attrs[name], "", "r")) for name in args[0].cls.field_order]
    unknown = next((text for _, text in parts if isinstance(text, Unknown)), None)
    shown = ", ".join(f"{name}={text}" for name, text in parts)
    return f"{args[0].cls.name}({shown})" if unknown is None else unknown


def _new(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    cls, *given = args
    fields = cls.field_order
    defaults = cls.find("_field_defaults")
    if isinstance(defaults, Unknown):
        return defaults
    required = [name for name in fields if name not in defaults]
    values = fitted(given, kwargs, required, defaults)
    if values is None:
        absent.misfit(vm, f"{cls.name}.__new__() takes {', '.join(fields)}")
    return _build(cls, values)


def _build(cls: ClassValue, values: list[Value]) -> Instance:
    return Instance(cls, dict(zip(cls.field_order, values, strict=True)), tuple(values))


def _make(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    cls, iterable = args
    items = items_of(vm, "_make", iterable)
    if isinstance(items, Unknown):
        return items
    if len(items) != len(cls.field_order):
        absent.refused(vm, f"Expected {len(cls.field_order)} arguments, got {len(items)}")
    return _build(cls, items)


def _replace(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    obj = args[0]
    for name in kwargs:
        if name not in obj.cls.field_order:
            vm.throw(ValueError, f"Got unexpected field names: ['{name}']")
    return _build(obj.cls, [kwargs.get(name, obj.attrs[name]) for name in obj.cls.field_order])


def _asdict(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return {name: args[0].attrs[name] for name in args[0].cls.field_order}


def new_class(vm: Vm, name: str, fields: list[str], defaults: dict[str, Value]) -> ClassValue:
    """Make a named tuple class by itself."""
    cls = ClassValue(name, name, (), {}, vm.frame.module, vm.place())
    cls.mro = (cls,)
    make_class(vm, cls, fields, defaults)
    return cls


@native("collections.namedtuple")
def namedtuple(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if len(args) > 2:
        absent.refused(vm, f"namedtuple() takes 2 positional arguments but {len(args)} were given")
    name, fields, rename, defaults, module = take(
        vm, "namedtuple", args, kwargs, "typename", "field_names", rename=False, defaults=(), module=None
    )
    names = fields.replace(",", " ").split() if isinstance(fields, str) else items_of(vm, "namedtuple", fields)
    if isinstance(names, Unknown) or not vm.is_concrete(names) or rename or not isinstance(name, str):
        return vm.unknown("a named tuple whose fields are not known")
    if any(not isinstance(part, str) or not part.isidentifier() or keyword.iskeyword(part) for part in names):
        vm.throw(ValueError, "Type names and field names must be valid identifiers")
    last = items_of(vm, "namedtuple", () if defaults is None else defaults)
    if isinstance(last, Unknown):
        return last
    given = dict(zip(names[len(names) - len(last) :], last, strict=False))
    made = new_class(vm, name, names, given)
    if module is not None:
        made.namespace["__module__"] = module
    return made


def _typed(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """`NamedTuple("Point", [("x", int), ("y", int)])`."""
    name, fields = take(vm, "NamedTuple", args, {}, "typename", fields=list(kwargs.items()))
    pairs = items_of(vm, "NamedTuple", fields)
    if isinstance(pairs, Unknown) or not isinstance(name, str) or not all(isinstance(pair, tuple) for pair in pairs):
        return vm.unknown("a named tuple whose fields are not known")
    made = new_class(vm, name, [pair[0] for pair in pairs], {})
    if isinstance(made, ClassValue) and all(len(pair) == 2 for pair in pairs):
        made.annotations = dict(pairs)
    return made


NAMED_TUPLE = Form("typing.NamedTuple", (), _typed)
add_value("typing.NamedTuple", NAMED_TUPLE)
add_value("typing_extensions.NamedTuple", NAMED_TUPLE)


@class_hook(NAMED_TUPLE)
def finish(vm: Vm, cls: ClassValue) -> None:
    """`class Point(NamedTuple)`: its annotations are the fields. A class that derives from such a class adds none."""
    if NAMED_TUPLE in cls.bases and cls.find("_fields") is MISSING:
        fields = list(cls.annotations)
        make_class(vm, cls, fields, {name: cls.namespace[name] for name in fields if name in cls.namespace})
        for name in fields:
            cls.namespace.pop(name, None)
