"""The settings of a file, and where they come from: as TOML with comments for people, and as JSON."""

from __future__ import annotations

import msgspec

from convlint.config import Config
from convlint.config.environment import Environment
from convlint.config.settings import INTERNAL
from convlint.report.escape import json_text, visible


def text(path: str, config: Config, environment: Environment) -> str:
    """Return the settings as TOML, with comments that say where they come from."""
    lines = [
        f"# settings of {path}",
        f"# from {config.source or 'no file: the defaults'}",
        f"# packages of {environment.path or 'this environment'}: {environment.why}",
        *(f"#   {folder}" for folder in environment.folders),
        f"# torch {environment.torch_version or 'is not installed there'}",
    ]
    plain = _plain(config)
    tables = {key: value for key, value in plain.items() if isinstance(value, dict)}
    lines += [f"{key} = {_value(value)}" for key, value in plain.items() if key not in tables and value is not None]
    for key, table in tables.items():
        lines += ["", f"[{key}]", *(f"{_value(name)} = {_value(value)}" for name, value in table.items())]
    return "\n".join(map(visible, lines))


def settings_json(path: str, config: Config, environment: Environment) -> str:
    """Return the same as an indented JSON object."""
    shown = {
        "filename": path,
        "source": config.source or None,
        "environment": {
            "path": environment.path,
            "why": environment.why,
            "folders": environment.folders,
            "torch": environment.torch_version or None,
        },
        "settings": _plain(config),
    }
    return json_text(shown)


def _plain(config: Config) -> dict[str, object]:
    plain: dict[str, object] = msgspec.to_builtins(config)
    return {key: value for key, value in plain.items() if key not in INTERNAL}


def _value(value: object) -> str:
    """Return a value as TOML writes it."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_value(key)} = {_value(it)}" for key, it in value.items() if it is not None) + " }"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(_value, value)) + "]"
    return msgspec.json.encode(value).decode()
