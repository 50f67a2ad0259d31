"""torch's containers: Sequential, ModuleList, ModuleDict, ParameterList, ParameterDict."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from convlint.interp.language import absent, kinds
from convlint.interp.language.iteration import unpack
from convlint.interp.natives.registry import Implementation, add_value
from convlint.interp.torch.module_class import MODULE, argument, check_name, touch
from convlint.interp.values.classes import ClassValue, Instance, ModuleInstance
from convlint.interp.values.functions import GeneratorValue, Native
from convlint.interp.values.unknown import Unknown, Value
from convlint.layers.core.tensor import Tensor
from convlint.symbolic import Dim

if TYPE_CHECKING:
    from convlint.interp.vm import Vm


def _container(name: str, *bases: ClassValue) -> ClassValue:
    cls = ClassValue(name, f"torch.nn.{name}", bases or (MODULE,), {}, is_module=True)
    cls.mro = (cls, *bases, MODULE)
    for qualified in (f"torch.nn.{name}", f"torch.nn.modules.{name}", f"torch.nn.modules.container.{name}"):
        add_value(qualified, cls)
    return cls


SEQUENTIAL = _container("Sequential")
MODULE_LIST = _container("ModuleList")
MODULE_DICT = _container("ModuleDict")
PARAMETER_LIST = _container("ParameterList")
PARAMETER_DICT = _container("ParameterDict")


def method(*classes: ClassValue, names: tuple[str, ...]) -> Callable[[Implementation], Implementation]:
    def register(call: Implementation) -> Implementation:
        for cls in classes:
            for name in names:
                cls.namespace[name] = Native(f"{cls.qualname}.{name}", call, binds=True)
        return call

    return register


def _table(obj: ModuleInstance) -> dict[str, Value]:
    return (
        obj.parameters if obj.cls.derives_from(PARAMETER_LIST) or obj.cls.derives_from(PARAMETER_DICT) else obj.modules
    )


def _doubt(obj: ModuleInstance) -> Unknown | None:
    """Why the contents of a container are not known, if they are not."""
    return obj.tainted


def _store(vm: Vm, obj: ModuleInstance, name: str, value: Value) -> None:
    if _table(obj) is obj.parameters and isinstance(value, Tensor):
        value.is_parameter = True
        obj.parameters[name] = value
    elif isinstance(value, ModuleInstance | Unknown) or value is None:
        _table(obj)[name] = value
    else:
        absent.refused(vm, f"{type(value).__name__} is not a Module subclass")


def _index(vm: Vm, obj: ModuleInstance, key: Value) -> int | Unknown:
    if isinstance(key, Dim):
        key = vm.assumptions.simplify(key)
    if not isinstance(key, int):
        return key if isinstance(key, Unknown) else vm.unknown("an unknown index of a container")
    size = len(_table(obj))
    if not -size <= key < size:
        vm.throw(IndexError, f"index {key} is out of range")
    return key % size if size else key


# --- construction ---------------------------------------------------------------------------------------


@method(SEQUENTIAL, names=("__init__",))
def _sequential(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    obj, given = args[0], args[1:]
    if len(given) == 1 and isinstance(given[0], dict) and not isinstance(given[0], Instance):
        if vm.taint_of(given[0]) is not None:
            vm.havoc(obj, "a sequential of unknown modules")
        for name, module in given[0].items():
            _store(vm, obj, name, module)
        return
    for index, module in enumerate(given):
        _store(vm, obj, str(index), module)


@method(MODULE_LIST, PARAMETER_LIST, names=("__init__",))
def _list(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    given = argument(args, kwargs, 1, "modules", kwargs.get("values"))
    if given is not None:
        _extend(vm, [args[0], given], {})


@method(MODULE_DICT, PARAMETER_DICT, names=("__init__",))
def _dict(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    given = argument(args, kwargs, 1, "modules", kwargs.get("parameters"))
    if given is not None:
        _update(vm, [args[0], given], {})


# --- sequences ------------------------------------------------------------------------------------------


@method(SEQUENTIAL, MODULE_LIST, PARAMETER_LIST, names=("append",))
def _append(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    obj, value = args[0], argument(args, kwargs, 1, "module", kwargs.get("value"))
    if _doubt(obj) is None:
        _store(vm, obj, str(len(_table(obj))), value)
    return obj


@method(SEQUENTIAL, MODULE_LIST, PARAMETER_LIST, names=("extend", "__iadd__"))
def _extend(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    obj = args[0]
    items = vm.list_of(args[1])
    if isinstance(items, Unknown):
        vm.havoc(obj, items.reason)
        return obj
    for value in items:
        _append(vm, [obj, value], {})
    return obj


@method(MODULE_LIST, SEQUENTIAL, names=("__add__",))
def _add(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    made = vm.call(args[0].cls, [])
    for part in args[:2]:
        _extend(vm, [made, part], {})
    return made


@method(SEQUENTIAL, MODULE_LIST, names=("insert",))
def _insert(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    obj, index, value = args[0], args[1], args[2]
    if not isinstance(index, int):
        vm.havoc(obj, "a module was inserted at an unknown index")
        return obj
    items = list(_table(obj).values())
    items.insert(index, value)
    _renumber(obj, items)
    return obj


def _renumber(obj: ModuleInstance, items: list[Value]) -> None:
    table = _table(obj)
    table.clear()
    table.update({str(position): item for position, item in enumerate(items)})


@method(SEQUENTIAL, MODULE_LIST, names=("pop",))
def _pop(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    value = _getitem(vm, [args[0], argument(args, kwargs, 1, "key", -1)], {})
    _delitem(vm, [args[0], argument(args, kwargs, 1, "key", -1)], {})
    return value


@method(SEQUENTIAL, MODULE_LIST, PARAMETER_LIST, names=("__getitem__",))
def _getitem(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    obj, key = args[0], args[1]
    if _doubt(obj) is not None:
        return vm.derived(_doubt(obj), "[]", key)  # type: ignore[arg-type]
    items = list(_table(obj).items())
    if isinstance(key, slice):
        if not vm.is_concrete(key):
            return vm.unknown("an unknown slice of a container")
        made = vm.call(obj.cls, [])
        names = [str(position) for position in range(len(items))]
        picked = (
            items[key]
            if obj.cls.derives_from(SEQUENTIAL)
            else list(zip(names, [v for _, v in items[key]], strict=False))
        )
        for name, value in picked:
            _store(vm, made, name, value)
            touch(value)
        return made
    index = _index(vm, obj, key)
    if isinstance(index, Unknown):
        return index
    touch(items[index][1])
    return items[index][1]


@method(SEQUENTIAL, MODULE_LIST, PARAMETER_LIST, names=("__setitem__",))
def _setitem(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    obj, key, value = args
    if isinstance(key, str):
        vm.setattr(obj, key, value)
        return
    index = _index(vm, obj, key)
    if isinstance(index, Unknown):
        vm.havoc(obj, index.reason)
    else:
        _store(vm, obj, list(_table(obj))[index], value)


@method(SEQUENTIAL, MODULE_LIST, names=("__delitem__",))
def _delitem(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    obj, key = args[0], args[1]
    items = list(_table(obj).values())
    if isinstance(key, slice) and vm.is_concrete(key):
        del items[key]
    else:
        index = _index(vm, obj, key)
        if isinstance(index, Unknown):
            vm.havoc(obj, index.reason)
            return
        del items[index]
    _renumber(obj, items)


@method(SEQUENTIAL, MODULE_LIST, PARAMETER_LIST, names=("__iter__",))
def _iter(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    doubt = _doubt(args[0])
    if doubt is not None:
        return Unknown(doubt.reason, doubt.place)
    items = list(_table(args[0]).values())
    for item in items:
        touch(item)
    return GeneratorValue(iter(items), "modules")


@method(SEQUENTIAL, MODULE_LIST, MODULE_DICT, PARAMETER_LIST, PARAMETER_DICT, names=("__len__",))
def _len(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    doubt = _doubt(args[0])
    return vm.derived(doubt, "len") if doubt is not None else len(_table(args[0]))


@method(SEQUENTIAL, names=("forward",))
def _forward(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    obj = args[0]
    doubt = _doubt(obj)
    if doubt is not None:
        return Unknown(doubt.reason, doubt.place)
    value = argument(args, kwargs, 1, "input")
    for module in list(obj.modules.values()):
        value = vm.call(module, [value])
    return value


# --- mappings -------------------------------------------------------------------------------------------


@method(MODULE_DICT, PARAMETER_DICT, names=("update",))
def _update(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    obj, given = args[0], args[1]
    if isinstance(given, ModuleInstance):
        given = dict(_table(given))
    if isinstance(given, dict) and vm.taint_of(given) is None:
        pairs: list[Value] | Unknown = list(given.items())
    else:
        pairs = vm.list_of(given)
    if isinstance(pairs, Unknown):
        vm.havoc(obj, pairs.reason)
        return
    for pair in pairs:
        _dict_setitem(vm, [obj, *unpack(vm, pair, 2)], {})


@method(MODULE_DICT, PARAMETER_DICT, names=("__setitem__",))
def _dict_setitem(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    obj, key, value = args
    if isinstance(key, str):
        if _table(obj) is obj.modules:
            check_name(vm, obj, key, "module", obj.modules)
        _store(vm, obj, key, value)
        return
    kind = kinds.python_type(key)
    if kind is not None and not issubclass(kind, str):
        absent.refused(vm, f"module name should be a string. Got {kind.__name__}")
    vm.havoc(obj, "a module was set under an unknown name")


@method(MODULE_DICT, PARAMETER_DICT, names=("__getitem__", "get"))
def _dict_getitem(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    obj, key = args[0], args[1]
    doubt = _doubt(obj)
    if doubt is not None or not isinstance(key, str):
        return vm.unknown("an unknown module of a container")
    table = _table(obj)
    if key not in table:
        if len(args) > 2:
            return args[2]
        absent.no_key(vm, key)
    touch(table[key])
    return table[key]


@method(MODULE_DICT, PARAMETER_DICT, names=("pop",))
def _dict_pop(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    value = _dict_getitem(vm, args, kwargs)
    if isinstance(args[1], str):
        _table(args[0]).pop(args[1], None)
    return value


@method(MODULE_DICT, PARAMETER_DICT, names=("__delitem__",))
def _dict_delitem(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    _dict_pop(vm, args, kwargs)


@method(MODULE_DICT, PARAMETER_DICT, names=("__contains__",))
def _contains(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    doubt = _doubt(args[0])
    if doubt is not None or not isinstance(args[1], str):
        return vm.unknown("membership in a container that is not known")
    return args[1] in _table(args[0])


def _view(pick: Callable[[dict[str, Value]], list[Value]]) -> Implementation:
    def view(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
        doubt = _doubt(args[0])
        if doubt is not None:
            return Unknown(doubt.reason, doubt.place)
        for value in _table(args[0]).values():
            touch(value)
        return pick(_table(args[0]))

    return view


method(MODULE_DICT, PARAMETER_DICT, names=("keys", "__iter__"))(_view(list))
method(MODULE_DICT, PARAMETER_DICT, names=("values",))(_view(lambda table: list(table.values())))
method(MODULE_DICT, PARAMETER_DICT, names=("items",))(_view(lambda table: list(table.items())))
