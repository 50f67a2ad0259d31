"""What a page about a model is made from: runs on open sizes where that can be, and the sizes to begin with."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from convlint.accepts import Accepted, accepted
from convlint.analysis import TargetRun
from convlint.analysis.paths import REFUSING
from convlint.analysis.target import file_named
from convlint.findings import Finding
from convlint.opened import Given, opened
from convlint.report.page.data import Subject
from convlint.shapes import source_shapes
from convlint.symbolic import Symbol, SymbolKind, holds, symbols_of
from convlint.symbolic.rewrite import evaluate
from convlint.trace import ModelTrace

Run = Callable[[Sequence[Sequence[int | str]], bool, str], TargetRun]
"""Runs the model on inputs, in training mode or not, watching the lines of a file."""
Lines = Callable[[str], Sequence[str]]
"""Reads the lines of a file."""
Told = Callable[[ModelTrace, str], Sequence[Finding]]
"""Tells what is found in a run at places of a file."""

USUAL = {"N": 1, "C": 3, "H": 224, "W": 224, "L": 128, "D": 16, "F": 64}
USUAL_ARGUMENTS = (
    ("class", 10), ("label", 10), ("vocab", 1000), ("num_embeddings", 1000), ("token", 1000), ("head", 8),
    ("layer", 2), ("kernel", 3), ("stride", 1), ("padding", 1), ("dilation", 1), ("group", 1), ("reduction", 4),
    ("image", 224), ("patch", 16), ("in_ch", 3), ("channels_in", 3),
)  # fmt: skip
"""What constructor arguments with such parts in their names usually are; others are some number of channels."""
FALLBACK = 64
MOST_TRIED = 1024


def subject_of(target: str, given: Sequence[Given], run: Run, source: Lines, told: Told) -> Subject:
    """Return what a page shows of the model, on the sizes that are given or on usual ones that it accepts."""
    named = file_named(target)
    sizes, values = opened(given, lambda shapes: run(shapes, False, ""))
    trial = run(sizes, False, named)
    file = trial.trace.place.filename
    said = accepted(trial.trace, trial.paths, trial.exhaustive)
    numbers = _values(trial.trace, said, values)
    shapes = [tuple(_number(size, numbers) for size in tensor.shape) for tensor in trial.trace.inputs]
    plain = run(shapes, False, file) if all(all(shape) for shape in shapes) and shapes else trial
    why = _not_open(trial, plain)
    shown = plain if why else trial
    if shown is trial and file != named:  # which file to watch is known only now
        shown = run(sizes, False, file)
    training = None if shown.trace.violation is not None else run(shapes if why else sizes, True, "").trace
    found = told(plain.trace, file)
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


def _values(trace: ModelTrace, said: Accepted, values: dict[str, int]) -> dict[Symbol, int]:
    """Return a number for every open size: what was given, what is usual, or what the model accepts."""
    symbols = dict.fromkeys(it for tensor in trace.inputs for size in tensor.shape for it in _in_order(size))
    symbols |= dict.fromkeys(_arguments(trace, said))
    numbers = {it: values.get(it.name) or _usual(it) for it in symbols}
    if all(it.name in values for it in symbols) or not said.cases:
        return _meeting(trace, numbers)
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
    return _meeting(trace, chosen)


def _meeting(trace: ModelTrace, numbers: dict[Symbol, int]) -> dict[Symbol, int]:
    """Return the numbers with arguments, where one that is tried meets what the input demands of it."""
    demands = [it.condition for it in trace.conditions if it.condition.symbols <= numbers.keys()]
    for argument in [it for it in numbers if it.kind is SymbolKind.ARGUMENT]:
        asked = [it for it in demands if argument in it.symbols]
        if not all(holds(it, numbers) for it in asked):
            tried = ({**numbers, argument: number} for number in range(1, MOST_TRIED))
            numbers = next((it for it in tried if all(holds(demand, it) for demand in asked)), numbers)
    return numbers


def _arguments(trace: ModelTrace, said: Accepted) -> list[Symbol]:
    """Return the constructor arguments that are open, wherever the run tells of them."""
    parameters = (tensor for module in trace.all_modules for tensor in module.parameters.values())
    results = (tensor for event in trace.events for tensor in event.outputs)
    shown = [size for tensor in (*parameters, *results) for size in tensor.shape]
    demanded = [it for case in said.cases for it in (*case.sizes, *case.equalities)]
    found = [it for size in shown for it in _in_order(size)] + [it for it, _ in demanded]
    return [it for it in found if it.kind is SymbolKind.ARGUMENT]


def _usual(symbol: Symbol) -> int:
    if symbol.kind is not SymbolKind.ARGUMENT:
        return USUAL.get(symbol.name, FALLBACK)
    name = symbol.name.lower()
    return next((number for part, number in USUAL_ARGUMENTS if part in name), FALLBACK)


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
