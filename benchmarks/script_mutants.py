"""Single mistakes put into PyTorch's own examples, judged by torch on made-up data and read by convlint.

    git clone https://github.com/pytorch/examples
    python benchmarks/script_mutants.py examples --python ENV --packages FOLDER --count 150 --out mutants.jsonl

A mutant is a script with one literal, one argument or one transform changed. torch runs it as `benchmarks.watched` runs
programs, and convlint reads it, each in a process that is forked from one in which all is loaded. What torch refuses
and convlint calls an error is found; what torch runs and convlint calls an error is false.
"""

from __future__ import annotations

import argparse
import ast
import importlib
import json
import multiprocessing
import random
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from benchmarks.mutation.children import DiedError, in_child  # noqa: E402
from convlint import api  # noqa: E402
from convlint.config import Config  # noqa: E402
from convlint.findings import Severity  # noqa: E402

PROGRAMS: dict[str, tuple[str, tuple[str, ...]]] = {
    "mnist/main.py": ("--epochs 1", ("main.py",)),
    "mnist_rnn/main.py": ("--epochs 1", ("main.py",)),
    "dcgan/main.py": ("--dataset cifar10 --dataroot data --niter 1", ("main.py",)),
    "vae/main.py": ("--epochs 1", ("main.py",)),
    "siamese_network/main.py": ("--epochs 1", ("main.py",)),
    "imagenet/main.py": ("--dummy --epochs 1 --workers 0 -b 4", ("main.py",)),
    "regression/main.py": ("", ("main.py",)),
    "reinforcement_learning/reinforce.py": ("", ("reinforce.py",)),
    "reinforcement_learning/actor_critic.py": ("", ("actor_critic.py",)),
    "super_resolution/main.py": ("--upscale_factor 2 --threads 0 --nEpochs 1", ("main.py", "model.py", "data.py")),
    "time_sequence_prediction/train.py": ("--steps 1", ("train.py",)),
}
"""The programs with the arguments that torch runs them with, and the files in which mistakes are made."""
QUIET = {
    "print", "format", "manual_seed", "seed", "range", "join", "write", "sum", "min", "max", "int", "float", "str",
    "len", "sleep", "count", "exit",
}  # fmt: skip
"""Functions whose arguments are nothing to sizes."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """One mistake: what stands at a place of a file is replaced."""

    program: str
    file: str
    row: int
    before: str
    after: str
    text: str


@dataclass(frozen=True, slots=True)
class Task:
    """A mutant to judge, and with what."""

    mutant: Mutant
    examples: Path
    python: str
    seconds: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What torch does with a mutant ("ran", "refused" or "late"), how it says so, and convlint's errors."""

    mutant: Mutant
    torch: str
    says: str
    errors: tuple[str, ...]


def mutants_of(program: str, file: str, text: str) -> Iterator[Mutant]:
    """Yield all mistakes of one file."""
    tree = ast.parse(text)
    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))

    def replaced(node: ast.AST, after: str) -> Mutant:
        begin, end = starts[node.lineno - 1] + node.col_offset, starts[node.end_lineno - 1] + node.end_col_offset
        return Mutant(program, file, node.lineno, text[begin:end], after, text[:begin] + after + text[end:])

    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        name = getattr(call.func, "attr", getattr(call.func, "id", ""))
        if name in QUIET:
            continue
        for value in _literals(call):
            for number in sorted({value.value + 1, value.value * 2} - {value.value}):
                yield replaced(value, str(number))
        if len(call.args) >= 2 and name[:1].isupper() and _shown(call.args[0]) != _shown(call.args[1]):
            first, second = (ast.get_source_segment(text, argument) or "" for argument in call.args[:2])
            both = replaced(call.args[1], first)
            begin = starts[call.args[0].lineno - 1] + call.args[0].col_offset
            end = starts[call.args[0].end_lineno - 1] + call.args[0].end_col_offset
            swapped = both.text[:begin] + second + both.text[end:]
            yield Mutant(program, file, call.lineno, f"{first}, {second}", f"{second}, {first}", swapped)
        if name in ("flatten", "view", "reshape", "squeeze", "unsqueeze") and isinstance(call.func, ast.Attribute):
            inner = call.args[0] if _shown(call.func.value) == "torch" and call.args else call.func.value
            yield replaced(call, ast.get_source_segment(text, inner) or "x")
        for listed in call.args if name == "Compose" else ():
            for one in listed.elts if isinstance(listed, ast.List) else ():
                yield replaced(one, "transforms.RandomHorizontalFlip()")


def _literals(call: ast.Call) -> Iterator[ast.Constant]:
    given = [*call.args, *(one.value for one in call.keywords)]
    for value in given:
        for one in value.elts if isinstance(value, ast.Tuple | ast.List) else [value]:
            if isinstance(one, ast.Constant) and type(one.value) is int and 0 <= one.value <= 4096:
                yield one


