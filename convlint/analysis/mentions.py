"""Whether a class's own code reads a part of it at all: a branch that no run took may be taken by another caller."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from convlint.interp.values.classes import ClassValue
from convlint.interp.values.code import Code
from convlint.interp.values.functions import BoundMethod, Function, Property
from convlint.interp.values.unknown import Value
from convlint.ir import nodes
from convlint.ir.walking import walk

CONSTRUCTOR = "__init__"


def reads_part(owners: Sequence[ClassValue], name: str) -> bool:
    """Tell whether code of the classes names the attribute `name` of the first of them, for others to run.

    `owners` are the class that holds the part and those of the modules around it, innermost first. What only the
    constructor runs does not count, nor does a method that another hides and does not call. What else is in the file
    of the innermost counts where it calls the part: `self.net.head(x)`.
    """
    inner, *outer = owners
    if any(name in _attributes(function, of_others=False) for function in _callable_by_others(inner)):
        return True
    if any(name in _attributes(function, of_others=True) for cls in outer for function in _callable_by_others(cls)):
        return True
    return any(name in function.code.told_by(_called_in) for function in _beside(inner))


def _beside(cls: ClassValue) -> Iterator[Function]:
    """Yield the functions of a class's file, and the methods of its other classes."""
    scope = cls.module.scope if cls.module is not None else None
    for value in list(scope.names.values()) if scope is not None else ():
        if isinstance(value, ClassValue) and value.module is cls.module and value is not cls:
            yield from filter(None, map(_function, value.namespace.values()))
        elif isinstance(value, Function):
            yield value


def _callable_by_others(cls: ClassValue) -> list[Function]:
    """Return the methods that not only the constructor calls."""
    methods = {name: list(_versions(cls, name)) for name in _method_names(cls)}
    of_constructor = _reached({CONSTRUCTOR}, methods)
    kept = _reached({name for name in methods if name not in of_constructor or name == "forward"}, methods)
    return [function for name in kept for function in methods[name]]


def _method_names(cls: ClassValue) -> set[str]:
    return {
        name
        for base in cls.mro
        if isinstance(base, ClassValue) and base.place is not None
        for name, value in base.namespace.items()
        if _function(value) is not None
    }


def _versions(cls: ClassValue, name: str) -> Iterator[Function]:
    """Yield the method of that name, and what it hides of its bases if it names it: `super().forward(x)`."""
    for base in cls.mro:
        function = _function(base.namespace.get(name)) if isinstance(base, ClassValue) else None
        if function is not None:
            yield function
            if name not in _attributes(function, of_others=False):
                return


def _function(value: Value) -> Function | None:
    if isinstance(value, Property):
        value = value.getter
    if isinstance(value, BoundMethod):
        value = value.func
    return value if isinstance(value, Function) else None


def _reached(start: set[str], methods: dict[str, list[Function]]) -> set[str]:
    """Return the methods that those of `start` name, and so on."""
    found = start & methods.keys()
    todo = list(found)
    while todo:
        for function in methods[todo.pop()]:
            new = (_attributes(function, of_others=False) & methods.keys()) - found
            found |= new
            todo += new
    return found


def _attributes(function: Function, *, of_others: bool) -> frozenset[str]:
    """Return the attributes that a function names, `getattr` included; with `of_others` without those of `self`."""
    return function.code.told_by(_named_in)[of_others]


def _named_in(code: Code) -> tuple[frozenset[str], frozenset[str]]:
    """Return the attributes that a text names, and those of them that are not only of its first parameter."""
    first = code.positional[0] if code.positional else ""
    named: set[str] = set()
    of_others: set[str] = set()
    for node in walk((code.node.body,), into_definitions=True):
        if isinstance(node, nodes.Attribute):
            named.add(node.attr)
            if not (isinstance(node.value, nodes.Name) and node.value.id == first):
                of_others.add(node.attr)
        elif isinstance(node, nodes.Constant) and isinstance(node.value, str):
            named.add(node.value)
            of_others.add(node.value)
    return frozenset(named), frozenset(of_others)


def _called_in(code: Code) -> frozenset[str]:
    """Return the attributes that a text calls of what is an attribute, or an item, itself, or has a name of its own."""
    calls = (node for node in walk((code.node.body,), into_definitions=True) if isinstance(node, nodes.Call))
    called = (node.func for node in calls if isinstance(node.func, nodes.Attribute))
    return frozenset(it.attr for it in called if not (isinstance(it.value, nodes.Name) and it.value.id == "self"))
