"""Which models to run, built with what, on what input; yields the traces that rules and summaries read."""

from __future__ import annotations

from convlint.analysis.files import AnalysisSettings, FileInput, analyse
from convlint.analysis.target import TargetError, TargetRun, run_target, trace_target

__all__ = ["AnalysisSettings", "FileInput", "TargetError", "TargetRun", "analyse", "run_target", "trace_target"]
