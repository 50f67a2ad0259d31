"""The paths of a model's run, with what is in doubt about each: the material of the set of accepted inputs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from convlint.analysis.explore import Exploration, Outcome
from convlint.interp.records.records import has_unknown
from convlint.layers.core.tensor import Tensor
from convlint.symbolic import SymbolKind, Verdict, at_least
from convlint.symbolic.conditions import condition_symbols
from convlint.trace import Concern, Decision, Gap, ModelTrace, RunPath

REFUSING = frozenset({"refused", "raised"})
"""Ends of paths that no input survives."""


def run_paths(
    exploration: Exploration, traces: Sequence[ModelTrace | None], imported: Sequence[Gap], open_build: bool = False
) -> tuple[RunPath, ...]:
    """Return every explored path; `imported` are the gaps that importing the model's modules left.

    With `open_build` the model was built with symbols, some of which its constructor may refuse.
    """
    # A module is run once, by the path that first needs it, and what it defines serves all paths.
    guesses = [
        gap
        for gaps in (imported, *(outcome.vm.gaps for outcome in exploration.outcomes))
        for gap in gaps
        if gap.concern is Concern.PROGRAM
    ]
    return tuple(
        RunPath(
            outcome.ended,
            trace,
            outcome.vm.assumptions.conditions,
            () if outcome.ended in REFUSING else tuple(dict.fromkeys([*guesses, *_doubts(outcome, trace, open_build)])),
            not outcome.vm.caught_demands,
            tuple(_decisions(outcome)),
        )
        for outcome, trace in zip(exploration.outcomes, traces, strict=True)
    )


def _decisions(outcome: Outcome) -> Iterator[Decision]:
    vm = outcome.vm
    for index, (taken, place, reason) in enumerate(zip(vm.taken, vm.decided_at, vm.reasons, strict=True)):
        yield Decision(taken, None if index in vm.on_sizes else Gap(place, f"a decision is not known: {reason}"))


def _doubts(outcome: Outcome, trace: ModelTrace | None, open_build: bool) -> Iterator[Gap]:
    vm = outcome.vm
    # A constructor does not see the input: what is not known of it counts where the run meets it.
    built = vm.model_runs[-1].first[2] if vm.model_runs and not open_build else 0
    if outcome.ended != "returned":
        yield Gap(vm.last_place, outcome.reason)
    yield from (gap for gap in vm.gaps[built:] if gap.concern is Concern.RUN)
    yield from vm.doubts
    if vm.caught_demands:
        yield Gap(None, "the program may catch what torch raises")
    for condition in vm.assumptions.conditions:
        for symbol in sorted(condition_symbols(condition), key=lambda symbol: symbol.key):
            if symbol.kind is SymbolKind.UNKNOWN:
                yield Gap(None, f"a size is not known: {symbol.reason}")
    if trace is None or not vm.model_runs:
        yield Gap(None, "no model is called")
        return
    yield from _unknown_values(outcome, trace)
    yield from _empty_outputs(outcome, trace)


def _unknown_values(outcome: Outcome, trace: ModelTrace) -> Iterator[Gap]:
    """Yield what of the input, the output and the calls between them is not known."""
    run = outcome.vm.model_runs[-1]
    given = [*run.args, *run.kwargs.values()]
    if not given or not all(isinstance(value, Tensor) for value in given):
        yield Gap(run.place, "the number of dimensions of an input is not known")
    if has_unknown(run.result):
        yield Gap(run.place, "the output is not known")
    for event in trace.events:
        if not (event.output_known and event.inputs_known):
            yield Gap(event.place, f"what goes through `{event.name}` is not known")
            return


def _empty_outputs(outcome: Outcome, trace: ModelTrace) -> Iterator[Gap]:
    """Yield transposed convolutions whose output may be empty: whether torch raises then depends on its backend."""
    known = outcome.vm.assumptions
    for event in trace.events:
        for window in event.windows:
            for axis in window.axes if window.kind == "conv_transpose" else ():
                if known.decide(at_least(axis.size_out, 1)) is not Verdict.PROVED:
                    reason = f"whether `{event.name}` may return nothing depends on the machine: {axis.size_out} ≥ 1"
                    yield Gap(event.place, reason)
