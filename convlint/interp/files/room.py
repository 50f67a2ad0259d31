"""Which files may be read for a program, under which path the disk is asked for them, and what the program may have
written itself."""

# Paths are strings, as in `disk`.
# ruff: noqa: PTH117, PTH118, PTH120, PTH206

from __future__ import annotations

import os
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from convlint.interp.imports.module_files import package_root
from convlint.interp.natives.lifting import plain
from convlint.interp.values.classes import Instance
from convlint.interp.values.unknown import Unknown, Value
from convlint.source import disk
from convlint.trace import Concern

if TYPE_CHECKING:
    from convlint.interp.imports.program import Program
    from convlint.interp.vm import Vm

MAX_BYTES = 1 << 20
"""How large a file may be that is read."""
MAX_READ = 16 << 20
"""How many bytes one program may read."""
MAX_NAMES = 5_000
"""How many names a folder may have whose names are told."""
MARKS = ("pyproject.toml", "setup.py", "setup.cfg", "requirements.txt", "hubconf.py", ".git")
"""What lies in the folder of a whole project."""
MAX_ABOVE = 6
"""How far above a package the folder of its project may be."""
ELSEWHERE = "what lies outside of the project and of installed packages depends on the machine"


class Room(Struct, eq=False):
    """What is known of a program's files so far."""

    places: dict[str, str | None] = {}
    roots: dict[tuple[str, ...], tuple[str, ...]] = {}
    read: dict[str, int] = {}
    written: set[str] = set()
    """The paths that the program may have written or removed itself."""


_rooms: weakref.WeakKeyDictionary[Program, Room] = weakref.WeakKeyDictionary()


def room_of(vm: Vm) -> Room:
    """Return what is known of the files of the program that is run."""
    return _rooms.setdefault(vm.program, Room())


# --- where files are -------------------------------------------------------------------------------------


def path_text(vm: Vm, value: Value) -> Value:
    """Return the text of a path that is given as one, or as an object that has it; unknown for all else."""
    if isinstance(value, Instance) and value.payload is None:
        found = vm.getattr(value, "__fspath__", None)
        value = vm.call(found) if found is not None else value
    value = plain(vm, value)
    if isinstance(value, bytes):
        value = os.fsdecode(value)
    return value if isinstance(value, str | Unknown) else vm.unknown("a path that is not known")


def place_of(vm: Vm, text: str) -> str | None:
    """Return the path under which the disk is asked for a file or folder, None for one that may not be looked at.

    A relative path is looked for where convlint runs, in the project, and beside the file that is analysed.
    """
    if not text or "\0" in text or text.startswith("~"):
        return None
    known = room_of(vm).places
    roots = _roots(vm)
    key = "\0".join((text, *roots))
    if key not in known:
        known[key] = _place(vm, text, roots)
    return known[key]


def _place(vm: Vm, text: str, roots: tuple[str, ...]) -> str | None:
    if os.path.isabs(text):
        return _inside(_short(os.path.normpath(text)), roots)
    candidates = [_inside(os.path.normpath(text), roots)]
    candidates += [_inside(os.path.normpath(os.path.join(root, text)), roots) for root in _own_folders(vm)]
    there = (path for path in candidates if path is not None and is_any(path))
    likely = candidates[0] if ".." in text.split("/") else next((path for path in candidates if path is not None), None)
    return next(there, likely)


def is_any(path: str) -> bool:
    """Whether there is a file or folder."""
    return disk.now().is_file(path) or disk.now().is_folder(path)


def _inside(path: str, roots: tuple[str, ...]) -> str | None:
    """The path, if its real place is in one of the folders, and not below a hidden one there."""
    real = os.path.realpath(path)
    for root in roots:
        if real == root:
            return path
        if real.startswith(root + os.sep) and not any(
            part.startswith(".") for part in real[len(root) + 1 :].split(os.sep)
        ):
            return path
    return None


def _short(path: str) -> str:
    """A path below the folder that convlint runs in, as files are named there: from that folder on."""
    here = str(Path.cwd())
    return path[len(here) + 1 :] if path.startswith(here + os.sep) else path


def _roots(vm: Vm) -> tuple[str, ...]:
    """The real folders whose files may be read: those of installed packages and of the projects of what is running."""
    files, known = _files(vm), room_of(vm).roots
    if files not in known:
        projects = dict.fromkeys(project for file in files for project in _projects(file))
        roots = (os.path.realpath(root) for root in (*vm.program.roots, *projects))
        known[files] = tuple(dict.fromkeys(root for root in roots if root != os.path.dirname(root)))
    return known[files]


def _own_folders(vm: Vm) -> Iterator[str]:
    for file in _files(vm):
        yield from _projects(file)
        yield os.path.dirname(file)


def _files(vm: Vm) -> tuple[str, ...]:
    """The files of the functions that are running, the innermost first."""
    files = (frame.module.filename for frame in reversed(vm.frames) if not frame.module.hidden)
    return tuple(dict.fromkeys(file for file in files if file))


