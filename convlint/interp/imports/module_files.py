"""Where the file of a module is: its source, or what is there instead of one."""

from __future__ import annotations

import os
from pathlib import Path

from convlint.source import disk

_COMPILED = (".so", ".pyd", ".pyc")
_METADATA = ".dist-info"


def dotted_name(path: Path) -> str:
    """Return the dotted name of a source file: as far up as there are `__init__.py` files."""
    parts = [] if path.name == "__init__.py" else [path.stem]
    parts += [folder.name for folder in _packages(path)]
    return ".".join(reversed(parts)) or path.parent.name or path.stem


def package_root(path: Path) -> Path:
    """Return the folder that the file's top-level package or module lies in."""
    packages = _packages(path)
    return above(packages[-1]) if packages else path.parent


def above(folder: Path) -> Path:
    """Return the folder that holds another one. `.` and `..` do not tell it: it is that of their real places."""
    return folder.parent if folder.name not in ("", "..") else Path(os.path.realpath(folder)).parent


def _packages(path: Path) -> list[Path]:
    """Return the folders of the packages that a file is in, innermost first. The root of all files is none."""
    found: list[Path] = []
    folder = path.parent
    while disk.now().is_file(str(folder / "__init__.py")):
        named = folder if folder.name not in ("", "..") else Path(os.path.realpath(folder))
        if not named.name:
            break
        found.append(named)
        folder = named.parent
    return found


def own_roots(filename: str) -> tuple[str, ...]:
    """Return the folders that the absolute imports of a file search first: its own, and that of its package."""
    path = Path(filename)
    root, own = str(package_root(path)), str(path.parent)
    return (own, root) if own != root else (root,)


def source_in(path: Path) -> Path | None:
    """Return the source of the module or package at a path without suffix."""
    package = path / "__init__.py"
    if disk.now().is_file(str(package)):
        return package
    module = path.with_name(path.name + ".py")
    return module if disk.now().is_file(str(module)) else None


def holds_sources(folder: Path) -> bool:
    """Whether a folder can be a package without `__init__.py`: Python files lie in it, or in a folder of it."""
    if not disk.now().is_folder(str(folder)):
        return False
    names = disk.now().names_beside(f"{folder}/")
    if any(name.endswith(".py") for name in names):
        return True
    inner = [folder / name for name in names if "." not in name and disk.now().is_folder(str(folder / name))]
    return any(name.endswith(".py") for path in inner for name in disk.now().names_beside(f"{path}/"))


def is_installed(path: Path) -> bool:
    """Whether a source file belongs to an installed distribution, and not to somebody's project."""
    root = package_root(path)
    top = dotted_name(path).partition(".")[0]
    if root.name in ("site-packages", "dist-packages"):
        return True
    return bool(_metadata_folder(root, top))


def metadata_of(root: Path, package: str) -> str | None:
    """Return what the distribution of that name in a folder says of itself, None if there is none."""
    folder = _metadata_folder(root, package)
    try:
        return disk.now().read(str(root / folder / "METADATA")).decode("utf-8", "replace") if folder else None
    except OSError:
        return None


def version_of(root: str, package: str) -> str:
    """Return the version of a distribution in a folder, as the name of its metadata says; "" if it is not there."""
    return _metadata_folder(Path(root), package).removeprefix(f"{package}-").removesuffix(_METADATA)


def _metadata_folder(root: Path, package: str) -> str:
    """Return the name of the folder that tells of a distribution, "" if there is none."""
    return next((name for name in disk.now().names_beside(str(root / f"{package}-")) if name.endswith(_METADATA)), "")


def without_source(path: Path) -> str:
    """Return why the module at a path without suffix cannot be read although it is there, "" if it is not there."""
    # An extension's name may tell the Python it is built for: `name.cpython-312-x86_64-linux-gnu.so`.
    beside = [*disk.now().names_beside(f"{path}."), *disk.now().names_beside(str(path / "__init__."))]
    if any(name.endswith(_COMPILED) for name in beside):
        return "is compiled, so that there is no source to read"
    if any(name.endswith(".pyi") for name in beside):
        return "has type stubs only, and no source to read"
    return ""
