"""`torch.nn.utils` and `torch.func`: vectors of parameters, clipping, fusion, calls with other parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.interp.natives.lifting import items_of, take
from convlint.interp.natives.registry import Implementation, add_value, constructor, method, native
from convlint.interp.torch.module_class import argument, named_tensors
from convlint.interp.values.classes import ModuleInstance
from convlint.interp.values.functions import Native
from convlint.interp.values.unknown import Argument, Unknown, Value
from convlint.layers.core.tensor import Tensor
from convlint.layers.recurrent.packing import PackedSequence
from convlint.symbolic import Dim, product

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

_NAMES = ("torch.nn.utils", "torch.nn.utils.convert_parameters", "torch.nn.utils.clip_grad")

_RNN = "torch.nn.utils.rnn"
add_value(f"{_RNN}.PackedSequence", PackedSequence)


@constructor(PackedSequence)
def _packed_sequence(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return vm.unknown("a packed sequence that the program puts together")


@method(PackedSequence, "to", "cuda", "cpu", "float", "double", "half", "pin_memory", "long", "int")
def _moved(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """The same sequences elsewhere, or of a dtype that is not said."""
    packed = args[0]
    return packed.holding(Tensor(packed.data.shape, ""))


def _under(*names: str) -> tuple[str, ...]:
    return tuple(f"{prefix}.{name}" for prefix in _NAMES for name in names)


@native("torch.nn.utils.skip_init", "torch.nn.utils.init.skip_init")
def _skip_init(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """The module without its initial values."""
    return vm.call(args[0], args[1:], kwargs)


@native(*_under("parameters_to_vector"))
def _to_vector(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """All elements in one vector."""
    (parameters,) = take(vm, "parameters_to_vector", args, kwargs, "parameters")
    items = items_of(vm, "parameters_to_vector", parameters)
    if isinstance(items, Unknown) or not items or not all(isinstance(item, Tensor) for item in items):
        return vm.unknown("parameters that are not known")
    dtypes = {item.dtype for item in items}
    total = sum((product(item.shape) for item in items), start=0)
    return Tensor((total,), dtypes.pop() if len(dtypes) == 1 else "")


@native(*_under("vector_to_parameters", "clip_grad_value_", "clip_grads_with_norm_"))
def _nothing(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return None


@native(*_under("clip_grad_norm_", "clip_grad_norm", "get_total_norm"))
def _norm(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return Tensor((), "")


@native("torch.func.functional_call", "torch.nn.utils.stateless.functional_call")
def _functional_call(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """A call with other parameters of the same shapes; with any others it is not modelled."""
    named_arguments = enumerate(("module", "parameter_and_buffer_dicts", "args", "kwargs"))
    module, tensors, given, named = (argument(args, kwargs, index, name) for index, name in named_arguments)
    given = () if given is None else given
    if not isinstance(module, ModuleInstance) or not _same_shapes(module, tensors):
        return vm.unknown("a call with parameters that are not known")
    return vm.call(module, list(given) if isinstance(given, tuple) else [given], dict(named or {}))


def _same_shapes(module: ModuleInstance, tensors: Value) -> bool:
    tables = tensors if isinstance(tensors, list | tuple) else [tensors]
    own = {name: value for table in ("parameters", "buffers") for name, value in named_tensors(module, table, True)}
    for table in tables:
        if not isinstance(table, dict):
            return False
        for name, value in table.items():
            mine = own.get(name)
            if not isinstance(value, Tensor) or not isinstance(mine, Tensor) or value.shape != mine.shape:
                return False
    return True


@native("torch.autograd.Variable", "torch.autograd.variable.Variable")
def _variable(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """A tensor, as it has been since torch 0.4."""
    data = args[0] if args else kwargs.get("data")
    return data if isinstance(data, Tensor) else vm.unknown("a variable of what is no tensor")


def _ntuple(count: int) -> Implementation:
    """Anything iterable as a tuple, all else so many times."""

    def parse(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
        (value,) = take(vm, "parse", args, kwargs, "x")
        if isinstance(value, Unknown) and not isinstance(value, Argument):
            return Unknown(value.reason, value.place)
        if isinstance(value, int | float | Dim | Argument | None):
            return (value,) * count
        items = items_of(vm, "_ntuple", value)
        return items if isinstance(items, Unknown) else tuple(items)

    return parse


@native("torch.nn.modules.utils._ntuple")
def _make_ntuple(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    count = args[0] if args else kwargs.get("n")
    return Native("parse", _ntuple(count)) if isinstance(count, int) else vm.unknown("a number of repetitions")


for _name, _count in {"_single": 1, "_pair": 2, "_triple": 3, "_quadruple": 4}.items():
    add_value(f"torch.nn.modules.utils.{_name}", Native(_name, _ntuple(_count)))


@native("torch.nn.modules.utils._reverse_repeat_tuple")
def _reverse_repeat(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Each entry so many times, the last one first."""
    values, count = take(vm, "_reverse_repeat_tuple", args, kwargs, "t", "n")
    items = items_of(vm, "_reverse_repeat_tuple", values)
    if isinstance(items, Unknown) or not isinstance(count, int):
        return vm.unknown("a tuple that is not known")
    return tuple(item for item in reversed(items) for _ in range(count))
