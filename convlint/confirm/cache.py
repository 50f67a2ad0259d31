"""Verdicts on disk, by claim, by the versions of torch and Python, by device, and by the code that asked."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import time
from functools import lru_cache
from pathlib import Path
from typing import Any

from convlint.ir.cache import default_cache as ir_cache

VERDICTS = frozenset({"confirmed", "refuted"})
"""What is kept: what could not be checked may be checkable the next time."""


class VerdictCache:
    """A folder of verdicts, one file for each. Whatever the disk refuses, the cache is silently without it."""

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self.folder = Path(folder)

    def get(self, key: str) -> dict[str, str] | None:
        """Return the verdict of that key; an entry that is damaged or not ours is a miss."""
        try:
            entry = json.loads(self._path(key).read_bytes())
        except (OSError, ValueError, RecursionError):
            return None
        if not isinstance(entry, dict) or entry.get("key") != key or entry.get("status") not in VERDICTS:
            return None
        detail = entry.get("detail")
        return {"status": entry["status"], "detail": detail} if isinstance(detail, str) else None

    def put(self, key: str, verdict: dict[str, Any]) -> None:
        """Keep a verdict that torch gave."""
        if verdict.get("status") not in VERDICTS:
            return
        path = self._path(key)
        draft = path.with_name(f"{path.name}.{os.getpid()}.{time.monotonic_ns()}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with draft.open("x", encoding="ascii") as file:
                json.dump({"key": key, **verdict}, file)
            draft.replace(path)
        except OSError:
            with contextlib.suppress(OSError):
                draft.unlink()

    def _path(self, key: str) -> Path:
        return self.folder / "confirm" / key[:2] / key[2:]


def default_cache() -> VerdictCache | None:
    """Return the cache beside that of the lowered modules, None where there is none."""
    beside = ir_cache()
    return None if beside is None else VerdictCache(beside.folder)


def key_of(claim: dict[str, Any], torch_version: str, python_version: str, device: str) -> str:
    """Return the name under which the verdict to a claim is kept."""
    asked = json.dumps([claim, torch_version, python_version, device, _code()], sort_keys=True)
    return hashlib.sha256(asked.encode()).hexdigest()


@lru_cache(maxsize=1)
def _code() -> str:
    """Return a digest of the code that the child runs."""
    digest = hashlib.sha256()
    for path in sorted((Path(__file__).parent / "child").glob("*.py")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
