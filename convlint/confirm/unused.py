"""What runs of whole models say of findings that no single layer can show: that a layer is never called."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from convlint.confirm.judging import ModelCheck, Outcome
from convlint.evidence import NotRebuilt
from convlint.findings import Confirmation, Finding, Report, Status


def with_runs(report: Report, checks: Sequence[ModelCheck]) -> Report:
    """Return the report with what the runs show of layers that are said not to be called."""
    return replace(report, findings=tuple(_seen_in(finding, checks) for finding in report.findings))


def _seen_in(finding: Finding, checks: Sequence[ModelCheck]) -> Finding:
    path = next((item.never_called for item in finding.evidence if isinstance(item, NotRebuilt)), "")
    runs = [check for check in checks if path and _is_run_of(check, finding)]
    if not runs:
        return finding
    called = [check for check in runs if any(_lies_below(call, path) for call in _calls(check))]
    if called:
        return replace(finding, confirmation=Confirmation(Status.REFUTED, f"torch calls `{path}` when the model runs"))
    times = "once" if len(runs) == 1 else f"{len(runs)} times"
    detail = f"the model ran {times} and did not call it"
    return replace(finding, confirmation=Confirmation(Status.CONFIRMED, detail))


def _is_run_of(check: ModelCheck, finding: Finding) -> bool:
    """Whether a check is a whole run of the model that a finding is about."""
    ran = check.outcome in (Outcome.CONFIRMED, Outcome.REFUTED) and check.raised is None
    return ran and check.model == finding.model and check.place.filename == finding.place.filename


def _calls(check: ModelCheck) -> list[str]:
    return [row.seen.path for row in check.rows if row.seen is not None]


def _lies_below(path: str, parent: str) -> bool:
    return path == parent or path.startswith(f"{parent}.")
