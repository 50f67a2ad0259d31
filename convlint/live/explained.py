"""What people ask about a place in a model, in Markdown: a layer, a tensor, a model, a loader."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence

from convlint.accepts import Accepted
from convlint.layers.core.facts import Window
from convlint.layers.core.tensor import Tensor
from convlint.live.models import Model
from convlint.live.parts import Held
from convlint.live.uses import Use
from convlint.rules.provenance import name_of
from convlint.rules.wording import axis_names, group_axes, joined, shape_text, size_text, window_formula
from convlint.summary import summary_of
from convlint.symbolic import Size
from convlint.trace import ModelTrace, Violation

MOST_CHARACTERS = 100
MOST = 6
"""How many different uses of one layer are told."""


def layer(uses: Sequence[Use]) -> str:
    """Tell what an operation computes, every different use once."""
    blocks = list(dict.fromkeys("\n".join(_use(use)) for use in uses))
    more = len(blocks) - MOST
    shown = blocks[:MOST] + ([f"and {more} more"] if more > 0 else [])
    return "\n\n".join([f"**{_title(uses)}**", *shown])


def refusal(violation: Violation) -> str:
    """Tell what torch refuses."""
    given = joined([shape_text(tensor.shape) for tensor in violation.inputs] or ["?"])
    return f"`{given} → ` torch raises: {violation.refusal.text}"


def _title(uses: Sequence[Use]) -> str:
    module = uses[0].event.module
    if module is None:
        return f"`{name_of(uses[0].event)}`"
    others = len({use.event.module.path for use in uses if use.event.module is not None}) - 1
    more = f" and {others} more" if others else ""
    return f"`{module.path or module.kind}`{more} · {module.kind}"


def _use(use: Use) -> Iterator[str]:
    event = use.event
    before = joined([shape_text(tensor.shape) for tensor in event.inputs]) if event.inputs else "?"
    yield f"`{before} → {_outputs(event.outputs) if event.output_known else '?'}`  "
    for window in event.windows:
        yield from _formulas(window)
    costs = list(_costs(use))
    if costs:
        yield " · ".join(costs) + "  "
    yield f"in `{use.trace.name}`{'' if use.trace.training else ', evaluation mode'}"


def _outputs(tensors: Iterable[Tensor]) -> str:
    return joined([shape_text(tensor.shape) for tensor in tensors] or ["?"])


def _formulas(window: Window) -> Iterator[str]:
    if window.kind == "conv_transpose":
        return
    texts = [f"{window_formula(axis)} = {size_text(axis.size_out)}" for axis in window.axes]
    for axes, text in group_axes(axis_names(len(texts)), texts):
        yield f"{joined(axes)}: {text}  "


def _costs(use: Use) -> Iterator[str]:
    row, cost = use.layer, use.event.cost
    if row is not None and row.params is not None:
        unshared = "" if row.unshared_params is None else f" ({count(row.unshared_params)} if not shared)"
        yield f"parameters {count(row.params)}{unshared if row.params != 0 else ''}"
    if cost is not None and cost.macs != 0:
        yield f"MACs {count(cost.macs)}"
    if row is not None and row.receptive_field is not None:
        yield f"receptive field {'×'.join(map(str, row.receptive_field))}"


def count(size: Size | None) -> str:
    """Return a number with its thousands apart, a formula, or "?"."""
    return "?" if size is None else f"{size:,}" if isinstance(size, int) else size_text(size)


def model(known: Model, accepts: Accepted | None) -> str:
    """Tell what a model takes, gives and costs, and which inputs it accepts."""
    kind = known.traces[0].name
    title = f"**`{known.name}`**" if known.name == kind else f"**`{known.name}`** · {kind}"
    lines = list(dict.fromkeys(totals(trace) for trace in known.traces))
    more = [f"and {len(lines) - MOST} more"] if len(lines) > MOST else []
    text = "  \n".join([title, *lines[:MOST], *more])
    if accepts is None:
        return text
    return f"{text}\n\n```text\n{accepts}\n```"


def parts(name: str, held: Sequence[Held]) -> str:
    """Tell what a part of models is, and what every different one of its kind costs."""
    kinds = list(dict.fromkeys(it.module.kind for it in held))
    title = f"**`{name}`**" if kinds == [name] else f"**`{name}`** · {joined(kinds)}"
    lines = list(dict.fromkeys(_part(it) for it in held))
    more = [f"and {len(lines) - MOST} more"] if len(lines) > MOST else []
    return "\n\n".join([title, "  \n".join([*lines[:MOST], *more])])


def _part(held: Held) -> str:
    costs = []
    if held.ends is not None:
        first, last = held.ends
        if first.inputs and last.output_known:
            before = joined([shape_text(tensor.shape) for tensor in first.inputs])
            costs.append(f"`{before} → {_outputs(last.outputs)}`")
    costs += [f"parameters {count(held.whole.params)}", f"MACs {count(held.macs)}"]
    return f"{' · '.join(costs)}, in `{held.trace.name}`"


def accepted_in_short(accepts: Accepted) -> str:
    """Return the inputs that a model accepts in one line: of several ways to put it the shortest."""
    first, *rest = (line.strip() for line in accepts.lines())
    demands = list(itertools.takewhile(lambda line: not line.startswith("and reads"), rest))
    square = [line.removeprefix("for ") for line in demands if line.startswith("for ")]
    free = all(line.endswith(": any") for line in demands)
    told = square or ([] if free else [line for line in demands if not line.endswith(": any")])
    short = first.removesuffix(", with").removesuffix(", in evaluation mode")
    return shortened(": ".join([short, ", ".join(told)]) if told else short)


def shortened(text: str) -> str:
    return text if len(text) <= MOST_CHARACTERS else f"{text[: MOST_CHARACTERS - 1]}…"


def totals_in_short(traces: Sequence[ModelTrace]) -> str:
    """Return the totals of a model in one line: those of its first run, and whether there are others; "" if nothing is
    known."""
    if all(trace.total_parameters is None and not trace.outputs and not trace.violation for trace in traces):
        return ""
    first = shortened(totals(traces[0]).replace("`", ""))
    others = len(dict.fromkeys(map(totals, traces))) - 1
    return first if not others else f"{first} · and {others} other run{'s' * (others > 1)}"


def totals(trace: ModelTrace) -> str:
    """Return the totals of one run in one line."""
    summary = summary_of(trace)
    given = joined([shape_text(tensor.shape) for tensor in trace.inputs] or ["?"])
    result = _outputs(trace.outputs) if trace.complete and not trace.unknown_outputs else "?"
    costs = f"parameters {count(summary.params)} · MACs {count(summary.macs)}"
    return f"`{given} → {result}` · {costs}" + (f" · torch raises: {summary.error}" if summary.error else "")
