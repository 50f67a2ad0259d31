"""From a finding's evidence to a claim: plain data with which the child can ask torch the same thing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import singledispatch

from convlint import evidence as shown
from convlint.confirm.cases import Case, axes_of, cases, few_samples, puts_out_cells, small_map, spatial_axes
from convlint.confirm.encoding import Encoder, NotRebuildable, Plain
from convlint.confirm.holdings import for_some_sizes, holdings
from convlint.confirm.runs import advised_run, broken_run, sizes_around, whole_run
from convlint.layers.core.facts import Window
from convlint.layers.core.tensor import Tensor
from convlint.symbolic import Condition, at_least, negation
from convlint.trace import Event

Claim = dict[str, Plain]


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
    shapes = few_samples(first, spatial_axes(violation.name)) if isinstance(first, Tensor) else {}
    claim = {"proof": "raises", "cases": cases(case, evidence.assumed, shapes)}
    if evidence.advised is not None:
        claim["advised"] = advised_run(evidence.advised)
    return claim if evidence.fitting is None else {**claim, **sizes_around(evidence.fitting)}


@_claim.register
def _(evidence: shown.Unread) -> Claim:
    def case(encoder: Encoder) -> Case:
        readings = [(reading.unread_at_end, reading.skipped_per_stride) for reading in evidence.readings]
        axes = axes_of(encoder, evidence.window, evidence.event)
        for axis, (at_end, skipped) in zip(axes, readings, strict=True):
            axis |= {"unread_at_end": at_end, "skipped": skipped}
        return {"call": encoder.call(evidence.event), "window": evidence.window.kind, "axes": axes}

    return _windows("unread", case, evidence.event, evidence.window, evidence.assumed)


@_claim.register
def _(evidence: shown.UnreadAtSomeSizes) -> Claim:
    lost = [condition for condition in evidence.lost if condition is not None]

    def writing(inside: bool) -> Callable[[Encoder], Case]:
        def case(encoder: Encoder) -> Case:
            axes = axes_of(encoder, evidence.window, evidence.event)
            for axis, condition, unread in zip(axes, evidence.lost, evidence.unread, strict=True):
                count = None if condition is None else encoder.size(unread) if inside else 0
                axis |= {"unread_at_end": count, "skipped": None}
            return {"call": encoder.call(evidence.event), "window": evidence.window.kind, "axes": axes}

        return case

    inside = _windows("unread", writing(True), evidence.event, evidence.window, (*evidence.assumed, *lost))
    outside = [*evidence.assumed, *map(negation, lost)]
    beside = _windows("unread", writing(False), evidence.event, evidence.window, outside, must=False)
    return {**inside, "cases": [*inside["cases"], *beside["cases"]]}


@_claim.register
def _(evidence: shown.Resized) -> Claim:
    def case(encoder: Encoder) -> Case:
        axes = axes_of(encoder, evidence.window, evidence.event)
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
        return {**_with_and_without_padding(encoder, evidence), "counts_zeros": evidence.counts_zeros}

    return _windows("border", case, evidence.event, evidence.window, evidence.assumed)


@_claim.register
def _(evidence: shown.KernelTooLarge) -> Claim:
    def case(encoder: Encoder) -> Case:
        return _with_and_without_padding(encoder, evidence)

    return _windows("too_large", case, evidence.event, evidence.window, evidence.assumed)


@_claim.register
def _(evidence: shown.HoldsParameters) -> Claim:
    encoder = for_some_sizes((evidence.parameters, evidence.of_all or 0), (*evidence.modules, *evidence.whole))
    claim = {"proof": "parameters", "holds": holdings(encoder, evidence.modules, evidence.parameters)}
    if evidence.of_all is not None:
        claim["of"] = holdings(encoder, evidence.whole, evidence.of_all)
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

    return {"proof": "puts_out", "cases": cases(case, evidence.assumed)}


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

    return {"proof": "computes", "cases": cases(case, evidence.assumed, wanted=1)}


@_claim.register
def _(evidence: shown.BiasIsSubtracted) -> Claim:
    convolution, norm = evidence.convolution, evidence.norm

    def case(encoder: Encoder) -> Case:
        if norm.module is None:
            raise NotRebuildable("the batch norm is not known")
        return {"call": encoder.whole_call(convolution), "norm": encoder.layer(norm.module, training=True)}

    rank = len(convolution.outputs[0].shape)
    first = convolution.given.positional[0] if convolution.given and convolution.given.positional else None
    shapes = small_map(few_samples(first, rank - 2), convolution) if isinstance(first, Tensor) else {}
    runs = puts_out_cells(convolution)
    return {"proof": "same_with_any_bias", "cases": cases(case, evidence.assumed, shapes, runs=runs)}


@_claim.register
def _(evidence: shown.ChangesBatch) -> Claim:
    trace = evidence.trace

    def case(encoder: Encoder) -> Case:
        steps = whole_run(encoder, trace)
        inputs = [encoder.tensor(tensor) for tensor in trace.inputs[:1]]
        outputs = [encoder.number(tensor) for tensor in trace.outputs]
        moving = encoder.number(evidence.event.outputs[0])
        return {"steps": steps, "input": inputs[0], "outputs": outputs, "moving": moving}

    return {"proof": "changes_batch", "cases": cases(case, trace.assumed)}


@_claim.register
def _(evidence: shown.NothingFits) -> Claim:
    conditions = [item.condition for item in evidence.trace.conditions]
    told_of = [item.condition for item in evidence.demands]
    without_each = [[other for other in conditions if other is not condition] for condition in told_of]
    neither = [other for other in conditions if not any(other is condition for condition in told_of)]

    def case(encoder: Encoder) -> Case:
        return {"steps": broken_run(encoder, evidence.trace)}

    written: list[Case] = []
    for met in (*without_each, neither, []):
        written += [new for new in cases(case, met, must=False) if new not in written]
    if not written:
        raise NotRebuildable("no sizes to try were found")
    return {"proof": "nothing_fits", "cases": written}


@_claim.register
def _(evidence: shown.Broadcasts) -> Claim:
    def case(encoder: Encoder) -> Case:
        shapes = [encoder.shape(tensor.shape) for tensor in evidence.event.inputs[:2]]
        return {"call": encoder.call(evidence.event), "shapes": shapes}

    return {"proof": "broadcasts", "cases": cases(case, evidence.assumed)}


@_claim.register
def _(evidence: shown.Mixes) -> Claim:
    def case(encoder: Encoder) -> Case:
        return {"call": encoder.call(evidence.event), "axis": evidence.axis, "in_training": evidence.in_training}

    several = at_least(evidence.event.inputs[0].shape[evidence.axis], 2)
    return {"proof": "mixes", "cases": cases(case, (*evidence.assumed, several))}


@_claim.register
def _(evidence: shown.Scrambles) -> Claim:
    def case(encoder: Encoder) -> Case:
        parts = [encoder.size(size) for size in evidence.parts]
        return {"call": encoder.call(evidence.event), "order": list(evidence.order), "parts": parts}

    several = [at_least(size, 2) for size in evidence.event.inputs[0].shape if not isinstance(size, int)]
    return {"proof": "scrambles", "cases": cases(case, (*evidence.assumed, *several))}


@_claim.register
def _(evidence: shown.Misjudges) -> Claim:
    def case(encoder: Encoder) -> Case:
        written: Case = {"call": encoder.call(evidence.loss), "activation": None}
        if evidence.activation is not None:
            alone = Encoder(encoder.values)
            written["activation"] = alone.call(evidence.activation)
            encoder.symbols |= alone.symbols
        return written

    return {"proof": "misjudges", "cases": cases(case, evidence.assumed)}


@_claim.register
def _(evidence: shown.Clips) -> Claim:
    return {
        "proof": "clips",
        "cases": cases(lambda encoder: {"call": encoder.call(evidence.activation)}, evidence.assumed),
    }


@_claim.register
def _(evidence: shown.WithoutEffect) -> Claim:
    def case(encoder: Encoder) -> Case:
        layer = encoder.layer(evidence.module, as_built=True)
        value = encoder.value(evidence.value)
        return {"layer": layer, "name": evidence.name, "value": value, "outside": evidence.outside}

    return {"proof": "without_effect", "cases": cases(case, (), wanted=1)}


@_claim.register
def _(evidence: shown.Unstackable) -> Claim:
    return {"proof": "unstackable", "shapes": [list(shape) for shape in evidence.shapes]}


@_claim.register
def _(evidence: shown.FitsNoSquare) -> Claim:
    def case(encoder: Encoder) -> Case:
        return {"steps": broken_run(encoder, evidence.trace)}

    return {"proof": "no_square", "cases": cases(case, evidence.squares), "inside": cases(case, evidence.inside)}


@_claim.register
def _(evidence: shown.Drops) -> Claim:
    def case(encoder: Encoder) -> Case:
        return {"call": encoder.call(evidence.event)}

    return {"proof": "drops", "cases": cases(case, evidence.assumed)}


def _with_and_without_padding(encoder: Encoder, evidence: shown.PaddedBorder | shown.KernelTooLarge) -> Case:
    return {
        "call": encoder.call(evidence.event),
        "without": encoder.padded(evidence.event, 0),
        "window": evidence.window.kind,
        "axes": axes_of(encoder, evidence.window, evidence.event),
    }


def _windows(
    proof: str,
    write: Callable[[Encoder], Case],
    event: Event,
    window: Window,
    conditions: Sequence[Condition],
    *,
    must: bool = True,
) -> Claim:
    """Ask `proof` of the windows of a call; without `must` there may be no sizes that meet the conditions."""
    shapes = few_samples(event.inputs[0], len(window.axes), window.kind) if event.inputs else {}
    runs = puts_out_cells(event) if must else ()
    return {"proof": proof, "cases": cases(write, conditions, shapes, must=must, runs=runs)}
