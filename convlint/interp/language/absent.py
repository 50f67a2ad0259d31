"""The one door for "there is no such thing": what certainly is not there.

A name that convlint does not find is absent only where all names are known: on objects and classes of the program
whose bases are known and that no unknown code has touched, on Python's own values, and on what a list of real names
covers. Everywhere else it is unknown.
"""

from __future__ import annotations

import functools
import types
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, NoReturn

from convlint.interp.language import kinds
from convlint.interp.natives import real_names, registry
from convlint.interp.values.classes import ClassValue, Instance, SuperValue
from convlint.interp.values.functions import BoundMethod, Function, Native
from convlint.interp.values.modules import PyModule
from convlint.interp.values.numbers import Size
from convlint.interp.values.signals import PyRaise
from convlint.interp.values.unknown import MISSING, FreeTensor, Unknown, Value
from convlint.layers.core import attribute_names
from convlint.layers.core import registry as layers
from convlint.layers.core.tensor import Tensor
from convlint.trace import Concern

if TYPE_CHECKING:
    from convlint.interp.values.scope import Frame
    from convlint.interp.vm import Vm

Presence = bool | Unknown

_VERSIONED = (
    "__annotations__ __annotate__ __annotate_func__ __annotations_cache__ __static_attributes__ __firstlineno__ "
    "__type_params__ __getstate__ __orig_bases__ __parameters__ __replace__ __abstractmethods__ __builtins__"
)
VERSIONED = frozenset(_VERSIONED.split())
"""Names that an object has or has not by how its class is written and by the version of Python."""
CACHED_PROPERTY = ("func", "attrname", "lock")
"""What an object of a class that is written in Python has though its class does not say so."""
_MODULE_NAMES = (
    "__annotations__ __builtins__ __cached__ __dict__ __doc__ __file__ __loader__ __name__ __package__ __path__ "
    "__spec__ __class__"
)
MODULE_NAMES = frozenset(_MODULE_NAMES.split())
"""Names that a module has by the way it was loaded."""


def attribute(vm: Vm, obj: Value, name: str) -> Value:
    """Return `MISSING` if `obj` certainly has no attribute of that name, else an unknown. It is not modelled."""
    found = presence(vm, obj, name)
    if found is False:
        return MISSING
    return vm.open_question(obj, f"`{name}` of {_shown(obj)} is not modelled", name, Concern.RUN)


def presence(vm: Vm, obj: Value, name: str) -> Presence:
    """Tell whether `obj` has an attribute of that name that is not among those that are modelled."""
    if isinstance(obj, Unknown) and not isinstance(obj, FreeTensor):
        return vm.derived(obj, "hasattr", name)
    for stands, ask in _BY_KIND:
        if isinstance(obj, stands):
            return ask(vm, obj, name)
    if isinstance(obj, type) and name in vars(types.GenericAlias):
        return _open(vm, obj, name)  # a type with parameters is taken for the type
    kind = kinds.python_type(obj)
    if kind is functools.cached_property and name in CACHED_PROPERTY:
        return True
    if kind is not None:
        return (hasattr(obj, name) if type(obj) is kind else kinds.defines(kind, name)) or _versioned(vm, obj, name)
    table = real_names.of(getattr(obj, "stands_for", ""))
    if table is None or (name not in table and name.startswith("_")):
        return _open(vm, obj, name)  # what a library keeps for itself differs between its versions
    return name in table


def attribute_error(obj: Value, name: str) -> AttributeError:
    """Return what Python raises for an attribute that is not there."""
    if isinstance(obj, ClassValue):
        owner = f"type object '{obj.name}'"
    elif isinstance(obj, PyModule):
        owner = f"module '{obj.name}'"
    else:
        owner = f"'{kind_of(obj)}' object"
    return AttributeError(f"{owner} has no attribute '{name}'")


def in_class(vm: Vm, cls: ClassValue, name: str) -> Presence:
    """Tell whether a class, or one that it derives from, defines `name`; what every object has counts too."""
    if kinds.defines(object, name) or cls.find(name) is not MISSING:
        return True
    bases = cls.mro if cls.native_base is None else (*cls.mro, cls.native_base)
    return _any(_of_base(vm, base, name) for base in bases)


