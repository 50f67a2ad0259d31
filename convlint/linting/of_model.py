"""What `check` would tell of one run of one model in one file: as settings and comments let it through."""

from __future__ import annotations

from convlint.causes import one_for_each_cause
from convlint.config import Config
from convlint.findings import Finding, Notice
from convlint.rules import RULES
from convlint.rules.evaluated import Evaluated
from convlint.rules.run import sightings
from convlint.rules.selection import selection
from convlint.sightings import merged
from convlint.source.kinds import python_of
from convlint.source.text import SourceError
from convlint.suppressing import Comments, told
from convlint.trace import ModelTrace


def told_of(
    trace: ModelTrace, filename: str, config: Config, content: bytes | None = None
) -> tuple[list[Finding], tuple[Notice, ...]]:
    """Return the findings at places in the file, and the comments there that are meant for convlint and not understood.

    That a comment silences nothing is not told, since other models of the file may need it. Raises UsageError for a
    selector that stands for no rule. The file's content is read unless it is given.
    """
    chosen = selection(RULES, config)
    found = merged(sightings([trace], RULES, config, lambda name: name == filename))
    comments = Comments({filename: _content(filename) if content is None else content} if config.heeding else {})
    said = told(found, comments, lambda name: chosen, Evaluated())
    findings = one_for_each_cause(chosen.weighed(finding) for finding in said if chosen.tells(finding))
    return findings, tuple(comments.notices())


def _content(filename: str) -> bytes:
    try:
        with open(filename, "rb") as file:  # noqa: PTH123 - paths are strings, as in `discover`
            return python_of(filename, file.read())
    except (OSError, SourceError):
        return b""
