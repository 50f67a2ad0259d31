"""What releases of torch have of the names and arguments that convlint knows, read from their sources.

    python -m benchmarks.torch_versions FOLDER…

Each folder holds one release's `torch` (a wheel's Python files and stubs are enough; nothing is imported), and
`torch-VERSION.dist-info`. Printed is what some of them lack: a line for each name, with the first release that has it
or the last, each argument, and each default that is not the same in all.
"""

from __future__ import annotations

import argparse
import ast
import inspect
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from convlint.layers.core import registry

Signatures = dict[str, str]
"""Argument names, each with the text of its default, "" if it has none."""


@dataclass
class Torch:
    """One release: each qualified name with the arguments of all its overloads together; None if they are not told."""

    version: tuple[int, int]
    names: dict[str, Signatures | None] = field(default_factory=dict)

    def add(self, name: str, function: ast.FunctionDef | None) -> None:
        known = self.names.setdefault(name, {})
        if function is None or known is None:
            self.names[name] = None
            return
        arguments = function.args
        ordered = [*arguments.posonlyargs, *arguments.args]
        defaults: list[ast.expr | None] = [None] * (len(ordered) - len(arguments.defaults)) + list(arguments.defaults)
        pairs = [*zip(ordered, defaults, strict=True), *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)]
        for argument, default in pairs:
            known.setdefault(argument.arg, "" if default is None else ast.unparse(default))
        for star in (arguments.vararg, arguments.kwarg):
            if star is not None:
                known[f"*{star.arg}"] = ""


def read(folder: Path) -> Torch:
    """Read the sources of one release."""
    (info,) = folder.glob("torch-*.dist-info")
    major, minor = info.name.split("-")[1].split(".")[:2]
    found = Torch((int(major), int(minor)))
    root = folder / "torch"
    for file in ("_C/_VariableFunctions.pyi", "functional.py", "__init__.py", "_tensor_str.py"):
        for function in _functions(root / file):
            found.add(f"torch.{function.name}", function)
    for file in ("nn/functional.py", "nn/functional.pyi"):
        for function in _functions(root / file):
            found.add(f"torch.nn.functional.{function.name}", function)
        for name in _assigned(root / file):
            if f"torch.nn.functional.{name}" not in found.names:
                found.add(f"torch.nn.functional.{name}", None)
    for file in ("_C/__init__.pyi", "_tensor.py"):
        for cls in _classes(root / file):
            if cls.name in ("TensorBase", "_TensorBase", "Tensor"):
                for function in (it for it in cls.body if isinstance(it, ast.FunctionDef)):
                    found.add(f"torch.Tensor.{function.name}", function)
    for room in ("linalg", "special", "fft"):
        for name in _assigned(root / room / "__init__.py"):
            found.add(f"torch.{room}.{name}", None)
    _read_layers(root, found)
    return found


def _read_layers(root: Path, found: Torch) -> None:
    classes = {cls.name: cls for path in sorted((root / "nn/modules").glob("*.py")) for cls in _classes(path)}
    for name in classes:
        current: ast.ClassDef | None = classes[name]
        while current is not None:
            own = [it for it in current.body if isinstance(it, ast.FunctionDef) and it.name == "__init__"]
            for function in own:
                found.add(f"torch.nn.{name}", function)
            if own:
                break
            bases = [ast.unparse(base).rpartition(".")[2] for base in current.bases]
            current = next((classes[base] for base in bases if base in classes), None)
        else:
            found.add(f"torch.nn.{name}", None)


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8")) if path.is_file() else ast.Module([], [])


def _functions(path: Path) -> Iterator[ast.FunctionDef]:
    return (it for it in _tree(path).body if isinstance(it, ast.FunctionDef))


def _classes(path: Path) -> Iterator[ast.ClassDef]:
    return (it for it in _tree(path).body if isinstance(it, ast.ClassDef))


def _assigned(path: Path) -> Iterator[str]:
    for statement in _tree(path).body:
        if isinstance(statement, ast.Assign):
            yield from (target.id for target in statement.targets if isinstance(target, ast.Name))


def known() -> Iterator[tuple[str, Mapping[str, inspect.Parameter]]]:
    """Yield the names of torch that convlint has rules for, with the arguments of each."""
    for name in sorted(registry.names()):
        entry = registry.find(name)
        if isinstance(entry, registry.LayerClass):
            yield name, {it.name: it for it in entry.init_parameters}
        elif isinstance(entry, registry.Operation):
            yield name, dict(list(entry.signature.parameters.items())[1:])


def differences(releases: list[Torch]) -> Iterator[str]:
    """Yield what some release lacks and what differs between them; releases are in order."""
    for name, parameters in known():
        has = [release for release in releases if name in release.names]
        if not has:
            continue  # not read from sources: what C++ or another room has
        missing = [release.version for release in releases if release not in has]
        if missing:
            yield f"name {name}: not in {_text(missing)}"
        told = [(release, release.names[name]) for release in has]
        for argument in parameters:
            yield from _argument(name, argument, [(release, given) for release, given in told if given])


def _argument(name: str, argument: str, told: list[tuple[Torch, Signatures]]) -> Iterator[str]:
    if not any(argument in given for _, given in told):
        return
    missing = [release.version for release, given in told if argument not in given and not _takes_any(given)]
    if missing:
        yield f"argument {name} {argument}: not in {_text(missing)}"
    defaults: dict[str, list[tuple[int, int]]] = {}
    for release, given in told:
        if argument in given:
            defaults.setdefault(given[argument], []).append(release.version)
    if len(defaults) > 1:
        parts = [f"{default or 'none'} in {_text(versions)}" for default, versions in defaults.items()]
        yield f"default {name} {argument}: {'; '.join(parts)}"


def _takes_any(given: Signatures) -> bool:
    return any(it.startswith("*") for it in given)


def _text(versions: list[tuple[int, int]]) -> str:
    return ", ".join(f"{major}.{minor}" for major, minor in versions)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="+")
    options = parser.parse_args()
    releases = sorted(map(read, options.folders), key=lambda release: release.version)
    for line in differences(releases):
        print(line)
    return 0


if __name__ == "__main__":
    sys.exit(main())
