"""`enum`: classes whose members are single objects with a name and a value."""

from __future__ import annotations

import functools
import operator
import sys
from typing import TYPE_CHECKING

from msgspec import Struct

from convlint.interp.language import absent
from convlint.interp.language.formatting import VERSIONED_TEXT
from convlint.interp.natives.lifting import take
from convlint.interp.natives.registry import add_value, class_hook, find, instance_test, native
from convlint.interp.values.classes import ClassValue, Instance
from convlint.interp.values.functions import ClassMethod, Function, Native, Partial, Property, StaticMethod
from convlint.interp.values.signals import PyRaise
from convlint.interp.values.unknown import MISSING, Unknown, Value
from convlint.trace import Concern

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

DESCRIPTORS = (Function, Native, Property, StaticMethod, ClassMethod)
MEMBERS = "__members__"
OF_MEMBERS = ("__new__", "__init__", "__eq__", "__hash__", "__repr__", "__str__", "__format__")
"""Methods of a class mixed into an enum that change what members are, or how they are shown."""


class Auto(Struct, frozen=True, eq=False):
    """`enum.auto()`: a value that the class chooses."""


class Marked(Struct, frozen=True, eq=False):
    """What `enum.member` and `enum.nonmember` say of a value in the body of a class."""

    value: Value
    member: bool


