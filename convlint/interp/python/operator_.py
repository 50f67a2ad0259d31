"""`operator`: its functions are the program's own operators."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.interp.language import absent, operators, subscripts
from convlint.interp.language.membership import same_item
from convlint.interp.natives import lifting, registry
from convlint.interp.natives.lifting import items_of, take
from convlint.interp.natives.registry import add_value, native
from convlint.interp.python.builtins.lists import count
from convlint.interp.values.classes import Instance
from convlint.interp.values.functions import Native
from convlint.interp.values.unknown import Unknown, Value

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

NAMES = {
    "add": "+", "sub": "-", "mul": "*", "truediv": "/", "floordiv": "//", "mod": "%", "pow": "**", "matmul": "@",
    "lshift": "<<", "rshift": ">>", "and_": "&", "or_": "|", "xor": "^", "concat": "+",
}  # fmt: skip
COMPARISONS = {"eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">=", "is_": "is", "is_not": "is not"}
UNARY = {"neg": "-", "pos": "+", "invert": "~", "inv": "~", "not_": "not"}


def _register(name: str, kind: str, op: str) -> None:
    def call(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
        if kind == "unary":
            (operand,) = take(vm, name, args, kwargs, "a")
            return vm.unary(op, operand)
        left, right = take(vm, name, args, kwargs, "a", "b")
        if kind == "in place":
            return operators.binary(vm, op, left, right, in_place=True)
        return vm.binary(op, left, right) if kind == "binary" else vm.compare(op, left, right)

    add_value(f"operator.{name}", Native(f"operator.{name}", call))


for _name, _op in NAMES.items():
    _register(_name, "binary", _op)
    _register("i" + _name.rstrip("_"), "in place", _op)
for _name, _op in COMPARISONS.items():
    _register(_name, "comparison", _op)
for _name, _op in UNARY.items():
    _register(_name, "unary", _op)


@native("operator.abs")
def absolute(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    (operand,) = take(vm, "abs", args, kwargs, "a")
    return vm.call(registry.find("builtins.abs"), [operand])


@native("operator.truth")
def truth(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    (value,) = take(vm, "truth", args, kwargs, "a")
    return operators.truth(vm, value)


@native("operator.contains")
def contains(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    container, item = take(vm, "contains", args, kwargs, "a", "b")
    return vm.compare("in", item, container)


@native("operator.getitem")
def getitem(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    obj, key = take(vm, "getitem", args, kwargs, "a", "b")
    return vm.getitem(obj, key)


@native("operator.setitem")
def setitem(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> None:
    obj, key, value = take(vm, "setitem", args, kwargs, "a", "b", "c")
    vm.setitem(obj, key, value)


@native("operator.delitem")
def delitem(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> None:
    obj, key = take(vm, "delitem", args, kwargs, "a", "b")
    subscripts.delete(vm, obj, key)


@native("operator.index")
def as_index(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    size = vm.as_size(args[0])
    if size is None and isinstance(args[0], Instance):
        return lifting.index_of(vm, args[0])
    return vm.unknown("an index that is not known") if size is None else size


@native("operator.countOf")
def count_of(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    sequence, value = take(vm, "countOf", args, kwargs, "a", "b")
    items = items_of(vm, "countOf", sequence)
    return items if isinstance(items, Unknown) else count(vm, items, [value], {})


@native("operator.indexOf")
def index_of(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """An iterator is left where the item was found."""
    sequence, value = take(vm, "indexOf", args, kwargs, "a", "b")
    source = vm.iterator(sequence)
    if isinstance(source, Unknown):
        return source
    for index, item in enumerate(source):
        vm.step()
        same = same_item(vm, item, value)
        if same is True:
            return index
        if same is not False:
            vm.havoc(sequence, "how far it is searched is not known")
            return vm.unknown("where an item is in a sequence")
    vm.throw(ValueError, "sequence.index(x): x not in sequence")


@native("operator.itemgetter")
def itemgetter(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    keys = list(args)
    if not keys:
        absent.refused(vm, "itemgetter expected 1 argument, got 0")

    def get(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
        obj = _only(vm, "itemgetter", args, kwargs)
        found = [vm.getitem(obj, key) for key in keys]
        return found[0] if len(found) == 1 else tuple(found)

    return Native("itemgetter", get)


@native("operator.attrgetter")
def attrgetter(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    paths = list(args)
    if not paths:
        absent.refused(vm, "attrgetter expected 1 argument, got 0")
    if not all(isinstance(path, str) for path in paths):
        return vm.unknown("`attrgetter` of a name that is not known")

    def read(vm: Vm, obj: Value, path: str) -> Value:
        for name in path.split("."):
            obj = vm.getattr(obj, name)
        return obj

    def get(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
        obj = _only(vm, "attrgetter", args, kwargs)
        found = [read(vm, obj, path) for path in paths]
        return found[0] if len(found) == 1 else tuple(found)

    return Native("attrgetter", get)


@native("operator.methodcaller")
def methodcaller(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if not args:
        absent.refused(vm, "methodcaller needs at least one argument, the method name")
    name, *given = args
    named = dict(kwargs)
    if not isinstance(name, str):
        return vm.unknown("`methodcaller` of a name that is not known")

    def call(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
        return vm.call(vm.getattr(_only(vm, "methodcaller", args, kwargs), name), list(given), dict(named))

    return Native("methodcaller", call)


def _only(vm: Vm, name: str, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Return the object that a getter is called with, which is all that it takes."""
    if len(args) != 1 or kwargs:
        absent.refused(vm, f"{name} expected 1 argument, got {len(args)}")
    return args[0]
