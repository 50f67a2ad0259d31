"""Which input sizes models accept: what convlint says against what torch does, size by size, in evaluation mode.

    python benchmarks/fetch_sources.py
    python benchmarks/accepts.py torchvision --source .zoo --largest 128

Every square size up to the largest and a grid of others are run in torch on the meta device. Where the two disagree,
and on both sides of every size at which the answer changes, torch runs on the CPU, and what it does there counts.
The exit code is 1 if any size is judged wrongly.
"""

from __future__ import annotations

import argparse
import importlib
import random
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from benchmarks.scoreboard import catalogue, processes  # noqa: E402
from benchmarks.scoreboard.catalogue import Entry  # noqa: E402
from benchmarks.scoreboard.record import Setup, uninitialised  # noqa: E402
from benchmarks.scoreboard.truth import Shape  # noqa: E402

GRID = (1, 2, 7, 16, 31, 32, 33, 64, 65, 100)
MOST_ON_CPU = 12


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found for one model: how many sizes were compared, and those that torch takes and convlint refuses, or
    the other way round. `undecided` says why convlint gave no set."""

    target: str
    compared: int = 0
    on_cpu: int = 0
    wrong: tuple[tuple[int, int, bool], ...] = ()
    undecided: str = ""
    text: str = ""
    seconds: float = 0.0


class Judge:
    """Compares one model; a class so that it can be sent to another process."""

    def __init__(self, source: Path, largest: int) -> None:
        self.source, self.largest = source, largest

    def __call__(self, entry: Entry) -> Verdict:
        from convlint import api

        ((_, channels, *_),) = entry.inputs or (_default(entry),)
        assert channels is not None
        began = time.process_time()
        accepted = api.accepted_inputs(
            entry.target, ("N", channels, "H", "W"), kwargs=entry.kwargs, search_path=[str(self.source)]
        )
        seconds = time.process_time() - began
        text = str(accepted)
        if not accepted.decided:
            return Verdict(entry.target, undecided=accepted.undecided[0].reason, text=text, seconds=seconds)
        sizes = [(side, side) for side in range(1, self.largest + 1)]
        sizes += [(h, w) for h in GRID for w in GRID if h != w]
        claimed = {size: accepted.takes((1, channels, *size)) for size in sizes}
        model = _build(entry, "meta")
        seen = {size: _runs(model, channels, size, "meta") for size in sizes}
        doubtful = [size for size in sizes if claimed[size] is not seen[size]]
        checked = [*doubtful, *_edges(claimed, self.largest)][:MOST_ON_CPU]
        model = _build(entry, "cpu") if checked else None
        seen |= {size: _runs(model, channels, size, "cpu") for size in checked}
        wrong = tuple((*size, seen[size]) for size in sizes if claimed[size] is not seen[size])
        return Verdict(entry.target, len(sizes), len(checked), wrong, "", text, seconds)


def _default(entry: Entry) -> Shape:
    model = _build(entry, "meta")
    return (1, *model.default_cfg["input_size"])


def _build(entry: Entry, device: str) -> Any:
    torch: Any = importlib.import_module("torch")
    module, _, name = entry.target.partition(":")
    with torch.device(device), uninitialised():
        model = getattr(importlib.import_module(module), name)(**entry.kwargs)
    return model.eval()


def _runs(model: Any, channels: int, size: tuple[int, int], device: str) -> bool:
    """Tell whether torch takes the size. Any exception of the model or of torch is a refusal."""
    torch: Any = importlib.import_module("torch")
    try:
        with torch.no_grad(), torch.device(device):
            model(torch.zeros((1, channels, *size), device=device))
    except Exception:
        return False
    return True


def _edges(claimed: dict[tuple[int, int], bool | None], largest: int) -> list[tuple[int, int]]:
    """Return the smallest squares on both sides of a change of the answer."""
    sides = [s for s in range(1, largest) if claimed[s, s] is not claimed[s + 1, s + 1]]
    return [size for side in sides for size in ((side, side), (side + 1, side + 1))]


def judged(entries: list[Entry], package: str, source: Path, largest: int, jobs: int) -> Iterator[Verdict]:
    """Yield the verdict on each model; one that cannot be judged is undecided."""
    limits = processes.Limits(600.0, 16 << 30)
    judge = Judge(source, largest)
    for outcome in processes.run(judge, entries, setup=Setup(package, source), jobs=jobs, limits=limits):
        yield outcome.value or Verdict(outcome.task.target, undecided=f"not compared: {outcome.error}")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Compare the accepted sizes of a package's models with torch.")
    parser.add_argument("package")
    parser.add_argument("--source", type=Path, required=True, help="the folder that holds the unpacked packages")
    parser.add_argument("--only", default="", help="only models whose target contains this")
    parser.add_argument("--without", action="append", default=[], help="no models whose target contains this")
    parser.add_argument("--largest", type=int, default=128)
    parser.add_argument("--limit", type=int, help="a seeded choice of so many models")
    parser.add_argument("--jobs", type=int, default=1)
    options = parser.parse_args(arguments)
    source = options.source.resolve()
    (listed,) = processes.run(_listed, [options.package], setup=Setup(options.package, source))
    if listed.error is not None:
        raise SystemExit(listed.error)
    entries = [entry for entry in listed.value if options.only in entry.target]
    entries = [entry for entry in entries if not any(text in entry.target for text in options.without)]
    entries = [entry for entry in entries if not entry.inputs or [len(shape) for shape in entry.inputs] == [4]]
    if options.limit is not None and options.limit < len(entries):
        entries = random.Random(0).sample(entries, options.limit)
    verdicts = []
    for verdict in judged(entries, options.package, source, options.largest, options.jobs):
        verdicts.append(verdict)
        print(_line(verdict), flush=True)
    decided = [verdict for verdict in verdicts if not verdict.undecided]
    wrong = sum(len(verdict.wrong) for verdict in verdicts)
    print(
        f"{len(verdicts)} models: {len(decided)} decided, {len(verdicts) - len(decided)} not decided; "
        f"{sum(verdict.compared for verdict in decided)} sizes compared, {wrong} disagreements"
    )
    return int(wrong > 0)


def _listed(package: str) -> list[Entry]:
    return catalogue.entries(package, None)


def _line(verdict: Verdict) -> str:
    if verdict.undecided:
        return f"{verdict.target}  not decided: {verdict.undecided}"
    found = f"{len(verdict.wrong)} WRONG: {verdict.wrong[:6]}" if verdict.wrong else "equal"
    return (
        f"{verdict.target}  {found} on {verdict.compared} sizes ({verdict.on_cpu} on the CPU)  {verdict.seconds:.1f} s"
    )


if __name__ == "__main__":
    raise SystemExit(main())
