"""The settings described: as JSON Schema for editors, and one by one for people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Meta, Struct

from convlint.config.settings import INTERNAL, Config, ModelSettings


class Setting(Struct, frozen=True):
    """One setting: its key as files write it, its type and default as they write them, and what it does."""

    key: str
    kind: str
    default: str
    description: str


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of a settings file, draft 2020-12."""
    (reference,), definitions = msgspec.json.schema_components([Config], ref_template="#/$defs/{name}")
    whole: dict[str, Any] = definitions.pop(reference["$ref"].rpartition("/")[2])
    for name in INTERNAL:
        whole["properties"].pop(name)
    described = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **whole,
        "title": "Settings of convlint",
        "description": "convlint.toml, .convlint.toml, or the table [tool.convlint] of pyproject.toml",
        "$defs": definitions,
    }
    schema: dict[str, Any] = _without_null(described)
    return schema


def _without_null(node: Any) -> Any:
    """Return the schema without null, which TOML does not have: what is None in Python is not there."""
    if isinstance(node, list):
        return [_without_null(item) for item in node if item != {"type": "null"} and item is not None]
    if not isinstance(node, dict):
        return node
    kept = {key: _without_null(value) for key, value in node.items() if not (key == "default" and value is None)}
    choices = kept.get("anyOf", [])
    if len(choices) == 1:
        del kept["anyOf"]
        kept.update(choices[0])
    return kept


def settings() -> Iterator[Setting]:
    """Yield every setting, those of single models as `models."package.module:Name".key`."""
    yield from _settings_of(Config, "")
    yield from _settings_of(ModelSettings, 'models."…".')


def _settings_of(struct: type[msgspec.Struct], prefix: str) -> Iterator[Setting]:
    hints = get_type_hints(struct, include_extras=True)
    for field in msgspec.structs.fields(struct):
        if field.name in INTERNAL:
            continue
        annotated, *extras = get_args(hints[field.name])
        description = next((extra.description for extra in extras if isinstance(extra, Meta)), "") or ""
        value = field.default if field.default is not msgspec.NODEFAULT else field.default_factory()
        yield Setting(f"{prefix}{field.encode_name}", _kind(annotated), _written(value), description)


def _written(value: object) -> str:
    return "none" if value is None else msgspec.json.encode(value).decode()


def _kind(kind: Any) -> str:
    """Return a type in words, as the schema's readers know it: "array of text"."""
    kind = getattr(kind, "__origin__", kind) if hasattr(kind, "__metadata__") else kind
    arguments = [argument for argument in get_args(kind) if argument not in (type(None), Ellipsis)]
    origin = get_origin(kind)
    if origin is tuple:
        return f"array of {' or '.join(dict.fromkeys(map(_kind, arguments)))}"
    if origin is dict:
        return f"table of {_kind(arguments[1])}"
    if arguments:
        return " or ".join(dict.fromkeys(_kind(argument) for argument in arguments))
    if isinstance(kind, str):
        return f'"{kind}"'
    return {str: "text", int: "number", float: "number", bool: "true or false"}.get(kind, "settings of a model")
