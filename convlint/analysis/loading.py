"""Reading the sources that an analysis needs, each once; what they are read for is kept, their text is not."""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path

from msgspec import Struct

from convlint.analysis.inputs import Declared
from convlint.analysis.reuse import Runs
from convlint.ir import nodes
from convlint.ir.load import LoadedModule, load, lower_text
from convlint.ir.relower import relower
from convlint.source.directives import InputDirective, read_directives
from convlint.source.disk import Disk, digest
from convlint.source.kinds import python_of
from convlint.source.mention import mentions_torch
from convlint.source.text import SourceError, SourceText, decode
from convlint.trace import SourceProblem

MAX_READ = 32 << 20
"""How many bytes of source one analysis reads: more than twice what the models of transformers import. To parse them
the first time may take a minute, which is held against no file: what is found may not hang on what was read before."""
MAX_KEPT = 8 << 20
"""How many bytes of source are kept in lowered form from one session to the next."""


class Loaded(Struct, frozen=True):
    """What is kept of a file: its form for the interpreter, and the input sizes that its comments declare."""

    module: nodes.Module
    inputs: tuple[InputDirective, ...]


class Kept:
    """Lowered files for sessions that come one after another: of each file what was made of its last content."""

    def __init__(self, most: int = MAX_KEPT) -> None:
        self._most = most
        self._loaded: OrderedDict[str, tuple[str, Loaded | SourceProblem, int]] = OrderedDict()
        self._size = 0
        self._edited: dict[str, tuple[SourceText, nodes.Module]] = {}
        self._runs: dict[str, Runs] = {}

    def runs(self, path: str) -> Runs:
        """Return what is kept of the runs of a file that is edited."""
        if path not in self._runs:
            self._runs = {path: Runs()}
        return self._runs[path]

    def forget_runs(self) -> None:
        """Make all runs anew the next time."""
        self._runs.clear()

    def edited(self, path: str, data: bytes) -> LoadedModule:
        """Load a file that is being edited: what has not changed since it could last be parsed is not parsed again.

        Raises SourceError.
        """
        text = decode(data)
        before = self._edited.get(path)
        module = lower_text(text) if before is None else relower(*before, text)
        self._edited = {path: (text, module)}
        return LoadedModule(path, module, text, read_directives(text))

    def get(self, path: str, content: str) -> Loaded | SourceProblem | None:
        """Return what was made of a file with this digest of its content, None if that is not kept."""
        entry = self._loaded.get(path)
        if entry is None or entry[0] != content:
            return None
        self._loaded.move_to_end(path)
        return entry[1]

    def without(self, path: str) -> Kept:
        """Return what is kept of all other files."""
        other = Kept(self._most)
        other._loaded.update((name, entry) for name, entry in self._loaded.items() if name != path)
        other._size = sum(size for _, _, size in other._loaded.values())
        return other

    def put(self, path: str, content: str, found: Loaded | SourceProblem, size: int) -> None:
        """Keep what was made of a file of that many bytes; what was longest not asked for goes."""
        before = self._loaded.pop(path, None)
        self._loaded[path] = content, found, size
        self._size += size - (before[2] if before else 0)
        while self._size > self._most:
            _, (_, _, gone) = self._loaded.popitem(last=False)
            self._size -= gone


RECENT = Kept(2 << 20)
"""The files of the last calls from Python: what the interpreter has compiled of them is kept with them."""


