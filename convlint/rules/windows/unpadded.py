"""The part of CVL102 that looks at whole models: where no convolution pads, that is one choice, and told once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from convlint.changes import Change, SetArgument, SetArguments
from convlint.findings import Related
from convlint.layers.core.facts import Window
from convlint.rules.base import Claim
from convlint.rules.mending import OUTPUTS
from convlint.rules.subjects import CONVOLVING, overlaps, sliding_windows, subject
from convlint.rules.windows.net_effect import NetEffect
from convlint.rules.windows.shrinking import Padding, Shrinking
from convlint.rules.wording import axis_names, cells, group_axes, joined, shape_text
from convlint.symbolic import Assumptions, Verdict, at_least
from convlint.trace import Event, ModelTrace, ModuleInfo, Place

Call = tuple[Event, Window]

_CONVOLUTION = frozenset({"torch.nn.Conv1d", "torch.nn.Conv2d", "torch.nn.Conv3d"})
_MOST_SHOWN = 12
_MOST_NAMED = 4
_LONGEST = 30
"""Characters of a shape's text that still tell something."""


def pads_nowhere(traces: Sequence[ModelTrace]) -> bool:
    """Tell whether a model has several convolutions, and none of them pads, in no run, by itself or by what comes
    before it; and none of them leaves aside what it does not pad, as a sum with its input cut to size does."""
    if any(_is_padded(module) for trace in traces for module in trace.all_modules):
        return False
    # The dearest question last: most models answer one before.
    return any(map(_is_style, traces)) and not any(map(_pads, traces)) and not any(map(_is_aligned, traces))


def of_the_model(trace: ModelTrace, layers: Sequence[Shrinking]) -> Iterator[Claim]:
    """Yield one claim for the convolutions of a model that pads nowhere, and one for each other layer."""
    convolutions = [layer for layer in layers if layer.window.kind == "conv"]
    is_style = bool(convolutions) and _is_style(trace)
    yield from (layer.claim(trace) for layer in layers if not is_style or layer.window.kind != "conv")
    if is_style:
        yield _claim(trace, convolutions)


def _is_style(trace: ModelTrace) -> bool:
    return len(_overlapping(trace)) > 1


def _pads(trace: ModelTrace) -> bool:
    """Tell whether a convolution of a run pads, or what comes before it does."""
    net = NetEffect(trace)
    return any(
        any(axis.pad_before != 0 or axis.pad_after != 0 for axis in window.axes)
        or any(loss is not None for loss in net.losses(event, window))
        for event, window in sliding_windows(trace, CONVOLVING)
    )


def _is_aligned(trace: ModelTrace) -> bool:
    net = NetEffect(trace)
    return any(net.meets_a_cut(event, window, in_a_sum=True) for event, window in sliding_windows(trace, CONVOLVING))


def _calls(trace: ModelTrace) -> list[Call]:
    """Return the calls of convolutions for which padding is a question: windows overlap, and there are several."""
    return [
        (event, window)
        for event, window in sliding_windows(trace, CONVOLVING)
        if overlaps(window) and any(axis.size_out != 1 for axis in window.axes)
    ]


def _overlapping(trace: ModelTrace) -> set[object]:
    """Return what tells these layers apart, those included that did not have their turn."""
    found = {_key(event) for event, _ in _calls(trace)}
    return found if trace.complete else found | {id(module) for module in trace.all_modules if _is_wide(module)}


def _claim(trace: ModelTrace, layers: Sequence[Shrinking]) -> Claim:
    """Claim it at the first layer in the model's own file that shrinks the map."""
    calls, count = _calls(trace), len(_overlapping(trace))
    first = next((it for it in layers if _place(it.event).filename == trace.place.filename), layers[0])
    module = first.event.module
    is_function = module is None or module.definition is None
    return Claim(
        f"none of the {count} convolutions pads: {_effect(trace, layers, calls, count)}",
        _place(first.event),
        first.event.stack if module is None or is_function else module.definition_stack,
        related=tuple(_related(layers, calls)),
        help=_advice(layers, count),
        evidence=tuple(layer.evidence(trace) for layer in layers),
        fix=_change(_place(first.event), layers),
    )


def _is_padded(module: ModuleInfo) -> bool:
    """Tell whether a layer is a convolution with padding, or with padding that is not known."""
    nothing = module.attributes.get("padding") in (0, "valid", (0,), (0, 0), (0, 0, 0))
    return module.torch_name in _CONVOLUTION and not nothing


def _is_wide(module: ModuleInfo) -> bool:
    """Tell whether a layer is a convolution with a kernel of more than one cell."""
    kernel = module.attributes.get("kernel_size")
    return module.torch_name in _CONVOLUTION and isinstance(kernel, tuple) and any(size != 1 for size in kernel)


def _key(event: Event) -> object:
    return event.place if event.module is None else id(event.module)


def _place(event: Event) -> Place:
    """Return where a layer is defined; the arguments of a function stand in its call."""
    definition = event.module.definition if event.module is not None else None
    return definition or event.place


