"""`typing` and `typing_extensions`: names that describe. They can be subscripted, called and derived from."""

from __future__ import annotations

import abc
import collections
import collections.abc
import re
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from convlint.interp.language import absent, protocols
from convlint.interp.language.class_attributes import is_abstract
from convlint.interp.language.classes import ABSTRACT, GENERIC, abstract_names
from convlint.interp.natives import type_forms
from convlint.interp.natives.lifting import take
from convlint.interp.natives.objects import Form
from convlint.interp.natives.registry import Implementation, add_value, class_hook
from convlint.interp.python.annotated import of_text
from convlint.interp.values.classes import ClassValue
from convlint.interp.values.functions import ClassMethod, Function, Native, StaticMethod
from convlint.interp.values.unknown import Unknown, Value

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

MODULES = ("typing", "typing_extensions")
FORMS = (
    "Any AnyStr Annotated ClassVar Concatenate Final ForwardRef Generic Literal LiteralString Never NoReturn Optional "
    "Protocol ReadOnly Required NotRequired Self SupportsAbs SupportsBytes SupportsComplex SupportsFloat SupportsIndex "
    "SupportsInt SupportsRound TypeAlias TypeGuard TypeIs Union Unpack IO TextIO BinaryIO"
)
SAME = {
    "AbstractSet": collections.abc.Set,
    "ContextManager": Form("typing.ContextManager"),
    "Counter": collections.Counter,
    "DefaultDict": collections.defaultdict,
    "Deque": collections.deque,
    "Dict": dict,
    "FrozenSet": frozenset,
    "List": list,
    "Match": re.Match,
    "OrderedDict": collections.OrderedDict,
    "Pattern": re.Pattern,
    "Set": set,
    "Text": str,
    "Tuple": tuple,
    "Type": type,
}
NOT_CHECKED = "__no_type_check__"
TYPED_DICT = Form("typing.TypedDict")


