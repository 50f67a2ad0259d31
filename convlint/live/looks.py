"""One look at a text: its report, what is known of its models, and on what of the disk that depends."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from convlint.findings import Report
from convlint.ir import nodes
from convlint.source.disk import Question
from convlint.trace import FileAnalysis


class Look(Struct, frozen=True):
    """What was seen of a text under a name. `answers` are the questions that were asked of the disk, with answers."""

    name: str
    report: Report
    analysis: FileAnalysis
    answers: Mapping[Question, str] = {}
    module: nodes.Module | None = None
    """The text in lowered form, None if it could not be parsed or has nothing to do with torch."""
    seconds: float = 0.0
    """How much processor time it took."""

    @property
    def is_broken(self) -> bool:
        """Whether the text itself could not be parsed."""
        return self.analysis.problem is not None
