"""Classes of the program, of torch and of modelled libraries, and their instances."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from convlint.interp.values.modules import PyModule
from convlint.interp.values.unknown import MISSING, Unknown, Value

if TYPE_CHECKING:
    from convlint.interp.records.making import Making
    from convlint.interp.vm import Vm
    from convlint.trace import Arguments, Place


TORCH_FUNCTION = "__torch_function__"


class ClassValue(Struct, eq=False):
    """A class of the program, of torch, or of a modelled library.

    `native_base` is the Python type that instances extend (`dict`, `str`, an exception class …), if any.
    `torch_name` is the qualified torch layer class whose rules apply, "" for none.
    """

    name: str
    qualname: str
    bases: tuple[Value, ...]
    namespace: dict[str, Value]
    module: PyModule | None = None
    place: Place | None = None
    mro: tuple[Value, ...] = ()
    native_base: type | None = None
    torch_name: str = ""
    is_module: bool = False
    """Whether it is `torch.nn.Module` or derives from it."""
    unknown_base: Unknown | None = None
    """Set when a base class is not known: attributes may then be anything."""
    annotations: dict[str, Value] = {}
    field_order: list[str] = []
    kind: str = "plain"
    """"plain", "dataclass", "enum" or "namedtuple"."""
    factory: Callable[[Vm, ClassValue, list[Value], dict[str, Value]], Value] | None = None
    """What a call of the class does, when it is not the usual construction."""
    metaclass: Value = None
    """What it is an instance of; None for `type`."""
    virtual: list[Value] = []
    """Classes that are taken for subclasses though they do not derive from it; an unknown for those nobody can name."""
    abstract: frozenset[str] = frozenset()
    """The abstract methods that keep it from having objects."""
    path: str = ""
    """What the program sees as its `__qualname__`; "" where that is not known."""
    home: str = ""
    """What the module calls itself that it is written in, "" if it is not known."""
    doc: str | None = None
    """The string that its body begins with."""
    keywords: dict[str, Value] = {}
    """What the class statement says besides its bases and its metaclass."""
    handles_reading: bool = False
    """Whether a `__getattribute__` of the program decides what its attributes are."""

    def __repr__(self) -> str:
        return f"<class {self.qualname}>"

    @property
    def decides_instances(self) -> Unknown | None:
        """Why its metaclass may say anything of what is an instance, if that is so."""
        return None if self.metaclass is None or isinstance(self.metaclass, type) else self.unknown_base

    @property
    def of_program(self) -> bool:
        """Whether it is written in the program, so that its namespace is all that it defines."""
        return self.module is not None and not self.module.hidden

    @property
    def overrides_torch(self) -> bool:
        """Whether it says what torch's operations do with its objects, which are no tensors themselves."""
        plain = self.unknown_base is None and self.native_base is None and not self.is_module
        return plain and TORCH_FUNCTION in self.namespace

    def find(self, name: str) -> Value:
        """Return the attribute from the first class of the MRO that has it, or `MISSING`."""
        for cls in self.mro:
            if isinstance(cls, ClassValue) and name in cls.namespace:
                return cls.namespace[name]
        return MISSING

    @property
    def slots(self) -> tuple[str, ...] | None:
        """What it lists in its own `__slots__`, nothing if it has none, None if that is not known."""
        given = self.namespace.get("__slots__", ())
        listed = (given,) if isinstance(given, str) else given
        known = isinstance(listed, tuple | list | dict) and all(isinstance(name, str) for name in listed)
        return tuple(listed) if known else None

    @property
    def may_change_calls(self) -> bool:
        """Whether a base class that is not known comes before `nn.Module`: it may have a `__call__` of its own."""
        for cls in self.mro:
            if isinstance(cls, Unknown):
                return True
            if isinstance(cls, ClassValue) and cls.qualname == "torch.nn.Module":
                return False
        return False

    def derives_from(self, other: Value) -> bool:
        return any(cls is other for cls in self.mro)


class Instance(Struct, eq=False):
    """An object of a `ClassValue`. `payload` is the Python object it extends, if its class has a native base."""

    cls: ClassValue
    attrs: dict[str, Value] = {}
    payload: Any = None
    tainted: Unknown | None = None
    """Set when code that is not understood may have changed it: unread attributes are then unknown."""


class ModuleInstance(Instance, eq=False):
    """An `nn.Module` object, with torch's three registries and what the trace wants to know of it."""

    parameters: dict[str, Value] = {}
    buffers: dict[str, Value] = {}
    modules: dict[str, Value] = {}
    definition: Place | None = None
    definition_stack: tuple[Place, ...] = ()
    begun: bool = True
    """Whether `nn.Module.__init__` has run, without which torch takes no modules and parameters."""
    touched: bool = False
    unknown_members: list[Unknown] = []
    """Unknown values that were set as attributes: each may be a submodule or a parameter."""
    made: Making | None = None
    """How the program built it; None until its constructor has returned."""
    unbuilt: bool = False
    """Whether all that is not known of it is what torch's own constructor was given."""
    built: Arguments | None = None
    """What torch's own constructor was given."""
    changed: bool = False
    """Whether an attribute was set anew after that."""
    home: tuple[ClassValue, str] | None = None
    """The class of the first module that got it as an attribute, and under which name."""


class SuperValue(Struct, eq=False):
    owner: ClassValue
    receiver: Value


def key_unknown(mapping: dict[Value, Value]) -> Unknown | None:
    """Return the only key of a dict if it is not known; a dict with such a key and another one is not known at all."""
    only = next(iter(mapping)) if len(mapping) == 1 else None
    return only if isinstance(only, Unknown) else None


def forget_contents(obj: Instance, cause: Unknown) -> list[Value]:
    """Make every attribute of an object unknown; return what they were."""
    tables = [obj.attrs]
    if isinstance(obj, ModuleInstance):
        tables += [obj.parameters, obj.buffers, obj.modules]
    held = [value for table in tables for value in table.values()]
    if obj.payload is not None and isinstance(obj.payload, list | dict | set):
        held.append(obj.payload)
    for table in tables:
        for name in table:
            table[name] = Unknown(cause.reason, cause.place)
    obj.tainted = cause
    return held


def may_have_more(obj: ModuleInstance) -> bool:
    """Whether a module may have submodules that are not known of."""
    spoiled = obj.tainted is not None and not obj.unbuilt
    unknown_child = any(isinstance(child, Unknown) for child in obj.modules.values())
    return spoiled or unknown_child or bool(obj.unknown_members) or obj.cls.unknown_base is not None
