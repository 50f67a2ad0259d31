"""What convlint costs on real code: the table that NOTES.md keeps, for this checkout and perhaps another one beside it.

    python benchmarks/speed.py [ROW ...] [--against REVISION-OR-FOLDER] [--pairs 3] [--sources FOLDER]

Each row is a function. Its unit is measured in the same minute as the row itself, and what counts is the ratio: seconds
of one machine say little on another. With `--against`, both checkouts take turns, and the medians of the pairs are
shown. Nothing is installed: sources are unpacked into `.zoo` (or read from `--sources`), and another revision into a
folder that is gone afterwards. Needs POSIX.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SMALL = ROOT / "fixtures" / "worked" / "lenet.py"
MNIST = """\
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import DataLoader
from torchvision import datasets, transforms


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 32, 3, 1)
        self.conv2 = nn.Conv2d(32, 64, 3, 1)
        self.dropout1 = nn.Dropout(0.25)
        self.dropout2 = nn.Dropout(0.5)
        self.fc1 = nn.Linear(9216, 128)
        self.fc2 = nn.Linear(128, 10)

    def forward(self, x):
        x = F.relu(self.conv1(x))
        x = F.relu(self.conv2(x))
        x = self.dropout1(F.max_pool2d(x, 2))
        x = torch.flatten(x, 1)
        x = self.dropout2(F.relu(self.fc1(x)))
        return F.log_softmax(self.fc2(x), dim=1)


def train(model, device, loader, optimizer):
    model.train()
    for data, target in loader:
        data, target = data.to(device), target.to(device)
        optimizer.zero_grad()
        loss = F.nll_loss(model(data), target)
        loss.backward()
        optimizer.step()


def main():
    transform = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.1307,), (0.3081,))])
    loader = DataLoader(datasets.MNIST("../data", train=True, transform=transform), batch_size=64)
    model = Net()
    train(model, "cpu", loader, torch.optim.Adadelta(model.parameters(), lr=1.0))


if __name__ == "__main__":
    main()
