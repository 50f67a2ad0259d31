"""Runs models in torch and writes down what forward hooks on their leaf modules see."""

from __future__ import annotations

import contextlib
import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

from benchmarks.scoreboard import catalogue, importing, processes
from benchmarks.scoreboard.catalogue import Entry
from benchmarks.scoreboard.truth import Call, Shape, Truth, decode, encode, key, write
from convlint.confirm.compare import shapes_of


class Setup:
    """Makes the package importable in a worker; a class so that it can be sent to another process."""

    def __init__(self, package: str, source: Path) -> None:
        self.package, self.source = package, source

    def __call__(self) -> None:
        importing.prepare(self.source)
        importlib.import_module(self.package)


def record(
    package: str,
    source: Path,
    out: Path,
    *,
    targets: Path | None = None,
    pattern: str | None = None,
    jobs: int = 1,
    seconds: float = 60.0,
    cpu: bool = False,
) -> None:
    """Record every model of the package into `out`. An interrupted recording goes on where it stopped.

    With `cpu`, every model runs on the CPU, on values: slower, and what the meta device says can be checked by it.
    """
    (wanted,) = (outcome for outcome in processes.run(_list, [(package, targets)], setup=Setup(package, source)))
    if wanted.error is not None:
        raise RuntimeError(wanted.error)
    entries = [entry for entry in wanted.value if pattern is None or pattern in entry.target]
    part = out.with_suffix(".part")
    done = {truth.key: truth for truth in map(decode, part.read_text().splitlines())} if part.exists() else {}
    left = [entry for entry in entries if key(entry.target, entry.kwargs) not in done]
    limits = processes.Limits(seconds, 16 << 30)
    with part.open("a", encoding="utf-8") as log:
        for outcome in processes.run(
            observe_on_cpu if cpu else observe, left, setup=Setup(package, source), jobs=jobs, limits=limits
        ):
            entry: Entry = outcome.task
            truth = outcome.value or Truth(entry.target, entry.kwargs, entry.inputs, error=outcome.error)
            done[truth.key] = truth
            log.write(encode(truth) + "\n")
            log.flush()
            print(f"{truth.key}  {outcome.seconds:.1f} s  {truth.error or len(truth.calls)}", flush=True)
    write(out, done.values())
    part.unlink()


def _list(request: tuple[str, Path | None]) -> list[Entry]:
    return catalogue.entries(*request)


def observe(entry: Entry) -> Truth:
    """Run one model in eval mode, with gradients on (torch's fast paths would skip layers), and tell what happened.

    The meta device computes shapes only. Where a model needs values, it is built on the CPU, with parameters that
    nothing initialises, and run there if need be, twice: a size that differs depends on the values.
    """
    for build in ("meta", "cpu"):
        # any failure of somebody else's code leads to the next way
        with contextlib.suppress(Exception):
            return _run(entry, build, "meta", seed=0)
    return observe_on_cpu(entry)


def observe_on_cpu(entry: Entry) -> Truth:
    """Build and run one model on the CPU, initialised, twice: sizes that differ are None."""
    try:
        return _common(_run(entry, "cpu", "cpu", seed=0), _run(entry, "cpu", "cpu", seed=1))
    except Exception as error:
        return Truth(entry.target, entry.kwargs, entry.inputs, error=processes.describe(error))


def _run(entry: Entry, build: str, device: str, seed: int) -> Truth:
    from convlint.confirm.child import models

    torch: Any = importlib.import_module("torch")
    torch.manual_seed(seed)
    importing.most_kept = 5 if seed else 1 << 62
    module, _, name = entry.target.partition(":")
    # not on the device: what a module makes at its import would stay there for the models after this one
    builder = getattr(importlib.import_module(module), name)
    with torch.device(build), uninitialised() if device == "meta" else contextlib.nullcontext():
        model = builder(**entry.kwargs)
    model = model.eval().to(device)
    inputs = entry.inputs or ((1, *model.default_cfg["input_size"]),)
    tensors = [torch.rand(shape, device=device) for shape in inputs]
    seen: list[dict[str, Any]] = []
    with models.watched(model, seen), torch.device(device):
        result = model(*tensors)
    params = sum(parameter.numel() for parameter in model.parameters())
    calls = tuple(map(Call.of, seen))
    return Truth(entry.target, entry.kwargs, tuple(inputs), params, calls, shapes_of(models.shapes_in(result)))


@contextlib.contextmanager
def uninitialised() -> Iterator[None]:
    """Skip the initialisers: they cost minutes in large models and change no shape."""
    from torch.nn import init

    names = [name for name in vars(init) if name.endswith("_") and not name.startswith("_")]
    with contextlib.ExitStack() as stack:
        for name in names:
            stack.enter_context(mock.patch.object(init, name, _untouched))
        yield


def _untouched(tensor: Any, *args: object, **kwargs: object) -> Any:
    """What an initialiser returns, without its work."""
    return tensor


def _common(first: Truth, second: Truth) -> Truth:
    """What two runs agree on; sizes that differ are None."""
    if [(call.path, call.kind) for call in first.calls] != [(call.path, call.kind) for call in second.calls]:
        return Truth(first.target, first.kwargs, first.inputs, error="which layers run depends on the values")
    calls = tuple(
        Call(one.path, one.kind, _agree(one.inputs, two.inputs), _agree(one.outputs, two.outputs), one.params)
        for one, two in zip(first.calls, second.calls, strict=True)
    )
    outputs = _agree(first.outputs, second.outputs)
    return Truth(first.target, first.kwargs, first.inputs, first.params, calls, outputs)


def _agree(first: tuple[Shape, ...], second: tuple[Shape, ...]) -> tuple[Shape, ...]:
    if [len(shape) for shape in first] != [len(shape) for shape in second]:
        raise ValueError("how many tensors, or of what rank, depends on the values")
    return tuple(
        tuple(one if one == two else None for one, two in zip(left, right, strict=True))
        for left, right in zip(first, second, strict=True)
    )
