"""`pkgutil.get_data`: the bytes of a file that lies in a package's own folder, read like a source."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from convlint.interp.natives.registry import native
from convlint.interp.values.unknown import Unknown, Value
from convlint.source import disk

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

MAX_BYTES = 1 << 20


@native("pkgutil.get_data")
def _get_data(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """A path with `..` or from the root is refused, as `pkgutil` says it should be."""
    given = [*args, *(kwargs[name] for name in ("package", "resource")[len(args) :] if name in kwargs)]
    if len(given) != 2 or not all(isinstance(value, str) for value in given):
        unknown = next((value for value in given if isinstance(value, Unknown)), None)
        return unknown if unknown is not None else vm.unknown("`pkgutil.get_data` of something that is not known")
    package, resource = given
    modules = [module for module in vm.program.files.values() if module.name == package]
    relative = PurePosixPath(resource)
    if len(modules) != 1 or relative.is_absolute() or ".." in relative.parts:
        return vm.unknown("the data of a package that is not known")
    path = str(Path(modules[0].filename).parent.joinpath(*relative.parts))
    try:
        if disk.now().size(path) > MAX_BYTES:
            return vm.unknown("the data of a package are too large")
        return disk.now().read(path)
    except OSError as error:
        vm.throw(FileNotFoundError, f"{resource}: {error.strerror}")
