"""What settings name and is not there: folders, and models. Probably a slip of the pen, and told as such."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path, PurePath

from convlint.config import Config
from convlint.config.files import place_of
from convlint.findings import Notice

Read = Callable[[str], bytes | None]
"""Gives the content of a file, None if it cannot be read."""

_DEFINED = re.compile(rb"^(?:class|def|async def)[ \t]+(\w+)|^(\w+)[ \t]*(?::[^=\n]*)?=(?!=)", re.MULTILINE)


def mistakes(settings: Iterable[Config], names: Sequence[str], read: Read) -> Iterator[Notice]:
    """Yield what the settings of a run name that is not there; `names` are the files of the run."""
    for config in settings:
        for folder in config.search_path:
            if not Path(folder).is_dir():
                yield Notice(f"{_where(config, 'search-path', Path(folder).name)}`search-path`: {folder} is no folder")
        for name in config.models:
            yield from _model(config, name, names, read)


def _model(config: Config, name: str, names: Sequence[str], read: Read) -> Iterator[Notice]:
    """Say of a model that its module does not define it, if the module is among the files of the run."""
    module, _, wanted = name.rpartition(":") if ":" in name else name.rpartition(".")
    homes = [data for path in names if _is_module(path, module) and (data := read(path)) is not None]
    where = _where(config, "models", name)
    if not wanted or not module:
        yield Notice(f"{where}`{name}` is no model: give package.module:Name")
        return
    defined = {name for data in homes for name in defined_in(data)}
    if homes and wanted.partition(".")[0] not in defined and b"import *" not in b"".join(homes):
        near = difflib.get_close_matches(wanted, defined, n=1)
        yield Notice(f"{where}there is no `{wanted}` in {module}{f'; the nearest is `{near[0]}`' if near else ''}")
    elif not homes:
        modules = {".".join(PurePath(path).with_suffix("").parts[-module.count(".") - 1 :]) for path in names}
        near = difflib.get_close_matches(module, modules, n=1, cutoff=0.8)
        if near:
            yield Notice(f"{where}there is no module {module} among the files; the nearest is {near[0]}")


def defined_in(data: bytes) -> set[str]:
    """Return the names of what a file defines at its top level, as far as its rows begin with it."""
    return {(match[1] or match[2]).decode() for match in _DEFINED.finditer(data)}


def _is_module(path: str, module: str) -> bool:
    """Tell whether a file may be that module: its path ends with the module's name."""
    parts = Path(path).absolute().with_suffix("").parts
    parts = parts[:-1] if parts[-1] == "__init__" else parts
    wanted = tuple(module.split("."))
    return parts[-len(wanted) :] == wanted


def _where(config: Config, key: str, value: str) -> str:
    """Return "file:row: ", "" for settings that are in no file."""
    if not config.source:
        return ""
    keys = ["models", value] if key == "models" else [key]
    return f"{place_of(config.source, keys, '' if key == 'models' else value)}: "
