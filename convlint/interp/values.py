"""The values that interpreted programs compute with, beside plain Python ones.

Numbers, strings, tuples, lists, dicts, sets, ranges, slices and `None` are Python's own objects; a symbolic integer
is a `Dim`; a tensor is a `layers.Tensor`. What else a program can hold is here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from convlint.symbolic import Condition, Dim, SymbolKind, symbol

if TYPE_CHECKING:
    from convlint.interp.making import Making
    from convlint.interp.scope import Scope
    from convlint.interp.vm import Vm
    from convlint.ir import nodes
    from convlint.layers.tensor import Tensor
    from convlint.trace import Arguments, Place

Value = Any
"""Any value of the interpreted program."""


class Unknown:
    """A value of which nothing is known, and why. `place` is where tracking stopped."""

    __slots__ = ("place", "reason")

    def __init__(self, reason: str, place: Place | None = None) -> None:
        self.reason = reason
        self.place = place

    def __repr__(self) -> str:
        return f"Unknown({self.reason!r})"


class Argument(Unknown):
    """A constructor argument that nobody gives: unknown, but a symbol where an integer is called for."""

    __slots__ = ("dim", "name")

    def __init__(self, name: str) -> None:
        super().__init__(f"argument `{name}` has no known value")
        self.name = name
        self.dim = symbol(name, SymbolKind.ARGUMENT)


class FreeTensor(Unknown):
    """A model input whose rank is not known yet; `NeedRank` is raised where the program shows it.

    `settled` is set once it is known that any of several ranks would do: it then stays unknown.
    """

    __slots__ = ("name", "settled")

    def __init__(self, name: str, *, settled: bool = False) -> None:
        super().__init__(f"the rank of input `{name}` is not known")
        self.name = name
        self.settled = settled


class FreeShape(Unknown):
    """The shape of a `FreeTensor`: unpacking it into n names shows the rank."""

    __slots__ = ("tensor",)

    def __init__(self, tensor: FreeTensor) -> None:
        super().__init__(tensor.reason)
        self.tensor = tensor


class Opaque:
    """A value of which only the identity is known: equal to itself, and perhaps to others."""

    __slots__ = ()


class SymbolicBool:
    """The truth of a condition that holds for some inputs and not for others."""

    __slots__ = ("condition",)

    def __init__(self, condition: Condition) -> None:
        self.condition = condition


@dataclass(frozen=True, slots=True)
class Ratio:
    """A true division of a symbolic integer by a positive integer, kept exact until it is rounded."""

    numerator: Dim
    denominator: int


class NotKnown(ValueError):
    """Raised by the arithmetic of a `LibraryNumber` whose result is not known."""


class LibraryNumber:
    """A number of a library's own class, such as `numpy.int64`: here a subclass of `int` or `float`.

    Whatever takes Python's numbers takes it; its arithmetic makes numbers of the library again. `cls` is the class that
    the program sees, `also` are the Python classes that it counts as.
    """

    __slots__ = ()
    cls: ClassVar[ClassValue]
    also: ClassVar[tuple[type, ...]] = ()

    def plain(self) -> int | float:
        """Return Python's own number of the same value."""
        raise NotImplementedError

    def as_data(self) -> Tensor:
        """Return what torch makes of it where it asks for the values of a tensor."""
        raise NotImplementedError


class Size(tuple):  # type: ignore[type-arg]
    """`torch.Size`: a tuple of sizes."""

    __slots__ = ()


@dataclass(eq=False, slots=True)
class Function:
    """A `def` or `lambda` of the program, closed over its scope. `owner` is the class whose body defined it."""

    node: nodes.FunctionDef | nodes.Lambda
    scope: Scope
    name: str
    qualname: str
    module: PyModule
    defaults: dict[str, Value]
    owner: ClassValue | None = None
    attrs: dict[str, Value] = field(default_factory=dict)


@dataclass(eq=False, slots=True)
class Native:
    """A function that convlint implements: `call(vm, args, kwargs)`. `binds` makes it a method in a class body."""

    name: str
    call: Callable[[Vm, list[Value], dict[str, Value]], Value]
    binds: bool = False


