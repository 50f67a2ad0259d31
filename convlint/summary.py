"""What every layer of a model costs: the table of a model's leaf layers, computed from one trace. Prints nothing."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from convlint.accepts import Accepted, accepted
from convlint.gaps import gaps_of
from convlint.layers.core.tensor import Tensor
from convlint.leaves import grouped, macs_of
from convlint.receptive_field import ReceptiveFields
from convlint.symbolic import Size, SymbolKind, product, symbols_of
from convlint.trace import Concern, Event, Gap, ModelTrace, ModuleInfo

Shape = tuple[Size | None, ...]
Nested = Shape | tuple["Nested", ...] | None


class LayerSummary(Struct, frozen=True):
    """One call of a leaf module, as a forward hook on it would see it. Counts are numbers of elements."""

    path: str
    kind: str
    input_shapes: tuple[Shape, ...] | None
    """The shape of each tensor that was given; None if it is not known what was given."""
    output_shape: Nested
    """The shape of the output, or of each of its tensors nested as they are returned; None if it is not known."""
    params: Size | None
    """The parameters that the layer holds, with its weights shared between all output positions."""
    unshared_params: Size | None
    """What they would be with weights of its own for every output position; None for a layer without any."""
    output_volume: Size | None
    discarded: float | None
    """For a pooling layer, the part of its input's cells that is not passed on: 0.75 for 2×2 with stride 2."""
    macs: Size | None
    """Multiply-accumulates of this call, the batch included; None if they are not known."""
    receptive_field: tuple[int, ...] | None
    """The cells of the model's input that one output cell depends on, per axis; None where that is not defined."""
    filename: str
    row: int


class WholeSummary(Struct, frozen=True):
    """One call of a layer of torch's that computes as one though it has layers inside, as `MultiheadAttention` does:
    no leaf module is called there."""

    position: int
    """How many calls of leaf modules come before."""
    layer: LayerSummary
    """Its parameters are those of the layers inside, too."""


class ModulePart(Struct, frozen=True):
    """One module of the model, containers included, each object once: under the first of its paths."""

    path: str
    """"" for the model itself."""
    kind: str
    params: Size | None
    """Its own parameters and those of all modules inside, each once; None if a part is not known."""
    trainable: Size | None
    """How many of these learn."""


class ModelSummary(Struct, frozen=True):
    """A model's leaf layers in call order, and its totals."""

    name: str
    layers: tuple[LayerSummary, ...]
    params: Size | None
    """Every parameter once, used or not; None if a part of the model is not known."""
    macs: Size | None
    """Multiply-accumulates of one forward, functions included; None if a part is not known."""
    gaps: tuple[Gap, ...]
    accepts: Accepted
    """The inputs that the model accepts, of the form that it was run on."""
    error: str = ""
    """Why torch raises, "" if it does not."""
    output_shapes: tuple[Shape, ...] | None = None
    """The shape of each tensor that the model returns; None if they are not all known."""
    modules: tuple[ModulePart, ...] = ()
    """Every module once, parents before children."""
    input_shapes: tuple[Shape, ...] = ()
    """The shape of each tensor that the model is given."""
    wholes: tuple[WholeSummary, ...] = ()
    """The calls that `layers` leaves out since no leaf module is called there."""

    @property
    def calls(self) -> tuple[LayerSummary, ...]:
        """`layers` and `wholes` together, in call order."""
        found = list(self.layers)
        for whole in reversed(self.wholes):
            found.insert(whole.position, whole.layer)
        return tuple(found)

    @property
    def trainable(self) -> Size | None:
        """How many parameters learn; None if a part of the model is not known."""
        return None if self.params is None or not self.modules else self.modules[0].trainable


