"""Where the numbers of a refusal come from: the layer that was built for one, the operations that made the other."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from convlint.findings import Related
from convlint.layers.core import registry
from convlint.layers.core.refusal import RefusalKind
from convlint.layers.core.registry import LayerClass
from convlint.layers.core.tensor import Tensor
from convlint.origins.following import Argument
from convlint.origins.traced import Traced
from convlint.places import is_installed
from convlint.rules.subjects import is_primitive, layer_name
from convlint.rules.wording import joined, shape_text, size_text
from convlint.trace import Event, ModelTrace, ModuleInfo, Place, Violation

MOST = 5
"""How many places tell where the refused tensors come from."""
_MOST_EACH = 2
_MOST_PARTS = 3

Origin = Related | Traced

_TAKES = ("in_channels", "num_features", "num_channels", "in_features", "input_size", "embed_dim")
_TAKES_LAST = ("normalized_shape", "embed_dim")
"""What a layer says of the last size of its input."""
_GIVES = ("out_channels", "out_features", "hidden_size", "embedding_dim")
_JOINING = frozenset({"torch.cat", "torch.concat", "torch.concatenate"})
_OF_SHAPES = frozenset({RefusalKind.RESHAPE, RefusalKind.RANK, RefusalKind.COLLAPSED, RefusalKind.FEATURES})


def built_for(module: ModuleInfo | None, violation: Violation) -> tuple[Origin, ...]:
    """Return where a refused layer was built, with the argument that says what it takes."""
    if module is None or module.definition is None:
        return ()
    related = Related(module.definition, f"{layer_name(module)} is defined here")
    expected = violation.refusal.fact("expected")
    names = [name for name in _TAKES if isinstance(expected, int) and module.attributes.get(name) == expected]
    names += [
        name for name in _TAKES_LAST if violation.refusal.kind is RefusalKind.SIZES and module.attributes.get(name)
    ]
    argument = _argument(module, names[0]) if names else None
    return (related if argument is None else Traced(related, argument),)


def came_from(trace: ModelTrace, violation: Violation) -> tuple[Origin, ...]:
    """Return the operations, the last one first, that gave what is refused its sizes, as far back as somebody could
    change them: at most five places."""
    makers = {id(output): event for event in trace.events if is_primitive(event) for output in event.outputs}
    places = dict.fromkeys(islice(_places(violation, makers), MOST))
    if trace.input_source == "symbolic" and any(_is_made_of(it, trace.inputs, makers) for it in violation.inputs):
        given = ", ".join(shape_text(tensor.shape) for tensor in trace.inputs)
        places[Related(trace.place, f"`{trace.name}` is given {given}")] = None
    return tuple(places)


_Makers = dict[int, Event]


def _is_made_of(tensor: Tensor, inputs: tuple[Tensor, ...], makers: _Makers) -> bool:
    first = tensor
    for event, made in _made(tensor, makers):
        first = event.inputs[0] if event.inputs else made
    return any(first is given for given in inputs)


def _places(violation: Violation, makers: _Makers) -> Iterator[Origin]:
    inputs, kind = violation.inputs, violation.refusal.kind
    if kind is RefusalKind.SIZES and len({tensor.shape for tensor in inputs}) > 1:
        for tensor in inputs:
            yield from islice(_shapes(tensor, None, makers), _MOST_EACH)
    elif kind is RefusalKind.SIZES and inputs and inputs[0].ndim:
        yield from _shapes(inputs[0], inputs[0].shape[-1], makers)
    elif kind is RefusalKind.CHANNELS and inputs:
        yield from _channels(inputs[0], violation.refusal.fact("got"), makers)
    elif kind is RefusalKind.FEATURES and inputs:
        yield from _shapes(inputs[0], violation.refusal.fact("got"), makers)
    elif kind in _OF_SHAPES and inputs:
        yield from _shapes(inputs[0], inputs[0].shape[1] if inputs[0].ndim > 1 else None, makers)


def _shapes(tensor: Tensor, number: object, makers: _Makers) -> Iterator[Origin]:
    """Yield the operations that changed the shape of what became a tensor, the last one first, and the layer among
    them that said the number."""
    for event, made in _made(tensor, makers):
        if event.inputs and event.inputs[0].shape == made.shape:
            continue
        yield _gives(event, made)
        if (said := _says(event, number)) is not None:
            yield said
            number = None


def _channels(tensor: Tensor, got: object, makers: _Makers) -> Iterator[Origin]:
    """Yield the operation that made the channels of a tensor, and the layers that said how many."""
    for event, made in _made(tensor, makers):
        axis = next((axis for axis in (1, 0, -1) if made.ndim > axis and made.shape[axis] == got), None)
        if axis is None:
            return
        if event.name in _JOINING and len(event.inputs) > 1:
            parts = [part for part in event.inputs if part.ndim == made.ndim]
            if any(part.shape[axis] != got for part in parts):
                is_along = sum((part.shape[axis] for part in parts[1:]), start=parts[0].shape[axis]) == got
                texts = [size_text(part.shape[axis]) if is_along else shape_text(part.shape) for part in parts]
                yield _gives(event, made, f", of {joined(texts)}")
                for part in parts[:_MOST_PARTS]:
                    yield from _said(part, part.shape[axis], makers)
                return
        if (said := _says(event, got)) is not None:
            yield _gives(event, made)
            yield said
            return
        if not event.inputs or event.inputs[0].ndim != made.ndim or event.inputs[0].shape[axis] != got:
            yield _gives(event, made)
            return


def _said(tensor: Tensor, channels: object, makers: _Makers) -> Iterator[Origin]:
    """Yield the layer that said how many channels a part of something has."""
    for event, made in _made(tensor, makers):
        if (said := _says(event, channels)) is not None:
            yield said
            return
        if not event.inputs or event.inputs[0].ndim != made.ndim or channels not in event.inputs[0].shape:
            return


def _says(event: Event, number: object) -> Origin | None:
    """Return where a layer was told to give so many channels or features."""
    module = event.module
    if module is None or module.definition is None or not isinstance(number, int):
        return None
    name = next((name for name in _GIVES if module.attributes.get(name) == number), "")
    if not name:
        return None
    argument = _argument(module, name)
    related = Related(module.definition, f"{layer_name(module)} is built to give {number}")
    return related if argument is None else Traced(related, argument, at_end=True)


def _made(tensor: Tensor, makers: _Makers) -> Iterator[tuple[Event, Tensor]]:
    """Yield what made a tensor and what it made, then the same of that one's first input, and so on."""
    seen: set[int] = set()
    while (event := makers.get(id(tensor))) is not None and id(event) not in seen:
        seen.add(id(event))
        yield event, tensor
        if not event.inputs:
            return
        tensor = event.inputs[0]


