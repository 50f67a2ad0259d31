"""`open`: files that may be read, as streams; a file that is opened for writing is not touched."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

from convlint.interp.files.room import content, path_text, writes
from convlint.interp.imports import prelude
from convlint.interp.natives.lifting import opaque, plain, take
from convlint.interp.natives.registry import add_value, native, written
from convlint.interp.values.unknown import Unknown, Value

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

NAMES = "IOBase TextIOBase BufferedIOBase TextIOWrapper BufferedReader StringIO BytesIO"
written("streams.py", "io", NAMES)
add_value("io.UnsupportedOperation", OSError)
add_value("io.SEEK_SET", 0)
add_value("io.SEEK_CUR", 1)
add_value("io.SEEK_END", 2)
ENCODINGS = frozenset({"utf-8", "ascii", "iso8859-1", "utf-8-sig", "utf-16"})


@native("builtins.open", "io.open", "codecs.open")
def open_(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Return the stream of a file that may be read, unknown for all else."""
    parts = take(
        vm,
        "open",
        args,
        kwargs,
        "file",
        mode="r",
        buffering=-1,
        encoding=None,
        errors=None,
        newline=None,
        closefd=True,
        opener=None,
    )
    file, (mode, _, encoding, errors, newline) = parts[0], (plain(vm, value) for value in parts[1:6])
    text = path_text(vm, file)
    if not isinstance(text, str) or not isinstance(mode, str):
        return opaque(vm, "open", [text, mode])
    if set(mode) & set("wax+"):
        writes(vm, text)
        return vm.unknown("what is written to a file is not followed")
    data = content(vm, text)
    if isinstance(data, Unknown):
        return data
    if "b" in mode:
        return stream(vm, "BufferedReader", data, text, mode)
    decoded = decode(vm, data, encoding, errors, newline)
    return decoded if isinstance(decoded, Unknown) else stream(vm, "TextIOWrapper", decoded, text, mode)


def stream(vm: Vm, kind: str, held: Value, name: str, mode: str) -> Value:
    """Return an open file, or another stream, that holds a text or bytes."""
    return vm.call(prelude.find(vm.program, vm, f"io.{kind}"), [held, name, mode], {})


def decode(vm: Vm, data: bytes, encoding: Value = None, errors: Value = None, newline: Value = None) -> str | Unknown:
    """Return bytes as text, in UTF-8 unless another encoding is named; UnicodeDecodeError in the program."""
    if not isinstance(encoding, str | None) or not isinstance(errors, str | None) or newline not in (None, "", "\n"):
        return vm.unknown("a file in an encoding that is not known")
    try:
        name = codecs.lookup(encoding or "utf-8").name
        text = data.decode(name, errors or "strict") if name in ENCODINGS else None
    except UnicodeDecodeError:
        return vm.unknown("a file that is not in the encoding that is taken for it")
    except LookupError:
        text = None
    if text is None:
        return vm.unknown("a file in an encoding that is not modelled")
    return text.replace("\r\n", "\n").replace("\r", "\n") if newline is None else text


@native("io._lines")
def _lines(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """The lines of a text or of bytes, each with its end."""
    (held,) = args
    if not isinstance(held, str | bytes):
        return opaque(vm, "lines", [held])
    ends = held.split("\n") if isinstance(held, str) else held.split(b"\n")
    vm.step(len(ends))
    whole = [line + ("\n" if isinstance(held, str) else b"\n") for line in ends[:-1]]  # type: ignore[operator]
    return [*whole, ends[-1]] if ends[-1] else whole


def data_of(vm: Vm, source: Value) -> Value:
    """Return what a stream that is read holds from where it is, or what is given itself."""
    source = plain(vm, source)
    if isinstance(source, str | bytes | Unknown):
        return source
    read = vm.getattr(source, "read", None)
    return plain(vm, vm.call(read)) if read is not None else vm.unknown("a stream that is not known")
