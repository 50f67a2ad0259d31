"""What the verbs share: exit codes, and how they write to the terminal."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterable
from typing import TextIO

from convlint.errors import UsageError

EXIT_CLEAN, EXIT_FINDINGS, EXIT_UNABLE, EXIT_REFUTED, EXIT_INTERRUPTED = 0, 1, 2, 3, 130


def write(lines: Iterable[str], stream: TextIO | None = None) -> None:
    """Write lines; if nobody reads any more, write nothing further and say nothing.

    Raises UsageError where they cannot be written, as on a full disk; of standard error nothing can be said.
    """
    out = stream or sys.stdout
    try:
        for line in lines:
            out.write(f"{line}\n")
        out.flush()
    except OSError as error:
        _give_up(out, error)


def write_bytes(content: bytes) -> None:
    """Write bytes to standard output, as `write` does lines."""
    try:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    except OSError as error:
        _give_up(sys.stdout, error)


def _give_up(out: TextIO, error: OSError) -> None:
    # What is still buffered would be written, and fail again, when Python ends.
    os.dup2(os.open(os.devnull, os.O_WRONLY), out.fileno())
    if not isinstance(error, BrokenPipeError) and out is not sys.stderr:
        raise UsageError(f"standard output cannot be written: {error.strerror or error}") from error


def unable(message: str) -> int:
    from convlint.report.escape import visible

    write([visible(f"convlint: {message}")], sys.stderr)
    return EXIT_UNABLE


def coloured(choice: str, *, to_file: bool = False) -> bool:
    """Tell whether to colour: as asked, else on a terminal, unless the environment says otherwise."""
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb" or to_file:
        return False
    forced = any(os.environ.get(name, "0") not in ("", "0") for name in ("FORCE_COLOR", "CLICOLOR_FORCE"))
    return forced or sys.stdout.isatty()


def open_streams() -> None:
    """Open what is closed of the standard streams, to nothing: no file that is opened later takes their numbers."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115, PTH123 - until the end


def use_utf8() -> None:
    """Make both streams able to write what messages hold, whatever the locale is."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
