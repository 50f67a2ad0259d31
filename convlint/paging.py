"""What a page about a model is made from: runs on open sizes where that can be, and the sizes to begin with."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from convlint.accepts import Accepted, accepted
from convlint.analysis import TargetRun
from convlint.analysis.paths import REFUSING
from convlint.analysis.target import file_named
from convlint.causes import one_for_each_cause
from convlint.config import Config
from convlint.report.page.data import Subject
from convlint.rules import RULES
from convlint.rules.run import sightings
from convlint.shapes import source_shapes
from convlint.sightings import merged
from convlint.symbolic import Symbol, SymbolKind, symbols_of
from convlint.symbolic.rewrite import evaluate
from convlint.trace import ModelTrace

Given = tuple[int | str, ...]
Run = Callable[[Sequence[Sequence[int | str]], bool, str], TargetRun]
"""Runs the model on inputs, in training mode or not, watching the lines of a file."""
Lines = Callable[[str], Sequence[str]]
"""Reads the lines of a file."""

SPATIAL = {3: ("L",), 4: ("H", "W"), 5: ("D", "H", "W")}
USUAL = {"N": 1, "C": 3, "H": 224, "W": 224, "L": 128, "D": 16, "F": 64}
FALLBACK = 64
MOST_TRIED = 1024


def subject_of(target: str, given: Sequence[Given], run: Run, source: Lines) -> Subject:
    """Return what a page shows of the model, on the sizes that are given or on usual ones that it accepts."""
    opened, values = _opened(given)
    named = file_named(target)
    trial = run(opened, False, named)
    file = trial.trace.place.filename
    said = accepted(trial.trace, trial.paths, trial.exhaustive)
    numbers = _values(trial.trace, said, values)
    shapes = [tuple(_number(size, numbers) for size in tensor.shape) for tensor in trial.trace.inputs]
    plain = run(shapes, False, file) if all(all(shape) for shape in shapes) and shapes else trial
    why = _not_open(trial, plain)
    shown = plain if why else trial
    if shown is trial and file != named:  # which file to watch is known only now
        shown = run(opened, False, file)
    training = None if shown.trace.violation is not None else run(shapes if why else opened, True, "").trace
    found = one_for_each_cause(merged(sightings([plain.trace], RULES, Config(), lambda name: name == file)))
    surviving = [path for path in trial.paths if path.ended not in REFUSING]
    return Subject(
        target=target,
        trace=shown.trace,
        begun=plain.trace,
        training=training,
        values=numbers,
        findings=tuple(found),
        shapes=source_shapes(file, source(file), shown.lines, found, whole=False),
        accepted=tuple(said.lines()),
        only_way=said.decided and len(surviving) == 1,
        fixed=why,
    )


def _opened(given: Sequence[Given]) -> tuple[list[Given], dict[str, int]]:
    """Return the inputs with names for the batch and for spatial sizes, and the numbers that these names stand for."""
    values: dict[str, int] = {}
    taken = {size for shape in given for size in shape if isinstance(size, str)}

    def name(wanted: str, size: int) -> str:
        """Return a name for a size: the same as for an equal one of another input, else one that is free."""
        while wanted in taken or values.get(wanted, size) != size:
            wanted += "_"
        values[wanted] = size
        return wanted

    opened: list[Given] = []
    for shape in given:
        spatial = SPATIAL.get(len(shape), ())
        names = ("N", *[""] * (len(shape) - 1 - len(spatial)), *spatial) if len(shape) > 1 else ("",) * len(shape)
        pairs = zip(shape, names, strict=True)
        opened.append(tuple(name(wanted, size) if wanted and isinstance(size, int) else size for size, wanted in pairs))
    return opened, values


def _values(trace: ModelTrace, said: Accepted, values: dict[str, int]) -> dict[Symbol, int]:
    """Return a number for every open size: what was given, what is usual, or what the model accepts."""
    symbols = dict.fromkeys(it for tensor in trace.inputs for size in tensor.shape for it in _in_order(size))
    numbers = {it: values.get(it.name, USUAL.get(it.name, FALLBACK)) for it in symbols}
    if all(it.name in values for it in symbols) or not said.cases:
        return numbers
    chosen = dict(numbers)
    case = said.square[0] if said.square else said.cases[0]
    ways = case.alternatives[0].sizes if case.alternatives else ()
    for symbol, sizes in (*case.sizes, *ways):
        if symbol in chosen and symbol.name not in values and chosen[symbol] not in sizes:
            chosen[symbol] = next((size for size in range(1, MOST_TRIED) if size in sizes), chosen[symbol])
    for symbol, size in case.equalities:
        if symbol in chosen and symbols_of(size) <= chosen.keys():
            chosen[symbol] = evaluate(size, chosen)
    if said.square:
        first, *others = (it for size in said.inputs[0][2:] for it in _in_order(size))
        chosen.update({symbol: chosen[first] for symbol in others if symbol.name not in values})
    return chosen


def _in_order(size: object) -> list[Symbol]:
    found = symbols_of(size)  # type: ignore[arg-type]
    return sorted((it for it in found if it.kind is not SymbolKind.UNKNOWN), key=lambda it: it.key)


def _number(size: object, numbers: dict[Symbol, int]) -> int:
    try:
        return evaluate(size, numbers)  # type: ignore[arg-type]
    except (KeyError, ZeroDivisionError):
        return 0


def _not_open(trial: TargetRun, plain: TargetRun) -> str:
    """Return why the run on open sizes does not show what the model does, "" if it does."""
    if plain is trial:
        return ""
    if not trial.trace.complete and (plain.trace.complete or plain.trace.violation is None):
        return "with open sizes the run does not come to its end"
    calls = [[event.name for event in run.trace.events if event.leaf] for run in (trial, plain)]
    if plain.trace.complete and calls[0] != calls[1]:
        return "which layers run depends on the sizes"
    doubts, known = trial.trace.doubts, plain.trace.doubts
    return f"with open sizes something is not known: {doubts[0].reason}" if doubts and not known else ""
