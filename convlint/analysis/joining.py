"""What the paths of a model's run have in common: the calls of the same layers, and the sizes that all agree on."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from convlint.layers.core.tensor import Tensor
from convlint.symbolic import Size, SymbolKind, symbol, symbols_of
from convlint.trace import Event, Gap, ModelTrace

DEPENDS = "it depends on a decision that is not known"


class _DifferError(Exception):
    """Two paths do not do the same: what follows on them cannot be compared."""


def common(traces: Sequence[ModelTrace]) -> ModelTrace:
    """Join the paths of a model: the calls that they share from the start are certain, the rest is a gap.

    A size that differs between the paths, as the number of boxes that a detector finds, is not known.
    """
    chosen = next((trace for trace in traces if trace.complete), traces[0])
    others = [trace for trace in traces if trace is not chosen and (trace.complete or not chosen.complete)]
    if not others:
        return chosen
    if any(trace.total_parameters != chosen.total_parameters for trace in others):
        chosen = replace(chosen, total_parameters=None)
    leaves = [[event for event in trace.events if event.leaf] for trace in (chosen, *others)]
    joined: dict[int, Event] = {}
    for row in zip(*leaves, strict=False):
        try:
            joined[id(row[0])] = _joined(row)
        except _DifferError:
            break
    events = tuple(joined.get(id(event), event) for event in chosen.events)
    if all(len(row) == len(joined) for row in leaves):
        return replace(chosen, events=events)
    first = leaves[0][len(joined)] if len(joined) < len(leaves[0]) else None
    end = len(events) if first is None else chosen.events.index(first)
    gap = Gap(chosen.place, "from here on the layers that run depend on decisions that are not known")
    return replace(chosen, events=events[:end], gaps=(*chosen.gaps, gap), complete=False)


def _joined(row: Sequence[Event]) -> Event:
    """One call as all paths make it; raises `_DifferError` if it is not the same layer, or another kind of result."""
    first = row[0]
    if any(_layer(event) != _layer(first) for event in row):
        raise _DifferError
    known = all(event.output_known for event in row)
    result = _join_trees([event.result for event in row]) if known else None
    outputs = _join_tensors([event.outputs for event in row]) if known else ()
    told = all(event.inputs_known for event in row) and len({len(event.inputs) for event in row}) == 1
    inputs = _join_tensors([event.inputs for event in row]) if told else ()
    cost = first.cost if all(event.cost == first.cost for event in row) else None
    same = outputs == first.outputs and inputs == first.inputs and known == first.output_known
    if same and told == first.inputs_known and cost is first.cost:
        return first
    return replace(
        first, inputs=inputs, outputs=outputs, result=result, cost=cost, output_known=known, inputs_known=told
    )


def _layer(event: Event) -> tuple[object, ...]:
    """What tells one layer and its geometry: where it is, what it is, its parameters, how its windows slide."""
    module = event.module
    windows = [
        (window.kind, axis.kernel, axis.stride, axis.pad_before, axis.pad_after, axis.dilation, axis.ceil_mode)
        for window in event.windows
        for axis in window.axes
    ]
    if module is None:
        return event.name, windows
    shapes = [(name, tuple(map(_known, tensor.shape))) for name, tensor in module.parameters.items()]
    return module.path, module.kind, shapes, windows


def _join_tensors(rows: Sequence[tuple[Tensor, ...]]) -> tuple[Tensor, ...]:
    if len({len(row) for row in rows}) != 1:
        raise _DifferError
    return tuple(_join_tensor(tensors) for tensors in zip(*rows, strict=True))


def _join_trees(trees: Sequence[object]) -> Tensor | tuple[object, ...] | None:
    first = trees[0]
    if any(tree is None for tree in trees):
        return None
    if isinstance(first, Tensor):
        tensors = [tree for tree in trees if isinstance(tree, Tensor)]
        if len(tensors) != len(trees):
            raise _DifferError
        return _join_tensor(tensors)
    nests = [tree for tree in trees if isinstance(tree, tuple)]
    if len(nests) != len(trees) or len({len(nest) for nest in nests}) != 1:
        raise _DifferError
    return tuple(_join_trees(parts) for parts in zip(*nests, strict=True))


def _join_tensor(tensors: Sequence[Tensor]) -> Tensor:
    """The first tensor, with a size that is not known where the paths do not agree."""
    first = tensors[0]
    if any(tensor.ndim != first.ndim for tensor in tensors):
        raise _DifferError
    agreed = [len({_known(tensor.shape[axis]) for tensor in tensors}) == 1 for axis in range(first.ndim)]
    if all(agreed):
        return first
    sizes = (size if same else _unknown_size() for size, same in zip(first.shape, agreed, strict=True))
    return Tensor(tuple(sizes), first.dtype)


def _unknown_size() -> Size:
    return symbol("?", SymbolKind.UNKNOWN, DEPENDS)


def _known(size: Size) -> Size | None:
    """A size that can be compared between paths: each path has symbols of its own for what is not known."""
    return None if any(symbol.kind is SymbolKind.UNKNOWN for symbol in symbols_of(size)) else size
