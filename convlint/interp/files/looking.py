"""`os` and `os.path`: what a program asks of the files around it, and what it does to them, which is not done."""

# Paths are strings, as in `disk`.
# ruff: noqa: PTH117

from __future__ import annotations

import os
import posixpath
from pathlib import Path
from typing import TYPE_CHECKING

from convlint.interp.files.room import is_there, names_in, path_text, place_of, writes
from convlint.interp.natives.lifting import opaque, run, take
from convlint.interp.natives.registry import native, written
from convlint.interp.values.unknown import Unknown, Value
from convlint.source import disk

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

written("paths.py", "pathlib", "Path PurePath PosixPath PurePosixPath WindowsPath PureWindowsPath")
written("folders.py", "os", "scandir walk DirEntry PathLike")
written("folders.py", "pkgutil", "ModuleInfo")

# --- where and what is there -------------------------------------------------------------------------------


@native("os._is_unknown")
def _is_unknown(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> bool:
    return isinstance(args[0], Unknown)


@native("os._unknown")
def _unknown(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Unknown:
    return vm.unknown(args[0])


@native("os.getcwd")
def getcwd(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """The folder that convlint runs in, if that belongs to the project."""
    here = str(Path.cwd())
    if place_of(vm, here) is None:
        return vm.unknown("the working directory depends on the machine")
    vm.presume(f"the working directory is taken as `{here}`")
    return here


@native("os.path.abspath", "os.path.realpath")
def absolute(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Links are not followed: a file has the name by which it was found."""
    text = path_text(vm, args[0] if args else kwargs.get("path", kwargs.get("filename")))
    if isinstance(text, Unknown) or os.path.isabs(text):
        return vm.derived(text, "absolute") if isinstance(text, Unknown) else posixpath.normpath(text)
    here = getcwd(vm, [], {})
    return here if isinstance(here, Unknown) else posixpath.normpath(posixpath.join(here, text))


@native("os.path.expanduser", "os.path.expandvars")
def expand(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    text = path_text(vm, args[0] if args else kwargs.get("path"))
    if isinstance(text, str) and not text.startswith("~") and "$" not in text:
        return text
    return vm.derived(text, "expand") if isinstance(text, Unknown) else vm.unknown("a path that depends on the user")


@native("os.path.relpath")
def relative(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    path, start = take(vm, "relpath", args, kwargs, "path", start=".")
    places = [absolute(vm, [value], {}) for value in (path, start)]
    return run(vm, "relpath", posixpath.relpath, *places) if _known(places) else opaque(vm, "relpath", places)


def _known(values: list[Value]) -> bool:
    return not any(isinstance(value, Unknown) for value in values)


def _question(name: str, kinds: str) -> None:
    @native(f"os.path.{name}")
    def ask(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
        return is_there(vm, path_text(vm, args[0] if args else next(iter(kwargs.values()))), kinds)


for _name, _kinds in {"exists": "fd", "lexists": "fd", "isfile": "f", "isdir": "d"}.items():
    _question(_name, _kinds)


@native("os.path.getsize")
def getsize(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    text = path_text(vm, args[0])
    place = place_of(vm, text) if isinstance(text, str) else None
    if place is None or is_there(vm, text, "f") is not True:
        return vm.unknown("how large a file is")
    return disk.now().size(place)


@native("os.listdir")
def listdir(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    (path,) = take(vm, "listdir", args, kwargs, path=".")
    return names_in(vm, path_text(vm, path))


# --- what changes files: nothing of it is done ------------------------------------------------------------


def _changing(name: str) -> None:
    @native(name)
    def change(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
        for value in (*args, *kwargs.values()):
            text = value if isinstance(value, bool | int | None) else path_text(vm, value)
            writes(vm, text)
        return None


for _name in [
    "makedirs",
    "mkdir",
    "remove",
    "unlink",
    "rmdir",
    "rename",
    "replace",
    "removedirs",
    "symlink",
    "link",
    "chmod",
    "utime",
    "truncate",
]:
    _changing(f"os.{_name}")
