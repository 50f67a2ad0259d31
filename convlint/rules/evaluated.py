"""Which rows of a file were really looked at, so that a comment there that suppresses nothing is known to be unused.

Rather too few than too many: where sizes or arguments are not known, another run may show what this one does not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from convlint.rules.base import Rule
from convlint.symbolic import Dim, symbols_of
from convlint.trace import FileAnalysis, ModelTrace, ModuleInfo, Place

_SAID = ("declared", "config", "annotation")
"""Where input sizes come from that no other file changes."""

Row = tuple[str, int]


class Evaluated(Struct, frozen=True):
    """Rows by file: those that some run passed, those where something stayed open, those whose sizes are said."""

    passed: frozenset[Row] = frozenset()
    doubtful: frozenset[Row] = frozenset()
    sized: frozenset[Row] = frozenset()

    def __or__(self, other: Evaluated) -> Evaluated:
        return Evaluated(self.passed | other.passed, self.doubtful | other.doubtful, self.sized | other.sized)

    def judges(self, rule: Rule, filename: str, first: int | None, last: int | None) -> bool:
        """Tell whether the rule would have found what there is in these rows; in the whole file if they are None."""

        def within(rows: Iterable[Row]) -> bool:
            found = (row for name, row in rows if name == filename)
            return any(first is None or last is None or first <= row <= last for row in found)

        if not within(self.passed) or within(self.doubtful):
            return False
        return not rule.needs_sizes or within(self.sized)


def evaluated(analysis: FileAnalysis) -> Evaluated:
    """Return what the runs of one file's models passed, in whatever files that is."""
    gaps = frozenset(_row(gap.place) for gap in analysis.gaps if gap.place is not None)
    whole = Evaluated(doubtful=gaps)
    for trace in analysis.models:
        passed = frozenset(_passed(trace))
        doubtful = passed if _is_open(trace) else frozenset(_open_definitions(trace.all_modules))
        whole |= Evaluated(passed, doubtful, passed if trace.input_source in _SAID else frozenset())
    return whole


def _row(place: Place) -> Row:
    return place.filename, place.span[0]


def _passed(trace: ModelTrace) -> Iterator[Row]:
    yield _row(trace.place)
    for event in trace.events:
        yield from map(_row, (event.place, *event.stack))
    for module in trace.all_modules:
        yield from map(_row, _definitions(module))


def _definitions(module: ModuleInfo) -> tuple[Place, ...]:
    return module.definition_stack if module.definition is None else (module.definition, *module.definition_stack)


def _is_open(trace: ModelTrace) -> bool:
    """Whether another run of the model may show something else: other arguments, other paths, what was not known."""
    open_ends = trace.gaps or trace.unknown_outputs or trace.unknown_parts
    return bool(open_ends or not trace.complete or trace.from_defaults or trace.on_defaults)


def _open_definitions(modules: Iterable[ModuleInfo]) -> Iterator[Row]:
    """Yield the rows of layers that were built with what is not a number."""
    for module in modules:
        if module.unknown or any(_has_symbols(value) for value in module.attributes.values()):
            yield from map(_row, _definitions(module))


def _has_symbols(value: object) -> bool:
    if isinstance(value, tuple | list):
        return any(map(_has_symbols, value))
    return isinstance(value, Dim) and bool(symbols_of(value))
