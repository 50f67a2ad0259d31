"""Runs a program as its user does, on made-up data, and tells on standard error what its models are called on.

python -m benchmarks.watched SCRIPT [ARGUMENT …]
"""

from __future__ import annotations

import json
import os
import runpy
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

import numpy as np
import torch

ENOUGH = 40
"""After so many calls without a new one the program is ended."""
PICTURES = {"MNIST": ("L", 28), "FashionMNIST": ("L", 28), "CIFAR10": ("RGB", 32), "CIFAR100": ("RGB", 32)}
COUNTS = {"CIFAR10": 50_000, "CIFAR100": 50_000}
"""How many samples of a data set one trains on where they are not 60,000; 10,000 are for tests."""


class Watcher:
    """Tells each kind of call of an outermost module once; `enough` is called when no new ones come."""

    def __init__(self, enough: Callable[[], None]) -> None:
        self.enough = enough
        self.depth = 0
        self.told: set[str] = set()
        self.quiet = 0

    def enter(self, module: Any, args: Any) -> None:
        self.depth += 1
        if self.depth > 1 or not any(True for _ in module.children()):
            return
        shapes = [tuple(value.shape) for value in tensors(args)]
        line = json.dumps([type(module).__name__, shapes])
        self.quiet += 1
        if line not in self.told:
            self.told.add(line)
            self.quiet = 0
            print(f"CALL {line}", file=sys.stderr, flush=True)
        if self.quiet > ENOUGH:
            self.enough()

    def leave(self, *given: Any) -> None:
        self.depth -= 1


def tensors(value: Any) -> Iterator[Any]:
    """Yield the tensors in a value."""
    if isinstance(value, torch.Tensor):
        yield value
    elif isinstance(value, tuple | list):
        for item in value:
            yield from tensors(item)


def make_up_data() -> None:
    """Let data sets of torchvision have items of their real sizes, and loaders give few of their batches."""
    loaders = torch.utils.data.DataLoader
    loaders.__iter__ = few_batches  # type: ignore[assignment, method-assign]
    try:
        from PIL import Image

        supply_operators()
        from torchvision import datasets
    except ImportError:
        return
    for name, (mode, size) in PICTURES.items():
        setattr(datasets, name, made_up(name, Image.new(mode, (size, size))))


def make_up_files() -> None:
    """Put into the working folder what programs read from there: pictures, a text, a series."""
    Path("results").mkdir()
    torch.load = lambda *args, **kwargs: np.zeros((100, 1000))
    for name in ("matplotlib", "matplotlib.pyplot", "six", "six.moves"):
        sys.modules.setdefault(name, MagicMock())
    try:
        from PIL import Image
    except ImportError:
        return
    for part, count in (("train", 200), ("test", 100)):
        for index in range(count):
            folder = Path("dataset/BSDS300/images", part)
            folder.mkdir(parents=True, exist_ok=True)
            Image.new("RGB", (481, 321)).save(folder / f"{index}.png")


def supply_operators() -> None:
    """Let torchvision be imported without its compiled operators, unless they are there already."""
    if hasattr(torch.ops.torchvision, "nms"):
        return
    try:
        import torchvision.extension  # noqa: F401
    except (ImportError, RuntimeError):
        library = torch.library.Library("torchvision", "DEF")
        for name in ("nms", "qnms"):
            library.define(f"{name}() -> ()")
        globals()["_kept"] = library


def made_up(name: str, picture: Any) -> type:
    class MadeUp(torch.utils.data.Dataset):  # type: ignore[type-arg]
        def __init__(
            self, root: Any = None, train: bool = True, transform: Any = None, target_transform: Any = None, **rest: Any
        ) -> None:
            self.transform, self.count = transform, COUNTS.get(name, 60_000) if train else 10_000
            self.targets = torch.arange(self.count) % 10
            self.data = torch.zeros(self.count, picture.height, picture.width, dtype=torch.uint8)

        def __len__(self) -> int:
            return self.count

        def __getitem__(self, index: int) -> Any:
            return picture if self.transform is None else self.transform(picture), int(self.targets[index])

    MadeUp.__name__ = name
    return MadeUp


def few_batches(loader: Any) -> Iterator[Any]:
    """Yield the first two batches of a loader, and the last."""
    batches = list(loader.batch_sampler)
    for indices in (*batches[: min(2, len(batches) - 1)], batches[-1]):
        yield loader.collate_fn([loader.dataset[index] for index in indices])


def run(script: Path, arguments: list[str], enough: Callable[[], None]) -> None:
    """Run a script in this process, in a new working folder; `make_up_data` has been called."""
    sys.argv = [str(script), *arguments]
    sys.path.insert(0, str(script.parent))
    watcher = Watcher(enough)
    torch.nn.modules.module.register_module_forward_pre_hook(watcher.enter)
    torch.nn.modules.module.register_module_forward_hook(watcher.leave, always_call=True)
    torch.save = lambda *args, **kwargs: None
    os.chdir(tempfile.mkdtemp())
    make_up_files()
    runpy.run_path(str(script), run_name="__main__")


def main() -> None:
    make_up_data()
    run(Path(sys.argv[1]), sys.argv[2:], lambda: os._exit(0))


if __name__ == "__main__":
    main()