def summary_of(trace: ModelTrace, accepts: Accepted | None = None) -> ModelSummary:
    """Return what one run of a model shows; `accepts` is what all its runs show of the inputs."""
    fields = ReceptiveFields(trace)
    layers: list[LayerSummary] = []
    wholes: list[WholeSummary] = []
    for event, inner in grouped(trace.events):
        if event.module is None:
            continue
        if event.leaf:
            layers.append(_layer(event, event.module, fields, inner))
        elif event.computes_whole:
            wholes.append(WholeSummary(len(layers), _layer(event, event.module, fields)))
    doubtful = any(gap.concern is not Concern.NOTHING for gap in trace.gaps)
    whole = trace.complete and not doubtful and not any(event.unknown for event in trace.events)
    macs = sum((event.cost.macs for event in trace.events if event.cost is not None), start=0)
    return ModelSummary(
        name=trace.name,
        layers=tuple(layers),
        params=_known(trace.total_parameters),
        macs=_known(macs) if whole else None,
        gaps=gaps_of(trace),
        accepts=accepted(trace, (), exhaustive=False) if accepts is None else accepts,
        error=trace.violation.refusal.text if trace.violation is not None else "",
        output_shapes=tuple(map(_shape, trace.outputs)) if trace.complete and not trace.unknown_outputs else None,
        modules=tuple(_part(module) for module in trace.all_modules),
        input_shapes=tuple(map(_shape, trace.inputs)),
        wholes=tuple(wholes),
    )


def _part(module: ModuleInfo) -> ModulePart:
    every = list(_with_children(module))
    known = not any(one.unknown for one in every)
    parameters = {id(tensor): tensor for one in every for tensor in one.parameters.values()}.values()
    total = _known(sum((product(one.shape) for one in parameters), start=0)) if known else None
    learning = _known(sum((product(one.shape) for one in parameters if one.requires_grad), start=0)) if known else None
    return ModulePart(module.path, module.kind, total, learning)


def _with_children(module: ModuleInfo) -> Iterator[ModuleInfo]:
    yield module
    for child in module.children:
        yield from _with_children(child)


def _layer(event: Event, module: ModuleInfo, fields: ReceptiveFields, inner: tuple[Event, ...] = ()) -> LayerSummary:
    every = [module] if event.leaf else list(_with_children(module))
    parameters = {id(tensor): tensor for one in every for tensor in one.parameters.values()}.values()
    params = sum((product(tensor.shape) for tensor in parameters), start=0)
    output = event.outputs[0] if event.outputs and event.output_known else None
    place = module.definition or event.place
    return LayerSummary(
        path=module.path,
        kind=module.kind,
        input_shapes=tuple(_shape(tensor) for tensor in event.inputs) if event.inputs_known else None,
        output_shape=_nested(event.result) if event.output_known else None,
        params=None if any(one.unknown for one in every) else _known(params),
        unshared_params=_known(event.cost.unshared_params) if event.cost is not None else None,
        output_volume=None if output is None else _known(product(output.shape)),
        discarded=_discarded(event),
        macs=_known(macs_of(event, inner)),
        receptive_field=None if output is None else fields.of(output),
        filename=place.filename,
        row=place.span[0],
    )


def _nested(result: object) -> Nested:
    """Return the shape of a tensor, or of each tensor of a tuple; None if that of any is not known."""
    if isinstance(result, Tensor):
        return _shape(result)
    if not isinstance(result, tuple):
        return None
    parts = tuple(_nested(part) for part in result)
    return None if None in parts else parts


def _discarded(event: Event) -> float | None:
    """Return 1 − output volume / input volume of a pooling layer on known sizes."""
    pools = any(window.kind.endswith("_pool") for window in event.windows)
    if not pools or len(event.inputs) != 1 or not event.outputs:
        return None
    before, after = product(event.inputs[0].shape), product(event.outputs[0].shape)
    return 1 - after / before if isinstance(before, int) and isinstance(after, int) and before else None


def _shape(tensor: Tensor) -> Shape:
    return tuple(_known(size) for size in tensor.shape)


def _known(size: Size | None) -> Size | None:
    """Return the size, or None if it depends on anything of which nothing is known."""
    if size is None or isinstance(size, int):
        return size
    return None if any(symbol.kind is SymbolKind.UNKNOWN for symbol in symbols_of(size)) else size
