"""Sizes that are not known, one by one: symbols for them, so that what stands beside them is still followed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from convlint.interp.values.functions import Native
from convlint.interp.values.numbers import Size
from convlint.interp.values.unknown import Argument, FreeTensor, Harmless, Shaped, SomeTensor, Unknown, Value
from convlint.layers.core import registry as layers
from convlint.layers.core.refusal import Refused, Unmodelled
from convlint.layers.core.tensor import Tensor
from convlint.symbolic import Dim, SymbolKind, symbol
from convlint.symbolic import Size as SizeValue

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

INFERRING = frozenset({"view", "reshape", "unflatten", "expand"})
"""Operations to which -1 is more than a size."""
SHAPING = frozenset({"view", "reshape"})
"""Methods whose arguments tell the shape of the result, whatever they are called on."""
OF_ARRAYS = frozenset({"astype", "copy", "ravel", "flatten", "squeeze", "size", "T", "transpose", "numpy", "dtype"})
"""Attributes that arrays of NumPy have as well as tensors, or that they alone have."""

STAYING = frozenset({"to", "cuda", "cpu", "float", "long", "pin_memory", "contiguous", "detach", "clone"})
"""Methods of tensors that give tensors whatever they are called with."""

_ARITHMETIC = frozenset({"+", "-", "*", "/", "//", "%", "**"})


def size_of_unknown(vm: Vm, value: Unknown) -> SizeValue:
    """An opaque size for an unknown value where torch takes nothing but an integer; the same for the same value."""
    found = vm.sizes.get(id(value))
    if found is None:
        found = vm.sizes[id(value)] = (value, _fresh(value))
    return found[1]


def _fresh(value: Unknown) -> Dim:
    return symbol("?", SymbolKind.UNKNOWN, value.reason)


def bound(value: Unknown) -> Dim:
    """A bound of a slice that is not known: it may be negative."""
    return _fresh(value) - _fresh(value)  # type: ignore[return-value]


def is_open(value: Value) -> bool:
    """Whether a value is unknown, and nothing else stands for it."""
    return isinstance(value, Unknown) and not isinstance(value, Argument | FreeTensor)


def opened(vm: Vm, operation: str, sizes: tuple[Value, ...] | list[Value]) -> tuple[Value, ...]:
    """Return sizes of which some are not known, with a symbol for each of those.

    One that may be -1 has a symbol of its own: what the program does with the number is another question then.
    """
    name = operation.rpartition(".")[2]
    tied = name not in INFERRING or (name != "expand" and any(size == -1 for size in sizes if isinstance(size, int)))
    return tuple((size_of_unknown(vm, size) if tied else _fresh(size)) if is_open(size) else size for size in sizes)


def told_input(entry: layers.Operation, arguments: dict[str, Any]) -> None:
    """Let a tensor of unknown sizes stand for an unknown first argument, where the others tell its rank."""
    if not callable(entry.input_rank):
        return
    name = next(iter(list(arguments)[1:2]), None)
    if name is None or not is_open(arguments[name]) or isinstance(arguments[name], Shaped):
        return
    try:
        rank = entry.input_rank(arguments)
    except (Refused, Unmodelled):
        return
    if rank is not None:
        arguments[name] = Tensor(tuple(_fresh(arguments[name]) for _ in range(rank)), "")


def attribute(vm: Vm, obj: Unknown, name: str) -> Value:
    """Return an attribute of something unknown: `reshape` gives it a shape, and then it has one."""
    if isinstance(obj, Shaped) and name in ("shape", "ndim"):
        return Size(obj.shape) if name == "shape" else len(obj.shape)
    if isinstance(obj, Shaped) and name not in OF_ARRAYS | SHAPING and layers.find("torch.Tensor." + name) is not None:
        return vm.getattr(Tensor(obj.shape, ""), name)
    if isinstance(obj, Shaped) and name in ("astype", "copy"):
        return Native(f"numpy.ndarray.{name}", lambda vm, args, kwargs: Shaped(obj.reason, obj.place, obj.shape))
    if isinstance(obj, SomeTensor) and name in STAYING:
        return Native(f"torch.Tensor.{name}", lambda vm, args, kwargs: SomeTensor(obj.reason, obj.place))
    if name not in SHAPING or isinstance(obj, Harmless):
        return vm.derived(obj, ".", name)
    return shaping(obj, name)


def shaping(obj: Unknown, name: str) -> Native:
    """Return the method of something unknown, or of a tensor of any rank, whose arguments tell the shape it gives."""
    return Native(f"torch.Tensor.{name}", lambda vm, args, kwargs: _shaped(vm, obj, name, args, kwargs))


def _shaped(vm: Vm, obj: Unknown, name: str, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """`reshape(2, 3)` of something unknown may be an array of NumPy; `view(2, 3)` is a tensor's."""
    one = args[0] if len(args) == 1 else None
    sizes = one if isinstance(one, tuple | list) else args
    plain = all(isinstance(size, int | Dim) or is_open(size) for size in sizes) and not isinstance(one, str)
    if kwargs or not sizes or not plain or (len(sizes) == 1 and not isinstance(sizes[0], int)):
        return vm.derived(obj, ".", name, *args)
    shape = tuple(_fresh(obj) if size == -1 else size for size in opened(vm, name, sizes))
    if any(isinstance(size, int) and size < 0 for size in shape):
        return vm.derived(obj, ".", name, *args)
    return Tensor(shape, "") if name == "view" or isinstance(obj, FreeTensor) else Shaped(obj.reason, obj.place, shape)


def scaled(op: str, left: Value, right: Value) -> FreeTensor | None:
    """An input of unknown rank that is combined with a number, as in `x / 255`: its rank is told by what follows."""
    for value, other in ((left, right), (right, left)):
        if op in _ARITHMETIC and isinstance(value, FreeTensor) and not value.settled and isinstance(other, int | float):
            return FreeTensor(value.name)
    return None
