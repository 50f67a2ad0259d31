"""Fetches the sources that the scoreboard reads, at the recorded versions, and unpacks them. Nothing is installed.

    python benchmarks/fetch_sources.py [TARGET]

TARGET is `.zoo/` in the project unless named. Compiled libraries are left out: convlint reads only source.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

VERSIONS = {"torchvision": "0.29.2", "timm": "1.0.31"}
"""What the truth in tests/zoo was recorded from."""

DEFAULT = Path(__file__).resolve().parent.parent / ".zoo"
COMPILED = (".so", ".pyd", ".dylib", ".dll")


def fetch(target: Path = DEFAULT) -> Path:
    """Bring what is missing into `target`. Raises `subprocess.CalledProcessError` when pip cannot download."""
    target.mkdir(parents=True, exist_ok=True)
    for package, version in VERSIONS.items():
        if not (target / f"{package}-{version}.dist-info").is_dir():
            _fetch_one(package, version, target)
    return target


def _fetch_one(package: str, version: str, target: Path) -> None:
    """Download and unpack one wheel; the folders appear complete, the metadata last, or not at all."""
    with tempfile.TemporaryDirectory(dir=target) as scratch:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
        # What a machine's own constraints say of installed packages does not hold for sources that are only read.
        environment = {**os.environ, "PIP_CONSTRAINT": os.devnull}
        subprocess.run([*command, "--dest", scratch, f"{package}=={version}"], check=True, env=environment)
        (wheel,) = Path(scratch).glob("*.whl")
        unpacked = Path(scratch) / "unpacked"
        unpack(wheel, unpacked)
        for folder in (package, f"{package}-{version}.dist-info"):
            shutil.rmtree(target / folder, ignore_errors=True)
            (unpacked / folder).replace(target / folder)


def unpack(wheel: Path, target: Path) -> None:
    """Extract everything but compiled libraries."""
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if not name.endswith(COMPILED) and ".libs/" not in name:
                archive.extract(name, target)


def main() -> int:
    """Fetch, and print where the sources are."""
    parser = argparse.ArgumentParser(description="Fetch the model packages that the scoreboard reads.")
    parser.add_argument("target", nargs="?", type=Path, default=DEFAULT)
    print(fetch(parser.parse_args().target))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
