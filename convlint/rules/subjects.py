"""What in a trace a rule speaks of: the layer behind an event, its name and places, the calls that slide windows."""

from __future__ import annotations

from collections.abc import Iterator

from convlint.changes import Change
from convlint.evidence import Evidence
from convlint.findings import Related
from convlint.layers.core.facts import Window
from convlint.layers.core.tensor import Shape, Tensor
from convlint.rules.base import Claim
from convlint.rules.wording import shape_text
from convlint.symbolic.told import joined as joined_origins
from convlint.symbolic.told import origins_of
from convlint.trace import Event, ModelTrace, ModuleInfo, Place, Violation

SLIDING = frozenset({"conv", "max_pool", "avg_pool", "lp_pool", "unfold"})
"""Windows that read their input cell by cell; a transposed convolution writes."""
RESHAPING = frozenset({"torch.Tensor.view", "torch.Tensor.reshape", "torch.reshape"})
FLATTENING = RESHAPING | {"torch.flatten", "torch.Tensor.flatten", "torch.nn.Flatten"}
POOLING = frozenset({"max_pool", "avg_pool", "lp_pool"})
CONVOLVING = frozenset({"conv"})


def sliding_windows(trace: ModelTrace, kinds: frozenset[str] = SLIDING) -> Iterator[tuple[Event, Window]]:
    """Yield every window of those kinds with the call that slides it, in call order."""
    for event in trace.events:
        for window in event.windows:
            if window.kind in kinds:
                yield event, window


def overlaps(window: Window) -> bool:
    """Tell whether windows share cells, or leave some out, so that padding is a question: 1×1 and patches do not."""
    return any(axis.extent not in (1, axis.stride) for axis in window.axes)


def is_primitive(event: Event) -> bool:
    """Tell whether torch itself computes here: containers and the user's modules repeat what is inside of them."""
    return event.name.startswith("torch.") and (event.module is None or event.leaf)


def subject(event: Event) -> str:
    """Return how a message calls what was called: "`layer1.0.conv1`", or the function's name for a function."""
    return full_name(event.module) if event.module is not None else f"`{event.name.rpartition('.')[2]}`"


def layer_name(module: ModuleInfo) -> str:
    """Return a module's path in backticks, or its kind if it is the model itself."""
    return f"`{module.path or module.kind}`"


def full_name(module: ModuleInfo) -> str:
    """Return the same with the name by which people know it, where that is another one: "`9`, the `fc` of …"."""
    return f"{layer_name(module)}, the {module.known_as}" if module.known_as else layer_name(module)


def layer_path(module: ModuleInfo | None) -> str:
    return module.path if module is not None else ""


def repeats_cells(event: Event) -> bool:
    """Tell whether the padding of a call is not zeros but copies of real cells, which are then read there."""
    module = event.module
    return module is not None and module.attributes.get("padding_mode", "zeros") != "zeros"


def at_definition(
    event: Event,
    message: str,
    *,
    advice: str = "",
    extra: tuple[Related, ...] = (),
    evidence: Evidence | tuple[Evidence, ...] | None = None,
    fix: Change | None = None,
) -> Claim:
    """Claim something about how a layer is defined; a function's arguments stand in its call."""
    module = event.module
    if module is None or module.definition is None:
        return Claim(
            message, event.place, event.stack, layer_path(module), related=extra, help=advice, evidence=evidence
        )
    shown = Related(event.place, f"called here with {_input_text(event)}")
    return Claim(
        message, module.definition, module.definition_stack, module.path, None, (shown, *extra), advice, evidence, fix
    )


def definition(module: ModuleInfo | None) -> tuple[Related, ...]:
    """Return where a module was built, as a related place."""
    if module is None or module.definition is None:
        return ()
    return (Related(module.definition, f"{layer_name(module)} is defined here"),)


def input_origin(trace: ModelTrace) -> tuple[Related, ...]:
    """Return the call that gave the model its input sizes, or that nobody gave its constructor anything."""
    if trace.from_defaults:
        return (Related(trace.place, f"`{trace.name}` is built from the defaults of its arguments"),)
    place: Place | None = trace.call
    if place is None or not trace.inputs:
        return ()
    shapes = ", ".join(shape_text(tensor.shape) for tensor in trace.inputs)
    return (Related(place, f"`{trace.name}` is called here with {shapes}"),)


def told_sizes(violation: Violation) -> tuple[Related, ...]:
    """Return what in the program said the numbers that do not fit: data sets, transforms, loaders, arguments."""
    module = violation.module
    numbers = [size for tensor in violation.inputs for size in tensor.shape]
    numbers += [value for _, value in violation.refusal.facts if isinstance(value, int)]
    if module is not None:
        numbers += [value for value in module.attributes.values() if isinstance(value, int)]
    origins = joined_origins(map(origins_of, numbers))
    return tuple(Related(origin.place, origin.text) for origin in origins if origin.place is not None)


def flattened_shape(trace: ModelTrace, tensor: Tensor) -> Shape | None:
    """Return the shape that was flattened into `tensor`, looking through operations that keep the shape."""
    for event in reversed(trace.events):
        if not is_primitive(event) or not event.inputs or not any(output is tensor for output in event.outputs):
            continue
        source = event.inputs[0]
        if event.name in FLATTENING and source.ndim > tensor.ndim and source.shape[:1] == tensor.shape[:1]:
            return source.shape
        if source.shape != tensor.shape:
            return None
        tensor = source
    return None


def _input_text(event: Event) -> str:
    return shape_text(event.inputs[0].shape) if event.inputs else "no tensor"
