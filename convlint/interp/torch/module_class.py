"""`torch.nn.Module`: registration, traversal and modes, as methods of a class that programs derive from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from convlint.interp.language import absent, attributes
from convlint.interp.language.assignment import delete_on_object, set_on_object
from convlint.interp.natives.registry import Implementation, add_value
from convlint.interp.records.records import module_states
from convlint.interp.torch.dtypes import DType
from convlint.interp.values.classes import ClassValue, ModuleInstance
from convlint.interp.values.functions import Function, GeneratorValue, Native
from convlint.interp.values.signals import PyRaise
from convlint.interp.values.unknown import MISSING, Opaque, Unknown, Value
from convlint.layers.core.tensor import Tensor
from convlint.layers.shared import dtypes

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

MODULE = ClassValue("Module", "torch.nn.Module", (), {}, is_module=True)
MODULE.mro = (MODULE,)
add_value("torch.nn.Module", MODULE)
add_value("torch.nn.modules.Module", MODULE)
add_value("torch.nn.modules.module.Module", MODULE)


def module_method(*names: str) -> Callable[[Implementation], Implementation]:
    """Register a method of `nn.Module`; the module is the first argument."""

    def register(call: Implementation) -> Implementation:
        for name in names:
            told = call if name not in CALLS else _calling(name, call)
            MODULE.namespace[name] = Native(f"torch.nn.Module.{name}", told, binds=True)
        return call

    return register


_MOVING = "to type cuda cpu xpu share_memory float double half bfloat16"
CALLS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        **dict.fromkeys(_MOVING.split(), ("_apply",)),
        "state_dict": ("state_dict", "_save_to_state_dict", "get_extra_state"),
        "load_state_dict": ("_load_from_state_dict", "set_extra_state"),
        "__repr__": ("__repr__", "extra_repr"),
        "__str__": ("__repr__", "extra_repr"),
        "zero_grad": ("parameters", "named_parameters", "_named_members"),
    }
)
"""The methods that torch's own call on a module and its parts, where a class of the program may have its own."""


