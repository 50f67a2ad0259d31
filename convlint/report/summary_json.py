"""The summary of a model as JSON: the fields of `ModelSummary`, symbols as text."""

from __future__ import annotations

from dataclasses import fields, is_dataclass

from convlint.accepts import Accepted
from convlint.report import accepts_json
from convlint.report.escape import encodable, json_text
from convlint.summary import ModelSummary
from convlint.symbolic import Dim


def text(summary: ModelSummary) -> str:
    """Return the summary as an indented JSON object."""
    return json_text(_plain(summary))


def _plain(value: object) -> object:
    """Return the value as JSON knows it: numbers exact, symbolic sizes as text."""
    if isinstance(value, Accepted):
        return accepts_json.plain(value)
    if is_dataclass(value) and not isinstance(value, (Dim, type)):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, (tuple, list)):
        return [_plain(item) for item in value]
    if isinstance(value, str):
        return encodable(value)
    return value if value is None or isinstance(value, (bool, int, float)) else str(value)
