"""What convlint and what people use instead of it say of the same programs: `docs/comparison.md`.

    python -m venv other
    other/bin/pip install torch mypy pyrefly torchtyc torchshapeflow torch-preflight torchfix torchinfo
    python -m benchmarks.comparison other/bin --write

The programs are those of `tests/soundness/corpus`, mistakes made in them at random, of which torch says whether it
raises, and examples of convlint's rules about what torch runs without a word. A tool finds a mistake if it says
something that it does not say of the program without it.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import random
import re
import subprocess
import sys
import tempfile
import textwrap
import time
from dataclasses import dataclass
from pathlib import Path

from convlint.findings import Severity
from convlint.rules import RULES
from tests.soundness.mutate import mistake
from tests.soundness.programs import CORPUS

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "comparison.md"
README = ROOT / "README.md"
_LONGEST = 600
"""How many seconds a tool gets for all programs."""
BUDGETS = ("CVL3", "CVL401", "CVL9")
"""Rules whose examples run as they are meant: they only cost more than somebody wants, or hold something unused."""

TOOLS = {
    "convlint": ("reads", [sys.executable, "-m", "convlint", "check", "--isolated", "--no-cache", "--output-format",
                           "concise", "."]),
    "mypy": ("reads", ["{bin}/mypy", "--python-executable", "{python}", "--no-error-summary", "."]),
    "pyrefly": ("reads", ["{bin}/pyrefly", "check", "--python-interpreter-path", "{python}", "--output-format",
                          "min-text"]),
    "torchtyc": ("imports", ["{bin}/torchtyc", "check", "--python", "{python}", "--format", "concise", "."]),
    "torchshapeflow": ("reads", ["{bin}/tsf", "check", "."]),
    "torch-preflight": ("reads", ["{bin}/torch-preflight", "check", "."]),
    "torchfix": ("reads", ["{bin}/torchfix", "--select=ALL", "."]),
    "torchinfo": ("runs", ["{python}", "-c", "{child}", "torchinfo"]),
    "running it": ("runs", ["{python}", "-c", "{child}", ""]),
}  # fmt: skip
"""What each does with the program, and how it is called in the folder of the programs."""

CHILD = textwrap.dedent("""
    import os, pathlib, signal, sys, warnings
    import torch
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    if sys.argv[1]:
        import torchinfo
        call, busy = torch.nn.Module.__call__, []
        def summarized(self, *args, **kwargs):
            if not busy and args and all(isinstance(it, torch.Tensor) for it in args) and not kwargs:
                busy.append(self)
                try:
                    torchinfo.summary(self, input_data=args, verbose=0)
                except RuntimeError as error:
                    raise error.__cause__ or error
                finally:
                    busy.pop()
            return call(self, *args, **kwargs)
        torch.nn.Module.__call__ = summarized
    for path in sorted(pathlib.Path(".").glob("*.py")):
        if not os.fork():
            null = os.open(os.devnull, os.O_WRONLY)
            told = os.dup(1)
            os.dup2(null, 1); os.dup2(null, 2)
            signal.alarm(20)
            try:
                exec(compile(path.read_text(), str(path), "exec"), {"__name__": "__main__"})
            except BaseException as error:
                os.write(told, f"{path}:1: error: {type(error).__name__}\\n".encode())
            os._exit(0)
        os.wait()
