"""The parts of models that a text names as attributes, `self.conv`: what they are in each run of a model."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from convlint.ir import nodes
from convlint.ir.walking import walk
from convlint.live.held import last_row
from convlint.live.looks import Look
from convlint.places import Span
from convlint.summary import ModulePart, summary_of
from convlint.symbolic import Size
from convlint.trace import Event, ModelTrace, ModuleInfo


class Held(Struct, frozen=True):
    """A module in one run of a model. `macs` are those of the layers inside; None if they are not known."""

    trace: ModelTrace
    module: ModuleInfo
    whole: ModulePart
    macs: Size | None
    ends: tuple[Event, Event] | None = None
    """The first and the last call inside, where what it is given and returns are theirs: in chains of layers."""


def parts_at(look: Look, row: int, name: str) -> list[Held]:
    """Return what objects of the class around a row hold under a name, the same object once for each run."""
    owner = class_around(look.module, row) if look.module is not None else None
    return [] if owner is None else _held(modules_in(look, owner.name).get(name, []))


def modules_in(look: Look, owner: str) -> dict[str, list[tuple[ModelTrace, ModuleInfo]]]:
    """Return what objects of a class hold in the runs of models, by the names under which they hold it."""
    found: dict[str, list[tuple[ModelTrace, ModuleInfo]]] = {}
    for trace in look.analysis.models:
        kinds = {module.path: module.kind for module in trace.all_modules}
        for module in trace.all_modules:
            parent, _, own = module.path.rpartition(".")
            if own and kinds.get(parent) == owner:
                found.setdefault(own, []).append((trace, module))
    return found


def assigned_in(owner: nodes.ClassDef) -> Iterator[tuple[str, Span]]:
    """Yield the attributes of `self` to which a class assigns, each time with where that is."""
    for node in walk(owner.body, into_definitions=True):
        for target in node.targets if isinstance(node, nodes.Assign) else ():
            if (
                isinstance(target, nodes.Attribute)
                and isinstance(target.value, nodes.Name)
                and target.value.id == "self"
            ):
                yield target.attr, target.span


def parts_of_class(look: Look, name: str) -> list[Held]:
    """Return the parts of models that are objects of a class of the text."""
    module = look.module
    if module is None or not any(isinstance(it, nodes.ClassDef) and it.name == name for it in module.body):
        return []
    inside = [(trace, it) for trace in look.analysis.models for it in trace.all_modules if it.kind == name and it.path]
    return _held(inside)


def class_around(module: nodes.Module, row: int) -> nodes.ClassDef | None:
    """Return the innermost class around a row."""
    around = [
        node
        for node in walk(module.body, into_definitions=True)
        if isinstance(node, nodes.ClassDef) and node.span[0] <= row <= last_row(node)
    ]
    return max(around, key=lambda node: node.span[0], default=None)


def _held(found: list[tuple[ModelTrace, ModuleInfo]]) -> list[Held]:
    traces = {id(trace): trace for trace, _ in found}
    summaries = {key: summary_of(trace) for key, trace in traces.items()}
    result = []
    for trace, module in found:
        whole = next((it for it in summaries[id(trace)].modules if it.path == module.path), None)
        if whole is not None:
            inside = [it for it in trace.events if _is_inside(it, module)]
            result.append(Held(trace, module, whole, _macs(inside, trace), _ends(module, inside)))
    return result


def _is_inside(event: Event, module: ModuleInfo) -> bool:
    paths = [it.path for it in (event.module, event.within) if it is not None]
    return any(path == module.path or path.startswith(f"{module.path}.") for path in paths)


def _macs(inside: list[Event], trace: ModelTrace) -> Size | None:
    if not trace.complete or any(not event.output_known for event in inside):
        return None
    total: Size = 0
    for event in inside:
        total = total + (event.cost.macs if event.cost is not None else 0)
    return total


def _ends(module: ModuleInfo, inside: list[Event]) -> tuple[Event, Event] | None:
    """Return the calls at both ends of a chain of layers that runs once."""
    first, last = _leaf(module, 0), _leaf(module, -1)
    calls = [[event for event in inside if event.module is leaf] for leaf in (first, last) if leaf is not None]
    if len(calls) < 2 or any(len(of_leaf) != 1 for of_leaf in calls):
        return None
    return calls[0][0], calls[1][0]


def _leaf(module: ModuleInfo, end: int) -> ModuleInfo | None:
    while module.children:
        if module.qualname.rpartition(".")[2] != "Sequential" or not module.qualname.startswith("torch."):
            return None
        module = module.children[end]
    return module
