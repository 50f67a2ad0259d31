"""The models of a text: its classes that something runs, and torch's containers that it builds, each with its runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from convlint.ir import nodes
from convlint.ir.walking import walk
from convlint.live.looks import Look
from convlint.places import Place, Span
from convlint.trace import ModelTrace, Recipe


class Model(Struct, frozen=True):
    """A model under the name that the text has for it, where it is defined, or built if it is one of torch's."""

    name: str
    place: Place
    traces: tuple[ModelTrace, ...]

    @property
    def row(self) -> int:
        return self.place.span[0]


class Called(Struct, frozen=True):
    """A model where it is called."""

    model: Model
    call: Place


class Making(Struct, frozen=True):
    """How a model is made again: by calling what `target` names (`file.py:name`), or taking it if it is an object."""

    target: str
    args: tuple[Any, ...] = ()
    kwargs: Mapping[str, Any] | None = None


def models_of(look: Look) -> list[Model]:
    """Return the models that are defined or built in a text, in the order of its rows."""
    names = dict(_names(look.module)) if look.module is not None else {}
    found: dict[Place, list[ModelTrace]] = {}
    for trace in look.analysis.models:
        place = _place(trace)
        if place is not None and place.filename == look.name:
            found.setdefault(place, []).append(trace)
    ordered = sorted(found.items(), key=lambda item: item[0].span)
    return [Model(names.get(place.span, traces[0].name), place, tuple(traces)) for place, traces in ordered]


def model_near(look: Look, name: str, row: int | None = None) -> Model | None:
    """Return the model that a text defines under a name, of several the one that is nearest to a row."""
    own = [model for model in models_of(look) if model.name == name]
    return min(own, key=lambda model: abs(model.row - (row or 0)), default=None)


def models_named(look: Look, name: str) -> list[Model]:
    """Return the models that a name stands for anywhere in a text: its own, else those of other files that it runs."""
    own = [model for model in models_of(look) if model.name == name]
    if own:
        return own
    others = [trace for trace in look.analysis.models if trace.name == name and not _is_of_torch(trace)]
    return [Model(name, others[0].place, tuple(others))] if others else []


def model_called(look: Look, row: int, column: int) -> Called | None:
    """Return the innermost call around a place of a model that runs by itself, as a script calls it."""
    at = (row, column, row, column)
    found = [it for it in look.analysis.models if it.call is not None and it.call.filename == look.name]
    around = [it for it in found if it.call is not None and is_around(it.call.span, at)]
    if not around:
        return None
    first = max(around, key=lambda trace: trace.call.span[:2] if trace.call is not None else (0, 0))
    same = tuple(it for it in around if it.call == first.call)
    models = models_of(look)
    known = next((it for it in models if first in it.traces), None) or Model(first.name, first.place, same)
    return None if first.call is None else Called(known, first.call)


def is_around(outer: Span, inner: Span) -> bool:
    return outer[:2] <= inner[:2] and inner[2:] <= outer[2:]


def making(model: Model, look: Look) -> Making:
    """Return how the text makes a model: as for the first run that can be repeated, else by its name with nothing."""
    if _is_of_torch(model.traces[0]):
        return Making(f"{look.name}:{model.name}")
    for trace in model.traces:
        try:
            return _repeated(trace)
        except _NotPlain:
            continue
    return Making(f"{look.name}:{model.name}")


class _NotPlain(Exception):  # noqa: N818 - a signal
    pass


def _repeated(trace: ModelTrace) -> Making:
    build = trace.recipe.build if isinstance(trace.recipe, Recipe) else None
    if not isinstance(build, dict) or "call" not in build or not build["call"]["file"]:
        raise _NotPlain
    args = tuple(map(_plain, build["args"]))
    kwargs = {name: _plain(value) for name, value in build["kwargs"].items()}
    return Making(f"{build['call']['file']}:{build['call']['name']}", args, kwargs)


def _plain(value: Any) -> Any:
    """Return a value of a recipe as Python has it. Raises _NotPlain for what only the program can make."""
    if not isinstance(value, dict):
        return value
    ((kind, items), *more) = value.items()
    if more or kind not in ("list", "tuple", "dict"):
        raise _NotPlain
    if kind == "dict":
        return {_plain(key): _plain(item) for key, item in items}
    return [_plain(item) for item in items] if kind == "list" else tuple(map(_plain, items))


def _place(trace: ModelTrace) -> Place | None:
    """Return where a model is shown. Of torch's own classes only those count that hold layers: no loss is a model."""
    if trace.root is None:
        return None
    if not _is_of_torch(trace):
        return trace.place
    return trace.root.definition if trace.root.children else None


def _is_of_torch(trace: ModelTrace) -> bool:
    return trace.qualname.startswith("torch.")


def _names(module: nodes.Module) -> Iterator[tuple[Span, str]]:
    """Yield what the text calls the objects that it builds at its top level and in its functions, by where that is."""
    for node in module.body:
        if isinstance(node, nodes.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], nodes.Name):
            yield node.value.span, node.targets[0].id
        if isinstance(node, nodes.FunctionDef):
            yield from ((it.span, node.name) for it in walk(node.body) if isinstance(it, nodes.Call))


def is_at_definition(model: Model, look: Look, row: int) -> bool:
    """Tell whether the class of a model, or its `forward`, begins in a row."""
    for node in walk(look.module.body, into_definitions=True) if look.module is not None else ():
        if isinstance(node, nodes.ClassDef) and node.span[0] == model.row:
            forward = [it.span[0] for it in node.body if isinstance(it, nodes.FunctionDef) and it.name == "forward"]
            return row in (model.row, *forward)
    return False
