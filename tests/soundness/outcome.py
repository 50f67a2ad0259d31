"""What torch and convlint each make of one program, and whether the two go together."""

from __future__ import annotations

import traceback
from dataclasses import dataclass
from pathlib import Path

import torch

from convlint.findings import Finding
from convlint.trace import ModelTrace
from tests.limits import TooLongError, limit
from tests.soundness.programs import TorchRun, disagreement, errors_and_models, recording, run_in_torch

SECONDS = 6
TORCH = str(Path(torch.__file__).parent)


@dataclass(frozen=True)
class Raised:
    """What a program raises in torch: at which of its own lines, and of what kind if it is about shapes."""

    text: str
    rows: frozenset[int]
    kind: str


def compare(source: str, name: str) -> tuple[str, str, str]:
    """Return the outcome, the detail and what torch raised.

    Outcomes: "passed" (torch runs it and no error is reported), "false" (an error on what torch runs), "number" (a
    shape that torch does not have), "found", "elsewhere" (torch raises and an error is reported, but at another line),
    "missed", "other" (the program fails for a reason that has nothing to do with torch), "slow" (convlint), "endless"
    (the program).
    """
    try:
        with limit(SECONDS):
            outcome = ran(source, name)
    except TooLongError:
        return "endless", "", ""
    return judge(outcome, source, name)


def ran(source: str, name: str) -> tuple[Raised | None, list[TorchRun]]:
    """Run a program in torch; return what it raises and the calls of its models."""
    with recording() as runs:
        try:
            run_in_torch(source, name)
        except TooLongError:
            raise
        except BaseException as error:
            frames = traceback.extract_tb(error.__traceback__)
            rows = frozenset(frame.lineno or 0 for frame in frames if frame.filename == f"{name}.py")
            return Raised(f"{type(error).__name__}: {error}", rows, _kind(error)), runs
    return None, runs


def judge(
    outcome: tuple[Raised | None, list[TorchRun]],
    source: str,
    name: str,
    search_path: tuple[str, ...] = (),
) -> tuple[str, str, str]:
    """Return what convlint says of a program that torch has run, see `compare`."""
    raised, runs = outcome
    try:
        with limit(60, processor=True):
            found, models = errors_and_models(source, name, search_path)
            if raised is None:
                if found:
                    return "false", _shown(found), ""
                wrong = _wrong_number(models, runs)
                return ("number", wrong, "") if wrong else ("passed", "", "")
    except TooLongError:
        return "slow", "", ""
    text = f"torch, at {sorted(raised.rows)}: {raised.text}"
    if found:
        place = "found" if any(_overlaps(finding, raised.rows) for finding in found) else "elsewhere"
        return place, f"{text}\n{_shown(found)}", raised.kind
    return ("missed" if raised.kind else "other"), text, raised.kind


def _kind(error: BaseException) -> str:
    """Name what torch raised about shapes, "" if it was not torch or not about shapes: too little memory, for one."""
    if "allocate memory" in str(error):
        return ""
    frames = traceback.extract_tb(error.__traceback__)
    in_torch = bool(frames) and frames[-1].filename.startswith(TORCH)
    if isinstance(error, RuntimeError) and not isinstance(error, NotImplementedError | RecursionError):
        return "RuntimeError"
    return type(error).__name__ if in_torch and isinstance(error, ValueError | IndexError) else ""


def _wrong_number(models: list[ModelTrace], runs: list[TorchRun]) -> str:
    for trace in models:
        if trace.complete and not trace.gaps:
            wrong = disagreement(trace, runs)
            if wrong:
                return f"{trace.name} called at {trace.call.span if trace.call else ''}: {wrong}"
    return ""


def _overlaps(finding: Finding, rows: frozenset[int]) -> bool:
    places = [finding.place, *(related.place for related in finding.related)]
    return any(place.span[0] <= row <= place.span[2] for place in places for row in rows)


def _shown(found: list[Finding]) -> str:
    return "\n".join(f"{finding.code} at {finding.place.span[0]}: {finding.message}" for finding in found)
