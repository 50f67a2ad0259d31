"""Where installed packages are: in the environment that convlint runs in, or in another one. Nothing is run there."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

_NAMES = ("site-packages", "dist-packages")


def installed_folders() -> tuple[str, ...]:
    """The folders of installed packages of the environment that convlint runs in."""
    return tuple(path for path in sys.path if path.endswith(_NAMES))


def folders_of(environment: str) -> tuple[str, ...]:
    """Return the folders of installed packages of a virtual environment: its folder, or its interpreter.

    Packages that are installed for editing are found by the paths in its `.pth` files. Raises ValueError if there is no
    such environment.
    """
    given = Path(environment)
    # An interpreter in an environment is a link to another one, outside: the link's own place counts.
    root = given.parent.parent if given.is_file() else given
    own = list(_site_packages(root))
    if not own:
        raise ValueError(f"`{environment}` is neither a virtual environment nor an interpreter in one")
    folders = [*own, *(path for folder in own for path in _editable(folder)), *_outer(root)]
    return tuple(dict.fromkeys(str(folder) for folder in folders))


def _site_packages(root: Path) -> Iterator[Path]:
    """Yield where a Python below `root` keeps its packages, on any system."""
    for pattern in ("lib/python3*/site-packages", "lib/python3*/dist-packages", "lib/python3/dist-packages"):
        yield from sorted(path for path in root.glob(pattern) if path.is_dir())
    windows = root / "Lib" / "site-packages"
    if windows.is_dir():
        yield windows


def _editable(folder: Path) -> Iterator[Path]:
    """Yield the folders that `.pth` files name, one a line; lines that Python would execute are left alone."""
    for file in sorted(folder.glob("*.pth")):
        try:
            lines = file.read_text(encoding="utf-8-sig", errors="replace").splitlines()
        except OSError:
            continue
        for line in map(str.strip, lines):
            if line and not line.startswith(("#", "import ", "import\t")) and (folder / line).is_dir():
                yield folder / line


def _outer(root: Path) -> Iterator[Path]:
    """Yield the folders of the Python that the environment was made from, if it sees them."""
    try:
        text = (root / "pyvenv.cfg").read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return
    pairs = (line.partition("=") for line in text.splitlines())
    settings = {key.strip().lower(): value.strip() for key, _, value in pairs}
    if settings.get("include-system-site-packages", "").lower() == "true" and settings.get("home"):
        yield from _site_packages(Path(settings["home"]).parent)
