"""Reading the sources that an analysis needs, each once; what they are read for is kept, their text is not."""

from __future__ import annotations

from dataclasses import dataclass

from convlint.analysis.inputs import Declared
from convlint.ir import nodes
from convlint.ir.load import load
from convlint.source.directives import InputDirective
from convlint.source.disk import Disk
from convlint.source.mention import mentions_torch
from convlint.source.text import SourceError
from convlint.trace import SourceProblem


@dataclass(frozen=True, slots=True)
class Loaded:
    """What is kept of a file: its form for the interpreter, and the input sizes that its comments declare."""

    module: nodes.Module
    inputs: tuple[InputDirective, ...]


class Sources:
    """Files by path, as `disk` has them. `size` is how many bytes of source are held in lowered form."""

    def __init__(self, disk: Disk, *, use_cache: bool = True) -> None:
        self.disk = disk
        self.size = 0
        self._loaded: dict[str, Loaded | SourceProblem] = {}
        self._use_cache = use_cache
        self._last = "", b""

    def load(self, path: str) -> Loaded | SourceProblem:
        """Return the lowered module of a file, or why there is none. Raises OSError."""
        self.disk.uses(path)
        if path not in self._loaded:
            self._loaded[path] = self._read(path)
        return self._loaded[path]

    def _read(self, path: str) -> Loaded | SourceProblem:
        data = self._data(path)
        self.size += len(data)
        try:
            found = load(data, path, use_cache=self._use_cache)
        except SourceError as error:
            return SourceProblem(error.message, error.row, error.column + 1)
        return Loaded(found.module, found.directives.inputs)

    def problem(self, path: str) -> SourceProblem | None:
        """Return why a file that was loaded cannot be parsed, None if it can or was not loaded."""
        found = self._loaded.get(path)
        return found if isinstance(found, SourceProblem) else None

    def body(self, path: str) -> nodes.Module:
        """Return the lowered module of a file. Raises OSError or ValueError."""
        loaded = self.load(path)
        if isinstance(loaded, SourceProblem):
            raise ValueError(f"{loaded.message} (row {loaded.row})")
        return loaded.module

    def mentions_torch(self, path: str) -> bool:
        """Tell whether a file can have to do with torch at all. Raises OSError."""
        return mentions_torch(self._data(path))

    def _data(self, path: str) -> bytes:
        """Return the content of a file; what was read last is still there."""
        if self._last[0] != path:
            self._last = path, self.disk.read(path)
        return self._last[1]

    def declared_inputs(self, path: str) -> dict[int, Declared]:
        """Return the input sizes that comments declare, by the row of the `class` or `def` that each belongs to."""
        loaded = self.load(path)
        if isinstance(loaded, SourceProblem):
            return {}
        return {directive.target_row: directive.shapes for directive in loaded.inputs}
