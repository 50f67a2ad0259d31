"""The output formats by name: each module turns a report into the lines to print."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Protocol, cast

from msgspec import Struct

from convlint.findings import Report
from convlint.identity import Lines

_MODULES = {
    "full": "full",
    "concise": "concise",
    "grouped": "grouped",
    "json": "json",
    "json-lines": "json_lines",
    "sarif": "sarif",
    "github": "github",
    "gitlab": "gitlab",
    "junit": "junit",
    "rdjson": "rdjson",
    "azure": "azure",
}
FORMATS = tuple(_MODULES)
FOR_PEOPLE = ("full", "concise", "grouped")
"""The formats that may be coloured, and that a closing line follows."""


class Showing(Struct, frozen=True):
    """How to show a report: paths relative to `base`, with the source that `lines` gives, in colour, with the gaps;
    `version` is convlint's. With `unsafe`, fixes that are not safe are shown as those that are."""

    base: Path
    lines: Lines
    colour: bool = False
    gaps: bool = False
    version: str = ""
    unsafe: bool = False


class Format(Protocol):
    """What the module of a format has."""

    def render(self, report: Report, showing: Showing) -> Iterable[str]:
        """Yield the lines of the whole report."""
        ...


def render(name: str, report: Report, showing: Showing) -> Iterator[str]:
    """Yield the lines of a report in the format of that name."""
    module = cast("Format", importlib.import_module(f"convlint.report.{_MODULES[name]}"))
    yield from module.render(report, showing)
