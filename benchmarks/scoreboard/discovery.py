"""Finds the models of a package that has no registry: what can be built by convention, and an input that it takes."""

from __future__ import annotations

import contextlib
import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.scoreboard import processes
from benchmarks.scoreboard.catalogue import Entry
from benchmarks.scoreboard.record import Setup, uninitialised
from benchmarks.scoreboard.truth import Shape

CONVENTIONAL: dict[str, object] = {
    "dimensions": 2,
    "feature_size": 24,
    "img_size": [64, 64],
    "in_chans": 3,
    "in_channels": 3,
    "in_shape": [3, 64, 64],
    "init_filters": 8,
    "n_classes": 5,
    "num_channels": 3,
    "num_classes": 5,
    "out_channels": 2,
    "patch_size": [8, 8],
    "pretrained": None,
    "spatial_dims": 2,
    "upscale": 2,
    "weights": None,
}
"""Values for arguments that a constructor demands, and for those that would download weights, by their usual names."""

CANDIDATES: tuple[tuple[Shape, ...], ...] = (
    ((1, 3, 224, 224),),
    ((1, 3, 64, 64),),
    ((1, 1, 64, 64),),
    ((1, 3, 299, 299),),
    ((1, 3, 331, 331),),
    ((1, 3, 256, 256),),
    ((1, 4, 64, 64),),
    ((1, 6, 64, 64),),
    ((1, 1, 32, 32, 32),),
    ((1, 3, 32, 32, 32),),
    ((1, 3, 8, 64, 64),),
    ((1, 3, 64, 64), (1, 3, 64, 64)),
)
"""Inputs to try, in this order."""

DOWNLOADING = ("pretrained", "weights")


def discover(package: str, source: Path, *, seconds: float = 60.0, jobs: int = 1) -> Iterator[Entry]:
    """Yield the models of the package that can be built and run, each with the first input that it takes."""
    setup = Setup(package, source)
    (listed,) = processes.run(builders, [package], setup=setup, limits=processes.Limits(600.0, 16 << 30))
    if listed.error is not None:
        raise RuntimeError(listed.error)
    limits = processes.Limits(seconds, 16 << 30)
    for outcome in processes.run(with_input, listed.value, setup=setup, jobs=jobs, limits=limits):
        if outcome.value is not None:
            yield outcome.value


def builders(package: str) -> list[Entry]:
    """Every public module class of the package, and every function with a `pretrained` or `weights` argument, whose
    other arguments have defaults or conventional names."""
    torch: Any = importlib.import_module("torch")
    found: dict[str, Entry] = {}
    for module in _modules(package):
        for name, value in vars(module).items():
            own = getattr(value, "__module__", None) == module.__name__ and not name.startswith("_")
            if own and getattr(value, "__name__", None) == name and _builds(value, torch.nn.Module):
                kwargs = _arguments(value)
                if kwargs is not None:
                    found[f"{module.__name__}:{name}"] = Entry(f"{module.__name__}:{name}", kwargs)
    return sorted(found.values(), key=lambda entry: entry.target)


def _modules(package: str) -> Iterator[Any]:
    root = importlib.import_module(package)
    yield root
    for info in pkgutil.walk_packages(root.__path__, package + ".", onerror=lambda name: None):
        # a module that needs what is not installed has no models here
        with contextlib.suppress(Exception, SystemExit):
            yield importlib.import_module(info.name)


def _builds(value: Any, base: type) -> bool:
    if inspect.isclass(value):
        return issubclass(value, base) and value is not base
    return inspect.isfunction(value) and any(name in inspect.signature(value).parameters for name in DOWNLOADING)


def _arguments(builder: Any) -> dict[str, object] | None:
    """The keyword arguments to build with; None if one is demanded whose name says nothing."""
    try:
        parameters = inspect.signature(builder).parameters.values()
    except (TypeError, ValueError):
        return None
    kwargs: dict[str, object] = {}
    for parameter in parameters:
        demanded = parameter.default is parameter.empty and parameter.kind not in (
            parameter.VAR_POSITIONAL,
            parameter.VAR_KEYWORD,
        )
        if demanded and parameter.name not in CONVENTIONAL:
            return None
        if demanded or parameter.name in DOWNLOADING:
            kwargs[parameter.name] = CONVENTIONAL[parameter.name]
    return kwargs


def with_input(entry: Entry) -> Entry | None:
    """The entry with the first of the candidates that the model takes, or None; a model without parameters is none.

    The meta device, on which a try is cheap, takes some calls that torch refuses elsewhere: the CPU has the last word.
    """
    candidates = CANDIDATES
    # any failure of somebody else's code leads to the next way
    with contextlib.suppress(Exception):
        candidates = tuple(_taken(entry, "meta", CANDIDATES))
    with contextlib.suppress(Exception):
        for shapes in _taken(entry, "cpu", candidates or CANDIDATES):
            return Entry(entry.target, entry.kwargs, shapes)
    return None


def _taken(entry: Entry, device: str, candidates: tuple[tuple[Shape, ...], ...]) -> Iterator[tuple[Shape, ...]]:
    torch: Any = importlib.import_module("torch")
    module, _, name = entry.target.partition(":")
    builder = getattr(importlib.import_module(module), name)
    with torch.device(device), uninitialised():
        model = builder(**entry.kwargs).eval()
    for shapes in candidates if next(model.parameters(), None) is not None else ():
        with contextlib.suppress(Exception), torch.device(device), torch.no_grad():
            model(*(torch.rand(shape, device=device) for shape in shapes))
            yield shapes