def _last(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """`cast(type, value)` and `assert_type(value, type)`, by what each calls its value."""
    return kwargs.get("val", args[-1] if args else None)


def _first(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return args[0] if args else None


def _new_form(kind: type[Form], vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    named = args[0] if args else kwargs.get("name")
    return kind(f"typing.{named}") if isinstance(named, str) else kind("typing.TypeVar")


def _new_type(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return Native("typing.NewType", _first)


def _decorator(name: str) -> Native:
    def call(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
        mark = f"__{name}__"
        return Native(f"typing.{name} of a function", lambda vm, args, kwargs: _marked(vm, args, mark))

    return Native(f"typing.{name}", call)


def _marked(vm: Vm, args: list[Value], mark: str) -> Value:
    if args and isinstance(args[0], ClassValue | Function):
        vm.setattr(args[0], mark, Unknown("what a decorator of `typing` notes"))
    return args[0] if args else None


def _runtime(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """`runtime_checkable`: a protocol may be asked what counts for it."""
    cls = args[0]
    if isinstance(cls, ClassValue) and not protocols.is_protocol(cls) and cls.unknown_base is None:
        absent.refused(vm, f"@runtime_checkable can be only applied to protocol classes, got {cls!r}")
    vm.setattr(cls, protocols.RUNTIME, True)
    return cls


def _unknown(name: str) -> Native:
    return Native(f"typing.{name}", lambda vm, args, kwargs: vm.unknown(f"`typing.{name}` is not modelled"))


def _as_dict(vm: Vm, cls: ClassValue, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return vm.call(dict, args, kwargs)


@class_hook(TYPED_DICT)
def finish_typed_dict(vm: Vm, cls: ClassValue) -> None:
    """A call of a `TypedDict` class makes a plain dict; its annotations are those of its bases too."""
    cls.factory = _as_dict
    if cls.unknown_base is not None:
        cls.namespace.setdefault("__annotations__", cls.unknown_base)
    for base in reversed(cls.bases):
        if isinstance(base, ClassValue):
            cls.annotations = {**base.annotations, **cls.annotations}


def _register(name: str, value: Value) -> None:
    for module in MODULES:
        add_value(f"{module}.{name}", value)


for _name in FORMS.split():
    _register(_name, GENERIC if _name == "Generic" else Form(f"typing.{_name}"))
for _name, _value in SAME.items():
    _of_python = isinstance(_value, type) and _value is not str
    _register(_name, type_forms.Alias(f"typing.{_name}", (), None, _value) if _of_python else _value)
for _name in collections.abc.__all__:
    if _name not in SAME:
        _register(_name, type_forms.Alias(f"typing.{_name}", (), None, getattr(collections.abc, _name)))


def _marking(mark: str) -> Implementation:
    """A decorator that notes on what it is given that it was there."""

    def decorate(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
        given = args[0] if args else next(iter(kwargs.values()), None)
        if isinstance(given, ClassValue | Function):
            vm.setattr(given, mark, True)
        return given

    return decorate


def _not_checked(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """`no_type_check` notes it on the functions and classes in a class as well."""
    given: Value = args[0] if args else None
    for inner in list(given.namespace.values()) if isinstance(given, ClassValue) else ():
        if isinstance(inner, ClassValue) and inner.path.startswith(f"{given.path}."):
            _not_checked(vm, [inner], {})
        told = inner.func if isinstance(inner, StaticMethod | ClassMethod) else inner
        if isinstance(told, Function) and told.module is given.module and told.qualname == f"{given.path}.{told.name}":
            vm.setattr(told, NOT_CHECKED, True)
    return _marking(NOT_CHECKED)(vm, args, kwargs)


_register("final", Native("typing.final", _marking("__final__")))
_register("override", Native("typing.override", _marking("__override__")))
_register("no_type_check", Native("typing.no_type_check", _not_checked))
for _name in (
    "overload",
    "reveal_type",
    "assert_type",
    "clear_overloads",
):
    _register(_name, Native(f"typing.{_name}", _first))
_register("runtime_checkable", Native("typing.runtime_checkable", _runtime))
for _name in ("TypeVar", "ParamSpec", "TypeVarTuple", "TypeAliasType"):
    _form_of = type_forms.Variable if _name == "TypeVar" else Form
    _register(_name, Native(f"typing.{_name}", partial(_new_form, _form_of)))


def _asked(name: str, answer: Callable[[Vm, Value], Value]) -> Native:
    def ask(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
        (value,) = take(vm, name, args, kwargs, "tp")
        return answer(vm, value)

    return Native(f"typing.{name}", ask, reads=True)


_register("get_origin", _asked("get_origin", type_forms.origin))
_register("get_args", _asked("get_args", type_forms.arguments))
_register("get_overloads", _unknown("get_overloads"))


def _hints(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Of a class, what its body and those of its bases say; texts are evaluated."""
    cls = args[0] if args else kwargs.get("obj")
    if isinstance(cls, ClassValue | Function) and vm.getattr(cls, NOT_CHECKED, False) is True:
        return {}
    if not isinstance(cls, ClassValue) or not cls.of_program or cls.unknown_base is not None:
        return vm.unknown("the types that annotations name")
    extras = kwargs.get("include_extras", args[3] if len(args) > 3 else False)
    found: dict[str, Value] = {}
    for base in reversed(cls.mro):
        if isinstance(base, ClassValue):
            hints = {name: _hint(vm, base, one) for name, one in base.annotations.items()}
            found |= hints if extras is True else {name: _plain(vm, one) for name, one in hints.items()}
    return found


EXTRAS = frozenset({"typing.Annotated", "typing.Required", "typing.NotRequired", "typing.ReadOnly"})
"""What says more of a type than which one it is."""


def _plain(vm: Vm, hint: Value) -> Value:
    """Return a type without what else is said of it; deeper inside that is not followed."""
    while isinstance(hint, Form) and hint.name in EXTRAS and hint.parts:
        hint = hint.parts[0]
    parts = hint.parts if isinstance(hint, Form) else ()
    return vm.unknown("what is said of a part of a type") if any(map(_says_more, parts)) else hint


def _says_more(part: Value) -> bool:
    return isinstance(part, Form) and (part.name in EXTRAS or any(map(_says_more, part.parts)))


def _hint(vm: Vm, cls: ClassValue, annotation: Value) -> Value:
    for _ in range(2):  # a text may stand for a text
        annotation = of_text(vm, cls, annotation) if isinstance(annotation, str) else annotation
    if isinstance(annotation, Form) and _holds_text(annotation):
        return vm.unknown("an annotation that holds a text")
    return type(None) if annotation is None else annotation


def _holds_text(form: Form) -> bool:
    """Whether a form has texts among its parameters, which are evaluated as well."""
    if form.name == "typing.Literal":
        return False
    return any(isinstance(part, str) or (isinstance(part, Form) and _holds_text(part)) for part in form.parts)


_register("get_type_hints", Native("typing.get_type_hints", _hints, reads=True))
for _name in ("deprecated", "dataclass_transform"):
    _register(_name, _decorator(_name))
_register("cast", Native("typing.cast", _last))
_register("NewType", Native("typing.NewType", _new_type))
_register("TypedDict", TYPED_DICT)
_register("TYPE_CHECKING", False)
add_value("abc.ABC", Form("abc.ABC"))
add_value("abc.ABCMeta", abc.ABCMeta)


def _abstract(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """A class that derives from `abc.ABC` has no objects while one of its methods is abstract."""
    vm.setattr(args[0], ABSTRACT, True)
    return args[0]


def _update_abstract(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    cls = args[0]
    if isinstance(cls, ClassValue):
        vm.writing(cls)
        cls.abstract = abstract_names(cls) if is_abstract(cls) else cls.abstract
    return cls


add_value("abc.update_abstractmethods", Native("abc.update_abstractmethods", _update_abstract))
add_value("abc.abstractmethod", Native("abc.abstractmethod", _abstract))
for _name, _kind in (("property", property), ("classmethod", classmethod), ("staticmethod", staticmethod)):
    _call = partial(lambda kind, vm, args, kwargs: vm.call(kind, [_abstract(vm, args, kwargs)]), _kind)
    add_value(f"abc.abstract{_name}", Native(f"abc.abstract{_name}", _call))
