"""A static linter for PyTorch models: shapes that cannot work, pixels silently thrown away, and what layers cost.

The road (each room knows only those before it):

    source → ir → interp (with layers, symbolic) → analysis → trace → rules → findings → report, lsp, cli

    convlint.lint_paths(paths, *, config=None) -> Report
    convlint.lint_source(text, filename="<string>", *, config=None) -> Report
    convlint.summarize(target, *inputs, args=(), kwargs=None, search_path=()) -> ModelSummary
    convlint.accepted_inputs(target, *inputs, args=(), kwargs=None, search_path=()) -> Accepted

Nothing here imports torch, nor runs the code that it reads. The names are loaded on first use: `import convlint`
alone costs next to nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from convlint.accepts import Accepted
    from convlint.api import accepted_inputs, lint_paths, lint_source, summarize
    from convlint.config import Config
    from convlint.errors import ConfigError, UsageError
    from convlint.findings import Finding, Report, Severity
    from convlint.summary import LayerSummary, ModelSummary

__version__ = "0.1.0"

_HOMES = {
    "accepted_inputs": "api",
    "lint_paths": "api",
    "lint_source": "api",
    "summarize": "api",
    "Accepted": "accepts",
    "Config": "config",
    "ConfigError": "errors",
    "UsageError": "errors",
    "Finding": "findings",
    "Report": "findings",
    "Severity": "findings",
    "LayerSummary": "summary",
    "ModelSummary": "summary",
}

__all__ = [
    "Accepted",
    "Config",
    "ConfigError",
    "Finding",
    "LayerSummary",
    "ModelSummary",
    "Report",
    "Severity",
    "UsageError",
    "__version__",
    "accepted_inputs",
    "lint_paths",
    "lint_source",
    "summarize",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'convlint' has no attribute '{name}'")
    import importlib

    return getattr(importlib.import_module(f"convlint.{_HOMES[name]}"), name)
