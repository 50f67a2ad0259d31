"""The store of lowered modules on disk, by the content of their source: what did not change is not parsed again.

An entry is data only (msgpack, typed on reading); one that is damaged, from another version or not ours is a miss.
Whatever the disk refuses, the cache is silently without it.
"""

# Paths are strings, as in `discover`: a hit costs little more than a `Path` object would.
# ruff: noqa: PTH100, PTH118, PTH120

from __future__ import annotations

import contextlib
import gc
import hashlib
import os
import sys
import zlib
from functools import lru_cache

import msgspec

from convlint.cache.places import users_folder
from convlint.cache.store import Store
from convlint.ir import nodes

IR_VERSION = 2
"""Raise it when the meaning of nodes changes; a change of the code that makes them is noticed by itself."""

MAX_BYTES = 256 << 20


class IrCache:
    """Lowered modules in a folder."""

    def __init__(self, folder: str, *, max_bytes: int = MAX_BYTES) -> None:
        self.folder = folder
        self.store = Store(folder, "ir", max_bytes=max_bytes)

    def get(self, data: bytes) -> nodes.Module | None:
        """Return the module that was stored for this source, None for a miss."""
        entry = self.store.get(_key(data))
        return None if entry is None else _unpacked(entry)

    def put(self, data: bytes, module: nodes.Module) -> None:
        """Store the module of this source; a module too deeply nested to be encoded is not stored."""
        try:
            payload = _encoder().encode(module)
        except (RecursionError, UnicodeEncodeError, OverflowError):
            return
        self.store.put(_key(data), zlib.compress(payload, 1))

    def prune(self) -> None:
        """Keep to the bound."""
        self.store.prune()


@lru_cache(maxsize=1)
def default_cache() -> IrCache | None:
    """Return the cache in the user's cache folder, None where there is none."""
    folder = users_folder()
    return None if folder is None else IrCache(folder)


def _unpacked(entry: memoryview) -> nodes.Module | None:
    collecting = gc.isenabled()
    gc.disable()  # thousands of new tuples, none of which can be garbage
    try:
        return _decoder().decode(zlib.decompress(entry))
    except (msgspec.MsgspecError, RecursionError, zlib.error):
        return None
    finally:
        if collecting:
            gc.enable()


def _key(data: bytes) -> bytes:
    return hashlib.sha256(_versions() + data).digest()


@lru_cache(maxsize=1)
def _encoder() -> msgspec.msgpack.Encoder:
    return msgspec.msgpack.Encoder()


@lru_cache(maxsize=1)
def _decoder() -> msgspec.msgpack.Decoder[nodes.Module]:
    return msgspec.msgpack.Decoder(nodes.Module)


@lru_cache(maxsize=1)
def _versions() -> bytes:
    """Name all that an entry depends on besides the source: the nodes, the code that lowers, LibCST.

    LibCST is not imported for that, nor `importlib.metadata`, which would cost more than all the rest of a hit.
    """
    own = os.path.dirname(os.path.abspath(__file__))
    parts = [f"{IR_VERSION} {sys.version_info[:2]} {msgspec.__version__}", _stamp(own)]
    parts.append(_stamp(os.path.join(os.path.dirname(own), "source")))
    from importlib.util import find_spec

    spec = find_spec("libcst")
    for folder in (spec.submodule_search_locations if spec else None) or ():
        parts.append(_stamp(folder))
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogateescape")).digest()


def _stamp(folder: str) -> str:
    """Describe the files of a package by name, size and time of change."""
    found = []
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith((".py", ".so", ".pyd")):
                status = entry.stat()
                found.append(f"{entry.name} {status.st_size} {status.st_mtime_ns}")
    return " ".join(sorted(found))
