"""What training a model takes in bytes, added up over one run of it in training mode.

The tensors that autograd saves are counted as torch's allocator holds them: each storage once, however many views of it
are saved; parameters are none of them. Buffers, and what kernels need for a moment, are not counted.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from convlint.layers.core.tensor import Tensor
from convlint.leaves import grouped, is_replaced
from convlint.memory import saved
from convlint.memory.optimizers import OPTIMIZERS
from convlint.memory.saving import Call
from convlint.memory.storages import Storages, is_view
from convlint.memory.units import ITEM_BYTES
from convlint.symbolic import Size, SymbolKind, product, symbols_of
from convlint.trace import Event, Gap, ModelTrace, ModuleInfo

_STATISTICS_BYTES = 4
_DIFFERENTIABLE = ("float", "bfloat", "complex")


class Memory(Struct, frozen=True):
    """The bytes that training takes; None for what is not known, for the reasons in `unknown`."""

    parameters: Size | None
    gradients: Size | None
    optimizer: Size | None
    activations: Size | None
    """What autograd saves for backward."""
    trainable: Size | None
    """How many parameters learn."""
    frozen: Size | None
    dtype: str
    optimizer_name: str
    unknown: tuple[Gap, ...] = ()

    @property
    def total(self) -> Size | None:
        """Everything together."""
        total: Size = 0
        for part in (self.parameters, self.gradients, self.optimizer, self.activations):
            if part is None:
                return None
            total = total + part
        return total


def memory_of(trace: ModelTrace, dtype: str = "float32", optimizer: str = "adam") -> Memory:
    """Return what training takes; the trace is that of a run in training mode."""
    parameters = _parameters(trace.all_modules)
    whole = trace.total_parameters is not None and not trace.unknown_parts
    learning = [one for one in parameters if one.requires_grad]
    total, trainable = _bytes(parameters, dtype), _bytes(learning, dtype)
    account = _Account(dtype)
    account.run(trace)
    count, learns = _count(parameters), _count(learning)
    return Memory(
        parameters=total if whole else None,
        gradients=trainable if whole else None,
        optimizer=OPTIMIZERS[optimizer].bytes_of(trainable, len(learning)) if whole else None,
        activations=None if account.unknown else _known(account.total),
        trainable=learns if whole else None,
        frozen=count - learns if whole else None,
        dtype=dtype,
        optimizer_name=optimizer,
        unknown=tuple(dict.fromkeys([*account.unknown, *trace.unknown_parts])),
    )


def _parameters(modules: Iterable[ModuleInfo]) -> list[Tensor]:
    """Return every parameter once."""
    found = {id(one): one for module in modules for one in module.parameters.values()}
    return list(found.values())


def _count(tensors: Iterable[Tensor]) -> Size:
    total: Size = 0
    for tensor in tensors:
        total = total + product(tensor.shape)
    return total


def _bytes(tensors: Iterable[Tensor], dtype: str) -> Size:
    total: Size = 0
    for tensor in tensors:
        total = total + product(tensor.shape) * item_bytes(tensor.dtype, dtype)
    return total


def item_bytes(dtype: str, floats: str) -> int:
    """Return the bytes of one element where floating-point numbers are `floats`."""
    return ITEM_BYTES[floats] if dtype in ("", "float32") else ITEM_BYTES.get(dtype, ITEM_BYTES[floats])


def _known(size: Size) -> Size | None:
    return None if any(symbol.kind is SymbolKind.UNKNOWN for symbol in symbols_of(size)) else size


class _Account:
    """Follows a run: what needs a gradient, what shares memory, what is saved."""

    def __init__(self, dtype: str) -> None:
        self.total: Size = 0
        self.unknown: list[Gap] = []
        self._dtype = dtype
        self._storages = Storages()
        self._learning: set[int] = set()
        self._made: set[int] = set()
        """The tensors that the run has made or was given: others are buffers."""
        self._saved: set[int] = set()

    def run(self, trace: ModelTrace) -> None:
        self._made.update(map(id, trace.inputs))
        if not trace.complete:
            self.unknown.append(Gap(trace.place, "the run does not come to its end"))
        self.unknown += trace.doubts
        self.unknown += [*trace.unknown_outputs, *(gap for event in trace.events for gap in event.unknown)]
        if trace.saves_otherwise:
            why = "gradients are switched off in it, or activations computed anew"
            self.unknown.append(Gap(trace.place, f"what the model keeps for backward is not known: {why}"))
        for event, inner in grouped(trace.events):
            for call in inner if is_replaced(event, inner) else (*inner, event):
                if call.name.startswith("torch.") and (call.module is None or call.leaf or call.computes_whole):
                    self._follow(call)

    def _needs_grad(self, tensor: Tensor) -> bool:
        return tensor.requires_grad or id(tensor) in self._learning

    def _follow(self, event: Event) -> None:
        name = _name(event)
        call = Call(event, self._needs_grad, self._storages, self._dtype)
        view = bool(event.inputs) and (is_view(event, name, self._storages) or _passes_on(name, call))
        learns = any(map(self._needs_grad, event.inputs)) or _has_learning_parameters(event.module)
        self._made.update(map(id, event.outputs))
        self._storages.follow(event, name, aliasing=view)
        if name == "detach" or not learns:
            return
        if name.startswith("new_") or name.endswith("_like") or (event.output_known and not event.outputs):
            return
        differentiable = [one for one in event.outputs if one.dtype == "" or one.dtype.startswith(_DIFFERENTIABLE)]
        self._learning.update(map(id, differentiable))
        if view or (not differentiable and event.outputs):
            return
        self._keep(event, name, call)

    def _keep(self, event: Event, name: str, call: Call) -> None:
        rule = saved.rule_for(name)
        known = event.output_known and event.inputs_known and event.outputs and (event.inputs or event.module is None)
        kept = rule(call) if rule is not None and known else None
        if kept is None:
            self.unknown.append(Gap(event.place, f"what `{name}` keeps for backward is not known"))
            return
        for tensor in kept.tensors:
            root = self._storages.root(tensor)
            if root.is_parameter or id(root) in self._saved or id(root) not in self._made:
                continue
            self._saved.add(id(root))
            self.total = self.total + product(root.shape) * item_bytes(root.dtype, self._dtype)
        for count, dtype in kept.made:
            self.total = self.total + count * self._made_bytes(dtype)

    def _made_bytes(self, dtype: str) -> int:
        if dtype == "statistics":
            return max(_STATISTICS_BYTES, ITEM_BYTES[self._dtype])
        return item_bytes(dtype, self._dtype)


def _name(event: Event) -> str:
    """Return what an operation is called, whichever way it is called."""
    if event.module is not None:
        return (event.module.torch_name or event.name).rpartition(".")[2]
    name = event.name.rpartition(".")[2]
    return name if name.startswith("__") or name in ("relu_", "mul_") else name.rstrip("_")


def _passes_on(name: str, call: Call) -> bool:
    """Whether an operation returns what it is given: a dropout that drops nothing, a cast to the same dtype."""
    if "ropout" in name:
        return saved.is_active_dropout(call) is False
    if name in ("to", "float", "type", "type_as", "double", "half"):
        return bool(call.event.outputs) and call.out.dtype == call.first.dtype
    return False


def _has_learning_parameters(module: ModuleInfo | None) -> bool:
    return module is not None and any(one.requires_grad for part in _with_children(module) for one in part)


def _with_children(module: ModuleInfo) -> Iterable[Iterable[Tensor]]:
    yield module.parameters.values()
    for child in module.children:
        yield from _with_children(child)
