"""The store of lowered modules on disk, by the content of their source: what did not change is not parsed again.

An entry is data only (msgpack, typed on reading); one that is damaged, from another version or not ours is a miss.
Whatever the disk refuses, the cache is silently without it.
"""

# Paths are strings, as in `discover`: a hit costs little more than a `Path` object would.
# ruff: noqa: PTH100, PTH103, PTH105, PTH108, PTH111, PTH116, PTH117, PTH118, PTH120, PTH123

from __future__ import annotations

import contextlib
import gc
import hashlib
import os
import sys
import time
import zlib
from functools import lru_cache

import msgspec

from convlint.ir import nodes

IR_VERSION = 2
"""Raise it when the meaning of nodes changes; a change of the code that makes them is noticed by itself."""

MAX_BYTES = 512 << 20
_PRUNE_EVERY_SECONDS = 86_400
_MAGIC = b"cvl-ir1\n"
_TAG = "Signature: 8a477f597d28d172789f06886806bc55\n# This folder is a cache of convlint's. It can be deleted.\n"


class IrCache:
    """A folder of entries."""

    def __init__(self, folder: str, *, max_bytes: int = MAX_BYTES) -> None:
        self.folder = folder
        self._max_bytes = max_bytes
        self._writable = True
        self._prepared = False

    def get(self, data: bytes) -> nodes.Module | None:
        """Return the module that was stored for this source, None for a miss."""
        key = _key(data)
        path = self._path(key)
        try:
            with open(path, "rb") as file:
                entry = file.read()
        except OSError:
            return None
        return _unpacked(entry, key)

    def put(self, data: bytes, module: nodes.Module) -> None:
        """Store the module of this source; a module too deeply nested to be encoded is not stored."""
        if not self._writable:
            return
        key = _key(data)
        try:
            payload = _encoder().encode(module)
        except (RecursionError, UnicodeEncodeError, OverflowError):
            return
        try:
            self._prepare()
            self._write(self._path(key), _MAGIC + _checksum(key, payload) + payload)
        except OSError:
            self._writable = False

    def prune(self) -> None:
        """Remove the entries that were used the longest time ago until the rest fits well into the bound."""
        entries = []
        for folder, _, names in os.walk(os.path.join(self.folder, "ir")):
            for name in names:
                path = os.path.join(folder, name)
                with contextlib.suppress(OSError):
                    status = os.stat(path)
                    entries.append((max(status.st_mtime, status.st_atime), status.st_size, path))
        total = sum(size for _, size, _ in entries)
        for _, size, path in sorted(entries) if total > self._max_bytes else ():
            if total <= self._max_bytes * 0.8:
                break
            with contextlib.suppress(OSError):
                os.unlink(path)
                total -= size

    def _path(self, key: bytes) -> str:
        name = key.hex()
        return os.path.join(self.folder, "ir", name[:2], name[2:])

    def _write(self, path: str, entry: bytes) -> None:
        """Write beside the place and move there: a reader sees a whole entry or none."""
        os.makedirs(os.path.dirname(path), exist_ok=True)
        draft = f"{path}.{os.getpid()}.{time.monotonic_ns()}"
        try:
            with open(draft, "xb") as file:
                file.write(entry)
            os.replace(draft, path)
        except OSError:
            with contextlib.suppress(OSError):
                os.unlink(draft)
            raise

    def _prepare(self) -> None:
        """Make the folder, tell version control and backups to pass it over, and prune it once a day."""
        if self._prepared:
            return
        self._prepared = True
        os.makedirs(self.folder, exist_ok=True)
        for name, text in ((".gitignore", "*\n"), ("CACHEDIR.TAG", _TAG)):
            path = os.path.join(self.folder, name)
            if not os.path.lexists(path):
                self._write(path, text.encode())
        stamp = os.path.join(self.folder, "pruned")
        with contextlib.suppress(OSError):
            if time.time() - os.stat(stamp).st_mtime < _PRUNE_EVERY_SECONDS:
                return
        self._write(stamp, b"")
        self.prune()


@lru_cache(maxsize=1)
def default_cache() -> IrCache | None:
    """Return the cache in the user's cache folder, None where there is none."""
    base = os.environ.get("XDG_CACHE_HOME") or (os.environ.get("LOCALAPPDATA") if sys.platform == "win32" else None)
    if not base:
        home = os.path.expanduser("~")
        if home == "~":
            return None
        base = os.path.join(home, ".cache")
    return IrCache(os.path.join(base, "convlint")) if os.path.isabs(base) else None


def _unpacked(entry: bytes, key: bytes) -> nodes.Module | None:
    head = len(_MAGIC) + 4
    payload = memoryview(entry)[head:]
    if not entry.startswith(_MAGIC) or entry[len(_MAGIC) : head] != _checksum(key, payload):
        return None
    collecting = gc.isenabled()
    gc.disable()  # thousands of new tuples, none of which can be garbage
    try:
        return _decoder().decode(payload)
    except (msgspec.MsgspecError, RecursionError):
        return None
    finally:
        if collecting:
            gc.enable()


def _checksum(key: bytes, payload: bytes | memoryview) -> bytes:
    return zlib.crc32(payload, zlib.crc32(key)).to_bytes(4, "big")


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
