"""Traces of small programs, for rules that are not convlint's."""

from __future__ import annotations

from convlint.analysis import AnalysisSettings, FileInput, analyse
from convlint.trace import ModelTrace


def traces_of(source: str) -> tuple[ModelTrace, ...]:
    """Return what the models of a source were seen to do."""
    (analysis,) = analyse([FileInput("example.py", source.encode())], AnalysisSettings())
    return analysis.models
