"""Writes `contents`, the table of which module registers which names of torch.

Usage: python -m convlint.layers [--check]        (--check writes nothing and exits with 1 if the table is out of date)
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
import textwrap
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import convlint.layers
from convlint.layers.core import contents, registry

START = '"""\\\n'
WIDTH = 120
ROOM = "convlint.layers."


def main(arguments: list[str]) -> int:
    """Return the exit code."""
    path = Path(contents.__file__)
    text = path.read_text(encoding="utf-8")
    wanted = written(text)
    if "--check" in arguments:
        if wanted != text:
            print(f"{path.name} is out of date: run `python -m convlint.layers`")
        return int(wanted != text)
    path.write_text(wanted, encoding="utf-8")
    return 0


def written(text: str) -> str:
    """Return the source of `contents` with its two tables as they are to be."""
    for module in pkgutil.walk_packages(convlint.layers.__path__, ROOM):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    families, bases = registry.registered()
    text = _replaced(text, "_NAMES", _lines(families))
    return _replaced(text, "_BASES", _lines(dict.fromkeys(bases, "")))


def _replaced(text: str, table: str, lines: Iterator[str]) -> str:
    before, start, rest = text.partition(f"{table} = {START}")
    _, end, after = rest.partition('"""\n')
    return before + start + "".join(f"{line}\n" for line in lines) + end + after


def _lines(families: dict[str, str]) -> Iterator[str]:
    """Yield lines of a family (left out if it has no name), the part before the last dot, and the names behind it."""
    keys = sorted((family.removeprefix(ROOM), *name.rsplit(".", 1)) for name, family in families.items())
    for (family, prefix), group in groupby(keys, lambda key: key[:2]):
        head = f"{family} {prefix} ".lstrip()
        for line in textwrap.wrap(" ".join(last for _, _, last in group), WIDTH - len(head), break_on_hyphens=False):
            yield head + line


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
