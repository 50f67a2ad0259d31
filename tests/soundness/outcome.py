"""What torch and convlint each make of one program, and whether the two go together."""

from __future__ import annotations

import traceback
from pathlib import Path

import torch

from convlint.findings import Finding
from tests.limits import TooLongError, limit
from tests.soundness.programs import TorchRun, called_models, disagreement, errors, recording, run_in_torch

SECONDS = 6
TORCH = str(Path(torch.__file__).parent)


def compare(source: str, name: str) -> tuple[str, str, str]:
    """Return the outcome, the detail and what torch raised.

    Outcomes: "passed" (torch runs it and no error is reported), "false" (an error on what torch runs), "number" (a
    shape that torch does not have), "found", "elsewhere" (torch raises and an error is reported, but at another line),
    "missed", "other" (the program fails for a reason that has nothing to do with torch), "slow" (convlint), "endless"
    (the program).
    """
    try:
        with recording() as runs, limit(SECONDS):
            raised = _raised(source, name)
    except TooLongError:
        return "endless", "", ""
    try:
        with limit(60):
            found = errors(source, name)
            if raised is None:
                if found:
                    return "false", _shown(found), ""
                wrong = _wrong_number(source, name, runs)
                return ("number", wrong, "") if wrong else ("passed", "", "")
    except TooLongError:
        return "slow", "", ""
    kind = _kind(raised)
    rows = {frame.lineno for frame in traceback.extract_tb(raised.__traceback__) if frame.filename == f"{name}.py"}
    if found:
        text = f"torch, at {sorted(rows)}: {type(raised).__name__}: {raised}\n{_shown(found)}"
        return ("found" if any(_overlaps(finding, rows) for finding in found) else "elsewhere"), text, kind
    return ("missed" if kind else "other"), f"at {sorted(rows)}: {type(raised).__name__}: {raised}", kind


def _raised(source: str, name: str) -> BaseException | None:
    try:
        run_in_torch(source, name)
    except TooLongError:
        raise
    except BaseException as error:
        return error
    return None


def _kind(error: BaseException) -> str:
    """Name what torch raised about shapes, "" if it was not torch or not about shapes."""
    frames = traceback.extract_tb(error.__traceback__)
    in_torch = bool(frames) and frames[-1].filename.startswith(TORCH)
    if isinstance(error, RuntimeError) and not isinstance(error, NotImplementedError | RecursionError):
        return "RuntimeError"
    return type(error).__name__ if in_torch and isinstance(error, ValueError | IndexError) else ""


def _wrong_number(source: str, name: str, runs: list[TorchRun]) -> str:
    for trace in called_models(source, name):
        if trace.complete and not trace.gaps:
            wrong = disagreement(trace, runs)
            if wrong:
                return f"{trace.name} called at {trace.call.span if trace.call else ''}: {wrong}"
    return ""


def _overlaps(finding: Finding, rows: set[int]) -> bool:
    places = [finding.place, *(related.place for related in finding.related)]
    return any(place.span[0] <= row <= place.span[2] for place in places for row in rows)


def _shown(found: list[Finding]) -> str:
    return "\n".join(f"{finding.code} at {finding.place.span[0]}: {finding.message}" for finding in found)
