"""For which square input sizes a refused layer would have been right: the model runs again with the size left open."""

from __future__ import annotations

from dataclasses import dataclass

from convlint.analysis.explore import run_path
from convlint.interp.program import Program
from convlint.interp.records import ModelRun
from convlint.interp.signals import NeedRank
from convlint.interp.torch_modules import call_module
from convlint.interp.values import Value
from convlint.interp.vm import Vm
from convlint.layers.refusal import RefusalKind
from convlint.layers.tensor import Tensor
from convlint.symbolic import Symbol, holds, symbol, symbols_of
from convlint.symbolic.conditions import condition_symbols
from convlint.trace import ModelTrace

LARGEST = 1024
MOST = 4


@dataclass(frozen=True, slots=True)
class Fits:
    """The square sizes that a model accepts, as text and as numbers, and the run on an open size that showed them."""

    texts: tuple[str, ...]
    sizes: tuple[int, ...]
    symbol: Symbol
    vm: Vm


def fitting_sizes(program: Program, run: ModelRun, trace: ModelTrace) -> Fits | None:
    """Return the square sizes up to 1024, such as "32×32", that the whole model accepts instead of the given one.

    None when nothing is refused for its features or number of elements, or when the sizes cannot be told exactly.
    """
    violation = trace.violation
    if violation is None or violation.refusal.kind not in (RefusalKind.FEATURES, RefusalKind.RESHAPE):
        return None
    if len(run.args) != 1 or run.kwargs or not isinstance(run.args[0], Tensor) or run.args[0].ndim < 3:
        return None
    given = run.args[0]
    if not all(isinstance(size, int) for size in given.shape):
        return None
    side = symbol("S")
    spatial = given.ndim - 2
    tensor = Tensor((*given.shape[:2], *(side,) * spatial), given.dtype)

    def action(vm: Vm) -> Value:
        return call_module(vm, run.root, [tensor], {})

    try:
        outcome = run_path(program, action, ())
    except NeedRank:
        return None
    if outcome.ended != "returned" or outcome.vm.taken:
        return None
    conditions = [item.condition for item in outcome.vm.conditions]
    (unknown,) = symbols_of(side)
    if not conditions or any(condition_symbols(condition) - {unknown} for condition in conditions):
        return None
    sizes = [
        size for size in range(1, LARGEST + 1) if all(holds(condition, {unknown: size}) for condition in conditions)
    ]
    texts = _ranges(sizes, spatial)
    return Fits(texts, tuple(sizes), unknown, outcome.vm) if texts else None


def _ranges(sizes: list[int], spatial: int) -> tuple[str, ...]:
    """Write sizes as text, runs of them as "32×32 … 35×35"; nothing if there are too many to be of help."""
    runs: list[tuple[int, int]] = []
    for size in sizes:
        if runs and size == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], size)
        else:
            runs.append((size, size))
    if len(runs) > MOST:
        return ()
    return tuple(
        _square(first, spatial) if first == last else f"{_square(first, spatial)} … {_square(last, spatial)}"
        for first, last in runs
    )


def _square(size: int, spatial: int) -> str:
    return "×".join([str(size)] * spatial)
