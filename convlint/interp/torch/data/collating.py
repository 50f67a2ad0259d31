"""`default_collate` by shape: one or two items of a data set tell what a batch of any number of them is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.interp.torch.operations import Call, call_operation, raise_refusal
from convlint.interp.values.arrays import ArrayLike
from convlint.interp.values.classes import Instance
from convlint.interp.values.numbers import LibraryNumber, Ratio
from convlint.interp.values.unknown import Number, Unknown, Value, Whole
from convlint.layers.core import registry as layers
from convlint.layers.core.refusal import Refusal, RefusalKind
from convlint.layers.core.tensor import Tensor
from convlint.layers.shared.axes import differ
from convlint.symbolic import Dim, Size

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

MAX_TEXTS = 1024
"""In batches of more items, texts are not listed one by one."""


def collated(vm: Vm, items: list[Value], count: Size) -> Value:
    """Return the batch that `default_collate` makes of `count` items that are like those given; torch's refusals too.

    Tensors and arrays are stacked, numbers become a tensor, texts a list; dicts, lists and tuples are done inside.
    """
    first = items[0]
    if all(isinstance(item, Number) for item in items):
        return Tensor((count,), "int64" if all(isinstance(item, Whole) for item in items) else "")
    cause = next((item for item in items if isinstance(item, Unknown)), None) or vm.taint_of(first)
    if cause is not None:
        return Unknown(cause.reason, cause.place)
    if isinstance(first, Tensor):
        return _stacked(vm, [item for item in items if isinstance(item, Tensor)], count)
    if isinstance(first, ArrayLike):
        tensors = [item.as_data(vm) for item in items if isinstance(item, ArrayLike)]
        return collated(vm, list(tensors), count)
    number = _dtype_of_number(first)
    if number:
        return Tensor((count,), number)
    if isinstance(first, str | bytes):
        few = isinstance(count, int) and count <= MAX_TEXTS
        return [Unknown("a text of a batch") for _ in range(count)] if few else Unknown("the texts of a batch")  # type: ignore[arg-type]
    return _collected(vm, first, items, count)


def _collected(vm: Vm, first: Value, items: list[Value], count: Size) -> Value:
    """Collate what is in containers; what is none is refused."""
    if isinstance(first, Instance) and first.cls.kind == "namedtuple":
        return _of_named_tuple(vm, first, items, count)
    if isinstance(first, Instance) and first.payload is not None and isinstance(first.payload, dict | list | tuple):
        return _collected(vm, first.payload, [getattr(item, "payload", item) for item in items], count)
    if isinstance(first, dict):
        return {key: _column(vm, items, key, count) for key in first}
    if isinstance(first, list | tuple):
        if any(isinstance(item, list | tuple) and len(item) != len(first) for item in items):
            return Unknown("items of different lengths in a batch")
        return [_column(vm, items, index, count) for index in range(len(first))]
    if isinstance(first, Instance) and (first.tainted is not None or first.cls.unknown_base is not None):
        return Unknown(f"a batch of `{first.cls.name}` objects")
    kind = first.cls.qualname if isinstance(first, Instance) else type(first).__name__
    _refuse(vm, f"`default_collate` makes a batch of tensors, arrays, numbers, dicts or lists, not of `{kind}`")


def _column(vm: Vm, items: list[Value], key: Value, count: Size) -> Value:
    return collated(vm, [vm.getitem(item, key) for item in items], count)


def _of_named_tuple(vm: Vm, first: Instance, items: list[Value], count: Size) -> Value:
    names = list(first.cls.field_order)
    columns = [collated(vm, [vm.getattr(item, name) for item in items], count) for name in names]
    return vm.call(first.cls, columns)


def _dtype_of_number(value: Value) -> str:
    if isinstance(value, LibraryNumber):
        return value.as_data().dtype
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int | Dim):
        return "int64"
    return "float64" if isinstance(value, float | Ratio) else ""


def _stacked(vm: Vm, tensors: list[Tensor], count: Size) -> Value:
    """A batch of tensors: torch stacks them, which refuses tensors of different shapes."""
    first = tensors[0]
    if any(differ(first.shape, other.shape) for other in tensors) and (not isinstance(count, int) or count > 1):
        entry = layers.find("torch.stack")
        assert isinstance(entry, layers.Operation)
        call_operation(vm, entry, [tensors], {})
    sizes = tuple(vm.assumptions.simplify(size) for size in first.shape)
    return Tensor((count, *sizes), first.dtype)


def _refuse(vm: Vm, text: str) -> None:
    call = Call(vm, "torch.utils.data.default_collate", None)
    raise_refusal(vm, call, Refusal(RefusalKind.LAYER, text, error=TypeError), ())
