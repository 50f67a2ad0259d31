"""What a module is made of, as a key: two modules with equal keys do the same with the same input."""

from __future__ import annotations

from collections.abc import Container, Hashable, Iterable
from typing import Any

from msgspec import Struct

from convlint.interp.values.classes import ClassValue, Instance, ModuleInstance
from convlint.interp.values.functions import BoundMethod, Function, Native, Partial
from convlint.interp.values.numbers import LibraryNumber
from convlint.interp.values.picture import is_shared
from convlint.interp.values.reach import remembers_nothing
from convlint.interp.values.scope import Scope
from convlint.interp.values.unknown import Unknown, Value
from convlint.layers.core.tensor import Tensor
from convlint.symbolic import Dim
from convlint.trace import Arguments

Key = tuple[Hashable, ...]
MOST_PARTS = 4_000
PLAIN = (int, float, complex, str, bytes, type(None), Dim, type(...), type, range)
ALWAYS_PLAIN = frozenset({int, float, str, bool, type(None)})


class Unlike(Exception):
    """Something is like nothing else: it may change unseen, or is too large to be compared."""


def key_of(
    module: ModuleInstance, standing: Container[int], marks: Container[int]
) -> tuple[Key, tuple[ModuleInstance, ...], tuple[object, ...]]:
    """Return the key of a module, the modules in it in the order of the key, itself first, and what the key names by
    identity.

    Modes are left out, and where something was built. What is `standing`, by identity, is itself and like nothing else;
    `marks` are the objects that are no longer known. Raises Unlike.
    """
    likeness = _Likeness(standing, marks)
    key = likeness.of(module)
    return key, tuple(likeness.modules), tuple(likeness.named)


class Alike(Struct, frozen=True):
    """What values are like: what has an equal key is made of as many `objects`, each like the one in its place.

    `modules` are those among them, and `named` what the key names by identity.
    """

    key: Key
    objects: tuple[object, ...]
    modules: tuple[ModuleInstance, ...]
    named: tuple[object, ...]


def alike(values: Iterable[Value], standing: Container[int], marks: Container[int]) -> Alike:
    """Return what values are like, of which all is known. Raises Unlike."""
    likeness = _Likeness(standing, marks)
    key = tuple(map(likeness.of, values))
    if any(isinstance(value, Unknown) for value in likeness.named):
        raise Unlike
    return Alike(key, tuple(likeness.kept), tuple(likeness.modules), tuple(likeness.named))


class _Likeness:
    """Writes values down; an object that was met before is told by its number, so that sharing is a part of the key."""

    def __init__(self, standing: Container[int], marks: Container[int]) -> None:
        self._standing, self._marks = standing, marks
        self._numbers: dict[int, int] = {}
        self.kept: list[object] = []
        self.modules: list[ModuleInstance] = []
        self.named: list[object] = []

    def of(self, value: Any) -> Key:
        """Return what tells a value from others that are not like it."""
        kind = type(value)
        if kind in ALWAYS_PLAIN or (isinstance(value, PLAIN) and not isinstance(value, LibraryNumber)):
            plain: tuple[Any, ...] = (kind, value)
            return plain
        if isinstance(value, tuple):
            return "tuple", type(value), *map(self.of, value)
        if id(value) in self._standing or is_shared(value):
            return self._itself(value)
        number = self._numbers.setdefault(id(value), len(self._numbers))
        if number < len(self.kept):
            return "again", number
        self.kept.append(value)
        if len(self.kept) > MOST_PARTS or id(value) in self._marks:
            raise Unlike
        return self._object(value)

    def _object(self, value: Value) -> Key:
        if isinstance(value, ModuleInstance):
            return self._module(value)
        if isinstance(value, Tensor):
            return self._tensor(value)
        if type(value) is list:
            return "list", *map(self.of, value)
        if type(value) is dict:
            return "dict", *self._items(value.items())
        if isinstance(value, Unknown):
            return self._itself(value)
        if isinstance(value, Function):
            return "function", self._itself(value.node), self._scope(value.scope), *self._items(value.defaults.items())
        if isinstance(value, BoundMethod):
            return "method", self.of(value.func), self.of(value.receiver)
        if isinstance(value, Partial):
            return "partial", self.of(value.func), self.of(value.args), *self._items(value.kwargs.items())
        if isinstance(value, Native) and value.reads:
            return self._itself(value)
        if isinstance(value, Native) and remembers_nothing(value.call):
            return "native", value.name, self._itself(value.call)
        if type(value) is Instance and value.tainted is None:
            return "object", self.of(value.cls), self.of(value.payload), *self._items(value.attrs.items())
        if getattr(type(value), "changes", True) is False:
            return self._itself(value)
        raise Unlike

    def _module(self, module: ModuleInstance) -> Key:
        self.modules.append(module)
        if module.tainted is not None or module.unknown_members or module.payload is not None:
            raise Unlike
        cls = self._class(module.cls)
        if module.cls.torch_name and module.built is not None and not module.changed and not module.modules:
            return "layer", cls, len(module.attrs), self._given(module.built), *self._items(module.parameters.items())
        attributes = [(name, value) for name, value in module.attrs.items() if name != "training"]
        tables = (attributes, module.parameters.items(), module.buffers.items(), module.modules.items())
        return "module", cls, *(self._items(table) for table in tables)

    def _itself(self, value: object) -> Key:
        self.named.append(value)
        return "itself", id(value)

    def _class(self, cls: ClassValue) -> Hashable:
        if id(cls) not in self._standing and not is_shared(cls):
            raise Unlike
        return self._itself(cls)

    def _given(self, given: Arguments) -> Key:
        return "given", *map(self.of, given.positional), *self._items(given.named.items())

    def _tensor(self, tensor: Tensor) -> Key:
        if tensor.aliases is not None:
            raise Unlike
        return (
            "tensor",
            tensor.shape,
            tensor.dtype,
            tensor.data,
            tensor.bounds,
            tensor.is_parameter,
            tensor.requires_grad,
        )

    def _scope(self, scope: Scope) -> Key:
        if id(scope) in self._standing:
            return self._itself(scope)
        number = self._numbers.setdefault(id(scope), len(self._numbers))
        if number < len(self.kept):
            return "again", number
        self.kept.append(scope)
        around = () if scope.parent is None else self._scope(scope.parent)
        return "scope", around, *self._items(scope.names.items())

    def _items(self, items: Iterable[tuple[Any, Value]]) -> Key:
        return tuple((self.of(name), self.of(value)) for name, value in items)