def _any(answers: Iterable[Presence]) -> Presence:
    """True if one is, else unknown if one is."""
    undecided: Presence = False
    for answer in answers:
        if answer is True:
            return True
        undecided = answer if isinstance(answer, Unknown) else undecided
    return undecided


def _of_base(vm: Vm, base: Value, name: str) -> Presence:
    """Tell whether one class of an MRO gives its objects a name that is not in its namespace."""
    if isinstance(base, Unknown):
        return vm.derived(base, "hasattr", name)
    if isinstance(base, ClassValue) and base.unknown_base is not None:
        return vm.derived(base.unknown_base, "hasattr", name)
    told = _told_of_base(base, name)
    return _open(vm, base, name) if told is None else told


def _told_of_base(base: Value, name: str) -> bool | None:
    """Tell whether a class of an MRO gives its objects a name that is not in its namespace; None if nobody says."""
    if isinstance(base, Unknown) or (isinstance(base, ClassValue) and base.unknown_base is not None):
        return None
    if isinstance(base, ClassValue) and base.of_program:
        return None if _is_implied(base, name) else False
    standard = base if isinstance(base, type) else kinds.standard_class(qualname_of(base))
    if standard is not None:
        return True if kinds.defines(standard, name) else None if kinds.sets_attributes(standard) else False
    table = real_names.of(qualname_of(base))
    if table is not None:
        return name in table
    if isinstance(base, ClassValue) and qualname_of(base).startswith("torch.nn."):
        return None if _layer_may_have(base, name) else False
    return None


def has_no(obj: Value, name: str) -> bool:
    """Whether the class of a value certainly has no such special method: Python looks for it nowhere else."""
    if isinstance(obj, Instance):
        return objects_have_no(obj.cls, name)
    if isinstance(obj, ClassValue) and isinstance(obj.metaclass, ClassValue):
        return objects_have_no(obj.metaclass, name)
    kind = kinds.python_type(obj)
    if kind is not None:
        return not kinds.defines(kind, name)
    if isinstance(obj, Size):
        return not kinds.defines(tuple, name)
    if isinstance(obj, Tensor):
        return name not in (real_names.of("torch.Tensor") or (name,))
    table = real_names.of(getattr(obj, "stands_for", ""))
    return table is not None and name not in table


def demand(vm: Vm, obj: Value, name: str, message: str) -> None:
    """Raise TypeError where the class of a value certainly has not the special method that an operation calls."""
    if has_no(obj, name):
        vm.throw(TypeError, message.format(kind=kind_of(obj)))


def kind_of(obj: Value) -> str:
    """Return what Python calls the type of a value in its messages."""
    if isinstance(obj, Instance):
        return obj.cls.name
    if isinstance(obj, FreeTensor):
        return Tensor.__name__
    return (kinds.python_type(obj) or type(obj)).__name__


def objects_have_no(cls: ClassValue, name: str) -> bool:
    """Whether objects of a class certainly have no such special method."""
    bases = cls.mro if cls.native_base is None else (*cls.mro, cls.native_base)
    return cls.find(name) is MISSING and all(_told_of_base(base, name) is False for base in bases)


def _is_implied(cls: ClassValue, name: str) -> bool:
    """Whether a class statement may give a class a name that its body does not bind."""
    if name in ("__module__", "__doc__", "__dict__", "__weakref__", "__slots__") or name in VERSIONED:
        return True
    return cls.slots is None or name in cls.slots or (cls.kind == "namedtuple" and name in cls.field_order)


def is_listed(cls: ClassValue) -> bool:
    """Whether all that a class is and has is told: by the program, by Python itself, or by a list of real names."""
    if cls.of_program or cls.torch_name or cls.qualname.startswith("torch.nn."):
        return True
    return kinds.standard_class(cls.qualname) is not None or real_names.of(cls.qualname) is not None


