"""The columns that a summary may have: what each tells of a row, as text for people and as a value for programs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from msgspec import Struct

from convlint.errors import UsageError
from convlint.report.shown import shown_path
from convlint.rules.wording import size_text
from convlint.summary import LayerSummary, Nested
from convlint.symbolic import Size

UNKNOWN = "–"


class Row(Struct, frozen=True):
    """A row of the table: one call, or all calls inside of one module. `indent` is how deep it stands in a tree."""

    name: str
    kind: str
    calls: tuple[LayerSummary, ...]
    params: Size | None
    trainable: Size | None = None
    indent: int = 0
    times: int = 1
    """How many equal ones stand one after the other."""

    @property
    def last(self) -> LayerSummary | None:
        return self.calls[-1] if self.calls else None

    @property
    def macs(self) -> Size | None:
        """The multiply-accumulates of its calls; None if there are none, or if what a call gives is not known."""
        counted = [call.macs for call in self.calls if call.macs is not None]
        if not counted or any(call.output_shape is None for call in self.calls):
            return None
        total: Size = 0
        for macs in counted:
            total = total + macs
        return total


Value = Size | float | str | None


class Column(Struct, frozen=True):
    """How a column reads a row: `text` for people, `value` as it is."""

    name: str
    value: Callable[[Row], Value]
    text: Callable[[Row], str]
    to_left: bool = False


def shape_text(shape: Nested) -> str:
    """Return "1×8×32×32", for several tensors "(2×3, 2×4)"."""
    if shape is None:
        return UNKNOWN
    parts = [shape_text(part) for part in shape if isinstance(part, tuple)]
    if parts:
        return parts[0] if len(parts) == 1 else f"({', '.join(parts)})"
    sizes = [size for size in shape if not isinstance(size, tuple)]
    return "×".join(map(_factor, sizes)) or "scalar"


def count_text(size: Size | None) -> str:
    """Return a count with thousands separated."""
    return UNKNOWN if size is None else f"{size:,}" if isinstance(size, int) else size_text(size)


def _factor(size: Size | None) -> str:
    """Return a size as a factor: a sum stands in parentheses."""
    return UNKNOWN if size is None else str(size) if isinstance(size, int) else size_text(size, tight=True)


def _name(row: Row) -> str:
    times = f" × {row.times}" if row.times > 1 else ""
    return f"{'  ' * row.indent}{row.name or '(the model)'}{times}"


def _inputs(row: Row) -> Nested:
    shapes = row.calls[0].input_shapes if row.calls else None
    return None if shapes is None else shapes[0] if len(shapes) == 1 else shapes


def _output(row: Row) -> Nested:
    return None if row.last is None else row.last.output_shape


def _only(row: Row) -> LayerSummary | None:
    """Return the call of a row that stands for one call only."""
    return row.calls[0] if len(row.calls) == 1 else None


def _volume(row: Row) -> Size | None:
    return None if row.last is None else row.last.output_volume


def _unshared(row: Row) -> Size | None:
    call = _only(row)
    return None if call is None else call.unshared_params


def _discards(row: Row) -> float | None:
    call = _only(row)
    return None if call is None else call.discarded


def _field(row: Row) -> str:
    field = None if row.last is None else row.last.receptive_field
    return UNKNOWN if field is None else "×".join(map(str, field))


def _where(row: Row) -> str:
    call = row.calls[0] if row.calls else None
    return UNKNOWN if call is None else f"{shown_path(call.filename, Path.cwd())}:{call.row}"


def _counted(name: str, value: Callable[[Row], Size | None]) -> Column:
    return Column(name, value, lambda row: count_text(value(row)))


def _shaped(name: str, value: Callable[[Row], Nested]) -> Column:
    return Column(name, lambda row: shape_text(value(row)), lambda row: shape_text(value(row)), to_left=True)


def _share(row: Row) -> str:
    discards = _discards(row)
    return UNKNOWN if discards is None else f"{discards * 100:.4g} %"


_ALL = (
    Column("layer", lambda row: row.name, _name, to_left=True),
    Column("kind", lambda row: row.kind, lambda row: row.kind, to_left=True),
    _shaped("input", _inputs),
    _shaped("output", _output),
    _counted("params", lambda row: row.params),
    _counted("trainable", lambda row: row.trainable),
    _counted("unshared", _unshared),
    _counted("volume", _volume),
    Column("discards", _discards, _share),
    _counted("MACs", lambda row: row.macs),
    Column("field", _field, _field),
    Column("calls", lambda row: len(row.calls), lambda row: str(len(row.calls))),
    Column("where", _where, _where, to_left=True),
)
COLUMNS = {column.name: column for column in _ALL}
USUAL = ("layer", "kind", "output", "params", "unshared", "volume", "discards", "MACs", "field")
USUAL_IN_TREES = ("layer", "kind", "output", "params", "MACs")


def chosen(names: Sequence[str]) -> list[Column]:
    """Return the columns of these names, whatever the case. Raises UsageError."""
    known = {name.lower(): column for name, column in COLUMNS.items()}
    wrong = [name for name in names if name.lower() not in known]
    if wrong:
        raise UsageError(f"--columns: there is no `{wrong[0]}`; there are {', '.join(COLUMNS)}")
    return [known[name.lower()] for name in names]
