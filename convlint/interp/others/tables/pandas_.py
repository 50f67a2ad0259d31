"""pandas: tables and columns as they become arrays: how many rows and columns they have, as far as the program says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.interp.natives.registry import native, written
from convlint.interp.others.opened import harmless
from convlint.interp.others.pil import open_size
from convlint.interp.others.tables import sizes
from convlint.interp.values.unknown import Number, Unknown, Value

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

written("pandas_.py", "pandas", "DataFrame Series read_csv read_table read_excel read_parquet get_dummies to_numeric")
native("pandas._sized")(sizes.made)
native("pandas._length")(sizes.length)
native("pandas._width")(sizes.width)
harmless("pandas._open", "pandas")


@native("pandas._number")
def _number(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return Unknown("a cell of a table")


@native("pandas._open_size")
def _open_size(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return open_size("a size of a table")


@native("pandas._is_open")
def _is_open(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Whether nothing is known of a value, or of what lies in a list."""
    (value,) = args
    return (isinstance(value, Unknown) and not isinstance(value, Number)) or vm.taint_of(value) is not None
