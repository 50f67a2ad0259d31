"""PyTorch's own examples, run by torch on made-up data and read by convlint: the input sizes of their models, compared.

    git clone https://github.com/pytorch/examples
    python benchmarks/programs.py examples --python ENV --packages FOLDER --write

ENV is where convlint looks imports up, FOLDER holds torchvision, Pillow and gymnasium beside torch and NumPy. What the
programs would download is made up: data sets have items of the real sizes, and loaders give their first batch, the
second, and the last one.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))
PAGE = ROOT / "docs" / "programs.md"
PROGRAMS: dict[str, str | None] = {
    "mnist/main.py": "--epochs 1",
    "mnist_rnn/main.py": "--epochs 1",
    "mnist_hogwild/main.py": None,
    "dcgan/main.py": "--dataset cifar10 --dataroot data --niter 1",
    "vae/main.py": "--epochs 1",
    "siamese_network/main.py": "--epochs 1",
    "imagenet/main.py": "--dummy --epochs 1 --workers 0",
    "regression/main.py": "",
    "reinforcement_learning/reinforce.py": "",
    "reinforcement_learning/actor_critic.py": "",
    "super_resolution/main.py": "--upscale_factor 2 --threads 0 --nEpochs 1",
    "fast_neural_style/neural_style/neural_style.py": None,
    "time_sequence_prediction/train.py": "--steps 1",
    "word_language_model/main.py": None,
    "legacy/snli/train.py": None,
}
"""The programs, and with which arguments torch runs them; None where that needs data or several processes."""
Calls = frozenset[str]


@dataclass(frozen=True, slots=True)
class Row:
    """One program: the models' inputs as torch saw them (None if it was not run) and as convlint infers them."""

    program: str
    seen: Calls | None
    inferred: Calls
    errors: int
    followed: str


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("examples", type=Path)
    parser.add_argument("--python", type=Path, required=True)
    parser.add_argument("--packages", type=Path, required=True, help="a folder with what torch runs them with")
    parser.add_argument("--only", default="", help="programs whose path begins so")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seconds", type=int, default=150)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    chosen = [program for program in PROGRAMS if program.startswith(options.only)]

    def ran(program: str) -> Calls | None:
        arguments = PROGRAMS[program]
        path = (options.examples / program).resolve()
        return None if arguments is None else run(path, arguments, options.packages, options.seconds)

    with ThreadPoolExecutor(options.jobs) as pool:
        seen = list(pool.map(ran, chosen))
    rows = []
    for program, calls in zip(chosen, seen, strict=True):
        rows.append(Row(program, calls, *read((options.examples / program).resolve(), options.python)))
        print(line(rows[-1]), flush=True)
    if options.write:
        PAGE.write_text(page(rows), encoding="utf-8")


def read(path: Path, python: Path) -> tuple[Calls, int, str]:
    """Return the calls of models that convlint infers, how many errors it tells, and what it says it followed."""
    from convlint.analysis.environment import folders_of
    from convlint.analysis.files import AnalysisSettings
    from convlint.analysis.session import Session

    session = Session(AnalysisSettings(installed=folders_of(str(python))))
    try:
        analysis = session.study(str(path)).analysis
    finally:
        session.close()
    models = [trace for trace in analysis.models if trace.root is not None and not trace.root.is_leaf]
    called = [trace for trace in models if trace.input_source == "call"]
    shapes = frozenset(text(trace.name, [tensor.shape for tensor in trace.inputs]) for trace in called)
    certain = sum(trace.violation is not None and trace.violation.certain for trace in analysis.models)
    return shapes, certain, str(analysis.followed)


def text(name: str, shapes: list[tuple[object, ...]]) -> str:
    """Return such as "Net 64×1×28×28", with "?" for what is not a number."""
    shown = ["×".join(str(size) if isinstance(size, int) else "?" for size in shape) or "()" for shape in shapes]
    return f"{name} {', '.join(shown)}"


def run(path: Path, arguments: str, packages: Path, seconds: int) -> Calls:
    """Run a program in torch, in a process of its own; return the calls of models that came until it ended."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(packages)])}
    command = [sys.executable, "-m", "benchmarks.watched", str(path), *arguments.split()]
    try:
        done = subprocess.run(command, capture_output=True, env=environment, timeout=seconds, check=False)
        output = done.stderr.decode(errors="replace")
        end = output[-300:] if done.returncode else ""
    except subprocess.TimeoutExpired as late:
        output, end = (late.stderr or b"").decode(errors="replace"), ""
    calls = [json.loads(it.partition(" ")[2]) for it in output.splitlines() if it.startswith("CALL ")]
    if end and not calls:
        print(end, file=sys.stderr)
    return frozenset(text(name, [tuple(shape) for shape in shapes]) for name, shapes in calls)


def agrees(row: Row) -> bool:
    """Whether all that torch saw is inferred, with "?" for any number, and nothing else was seen or inferred."""
    seen = row.seen or frozenset()
    covered = all(any(fits(one, call) for one in row.inferred) for call in seen)
    return covered and all(any(fits(one, call) for call in seen) for one in row.inferred)


def fits(pattern: str, call: str) -> bool:
    """Whether a call is what a pattern says: "?" stands for any number."""
    own, other = (part.replace(", ", "×").replace(" ", "×").split("×") for part in (pattern, call))
    return len(own) == len(other) and all(a in ("?", b) for a, b in zip(own, other, strict=True))


def line(row: Row) -> str:
    seen = "not run" if row.seen is None else "<br>".join(sorted(row.seen)) or "nothing"
    same = "" if row.seen is None else "yes" if agrees(row) else "**no**"
    return (
        f"| {row.program} | {seen} | {'<br>'.join(sorted(row.inferred)) or 'none'} | {same} | {row.errors} "
        f"| {row.followed} |"
    )


def page(rows: list[Row]) -> str:
    head = """# What convlint sees of programs

Written by `benchmarks/programs.py`: PyTorch's own [examples](https://github.com/pytorch/examples), unchanged. Torch
runs them on made-up data of the real sizes; convlint reads them. Each line of the second and third column is one call
of a model: its class and its inputs. `?` is a size that nobody states in the program. How many single mistakes in these
scripts are found is told [under trust](trust.md#never-wrong).

| program | torch sees | convlint infers | the same | errors | models |
| --- | --- | --- | --- | ---: | --- |
"""
    ran = [row for row in rows if row.seen is not None]
    tail = (
        f"\n{sum(map(agrees, ran))} of the {len(ran)} that were run agree; {sum(row.errors for row in rows)} errors.\n"
    )
    return head + "\n".join(map(line, rows)) + "\n" + tail


if __name__ == "__main__":
    main()
