"""Which models to run, built with what, on what input; yields the traces that rules and summaries read.

The names are loaded on first use: whoever only asks where installed packages are does without the interpreter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from convlint.analysis.files import AnalysisSettings
    from convlint.analysis.session import FileInput, Session, Studied, analyse
    from convlint.analysis.target import TargetError, TargetRun, run_target, trace_target

_HOMES = {
    "AnalysisSettings": "files",
    "FileInput": "session",
    "Session": "session",
    "Studied": "session",
    "analyse": "session",
    "TargetError": "target",
    "TargetRun": "target",
    "run_target": "target",
    "trace_target": "target",
}

__all__ = [
    "AnalysisSettings",
    "FileInput",
    "Session",
    "Studied",
    "TargetError",
    "TargetRun",
    "analyse",
    "run_target",
    "trace_target",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'convlint.analysis' has no attribute '{name}'")
    import importlib

    return getattr(importlib.import_module(f"convlint.analysis.{_HOMES[name]}"), name)
