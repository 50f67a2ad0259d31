"""The published schema is that of the settings, and takes what convlint takes."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import msgspec
import pytest

from convlint.config import Config, load
from convlint.config.schema import json_schema, settings
from convlint.config.settings import INTERNAL, known_keys
from convlint.errors import ConfigError

PUBLISHED = Path(__file__).resolve().parents[2] / "docs" / "convlint.schema.json"

GOOD = [
    {},
    {"select": ["CVL1"], "per-file-ignores": {"tests/*": ["ALL"]}, "severity": {"CVL1": "off"}},
    {"max-macs": "5M", "max-activation": 5e6, "models": {"a:B": {"input": [1, 3, "H", "W"], "max-macs": 3}}},
    {"models": {"a:B": {"input": [[1, 3], ["N", 5]]}}, "force-exclude": True, "output-format": "json"},
]
BAD = [
    {"selct": []},
    {"select": "CVL1"},
    {"severity": {"CVL1": "grave"}},
    {"models": {"a:B": {"inputs": [1]}}},
    {"output-format": "xml"},
    {"root": "/"},
    {"force-exclude": "yes"},
]


def toml(table: dict[str, object], prefix: str = "") -> str:
    """Write plain settings as TOML."""
    flat = {key: value for key, value in table.items() if not isinstance(value, dict)}
    text = "".join(f"{json.dumps(key)} = {json.dumps(value)}\n" for key, value in flat.items())
    for key, value in table.items():
        if isinstance(value, dict):
            name = f"{prefix}{json.dumps(key)}"
            text += f"[{name}]\n{toml(value, f'{name}.')}"
    return text


def test_the_published_schema_is_current():
    assert json.loads(PUBLISHED.read_text(encoding="utf-8")) == json.loads(json.dumps(json_schema()))
    jsonschema.Draft202012Validator.check_schema(json_schema())


@pytest.mark.parametrize("table", GOOD)
def test_what_can_be_said_is_in_the_schema(table, tmp_path):
    jsonschema.validate(table, json_schema())
    (tmp_path / "convlint.toml").write_text(toml(table))
    load(tmp_path / "convlint.toml")


@pytest.mark.parametrize("table", BAD)
def test_what_cannot_be_said_is_not(table, tmp_path):
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(table, json_schema())
    (tmp_path / "convlint.toml").write_text(toml(table))
    with pytest.raises(ConfigError):
        load(tmp_path / "convlint.toml")


def test_every_setting_is_described():
    described = {setting.key: setting for setting in settings()}
    assert set(known_keys(Config)) <= set(described)
    assert not INTERNAL & set(described)
    assert all(setting.description.endswith(".") and setting.kind for setting in described.values())
    assert described["ignore"].kind == "array of text"
    assert described["models"].kind == "table of settings of a model"
    assert described["include"].default == msgspec.json.encode(Config().include).decode()