def _layer_may_have(cls: ClassValue, name: str) -> bool:
    """Whether a layer class of torch may have a name, which depends on its objects."""
    special = name.startswith("__") and name.endswith("__")
    names = real_names.of("torch.nn layer") or frozenset()
    return name in names if special else attribute_names.may_have(cls.name, name)


def qualname_of(base: Value) -> str:
    """Return the qualified name of a class that others derive from, "" if it has none."""
    return base.qualname if isinstance(base, ClassValue) else str(getattr(base, "name", ""))


def _of_instance(vm: Vm, obj: Instance, name: str) -> Presence:
    if obj.tainted is not None:
        return vm.derived(obj.tainted, ".", obj, name)
    if name in VERSIONED or _is_generated(obj.cls, name):
        return _open(vm, obj, name)
    if obj.payload is not None and hasattr(obj.payload, name):
        return True
    return in_class(vm, obj.cls, name)


def _is_generated(cls: ClassValue, name: str) -> bool:
    """Whether what is made of a class beside its statement may have a name: of a dataclass, only special ones."""
    return cls.kind != "plain" and name.startswith("__" if cls.kind == "dataclass" else "_")


def _of_class(vm: Vm, cls: ClassValue, name: str) -> Presence:
    meta = kinds.metaclass(cls)
    if meta is None or name in VERSIONED or _is_generated(cls, name):
        return _open(vm, cls, name)
    return kinds.defines(meta, name) or in_class(vm, cls, name)


def _of_module(vm: Vm, module: PyModule, name: str) -> Presence:
    """A module of the program that runs or has run has no more names than it shows."""
    if module.unknown is not None:
        return vm.derived(module.unknown, ".", name)
    if name == "__path__" and module.filename:
        return module.is_package
    listed = real_names.of(f"module {module.name}")
    if listed is not None and not module.filename and name not in MODULE_NAMES:
        if name in listed and module.name.startswith("torch.nn.modules."):
            return True
        return name in listed and _open(vm, module, name)
    if name in MODULE_NAMES or not module.filename or module.state == "lazy":
        return _open(vm, module, name)
    return kinds.defines(types.ModuleType, name)


def _of_tensor(vm: Vm, obj: Tensor | FreeTensor, name: str) -> Presence:
    if name in (real_names.of("torch.Tensor by state") or ()):
        return _open(vm, obj, name)
    return name in (real_names.of("torch.Tensor") or ())


def _of_super(vm: Vm, obj: SuperValue, name: str) -> Presence:
    cls = obj.receiver.cls if isinstance(obj.receiver, Instance) else obj.receiver
    if kinds.defines(super, name):
        return True
    if not isinstance(cls, ClassValue) or obj.owner not in cls.mro:
        return _open(vm, obj, name)
    after = cls.mro[cls.mro.index(obj.owner) + 1 :]
    extended = getattr(obj.receiver, "payload", None)
    return _any(_of_base(vm, base, name) for base in (*after, *([type(extended)] if extended is not None else [])))


def _of_native(vm: Vm, obj: Native, name: str) -> Presence:
    """A function or class of a library: what Python's own has is known, and what functions of torch have."""
    host = kinds.host_object(obj)
    if host is not MISSING:
        return hasattr(host, name) or _versioned(vm, obj, name)
    if isinstance(layers.find(obj.name), layers.Operation) and name not in (real_names.of("torch function") or ()):
        return _versioned(vm, obj, name)
    return _open(vm, obj, name)


def _of_bound(vm: Vm, obj: BoundMethod, name: str) -> Presence:
    return kinds.defines(types.MethodType, name) or presence(vm, obj.func, name)


def _of_size(vm: Vm, obj: Size, name: str) -> Presence:
    return name in (real_names.of("torch.Size") or ())


_BY_KIND: tuple[tuple[type | types.UnionType, Callable[[Vm, Any, str], Presence]], ...] = (
    (Instance, _of_instance),
    (ClassValue, _of_class),
    (PyModule, _of_module),
    (Tensor | FreeTensor, _of_tensor),
    (SuperValue, _of_super),
    (Native, _of_native),
    (BoundMethod, _of_bound),
    (Size, _of_size),
)


