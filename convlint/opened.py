"""Which sizes of given inputs are left open: the batch, and those along which a model slides or goes step by step."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from convlint.accepts import Accepted, accepted
from convlint.analysis import TargetRun
from convlint.symbolic import Symbol, symbols_of

Given = tuple[int | str, ...]
Axes = Mapping[int, str]
"""The axes of a shape that are open, with their names."""

_SPATIAL: Mapping[int, Axes] = {3: {2: "L"}, 4: {2: "H", 3: "W"}, 5: {2: "D", 3: "H", 4: "W"}}
_LINES = (2, 3)
"""The ranks of sequences, whose length may be any axis but that of the batch."""


def opened(given: Sequence[Given], run: Callable[[Sequence[Given]], TargetRun]) -> tuple[list[Given], dict[str, int]]:
    """Return the inputs with names for the open sizes, and the numbers that these names stand for.

    Which axis of a sequence is its length is what `run` tells: the model takes it in more than one size.
    """
    axes = [_SPATIAL.get(len(shape), {}) for shape in given]
    lines = [at for at, shape in enumerate(given) if len(shape) in _LINES and all(isinstance(it, int) for it in shape)]
    if lines:
        tried = [dict.fromkeys(range(1, len(it)), "L") if at in lines else axes[at] for at, it in enumerate(given)]
        shapes, _ = _named(given, tried, apart=True)
        done = run(shapes)
        said = accepted(done.trace, done.paths, done.exhaustive)
        if done.trace.complete and said.decided and said.cases:
            for at in lines:
                axes[at] = _free(said, at)
    return _named(given, axes)


def _free(said: Accepted, at: int) -> Axes:
    """Return the axes of an input, but for the first, that may have more than one size."""
    symbols = {axis: size for axis, size in enumerate(said.inputs[at]) if axis and not isinstance(size, int)}
    free = [axis for axis, size in symbols.items() if any(_varies(said, it) for it in symbols_of(size))]
    names = ("C", "L")[-len(free) :] if free else ()
    return dict(zip(free, names, strict=True))


def _varies(said: Accepted, symbol: Symbol) -> bool:
    """Tell whether there is a case in which a size is neither given by others nor a single number."""
    sets = [case.of(symbol) for case in said.cases if symbol not in dict(case.equalities)]
    return any(it is None or [part.count for part in it.parts] not in ([], [1]) for it in sets)


def _named(given: Sequence[Given], axes: Sequence[Axes], *, apart: bool = False) -> tuple[list[Given], dict[str, int]]:
    """Return the inputs with names on these axes; equal sizes of one name stay one, unless they are to be `apart`."""
    values: dict[str, int] = {}
    taken = {size for shape in given for size in shape if isinstance(size, str)}

    def name(wanted: str, size: int) -> str:
        """Return a name for a size: the same as for an equal one of another input, else one that is free."""
        while wanted in taken or values.get(wanted, size) != size or (apart and wanted in values and wanted != "N"):
            wanted += "_"
        values[wanted] = size
        return wanted

    found: list[Given] = []
    for shape, names in zip(given, axes, strict=True):
        told = {0: "N", **names} if len(shape) > 1 else {}
        pairs = [(size, told.get(axis, "")) for axis, size in enumerate(shape)]
        found.append(tuple(name(wanted, size) if wanted and isinstance(size, int) else size for size, wanted in pairs))
    return found, values
