"""A folder of entries by key. Whatever the disk refuses, the store is silently without it."""

# Paths are strings, as in `discover`: a hit costs little more than a `Path` object would.
# ruff: noqa: PTH103, PTH105, PTH108, PTH114, PTH116, PTH118, PTH120, PTH123

from __future__ import annotations

import contextlib
import os
import time
import zlib

PRUNE_EVERY_SECONDS = 86_400
_TAG = "Signature: 8a477f597d28d172789f06886806bc55\n# This folder is a cache of convlint's. It can be deleted.\n"


class Store:
    """Entries of one kind in a folder that several kinds may share; they take `max_bytes` at most, for long.

    An entry that is damaged, not ours, or under another key is none. Several processes may use one folder.
    """

    def __init__(self, folder: str, kind: str, *, max_bytes: int) -> None:
        self.folder = folder
        self._kind = kind
        self._magic = f"cvl-{kind}1\n".encode()
        self._max_bytes = max_bytes
        self._writable = True
        self._prepared = False

    def get(self, key: bytes) -> memoryview | None:
        """Return the entry of a key, None for a miss."""
        try:
            with open(self._path(key), "rb") as file:
                entry = file.read()
        except OSError:
            return None
        head = len(self._magic) + 4
        payload = memoryview(entry)[head:]
        if not entry.startswith(self._magic) or entry[len(self._magic) : head] != _checksum(key, payload):
            return None
        return payload

    def put(self, key: bytes, payload: bytes) -> None:
        """Keep an entry."""
        if not self._writable:
            return
        try:
            self._prepare()
            self._write(self._path(key), self._magic + _checksum(key, payload) + payload)
        except OSError:
            self._writable = False

    def prune(self) -> None:
        """Remove the entries that were used the longest time ago until the rest fits well into the bound."""
        entries = []
        for folder, _, names in os.walk(os.path.join(self.folder, self._kind)):
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
        return os.path.join(self.folder, self._kind, name[:2], name[2:])

    def _write(self, path: str, entry: bytes) -> None:
        """Write beside the place and move there: a reader sees a whole entry or none."""
        folder = os.path.dirname(path)
        _refuse_link(folder)
        os.makedirs(folder, exist_ok=True)
        draft = f"{path}.{os.getpid()}.{time.monotonic_ns()}"
        try:
            with open(draft, "xb") as file:
                file.write(entry)
            os.replace(draft, path)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(draft)
            raise

    def _prepare(self) -> None:
        """Make the folder, tell version control and backups to pass it over, and prune it once a day."""
        if self._prepared:
            return
        self._prepared = True
        for folder in (self.folder, os.path.join(self.folder, self._kind)):
            _refuse_link(folder)
            os.makedirs(folder, exist_ok=True)
        for name, text in ((".gitignore", "*\n"), ("CACHEDIR.TAG", _TAG)):
            path = os.path.join(self.folder, name)
            if not os.path.lexists(path):
                self._write(path, text.encode())
        stamp = os.path.join(self.folder, f"{self._kind}-pruned")
        with contextlib.suppress(OSError):
            if time.time() - os.stat(stamp).st_mtime < PRUNE_EVERY_SECONDS:
                return
        self._write(stamp, b"")
        self.prune()


def _refuse_link(folder: str) -> None:
    """Raise OSError for a link: what is linted may bring one along in the place of its cache, and where it leads to
    nothing is written or removed."""
    if os.path.islink(folder):
        raise OSError(f"{folder} is a link")


def is_store(folder: str) -> bool:
    """Tell whether a folder was made for entries of convlint's, so that it may be removed."""
    try:
        with open(os.path.join(folder, "CACHEDIR.TAG"), encoding="utf-8", errors="replace") as file:
            return file.read() == _TAG
    except OSError:
        return False


def _checksum(key: bytes, payload: bytes | memoryview) -> bytes:
    return zlib.crc32(payload, zlib.crc32(key)).to_bytes(4, "big")
