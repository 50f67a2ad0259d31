"""The table of everything that convlint knows of torch: qualified name → operation, method or layer class.

The modules that register entries (the families) are imported one by one, when the first of their names is looked up:
`contents` tells which names are where. It is written by `python -m convlint.layers`.
"""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable, Iterable, Mapping
from functools import cache, lru_cache
from typing import Any, Protocol

from msgspec import Struct

from convlint.layers.core import contents
from convlint.layers.core.context import Context
from convlint.layers.core.tensor import Tensor

InputRank = int | Callable[[Mapping[str, Any]], int | None] | None


class State(Protocol):
    """The module object that a layer class initialises and runs on: attributes are set and read as in torch.

    Reading an attribute that is not known raises `Unmodelled`. `parameter(name, tensor_or_none)` and
    `buffer(name, tensor_or_none)` register, `child(name, qualified_name, *args, **kwargs)` builds a torch module.
    """

    def parameter(self, name: str, value: Tensor | None) -> None: ...
    def buffer(self, name: str, value: Tensor | None) -> None: ...
    def child(self, name: str, qualified_name: str, *args: Any, **kwargs: Any) -> None: ...
    def __getattr__(self, name: str) -> Any: ...
    def __setattr__(self, name: str, value: Any) -> None: ...


class Operation(Struct, frozen=True):
    """A function or tensor method of torch.

    `rule(ctx, *args, **kwargs)` takes torch's own arguments under torch's own names and defaults and returns what
    torch returns, with `Tensor` for tensors. `harmless` names the parameters that change no shape: an unknown
    value there is passed as None. A parameter annotated with `Size` or `Sizes` takes symbolic sizes.
    `input_rank` is the rank of a batched first argument when the operation takes only one, or what tells it from the
    other arguments.
    """

    name: str
    rule: Callable[..., Any]
    harmless: frozenset[str] = frozenset()
    input_rank: InputRank = None

    @property
    def signature(self) -> inspect.Signature:
        return _signature(self.rule)


class LayerClass(Struct, frozen=True):
    """A module class of torch: `init(ctx, state, …)` mirrors `__init__`, `forward(ctx, state, …)` mirrors `forward`."""

    name: str
    init: Callable[..., None]
    forward: Callable[..., Any]
    bases: tuple[str, ...] = ()
    harmless: frozenset[str] = frozenset()
    input_rank: InputRank = None
    aliases: tuple[str, ...] = ()

    @property
    def init_signature(self) -> inspect.Signature:
        return _signature(self.init)

    @property
    def init_parameters(self) -> tuple[inspect.Parameter, ...]:
        """The parameters of torch's own constructor: those of `init` behind the two that the rule itself needs."""
        return tuple(self.init_signature.parameters.values())[2:]

    @property
    def positional_parameters(self) -> tuple[inspect.Parameter, ...]:
        """Those of `init_parameters` that may be given by their position."""
        return tuple(it for it in self.init_parameters if it.kind in (it.POSITIONAL_ONLY, it.POSITIONAL_OR_KEYWORD))

    @property
    def forward_signature(self) -> inspect.Signature:
        return _signature(self.forward)


Entry = Operation | LayerClass
_entries: dict[str, Entry] = {}
_families: dict[str, str] = {}
"""The module that registered each name."""


def operation(
    *names: str, harmless: Iterable[str] = (), input_rank: InputRank = None
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register the decorated rule under each qualified name, such as "torch.flatten", "torch.Tensor.flatten"."""

    def register(rule: Callable[..., Any]) -> Callable[..., Any]:
        for name in names:
            _add(name, Operation(name, rule, frozenset(harmless), input_rank), rule.__module__)
        return rule

    return register


def layer(
    *names: str, bases: Iterable[str] = (), harmless: Iterable[str] = (), input_rank: InputRank = None
) -> Callable[[type], type]:
    """Register the decorated class (static methods `init` and `forward`) as a torch module class.

    The first name is the public one; its last part is the kind that summaries show. `bases` are the qualified
    names of torch's own base classes that user code tests with `isinstance`, `torch.nn.Module` left out.
    """

    def register(cls: Any) -> type:
        entry = LayerClass(names[0], cls.init, cls.forward, tuple(bases), frozenset(harmless), input_rank, names[1:])
        for name in names:
            _add(name, entry, cls.__module__)
        return cls  # type: ignore[no-any-return]

    return register


def find(name: str) -> Entry | None:
    """Return what is known of a qualified name, or None. `Context` is what its rules are called with."""
    entry = _entries.get(name)
    if entry is None and (family := contents.families().get(name)) is not None:
        _load(family)
        entry = _entries.get(name)
    return entry


def names() -> frozenset[str]:
    """Return every qualified name that is known."""
    return _names()


def bases() -> frozenset[str]:
    """Return the qualified names of the base classes that layers say they have."""
    return contents.bases()


def registered() -> tuple[dict[str, str], frozenset[str]]:
    """Return what the families imported so far have registered: their names with the module of each, and all bases."""
    layers = (entry for entry in _entries.values() if isinstance(entry, LayerClass))
    return dict(_families), frozenset(base for entry in layers for base in entry.bases)


def _add(name: str, entry: Entry, family: str) -> None:
    if name in _entries:
        raise ValueError(f"{name} is registered twice")
    _entries[name] = entry
    _families[name] = family


def _load(family: str) -> None:
    """Import a family. A table of contents that does not fit it would hide names, so that is an error."""
    importlib.import_module(family)
    known = contents.families()
    wrong = [name for name, home in _families.items() if home == family and known.get(name) != home]
    if wrong:
        raise LookupError(f"{', '.join(wrong)} of {family} is not in contents.py: run `python -m convlint.layers`")


@lru_cache(maxsize=1)
def _names() -> frozenset[str]:
    return frozenset(contents.families())


@cache
def _signature(rule: Callable[..., Any]) -> inspect.Signature:
    return inspect.signature(rule)


__all__ = [
    "Context",
    "Entry",
    "LayerClass",
    "Operation",
    "State",
    "bases",
    "find",
    "layer",
    "names",
    "operation",
    "registered",
]
