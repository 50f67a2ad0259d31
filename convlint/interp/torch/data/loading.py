"""`torch.utils.data.DataLoader`: its batches, as one that stands for all and the last one where that is smaller."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from convlint.interp.language.alike import again, alike
from convlint.interp.natives import registry
from convlint.interp.natives.registry import Implementation, add_value, native, written
from convlint.interp.records.records import record_batch
from convlint.interp.torch.data.collating import collated
from convlint.interp.torch.data.items import first_items, is_iterable, length_of
from convlint.interp.torch.operations import Call, raise_refusal
from convlint.interp.values.classes import ClassValue, Instance
from convlint.interp.values.functions import Native
from convlint.interp.values.rounds import Rounds
from convlint.interp.values.unknown import MISSING, Unknown, Value
from convlint.layers.core.refusal import Refusal, RefusalKind
from convlint.layers.core.tensor import Tensor
from convlint.symbolic import Dim, Size, SymbolKind, ceil_div, symbol
from convlint.symbolic.told import Told, joined, origins_of
from convlint.trace import Origin

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

MAX_LISTED = 1024
"""A collate function of the program's is given that many items at most."""
DATASETS = (
    "Dataset IterableDataset TensorDataset StackDataset ConcatDataset ChainDataset Subset random_split Sampler "
    "SequentialSampler RandomSampler SubsetRandomSampler WeightedRandomSampler BatchSampler DistributedSampler"
)
for _module in ("torch.utils.data", "torch.utils.data.dataset", "torch.utils.data.sampler",
                "torch.utils.data.distributed"):  # fmt: skip
    written("data.py", _module, DATASETS)

OPTIONS: dict[str, Value] = {
    "dataset": None, "batch_size": 1, "shuffle": None, "sampler": None, "batch_sampler": None, "num_workers": 0,
    "collate_fn": None, "pin_memory": False, "drop_last": False, "timeout": 0, "worker_init_fn": None,
    "multiprocessing_context": None, "generator": None, "prefetch_factor": None, "persistent_workers": False,
    "pin_memory_device": "", "in_order": True,
}  # fmt: skip

BATCH = "torch.utils.data.DataLoader"
"""The name of the event that a batch leaves."""
LOADER = ClassValue("DataLoader", "torch.utils.data.DataLoader", (), {})
LOADER.mro = (LOADER,)
for _module in ("torch.utils.data", "torch.utils.data.dataloader"):
    add_value(f"{_module}.DataLoader", LOADER)


def _method(name: str, call: Implementation) -> None:
    LOADER.namespace[name] = Native(f"DataLoader.{name}", call, binds=True)