def _create(vm: Vm, cls: ClassValue, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """`Color(value)`: the member with this value."""
    members = cls.namespace.get(MEMBERS)
    if not members or len(args) != 1 or kwargs:
        return vm.unknown("an enum made by a call")
    value = args[0]
    undecided: Unknown | None = None
    for member in members.values():
        if member is value:
            return member
        same = vm.compare("==", member.attrs["_value_"], value)
        if same is True:
            return member
        if same is not False:
            undecided = same if isinstance(same, Unknown) else vm.unknown("which member of an enum it is")
    if undecided is not None:
        return Unknown(undecided.reason, undecided.place)
    return _missing(vm, cls, value)


def _missing(vm: Vm, cls: ClassValue, value: Value) -> Value:
    if FLAG in cls.mro and isinstance(value, int):
        return combination(vm, cls, value)
    missing = cls.find("_missing_")
    if missing is not MISSING:
        found = vm.call(vm.getattr(cls, "_missing_"), [value])
        if isinstance(found, Unknown) or (isinstance(found, Instance) and found.cls is cls):
            return found
        if found is not None and FLAG in cls.mro:
            return vm.unknown("what `_missing_` of a flag class gives")
        if found is not None:
            absent.refused(vm, f"error in {cls.name}._missing_: returned something that is no member")
    shown = vm.format(value, "", "r")
    raise PyRaise(ValueError(f"{shown if isinstance(shown, str) else 'the value'} is not a valid {cls.name}"))


def _class(name: str, bases: tuple[ClassValue, ...] = (), native_base: type | None = None) -> ClassValue:
    cls = ClassValue(name, f"enum.{name}", bases, {}, native_base=native_base, kind="enum", factory=_create)
    mro: list[ClassValue] = [cls]
    for base in bases:
        mro.extend(parent for parent in base.mro if parent not in mro)
    cls.mro = tuple(mro)
    add_value(f"enum.{name}", cls)
    return cls


ENUM = _class("Enum")
INT_ENUM = _class("IntEnum", (ENUM,), int)
STR_ENUM = _class("StrEnum", (ENUM,), str)
FLAG = _class("Flag", (ENUM,))
INT_FLAG = _class("IntFlag", (FLAG,), int)
REPR_ENUM = _class("ReprEnum", (ENUM,))


def finish(vm: Vm, cls: ClassValue) -> None:
    """Make members of what the body of an enum class has assigned."""
    cls.kind = "enum"
    if any(isinstance(base, ClassValue) and base.namespace.get(MEMBERS) for base in cls.mro[1:]):
        absent.refused(vm, f"<enum '{cls.name}'> cannot extend an enum that has members")
    if _is_involved(vm, cls):
        _leave_open(vm, cls)
        return
    chooses = cls.namespace.get("_generate_next_value_")
    if isinstance(chooses, Function) and sys.version_info >= (3, 11):
        cls.namespace["_generate_next_value_"] = StaticMethod(chooses)
    members: dict[str, Instance] = {}
    values: list[Value] = []
    chosen: dict[int, Value] = {}
    for name, given in list(cls.namespace.items()):
        if not _is_member(cls, name, given):
            continue
        if isinstance(given, Marked):
            cls.namespace[name] = given = given.value
        if isinstance(given, Auto) and id(given) not in chosen:
            chosen[id(given)] = _automatic(vm, cls, name, values)
        value = chosen[id(given)] if isinstance(given, Auto) else given
        values.append(value)
        member = _alias(vm, members, given, value) or _member(vm, cls, name, value)
        if member is None:
            _leave_open(vm, cls)
            return
        members[name] = member
        cls.namespace[name] = member
    cls.namespace[MEMBERS] = members


def _is_involved(vm: Vm, cls: ClassValue) -> bool:
    """Whether members are made in ways that are not modelled, or that hang on the version of Python."""
    if any(name in cls.namespace for name in ("_ignore_", "_order_", "_boundary_", "name", "value")):
        return True
    if cls.keywords or isinstance(cls.metaclass, ClassValue) or vm.taint_of(cls.namespace, writes=True) is not None:
        return True
    if any(_is_odd(vm, value) for name, value in cls.namespace.items() if not name.startswith("__")):
        return True
    mixed = [base for base in cls.mro[1:] if not (isinstance(base, ClassValue) and base.kind == "enum")]
    if any(base not in (int, str, float, object) and not _adds_methods_only(base) for base in mixed):
        return True
    return "__new__" not in cls.namespace and isinstance(cls.find("__new__"), StaticMethod)


def _is_odd(vm: Vm, given: Value) -> bool:
    """Whether it is not known if a value in the body becomes a member, or of what value."""
    if isinstance(given, Unknown | ClassValue | Native | Partial):  # an unknown may be what `enum.property` makes
        return True
    if isinstance(given, Instance):
        special = ("__get__", "__set__", "__set_name__")
        return given.cls.unknown_base is not None or any(given.cls.find(name) is not MISSING for name in special)
    return bool(vm.added_to(given))


def _adds_methods_only(base: Value) -> bool:
    if not isinstance(base, ClassValue) or base.kind != "plain" or base.native_base not in (None, int, str, float):
        return False
    return all(name not in base.namespace for name in OF_MEMBERS)


def _leave_open(vm: Vm, cls: ClassValue) -> None:
    cause = Unknown(f"how the members of `{cls.name}` are made is not modelled", vm.place())
    cls.unknown_base = cls.unknown_base or cause
    for name, value in cls.namespace.items():
        if not (name.startswith("__") or isinstance(value, DESCRIPTORS)):
            cls.namespace[name] = Unknown(cause.reason, cause.place)


for _base in (ENUM, INT_ENUM, STR_ENUM, FLAG, INT_FLAG, REPR_ENUM):
    class_hook(_base)(finish)


def _is_member(cls: ClassValue, name: str, given: Value) -> bool:
    if name.startswith("_") and name.endswith("_"):
        return False
    if isinstance(given, Marked):
        if not given.member:
            cls.namespace[name] = given.value
        return given.member
    private = name.startswith(f"_{cls.name.lstrip('_')}__")
    return not private and not isinstance(given, DESCRIPTORS)


def _alias(vm: Vm, members: dict[str, Instance], given: Value, value: Value) -> Instance | None:
    """Return the member that already has this value."""
    for name, member in members.items():
        if given is member:
            return members[name]
        known = vm.is_concrete(value) and vm.is_concrete(member.attrs["_value_"])
        if known and vm.compare("==", member.attrs["_value_"], value) is True:
            return member
    return None


def _automatic(vm: Vm, cls: ClassValue, name: str, values: list[Value]) -> Value:
    custom = cls.find("_generate_next_value_")
    if custom is not MISSING:
        function = custom.func if isinstance(custom, StaticMethod) else custom
        return vm.call(function, [name, 1, len(values), list(values)])
    if STR_ENUM in cls.mro:
        return name.lower()
    numbers = [value for value in values if isinstance(value, int)]
    if FLAG in cls.mro:
        return 1 << (max(numbers).bit_length() if numbers else 0)
    if len(numbers) != len(values):
        return vm.unknown("the value of `enum.auto()`")
    return max(numbers, default=0) + 1


def _member(vm: Vm, cls: ClassValue, name: str, value: Value) -> Instance | None:
    """Make one member; None where it is not known what `__new__` gives."""
    arguments = list(value) if isinstance(value, tuple) else [value]
    maker = cls.find("__new__")
    made = vm.call(maker.func, [cls, *arguments]) if isinstance(maker, StaticMethod) else Instance(cls)
    if not isinstance(made, Instance) or (made.payload is None and maker is not MISSING and cls.native_base):
        return None
    value = made.attrs.get("_value_", value)
    made.attrs.update(_name_=name, _value_=value)
    if made.payload is None and cls.native_base is not None:
        payload = vm.call(cls.native_base, arguments)
        made.payload = None if isinstance(payload, Unknown) else payload
    for key, content in (("name", name), ("value", value)):
        if cls.find(key) is MISSING:
            made.attrs[key] = content
    init = cls.find("__init__")
    if isinstance(init, Function):
        vm.call(init, [made, *arguments])
    return made


def combination(vm: Vm, cls: ClassValue, value: int) -> Value:
    """The member of a flag class for several bits at once: one object for each value.

    What bits that no member has come to, or a negative number, hangs on the version of Python.
    """
    known: dict[int, Instance] = cls.namespace.setdefault("_combinations_", {})
    members: dict[str, Instance] = cls.namespace.get(MEMBERS, {})
    numbers = [member.attrs["_value_"] for member in members.values()]
    if not members or not all(isinstance(number, int) for number in numbers):
        return vm.unknown("a value of a flag class whose members are not known")
    for member in members.values():
        if member.attrs["_value_"] == value:
            return member
    mask = functools.reduce(operator.or_, numbers)
    if value < 0 or (value & ~mask and cls.native_base is not int):
        return vm.unknown("a flag with bits that no member has")
    if value not in known:
        payload = value if cls.native_base is int else None
        name = Unknown("the name of several flags at once", vm.place()) if value else None
        known[value] = Instance(cls, {"_name_": name, "_value_": value, "name": name, "value": value}, payload)
    return known[value]


def _operation(name: str, op: str) -> None:
    def operate(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
        left, right = args
        cls = left.cls
        other = right.attrs["_value_"] if isinstance(right, Instance) and right.cls is cls else right
        if isinstance(other, Instance):
            return vm.unknown("flags of several classes in one operation")
        if isinstance(other, Unknown) or (isinstance(other, int) and cls.native_base is int) or other is not right:
            result = vm.binary(op, left.attrs["_value_"], other)
            return combination(vm, cls, result) if isinstance(result, int) else result
        return NotImplemented

    FLAG.namespace[name] = Native(name, operate, binds=True)


for _name, _op in (("or__", "|"), ("and__", "&"), ("xor__", "^")):
    _operation(f"__{_name}", _op)
    _operation(f"__r{_name}", _op)


def _inverted(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return vm.unknown("the inverse of a flag")


FLAG.namespace["__invert__"] = Native("__invert__", _inverted, binds=True)


def _flag_truth(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return bool(args[0].attrs["_value_"])


def _flag_contains(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    whole, part = args
    if not isinstance(part, Instance) or part.cls is not whole.cls:
        known = isinstance(part, Instance) or vm.is_concrete(part)
        return absent.refused(vm, "unsupported operand for 'in'") if known else vm.unknown("what a flag holds")
    bits = vm.binary("&", whole.attrs["_value_"], part.attrs["_value_"])
    return vm.compare("==", bits, part.attrs["_value_"])


def _text(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    member = args[0]
    if STR_ENUM in member.cls.mro:
        return str(member.payload)
    name = member.attrs["_name_"]
    if not isinstance(name, str) or INT_ENUM in member.cls.mro or INT_FLAG in member.cls.mro:
        return vm.unknown(VERSIONED_TEXT, Concern.NOTHING)
    return f"{member.cls.name}.{name}"


def _representation(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    member = args[0]
    value = vm.format(member.attrs["_value_"], "", "r")
    if not isinstance(member.attrs["_name_"], str):
        return vm.unknown(VERSIONED_TEXT, Concern.NOTHING)
    return value if isinstance(value, Unknown) else f"<{member.cls.name}.{member.attrs['_name_']}: {value}>"


FLAG.namespace["__bool__"] = Native("__bool__", _flag_truth, binds=True)
FLAG.namespace["__contains__"] = Native("__contains__", _flag_contains, binds=True)
ENUM.namespace["__str__"] = Native("__str__", _text, binds=True)
ENUM.namespace["__repr__"] = Native("__repr__", _representation, binds=True)


@native("enum.auto")
def auto(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return Auto()


@native("enum.member")
def marked_member(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return Marked(args[0], True)


@native("enum.nonmember")
def marked_other(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return Marked(args[0], False)


@native("enum.unique")
def unique(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Refuse a class in which two names stand for one member."""
    (cls,) = take(vm, "unique", args, kwargs, "enumeration")
    members = cls.namespace.get(MEMBERS, {}) if isinstance(cls, ClassValue) else {}
    doubled = [name for name, member in members.items() if member.attrs["_name_"] != name]
    if doubled:
        vm.throw(ValueError, f"duplicate values found in {cls!r}: {', '.join(doubled)}")
    return cls


@native("enum.EnumMeta")
def enum_type(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return vm.unknown("an enum class made by a call")


add_value("enum.EnumType", find("enum.EnumMeta"))


@instance_test("enum.EnumMeta")
def is_enum_class(vm: Vm, value: Value) -> bool | Unknown:
    """Whether a value is a class of members."""
    if isinstance(value, ClassValue) and value.unknown_base is not None and value.kind != "enum":
        return value.unknown_base
    return isinstance(value, ClassValue) and value.kind == "enum"
