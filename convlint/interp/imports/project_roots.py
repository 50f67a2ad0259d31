"""Where a project keeps its packages: what its build says, `src/`, folders with a `conftest.py`, and its own folder.

A test imports the package that it tests as an installed one; its source lies in the project.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from convlint.interp.imports.module_files import above
from convlint.source import disk, toml

MARKS = ("pyproject.toml", "setup.cfg", "setup.py")
"""What the folder of a project has in it."""
MAX_DEPTH = 12
"""How many folders above a file are looked at."""
FOLDER = r"""["']([\w./-]+)["']"""
IN_SETUP = (
    rf"""package_dir\s*=\s*\{{\s*["']["']\s*:\s*{FOLDER}""",
    rf"""find(?:_namespace)?_packages\(\s*(?:where\s*=\s*)?{FOLDER}""",
)
IN_CFG = (
    r"(?m)^package_dir\s*=\s*\n?\s*=\s*([\w./-]+)",
    r"(?ms)^\[options\.packages\.find\][^\[]*?^where\s*=\s*([\w./-]+)",
)


def declared(filename: str) -> tuple[str, ...]:
    """Return the folders in which the project of a file keeps its packages, as its build says or as is the custom."""
    root = _project(Path(filename).parent)
    return disk.now().once(("declared roots", str(root)), lambda: _declared(root)) if root is not None else ()


def around(filename: str) -> tuple[str, ...]:
    """Return the folders above a file from which its tests or scripts are run: with a `conftest.py`, the project's."""
    folder = Path(filename).parent
    root = _project(folder)
    found = [above_it for above_it in _upwards(folder, root) if disk.now().is_file(str(above_it / "conftest.py"))]
    return tuple(dict.fromkeys(map(str, [*found, root] if root is not None else found)))


def _upwards(folder: Path, end: Path | None) -> Iterator[Path]:
    for _ in range(MAX_DEPTH):
        yield folder
        outer = above(folder)
        if folder == end or outer == folder:
            return
        folder = outer


def _project(folder: Path) -> Path | None:
    """The first folder above, or the folder itself, that has the mark of a project; None if there is none."""
    return next(
        (one for one in _upwards(folder, None) if any(disk.now().is_file(str(one / mark)) for mark in MARKS)), None
    )


def _declared(root: Path) -> tuple[str, ...]:
    names = [*_of_table(_table(root)), *_matches(root / "setup.cfg", IN_CFG), *_matches(root / "setup.py", IN_SETUP)]
    folders = [root / name for name in (*names, "src") if name not in ("", ".")]
    return tuple(dict.fromkeys(str(folder) for folder in folders if disk.now().is_folder(str(folder))))


def _table(root: Path) -> dict[str, Any]:
    try:
        found = toml.parsed(disk.now().read(str(root / "pyproject.toml")).decode())
    except (OSError, ValueError):
        return {}
    tools = found.get("tool", {})
    return tools if isinstance(tools, dict) else {}


def _of_table(tools: dict[str, Any]) -> Iterator[str]:
    """Yield the folders that the tables of setuptools, Hatch, Poetry, PDM, Maturin, uv and pytest name."""
    yield from _texts(_at(tools, "setuptools.package-dir").get(""))
    yield from _texts(_at(tools, "setuptools.packages.find").get("where"))
    for path in ("hatch.build", "hatch.build.targets.wheel"):
        yield from _texts(_at(tools, path).get("sources"))
        yield from (str(Path(one).parent) for one in _texts(_at(tools, path).get("packages")))
    for package in _at(tools, "poetry").get("packages") or ():
        yield from _texts(package.get("from") if isinstance(package, dict) else None)
    yield from _texts(_at(tools, "pdm.build").get("package-dir"))
    yield from _texts(_at(tools, "maturin").get("python-source"))
    yield from _texts(_at(tools, "uv.build-backend").get("module-root"))
    yield from _texts(_at(tools, "pytest.ini_options").get("pythonpath"))


def _at(table: dict[str, Any], path: str) -> dict[str, Any]:
    for name in path.split("."):
        table = table.get(name, {})
        if not isinstance(table, dict):
            return {}
    return table


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        yield from (one for one in value if isinstance(one, str))


def _matches(path: Path, patterns: tuple[str, ...]) -> Iterator[str]:
    if not disk.now().is_file(str(path)):
        return
    try:
        text = disk.now().read(str(path)).decode("utf-8", "replace")
    except OSError:
        return
    for pattern in patterns:
        yield from (match.group(1) for match in re.finditer(pattern, text))
