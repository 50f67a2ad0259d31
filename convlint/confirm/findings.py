"""Confirms a report finding by finding: each becomes a claim, the child asks torch, and the finding says the answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from msgspec.structs import replace

from convlint.confirm.cache import VerdictCache, key_of
from convlint.confirm.claims import Claim, claim_of
from convlint.confirm.encoding import NotRebuildable
from convlint.confirm.process import ChildLost
from convlint.evidence import Evidence
from convlint.findings import Confirmation, Finding, Report, Status

Progress = Callable[[int, int], None]
"""Is told how many findings are done, of how many."""


class Asked(Protocol):
    """What answers claims: `convlint.confirm.process.Worker`."""

    torch_version: str
    python_version: str
    device: str

    def ask(self, request: dict[str, Any]) -> dict[str, Any]: ...


def confirm(
    report: Report, worker: Asked, *, cache: VerdictCache | None = None, progress: Progress | None = None
) -> Report:
    """Return the report with a confirmation on every finding.

    What torch says is kept in the cache as it comes, so that an interrupted run starts where it ended.
    """
    confirmed: list[Finding] = []
    for number, finding in enumerate(report.findings, 1):
        confirmed.append(replace(finding, confirmation=confirmation(finding, worker, cache)))
        if progress is not None:
            progress(number, len(report.findings))
    return replace(report, findings=tuple(confirmed))


def confirmation(finding: Finding, worker: Asked, cache: VerdictCache | None = None) -> Confirmation:
    """Return what torch says to one finding: one refuted piece of evidence refutes it, the first speaks otherwise."""
    verdicts = [_verdict(evidence, worker, cache) for evidence in finding.evidence]
    if not verdicts:
        return Confirmation(Status.NOT_CHECKED, "there is no evidence that torch could show")
    refuted = [verdict for verdict in verdicts if verdict.status is Status.REFUTED]
    chosen = refuted[0] if refuted else verdicts[0]
    return chosen if refuted else _with_the_others(chosen, verdicts)


def _with_the_others(chosen: Confirmation, verdicts: Sequence[Confirmation]) -> Confirmation:
    """Say how many of the other things that a finding says could not be checked."""
    left = sum(verdict.status is Status.NOT_CHECKED for verdict in verdicts)
    if chosen.status is Status.NOT_CHECKED or not left:
        return chosen
    return replace(chosen, detail=f"{chosen.detail}; {left} of {len(verdicts)} calls were not checked")


def _verdict(evidence: Evidence, worker: Asked, cache: VerdictCache | None) -> Confirmation:
    try:
        claim = claim_of(evidence)
    except NotRebuildable as reason:
        return Confirmation(Status.NOT_CHECKED, str(reason))
    key = key_of(claim, worker.torch_version, worker.python_version, worker.device)
    known = cache.get(key) if cache is not None else None
    verdict = _asked(claim, worker) if known is None else known
    if cache is not None and known is None:
        cache.put(key, verdict)
    return Confirmation(Status(verdict["status"]), verdict["detail"])


def _asked(claim: Claim, worker: Asked) -> dict[str, Any]:
    """Ask torch; where memory ran out, once more with tensors that take none."""
    try:
        return worker.ask(claim)
    except ChildLost as lost:
        if lost.cause != "memory":
            return {"status": Status.NOT_CHECKED.value, "detail": f"torch's process was lost: {lost.reason}"}
    try:
        return worker.ask({**claim, "without_memory": True})
    except ChildLost as lost:
        return {"status": Status.NOT_CHECKED.value, "detail": f"torch's process was lost: {lost.reason}"}
