"""What modules hold, as plain data: layers to build by their constructors, and which of their parameters to count."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from convlint.confirm.choices import Valuation, valuations
from convlint.confirm.encoding import Encoder, NotRebuildable, Plain
from convlint.layers.core.tensor import Tensor
from convlint.symbolic import Size, product
from convlint.trace import ModuleInfo


class _Own(Struct, frozen=True):
    """A module's parameters that were not counted before, by name."""

    module: ModuleInfo
    parameters: dict[str, Tensor]


def _counted_once(modules: Iterable[ModuleInfo]) -> list[_Own]:
    seen: set[int] = set()
    found = []
    for module in modules:
        fresh = {name: tensor for name, tensor in module.parameters.items() if id(tensor) not in seen}
        seen.update(id(tensor) for tensor in fresh.values())
        if fresh:
            found.append(_Own(module, fresh))
    return found


def holdings(encoder: Encoder, modules: Iterable[ModuleInfo], claimed: Size) -> Plain:
    """Return what to build and count: torch's layers by their constructors, the program's own parameters by shape."""
    layers, own = [], []
    for held in _counted_once(modules):
        if held.module.torch_name:
            size = encoder.size(sum((product(tensor.shape) for tensor in held.parameters.values()), start=0))
            layers.append({"layer": encoder.layer(held.module), "names": list(held.parameters), "elements": size})
        else:
            own += [encoder.shape(tensor.shape) for tensor in held.parameters.values()]
    if not layers:
        raise NotRebuildable("the parameters are the program's own, which only the whole model shows: needs --run")
    return {"layers": layers, "own": own, "claimed": encoder.size(claimed)}


def for_some_sizes(sizes: Sequence[Size], modules: Sequence[ModuleInfo]) -> Encoder:
    """Return an encoder for one choice of the symbols that constructor arguments stand for."""
    collector = Encoder(None)
    collector.shape(sizes)
    for held in _counted_once(modules):
        collector.shape([size for tensor in held.parameters.values() for size in tensor.shape])
        if held.module.torch_name:
            collector.layer(held.module)
    found: list[Valuation] = valuations((), collector.symbols, 1)
    if not found:
        raise NotRebuildable("no sizes were found for the arguments that are open")
    return Encoder(found[0])
