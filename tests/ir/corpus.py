"""The corpus of real files that the tests of this folder run over: the standard library's and torch's own."""

from __future__ import annotations

import random
import sysconfig
from importlib.util import find_spec
from pathlib import Path

SMALL, LARGE = 600, 6_000


def folders() -> tuple[Path, ...]:
    """Where the standard library and torch are installed; torch is found without importing it."""
    spec = find_spec("torch")
    torch = [Path(folder) for folder in (spec.submodule_search_locations or ())] if spec else []
    return (Path(sysconfig.get_path("stdlib")), *torch)


def corpus(count: int, seed: int = 0) -> list[Path]:
    """Choose files of moderate size by a fixed seed, so that a run is the same each time on one installation."""
    chosen: list[Path] = []
    for folder in folders():
        files = [
            path
            for path in sorted(folder.rglob("*.py"))
            if "site-packages" not in path.relative_to(folder).parts
            and "lib2to3" not in path.parts
            and SMALL < path.stat().st_size < LARGE
        ]
        chosen += random.Random(seed).sample(files, min(count // len(folders()), len(files)))
    return chosen
