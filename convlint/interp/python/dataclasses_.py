"""`dataclasses`: the decorator, fields, and what reads them. Generated methods are native; written ones win."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

from msgspec import Struct, field

from convlint.interp.language import absent, keys
from convlint.interp.language.assignment import delete_on_object, set_on_object
from convlint.interp.language.classes import abstract_names
from convlint.interp.natives.lifting import take
from convlint.interp.natives.objects import Form, Record, Shown, decorating
from convlint.interp.natives.registry import Implementation, add_value, native
from convlint.interp.python import dataclass_rules
from convlint.interp.python.annotated import EMPTY
from convlint.interp.python.copy_ import deepcopy
from convlint.interp.python.signatures import SIGNATURE, record
from convlint.interp.values.classes import ClassValue, Instance, ModuleInstance
from convlint.interp.values.functions import Native
from convlint.interp.values.modules import LazyImport, PyModule
from convlint.interp.values.signals import PyRaise
from convlint.interp.values.unknown import MISSING, Unknown, Value
from convlint.trace import Concern

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

FIELDS = "__dataclass_fields__"
OPTIONS = ("init", "repr", "eq", "order", "unsafe_hash", "frozen", "match_args", "kw_only", "slots", "weakref_slot")

BY_DEFAULT = ("init", "repr", "eq", "match_args")

NONE_GIVEN = Form("dataclasses.MISSING")
KW_ONLY = Form("dataclasses.KW_ONLY")
INIT_VAR = Form("dataclasses.InitVar")
MADE_ANEW = Shown("dataclasses._HAS_DEFAULT_FACTORY", text="<factory>")
"""What signatures show as the default of a field whose default is made anew each time."""
add_value("dataclasses.MISSING", NONE_GIVEN)
add_value("dataclasses.KW_ONLY", KW_ONLY)
add_value("dataclasses.InitVar", INIT_VAR)
add_value("dataclasses.FrozenInstanceError", dataclasses.FrozenInstanceError)


class Field(Struct, eq=False):
    """One field of a dataclass, as `dataclasses.fields` shows it."""

    name: str = ""
    type: Value = None
    default: Value = field(default_factory=lambda: NONE_GIVEN)
    default_factory: Value = field(default_factory=lambda: NONE_GIVEN)
    init: bool = True
    repr: bool = True
    hash: Value = None
    compare: bool = True
    metadata: Value = {}
    kw_only: bool | None = None
    init_var: bool = False

    def get_attribute(self, vm: Vm, name: str) -> Value:
        return getattr(self, name) if name in self.__struct_fields__ and name != "init_var" else MISSING

    @property
    def optional(self) -> bool:
        return self.default is not NONE_GIVEN or self.default_factory is not NONE_GIVEN


@native("dataclasses.field")
def make_field(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if args:
        absent.refused(vm, "field() takes 0 positional arguments")
    known = {
        key: value
        for key, value in kwargs.items()
        if key in Field.__struct_fields__ and key not in ("name", "type", "init_var")
    }
    if all(known.get(name, NONE_GIVEN) is not NONE_GIVEN for name in ("default", "default_factory")):
        vm.throw(ValueError, "cannot specify both default and default_factory")
    made = Field(**known)
    made.kw_only = made.kw_only if isinstance(made.kw_only, bool) else None
    made.metadata = made.metadata if made.metadata is not None else {}
    return made


@native("dataclasses.dataclass")
def decorate(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if args and decorating(args[0]):
        if kwargs.get("slots", False) is not False:
            vm.havoc(args[0], "a dataclass with slots is another class")
            return vm.unknown("a dataclass with slots is another class")
        return _make(vm, args[0], kwargs)
    return Native("dataclass", lambda vm, args, _: _make(vm, args[0], kwargs))


def _make(vm: Vm, cls: Value, options: dict[str, Value]) -> Value:
    if not isinstance(cls, ClassValue):
        return cls
    if any(not isinstance(value, bool) for value in options.values()):
        return vm.unknown("a dataclass whose options are not known")
    fields: dict[str, Field] = {}
    for base in reversed(cls.mro[1:]):
        if isinstance(base, ClassValue):
            fields.update(base.namespace.get(FIELDS, {}))
    fields.update(_own_fields(vm, cls, bool(options.get("kw_only", False))))
    dataclass_rules.check(vm, cls, fields, options)
    cls.kind = "dataclass"
    cls.field_order = [name for name, one in fields.items() if not one.init_var]
    cls.namespace[FIELDS] = fields
    cls.namespace["__dataclass_params__"] = Record(
        "_DataclassParams", {name: options.get(name, name in BY_DEFAULT) for name in OPTIONS}
    )
    methods = {"__eq__": _equal, "__repr__": _text}
    if options.get("init", True):
        methods["__init__"] = _init
    for name in ("eq", "repr"):
        if not options.get(name, True):
            del methods[f"__{name}__"]
    if options.get("order", False):
        methods.update(
            {name: _order(op) for name, op in (("__lt__", "<"), ("__le__", "<="), ("__gt__", ">"), ("__ge__", ">="))}
        )
    hashes = _hash_method(cls, options)
    for name, call in methods.items():
        made = Native(f"{cls.name}.{name}", call, binds=True)
        if cls.namespace.setdefault(name, made) is made:
            _name_generated(vm, cls, made, name)
            if name == "__init__":
                vm.add_to(made, SIGNATURE, _signature(fields))
    cls.abstract = abstract_names(cls) if cls.abstract else cls.abstract
    if options.get("slots", False):
        cls.namespace["__slots__"] = _slots(vm, cls, bool(options.get("weakref_slot", False)))
    if options.get("frozen", False):
        cls.namespace["__setattr__"] = Native(f"{cls.name}.__setattr__", _frozen(cls, "assign to"), binds=True)
        cls.namespace["__delattr__"] = Native(f"{cls.name}.__delattr__", _frozen(cls, "delete"), binds=True)
    cls.namespace.update(hashes)
    return cls


def _name_generated(vm: Vm, cls: ClassValue, method: Native, name: str) -> None:
    """A generated method is a function like one that is written in the class: who wraps it takes its names over."""
    if not cls.path:
        return
    home = vm.getattr(cls, "__module__")
    named = {"__name__": name, "__qualname__": f"{cls.path}.{name}", "__module__": home, "__doc__": None}
    for attribute, value in named.items():
        vm.add_to(method, attribute, value)


def _slots(vm: Vm, cls: ClassValue, weak: bool) -> Value:
    """Return the fields that no base has as slots already; what those are is not known of every form of `__slots__`."""
    taken: set[str] = set()
    for base in cls.mro[1:]:
        given = base.namespace.get("__slots__", ()) if isinstance(base, ClassValue) else ()
        if not vm.is_concrete(given):
            return vm.unknown("the slots of a dataclass")
        taken.update((given,) if isinstance(given, str) else given)
    own = [name for name in cls.annotations if name in cls.field_order]
    return tuple(name for name in (*own, *(["__weakref__"] if weak else [])) if name not in taken)


def _frozen(cls: ClassValue, act: str) -> Implementation:
    """Objects of the very class do not change, and its fields do not in those of classes that derive from it."""

    def refuse(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
        obj, name = args[:2]
        if obj.cls is not cls and name not in cls.namespace[FIELDS]:
            set_on_object(vm, obj, name, args[2]) if len(args) > 2 else delete_on_object(vm, obj, name)
            return None
        raise PyRaise(dataclasses.FrozenInstanceError(f"cannot {act} field '{args[1]}'"))

    return refuse


def _hash_method(cls: ClassValue, options: dict[str, Value]) -> dict[str, Value]:
    """Return the `__hash__` that a dataclass gets: None where it compares by value and may change."""
    equal, frozen = options.get("eq", True), options.get("frozen", False)
    written = cls.namespace.get("__hash__", MISSING)
    if options.get("unsafe_hash", False) or (equal and frozen and written is MISSING):
        return {"__hash__": Native(f"{cls.name}.__hash__", _hash, binds=True)}
    return {"__hash__": None} if equal and not frozen and written is MISSING else {}


def _own_fields(vm: Vm, cls: ClassValue, kw_only: bool) -> dict[str, Field]:
    fields: dict[str, Field] = {}
    for name, annotation in cls.annotations.items():
        if _names(vm, cls, annotation, "dataclasses.KW_ONLY"):
            kw_only = True
            continue
        given = cls.namespace.get(name, MISSING)
        if _names(vm, cls, annotation, "typing.ClassVar"):
            _of_class_only(vm, cls, name, given)
            continue
        if isinstance(given, Instance):  # perhaps a descriptor
            given = vm.getattr(cls, name, MISSING)
        made = given if isinstance(given, Field) else Field(default=NONE_GIVEN if given is MISSING else given)
        made.name, made.type = name, annotation
        made.kw_only = kw_only if made.kw_only is None else made.kw_only
        made.init_var = _names(vm, cls, annotation, "dataclasses.InitVar")
        fields[name] = made
        if isinstance(given, Field):
            del cls.namespace[name]
            if made.default is not NONE_GIVEN:
                cls.namespace[name] = made.default
                if isinstance(made.default, Instance) and made.default.cls.find("__set_name__") is not MISSING:
                    vm.call(vm.special(made.default, "__set_name__"), [cls, name])
    return fields


def _of_class_only(vm: Vm, cls: ClassValue, name: str, given: Value) -> None:
    """A field that only the class has leaves its default in the class."""
    if not isinstance(given, Field):
        return
    if given.default_factory is not NONE_GIVEN:
        absent.refused(vm, f"field {name} cannot have a default factory")
    if given.default is NONE_GIVEN:
        del cls.namespace[name]
    else:
        cls.namespace[name] = given.default


_WRITTEN = re.compile(r"^(?:\s*(\w+)\s*\.)?\s*(\w+)")


def _names(vm: Vm, cls: ClassValue, annotation: Value, name: str) -> bool:
    """Tell whether an annotation is this form; of a text, Python looks only at the one or two names it begins with."""
    if isinstance(annotation, Form):
        return annotation.name.rpartition(".")[2] == name.rpartition(".")[2]
    match = _WRITTEN.match(annotation) if isinstance(annotation, str) else None
    if match is None or cls.module is None or cls.module.scope is None:
        return False
    package, _, last = name.rpartition(".")
    first = cls.module.scope.names.get(match[1] or match[2])
    if isinstance(first, LazyImport):
        first = vm.program.resolve(vm, first)
    if match[1]:
        return isinstance(first, PyModule) and first.name == package and match[2] == last
    return isinstance(first, Form) and first.name == name


def _init(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> None:
    obj, *given = args
    if not isinstance(obj, Instance):
        return
    unknown = obj.cls.unknown_base
    if unknown is not None:
        vm.havoc(obj, unknown.reason)
        return
    fields: dict[str, Field] = _generated_for(obj.cls)
    names = [name for name, one in fields.items() if one.init and not one.kw_only]
    named = [name for name, one in fields.items() if one.init and one.kw_only]
    if len(given) > len(names):
        absent.misfit(
            vm,
            f"{obj.cls.name}.__init__() takes {len(names) + 1} positional arguments but {len(args)} were given",
        )
    values = dict(zip(names, given, strict=False))
    for key, value in kwargs.items():
        if key not in fields or not fields[key].init:
            absent.misfit(vm, f"{obj.cls.name}.__init__() got an unexpected keyword argument '{key}'")
        if key in values:
            absent.misfit(vm, f"{obj.cls.name}.__init__() got multiple values for argument '{key}'")
        values[key] = value
    for name in (*names, *named):
        if name not in values and not fields[name].optional:
            absent.misfit(vm, f"{obj.cls.name}.__init__() missing 1 required argument: '{name}'")
    _assign(vm, obj, fields, values)


def _signature(fields: dict[str, Field]) -> Value:
    """The signature of the `__init__` that a dataclass gets."""
    taken = [(name, one) for name, one in fields.items() if one.init]
    first = "__dataclass_self__" if "self" in fields else "self"
    listed: list[tuple[str, str, Value]] = [(first, "POSITIONAL_OR_KEYWORD", EMPTY)]
    for kind in ("POSITIONAL_OR_KEYWORD", "KEYWORD_ONLY"):
        for name, one in taken:
            if bool(one.kw_only) == (kind == "KEYWORD_ONLY"):
                default = one.default if one.default is not NONE_GIVEN else EMPTY
                listed.append((name, kind, MADE_ANEW if default is EMPTY and one.optional else default))
    return record(listed, {name: one.type for name, one in taken})


def _generated_for(cls: ClassValue) -> dict[str, Field]:
    """The fields of the nearest dataclass: a class that only derives from one adds none."""
    found = cls.find(FIELDS)
    return found if isinstance(found, dict) else {}


def _assign(vm: Vm, obj: Instance, fields: dict[str, Field], values: dict[str, Value]) -> None:
    for name, one in fields.items():
        if name not in values and one.default_factory is not NONE_GIVEN:
            values[name] = vm.call(one.default_factory, [], {})
        elif name not in values and one.default is not NONE_GIVEN and (one.init or "__slots__" in obj.cls.namespace):
            values[name] = one.default
        if name in values and not one.init_var:
            if isinstance(obj.cls.find("__setattr__"), Native) and not isinstance(obj, ModuleInstance):
                set_on_object(vm, obj, name, values[name])  # frozen
            else:
                vm.setattr(obj, name, values[name])
    if obj.cls.find("__post_init__") is not MISSING:
        extra = [values[name] for name, one in fields.items() if one.init_var and name in values]
        vm.call(vm.getattr(obj, "__post_init__"), extra, {})


def _contents(vm: Vm, obj: Value) -> tuple[Value, ...]:
    return tuple(
        vm.getattr(obj, name) for name, one in obj.cls.find(FIELDS).items() if not one.init_var and one.compare is True
    )


def _hash(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    parts = [
        vm.getattr(args[0], name)
        for name, one in args[0].cls.find(FIELDS).items()
        if not one.init_var and (one.compare if one.hash is None else one.hash) is True
    ]
    return keys.hash_of(vm, tuple(parts))


def _equal(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    left, right = args
    if isinstance(right, Unknown):
        return vm.derived(right, "==", left)
    if not isinstance(right, Instance) or right.cls is not left.cls:
        return NotImplemented
    return left is right or vm.compare("==", _contents(vm, left), _contents(vm, right))


def _order(op: str) -> Value:
    def compare(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
        left, right = args
        if isinstance(right, Unknown):
            return vm.derived(right, op, left)
        if not isinstance(right, Instance) or right.cls is not left.cls:
            return NotImplemented
        return vm.compare(op, _contents(vm, left), _contents(vm, right))

    return compare


def _text(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    obj = args[0]
    parts: list[str] = []
    for name, one in obj.cls.find(FIELDS).items():
        if one.repr is True and not one.init_var:
            text = vm.format(vm.getattr(obj, name), "", "r")
            if isinstance(text, Unknown):
                return text
            parts.append(f"{name}={text}")
    if not obj.cls.path:
        return vm.unknown("the full name of a class", Concern.NOTHING)
    return f"{obj.cls.path}({', '.join(parts)})"


@native("dataclasses.fields")
def fields_of(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    cls = args[0].cls if isinstance(args[0], Instance) else args[0]
    if not isinstance(cls, ClassValue) or cls.find(FIELDS) is MISSING:
        return vm.unknown("the fields of what may not be a dataclass")
    return tuple(one for one in cls.find(FIELDS).values() if not one.init_var)


@native("dataclasses.is_dataclass")
def is_dataclass(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    value = args[0]
    if isinstance(value, Unknown):
        return vm.derived(value, "is_dataclass")
    cls = value.cls if isinstance(value, Instance) else value
    return isinstance(cls, ClassValue) and cls.find(FIELDS) is not MISSING


@native("dataclasses.replace", "copy.replace")
def replace(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    obj = args[0]
    if not isinstance(obj, Instance) or obj.cls.find(FIELDS) is MISSING:
        return vm.unknown("`replace` of what may not be a dataclass")
    for name, one in obj.cls.find(FIELDS).items():
        if (name in kwargs and not one.init) or (name not in kwargs and one.init_var and not one.optional):
            vm.throw(ValueError, f"field {name} cannot be replaced, or must be given")
    values = {
        name: vm.getattr(obj, name) for name, one in obj.cls.find(FIELDS).items() if one.init and name not in kwargs
    }
    return vm.call(obj.cls, [], {**values, **kwargs})


@native("dataclasses.asdict")
def asdict(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    obj, factory = take(vm, "asdict", args, kwargs, "obj", dict_factory=None)
    if not isinstance(obj, Instance) or obj.cls.find(FIELDS) is MISSING or factory is not None:
        return vm.unknown("`asdict` of what may not be a dataclass")
    return _plain(vm, obj)


@native("dataclasses.astuple")
def astuple(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    obj, factory = take(vm, "astuple", args, kwargs, "obj", tuple_factory=None)
    if not isinstance(obj, Instance) or obj.cls.find(FIELDS) is MISSING or factory is not None:
        return vm.unknown("`astuple` of what may not be a dataclass")
    return _plain(vm, obj, tuple)


def _plain(vm: Vm, value: Value, kind: type = dict) -> Value:
    """Return a copy in which dataclasses are dicts or tuples."""
    vm.step()
    if isinstance(value, Instance) and value.cls.find(FIELDS) is not MISSING:
        held = {name: _plain(vm, vm.getattr(value, name), kind) for name in value.cls.field_order}
        return held if kind is dict else tuple(held.values())
    if isinstance(value, Instance) and value.cls.kind == "namedtuple":
        return vm.unknown("a named tuple inside of a dataclass")
    if vm.taint_of(value) is None:
        if isinstance(value, list):
            return [_plain(vm, item, kind) for item in value]
        if type(value) is tuple:
            return tuple(_plain(vm, item, kind) for item in value)
        if isinstance(value, dict):
            made = value.copy()
            made.update({key: _plain(vm, item, kind) for key, item in value.items()})
            return made
    return deepcopy(vm, [value], {})
