"""What the constructors of a class call to build its objects, told from the text alone."""

from __future__ import annotations

from convlint.interp.values.classes import ClassValue
from convlint.interp.values.code import Code
from convlint.interp.values.functions import ClassMethod, Function, Property, StaticMethod
from convlint.interp.values.unknown import Value
from convlint.ir import nodes
from convlint.ir.walking import walk

CONSTRUCTORS = frozenset({"__init__", "__new__", "__post_init__", "__init_subclass__", "__set_name__"})


def beginnings(cls: ClassValue) -> frozenset[str]:
    """Return the names of the constructors of a class, and of the methods that they call on the object they build."""
    found: set[str] = set()
    waiting = set(CONSTRUCTORS)
    while waiting:
        name = waiting.pop()
        found.add(name)
        for base in cls.mro:
            method = _function(base.namespace.get(name)) if isinstance(base, ClassValue) else None
            if method is not None:
                waiting |= method.code.told_by(_asked_of_itself) - found
    return frozenset(found)


def _function(value: Value) -> Function | None:
    if isinstance(value, StaticMethod | ClassMethod):
        value = value.func
    elif isinstance(value, Property):
        value = value.getter
    return value if isinstance(value, Function) else None


def _asked_of_itself(code: Code) -> frozenset[str]:
    """Return the attributes that a method reads of its first argument."""
    receiver = code.positional[0] if code.positional else ""
    parts = walk(code.node.body, into_definitions=True)
    return frozenset(
        part.attr
        for part in parts
        if isinstance(part, nodes.Attribute) and isinstance(part.value, nodes.Name) and part.value.id == receiver
    )