def _shown(node: ast.AST) -> str:
    return ast.unparse(node)


def chosen(examples: Path, count: int, seed: int) -> list[Mutant]:
    """Return so many mistakes, as many of each program as there are."""
    rng = random.Random(seed)
    pools = []
    for program, (_, files) in PROGRAMS.items():
        folder = (examples / program).parent
        pool = [one for file in files for one in mutants_of(program, file, (folder / file).read_text("utf-8"))]
        rng.shuffle(pool)
        pools.append(pool)
    found: list[Mutant] = []
    while len(found) < count and any(pools):
        found.extend(pool.pop() for pool in pools if pool)
    return found[:count]


class Enough(BaseException):
    """A program has called its models often enough."""


def judge(task: Task) -> Verdict:
    """Run a mutant in torch and read it, in a folder of its own and in processes of their own."""
    mutant = task.mutant
    source = (task.examples / mutant.program).parent
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / source.name
        shutil.copytree(source, copy, ignore=shutil.ignore_patterns("*.png", "*.jpg", "data"))
        (copy / mutant.file).write_text(mutant.text, encoding="utf-8")
        script = copy / Path(mutant.program).name
        try:
            says = in_child(partial(run, script, PROGRAMS[mutant.program][0]), task.seconds)
        except DiedError:
            return Verdict(mutant, "late", "", ())
        errors = in_child(partial(read, script, task.python), 10 * task.seconds)
        return Verdict(mutant, "refused" if says else "ran", says, errors)


def run(script: Path, arguments: str) -> str:
    """Return what a script raises in torch, "" for nothing."""
    from benchmarks import watched

    try:
        watched.run(script, arguments.split(), enough)
    except Enough:
        return ""
    except SystemExit as ended:
        return f"SystemExit: {ended.code}" if ended.code else ""
    except BaseException as error:
        return f"{type(error).__name__}: {error}"[:300]
    return ""


def enough() -> None:
    raise Enough


def read(script: Path, python: str) -> tuple[str, ...]:
    """Return the errors that convlint tells of a script and the modules beside it."""
    report = api.lint_paths(sorted(script.parent.glob("*.py")), config=Config(python=python))
    broken = [f"FAILED {failure.traceback[-300:]}" for failure in report.failures]
    found = [one for one in report.findings if one.severity is Severity.ERROR]
    return (*broken, *(f"{it.code} {Path(it.place.filename).name}:{it.place.span[0]} {it.message}" for it in found))


def prepare(packages: str) -> None:
    """Load what programs import, once: their processes are forked from this one."""
    sys.path.insert(0, packages)
    from benchmarks import watched

    watched.make_up_data()
    for name in ("torchvision.transforms", "torchvision.models", "gymnasium"):
        importlib.import_module(name)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("examples", type=Path)
    parser.add_argument("--python", required=True, help="where convlint looks imports up")
    parser.add_argument("--packages", required=True, help="a folder with what torch runs them with")
    parser.add_argument("--count", type=int, default=150)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--skip", type=int, default=0, help="so many of them are done already")
    parser.add_argument("--only", default="", help="programs whose path begins so")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seconds", type=int, default=120, help="what torch has for one program, by the clock")
    parser.add_argument("--out", type=Path, help="where what was found is written, line by line")
    options = parser.parse_args()
    prepare(options.packages)
    wanted = chosen(options.examples, options.count, options.seed)[options.skip :]
    tasks = [
        Task(one, options.examples.resolve(), options.python, options.seconds)
        for one in wanted
        if one.program.startswith(options.only)
    ]
    verdicts = []
    with multiprocessing.get_context("fork").Pool(options.jobs) as pool:
        for verdict in pool.imap(judge, tasks):
            verdicts.append(verdict)
            keep(verdict, options.out)
    tell(verdicts)


def keep(verdict: Verdict, out: Path | None) -> None:
    if out is not None:
        line = json.dumps({**asdict(verdict), "mutant": {**asdict(verdict.mutant), "text": ""}})
        with out.open("a", encoding="utf-8") as file:
            file.write(line + "\n")


def tell(verdicts: list[Verdict]) -> None:
    refused = [one for one in verdicts if one.torch == "refused"]
    found = [one for one in refused if one.errors]
    false = [one for one in verdicts if one.torch == "ran" and one.errors]
    for one in verdicts:
        if (one.torch == "refused") != bool(one.errors):
            place = f"{one.mutant.program} {one.mutant.file}:{one.mutant.row}"
            print(f"{one.torch}: {place}: {one.mutant.before!r} → {one.mutant.after!r}: {one.says} {one.errors}")
    print(dict(Counter(one.torch for one in verdicts)))
    print(f"{len(found)} of {len(refused)} refusals found, {len(false)} false errors, {len(verdicts)} mutants")


if __name__ == "__main__":
    main()