def _calling(name: str, call: Implementation) -> Implementation:
    """Return a method of `nn.Module` that lets the program's own methods be called which torch's would call."""

    def calling(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
        result = call(vm, args, kwargs)
        for _, part in walk(args[0]) if args else ():
            cls = part.cls if isinstance(part, ModuleInstance) else None
            if cls is None or cls.place is None:
                continue
            for inner in CALLS[name]:
                method = cls.find(inner)
                if isinstance(method, Function) and (part is not args[0] or inner != name):
                    vm.may_call(method, f"`{name}` calls `{inner}`", [part])
        return result

    return calling


def argument(args: list[Value], kwargs: dict[str, Value], index: int, name: str, default: Value = None) -> Value:
    """Return a positional-or-keyword argument of a native method."""
    return args[index] if len(args) > index else kwargs.get(name, default)


def children_of(obj: ModuleInstance) -> Iterator[tuple[str, Value]]:
    """Yield the submodules that are there, by name."""
    for name, child in list(obj.modules.items()):
        if child is not None:
            yield name, child


def walk(obj: Value, prefix: str = "", seen: set[int] | None = None) -> Iterator[tuple[str, Value]]:
    """Yield every module once with its dotted path, parents first, as `named_modules` does; unknown ones too."""
    seen = set() if seen is None else seen
    if id(obj) in seen:
        return
    seen.add(id(obj))
    yield prefix, obj
    if isinstance(obj, ModuleInstance):
        for name, child in children_of(obj):
            yield from walk(child, f"{prefix}.{name}" if prefix else name, seen)


def is_known(obj: Value) -> bool:
    """Whether everything below a module is known: no unknown child, nothing that may have changed it."""
    return isinstance(obj, ModuleInstance) and all(state.doubt is None for state in module_states(obj))


def _listed(vm: Vm, obj: Value, items: list[Value], what: str) -> Value:
    if not is_known(obj):
        return vm.unknown(f"the {what} of a module of which a part is not known")
    return GeneratorValue(iter(items), what)


@module_method("__init__")
def _init(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if args and isinstance(args[0], ModuleInstance):
        args[0].begun = True


def check_name(vm: Vm, obj: ModuleInstance, name: str, what: str, table: dict[str, Value]) -> None:
    """Raise what torch raises of a name under which nothing can be registered in a table."""
    if "." in name or not name:
        absent.no_key(vm, f'{what} name can\'t be empty or contain ".", got: {name}')
    held = any(name in other for other in (obj.attrs, obj.modules, obj.parameters, obj.buffers))
    if name not in table and obj.tainted is None and (held or obj.cls.find(name) is not MISSING):
        absent.no_key(vm, f"attribute '{name}' already exists")


@module_method("__setattr__")
def _setattr(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    obj, name, value = args
    if isinstance(name, str):
        set_on_object(vm, obj, name, value)
    else:
        vm.havoc(obj, "an attribute was set whose name is not known")


@module_method("__getattr__")
def _getattr(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """What is no ordinary attribute: a parameter, a buffer or a submodule."""
    obj, name = args
    if not isinstance(name, str):
        return vm.unknown("an attribute whose name is not known")
    found = attributes.registered(obj, name)
    if found is MISSING and obj.tainted is None and obj.cls.unknown_base is None:
        raise PyRaise(absent.attribute_error(obj, name))
    return absent.attribute(vm, obj, name) if found is MISSING else found


@module_method("add_module", "register_module")
def _add_module(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    obj = args[0]
    name, module = argument(args, kwargs, 1, "name"), argument(args, kwargs, 2, "module")
    if isinstance(name, Unknown) or not isinstance(name, str):
        vm.havoc(obj, "a module was added under an unknown name")
    elif isinstance(module, ModuleInstance) or module is None or isinstance(module, Unknown):
        check_name(vm, obj, name, "module", obj.modules)
        obj.modules[name] = module
    else:
        absent.refused(vm, f"{type(module).__name__} is not a Module subclass")


@module_method("register_parameter")
def _register_parameter(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    obj, name, value = args[0], argument(args, kwargs, 1, "name"), argument(args, kwargs, 2, "param")
    if not isinstance(name, str):
        vm.havoc(obj, "a parameter was registered under an unknown name")
        return
    check_name(vm, obj, name, "parameter", obj.parameters)
    obj.parameters[name] = value


@module_method("register_buffer")
def _register_buffer(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    obj, name, value = args[0], argument(args, kwargs, 1, "name"), argument(args, kwargs, 2, "tensor")
    if not isinstance(name, str):
        vm.havoc(obj, "a buffer was registered under an unknown name")
        return
    check_name(vm, obj, name, "buffer", obj.buffers)
    obj.buffers[name] = value


@module_method("named_modules")
def _named_modules(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    prefix = argument(args, kwargs, 2, "prefix", "")
    return _listed(vm, args[0], list(walk(args[0], prefix if isinstance(prefix, str) else "")), "modules")


@module_method("modules")
def _modules(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return _listed(vm, args[0], [module for _, module in walk(args[0])], "modules")


def _distinct_children(obj: Value) -> list[tuple[str, Value]]:
    distinct = {id(child): (name, child) for name, child in reversed(list(children_of(obj)))}
    return list(distinct.values())[::-1]


@module_method("named_children")
def _named_children(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    for _, child in children_of(args[0]):
        touch(child)
    if args[0].tainted is not None:
        return Unknown(args[0].tainted.reason, args[0].tainted.place)
    return GeneratorValue(iter(_distinct_children(args[0])), "named_children")


@module_method("children")
def _children(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    for _, child in children_of(args[0]):
        touch(child)
    if args[0].tainted is not None:
        return Unknown(args[0].tainted.reason, args[0].tainted.place)
    return GeneratorValue(iter([child for _, child in _distinct_children(args[0])]), "children")


def touch(child: Value) -> None:
    if isinstance(child, ModuleInstance):
        child.touched = True


def named_tensors(obj: ModuleInstance, table: str, recurse: bool, prefix: str = "") -> list[tuple[str, Value]]:
    """Parameters or buffers by dotted name, each object once."""
    seen: set[int] = set()
    found: list[tuple[str, Value]] = []
    for path, module in walk(obj, prefix) if recurse else [(prefix, obj)]:
        if not isinstance(module, ModuleInstance):
            continue
        for name, value in getattr(module, table).items():
            if value is not None and id(value) not in seen:
                seen.add(id(value))
                found.append((f"{path}.{name}" if path else name, value))
    return found


@module_method("named_parameters")
def _named_parameters(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    prefix = argument(args, kwargs, 1, "prefix", "")
    recurse = argument(args, kwargs, 2, "recurse", True)
    return _listed(vm, args[0], list(named_tensors(args[0], "parameters", recurse is not False, prefix)), "parameters")


@module_method("parameters")
def _parameters(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    recurse = argument(args, kwargs, 1, "recurse", True)
    items = named_tensors(args[0], "parameters", recurse is not False)
    return _listed(vm, args[0], [value for _, value in items], "parameters")


@module_method("named_buffers")
def _named_buffers(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    recurse = argument(args, kwargs, 2, "recurse", True)
    return _listed(vm, args[0], list(named_tensors(args[0], "buffers", recurse is not False)), "buffers")


@module_method("buffers")
def _buffers(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    items = named_tensors(args[0], "buffers", argument(args, kwargs, 1, "recurse", True) is not False)
    return _listed(vm, args[0], [value for _, value in items], "buffers")


@module_method("apply")
def _apply(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    obj, function = args[0], argument(args, kwargs, 1, "fn")
    if not is_known(obj):
        vm.havoc(obj, "a function was applied to a module of which a part is not known")
        return obj
    every = [module for _, module in walk(obj)]
    for module in reversed(every):
        vm.call(function, [module])
    return obj


@module_method("train")
def _train(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    mode = argument(args, kwargs, 1, "mode", True)
    for _, module in walk(args[0]):
        if isinstance(module, ModuleInstance):
            module.attrs["training"] = mode
    return args[0]


@module_method("eval")
def _eval(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return vm.call(vm.getattr(args[0], "train"), [False])


@module_method("to", "type")
def _converted(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """`to` and `type`, of whatever they are given: a dtype, a tensor that has one, or what is neither."""
    for given in (*args[1:], *kwargs.values()):
        if isinstance(given, DType | Tensor | Unknown):
            _convert(vm, args[0], "" if isinstance(given, Unknown) else str(getattr(given, "dtype", given)))
        elif isinstance(given, str) and dtypes.named(given):
            _convert(vm, args[0], dtypes.named(given))
    return args[0]


def _to_dtype(dtype: str) -> Implementation:
    def convert(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
        _convert(vm, args[0], dtype)
        return args[0]

    return convert


for _method, _dtype in {"half": "float16", "float": "float32", "double": "float64", "bfloat16": "bfloat16"}.items():
    module_method(_method)(_to_dtype(_dtype))


def _convert(vm: Vm, module: Value, dtype: str) -> None:
    """Parameters and buffers of floats get the dtype, "" for one that is not known; others keep theirs."""
    for _, part in walk(module):
        tables = [part.parameters, part.buffers] if isinstance(part, ModuleInstance) else []
        for value in (value for table in tables for value in table.values()):
            if isinstance(value, Tensor) and (not value.dtype or dtypes.is_float(value.dtype)):
                vm.writing(value)
                value.dtype, value.data = dtype, value.data if value.dtype == dtype else None


@module_method("cuda", "cpu", "share_memory", "xpu", "compile", "zero_grad")
def _same(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Modes of storage change no shape."""
    return args[0]


@module_method("requires_grad_")
def _requires_grad(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Freeze all parameters, or let them learn."""
    wanted = argument(args, kwargs, 1, "requires_grad", True)
    for _, part in walk(args[0]):
        for value in part.parameters.values() if isinstance(part, ModuleInstance) else ():
            if isinstance(value, Tensor) and isinstance(wanted, bool):
                vm.writing(value)
                value.requires_grad = wanted
    return args[0]


@module_method("get_submodule", "get_parameter", "get_buffer")
def _get_submodule(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    target = argument(args, kwargs, 1, "target")
    if not isinstance(target, str):
        return vm.unknown("a submodule of unknown name")
    found = args[0]
    for part in target.split(".") if target else []:
        found = vm.getattr(found, part)
    return found


@module_method("set_submodule")
def _set_submodule(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    target, module = argument(args, kwargs, 1, "target"), argument(args, kwargs, 2, "module")
    if not isinstance(target, str):
        vm.havoc(args[0], "a submodule of unknown name was replaced")
        return
    parent, _, name = target.rpartition(".")
    holder = vm.call(vm.getattr(args[0], "get_submodule"), [parent])
    vm.setattr(holder, name, module)


def _hooks(table: str) -> Implementation:
    def register(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
        if kwargs.get("with_kwargs"):
            vm.havoc(args[0], "a hook that takes keyword arguments")
            return Unknown("a hook handle")
        hooks = args[0].attrs.setdefault(table, {})
        key = max(hooks, default=-1) + 1
        hooks[key] = args[1] if len(args) > 1 else kwargs.get("hook")
        return HookHandle(hooks, key)

    return register


class HookHandle(Opaque):
    """What registering a hook returns: it takes the hook away again, also at the end of a `with`."""

    __slots__ = ("_hooks", "_key")

    def __init__(self, hooks: dict[int, Value], key: int) -> None:
        self._hooks, self._key = hooks, key

    def get_attribute(self, vm: Vm, name: str) -> Value:
        if name == "__enter__":
            return Native(name, lambda vm, args, kwargs: self)
        if name in ("remove", "__exit__"):
            return Native(name, self._remove)
        return vm.unknown(f"`{name}` of a hook handle")

    def _remove(self, vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
        self._hooks.pop(self._key, None)
        return None


module_method("register_forward_hook")(_hooks("_forward_hooks"))
module_method("register_forward_pre_hook")(_hooks("_forward_pre_hooks"))


@module_method(
    "register_full_backward_hook", "register_backward_hook", "register_load_state_dict_post_hook",
    "register_state_dict_pre_hook", "register_full_backward_pre_hook",
)  # fmt: skip
def other_hook(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """What such a hook is called with is no part of a trace; what it changes elsewhere is not known from then on."""
    for hook in [*args[1:], *kwargs.values()]:
        vm.may_call(hook, "a hook that is called when states are saved or loaded, or by backward", args[:1])
    return Unknown("a hook handle")


@module_method("_get_name")
def _get_name(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return args[0].cls.name


@module_method("extra_repr")
def _extra_repr(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return vm.unknown("what a layer says of itself") if args[0].cls.torch_name else ""


@module_method("__repr__", "__str__")
def _repr(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return vm.unknown("the text of a module")


@module_method("__delattr__")
def _delattr(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    delete_on_object(vm, args[0], args[1])


@module_method("__call__")
def _call(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    from convlint.interp.torch.modules import call_module

    return call_module(vm, args[0], args[1:], kwargs)


@module_method("_call_impl")
def _call_impl(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return _call(vm, args, kwargs)


def parameter(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """`nn.Parameter(data)`: a tensor of the same shape that modules register."""
    data = argument(args, kwargs, 0, "data")
    if isinstance(data, Tensor) and vm.taint_of(data) is None:
        grad = argument(args, kwargs, 1, "requires_grad", True)
        return Tensor(data.shape, data.dtype, None, True, grad is True)
    if data is None:
        return Tensor((0,), is_parameter=True, requires_grad=True)
    return data if isinstance(data, Unknown) else vm.unknown("a parameter of unknown shape")


PARAMETER = ClassValue("Parameter", "torch.nn.Parameter", (), {})
PARAMETER.mro = (PARAMETER,)
PARAMETER.factory = lambda vm, cls, args, kwargs: parameter(vm, args, kwargs)
for _name in ("torch.nn.Parameter", "torch.nn.parameter.Parameter"):
    add_value(_name, PARAMETER)
for _name in ("torch.nn.UninitializedParameter", "torch.nn.parameter.UninitializedParameter"):
    add_value(_name, Native(_name, lambda vm, args, kwargs: vm.unknown("an uninitialised parameter")))