"""
PARSE = (
    "import sys, libcst, pathlib\n"
    "for path in sorted(pathlib.Path(sys.argv[1]).rglob('*.py')):\n"
    "    try:\n"
    "        libcst.parse_module(path.read_bytes())\n"
    "    except Exception:\n"
    "        pass\n"
)
KEYSTROKES = (
    "import sys, time, pathlib, convlint\n"
    "name, text = sys.argv[1], pathlib.Path(sys.argv[1]).read_text()\n"
    "took = []\n"
    "for number in range(6):\n"
    "    start = time.process_time()\n"
    "    convlint.lint_source(text + '#' * number + '\\n', name)\n"
    "    took.append(time.process_time() - start)\n"
    "print(sorted(took[1:])[2])\n"
)
SUMMARIES = (
    "import sys, time, convlint\n"
    "took = []\n"
    "for number in range(6):\n"
    "    start = time.process_time()\n"
    "    convlint.summarize(sys.argv[1] + ':resnet50', (1, 3, 224, 224))\n"
    "    took.append(time.process_time() - start)\n"
    "print(sorted(took[1:])[2])\n"
)


@dataclass(frozen=True, slots=True)
class Cost:
    """What one process took: CPU seconds (its children's too), wall seconds, and the most memory in MB."""

    cpu: float
    wall: float
    memory: float
    output: str = ""


@dataclass(frozen=True, slots=True)
class Measured:
    """A value, what it is a ratio to ("" for none) with that value, and what else is worth a word."""

    value: float
    unit: str = ""
    base: float = 1.0
    remark: str = ""

    @property
    def ratio(self) -> float:
        return self.value / self.base


@dataclass(frozen=True, slots=True)
class Bench:
    """One checkout, the sources, and a folder for what is written meanwhile."""

    checkout: Path
    sources: Path
    scratch: Path

    def python(self, *arguments: str, cache: str = "warm", cwd: Path | None = None) -> Cost:
        """Run Python with the checkout's convlint; `cache` names the user's cache folder for it."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("CONVLINT_")}
        environment |= {
            "PYTHONPATH": os.pathsep.join(filter(None, (str(self.checkout), os.environ.get("PYTHONPATH")))),
            "XDG_CACHE_HOME": str(self.scratch / cache),
            "PYTHONDONTWRITEBYTECODE": "",
        }
        with tempfile.TemporaryFile() as output:
            start = time.monotonic()
            process = subprocess.Popen(
                [sys.executable, *arguments],
                cwd=cwd or self.scratch,
                env=environment,
                stdout=output,
                stderr=subprocess.DEVNULL,
            )
            _, status, usage = os.wait4(process.pid, 0)
            wall = time.monotonic() - start
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode not in ((0,) if "-c" in arguments else (0, 1)):
                raise RuntimeError(f"{' '.join(arguments[:6])} ends with exit code {process.returncode}")
            output.seek(0)
            text = output.read().decode(errors="replace")
        return Cost(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024, text)

    def check(self, path: Path, *options: str, cache: str = "warm") -> Cost:
        """Lint a tree with the options that this checkout knows."""
        known = [option for option in options if not option.startswith("-") or self.knows(option)]
        return self.python("-m", "convlint", "check", "-q", *known, str(path), cache=cache)

    def knows(self, option: str) -> bool:
        text = "".join(file.read_text() for file in (self.checkout / "convlint" / "cli").glob("*.py"))
        return f'"{option.partition("=")[0]}"' in text

    def forget(self, cache: str) -> None:
        shutil.rmtree(self.scratch / cache, ignore_errors=True)

    def parse(self, path: Path) -> float:
        """Return what LibCST alone takes to parse the same files."""
        return self.python("-c", PARSE, str(path)).cpu

    def package(self, name: str) -> Path:
        """Return the sources of a package, or those that are installed here."""
        if (self.sources / name).is_dir():
            return self.sources / name
        found = self.python(
            "-c", f"import importlib.util as u; print(u.find_spec({name!r}).submodule_search_locations[0])"
        )
        if not found.output.strip():
            raise RuntimeError(f"{name} is neither in {self.sources} nor installed")
        return Path(found.output.strip())


def _cold(bench: Bench, path: Path, unit: bool = True) -> Measured:
    bench.forget("cold")
    cost = bench.check(path, "--no-cache", "--jobs=1", cache="cold")
    remark = f"{cost.memory:.0f} MB"
    return Measured(cost.cpu, "× parse", bench.parse(path), remark) if unit else Measured(cost.cpu, remark=remark)


def timm(bench: Bench) -> Measured:
    """All of timm, nothing cached"""
    return _cold(bench, bench.package("timm"))


def torchvision(bench: Bench) -> Measured:
    """torchvision/models, nothing cached"""
    return _cold(bench, bench.package("torchvision") / "models")


def diffusers(bench: Bench) -> Measured:
    """All of diffusers, nothing cached"""
    return _cold(bench, bench.package("diffusers"))


def torch(bench: Bench) -> Measured:
    """Installed torch, nothing cached"""
    return _cold(bench, bench.package("torch"), unit=False)


def python_tests(bench: Bench) -> Measured:
    """CPython's Lib/test, nothing about torch"""
    return _cold(bench, bench.package("test"), unit=False)


def unchanged(bench: Bench) -> Measured:
    """torchvision/models again, nothing changed, against its cold run"""
    path, kept = bench.package("torchvision") / "models", str(bench.scratch / "kept")
    shutil.rmtree(kept, ignore_errors=True)
    bench.forget("cold")
    cold = bench.check(path, f"--cache-dir={kept}", "--jobs=1", cache="cold")
    again = bench.check(path, f"--cache-dir={kept}", "--jobs=1", cache="cold")
    return Measured(again.cpu, "× cold", cold.cpu)


def touched(bench: Bench) -> Measured:
    """The same, one file that no other reads touched"""
    path, kept = bench.scratch / "models", str(bench.scratch / "kept")
    for folder in (path, Path(kept)):
        shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(bench.package("torchvision") / "models", path)
    cold = bench.check(path, f"--cache-dir={kept}", "--jobs=1")
    with (path / "lenet_of_mine.py").open("w") as file:
        file.write(SMALL.read_text())
    again = bench.check(path, f"--cache-dir={kept}", "--jobs=1")
    return Measured(again.cpu, "× cold", cold.cpu)


def two_jobs(bench: Bench) -> Measured:
    """torchvision/models cold with -j2: how many times faster, by the clock"""
    path = bench.package("torchvision") / "models"
    wall = []
    for jobs in (1, 2):
        bench.forget("cold")
        wall.append(bench.check(path, "--no-cache", f"--jobs={jobs}", cache="cold").wall)
    return Measured(wall[0], "× -j1", wall[1])


def small_cached_ir(bench: Bench) -> Measured:
    """One small model file, whole process, its IR cached"""
    return _small(bench, "--no-cache")


def small_cached_result(bench: Bench) -> Measured:
    """The same, its result cached"""
    return _small(bench, f"--cache-dir={bench.scratch / 'kept'}")


def _small(bench: Bench, option: str) -> Measured:
    path = bench.scratch / "small" / "model.py"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(SMALL.read_bytes())
    base = min(bench.python("-c", "import libcst").cpu for _ in range(5))
    return Measured(min(bench.check(path, option).cpu for _ in range(6)), "× import libcst", base)


def _again(bench: Bench, path: Path) -> Measured:
    return Measured(float(bench.python("-c", KEYSTROKES, str(path)).output))


def key_mnist(bench: Bench) -> Measured:
    """lint_source again after a keystroke: a 45-line MNIST script"""
    path = bench.scratch / "mnist.py"
    path.write_text(MNIST)
    return _again(bench, path)


def key_resnet(bench: Bench) -> Measured:
    """The same: torchvision's resnet.py"""
    return _again(bench, bench.package("torchvision") / "models" / "resnet.py")


def key_timm_resnet(bench: Bench) -> Measured:
    """The same: timm's resnet.py"""
    return _again(bench, bench.package("timm") / "models" / "resnet.py")


def key_ultralytics(bench: Bench) -> Measured:
    """The same: ultralytics' nn/modules/block.py"""
    return _again(bench, bench.package("ultralytics") / "nn" / "modules" / "block.py")


def summary(bench: Bench) -> Measured:
    """summarize(resnet50), in process, the second time"""
    path = bench.package("torchvision") / "models" / "resnet.py"
    return Measured(float(bench.python("-c", SUMMARIES, str(path)).output))


def steps(bench: Bench) -> Measured:
    """Millions of statements and expressions run per second"""
    path = bench.scratch / "loop.py"
    path.write_text("import torch\ntotal = 0\nfor number in range(20000):\n    total = total + number * 2\n")
    nothing = bench.scratch / "nothing.py"
    nothing.write_text("import torch\ntotal = 0\n")
    took = [min(bench.check(it, "--no-cache").cpu for _ in range(4)) for it in (path, nothing)]
    return Measured(20_000 * 7 / 1e6 / max(took[0] - took[1], 1e-6))  # each round is seven nodes


Row = Callable[[Bench], Measured]
ROWS: tuple[Row, ...] = (
    timm,
    torchvision,
    diffusers,
    torch,
    python_tests,
    unchanged,
    touched,
    two_jobs,
    small_cached_ir,
    small_cached_result,
    key_mnist,
    key_resnet,
    key_timm_resnet,
    key_ultralytics,
    summary,
    steps,
)


def main(arguments: list[str] | None = None) -> int:
    """Print the table, a line as soon as it is measured; rows whose sources are not there say so."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("rows", nargs="*", choices=[row.__name__ for row in ROWS] + [[]], metavar="ROW")
    parser.add_argument("--against", help="another revision, or a folder with another checkout")
    parser.add_argument("--pairs", type=int, default=3, help="how often each row is measured")
    parser.add_argument("--sources", type=Path, default=ROOT / ".zoo")
    options = parser.parse_args(arguments)
    chosen = [row for row in ROWS if not options.rows or row.__name__ in options.rows]
    with contextlib.ExitStack() as stack:
        checkouts = [ROOT]
        if options.against:
            checkouts.insert(0, stack.enter_context(checkout(options.against)))
        benches = [
            Bench(it, options.sources.resolve(), Path(stack.enter_context(tempfile.TemporaryDirectory())))
            for it in checkouts
        ]
        for row in chosen:
            print(line(row, benches, options.pairs), flush=True)
    return 0


@contextlib.contextmanager
def checkout(name: str) -> Iterator[Path]:
    """Yield a folder with another checkout: the one that is named, or a revision unpacked."""
    if (Path(name) / "convlint").is_dir():
        yield Path(name).resolve()
        return
    with tempfile.TemporaryDirectory() as folder:
        archive = subprocess.run(
            ["git", "archive", name, "convlint"], cwd=ROOT, check=True, stdout=subprocess.PIPE
        ).stdout
        subprocess.run(["tar", "-x", "-C", folder], input=archive, check=True)
        yield Path(folder)


def line(row: Row, benches: list[Bench], pairs: int) -> str:
    """Measure a row in turn for all checkouts, and return its line: medians, and the median of the pairs' ratios."""
    title = (row.__doc__ or row.__name__).strip()
    try:
        rounds = [[row(bench) for bench in benches] for _ in range(pairs)]
    except RuntimeError as error:
        return f"{title:74} not measured: {error}"
    cells = [_cell([measured[number] for measured in rounds]) for number in range(len(benches))]
    if len(benches) == 2:
        cells.append(f"{statistics.median(after.value / before.value for before, after in rounds):6.2f}")
    return f"{title:74}{'  '.join(cells)}"


def _cell(measured: list[Measured]) -> str:
    value = statistics.median(it.value for it in measured)
    text = f"{value:8.3f}"
    if measured[0].unit:
        text += f"  {statistics.median(it.ratio for it in measured):7.3f} {measured[0].unit}"
    return f"{text}  {measured[-1].remark}".rstrip().ljust(40)


if __name__ == "__main__":
    sys.exit(main())
