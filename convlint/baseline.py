"""The baseline: findings that a project knows of and is not told of again, in a file that survives moved lines."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from convlint.errors import UsageError
from convlint.findings import Finding
from convlint.identity import Identity, Lines, identities

DEFAULT = "convlint-baseline.json"
_VERSION = 1


def text(findings: Iterable[Finding], folder: Path, lines: Lines) -> str:
    """Return the content of a baseline in `folder` that holds these findings."""
    known = sorted(_plain(identity) for identity in identities(findings, folder, lines))
    body = {"version": _VERSION, "findings": [dict(entry) for entry in known]}
    return msgspec.json.format(msgspec.json.encode(body)).decode() + "\n"


def read(path: str) -> frozenset[Identity]:
    """Return what a baseline holds. Raises UsageError for a file that is none."""
    try:
        body = msgspec.json.decode(Path(path).read_bytes())
        if body["version"] != _VERSION:
            raise UsageError(f"{path} is a baseline of another version, {body['version']}")
        return frozenset(Identity(**entry) for entry in body["findings"])
    except OSError as error:
        raise UsageError(f"the baseline {path} cannot be read: {error.strerror}") from error
    except (msgspec.DecodeError, KeyError, TypeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} is no baseline: {error}") from error


def without(known: frozenset[Identity], findings: list[Finding], folder: Path, lines: Lines) -> list[Finding]:
    """Return the findings that a baseline in `folder` does not hold."""
    marks = identities(findings, folder, lines)
    return [finding for finding, identity in zip(findings, marks, strict=True) if identity not in known]


def _plain(identity: Identity) -> tuple[tuple[str, Any], ...]:
    return tuple((field, _encodable(getattr(identity, field))) for field in identity.__struct_fields__)


def _encodable(value: Any) -> Any:
    return value.encode("utf-8", "backslashreplace").decode() if isinstance(value, str) else value
