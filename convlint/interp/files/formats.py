"""Data in texts and files: JSON, TOML and YAML, as plain Python values."""

from __future__ import annotations

import functools
import importlib
import json
import re
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

from convlint.interp.files.opening import data_of
from convlint.interp.natives.lifting import opaque, run, within_bounds
from convlint.interp.natives.registry import add_value, native, written
from convlint.interp.values.classes import ClassValue
from convlint.interp.values.functions import Native
from convlint.interp.values.unknown import Unknown, Value
from convlint.source import toml

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

MAX_TEXT = 1 << 20
MAX_TEXT_IN_PYTHON = 100_000
"""How long a YAML text may be where only the parser that is written in Python is there."""
MAX_MERGED = 20_000
"""How many entries merges of YAML may bring in: nested ones grow without bounds."""
PLAIN = (str, int, float, bool, bytes, type(None))

# --- JSON and TOML --------------------------------------------------------------------------------------

add_value("json.JSONDecodeError", json.JSONDecodeError)
add_value("json.decoder.JSONDecodeError", json.JSONDecodeError)


@native("json.loads")
def loads(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    text = data_of(vm, args[0] if args else kwargs.pop("s", None))
    hook = kwargs.pop("object_pairs_hook", None)
    if not isinstance(text, str | bytes) or kwargs or len(args) > 1 or hook not in (None, dict, OrderedDict):
        return opaque(vm, "json.loads", [text, *args[1:], *kwargs.values()])
    if len(text) > MAX_TEXT:
        return vm.unknown("a long text in JSON")
    return run(vm, "json.loads", json.loads, text, object_pairs_hook=hook)


@native("json.load")
def load(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return loads(vm, [data_of(vm, args[0] if args else kwargs.pop("fp", None)), *args[1:]], kwargs)


def _toml(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    text = data_of(vm, args[0] if args else None)
    text = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    if not isinstance(text, str) or len(args) + len(kwargs) != 1 or len(text) > MAX_TEXT:
        return opaque(vm, "tomllib", [text, *args[1:], *kwargs.values()])
    return _plain(vm, run(vm, "tomllib", toml.parsed, text))


for _module in ("tomllib", "tomli"):
    for _name in ("load", "loads"):
        add_value(f"{_module}.{_name}", Native(f"{_module}.{_name}", _toml))
    add_value(f"{_module}.TOMLDecodeError", ValueError)

# --- YAML -----------------------------------------------------------------------------------------------

LOADERS = (
    "BaseLoader SafeLoader FullLoader Loader UnsafeLoader CBaseLoader CSafeLoader CFullLoader CLoader CUnsafeLoader"
)
DUMPERS = "Dumper SafeDumper CDumper CSafeDumper"
FUNCTIONS = "load safe_load full_load unsafe_load load_all safe_load_all add_constructor add_representer dump safe_dump"
written("yaml_.py", "yaml", f"{LOADERS} {DUMPERS} {FUNCTIONS} YAMLError MarkedYAMLError")
written("yaml_.py", "yaml.loader", LOADERS)
for _module in ("yaml.scanner ScannerError", "yaml.parser ParserError", "yaml.constructor ConstructorError"):
    written("yaml_.py", *_module.split())
STATE = frozenset({"keeps_texts", "resolves", "is_changed"})
NUMBER_LIKE = re.compile(r"[-+.0-9]")


class TooMuch(Exception):
    """A text makes more of itself than is worth following."""


@functools.cache
def _parser() -> tuple[Any, Any, bool]:
    """PyYAML, a loader of plain values that keeps merges within bounds, and whether it is the quick one."""
    yaml: Any = importlib.import_module("yaml")
    base = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

    class Loader(base):  # type: ignore[misc, valid-type]
        merged = 0

        def flatten_mapping(self, node: Any) -> None:
            super().flatten_mapping(node)
            self.merged += len(node.value)
            if self.merged > MAX_MERGED:
                raise TooMuch

    return yaml, Loader, base is not yaml.SafeLoader


@native("yaml._is_own")
def _is_own(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> bool:
    """Whether a loader loads as PyYAML's own do: a class that derives from one may add names of its data only."""
    (cls,) = args
    if not isinstance(cls, ClassValue) or cls.unknown_base is not None:
        return False
    named = {name for base in cls.mro if isinstance(base, ClassValue) and base.of_program for name in base.namespace}
    return all(name.startswith("__") or name in STATE for name in named)


@native("yaml._parse")
def _parse(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """The documents of a text as `(True, documents)`; `(False, reason)` for what is no YAML.

    `keeps_texts` tells that the loader makes texts of all values, `resolves` that it may make numbers of more of them.
    """
    source, keeps_texts, resolves = args
    text = data_of(vm, source)
    text = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    if not isinstance(text, str):
        return (True, opaque(vm, "yaml", [text]))
    yaml, loader, quick = _parser()
    if len(text) > (MAX_TEXT if quick else MAX_TEXT_IN_PYTHON):
        return (True, vm.unknown("a long text in YAML"))
    vm.step(len(text) // 8)
    try:
        found = list(yaml.load_all(text, yaml.BaseLoader if keeps_texts else loader))
    except yaml.constructor.ConstructorError:
        return (True, vm.unknown("a text in YAML with tags of its own"))
    except (TooMuch, RecursionError, MemoryError):
        return (True, vm.unknown("a text in YAML that makes too much of itself"))
    except (yaml.YAMLError, ValueError) as error:
        return (False, str(error))
    return (True, [_plain(vm, document, resolves=bool(resolves)) for document in found])


def _plain(vm: Vm, value: Any, *, resolves: bool = False) -> Value:
    """Plain values as they are; dates, sets and what refers to itself are not known."""
    return _copied(vm, value, resolves, {}, set())


def _copied(vm: Vm, value: Any, resolves: bool, made: dict[int, Value], open_: set[int]) -> Value:
    if isinstance(value, str) and resolves and NUMBER_LIKE.match(value):
        return vm.unknown("a text that a loader may take for a number")
    if isinstance(value, Unknown) or (isinstance(value, PLAIN) and within_bounds(value)):
        return value
    if id(value) in made:
        return made[id(value)]
    if not isinstance(value, dict | list) or id(value) in open_:
        return vm.unknown("a value in a file that is not plain")
    open_.add(id(value))
    if isinstance(value, list):
        made[id(value)] = [_copied(vm, item, resolves, made, open_) for item in value]
    else:
        made[id(value)] = {key: _copied(vm, item, resolves, made, open_) for key, item in value.items()}
    open_.discard(id(value))
    return made[id(value)]


# --- what is written ------------------------------------------------------------------------------------


def _written(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> None:
    """Data go into a file, and stay as they are; what is written to, or says how to write, may be the program's own."""
    for value in [*args[1:], *kwargs.values()]:
        vm.havoc(value, "something is written by it")


for _name in ("json.dump", "pickle.dump"):
    add_value(_name, Native(_name, _written))
