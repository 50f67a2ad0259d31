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

import os
import sys


def _forget_working_folder() -> None:
    """Take away the working folder, which Python puts first for `-m`: nothing of what is linted may be imported.

    Before this nothing is imported that Python itself has not, not even `__future__`.
    """
    own = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120
    try:
        here = os.getcwd()  # noqa: PTH109
    except OSError:  # it is no more
        here = ""
    if sys.path and os.path.abspath(sys.path[0] or here) == here != own:  # noqa: PTH100
        del sys.path[0]


def _is_run_as_module() -> bool:
    """Whether this is imported for `python -m convlint`: Python says "-m" while it looks for what to run."""
    words = sys.orig_argv if sys.argv[:1] == ["-m"] else []
    named = [after for word, after in zip(words, words[1:] + [""]) if word.endswith("m")]  # noqa: B905, RUF005
    return any(name.split(".")[0] == "convlint" for name in named) or "-mconvlint" in words


if _is_run_as_module():
    _forget_working_folder()

from typing import TYPE_CHECKING  # noqa: E402

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
