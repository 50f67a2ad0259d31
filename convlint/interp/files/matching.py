"""`glob`: the paths that a pattern matches."""

from __future__ import annotations

import fnmatch
import glob
import posixpath
from typing import TYPE_CHECKING

from convlint.interp.files.room import is_there, names_in, path_text
from convlint.interp.natives.lifting import lift, opaque
from convlint.interp.natives.registry import native
from convlint.interp.values.functions import GeneratorValue
from convlint.interp.values.unknown import Unknown, Value

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

_OF_SOURCE = (".py", ".pyi", ".json", ".yaml", ".yml", ".toml", ".cfg", ".ini")
MAX_FOLDERS = 500
"""How many folders are looked into for one pattern."""


@native("glob.glob")
def matching(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """The paths that a pattern matches, sorted; `**` stands for any folders where that is asked for."""
    pattern, recursive = path_text(vm, args[0] if args else kwargs.get("pathname")), kwargs.get("recursive", False)
    if isinstance(pattern, Unknown) or set(kwargs) - {"pathname", "recursive"} or not isinstance(recursive, bool):
        return opaque(vm, "glob", [pattern])
    if pattern.endswith("**"):
        return vm.unknown("all that lies below a folder")
    return _matches(
        vm, "/" if pattern.startswith("/") else "", [*filter(None, pattern.split("/"))], recursive=recursive
    )


@native("glob.iglob")
def _one_by_one(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    found = matching(vm, args, kwargs)
    return GeneratorValue(iter(found)) if isinstance(found, list) else found


@native("pathlib._glob")
def _glob(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """What a pattern matches below a folder, the folder with it."""
    folder, pattern = args
    if isinstance(folder, Unknown) or not isinstance(pattern, str):
        return opaque(vm, "glob", args)
    return _matches(vm, folder, [*filter(None, pattern.split("/"))], recursive=True)


def _matches(vm: Vm, folder: str, parts: list[str], *, recursive: bool) -> list[str] | Unknown:
    plain = next((index for index, part in enumerate(parts) if glob.has_magic(part)), len(parts) - 1)
    found = [posixpath.join(folder, *parts[:plain])]
    looked = 0
    for index, part in list(enumerate(parts))[max(plain, 0) :]:
        onward: list[str] = []
        for base in found:
            looked += 1
            if not glob.has_magic(part):
                onward.append(posixpath.join(base, part))
                continue
            names = _below(vm, base) if part == "**" and recursive else _fitting(vm, base, part)
            if isinstance(names, Unknown) or looked > MAX_FOLDERS:
                return names if isinstance(names, Unknown) else vm.unknown("a pattern of paths that fits too many")
            onward += names
        last = index == len(parts) - 1
        kinds = [(path, is_there(vm, path, "fd" if last else "d")) for path in dict.fromkeys(onward)]
        if any(isinstance(there, Unknown) for _, there in kinds):
            return vm.unknown("what a pattern of paths fits depends on the machine")
        found = [path for path, there in kinds if there]
    if not found and parts and _is_of_data(parts[-1]):
        return vm.unknown("what a pattern of paths fits where the data lie")
    return found


def _is_of_data(pattern: str) -> bool:
    """Tell whether a pattern is of files that often lie elsewhere than the source: of pictures, arrays, tables."""
    suffix = posixpath.splitext(pattern)[1]
    return suffix not in ("", *_OF_SOURCE) and "*" not in suffix


def _fitting(vm: Vm, folder: str, pattern: str) -> list[str] | Unknown:
    names = names_in(vm, folder) if is_there(vm, folder or ".", "d") is not False else []
    if isinstance(names, Unknown):
        return names
    shown = [name for name in names if pattern.startswith(".") or not name.startswith(".")]
    fits = lift("glob", fnmatch.filter)(vm, [shown, pattern], {})
    return [posixpath.join(folder, name) for name in fits] if isinstance(fits, list) else vm.unknown("a pattern")


def _below(vm: Vm, folder: str) -> list[str] | Unknown:
    """The folder and all folders in it, at any depth."""
    found = [folder]
    for path in found:
        names = names_in(vm, path)
        if isinstance(names, Unknown) or len(found) > MAX_FOLDERS:
            return names if isinstance(names, Unknown) else vm.unknown("a pattern of paths that fits too many")
        inner = (posixpath.join(path, name) for name in names if not name.startswith("."))
        found += [one for one in inner if is_there(vm, one, "d") is True]
    return found
