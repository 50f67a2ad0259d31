"""The advice for slips that are common: what was tried on the model, in words."""

from __future__ import annotations

from convlint.layers.core.tensor import Shape
from convlint.rules.subjects import layer_name
from convlint.rules.wording import factors, shape_text, size_text
from convlint.trace import ModelTrace, Remedy, Slip, Violation


def remedy_text(trace: ModelTrace, remedy: Remedy, violation: Violation) -> str:
    """Return what mends a refused run, in one line."""
    layer = layer_name(violation.module) if violation.module is not None else ""
    if remedy.of_model:
        return _OF_MODEL[remedy.slip].format(
            axes=_axes(trace.inputs[0].shape, remedy.shape), shape=shape_text(remedy.shape)
        )
    told = violation.inputs[0].shape
    if remedy.slip is Slip.NOT_FLATTENED:
        features = f"the {size_text(remedy.shape[-1])} features that it takes, {factors(told[1:])}"
        return f"`flatten(1)` before {layer} gives {features}"
    if remedy.slip is Slip.NOT_POOLED:
        pool = f"`nn.AdaptiveAvgPool{len(told) - 2}d(1)` and `flatten(1)`"
        return f"{pool} before {layer} give the {size_text(remedy.shape[-1])} features that it takes, one a channel"
    if remedy.slip is Slip.FEATURES_NOT_LAST:
        return f"`transpose(1, 2)` before {layer} puts the {size_text(remedy.shape[-1])} features last"
    if remedy.slip is Slip.CHANNELS_LAST:
        axes, shape = _axes(told, remedy.shape), shape_text(remedy.shape)
        return f"the channels are last: `permute({axes})` before {layer} gives {shape}"
    given = ", ".join(f"{name}={value}" for name, value in remedy.arguments.items())
    if remedy.slip is Slip.SWAPPED_FEATURES:
        ins, outs = remedy.arguments
        return f"`{ins}` and `{outs}` are swapped: `{given}` takes this input"
    return f"`{given}` takes this input"


_OF_MODEL = {
    Slip.CHANNELS_LAST: "the channels are last: `permute({axes})` gives {shape}, which the model takes",
    Slip.NO_BATCH: "the axis of the batch is missing: `unsqueeze(0)` gives {shape}, which the model takes",
    Slip.NO_CHANNELS: "the axis of the channels is missing: `unsqueeze(1)` gives {shape}, which the model takes",
    Slip.SWAPPED_SIDES: "height and width are swapped: the model takes {shape}",
}


def _axes(given: Shape, moved: Shape) -> str:
    """Return the arguments of `permute` that move the last axis in front of those of the map."""
    last = len(given) - 1
    order = (0, last, *range(1, last)) if moved == (given[0], given[-1], *given[1:-1]) else (last, *range(last))
    return ", ".join(map(str, order))
