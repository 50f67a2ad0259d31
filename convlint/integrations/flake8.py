"""The flake8 plugin: the findings of a file as flake8's own, under their codes. flake8 selects and silences."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import ClassVar

from convlint import __version__, api
from convlint.config.resolve import Settings
from convlint.errors import UsageError


class Plugin:
    """What flake8 calls for each file."""

    name: ClassVar[str] = "convlint"
    version: ClassVar[str] = __version__
    _settings: ClassVar[Settings] = Settings()

    def __init__(self, tree: ast.AST, filename: str, lines: Sequence[str]) -> None:
        self._filename = filename
        self._text = "".join(lines)

    def run(self) -> Iterator[tuple[int, int, str, type[Plugin]]]:
        """Yield row, column from 0, text and class, as flake8 takes them. Settings that are wrong are a finding."""
        try:
            data = self._text.encode("utf-8", "surrogatepass")
            report = api.lint_bytes(data, self._filename, config=self._settings)
        except UsageError as error:
            yield 1, 0, f"CVL000 {error}", type(self)
            return
        for finding in report.findings:
            row, column = finding.place.span[:2]
            yield row, column, f"{finding.code} {finding.message}", type(self)
