"""Runs the models that an analysis found in torch, in a child process, and compares each with its static trace.

This executes the user's code: nothing calls it but `convlint confirm --run`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from convlint.accepts import Accepted
from convlint.analysis import TargetError, run_target
from convlint.confirm.judging import ModelCheck, Outcome, Run, blank_check, judged
from convlint.confirm.process import ChildLost, Worker
from convlint.confirm.trials import Shapes, accepted_by, choose, input_symbols, refuse, shapes_with, usual
from convlint.interp.imports.module_files import own_roots
from convlint.trace import FileAnalysis, ModelTrace, Place, Recipe

RANKS = (("N", "F"), ("N", "C", "H", "W"), ("N", "C", "L"), ("N", "C", "D", "H", "W"))
"""The inputs that are tried on a model that shows no rank."""


class Workers:
    """One child process at a time, for the files of one root: modules of the same name in other folders are others.

    A context manager: leaving it ends the child. `start` makes a worker, which is used until another root comes;
    `first` may be one that has run no code of a user's yet.
    """

    def __init__(self, start: Callable[[], Worker], first: Worker | None = None) -> None:
        self._start = start
        self._root = ""
        self._worker = first

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *raised: object) -> None:
        self.stop()

    def stop(self) -> None:
        """End the child, if there is one."""
        if self._worker is not None:
            self._worker.stop()

    def at(self, root: str) -> Worker:
        """Return the worker for the files below a folder."""
        if self._worker is None or (self._root and root != self._root):
            self.stop()
            self._worker = self._start()
        self._root = root
        return self._worker


class _Seen(Struct):
    """What there is to say of a run before torch has its say."""

    run: Run
    request: dict[str, Any]
    others: list[Run] = []
    """The other paths that the same call may take."""


def check_models(
    analysis: FileAnalysis, workers: Workers, *, search_path: Sequence[str] = (), macs: bool = False
) -> Iterator[ModelCheck]:
    """Yield what torch says to each model of one file, as the answers come. Raises UsageError if no child starts."""
    planned, refused = _plans(analysis.models, [*own_roots(analysis.filename)[::-1], *search_path], macs)
    yield from refused
    for seen in planned:
        yield _checked(workers.at(own_roots(str(Path(analysis.filename).resolve()))[-1]), seen)


def _plans(traces: Sequence[ModelTrace], path: list[str], macs: bool) -> tuple[list[_Seen], list[ModelCheck]]:
    """Return the runs to make, each once, and what cannot be run."""
    planned: dict[str, _Seen] = {}
    left: dict[tuple[str, Place, str], ModelCheck] = {}
    for trace in traces:
        for run in _runs(trace):
            if isinstance(run, str):
                left.setdefault((trace.qualname, trace.place, run), blank_check(trace, Outcome.NOT_CHECKED, run))
                continue
            request = {**_request(run), "path": [str(Path(folder).resolve()) for folder in path], "macs": macs}
            key = json.dumps(request, sort_keys=True)
            if key in planned:
                planned[key].others.append(run)
            else:
                planned[key] = _Seen(run, request)
    return list(planned.values()), list(left.values())


def _runs(trace: ModelTrace) -> Iterator[Run | str]:
    """Yield how to repeat a trace, and for symbolic sizes also on an input that is refused; text says why it cannot."""
    if isinstance(trace.recipe, str):
        ranked = _with_a_rank(trace)
        if ranked is None:
            yield trace.recipe
        else:
            yield from _runs(ranked)
        return
    if trace.root is None or not input_symbols(trace):
        shapes = shapes_with(trace, {})
        yield Run(trace, {}, shapes, True) if shapes is not None else "a size of its input is not known"
        return
    inputs = accepted_by(trace)
    values = choose(trace, inputs)
    shapes = None if values is None else shapes_with(trace, values)
    if shapes is None and trace.only_path and inputs.decided and not inputs.cases:
        values = usual(trace)
        yield Run(trace, values, shapes_with(trace, values) or (), True, refused=True)
        return
    if values is None or shapes is None:
        yield "no sizes of its input are found that it would accept"
        return
    yield Run(trace, values, shapes, _is_certain(trace, inputs, shapes))
    for other in refuse(trace, inputs, values) if trace.violation is None else ():
        shapes = shapes_with(trace, other)
        if shapes is not None:
            yield Run(trace, other, shapes, True, refused=True)


def _with_a_rank(trace: ModelTrace) -> ModelTrace | None:
    """Return the trace of a model on an input of the first rank on which it runs, where its own shows no rank."""
    if trace.input_source != "symbolic" or trace.root is None or not trace.complete:
        return None
    for sizes in RANKS:
        try:
            found = run_target(f"{trace.place.filename}:{trace.name}", (sizes,), training=trace.training).trace
        except TargetError:
            return None
        if found.complete and found.violation is None and isinstance(found.recipe, Recipe):
            return found
    return None


def _is_certain(trace: ModelTrace, inputs: Accepted, shapes: Shapes) -> bool:
    return trace.complete and not trace.gaps and inputs.takes(*shapes) is True


def _request(run: Run) -> dict[str, Any]:
    trace = run.trace
    assert isinstance(trace.recipe, Recipe)
    tensors = zip(trace.inputs, run.shapes, strict=True)
    return {
        "kind": "model",
        "recipe": {
            "build": trace.recipe.build,
            "positional": trace.recipe.positional,
            "named": dict(trace.recipe.named),
            "evaluating": trace.recipe.evaluating,
        },
        "inputs": [
            {"shape": shape, "dtype": tensor.dtype, "data": None if tensor.data is None else list(tensor.data)}
            for tensor, shape in tensors
        ],
        "training": trace.training,
    }


def _checked(worker: Worker, seen: _Seen) -> ModelCheck:
    """Ask torch, and judge; of the paths that a run may take, the one that torch confirms counts."""
    run = seen.run
    try:
        answer = worker.ask(seen.request)
    except ChildLost as lost:
        check = blank_check(run.trace, Outcome.NOT_CHECKED, lost.reason)
        return replace(check, inputs=run.shapes, output=lost.output)
    if "not_there" in answer:
        return replace(blank_check(run.trace, Outcome.NOT_CHECKED, str(answer["not_there"])), inputs=run.shapes)
    checks = [judged(each, answer) for each in (run, *seen.others)]
    best = min(checks, key=lambda check: _RANK[check.outcome])
    if best.outcome is Outcome.REFUTED and (seen.others or _guesses(run.trace)):
        return replace(best, outcome=Outcome.NOT_CHECKED, reason=f"which path it takes is not known; {best.reason}")
    return best


_RANK = {Outcome.CONFIRMED: 0, Outcome.RAISES: 1, Outcome.NOT_CHECKED: 2, Outcome.REFUTED: 3}


def _guesses(trace: ModelTrace) -> bool:
    """Whether the trace is one path of several, and something on it is not known."""
    return not trace.only_path and bool(trace.gaps)
