"""`torch.library`: operators that a program defines. A plain run on the CPU calls what was registered for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.interp.natives.lifting import take
from convlint.interp.natives.objects import decorating
from convlint.interp.natives.registry import native
from convlint.interp.values.functions import Native
from convlint.interp.values.unknown import MISSING, Opaque, Unknown, Value

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

KERNELS = frozenset({"", "CPU", "CompositeImplicitAutograd", "CompositeExplicitAutograd", "cpu"})
"""The dispatch keys and device types whose kernels run on tensors of the CPU."""
REGISTRATIONS = frozenset(
    {"register_fake", "register_autograd", "register_vmap", "register_torch_dispatch", "impl_abstract"}
)


class CustomOp(Opaque):
    """What `torch.library.custom_op` returns: it is called like the function, and takes further registrations."""

    __slots__ = ("_function",)

    def __init__(self, function: Value) -> None:
        self._function = function

    def call_value(self, vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
        return vm.call(self._function, args, kwargs)

    def get_attribute(self, vm: Vm, name: str) -> Value:
        if name == "register_kernel":
            return Native("CustomOpDef.register_kernel", self._register_kernel)
        if name in REGISTRATIONS:
            return Native(f"CustomOpDef.{name}", _registered)
        if name == "default":
            return self
        return MISSING if name.startswith("__") else vm.unknown(f"`{name}` of a custom operator")

    def _register_kernel(self, vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
        devices, function = take(vm, "register_kernel", args, kwargs, "device_types", func=None)
        mine = devices is None or devices == "cpu" or (isinstance(devices, list | tuple) and "cpu" in devices)

        def register(vm: Vm, inner: list[Value], kw: dict[str, Value]) -> Value:
            if mine:
                self._function = inner[0]
            return inner[0]

        return Native("register_kernel", register) if function is None else register(vm, [function], {})


class Library(Opaque):
    """A `torch.library.Library`: operators are defined in it, and kernels for them."""

    __slots__ = ("namespace",)

    def __init__(self, namespace: str) -> None:
        self.namespace = namespace

    def get_attribute(self, vm: Vm, name: str) -> Value:
        if name == "impl":
            return Native("Library.impl", lambda vm, args, kwargs: _implement(vm, [self, *args], kwargs))
        if name in ("define", "fallback", "_register_fake"):
            return Native(f"Library.{name}", lambda vm, args, kwargs: None)
        return vm.unknown(f"`{name}` of a library of operators")


@native("torch.library.Library")
def _library(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    namespace = take(vm, "Library", args, kwargs, "ns", kind="", dispatch_key="")[0]
    return Library(namespace if isinstance(namespace, str) else "")


@native("torch.library.custom_op", "torch.library.triton_op")
def _custom_op(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """As a decorator or with the function; one that is for other devices only is not known here."""
    name = args[0] if args else kwargs.get("name")
    devices = kwargs.get("device_types")
    known = devices is None or devices == "cpu" or (isinstance(devices, list | tuple) and "cpu" in devices)

    def define(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
        function = args[0] if known else Unknown("an operator that is not for the CPU")
        made = CustomOp(function)
        _publish(vm, name, made)
        return made

    given = args[1] if len(args) > 1 else kwargs.get("fn")
    return define(vm, [given], {}) if given is not None else Native("custom_op", define)


def _publish(vm: Vm, name: Value, value: Value) -> None:
    """Make an operator known as `torch.ops.<namespace>.<name>`."""
    if isinstance(name, str) and name.count("::") == 1:
        vm.program.define_operator(name.replace("::", ".").partition(" ")[0].partition("(")[0], value)


@native("torch.library.impl")
def _impl(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """`impl("ns::name", "CPU")(function)`, `impl(library, "name", "CPU")(function)`, or with the function."""
    return _implement(vm, args, kwargs)


def _implement(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    functions = [value for value in (*args, kwargs.get("func"), kwargs.get("fn")) if decorating(value)]
    functions = [value for value in functions if not isinstance(value, Library | tuple | list | dict)]
    texts = [value for value in (*args, *kwargs.values()) if isinstance(value, str)]
    library = next((value for value in args if isinstance(value, Library)), None)

    def implement(vm: Vm, inner: list[Value], kw: dict[str, Value]) -> Value:
        key = texts[1] if len(texts) > 1 else ""
        if texts and key in KERNELS:
            name = texts[0] if library is None or "::" in texts[0] else f"{library.namespace}::{texts[0]}"
            _publish(vm, name, inner[0])
        return inner[0]

    return implement(vm, functions[:1], {}) if functions else Native("impl", implement)


@native(
    "torch.library.register_fake", "torch.library.impl_abstract", "torch.library.register_kernel",
    "torch.library.register_autograd", "torch.library.register_vmap", "torch.library.register_torch_dispatch",
    "torch.library.infer_schema", "torch.library.wrap_triton", "torch.library.opcheck",
)  # fmt: skip
def _register(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return _registered(vm, args, kwargs)


def _registered(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """A registration that a run on the CPU does not ask: the function as it is, where it is decorated."""
    functions = [
        value for value in args if decorating(value) and not isinstance(value, CustomOp | Library | list | tuple)
    ]
    return functions[0] if functions else Native("register", lambda vm, inner, kw: inner[0])
