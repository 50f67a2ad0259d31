"""Paths as texts: `os.path` where it only computes, and what `pathlib` asks of a path."""

from __future__ import annotations

import posixpath
import sys
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from convlint.interp.files.room import path_text
from convlint.interp.natives.lifting import lift
from convlint.interp.natives.registry import add_value, native
from convlint.interp.values.functions import Native
from convlint.interp.values.unknown import Value

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

PURE = "join basename dirname split splitext normpath isabs commonprefix commonpath normcase"
for _module in ("os.path", "posixpath"):
    for _name in PURE.split():

        def _pure(vm: Vm, args: list[Value], kwargs: dict[str, Value], name: str = _name) -> Value:
            texts = [value if isinstance(value, list | tuple) else path_text(vm, value) for value in args]
            return lift(f"os.path.{name}", getattr(posixpath, name))(vm, texts, kwargs)

        add_value(f"{_module}.{_name}", Native(f"{_module}.{_name}", _pure))
for _name, _value in {
    "sep": "/",
    "linesep": "\n",
    "extsep": ".",
    "pardir": "..",
    "curdir": ".",
    "pathsep": ":",
}.items():
    add_value(f"os.{_name}", _value)
    add_value(f"os.path.{_name}", _value)


@native("os.fsdecode")
def fsdecode(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return path_text(vm, args[0])


@native("os.fspath")
def fspath(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return args[0] if isinstance(args[0], bytes) else path_text(vm, args[0])


def _lifted(name: str, function: Callable[..., object]) -> None:
    add_value(f"pathlib.{name}", Native(f"pathlib.{name}", lift(f"pathlib.{name}", function)))


add_value("pathlib._BY_SEGMENTS", sys.version_info >= (3, 12))  # what is made of a path is made by its `with_segments`
_lifted("_joined", lambda *parts: str(PurePosixPath(*parts)))
_lifted("_parent", lambda text: str(PurePosixPath(text).parent))
_lifted("_parents", lambda text: [str(path) for path in PurePosixPath(text).parents])
_lifted("_parts", lambda text: PurePosixPath(text).parts)
_lifted("_name", lambda text: PurePosixPath(text).name)
_lifted("_stem", lambda text: PurePosixPath(text).stem)
_lifted("_suffix", lambda text: PurePosixPath(text).suffix)
_lifted("_suffixes", lambda text: PurePosixPath(text).suffixes)
_lifted("_anchor", lambda text: PurePosixPath(text).anchor)
_lifted("_with_name", lambda text, name: str(PurePosixPath(text).with_name(name)))
_lifted("_with_stem", lambda text, name: str(PurePosixPath(text).with_stem(name)))
_lifted("_with_suffix", lambda text, name: str(PurePosixPath(text).with_suffix(name)))
_lifted("_relative_to", lambda text, other: str(PurePosixPath(text).relative_to(other)))
_lifted("_matches", lambda text, pattern: PurePosixPath(text).match(pattern))
_lifted("_uri", lambda text: PurePosixPath(text).as_uri())
