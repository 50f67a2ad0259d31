"""Writes `real_names`, the table of the attributes that values of torch and numpy have.

Usage: python -m convlint.interp.natives [--check]     (--check writes nothing and exits with 1 if a name is missing)
"""

from __future__ import annotations

import importlib
import inspect
import sys
import textwrap
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from convlint.interp.natives import real_names
from convlint.interp.numpy import numbers
from convlint.layers.core import registry as layers

START = '_NAMES = """\\\n'
WIDTH = 120
CONTAINERS = ("Sequential", "ModuleList", "ModuleDict", "ParameterList", "ParameterDict")


def main(arguments: list[str]) -> int:
    """Return the exit code."""
    path = Path(real_names.__file__)
    text = path.read_text(encoding="utf-8")
    wanted = written(text, installed())
    if "--check" in arguments:
        if wanted != text:
            print(f"{path.name} is out of date: run `python -m convlint.interp.natives`")
        return int(wanted != text)
    path.write_text(wanted, encoding="utf-8")
    return 0


def installed() -> dict[str, set[str]]:
    """Return the names that torch and numpy have here, by the class."""
    torch: Any = importlib.import_module("torch")
    numpy: Any = importlib.import_module("numpy")
    nn = torch.nn
    tensor, module = torch.zeros(2), nn.Module()
    found = {
        "torch.Tensor": {*dir(torch.Tensor), *dir(nn.Parameter(tensor)), *dir(nn.Buffer(tensor))},
        "torch.Tensor by state": {name for name in dir(torch.Tensor) if not _readable(tensor, name)},
        "torch.nn.Module": {*dir(module)},
        "torch.nn layer": {name for cls in _layers(nn) for name in dir(cls) if name.startswith("__")},
        "torch function": {name for function in _functions(torch) for name in dir(function)},
        "torch.Size": {*dir(torch.Size())},
        "torch.dtype": {*dir(torch.float32)},
        "torch.device": {*dir(torch.device("cpu"))},
        "torch.finfo": {*dir(torch.finfo())},
        "torch.iinfo": {*dir(torch.iinfo(torch.int8))},
        "torch.autograd.Function": {*dir(torch.autograd.Function)},
        "torch.fx.graph.Graph": {*dir(torch.fx.Graph())},
        "torch.fx.graph.Node": {*dir(torch.fx.Graph().placeholder("x"))},
        "torch.fx.graph_module.GraphModule": {*dir(torch.fx.symbolic_trace(nn.Identity()))} - {*dir(module)},
        "torch.fx.proxy.Proxy": {*dir(torch.fx.Proxy), "node", "tracer"},
        "torch.fx.proxy.Attribute": {*dir(torch.fx.proxy.Attribute), "attr", "node", "root", "tracer", "_node"},
        "numpy.ndarray": {*dir(numpy.zeros(2))},
        "numpy.generic": {*dir(numpy.generic)},
    }
    for cls in (*numbers.CLASSES.values(), *numbers.ABSTRACT.values()):
        names = {*dir(getattr(numpy, cls.name))}
        found[cls.qualname] = names if cls is numbers.GENERIC else names - found["numpy.generic"]
    for name in sorted(sys.modules):
        if name in ("torch.nn", "torch.nn.functional", "torch.nn.init") or name.startswith("torch.nn.modules."):
            found[f"module {name}"] = {word for word in dir(sys.modules[name]) if not word.startswith("__")}
    for name, cls in vars(nn).items():
        if inspect.isclass(cls) and issubclass(cls, nn.Module) and cls.__name__ == name:
            found.setdefault(f"classes of {cls.__module__}", set()).add(name)
    for name in CONTAINERS:
        found[f"torch.nn.{name}"] = {*dir(getattr(nn, name)())} - found["torch.nn.Module"]
    found["torch.nn.ParameterList"].add("_size")
    return found


def _readable(obj: object, name: str) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            getattr(obj, name)
        except Exception:
            return False
        return True


def _layers(nn: Any) -> Iterator[type]:
    for name, cls in vars(nn).items():
        if inspect.isclass(cls) and issubclass(cls, nn.Module) and name not in CONTAINERS:
            yield cls


def _functions(torch: Any) -> Iterator[object]:
    """Yield what torch has under the names of the operations that are modelled."""
    for name in layers.names():
        value: Any = torch
        for part in name.split(".")[1:]:
            value = getattr(value, part, None)
        if name.startswith("torch.") and callable(value) and not inspect.isclass(value):
            yield value


def written(text: str, found: dict[str, set[str]]) -> str:
    """Return the source of `real_names` with what was found in its table as well."""
    before, start, rest = text.partition(START)
    known, end, after = rest.partition('"""\n')
    tables: dict[str, set[str]] = {kind: set(names) for kind, names in found.items()}
    for line in known.splitlines():
        kind, _, names = line.partition(":")
        tables.setdefault(kind, set()).update(names.split())
    return before + start + "".join(f"{line}\n" for line in _lines(tables)) + end + after


def _lines(tables: dict[str, set[str]]) -> Iterable[str]:
    for kind in sorted(tables):
        width = WIDTH - len(kind) - 2
        for line in textwrap.wrap(" ".join(sorted(tables[kind])), width, break_on_hyphens=False) or [""]:
            yield f"{kind}: {line}".rstrip()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
