"""`importlib.metadata`: what the installed distributions say of themselves, read from their `METADATA`."""

from __future__ import annotations

import importlib.metadata
import re
from pathlib import Path
from typing import TYPE_CHECKING

from convlint.interp.imports.module_files import metadata_of
from convlint.interp.natives.lifting import take
from convlint.interp.natives.registry import add_value, native
from convlint.interp.others.packaging_ import TORCH
from convlint.interp.values.unknown import Unknown, Value

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

add_value("importlib.metadata.PackageNotFoundError", importlib.metadata.PackageNotFoundError)


@native("importlib.metadata.version", "importlib_metadata.version")
def version(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Of torch, the version that the layer rules are of. One that is not found is not there if that is expected."""
    (name,) = take(vm, "version", args, kwargs, "distribution_name")
    if not isinstance(name, str):
        return name if isinstance(name, Unknown) else vm.unknown("the version of what is not known")
    if name == "torch":
        return TORCH
    text = _metadata(vm, name)
    if text is None:
        if vm.import_guards or vm.guarded:
            vm.throw(importlib.metadata.PackageNotFoundError, name)
        return vm.unknown(f"the version of `{name}`, which was not found")
    match = re.search(r"^Version: *(\S+) *$", text, re.MULTILINE)
    return match[1] if match else vm.unknown(f"the version of `{name}`")


def _metadata(vm: Vm, name: str) -> str | None:
    """What the distribution of a name says of itself; `-`, `_` and `.` are one letter in such names."""
    spellings = dict.fromkeys((name, re.sub(r"[-_.]+", "_", name), re.sub(r"[-_.]+", "_", name).lower()))
    places = [(Path(root), spelling) for root in vm.program.roots for spelling in spellings]
    return next((text for root, spelling in places if (text := metadata_of(root, spelling)) is not None), None)
