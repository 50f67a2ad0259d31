"""For which input sizes a refused layer would have been right: the model runs again with the sizes left open."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from convlint.analysis.explore import Steps, run_path
from convlint.interp.imports.program import Program
from convlint.interp.records.records import ModelRun
from convlint.interp.torch.modules import call_module
from convlint.interp.values.signals import NeedRank
from convlint.interp.values.unknown import Value
from convlint.interp.vm import Vm
from convlint.layers.core.refusal import RefusalKind
from convlint.layers.core.tensor import Tensor
from convlint.symbolic import Condition, Size, Symbol, holds, symbol, symbols_of
from convlint.symbolic.conditions import condition_symbols
from convlint.trace import Concern, ModelTrace

LARGEST = 1024
MOST = 4
OF_SIZES = frozenset({RefusalKind.FEATURES, RefusalKind.RESHAPE, RefusalKind.SIZES, RefusalKind.COLLAPSED})
"""Refusals that another input size may not meet."""


class Fits(Struct, frozen=True):
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
    given = _image(run)
    if given is None:
        return None
    side = symbol("S")
    spatial = given.ndim - 2
    vm = _run_on(program, run, Tensor((*given.shape[:2], *(side,) * spatial), given.dtype))
    if vm is None:
        return None
    conditions = [item.condition for item in vm.conditions]
    (unknown,) = symbols_of(side)
    if not conditions or any(condition_symbols(condition) - {unknown} for condition in conditions):
        return None
    sizes = [
        size for size in range(1, LARGEST + 1) if all(holds(condition, {unknown: size}) for condition in conditions)
    ]
    texts = _ranges(sizes, spatial)
    return Fits(texts, tuple(sizes), unknown, vm) if texts else None


def nearest_sizes(program: Program, run: ModelRun, trace: ModelTrace) -> tuple[str, ...]:
    """Return the sizes next to the given one, below and above, such as "32×48", that the whole model accepts.

    Sizes that are equal stay equal; less than half or more than double of one is another input. Empty for refusals
    that no size mends, and where sizes depend on each other.
    """
    given, violation = _image(run), trace.violation
    if given is None or violation is None or violation.refusal.kind not in OF_SIZES:
        return ()
    numbers = [size for size in given.shape[2:] if isinstance(size, int)]
    sides = {number: symbol(f"S{number}") for number in numbers}
    vm = _run_on(program, run, Tensor((*given.shape[:2], *(sides[number] for number in numbers)), given.dtype))
    if vm is None:
        return ()
    conditions = [item.condition for item in vm.conditions]
    if any(len(condition_symbols(condition)) != 1 for condition in conditions):
        return ()
    below = {number: _first(range(number, (number - 1) // 2, -1), side, conditions) for number, side in sides.items()}
    above = {number: _first(range(number, 2 * number + 1), side, conditions) for number, side in sides.items()}
    found: dict[tuple[int, ...], None] = {}
    for ends in (below, above):
        sizes = tuple(end for number in numbers if (end := ends[number]) is not None)
        if len(sizes) == len(numbers) and _is_taken(program, run, Tensor((*given.shape[:2], *sizes), given.dtype)):
            found[sizes] = None
    return tuple("×".join(map(str, sizes)) for sizes in found)


def _image(run: ModelRun) -> Tensor | None:
    """Return the only input, if it has known sizes and more axes than batch and channels."""
    if len(run.args) != 1 or run.kwargs or not isinstance(run.args[0], Tensor) or run.args[0].ndim < 3:
        return None
    given = run.args[0]
    return given if all(isinstance(size, int) for size in given.shape) else None


def _run_on(program: Program, run: ModelRun, tensor: Tensor) -> Vm | None:
    """Call the model again; None unless it returns along the only path."""

    def action(vm: Vm) -> Value:
        return call_module(vm, run.root, [tensor], {})

    try:
        outcome = run_path(program, Steps(action), ())
    except NeedRank:
        return None
    return outcome.vm if outcome.ended == "returned" and not outcome.vm.taken else None


def _is_taken(program: Program, run: ModelRun, tensor: Tensor) -> bool:
    """Tell whether the model certainly accepts a tensor."""
    vm = _run_on(program, run, tensor)
    return vm is not None and not vm.doubts and all(gap.concern is Concern.NOTHING for gap in vm.gaps)


def _first(sizes: range, side: Size, conditions: Sequence[Condition]) -> int | None:
    """Return the first of the sizes that meets what is demanded of one side."""
    (unknown,) = symbols_of(side)
    own = [condition for condition in conditions if unknown in condition_symbols(condition)]
    return next((size for size in sizes if all(holds(condition, {unknown: size}) for condition in own)), None)


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
