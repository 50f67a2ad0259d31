"""Writes what was recorded: a gzipped file of lines that is the same, byte for byte, for the same lines."""

from __future__ import annotations

import gzip
import io
from collections.abc import Iterable
from pathlib import Path


def write_lines(path: Path, lines: Iterable[str]) -> None:
    """Write lines without their ends; no time and no name goes into the file."""
    buffer = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", fileobj=buffer, mtime=0) as packed:
        for line in lines:
            packed.write((line + "\n").encode())
    path.write_bytes(buffer.getvalue())
