"""Settings files: which one is the nearest, what it says, and what it takes over from the file that it extends."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

import msgspec

from convlint.config.places import row_of
from convlint.config.settings import Budgets, Config, Level, ModelSettings, known_keys
from convlint.errors import ConfigError
from convlint.source import toml

Table = dict[str, Any]

_FILES = (".convlint.toml", "convlint.toml", "pyproject.toml")
_AT = re.compile(r"`\$((?:\.[\w-]+|\[[^\]]*\])*)`")


def discover(start: Path) -> Path | None:
    """Return the file that configures `start`: the nearest one above it that has settings for convlint."""
    folder = start if start.is_dir() else start.parent
    for candidate_folder in (folder, *folder.parents):
        for name in _FILES:
            candidate = candidate_folder / name
            if candidate.is_file() and _table(candidate) is not None:
                return candidate
    return None


def users_file() -> Path | None:
    """Return the settings file of the user's own, which holds where no other does: `convlint/convlint.toml` in
    `$XDG_CONFIG_HOME` or `~/.config`, on Windows in `%APPDATA%`."""
    base = os.environ.get("XDG_CONFIG_HOME") or (os.environ.get("APPDATA") if sys.platform == "win32" else None)
    folder = Path(base) if base else Path("~/.config").expanduser()
    file = folder / "convlint" / "convlint.toml"
    return file if file.is_absolute() and file.is_file() else None


def load(path: Path, *, root: Path | None = None) -> Config:
    """Read the settings in a file, and in those that it extends; patterns and paths count from `root`, its folder.

    Raises ConfigError, which names the file and the row and, for a wrong key, the nearest known.
    """
    table = _whole_table(path, root or path.parent, ())
    return msgspec.structs.replace(_convert(path, table), root=str(root or path.parent), source=str(path))


def overridden(config: Config, text: str) -> Config:
    """Return the settings with what one `key = value` of the command line says. Raises ConfigError."""
    try:
        table = toml.parsed(text)
    except ValueError as error:
        raise ConfigError(f"--config {text}: neither a file nor `key = value` as in TOML: {error}") from error
    return overridden_by(config, table, Path("--config") / text)


def overridden_by(config: Config, table: Table, where: Path) -> Config:
    """Return the settings with those of a table, as a settings file has it; `where` is what to call its place.

    Raises ConfigError.
    """
    _check_table(where, table)
    said = _convert(where, table)
    names = dict(zip(Config.__struct_encode_fields__, Config.__struct_fields__, strict=True))
    changes = {names[key]: getattr(said, names[key]) for key in table}
    for name, value in changes.items():
        if isinstance(value, dict):
            changes[name] = {**getattr(config, name), **value}
    return config.changed(**changes)


def place_of(path: str, keys: Sequence[str], value: str = "") -> str:
    """Return "file:row" of what a settings file says, the file alone if the row is not found."""
    file = Path(path)
    try:
        text = file.read_bytes().decode()
    except (OSError, UnicodeDecodeError):
        return path
    row = row_of(text, _in_file(file, keys), value)
    return path if row is None else f"{path}:{row}"


def _in_file(path: Path, keys: Sequence[str]) -> Sequence[str]:
    return ("tool", "convlint", *keys) if path.name == "pyproject.toml" else keys


def _whole_table(path: Path, root: Path, seen: tuple[Path, ...]) -> Table:
    """Return what a file says, with what the files say that it extends, all paths absolute."""
    own = _table(path)
    if own is None:
        raise ConfigError(f"{path} has no table `[tool.convlint]`")
    _check_table(path, own)
    table = _with_absolute_paths(own, root)
    extended = own.get("extend")
    if not isinstance(extended, str) or not extended:
        return table
    parent = (root / Path(extended).expanduser()).resolve()
    if parent in (*seen, path.resolve()):
        raise ConfigError(f"{place_of(str(path), ['extend'])}: `extend` leads back to {parent}")
    if not parent.is_file():
        raise ConfigError(f"{place_of(str(path), ['extend'])}: `extend`: there is no file {parent}")
    return _merged(_whole_table(parent, parent.parent, (*seen, path.resolve())), table)


def _merged(general: Table, own: Table) -> Table:
    """Return two tables as one: `own` wins, tables in them are taken together key by key."""
    both = {
        key: _merged(general[key], value) if isinstance(general.get(key), dict) and isinstance(value, dict) else value
        for key, value in own.items()
    }
    return {**general, **both}


def _with_absolute_paths(table: Table, root: Path) -> Table:
    changed = dict(table)
    folders = table.get("search-path")
    if isinstance(folders, list):
        changed["search-path"] = [_absolute(folder, root) for folder in folders]
    for key in ("python", "baseline"):
        if key in table:
            changed[key] = _absolute(table[key], root)
    return changed


def _absolute(path: object, root: Path) -> object:
    return str(root / Path(path).expanduser()) if isinstance(path, str) and path else path


def _table(path: Path) -> Table | None:
    """Return convlint's table in a TOML file; None for a `pyproject.toml` that has none."""
    try:
        content = toml.parsed(path.read_bytes().decode())
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path} cannot be read: {error}") from error
    if path.name != "pyproject.toml":
        return content
    tool = content.get("tool")
    table = tool.get("convlint") if isinstance(tool, dict) else None
    return table if isinstance(table, dict) else None


def _convert(path: Path, table: Mapping[str, Any]) -> Config:
    try:
        config = msgspec.convert(table, Config)
    except msgspec.ValidationError as error:
        at = _AT.search(str(error))
        keys = list(re.findall(r"\.([\w-]+)", at[1])) if at else []
        known = f"; it is one of {', '.join(f'`{it}`' for it in get_args(Level))}" if keys == ["severity"] else ""
        raise ConfigError(f"{place_of(str(path), keys)}: {error}{known}") from error
    for keys, settings in [([], config), *((["models", name], model) for name, model in config.models.items())]:
        for field, key in zip(Budgets.__struct_fields__, Budgets.__struct_encode_fields__, strict=True):
            try:
                settings.limit(field)
            except ValueError as error:
                raise ConfigError(f"{place_of(str(path), [*keys, key])}: {error}") from error
    return config


def _check_table(path: Path, table: Table) -> None:
    _check_keys(path, (), table, Config)
    models = table.get("models", {})
    for name, entry in models.items() if isinstance(models, dict) else ():
        if isinstance(entry, dict):
            _check_keys(path, ("models", name), entry, ModelSettings)


def _check_keys(path: Path, tables: Sequence[str], table: Table, struct: type[msgspec.Struct]) -> None:
    known = known_keys(struct)
    prefix = f'{tables[0]}."{tables[1]}".' if tables else ""
    for key in table:
        if key == "tool" and not tables:
            raise ConfigError(
                f"{place_of(str(path), [key, 'convlint'])}: a table `[tool.convlint]` stands in a file named "
                "pyproject.toml; in this one, its keys stand at the top"
            )
        if key not in known:
            import difflib

            near = difflib.get_close_matches(key, known, n=1, cutoff=0)
            raise ConfigError(
                f"{place_of(str(path), [*tables, key])}: unknown key `{prefix}{key}`; "
                f"the nearest known key is `{prefix}{near[0]}`"
            )