def _init(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    obj, *given = args
    options = dict(OPTIONS) | dict(zip(OPTIONS, given, strict=False)) | kwargs
    if options["batch_sampler"] is not None:
        options["batch_size"] = None
    size = options["batch_size"]
    if isinstance(size, int) and not isinstance(size, bool):
        if size <= 0:
            text = f"a `DataLoader` takes a `batch_size` of 1 or more, and is given {size}"
            refusal = Refusal(RefusalKind.LAYER, text, error=ValueError)
            raise_refusal(vm, Call(vm, "torch.utils.data.DataLoader", None), refusal, ())
        options["batch_size"] = Told(size, joined((origins_of(size), (Origin(vm.place(), f"`batch_size={size}`"),))))
    if options["sampler"] is None:
        kind = "SequentialSampler" if options["shuffle"] in (None, False) else "RandomSampler"
        options["sampler"] = vm.call(vm.program.torch_value(vm, f"torch.utils.data.{kind}"), [options["dataset"]])
    options["_place"] = vm.place()
    obj.attrs.update(options)
    return None


def _count(vm: Vm, loader: Instance) -> Size | None:
    """How many items the loader goes through, None where that is not known."""
    if is_iterable(vm, loader.attrs["dataset"]):
        return length_of(vm, loader.attrs["dataset"])
    sampler = loader.attrs["sampler"]
    return length_of(vm, sampler if sampler is not None else loader.attrs["dataset"])


def _batch_size(vm: Vm, loader: Instance) -> Size | None:
    """The size of a full batch, None where items are not put into batches."""
    size = loader.attrs["batch_size"]
    sampler = loader.attrs["batch_sampler"]
    if sampler is not None:
        size = vm.getattr(sampler, "batch_size", MISSING) if isinstance(sampler, Instance) else MISSING
    if isinstance(size, Dim):
        return vm.assumptions.simplify(size)
    if size is None or (isinstance(size, int) and not isinstance(size, bool)):
        return size
    return symbol("?", SymbolKind.UNKNOWN, "the size of a batch")


def _length(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    loader = args[0]
    sampler = loader.attrs["batch_sampler"]
    if sampler is not None:
        found = length_of(vm, sampler)
        return Unknown("how many batches there are") if found is None else found
    items, size = _count(vm, loader), _batch_size(vm, loader)
    if items is None:
        return symbol("?", SymbolKind.UNKNOWN, "how many batches there are")
    if size is None:
        return items
    drops = loader.attrs["drop_last"]
    if not isinstance(drops, bool) or not isinstance(size, int):
        return symbol("?", SymbolKind.UNKNOWN, "how many batches there are")
    return items // size if drops else ceil_div(items, size)


def _iterate(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    loader = args[0]
    if loader.tainted is not None or "dataset" not in loader.attrs:
        return Unknown("a loader that is not known")
    batches = _Batches(vm, loader)
    count = _length(vm, args, {})
    known = int(count) if isinstance(count, int) else None
    sizes = batches.sizes(known)
    made = (_noted(vm, loader, batches.of(size)) for size in sizes)
    return Rounds(
        made,
        "_BaseDataLoaderIter",
        lambda: _noted(vm, loader, batches.of(sizes[0])),
        known,
        passes=len(sizes),
        source=loader,
    )


def _noted(vm: Vm, loader: Instance, batch: Value) -> Value:
    """Record that a loader gives a batch, whose first axis is then known to be that of the samples."""
    options = {name: loader.attrs[name] for name in ("shuffle", "drop_last", "_place")}
    options["_data"] = id(loader.attrs["dataset"])
    collates = loader.attrs["collate_fn"] is None
    record_batch(vm, BATCH, batch, {**options, "batched": collates and loader.attrs["batch_size"] is not None})
    return batch


_method("__init__", _init)
_method("__len__", _length)
_method("__iter__", _iterate)
LOADER.namespace["__class_getitem__"] = Native("DataLoader.__class_getitem__", lambda vm, args, kwargs: LOADER)


class _Batches:
    """The batches of one loader: the items that stand for all are asked for once."""

    def __init__(self, vm: Vm, loader: Instance) -> None:
        self._vm = vm
        self._loader = loader
        self._items: list[Value] | None = None
        self._total = _count(vm, loader)
        self._size = _batch_size(vm, loader)

    def sizes(self, count: int | None) -> list[Size | None]:
        """The sizes of the batches that are different: the first one's, and the last one's where that is smaller."""
        size, total, place = self._size, self._total, self._loader.attrs["_place"]
        if size is None or not isinstance(size, int) or not isinstance(total, int):
            return [size] if count != 0 else []
        if count == 0:
            return []
        left = total % size
        if total < size:
            return [Told(total, (Origin(place, f"the data set has only {total} of the `batch_size={size}`"),))]
        if left and self._loader.attrs["drop_last"] is False and self._loader.attrs["batch_sampler"] is None:
            text = f"the last batch has the {left} that are left of {int(total)} items"
            return [size, Told(left, (Origin(place, text),))]
        return [size]

    def of(self, size: Size | None) -> Value:
        """Return a batch of that many items; None for an item alone."""
        vm, function = self._vm, self._loader.attrs["collate_fn"]
        if self._items is None:
            self._items = first_items(vm, self._loader.attrs["dataset"], self._total)
        if isinstance(function, Unknown):
            return Unknown("a batch that something unknown collates")
        if size is None:
            return self._items[0] if function is None else vm.call(function, [self._items[0]])
        if function is None or function is registry.find("torch.utils.data.default_collate"):
            return self._labelled(collated(vm, self._items, size))
        if not isinstance(size, int) or size > MAX_LISTED:
            return vm.unknown("a batch of unknown size that a function of the program collates")
        if size == 1:
            return vm.call(function, [[self._items[0]]])
        return vm.call(function, [[again(self._common()) for _ in range(size)]])

    def _labelled(self, batch: Value) -> Value:
        """A batch whose labels say how many classes they are of, where the loader goes through a whole data set."""
        dataset, sampler = self._loader.attrs["dataset"], self._loader.attrs["sampler"]
        labels = batch[1] if isinstance(batch, list) and len(batch) == 2 else None
        whole = isinstance(sampler, Instance) and sampler.cls.name in ("SequentialSampler", "RandomSampler")
        if whole and isinstance(labels, Tensor) and isinstance(dataset, Instance) and "_classes" in dataset.attrs:
            count = registry.find("torchvision.datasets._labelled").call(self._vm, [dataset], {})  # type: ignore[union-attr]
            labels.classes = count if labels.dtype == "int64" and labels.ndim == 1 else None
        return batch

    def _common(self) -> Value:
        assert self._items is not None
        return self._items[0] if len(self._items) == 1 else alike(self._vm, self._items)


@native("torch.utils.data.default_collate", "torch.utils.data.dataloader.default_collate",
        "torch.utils.data._utils.collate.default_collate")  # fmt: skip
def _default_collate(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    items = vm.list_of(args[0])
    return items if isinstance(items, Unknown) or not items else collated(vm, items, len(items))


# --- what the prelude asks for ------------------------------------------------------------------------------


@native("torch.utils.data._any_of")
def _any_of(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Return the item of a list of indices, or the first item where the list is not known."""
    indices, index = args
    if indices is None:
        return Unknown("which items were chosen")
    if isinstance(indices, Unknown) or vm.taint_of(indices) is not None:
        return 0
    found = vm.getitem(indices, index)
    return 0 if isinstance(found, Unknown) else found


@native("torch.utils.data._split_sizes")
def _split_sizes(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """How many items each part of a data set gets: the numbers given, or what fractions make of its length."""
    dataset, lengths = args
    listed = vm.list_of(lengths)
    total = length_of(vm, dataset)
    if isinstance(listed, Unknown):
        return listed
    numbers: list[Value] = [vm.assumptions.simplify(length) if isinstance(length, Dim) else length for length in listed]
    shares = all(isinstance(length, int | float) for length in numbers) and math.isclose(sum(numbers), 1)
    if shares and sum(numbers) <= 1:
        return _fractions(numbers, total)
    whole = isinstance(total, int) and all(isinstance(length, int) for length in numbers)
    if whole and sum(numbers) != total:
        vm.throw(ValueError, "Sum of input lengths does not equal the length of the input dataset!")
    return [
        length if isinstance(length, int | Dim) else symbol("?", SymbolKind.UNKNOWN, "a part of a data set")
        for length in numbers
    ]


def _fractions(shares: list[float], total: Size | None) -> list[Size]:
    if not isinstance(total, int):
        return [symbol("?", SymbolKind.UNKNOWN, "a part of a data set") for _ in shares]
    sizes = [int(total * share) for share in shares]
    for index in range(total - sum(sizes)):
        sizes[index % len(sizes)] += 1
    return list(sizes)
