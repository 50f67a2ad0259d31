"""What `convlint confirm` prints as JSON: the findings as `check` prints them, and the models that were run."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from convlint.confirm.judging import ModelCheck
from convlint.findings import Report
from convlint.report import json, runs_json
from convlint.report.escape import json_text


def text(report: Report, checks: Iterable[ModelCheck], base: Path) -> str:
    """Return an indented JSON object with `findings` and `models`."""
    return json_text({"findings": json.entries(report, base), "models": runs_json.plain(checks, base)})
