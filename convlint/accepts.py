"""Which inputs a model accepts: the exact set for each dimension, and the part of it on which no window loses a cell.

An input is accepted if it meets, for one path of the program that returns, all that this path demands. Each path is
solved by itself; the sets of the paths are united.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from convlint.rules.subjects import sliding_windows
from convlint.rules.windows.remainders import steps_over
from convlint.symbolic import (
    Condition,
    Dim,
    Size,
    Symbol,
    SymbolKind,
    at_least,
    equal,
    holds,
    symbols_of,
)
from convlint.symbolic.conditions import condition_symbols, substitute_in
from convlint.symbolic.dim import of_atom
from convlint.symbolic.sizeset import SizeSet
from convlint.symbolic.solve import Alternative, Solution
from convlint.symbolic.union import solved, union
from convlint.trace import Gap, ModelTrace, RunPath

Shape = tuple[Size, ...]
MOST_SHOWN = 8
"""How many joint alternatives the text tells; the values and JSON hold all of them."""


class Accepted(Struct, frozen=True):
    """The inputs that a model accepts: those that meet one of `cases`.

    With `undecided`, the cases are only what is needed: an input outside of them is refused, another may be; no
    cases at all then say nothing.
    """

    name: str
    inputs: tuple[Shape, ...]
    """The shape of each input, in symbols."""
    cases: tuple[Solution, ...]
    lossless: tuple[Solution, ...]
    """The inputs among these of which no window leaves a cell unread at the end; empty if that is not decided."""
    square: tuple[Solution, ...] = ()
    """`cases` for equal spatial sizes, in terms of the first; told only where the sizes depend on each other."""
    square_lossless: tuple[Solution, ...] = ()
    undecided: tuple[Gap, ...] = ()
    """Why the set is not known exactly."""
    training: bool = False

    @property
    def decided(self) -> bool:
        """Whether the set is exact."""
        return not self.undecided

    def takes(self, *shapes: Sequence[int]) -> bool | None:
        """Tell whether the model accepts inputs of these shapes; None if that is not decided or was not asked.

        What was not asked are other ranks, other sizes than were given as numbers, and different sizes of one name.
        """
        return self._meets(shapes, self.cases)

    def loses_nothing(self, *shapes: Sequence[int]) -> bool | None:
        """Tell whether the model accepts inputs of these shapes and reads them to the end; None as for `takes`."""
        return None if self.undecided else self._meets(shapes, self.lossless)

    def _meets(self, shapes: Sequence[Sequence[int]], cases: tuple[Solution, ...]) -> bool | None:
        values = _values(self.inputs, shapes)
        if values is None:
            return None
        if any(_contains(case, values) is not False for case in cases):
            sure = not self.undecided and any(_contains(case, values) for case in cases)
            return True if sure else None
        return None if self.undecided and not cases else False

    def lines(self) -> Iterator[str]:
        """Yield the set as text."""
        shapes = ", ".join(f"({', '.join(map(str, shape))})" for shape in self.inputs)
        mode = "training" if self.training else "evaluation"
        if self.undecided:
            yield f"{self.name}: what it accepts is not decided, in {mode} mode"
            yield from (f"  because {reason}" for reason in dict.fromkeys(gap.reason for gap in self.undecided))
            if self.inputs and self.cases and not all(_is_free(case) for case in self.cases):
                yield f"of {shapes}, needed is at least"
                yield from _case_lines(self.inputs, self.cases)
            return
        if not self.cases:
            yield f"{self.name} accepts no input of the form {shapes}, in {mode} mode"
            return
        free = all(_is_free(case) for case in self.cases)
        yield f"{self.name} accepts {shapes}, in {mode} mode{'' if free else ', with'}"
        if not free:
            yield from _case_lines(self.inputs, self.cases)
        yield from _square_lines(self.inputs, self.square)
        if self.lossless == self.cases:
            yield "and reads every cell of them"
        elif not self.lossless:
            yield "and reads none of them to the end"
        else:
            yield "and reads every cell if"
            yield from _case_lines(self.inputs, self.lossless)
            yield from _square_lines(self.inputs, self.square_lossless)

    def __str__(self) -> str:
        return "\n".join(self.lines())


def accepted(trace: ModelTrace, paths: Sequence[RunPath], exhaustive: bool) -> Accepted:
    """Return the inputs that a model accepts; `trace` says what it is called with, `paths` are all that it can take."""
    doubts = list(dict.fromkeys(gap for path in paths for gap in path.doubts))
    open_questions = list(dict.fromkeys(item.doubt for path in paths for item in path.decisions if item.doubt))
    if open_questions and exhaustive and not doubts:
        agreed = _agreeing(paths, 0)
        paths, open_questions = (paths, open_questions) if agreed is None else (agreed, [])
    doubts += open_questions
    if not exhaustive:
        doubts.append(Gap(None, "there are too many paths to follow all of them"))
    inputs = tuple(tensor.shape for tensor in trace.inputs)
    shapes = {tuple(tensor.shape for tensor in path.trace.inputs) for path in paths if path.trace and path.doubts == ()}
    if len(shapes - {()}) > 1:
        doubts.append(Gap(None, "the paths disagree about the form of the input"))
    symbols = _symbols(inputs)
    ways = [path for path in paths if path.ended not in ("refused", "raised")]
    bounding = exhaustive and all(path.bounding for path in ways)
    demands = [path.assumed for path in ways] if bounding else []
    cases = union([case for demand in demands for case in solved(demand, symbols)])
    if doubts:
        needed = union([_without_unknown(case) for case in cases])
        return Accepted(trace.name, inputs, needed, (), undecided=tuple(doubts), training=trace.training)
    kept = [(*path.assumed, *_reading(path.trace)) for path in ways]
    lossless = union([case for demand in kept for case in solved(demand, symbols)])
    return Accepted(
        trace.name,
        inputs,
        cases,
        lossless,
        _squares(inputs, demands, cases),
        _squares(inputs, kept, lossless),
        training=trace.training,
    )


def _without_unknown(case: Solution) -> Solution:
    """Leave out what a case says of sizes that are not known: what is left is still needed."""

    def told(symbols: Iterable[Symbol]) -> bool:
        return all(symbol.kind is not SymbolKind.UNKNOWN for symbol in symbols)

    ways = [replace(way, sizes=tuple(item for item in way.sizes if told([item[0]]))) for way in case.alternatives]
    return replace(
        case,
        sizes=tuple(item for item in case.sizes if told([item[0]])),
        equalities=tuple(item for item in case.equalities if told([item[0], *symbols_of(item[1])])),
        alternatives=tuple(dict.fromkeys(ways)) if all(way.sizes for way in ways) else (),
        undecided=tuple(condition for condition in case.undecided if told(condition_symbols(condition))),
    )


def _symbols(inputs: tuple[Shape, ...]) -> tuple[Symbol, ...]:
    return tuple(dict.fromkeys(symbol for shape in inputs for size in shape for symbol in symbols_of(size)))


def _reading(trace: ModelTrace | None) -> Iterator[Condition]:
    """Yield, for every axis of every window, that it leaves no real cell unread at the end.

    A stride that leaves cells out between the windows leaves them out at the end by design, too.
    """
    if trace is None:
        return
    for _, window in sliding_windows(trace):
        for axis in window.axes:
            if steps_over(axis):
                continue
            padded = axis.size_in + axis.pad_before + axis.pad_after
            read = (axis.size_out - 1) * axis.stride + axis.extent
            yield at_least(axis.pad_after, padded - read)


def _agreeing(paths: Sequence[RunPath], depth: int) -> Sequence[RunPath] | None:
    """Leave out one side of every question that is not known, if both sides accept and read the same inputs.

    The paths have their first `depth` decisions in common. None if there is a question on which it depends, or one that
    a path has not asked which decides as others do: what those had imported was there already.
    """
    if len(paths) == 1:
        rest = paths[0].decisions[depth:]
        return None if any(decision.doubt for decision in rest) else paths
    if any(len(path.decisions) <= depth for path in paths):
        return None
    sides = [[path for path in paths if path.decisions[depth].taken is taken] for taken in (True, False)]
    kept = [_agreeing(side, depth + 1) if side else None for side in sides]
    if kept[0] is None or kept[1] is None:
        return None
    if paths[0].decisions[depth].doubt is None:
        return [*kept[0], *kept[1]]
    return kept[0] if _sets(kept[0]) == _sets(kept[1]) else None


def _sets(paths: Sequence[RunPath]) -> tuple[frozenset[Solution], ...]:
    """Return what paths accept, and what of it they read to the end."""
    ways = [path for path in paths if path.ended not in ("refused", "raised")]
    symbols = dict.fromkeys(
        symbol for path in ways if path.trace for tensor in path.trace.inputs for symbol in _symbols((tensor.shape,))
    )
    taken = union([case for path in ways for case in solved(path.assumed, tuple(symbols))])
    kept = [(*path.assumed, *_reading(path.trace)) for path in ways]
    return frozenset(taken), frozenset(union([case for demand in kept for case in solved(demand, tuple(symbols))]))


# --- equal spatial sizes ---------------------------------------------------------------------------------


def _squares(
    inputs: tuple[Shape, ...], demands: Sequence[Sequence[Condition]], cases: tuple[Solution, ...]
) -> tuple[Solution, ...]:
    """Solve for equal spatial sizes of the only input, where its sizes depend on each other."""
    if len(inputs) != 1 or not any(case.alternatives or case.undecided for case in cases):
        return ()
    spatial = [size for size in inputs[0][2:] if isinstance(size, Dim)]
    if len(spatial) < 2 or len(spatial) != len(inputs[0][2:]):
        return ()
    side, *others = spatial
    equals: dict[Symbol, Size] = {symbol: side for other in others for symbol in symbols_of(other)}
    kept = [symbol for symbol in _symbols(inputs) if symbol not in equals]
    try:
        squares = [[substitute_in(item, equals) for item in demand] for demand in demands]
    except ZeroDivisionError:
        return ()
    return union([case for demand in squares for case in solved(demand, kept)])


# --- membership ------------------------------------------------------------------------------------------


def _values(inputs: tuple[Shape, ...], shapes: Sequence[Sequence[int]]) -> dict[Symbol, int] | None:
    """Return what the symbols are for these shapes, None if the shapes are not of the form of the inputs."""
    if len(shapes) != len(inputs):
        return None
    values: dict[Symbol, int] = {}
    for sizes, numbers in zip(inputs, shapes, strict=True):
        if len(sizes) != len(numbers):
            return None
        for size, number in zip(sizes, numbers, strict=True):
            if isinstance(size, int):
                if size != number:
                    return None
                continue
            symbol = next(iter(symbols_of(size)))
            if size != of_atom(symbol):
                return None
            if values.setdefault(symbol, number) != number:
                return None
    return values


def _contains(case: Solution, values: dict[Symbol, int]) -> bool | None:
    """Tell whether a case holds these values; None if that depends on symbols that have none."""
    checks = [_in_set(symbol, sizes, values) for symbol, sizes in case.sizes]
    checks += [_holds(equal(of_atom(symbol), size), values) for symbol, size in case.equalities]
    checks += [_holds(condition, values) for condition in case.undecided]
    if case.alternatives:
        ways = [_in_alternative(way, values) for way in case.alternatives]
        checks.append(True if True in ways else None if None in ways else False)
    return False if False in checks else None if None in checks else True


def _in_alternative(way: Alternative, values: dict[Symbol, int]) -> bool | None:
    checks = [_in_set(symbol, sizes, values) for symbol, sizes in way.sizes]
    return False if False in checks else None if None in checks else True


def _in_set(symbol: Symbol, sizes: SizeSet, values: dict[Symbol, int]) -> bool | None:
    if symbol not in values:
        return True if sizes.is_any else None
    return values[symbol] in sizes


def _holds(condition: Condition, values: dict[Symbol, int]) -> bool | None:
    if condition_symbols(condition) - values.keys():
        return None
    try:
        return holds(condition, values)
    except ZeroDivisionError:
        return None


# --- text ------------------------------------------------------------------------------------------------


def _is_free(case: Solution) -> bool:
    return all(sizes.is_any for _, sizes in case.sizes) and not (case.equalities or case.alternatives or case.undecided)


def _case_lines(inputs: tuple[Shape, ...], cases: tuple[Solution, ...]) -> Iterator[str]:
    order = {symbol: place for place, symbol in enumerate(_symbols(inputs))}
    for number, case in enumerate(cases):
        if number:
            yield "or"
        joint = {symbol for way in case.alternatives for symbol, _ in way.sizes}
        alone = [(symbol, sizes) for symbol, sizes in case.sizes if symbol not in joint]
        alone.sort(key=lambda item: order.get(item[0], len(order)))
        yield from (f"  {symbol}: {sizes}" for symbol, sizes in alone)
        yield from (f"  {symbol} = {size}" for symbol, size in case.equalities)
        ways = sorted(case.alternatives, key=lambda way: len({str(sizes) for _, sizes in way.sizes}))
        for index, way in enumerate(ways[:MOST_SHOWN]):
            yield f"  {'or ' if index else ''}{', '.join(f'{symbol}: {sizes}' for symbol, sizes in way.sizes)}"
        if len(ways) > MOST_SHOWN:
            yield f"  or {len(ways) - MOST_SHOWN} more"
        yield from (f"  {condition}, which is not solved" for condition in case.undecided)


def _square_lines(inputs: tuple[Shape, ...], cases: tuple[Solution, ...]) -> Iterator[str]:
    """Yield the spatial sizes that may be equal, where they are sets."""
    if cases and all(not (case.alternatives or case.undecided or case.equalities) for case in cases):
        (side,) = symbols_of(inputs[0][2])
        sizes = " or ".join(str(case.of(side)) for case in cases)
        yield f"  for {' = '.join(map(str, inputs[0][2:]))}: {sizes}"
