"""What questions on symbolic sizes cost: CPU time, as a multiple of parsing `fixtures/models/residual.py`.

    python benchmarks/symbolic.py [--runs 7] [--against CHECKOUT]

Each case is asked for the first time, with names of symbols that were not there before, and once more. The numbers are
medians of several runs; with `--against` the two checkouts take turns, each in a process of its own.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PARSED = ROOT / "fixtures" / "models" / "residual.py"
PARSE = "parse a module of 58 lines"
WINDOWS = ((7, 2, 3), (3, 2, 1), (3, 1, 1), (3, 2, 1), (3, 1, 1), (3, 2, 1), (3, 1, 1), (3, 2, 1))
"""Kernel, stride and padding of what a residual network halves its input with."""


def main(arguments: list[str] | None = None) -> int:
    """Print a table of the cases: a column for each checkout."""
    parser = argparse.ArgumentParser(description="Measure what questions on symbolic sizes cost.")
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--against", type=Path, help="another checkout, measured in turn with this one")
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.measure:
        json.dump(measured(), sys.stdout)
        return 0
    checkouts = [ROOT] if options.against is None else [options.against.resolve(), ROOT]
    found: dict[Path, list[dict[str, float]]] = {checkout: [] for checkout in checkouts}
    for _ in range(options.runs):
        for checkout in checkouts:
            found[checkout].append(in_a_process(checkout))
    print("\n".join(table([found[checkout] for checkout in checkouts])))
    return 0


def in_a_process(checkout: Path) -> dict[str, float]:
    """Return what the convlint of a checkout takes for each case, in multiples of the parse."""
    environment = os.environ | {"PYTHONPATH": str(checkout)}
    command = [sys.executable, str(Path(__file__).resolve()), "--measure"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    seconds: dict[str, float] = json.loads(done.stdout)
    return {name: took / seconds[PARSE] for name, took in seconds.items()}


def measured() -> dict[str, float]:
    """Return the CPU seconds of the parse and of each case."""
    import libcst

    source = PARSED.read_text(encoding="utf-8")
    libcst.parse_module(source)
    found = {PARSE: min(timed(lambda: libcst.parse_module(source)) for _ in range(20))}
    for name, ask in CASES.items():
        ask(f"_before_{ask.__name__}")  # imports, and what does not depend on names
        questions = [partial(ask, f"_{number}_{ask.__name__}") for number in range(5)]
        found[f"{name}, first"] = min(timed(question) for question in questions)
        found[f"{name}, again"] = min(timed(question) for question in questions)
    return found


def timed(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def table(found: list[list[dict[str, float]]]) -> list[str]:
    lines = []
    for name in found[0][0]:
        medians = [statistics.median(run[name] for run in runs) for runs in found]
        cells = [f"{median:10.3f} ×" for median in medians]
        if len(medians) == 2:
            cells.append(f"{medians[1] / medians[0]:8.3f}")
        lines.append(f"{name:46}" + "  ".join(cells))
    return lines


# --- cases: each takes a suffix that makes its symbols' names new ----------------------------------------


def _slid(size: object, windows: tuple[tuple[int, int, int], ...] = WINDOWS) -> list[object]:
    sizes = [size]
    for kernel, stride, padding in windows:
        sizes.append((sizes[-1] + 2 * padding - kernel) // stride + 1)  # type: ignore[operator]
    return sizes


def shapes(suffix: str) -> object:
    """The sizes of 8 windows on two axes, with the number of cells behind each."""
    from convlint.symbolic import product, symbol

    n, h, w = (symbol(name + suffix) for name in "NHW")
    return [product((n, 64, *pair)) for pair in zip(_slid(h), _slid(w), strict=True)]


def demands(suffix: str) -> object:
    """What 8 windows, a normalisation after each, and a linear layer demand of an image."""
    from convlint.symbolic import Assumptions, Verdict, at_least, equal, product, symbol

    known = Assumptions()
    n, c, h, w = (symbol(name + suffix) for name in "NCHW")
    sides = list(zip(_slid(h), _slid(w), strict=True))
    asked = [equal(c, 3), *(at_least(size, 1) for pair in sides for size in pair)]
    asked += [at_least(product((n, *pair)), 2) for pair in sides]
    asked += [equal(512 * product(sides[-1]), 512 * 49)]
    for condition in asked:
        if known.decide(condition) is Verdict.OPEN:
            known.assume(condition)
    return known.facts


def remainders(suffix: str) -> object:
    """For which sizes each of 8 windows leaves cells unread."""
    from convlint.symbolic import at_least, symbol
    from convlint.symbolic.domain import Domain
    from convlint.symbolic.sizeset import SizeSet

    h = symbol("H" + suffix)
    (name,) = h.symbols
    found = []
    for size, (kernel, stride, padding) in zip(_slid(h), WINDOWS, strict=False):
        rest = (size + 2 * padding - kernel) % stride  # type: ignore[operator]
        found.append(SizeSet.of(Domain.of(name).where(at_least(rest, padding + 1))))
    return found


def solving(suffix: str) -> object:
    """Which images a network of two windows and a linear layer takes, in both axes: by the divisors of its number."""
    from convlint.symbolic import equal, symbol
    from convlint.symbolic.solve import solve

    h, w = (symbol(name + suffix) for name in "HW")
    return solve([equal(64 * ((h - 4) // 2) * ((w - 4) // 2), 9216)])  # type: ignore[operator]


def mixed(suffix: str) -> object:
    """Sums of halved and doubled sizes, as encoders and decoders join them, decided exactly."""
    from convlint.symbolic import Assumptions, equal, symbol

    h, known = symbol("H" + suffix), Assumptions()
    return [known.decide(equal(h // step * step, h)) for step in (2, 4, 8, 16, 32, 64)]


def texts(suffix: str) -> object:
    """The text of every size of a network, as refusals and records hold them."""
    return [str(size) for size in shapes(suffix)]  # type: ignore[attr-defined]


CASES: dict[str, Callable[[str], object]] = {
    "shapes": shapes,
    "demands": demands,
    "remainders": remainders,
    "a linear layer's images": solving,
    "sizes that must agree": mixed,
    "texts": texts,
}


if __name__ == "__main__":
    sys.exit(main())
