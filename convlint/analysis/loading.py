"""Reading the sources that an analysis needs: from memory where given, else from disk, each once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from convlint.analysis.inputs import Declared
from convlint.ir import nodes
from convlint.ir.load import LoadedModule, load, mentions_torch
from convlint.source.text import SourceError
from convlint.trace import SourceProblem


class Sources:
    """Files by path; those given in memory (`overlay`) hide what is on disk."""

    def __init__(self, overlay: Mapping[str, bytes], *, use_cache: bool = True) -> None:
        self._overlay = dict(overlay)
        self._loaded: dict[str, LoadedModule | SourceProblem] = {}
        self._use_cache = use_cache

    def data(self, path: str) -> bytes:
        found = self._overlay.get(path)
        return found if found is not None else Path(path).read_bytes()

    def load(self, path: str) -> LoadedModule | SourceProblem:
        """Return the lowered module of a file, or why there is none. Raises OSError."""
        if path not in self._loaded:
            try:
                self._loaded[path] = load(self.data(path), path, use_cache=self._use_cache)
            except SourceError as error:
                self._loaded[path] = SourceProblem(error.message, error.row, error.column + 1)
        return self._loaded[path]

    def body(self, path: str) -> nodes.Module:
        """Return the lowered module of a file. Raises OSError or ValueError."""
        loaded = self.load(path)
        if isinstance(loaded, SourceProblem):
            raise ValueError(f"{loaded.message} (row {loaded.row})")
        return loaded.module

    def mentions_torch(self, path: str) -> bool:
        return mentions_torch(self.data(path))

    def declared_inputs(self, path: str) -> dict[int, Declared]:
        """Return the input sizes that comments declare, by the row of the `class` or `def` that each belongs to."""
        loaded = self.load(path)
        if isinstance(loaded, SourceProblem):
            return {}
        return {directive.target_row: directive.shapes for directive in loaded.directives.inputs}