@dataclass(eq=False, slots=True)
class BoundMethod:
    func: Value
    receiver: Value


@dataclass(eq=False, slots=True)
class StaticMethod:
    func: Value


@dataclass(eq=False, slots=True)
class ClassMethod:
    func: Value


@dataclass(eq=False, slots=True)
class Property:
    """A `property`; `cached` stores the first result in the instance."""

    getter: Value
    setter: Value | None = None
    cached: bool = False


@dataclass(eq=False, slots=True)
class Partial:
    """`functools.partial`."""

    func: Value
    args: tuple[Value, ...]
    kwargs: dict[str, Value]


@dataclass(eq=False, slots=True)
class ClassValue:
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
    annotations: dict[str, Value] = field(default_factory=dict)
    field_order: list[str] = field(default_factory=list)
    kind: str = "plain"
    """"plain", "dataclass", "enum" or "namedtuple"."""
    factory: Callable[[Vm, ClassValue, list[Value], dict[str, Value]], Value] | None = None
    """What a call of the class does, when it is not the usual construction."""

    def __repr__(self) -> str:
        return f"<class {self.qualname}>"

    def find(self, name: str) -> Value:
        """Return the attribute from the first class of the MRO that has it, or `MISSING`."""
        for cls in self.mro:
            if isinstance(cls, ClassValue) and name in cls.namespace:
                return cls.namespace[name]
        return MISSING

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


@dataclass(eq=False, slots=True)
class Instance:
    """An object of a `ClassValue`. `payload` is the Python object it extends, if its class has a native base."""

    cls: ClassValue
    attrs: dict[str, Value] = field(default_factory=dict)
    payload: Any = None
    tainted: Unknown | None = None
    """Set when code that is not understood may have changed it: unread attributes are then unknown."""


@dataclass(eq=False, slots=True)
class ModuleInstance(Instance):
    """An `nn.Module` object, with torch's three registries and what the trace wants to know of it."""

    parameters: dict[str, Value] = field(default_factory=dict)
    buffers: dict[str, Value] = field(default_factory=dict)
    modules: dict[str, Value] = field(default_factory=dict)
    definition: Place | None = None
    definition_stack: tuple[Place, ...] = ()
    touched: bool = False
    unknown_members: list[Unknown] = field(default_factory=list)
    """Unknown values that were set as attributes: each may be a submodule or a parameter."""
    made: Making | None = None
    """How the program built it; None until its constructor has returned."""
    unbuilt: bool = False
    """Whether all that is not known of it is what torch's own constructor was given."""
    built: Arguments | None = None
    """What torch's own constructor was given."""
    changed: bool = False
    """Whether an attribute was set anew after that."""


@dataclass(eq=False, slots=True)
class PyModule:
    """An imported module: `scope` holds its globals; `filename` is "" for modelled libraries.

    A module whose source is known runs when something of it is first asked for.
    """

    name: str
    filename: str = ""
    scope: Scope | None = None
    attrs: dict[str, Value] = field(default_factory=dict)
    state: str = "ready"
    """"lazy" (not run yet), "running" or "ready"."""
    is_package: bool = False
    hidden: bool = False
    """Whether places in it are not shown: what convlint itself brings along."""
    unknown: Unknown | None = None
    """Set for a module that cannot be read: everything in it is unknown."""


@dataclass(eq=False, slots=True)
class LazyImport:
    """`from module import name`, resolved when the name is first used."""

    module: PyModule
    name: str


@dataclass(eq=False, slots=True)
class SuperValue:
    owner: ClassValue
    receiver: Value


@dataclass(eq=False, slots=True)
class GeneratorValue:
    """A running generator or another lazy iterator of the program."""

    iterator: Iterator[Value]
    name: str = "generator"


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


class _Missing:
    __slots__ = ()

    def __repr__(self) -> str:
        return "MISSING"


MISSING = _Missing()
"""What lookups return where there is nothing; never a value of the program."""
REQUIRED = _Missing()
"""The default of a lookup that has none: where there is nothing, the program gets an exception."""
