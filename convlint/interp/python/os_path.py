"""`os.path` and file names: what is pure text is computed, what looks at the disk is unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.interp.natives.lifting import lift_all
from convlint.interp.natives.registry import add_value, native
from convlint.interp.values.unknown import Value

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

PURE = "join basename dirname split splitext normpath isabs commonprefix normcase"

lift_all("os.path", PURE, source="posixpath")
lift_all("posixpath", PURE)
add_value("os.sep", "/")
add_value("os.path.sep", "/")
add_value("os.linesep", "\n")
add_value("os.extsep", ".")
add_value("os.pardir", "..")
add_value("os.curdir", ".")


@native("os.fspath")
def fspath(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return args[0] if isinstance(args[0], str) else vm.unknown("a path that is not known")
