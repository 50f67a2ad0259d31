"""Runs models in torch at every size and notes where it raises.

Sizes run on the CPU, in an order by chance, until a model has had its share of time. The rest run on the meta device,
and again on the CPU on both sides of every square at which the answer changes. A model on which the two devices
disagree anywhere runs on the CPU alone.
"""

from __future__ import annotations

import importlib
import random
import runpy
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from benchmarks.acceptance.answers import LARGEST, Answers, Size, sizes
from benchmarks.acceptance.cases import ROOT, Case
from benchmarks.scoreboard import processes
from benchmarks.scoreboard.record import Setup, uninitialised

CHECKS = 12
"""How many sizes run on both devices before the meta device is trusted."""


class Recorder:
    """Records one model; a class so that it can be sent to another process. `seconds` are of processor time."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def __call__(self, case: Case) -> Answers:
        torch: Any = importlib.import_module("torch")
        torch.set_num_threads(1)
        torch.manual_seed(0)
        model = build(case)
        channels = case.channels or model.default_cfg["input_size"][0]
        waiting = list(sizes())
        random.Random(0).shuffle(waiting)
        end = time.process_time() + self.seconds
        seen: dict[Size, bool] = {}
        while waiting and time.process_time() < end:
            size = waiting.pop()
            seen[size] = runs(model, channels, size)
        on_cpu = set(seen)
        if waiting:
            shadow = _shadow(case)
            if any(shadow is None or runs(shadow, channels, size, "meta") is not seen[size] for size in _checks(seen)):
                seen |= {size: runs(model, channels, size) for size in waiting}
                on_cpu |= set(waiting)
            else:
                seen |= {size: runs(shadow, channels, size, "meta") for size in waiting}
                edges = [size for size in _edges(seen) if size not in on_cpu]
                seen |= {size: runs(model, channels, size) for size in edges}
                on_cpu |= set(edges)
        taken = frozenset(size for size, ran in seen.items() if ran)
        return Answers(case.target, case.kwargs, channels, taken, len(on_cpu))


def build(case: Case) -> Any:
    """Build a model, in evaluation mode."""
    module, _, name = case.target.rpartition(":")
    if module.endswith(".py"):
        maker = runpy.run_path(str(ROOT / module))[name]
    else:
        maker = getattr(importlib.import_module(module), name)
    return maker(**case.kwargs).eval()


def _shadow(case: Case) -> Any:
    """The model on the meta device, or None if it cannot be built there."""
    torch: Any = importlib.import_module("torch")
    try:
        with torch.device("meta"), uninitialised():
            return build(case)
    except Exception:
        return None


def runs(model: Any, channels: int, size: Size, device: str = "cpu") -> bool:
    """Tell whether torch takes the size. Any exception of the model or of torch is a refusal."""
    torch: Any = importlib.import_module("torch")
    try:
        with torch.no_grad(), torch.device(device):
            model(torch.zeros((1, channels, *size), device=device))
    except Exception:
        return False
    return True


def _checks(seen: dict[Size, bool]) -> list[Size]:
    """Sizes of both answers, as many as there are of each up to the half."""
    return [size for answer in (True, False) for size in [s for s in seen if seen[s] is answer][: CHECKS // 2]]


def _edges(seen: dict[Size, bool]) -> list[Size]:
    """The squares within two of a change of the answer."""
    changes = [side for side in range(1, LARGEST) if seen[side, side] is not seen[side + 1, side + 1]]
    near = {side + step for side in changes for step in (-1, 0, 1, 2)}
    return [(side, side) for side in sorted(near) if 1 <= side <= LARGEST]


def record(cases: Iterable[Case], source: Path, part: Path, *, package: str, jobs: int, seconds: float) -> None:
    """Append what is not yet in `part`, a file of lines, as it comes."""
    from benchmarks.acceptance.answers import decode, encode

    done = {decode(line).name for line in part.read_text("utf-8").splitlines()} if part.exists() else set()
    left = [case for case in cases if Answers(case.target, case.kwargs).name not in done]
    limits = processes.Limits(60 * seconds, 16 << 30)
    with part.open("a", encoding="utf-8") as log:
        for outcome in processes.run(Recorder(seconds), left, setup=Setup(package, source), jobs=jobs, limits=limits):
            case: Case = outcome.task
            found = outcome.value or Answers(case.target, case.kwargs, error=outcome.error)
            log.write(encode(found) + "\n")
            log.flush()
            print(
                f"{found.name}  {found.error or len(found.taken)}  {found.on_cpu} on the CPU  {outcome.seconds:.0f} s",
                flush=True,
            )
