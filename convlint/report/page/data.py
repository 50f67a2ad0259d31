"""The data of a page: the graph, every size as an expression in the input's sizes, what the model demands of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

from convlint.findings import Finding
from convlint.layers.core.facts import Window
from convlint.leaves import macs_of, windows_of
from convlint.lines import Seen, SeenParts, SeenTensor
from convlint.memory.account import memory_of
from convlint.receptive_field import ReceptiveFields
from convlint.report.page.expressions import Expressions, Tree
from convlint.report.page.graph import Node, ends, is_tracked, nodes, reads
from convlint.report.seen_text import seen_text
from convlint.report.shown import shown_path
from convlint.rules.subjects import SLIDING, repeats_cells
from convlint.shapes import SourceShapes
from convlint.symbolic import Size, Symbol, SymbolKind, product
from convlint.trace import Event, ModelTrace, ModuleInfo, OpenCondition

VERSION = 1
_MOST_TEXT = 200


class Subject(Struct, frozen=True):
    """What a page is about: a run on open sizes, one in training mode on the same ones or None, the sizes to begin
    with, the findings on these, and the source. `fixed` says why sizes cannot be changed, "" if they can."""

    target: str
    trace: ModelTrace
    begun: ModelTrace
    """The run on the sizes to begin with."""
    training: ModelTrace | None
    values: dict[Symbol, int]
    findings: Sequence[Finding]
    shapes: SourceShapes
    accepted: tuple[str, ...]
    """The inputs that the model accepts, as text."""
    only_way: bool
    """Whether what the run demands is all that decides whether the model takes an input."""
    fixed: str = ""


def plain(subject: Subject, base: Path) -> dict[str, Any]:
    """Return the data of a page as JSON knows them."""
    trace, table = subject.trace, Expressions()
    graph = nodes(trace)
    fields = ReceptiveFields(trace)
    shown = [_node(node, table, fields, base) for node in graph]
    found = {
        "version": VERSION,
        "name": trace.name,
        "target": subject.target,
        "mode": "training" if trace.training else "evaluation",
        "fixed": subject.fixed,
        "onlyWay": subject.only_way,
        "complete": trace.complete,
        "inputs": [table.shape(tensor.shape) for tensor in trace.inputs],
        "outputs": list(ends(trace, graph)),
        "tracked": is_tracked(trace),
        "nodes": shown,
        "modules": [_module(module, table) for module in trace.all_modules],
        "params": table.size(trace.total_parameters),
        "memory": _memory(subject, table),
        "conditions": _conditions(trace, graph, table),
        "accepted": list(subject.accepted),
        "error": "" if trace.violation is None else trace.violation.refusal.text[:_MOST_TEXT],
        "gaps": list(dict.fromkeys(gap.reason for gap in trace.gaps)),
        "findings": [_finding(finding, graph, base) for finding in subject.findings],
        "source": _source(subject.shapes, table, base),
    }
    found["expressions"] = table.table
    found["symbols"] = _symbols(subject, table)
    return found


def _symbols(subject: Subject, table: Expressions) -> list[dict[str, Any]]:
    for tensor in subject.trace.inputs:
        table.shape(tensor.shape)
    return [
        {
            "name": name,
            "value": subject.values.get(symbol, 1),
            "least": 1 if symbol.least is None else max(1, symbol.least),
            "batch": _is_batch(symbol, subject.trace),
        }
        for symbol, name in table.symbols.items()
        if symbol.kind is not SymbolKind.UNKNOWN
    ]


def _is_batch(symbol: Symbol, trace: ModelTrace) -> bool:
    return any(str(tensor.shape[0]) == symbol.name for tensor in trace.inputs if tensor.shape)


def _node(node: Node, table: Expressions, fields: ReceptiveFields, base: Path) -> dict[str, Any]:
    event, module = node.event, node.event.module
    place = event.place if module is None or module.definition is None else module.definition
    output = event.outputs[0] if event.outputs and event.output_known else None
    parameters = None if module is None else _parameters(module)
    cost, macs = event.cost, macs_of(event, node.inner)
    return {
        "name": node.name,
        "kind": module.kind if module is not None else node.name,
        "path": module.path if module is not None else "",
        "parent": node.parent,
        "layer": module is not None,
        "sources": list(node.sources),
        "in": [table.shape(tensor.shape) for tensor in event.inputs if not tensor.is_parameter],
        "out": None if output is None else table.shape(output.shape),
        "dtype": "" if output is None else output.dtype,
        "params": 0 if module is None else table.size(parameters),
        "unshared": None if cost is None else table.size(cost.unshared_params),
        "macs": 0 if macs is None else table.size(macs),
        "field": None if output is None else fields.of(output),
        "windows": [_window(window, table, repeats=repeats_cells(event)) for window in windows_of(event, node.inner)],
        "reads": reads(node),
        "file": shown_path(place.filename, base),
        "row": place.span[0],
    }


def _parameters(module: ModuleInfo) -> Size | None:
    if module.unknown:
        return None
    own = {id(tensor): tensor for one in (module, *module.children) for tensor in one.parameters.values()}
    total: Size = 0
    for tensor in own.values():
        total = total + product(tensor.shape)
    return total


def _window(window: Window, table: Expressions, *, repeats: bool) -> dict[str, Any]:
    axes = [
        {
            "in": table.size(axis.size_in),
            "out": table.size(axis.size_out),
            "kernel": table.size(axis.kernel),
            "stride": table.size(axis.stride),
            "before": table.size(axis.pad_before),
            "after": table.size(axis.pad_after),
            "dilation": table.size(axis.dilation),
            "ceil": axis.ceil_mode,
        }
        for axis in window.axes
    ]
    return {"kind": window.kind, "slides": window.kind in SLIDING and not repeats, "axes": axes}


def _module(module: ModuleInfo, table: Expressions) -> dict[str, Any]:
    return {"path": module.path, "kind": module.kind}


def _memory(subject: Subject, table: Expressions) -> dict[str, Tree] | None:
    if subject.training is None:
        return None
    memory = memory_of(subject.training)
    parts = {
        "parameters": memory.parameters,
        "gradients": memory.gradients,
        "optimizer": memory.optimizer,
        "saved": memory.activations,
    }
    return {name: table.size(part) for name, part in parts.items()}


def _conditions(trace: ModelTrace, graph: list[Node], table: Expressions) -> list[dict[str, Any]]:
    """Return what an input must meet, in the order in which the run comes to it, with the node that demands it."""
    found: list[dict[str, Any]] = []
    told: set[object] = set()
    for demand in trace.conditions:
        tree = table.condition(demand.condition)
        told.add(demand.condition)
        if tree is not None:
            at = next(
                (
                    place
                    for place, node in enumerate(graph)
                    if any(_demands(event, demand) for event in (node.event, *node.inner))
                ),
                None,
            )
            text = demand.refusal.text[:_MOST_TEXT]
            found.append({"node": at, "if": tree, "text": text, "needs": str(demand.condition)[:_MOST_TEXT]})
    for condition in trace.assumed:
        tree = None if condition in told else table.condition(condition)
        if tree is not None:
            needs = str(condition)[:_MOST_TEXT]
            found.append({"node": None, "if": tree, "text": f"the program asks for {needs}", "needs": needs})
    return found


def _demands(event: Event, demand: OpenCondition) -> bool:
    """Tell whether a demand is that of a call."""
    here = event.place == demand.place and event.stack == demand.stack
    return here and (demand.module is None or event.module is demand.module)


def _finding(finding: Finding, graph: list[Node], base: Path) -> dict[str, Any]:
    at = next((place for place, node in enumerate(graph) if finding.layer and _path(node) == finding.layer), None)
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "message": finding.message,
        "help": finding.help,
        "file": shown_path(finding.place.filename, base),
        "row": finding.place.span[0],
        "node": at,
        "url": finding.url or "",
    }


def _path(node: Node) -> str:
    return "" if node.event.module is None else node.event.module.path


def _source(shapes: SourceShapes, table: Expressions, base: Path) -> dict[str, Any]:
    rows: dict[int, list[dict[str, Any]]] = {}
    for held in shapes.held:
        values = [{"value": _seen(value, table), "runs": count} for value, count in held.values]
        rows.setdefault(held.row, []).append({"name": held.name, "values": values})
    return {
        "file": shown_path(shapes.filename, base),
        "lines": list(shapes.source),
        "held": {str(row): told for row, told in rows.items()},
    }


def _seen(seen: Seen, table: Expressions) -> Tree:
    """Return a tensor as `{"shape": …}`, several as a list, and what is not known as text."""
    if isinstance(seen, SeenTensor):
        return {"shape": table.shape(seen.shape), "dtype": "" if seen.dtype == "float32" else seen.dtype}
    if isinstance(seen, SeenParts):
        return [_seen(part, table) for part in seen.parts]
    return seen_text(seen)
