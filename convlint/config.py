"""The settings of a run: the nearest `convlint.toml` or `[tool.convlint]` of `pyproject.toml`; found, read, checked."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from convlint.errors import ConfigError

if sys.version_info >= (3, 11):
    import tomllib
else:  # pragma: no cover
    import tomli as tomllib

Count = int | float | str
"""How many, as written in a configuration file: 5000000, 5e6 or "5M"."""
InputSize = int | str
"""One size of a declared input: a number, or the name of a symbol."""

_SCALES = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "b": 10**9, "t": 10**12}
_COUNT = re.compile(r"(\d{1,30}(?:\.\d{0,30})?(?:e\+?\d{1,2})?)([kmgbt]?)")
_FILES = (".convlint.toml", "convlint.toml", "pyproject.toml")


class Budgets(msgspec.Struct, frozen=True, rename="kebab", kw_only=True):
    """Upper limits; None means that there is none."""

    max_layer_params: Count | None = None
    max_model_params: Count | None = None
    max_activation: Count | None = None
    max_macs: Count | None = None

    def limit(self, name: str) -> int | None:
        """Return the limit under its Python name, such as "max_macs", as a whole number."""
        value = getattr(self, name)
        return None if value is None else parse_count(value)


class ModelSettings(Budgets, frozen=True, rename="kebab", forbid_unknown_fields=True, kw_only=True):
    """What a configuration says of one model: the sizes of its inputs, and budgets of its own."""

    input: tuple[InputSize | tuple[InputSize, ...], ...] | None = None

    @property
    def inputs(self) -> tuple[tuple[InputSize, ...], ...] | None:
        """The shape of each input tensor; one flat list is one tensor."""
        if self.input is None:
            return None
        shapes = [size for size in self.input if isinstance(size, tuple)]
        return tuple(shapes) if shapes else (tuple(size for size in self.input if not isinstance(size, tuple)),)


class Config(Budgets, frozen=True, rename="kebab", forbid_unknown_fields=True, kw_only=True):
    """Every setting, with its default. Patterns of `exclude` are relative to the folder of the file, `root`."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    search_path: tuple[str, ...] = ()
    python: str = ""
    """The virtual environment to read installed packages from; "" for the one that convlint runs in."""
    models: dict[str, ModelSettings] = {}
    root: str = ""

    def finding_packages(self, search_path: Sequence[str], python: str | None) -> Config:
        """Return the settings with further folders to search before the others, and perhaps another environment."""
        return msgspec.structs.replace(
            self,
            search_path=(*search_path, *self.search_path),
            python=self.python if python is None else python,
        )

    def choosing(self, select: tuple[str, ...] | None, ignore: tuple[str, ...] | None) -> Config:
        """Return the settings with another choice of rules; None keeps what the file says."""
        return msgspec.structs.replace(
            self,
            select=self.select if select is None else select,
            ignore=self.ignore if ignore is None else ignore,
        )

    def limit_for(self, name: str, qualname: str) -> int | None:
        """Return the limit `name` for the model of that qualified name: its own if it has one, else the general."""
        own = self.model(qualname)
        limit = own.limit(name) if own else None
        return self.limit(name) if limit is None else limit

    def model(self, qualname: str) -> ModelSettings | None:
        """Return what is said of the model "pkg.mod.Net", which the file writes "pkg.mod:Net"."""
        return next((it for key, it in self.models.items() if key.replace(":", ".") == qualname), None)


def parse_count(value: Count) -> int:
    """Return the whole number that a count stands for: "1.5G" is 1,500,000,000. Raises ValueError."""
    match = _COUNT.fullmatch(str(value).strip().lower().replace("_", "").replace(",", ""))
    if match is None:
        raise ValueError(f'`{value}` is not a count such as 5000000, "5M" or "1.5G"')
    from decimal import Decimal  # only a file with budgets needs it

    return int(Decimal(match[1]) * _SCALES[match[2]])


def discover(start: Path) -> Path | None:
    """Return the file that configures `start`: the nearest one above it that has settings for convlint."""
    folder = start if start.is_dir() else start.parent
    for candidate_folder in (folder, *folder.parents):
        for name in _FILES:
            candidate = candidate_folder / name
            if candidate.is_file() and _table(candidate) is not None:
                return candidate
    return None


def load(path: Path) -> Config:
    """Read the settings in a file. Raises ConfigError, which names the file and, for a wrong key, the nearest known."""
    table = _table(path)
    if table is None:
        raise ConfigError(f"{path} has no table `[tool.convlint]`")
    _check_keys(path, "", table, Config)
    models = table.get("models", {})
    for name, entry in models.items() if isinstance(models, dict) else ():
        if isinstance(entry, dict):
            _check_keys(path, f'models."{name}".', entry, ModelSettings)
    try:
        config = msgspec.convert(table, Config)
        for settings in (config, *config.models.values()):
            for key in Budgets.__struct_fields__:
                settings.limit(key)
    except (msgspec.ValidationError, ValueError) as error:
        raise ConfigError(f"{path}: {error}") from error
    folders = tuple(str(path.parent / folder) for folder in config.search_path)
    python = str(path.parent / config.python) if config.python else ""
    return msgspec.structs.replace(config, search_path=folders, python=python, root=str(path.parent))


def _table(path: Path) -> Mapping[str, Any] | None:
    """Return convlint's table in a TOML file; None for a `pyproject.toml` that has none."""
    try:
        content = tomllib.loads(path.read_bytes().decode())
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path} cannot be read: {error}") from error
    if path.name != "pyproject.toml":
        return content
    tool = content.get("tool")
    table = tool.get("convlint") if isinstance(tool, dict) else None
    return table if isinstance(table, dict) else None


def _check_keys(path: Path, prefix: str, table: Mapping[str, Any], struct: type[msgspec.Struct]) -> None:
    known = [name for name in struct.__struct_encode_fields__ if name != "root"]
    for key in table:
        if key not in known:
            import difflib

            near = difflib.get_close_matches(key, known, n=1, cutoff=0)
            raise ConfigError(f"{path}: unknown key `{prefix}{key}`; the nearest known key is `{prefix}{near[0]}`")