def _projects(file: str) -> tuple[str, ...]:
    return disk.now().once(("project", file), lambda: tuple(_found(file)))


def _found(file: str) -> Iterator[str]:
    """The folders that the project of a file may be: one that is marked as such, where convlint runs, its package's."""
    folder = package_root(Path(file)).absolute()
    if folder.name in ("site-packages", "dist-packages"):
        return
    home, here = Path.home(), Path.cwd()
    for above in [folder, *folder.parents][:MAX_ABOVE]:
        if above == home or above in home.parents:
            break
        if any(is_any(str(above / mark)) for mark in MARKS):
            yield str(above)
            break
    if here in (folder, *folder.parents) and here != home and here not in home.parents:
        yield str(here)
    yield str(folder)


# --- what is there ---------------------------------------------------------------------------------------


def is_there(vm: Vm, text: Value, kinds: str) -> bool | Unknown:
    """Tell whether there is a file ("f") or folder ("d") of that path.

    What is not in the project may be there when the program runs; while it is imported, and where an installed package
    asks, it is taken as not there.
    """
    if isinstance(text, Unknown):
        return vm.derived(text, f"is there {kinds}")
    place = place_of(vm, str(text))
    if place is None or place in room_of(vm).written:
        return vm.open_question(vm.program, f"whether `{text}` is there is not known", str(text), Concern.NOTHING)
    seen = disk.now()
    if ("f" in kinds and seen.is_file(place)) or ("d" in kinds and seen.is_folder(place)):
        return True
    if is_any(place) or _is_complete(vm, place):
        return False
    if vm.importing or _asked_by_a_package(vm):
        vm.presume(f"`{text}` is taken as not there")
        vm.doubt(Unknown(f"whether `{text}` is there"))
        return False
    return vm.open_question(vm.program, f"whether `{text}` is there is not known", str(text), Concern.NOTHING)


def _asked_by_a_package(vm: Vm) -> bool:
    """Whether what is running is in an installed package, which has ways of its own for what is missing."""
    asking = next((frame.module for frame in reversed(vm.frames) if not frame.module.hidden), None)
    return asking is not None and vm.program.is_packaged(asking)


def _is_complete(vm: Vm, place: str) -> bool:
    """Whether nobody adds to the folder that a path is in: it belongs to an installed package."""
    real = os.path.realpath(place)
    return any(_holds_packages(root) and real.startswith(os.path.realpath(root) + os.sep) for root in vm.program.roots)


def _holds_packages(root: str) -> bool:
    def look() -> bool:
        return any(name.endswith(".dist-info") for name in disk.now().names_beside(f"{root}/"))

    return disk.now().once(("holds packages", root), look)


def content(vm: Vm, text: Value) -> bytes | Unknown:
    """Return what a file holds. FileNotFoundError in the program for one that is not there, if that is expected."""
    if isinstance(text, Unknown):
        return vm.derived(text, "content")
    place = place_of(vm, str(text))
    there = is_there(vm, text, "f") if place is not None else False
    if place is None or isinstance(there, Unknown) or place in room_of(vm).written:
        return _perhaps(vm, str(text), there)
    if not there:
        vm.throw(FileNotFoundError, f"[Errno 2] No such file or directory: '{text}'")
    room = room_of(vm)
    try:
        size = disk.now().size(place)
        room.read.setdefault(place, size)
        if size > MAX_BYTES or sum(room.read.values()) > MAX_READ:
            return vm.unknown(f"`{text}` is too large to be read")
        return disk.now().read(place)
    except OSError:
        return vm.unknown(f"`{text}` cannot be read")


def _perhaps(vm: Vm, text: str, there: bool | Unknown) -> Unknown:
    """The content of a file that may not be there: a program that expects that it is not takes both ways."""
    if isinstance(there, Unknown) and vm.guarded and not vm.importing and not vm.truth(there):
        vm.throw(FileNotFoundError, f"[Errno 2] No such file or directory: '{text}'")
    return vm.unknown(f"`{text}` is not read: {ELSEWHERE}")


def names_in(vm: Vm, text: Value) -> list[str] | Unknown:
    """Return the names in a folder, sorted."""
    if isinstance(text, Unknown):
        return vm.derived(text, "names")
    place = place_of(vm, str(text) or ".")
    if place is None or place in room_of(vm).written or not disk.now().is_folder(place):
        return vm.unknown(f"what lies in `{text}` depends on the machine")
    names = disk.now().names_beside(f"{place}/")
    vm.step(len(names))
    return names if len(names) <= MAX_NAMES else vm.unknown(f"`{text}` holds too many names")


def writes(vm: Vm, text: Value) -> None:
    """Note that the program may have written a file or folder: what is there from now on is not known."""
    place = place_of(vm, text) if isinstance(text, str) else None
    if place is not None:
        room_of(vm).written.update((place, os.path.dirname(place)))