def _versioned(vm: Vm, obj: Value, name: str) -> Presence:
    return name in VERSIONED and _open(vm, obj, name)


def _open(vm: Vm, obj: Value, name: str) -> Unknown:
    return vm.open_question(obj, f"whether {_shown(obj)} has `{name}` is not known", name, Concern.NOTHING)


def _shown(obj: Value) -> str:
    if isinstance(obj, Instance):
        return f"a `{obj.cls.name}` object"
    if isinstance(obj, ClassValue | PyModule | Function | Native):
        return f"`{obj.name}`"
    return f"a {type(obj).__name__}"


# --- exceptions of the program --------------------------------------------------------------------------


def of_name(vm: Vm, name: str, frame: Frame) -> Value:
    """Return what a name is that no scope holds: what Python itself puts there, or NameError in the program."""
    if name == "__class__" and frame.function is not None and frame.owner is not None:
        return frame.owner
    if name == "__annotations__" and frame.scope.kind == "class" and frame.owner is not None:
        custom = isinstance(frame.owner.metaclass, ClassValue)
        return vm.unknown("the annotations of a class") if custom else frame.owner.annotations
    if name in MODULE_NAMES:
        return _open(vm, frame.module, name)
    vm.throw(NameError, f"name '{name}' is not defined")


def is_refused(vm: Vm, module: PyModule, name: str, found: Value) -> bool:
    """Whether a library has not got what is asked of it, where the program expects that: this run takes one answer."""
    if (
        not vm.guarded
        or vm.importing
        or not isinstance(found, Unknown)
        or module.filename
        or module.unknown is not None
        or registry.has(f"{module.name}.{name}")
        or name in (real_names.of(f"module {module.name}") or ())
    ):
        return False
    return not vm.truth(_open(vm, module, name))


def no_attribute(vm: Vm, message: str) -> NoReturn:
    """Raise the AttributeError of a property or a class of a library that says itself what may be set or read."""
    vm.throw(AttributeError, message)


def no_key(vm: Vm, key: Value) -> NoReturn:
    """Raise KeyError for a known key that is not among those of a container whose content is known."""
    vm.last_place = vm.place()
    raise PyRaise(KeyError(key))


def misfit(vm: Vm, message: str) -> NoReturn:
    """Raise the TypeError of arguments that do not fit the parameters of a function that is written in the program."""
    vm.throw(TypeError, message)


def refused(vm: Vm, message: str) -> NoReturn:
    """Raise the TypeError of a function of a library, where its own check of known arguments is modelled."""
    vm.throw(TypeError, message)


def python_says(vm: Vm, error: Exception, *operands: Value) -> Unknown:
    """Raise what Python itself raised on values of its own; unknown if one of them only stands for such a value."""
    for operand in operands:
        if kinds.is_own(type(operand)) and not isinstance(operand, int | float | str | tuple):
            return vm.unknown(f"an operation on {_shown(operand)} is not modelled")
    vm.last_place = vm.place()
    raise PyRaise(error.with_traceback(None))


def lacks(vm: Vm, obj: Value, message: str) -> Unknown:
    """Raise the TypeError of an object that has not what is asked of it; unknown where it may have that after all."""
    if isinstance(obj, Unknown) or (isinstance(obj, Instance) and _is_partly_known(obj)):
        return vm.unknown(message)
    vm.throw(TypeError, message)


def takes_nothing(vm: Vm, cls: ClassValue) -> None:
    """Raise the TypeError of a class that is given arguments, and has no constructor of its own."""
    for base in cls.mro:
        described = getattr(base, "name", "").startswith(("abc.", "typing."))
        if not (base.of_program if isinstance(base, ClassValue) else described):
            return
    vm.throw(TypeError, f"{cls.name}() takes no arguments")


def _is_partly_known(obj: Instance) -> bool:
    return obj.tainted is not None or obj.cls.unknown_base is not None