def _gives(event: Event, made: Tensor, more: str = "") -> Related:
    return Related(own_place(event.place, event.stack), f"`{name_of(event)}` gives {shape_text(made.shape)} here{more}")


def own_place(place: Place, stack: tuple[Place, ...]) -> Place:
    """Return a place, or for one in an installed package the innermost call outside of it that led there."""
    return next((it for it in (place, *reversed(stack)) if not is_installed(it)), place)


def name_of(event: Event) -> str:
    """Return what people call an operation: a layer by its path, a function by its name, an index as it is written."""
    if event.module is not None:
        return event.module.path or event.module.kind
    name = event.name.rpartition(".")[2].strip("_")
    return "[…]" if name == "getitem" else name


def _argument(module: ModuleInfo, name: str) -> Argument | None:
    """Return the argument of the call that built one of torch's own layers."""
    value, entry = module.attributes.get(name), registry.find(module.torch_name)
    if isinstance(value, tuple) and len(value) == 1:
        (value,) = value
    if module.definition is None or module.qualname != module.torch_name or not isinstance(entry, LayerClass):
        return None
    if not isinstance(value, int):
        return None
    names = [parameter.name for parameter in entry.positional_parameters]
    index = names.index(name) if name in names else None
    return Argument(module.definition, module.definition_stack, name, index, int(value))