""")


@dataclass(frozen=True, slots=True)
class Result:
    """What a tool said: of each program its messages without their places, and how long it took."""

    said: dict[str, frozenset[str]]
    seconds: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bin", type=Path, help="the folder with the other tools")
    parser.add_argument("--mistakes", type=int, default=30)
    parser.add_argument("--seed", type=int, default=15)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    mistakes = _mistakes(options.mistakes, options.seed)
    programs = {**_corpus(mistakes), **mistakes, **_silent()}
    results = {name: _result(command, programs, options.bin) for name, (_, command) in TOOLS.items()}
    text = _page(programs, results, options)
    print(text)
    if options.write:
        PAGE.write_text(text, encoding="utf-8")
        README.write_text(with_table(README.read_text(encoding="utf-8"), text), encoding="utf-8")


def with_table(readme: str, page: str) -> str:
    """Return the README with the table of the page under its heading."""
    table = "".join(f"{line}\n" for line in page.splitlines() if line.startswith("|"))
    return re.sub(r"(## What people use instead\n\n)(?:\|.*\n)*", lambda found: found[1] + table, readme)


def _corpus(mistakes: dict[str, str]) -> dict[str, str]:
    """Return the programs in which the mistakes were made."""
    return {f"right_{name}": CORPUS[name] for name in sorted({it.partition("_in_")[2] for it in mistakes})}


def _mistakes(count: int, seed: int) -> dict[str, str]:
    rng, found = random.Random(seed), dict[str, str]()
    while len(found) < count:
        name = rng.choice(list(CORPUS))
        changed = mistake(CORPUS[name], rng)
        if changed is not None and changed != CORPUS[name]:
            found[f"mistake_{len(found)}_in_{name}"] = changed
    return found


def _silent() -> dict[str, str]:
    rules = [it for it in RULES if it.severity is Severity.WARNING and not it.code.startswith(BUDGETS)]
    return {f"silent_{it.code}_{index}": textwrap.dedent(text) for it in rules for index, text in enumerate(it.BAD[:2])}


def _result(command: list[str], programs: dict[str, str], folder: Path) -> Result:
    with tempfile.TemporaryDirectory() as place:
        for name, text in programs.items():
            (Path(place) / f"{name}.py").write_text(text, encoding="utf-8")
        filled = {"{bin}": str(folder.absolute()), "{python}": str(folder.absolute() / "python"), "{child}": CHILD}
        words = [filled.get(word, word.replace("{bin}", filled["{bin}"])) for word in command]
        before = time.perf_counter()
        with (Path(place) / "said").open("w+", encoding="utf-8") as told:
            with contextlib.suppress(subprocess.TimeoutExpired):
                subprocess.run(words, cwd=place, stdout=told, stderr=told, check=False, timeout=_LONGEST)
            seconds = time.perf_counter() - before
            told.seek(0)
            lines = told.read().splitlines()
    said: dict[str, set[str]] = {name: set() for name in programs}
    for line in lines:
        found = re.search(r"(\w+)\.py:\d+(?::\d+)?:?\s*(.*)", line)
        if found and found[1] in said and "note: " not in found[2]:
            said[found[1]].add(re.sub(r"\d+", "", found[2]))
    return Result({name: frozenset(told) for name, told in said.items()}, seconds)


def _new(said: dict[str, frozenset[str]], name: str) -> frozenset[str]:
    """Return what is said of a mistake and not of the program that it is in."""
    return said[name] - said[f"right_{name.partition('_in_')[2]}"]


def _page(programs: dict[str, str], results: dict[str, Result], options: argparse.Namespace) -> str:
    torch = results["running it"].said
    mistakes = [name for name in programs if name.startswith("mistake_")]
    refused = [name for name in mistakes if torch[name]]
    fine = [name for name in programs if name.startswith("right_") and not torch[name]]
    silent = [name for name in programs if name.startswith("silent_") and not torch[name]]
    rows = []
    for name, (does, _) in TOOLS.items():
        said, seconds = results[name].said, results[name].seconds
        found = sum(bool(_new(said, it)) for it in refused)
        told = sum(bool(said[it]) for it in silent)
        errors = sum(any(_is_error(name, text) for text in said[it]) for it in fine)
        version = _version(name, options.bin)
        rows.append(f"| {name} {version} | {does} | {found} | {told} | {errors} | {seconds:.0f} |")
    counts = f"{len(fine)} that torch runs, {len(refused)} of {len(mistakes)} with a mistake made at random"
    silent_ones = f"{len(silent)} examples of convlint's own rules about what torch runs without a word and is wrong"
    columns = (f"of {len(refused)} that torch refuses", f"of {len(silent)} that run and are wrong",
               f"errors in {len(fine)} that are right")  # fmt: skip
    return _PAGE.format(
        count=len(programs), counts=counts, seed=options.seed, silent=silent_ones, columns=" | ".join(columns),
        rows="\n".join(rows),
    )  # fmt: skip


_PAGE = """# What people use instead

Measured by `benchmarks/comparison.py` on {count} programs: {counts}
(seed {seed}) that torch refuses, and {silent},
which the other tools do not look for.

| tool | the program is | {columns} | seconds |
| --- | --- | ---: | ---: | ---: | ---: |
{rows}

A tool finds a mistake if it says something that it does not say of the program without it. What is read is not run;
what is imported runs at module level; what runs does so up to where it fails. torchtyc and torchshapeflow check
annotations of shapes, which these programs do not have; mypy and pyrefly check types, and know no sizes. torchinfo is
given the models with the inputs that the programs give them. As errors count all that a tool says where it tells
errors from nothing else (torchtyc, torchshapeflow, torch-preflight, torchfix, pyrefly). The seconds are those of one
run on all programs, on a machine with other work.
"""


def _is_error(tool: str, text: str) -> bool:
    return " error: " in f" {text}" if tool in ("convlint", "mypy", "running it", "torchinfo") else True


def _version(tool: str, folder: Path) -> str:
    if tool == "running it":
        tool = "torch"
    code = f"import importlib.metadata as m; print(m.version({json.dumps(tool)}))"
    python = sys.executable if tool == "convlint" else str(folder.absolute() / "python")
    done = subprocess.run([python, "-c", code], capture_output=True, text=True, check=False)
    return done.stdout.strip()


if __name__ == "__main__":
    main()