def _effect(trace: ModelTrace, layers: Sequence[Shrinking], calls: Sequence[Call], count: int) -> str:
    """Say what becomes of the map, and how many cells it loses, where one map goes through all layers."""
    each = _of_each(layers, count)
    one_map = len({len(window.axes) for _, window in calls}) == 1
    if not one_map or not NetEffect(trace).is_chain([event for event, _ in calls]):
        return each
    first, last = calls[0][1], calls[-1][1]
    before, after = tuple(axis.size_in for axis in first.axes), tuple(axis.size_out for axis in last.axes)
    if len(set(before)) == len(set(after)) == 1:
        before, after = before[:1], after[:1]
    way = f"{shape_text(before)} → {shape_text(after)}"
    is_told = len(way) <= _LONGEST
    if any(_may_grow(one, two) for (_, one), (_, two) in pairwise(calls)):
        return f"the map goes {way}, {each}" if is_told else each
    total = _cells(tuple(sum(losses) for losses in zip(*(layer.losses for layer in layers), strict=True)))
    return f"the map goes {way}, {total} by missing padding" if is_told else f"the map loses {total}"


def _of_each(layers: Sequence[Shrinking], count: int) -> str:
    """Say what the layers cut off, each by itself."""
    number = len({_key(layer.event) for layer in layers})
    who = "each cuts" if number == count else f"{number} of them {'cuts' if number == 1 else 'cut'}"
    axes = max(len(layer.losses) for layer in layers)
    padded = [(0,) * (axes - len(layer.losses)) + layer.losses for layer in layers]
    most = tuple(max(losses) for losses in zip(*padded, strict=True))
    return f"{who} off {'' if len(set(padded)) == 1 else 'up to '}{_cells(most)}"


def _cells(losses: Sequence[int]) -> str:
    """Return "10 rows and columns", or "10 rows and 4 columns"."""
    names = axis_names(len(losses))
    groups = group_axes(names, [str(loss) if loss else None for loss in losses])
    nouns = ([cells(name, int(loss)).partition(" ")[2] for name in axes] for axes, loss in groups)
    return joined([f"{loss} {joined(words)}" for (_, loss), words in zip(groups, nouns, strict=True)])


def _may_grow(one: Window, two: Window) -> bool:
    """Tell whether the map may have become larger between two convolutions, so that cells of both are not alike."""
    known = Assumptions()
    return any(
        known.decide(at_least(before.size_out, after.size_in)) is not Verdict.PROVED
        for before, after in zip(one.axes, two.axes, strict=True)
    )


def _related(layers: Sequence[Shrinking], calls: Sequence[Call]) -> Iterator[Related]:
    """Yield the places of all layers, each once."""
    told = {_key(layer.event): layer.message for layer in reversed(layers)}
    found: dict[Place, str] = {}
    for event, _ in calls:
        found.setdefault(_place(event), told.get(_key(event)) or f"{subject(event)} does not pad either")
    shown = list(found.items())[:_MOST_SHOWN]
    yield from (Related(place, text) for place, text in shown)
    if len(found) > len(shown):
        yield Related(shown[0][0], f"and {len(found) - len(shown)} more like these")


def _advice(layers: Sequence[Shrinking], count: int) -> str:
    """Say which padding keeps the sizes."""
    by_padding: dict[str, list[str]] = {}
    for layer in layers:
        if layer.padding is not None:
            names = by_padding.setdefault(_padding_text(layer.padding), [])
            names += [name] if (name := subject(layer.event)) not in names else []
    named = sum(map(len, by_padding.values()))
    if len(by_padding) == 1 and named == count:
        return f"{next(iter(by_padding))} in each keeps the sizes"
    if 0 < named <= _MOST_NAMED:
        parts = [f"{padding} in {joined(names)}" for padding, names in by_padding.items()]
        return f"{joined(parts)} keep{'s' if len(parts) == 1 else ''} the size{'s' if named > 1 else ''}"
    return "padding each by half of its kernel keeps the sizes" if by_padding else "pad the maps to keep the sizes"


def _padding_text(padding: Padding) -> str:
    return f'`padding="{padding}"`' if isinstance(padding, str) else f"`padding={padding}`"


def _change(place: Place, layers: Sequence[Shrinking]) -> Change | None:
    """Return what pads all layers that are defined in one file, each as a change of its own."""
    found: dict[Place, SetArgument | None] = {}
    for layer in layers:
        change = layer.change
        if change is not None and change.place.filename == place.filename:
            known = found.setdefault(change.place, change)
            found[change.place] = change if known == change else None  # no padding is right for all of them
    parts = tuple(change for change in found.values() if change is not None)
    if len(parts) < 2:
        return parts[0] if parts else None
    values = {part.value for part in parts}
    what = f"set `padding={parts[0].value}` in {len(parts)} places" if len(values) == 1 else f"pad {len(parts)} layers"
    return SetArguments(parts, f"{what}: {OUTPUTS}")