class Sources:
    """Files by path, as `disk` has them. `size` is how many bytes of source are held in lowered form."""

    def __init__(self, disk: Disk, *, use_cache: bool = True, kept: Kept | None = None) -> None:
        self.disk = disk
        self._kept = kept
        self.size = 0
        self._loaded: dict[str, Loaded | SourceProblem] = {}
        self._sizes: dict[str, int] = {}
        self._use_cache = use_cache
        self._last = "", b""

    def load(self, path: str) -> Loaded | SourceProblem:
        """Return the lowered module of a file, or why there is none. Raises OSError."""
        self.disk.uses(path)
        if path not in self._loaded:
            self._loaded[path] = self._read(path)
        return self._loaded[path]

    def _read(self, path: str) -> Loaded | SourceProblem:
        try:
            data = self._data(path)
        except SourceError as error:
            return SourceProblem(error.message, error.row, error.column + 1)
        self.size += len(data)
        if self._kept is None:
            return self._made(path, data)
        content = digest(data)
        found = self._kept.get(path, content)
        if found is None:
            found = self._made(path, data)
            self._kept.put(path, content, found, len(data))
        return found

    def _made(self, path: str, data: bytes) -> Loaded | SourceProblem:
        try:
            if self._kept is not None and self.disk.hides(path):
                found = self._kept.edited(path, data)
            else:
                found = load(data, path, use_cache=self._use_cache)
        except SourceError as error:
            return SourceProblem(error.message, error.row, error.column + 1)
        return Loaded(found.module, found.directives.inputs)

    def runs(self, path: str) -> Runs | None:
        """Return what is kept of the runs of a file that is edited, None for any other."""
        return self._kept.runs(path) if self._kept is not None and self.disk.hides(path) else None

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

    @property
    def loaded(self) -> list[str]:
        """The files that were loaded so far."""
        return list(self._loaded)

    def mentions_torch(self, path: str) -> bool:
        """Tell whether a file can have to do with torch at all. Raises OSError."""
        try:
            return mentions_torch(self._data(path))
        except SourceError:  # a notebook that is none, which `load` tells of
            return True

    def _data(self, path: str) -> bytes:
        """Return the Python in a file; what was read last is still there. Raises OSError or SourceError."""
        if self._last[0] != path:
            self._last = path, python_of(path, self.disk.read(path))
        return self._last[1]

    def size_of(self, path: str) -> int:
        """Return how many bytes of source there are in a file, whether it was loaded or not. Raises OSError."""
        if path not in self._sizes:
            try:
                self._sizes[path] = len(self._data(path))
            except SourceError:  # which `load` tells of
                self._sizes[path] = 0
        return self._sizes[path]

    def declared_inputs(self, path: str) -> dict[int, Declared]:
        """Return the input sizes that comments declare, by the row of the `class` or `def` that each belongs to."""
        loaded = self.load(path)
        if isinstance(loaded, SourceProblem):
            return {}
        return {directive.target_row: directive.shapes for directive in loaded.inputs}


class Allowance:
    """The sources that one analysis may read: as many bytes, whatever others have read before it."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._read: set[str] = set()
        self._size = 0

    def body(self, path: str) -> nodes.Module:
        """Return the lowered module of a file. Raises OSError or ValueError, also where it would be too much."""
        if path not in self._read:
            size = self._sources.size_of(path)
            if self._read and self._size + size > MAX_READ:
                self._sources.disk.uses(path)
                raise ValueError(f"more than {MAX_READ >> 20} MB of sources are imported")
            self._read.add(path)
            self._size += size
        return self._sources.body(path)


class ReadTexts:
    """The files that an analysis has read, for who looks up something in them afterwards."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources

    def body(self, path: str) -> nodes.Module | None:
        """Return the lowered module of a file, None for one that cannot be had."""
        try:
            return self._sources.body(path)
        except (OSError, ValueError):
            return None

    def imported(self, name: str, level: int, importer: str) -> str | None:
        """Return the file that an import in `importer` names, None if no file that was read is certainly it."""
        if level and level > len(Path(importer).parents):
            return None
        above = Path(importer).parents[level - 1].parts if level else ()
        wanted = (*above, *filter(None, name.split(".")))
        found = [path for path in self._sources.loaded if _dotted(path)[0 if level else -len(wanted) :] == wanted]
        return found[0] if len(found) == 1 and wanted else None


def _dotted(path: str) -> tuple[str, ...]:
    """Return the parts of a module's dotted name, with all folders above it."""
    parts = Path(path).with_suffix("").parts
    return parts[:-1] if parts[-1:] == ("__init__",) else parts
