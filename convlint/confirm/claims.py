"""From a finding's evidence to a claim: plain data with which the child can ask torch the same thing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import singledispatch

from convlint import evidence as shown
from convlint.analysis.fitting import LARGEST
from convlint.confirm.choices import Valuation, told, valuations
from convlint.confirm.encoding import Encoder, NotRebuildable, Plain, Unfit
from convlint.confirm.runs import broken_run, whole_run
from convlint.layers.facts import Window
from convlint.layers.tensor import Tensor
from convlint.rules.subjects import POOLING
from convlint.symbolic import Condition, Size, at_least, product
from convlint.symbolic.solve import solve
from convlint.trace import Event, Fitting, ModuleInfo

SMALL_BATCH = 2
SMALL_MAP = 48
MOST_RUNS = 4
WANTED_CASES = 3

Claim = dict[str, Plain]
Case = dict[str, Plain]


def claim_of(evidence: shown.Evidence) -> Claim:
    """Return the request that asks torch for this evidence. Raises NotRebuildable where there can be none."""
    return {"kind": "claim", **_claim(evidence)}


@singledispatch
def _claim(evidence: object) -> Claim:
    raise NotRebuildable("there is no evidence that torch could show")


@_claim.register
def _(evidence: shown.NotRebuilt) -> Claim:
    raise NotRebuildable(evidence.reason)


@_claim.register
def _(evidence: shown.Unparsable) -> Claim:
    return {"proof": "unparsable", "source": evidence.data.decode("latin-1")}


@_claim.register
def _(evidence: shown.Raises) -> Claim:
    violation = evidence.violation
    module, given = violation.module, violation.given

    def case(encoder: Encoder) -> Case:
        if violation.in_constructor:
            if module is None:
                raise NotRebuildable("what was constructed is not known")
            return {"build": encoder.layer(module)}
        written: Case = {"call": encoder.operation(violation.name, module, given)}
        if evidence.mended and module is not None:
            mended = {name: encoder.size(size) for name, size in evidence.mended.items()}
            written["mended"] = {
                **written["call"],
                "module": encoder.layer(module, given.training if given else None, mended),
            }
        return written

    first = given.positional[0] if given is not None and given.positional else None
    shapes = _few_samples(first, _spatial_axes(violation.name)) if isinstance(first, Tensor) else {}
    claim = {"proof": "raises", "cases": _cases(case, evidence.assumed, shapes)}
    return claim if evidence.fitting is None else {**claim, **_sizes_around(evidence.fitting)}


@_claim.register
def _(evidence: shown.Unread) -> Claim:
    def case(encoder: Encoder) -> Case:
        readings = [(reading.unread_at_end, reading.skipped_per_stride) for reading in evidence.readings]
        axes = _axes(encoder, evidence.window, evidence.event)
        for axis, (at_end, skipped) in zip(axes, readings, strict=True):
            axis |= {"unread_at_end": at_end, "skipped": skipped}
        return {"call": encoder.call(evidence.event), "window": evidence.window.kind, "axes": axes}

    return _windows("unread", case, evidence.event, evidence.window, evidence.assumed)


@_claim.register
def _(evidence: shown.Resized) -> Claim:
    def case(encoder: Encoder) -> Case:
        axes = _axes(encoder, evidence.window, evidence.event)
        for axis, shrinks_by in zip(axes, evidence.shrinks_by, strict=True):
            axis["shrinks_by"] = shrinks_by
        written: Case = {"call": encoder.call(evidence.event), "axes": axes}
        if evidence.padding is not None:
            padding = {"tuple": list(evidence.padding)} if isinstance(evidence.padding, tuple) else evidence.padding
            written["keeping"] = encoder.padded(evidence.event, padding)
        return written

    return _windows("resized", case, evidence.event, evidence.window, evidence.assumed)


@_claim.register
def _(evidence: shown.PaddedBorder) -> Claim:
    def case(encoder: Encoder) -> Case:
        return {
            "call": encoder.call(evidence.event),
            "without": encoder.padded(evidence.event, 0),
            "window": evidence.window.kind,
            "axes": _axes(encoder, evidence.window, evidence.event),
            "counts_zeros": evidence.counts_zeros,
        }

    return _windows("border", case, evidence.event, evidence.window, evidence.assumed)


@_claim.register
def _(evidence: shown.KernelTooLarge) -> Claim:
    def case(encoder: Encoder) -> Case:
        return {
            "call": encoder.call(evidence.event),
            "without": encoder.padded(evidence.event, 0),
            "window": evidence.window.kind,
            "axes": _axes(encoder, evidence.window, evidence.event),
        }

    return _windows("too_large", case, evidence.event, evidence.window, evidence.assumed)


@_claim.register
def _(evidence: shown.HoldsParameters) -> Claim:
    encoder = _for_some_sizes((evidence.parameters, evidence.of_all or 0), (*evidence.modules, *evidence.whole))
    claim = {"proof": "parameters", "holds": _holdings(encoder, evidence.modules, evidence.parameters)}
    if evidence.of_all is not None:
        claim["of"] = _holdings(encoder, evidence.whole, evidence.of_all)
    return claim


@_claim.register
def _(evidence: shown.PutsOut) -> Claim:
    def case(encoder: Encoder) -> Case:
        output = evidence.event.outputs[evidence.number]
        return {
            "call": encoder.whole_call(evidence.event),
            "number": evidence.number,
            "shape": encoder.shape(output.shape),
            "limit": evidence.limit,
        }

    return {"proof": "puts_out", "cases": _cases(case, evidence.assumed)}


@_claim.register
def _(evidence: shown.Computes) -> Claim:
    def case(encoder: Encoder) -> Case:
        calls = []
        for event in evidence.events:
            macs = event.cost.macs if event.cost is not None else 0
            alone = Encoder(encoder.values)
            calls.append({"call": alone.call(event), "tensors": alone.tensors, "macs": alone.size(macs)})
            encoder.symbols |= alone.symbols
        return {"calls": calls, "macs": encoder.size(evidence.macs), "limit": evidence.limit}

    return {"proof": "computes", "cases": _cases(case, evidence.assumed, wanted=1)}


@_claim.register
def _(evidence: shown.BiasIsSubtracted) -> Claim:
    convolution, norm = evidence.convolution, evidence.norm

    def case(encoder: Encoder) -> Case:
        if norm.module is None:
            raise NotRebuildable("the batch norm is not known")
        return {"call": encoder.whole_call(convolution), "norm": encoder.layer(norm.module, training=True)}

    rank = len(convolution.outputs[0].shape)
    first = convolution.given.positional[0] if convolution.given and convolution.given.positional else None
    shapes = _small_map(_few_samples(first, rank - 2), convolution) if isinstance(first, Tensor) else {}
    runs = _puts_out_cells(convolution)
    return {"proof": "same_with_any_bias", "cases": _cases(case, evidence.assumed, shapes, runs=runs)}


@_claim.register
def _(evidence: shown.ChangesBatch) -> Claim:
    trace = evidence.trace

    def case(encoder: Encoder) -> Case:
        steps = whole_run(encoder, trace)
        inputs = [encoder.tensor(tensor) for tensor in trace.inputs[:1]]
        outputs = [encoder.number(tensor) for tensor in trace.outputs]
        moving = encoder.number(evidence.event.outputs[0])
        return {"steps": steps, "input": inputs[0], "outputs": outputs, "moving": moving}

    return {"proof": "changes_batch", "cases": _cases(case, trace.assumed)}


@_claim.register
def _(evidence: shown.NothingFits) -> Claim:
    conditions = [item.condition for item in evidence.trace.conditions]
    told_of = [item.condition for item in evidence.demands]
    without_each = [[other for other in conditions if other is not condition] for condition in told_of]
    neither = [other for other in conditions if not any(other is condition for condition in told_of)]

    def case(encoder: Encoder) -> Case:
        return {"steps": broken_run(encoder, evidence.trace)}

    cases: list[Case] = []
    for met in (*without_each, neither, []):
        cases += [new for new in _cases(case, met, must=False) if new not in cases]
    if not cases:
        raise NotRebuildable("no sizes to try were found")
    return {"proof": "nothing_fits", "cases": cases}


# --- cases -----------------------------------------------------------------------------------------------


def _cases(
    write: Callable[[Encoder], Case],
    conditions: Sequence[Condition],
    shapes: dict[int, tuple[Size, ...]] | None = None,
    *,
    wanted: int = WANTED_CASES,
    must: bool = True,
    runs: Sequence[Condition] = (),
) -> list[Case]:
    """Write a case for each of a few choices of sizes that meet the conditions.

    Where the model as a whole takes no input, a call that could run is tried with sizes for which it does: they meet
    `runs`, and as many of the conditions as can be met together.
    """
    collector = Encoder(None, shapes)
    write(collector)
    cases: list[Case] = []
    found = valuations(conditions, collector.symbols, 4 * wanted)
    if runs and not found:
        found = valuations(_consistent(runs, conditions), collector.symbols, 4 * wanted)
    for numbers in found:
        encoder = Encoder(numbers, shapes)
        try:
            case = write(encoder)
        except Unfit:
            continue
        cases.append({**case, "tensors": encoder.tensors, "sizes": told(numbers)})
        if len(cases) == wanted:
            break
    if must and not cases:
        raise NotRebuildable("no sizes were found that meet what the claim takes for granted")
    return cases


def _consistent(first: Sequence[Condition], others: Sequence[Condition]) -> list[Condition]:
    """Return the first conditions and those of the others that do not contradict them, what was said last above all:
    evidence adds its own conditions behind those of the run."""
    kept = list(first)
    for condition in reversed(others):
        if not solve([*kept, condition]).impossible:
            kept.append(condition)
    return kept


def _puts_out_cells(event: Event) -> list[Condition]:
    """Return what the sizes must meet for the windows of a call to fit."""
    return [at_least(axis.size_out, 1) for window in event.windows for axis in window.axes]


def _windows(
    proof: str,
    write: Callable[[Encoder], Case],
    event: Event,
    window: Window,
    conditions: Sequence[Condition],
) -> Claim:
    shapes = _few_samples(event.inputs[0], len(window.axes), window.kind) if event.inputs else {}
    return {"proof": proof, "cases": _cases(write, conditions, shapes, runs=_puts_out_cells(event))}


def _axes(encoder: Encoder, window: Window, event: Event) -> list[dict[str, Plain]]:
    mode = event.module.attributes.get("padding_mode") if event.module is not None else None
    return [
        {
            "size_in": encoder.size(axis.size_in),
            "size_out": encoder.size(axis.size_out),
            "kernel": encoder.size(axis.kernel),
            "stride": encoder.size(axis.stride),
            "pad_before": encoder.size(axis.pad_before),
            "dilation": encoder.size(axis.dilation),
            "padding_mode": mode if isinstance(mode, str) else "zeros",
        }
        for axis in window.axes
    ]


def _few_samples(tensor: Tensor, spatial: int, window: str = "") -> dict[int, tuple[Size, ...]]:
    """Return the shape of an input with few samples, where what slides over the other axes treats each by itself.

    A claim about a window of a kind holds for any number of samples, and for a pooling of channels, none included.
    """
    if spatial < 1 or tensor.ndim != spatial + 2 or (tensor.shape[0] == 0 and not window):
        return {}
    channels = 1 if window in POOLING else tensor.shape[1]
    return {id(tensor): (1 if window else SMALL_BATCH, channels, *tensor.shape[2:])}


def _small_map(shapes: dict[int, tuple[Size, ...]], event: Event) -> dict[int, tuple[Size, ...]]:
    """Return shapes with smaller maps, over which the windows of a call still slide: for what holds of any map."""
    largest = {axis.extent for window in event.windows for axis in window.axes} | {SMALL_MAP}
    if not all(isinstance(extent, int) and extent <= SMALL_MAP for extent in largest):
        return shapes
    return {
        number: (*shape[:2], *(min(size, SMALL_MAP) if isinstance(size, int) else size for size in shape[2:]))
        for number, shape in shapes.items()
    }


def _spatial_axes(name: str) -> int:
    """Return over how many axes a layer or function slides by its name, such as 2 for `Conv2d`; 0 for none."""
    last = name.rpartition(".")[2].lower()
    slides = any(kind in last for kind in ("conv", "pool")) and "unpool" not in last
    return int(last[-2]) if slides and last[-1:] == "d" and last[-2:-1].isdigit() else 0


# --- sizes that fit --------------------------------------------------------------------------------------


def _sizes_around(fitting: Fitting) -> Claim:
    """Return runs at both ends of every range of sizes that fit, and right outside of them."""
    fit = frozenset(fitting.sizes)
    inside = [size for size in fitting.sizes if not {size - 1, size + 1} <= fit]
    outside = sorted({near for size in inside for near in (size - 1, size + 1) if 0 < near <= LARGEST} - fit)
    try:
        return {
            "inside": [_run_at(fitting, size) for size in inside[:MOST_RUNS]],
            "outside": [_run_at(fitting, size) for size in outside[:MOST_RUNS]],
        }
    except (NotRebuildable, Unfit):
        return {"inside": [], "outside": []}


def _run_at(fitting: Fitting, size: int) -> Case:
    numbers = {fitting.symbol: size}
    encoder = Encoder(numbers)
    steps = broken_run(encoder, fitting.run)
    return {"steps": steps, "tensors": encoder.tensors, "sizes": told(numbers)}


# --- parameters ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Own:
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


def _holdings(encoder: Encoder, modules: Iterable[ModuleInfo], claimed: Size) -> Plain:
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


def _for_some_sizes(sizes: Sequence[Size], modules: Sequence[ModuleInfo]) -> Encoder:
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
