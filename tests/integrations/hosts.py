"""Lets other tools find convlint's plugins as they do when it is installed: by the entry points of its metadata."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).resolve().parents[2]


def metadata(folder: Path) -> Path:
    """Write the metadata that an installed convlint would have; return the folder for the path of modules."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    info = folder / "convlint-0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: convlint\nVersion: 0\n")
    lines = [
        line
        for group, points in project["entry-points"].items()
        for line in (f"[{group}]", *(f"{name} = {value}" for name, value in points.items()))
    ]
    (info / "entry_points.txt").write_text("\n".join(lines) + "\n")
    return folder


def run(module: str, *arguments: str, cwd: Path, path: Path) -> subprocess.CompletedProcess[str]:
    """Run a tool, with convlint's metadata in `path`."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(path), str(ROOT)])}
    for name in [name for name in environment if name.startswith(("PYTEST_", "FORCE_COLOR"))]:
        del environment[name]
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=120)
