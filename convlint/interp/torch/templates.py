"""Layers of torch built with the same plain arguments are alike: the rule runs once, the others are filled from it."""

from __future__ import annotations

from msgspec import Struct

from convlint.interp.values.classes import ModuleInstance
from convlint.interp.values.unknown import Value
from convlint.layers.core import registry as layers
from convlint.layers.core.tensor import Tensor

PLAIN = frozenset({int, float, str, bool, type(None)})
MOST = 4_096
"""How many ways to build a layer are remembered."""

Key = tuple[object, ...]
_made: dict[Key, Template] = {}


class Template(Struct, frozen=True):
    """What the constructor of a layer sets, given certain arguments."""

    attributes: dict[str, Value]
    parameters: dict[str, Tensor | None]
    buffers: dict[str, Tensor | None]

    def fill(self, obj: ModuleInstance) -> None:
        """Set the same on another object; each has tensors of its own."""
        obj.attrs.update(self.attributes)
        for name, value in self.parameters.items():
            obj.parameters[name] = None if value is None else value.twin()
        for name, value in self.buffers.items():
            obj.buffers[name] = None if value is None else value.twin()


def key_of(entry: layers.LayerClass, obj: ModuleInstance, args: list[Value], kwargs: dict[str, Value]) -> Key | None:
    """Return what a constructor's work hangs on; None if it is more than plain arguments, as in a class of the program.

    True and 1 are told apart, as they are in what a layer shows of itself.
    """
    if obj.cls.place is not None or len(obj.attrs) > 1 or obj.parameters or obj.buffers or obj.modules:
        return None
    parts: list[object] = [entry.name, len(args), *kwargs]
    for value in (*args, *kwargs.values()):
        if type(value) in PLAIN:
            parts += (type(value), value)
        elif type(value) is tuple and all(type(item) in PLAIN for item in value):
            parts += (tuple, *map(type, value), value)
        else:
            return None
    return tuple(parts)


def find(key: Key | None) -> Template | None:
    return None if key is None else _made.get(key)


def keep(key: Key | None, obj: ModuleInstance) -> None:
    """Remember what a constructor has set, if all of it can be set again."""
    if key is None or obj.modules or obj.tainted is not None or len(_made) >= MOST:
        return
    attributes = {name: value for name, value in obj.attrs.items() if name != "training"}
    tensors = [*obj.parameters.values(), *obj.buffers.values()]
    if all(map(_is_plain, attributes.values())) and all(value is None or _is_own(value) for value in tensors):
        _made[key] = Template(attributes, _copied(obj.parameters), _copied(obj.buffers))


def _copied(table: dict[str, Value]) -> dict[str, Tensor | None]:
    return {name: None if value is None else value.twin() for name, value in table.items()}


def _is_plain(value: Value) -> bool:
    return type(value) in PLAIN or (type(value) is tuple and all(map(_is_plain, value)))


def _is_own(value: Value) -> bool:
    return isinstance(value, Tensor) and value.aliases is None and all(type(size) is int for size in value.shape)
