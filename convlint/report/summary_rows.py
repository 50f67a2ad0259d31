"""The rows of a summary: one for each call, or the modules as a tree, in which equal neighbours are folded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from convlint.report.summary_columns import Row
from convlint.summary import LayerSummary, ModelSummary, ModulePart


class _Node(Struct):
    """A module with the calls inside of it, and the modules inside of it in the order of their first calls."""

    path: str
    kind: str
    calls: list[LayerSummary] = []
    children: dict[str, _Node] = {}

    @property
    def name(self) -> str:
        return self.path.rpartition(".")[2]


def flat(summary: ModelSummary) -> list[Row]:
    """Return a row for each call of a layer, in call order."""
    parts = {part.path: part for part in summary.modules}
    return [
        Row(call.path, call.kind, (call,), call.params, parts[call.path].trainable if call.path in parts else None)
        for call in summary.calls
    ]


def tree(summary: ModelSummary, depth: int | None = None, *, fold: bool = True) -> list[Row]:
    """Return a row for each module, `depth` levels below the model; equal modules one after the other are one row."""
    parts = {part.path: part for part in summary.modules}
    return list(_rows(_nested(summary), "", 0, depth, fold, parts))


def at_depth(summary: ModelSummary, depth: int) -> list[Row]:
    """Return a row for each module that is `depth` levels below the model, and each layer that is less deep."""
    rows = tree(summary, depth, fold=False)
    paths = [row.name for row in rows]
    return [
        Row(row.name, row.kind, row.calls, row.params, row.trainable)
        for row, path in zip(rows, paths, strict=True)
        if not any(_is_inside(other, path) for other in paths)
    ]


def _is_inside(path: str, other: str) -> bool:
    return path != other and (other == "" or path.startswith(f"{other}."))


def _nested(summary: ModelSummary) -> _Node:
    kinds = {part.path: part.kind for part in summary.modules}
    root = _Node("", kinds.get("", summary.name))
    for call in summary.calls:
        node = root
        node.calls.append(call)
        parts = call.path.split(".") if call.path else []
        for length in range(1, len(parts) + 1):
            path = ".".join(parts[:length])
            node = node.children.setdefault(path, _Node(path, kinds.get(path, "")))
            node.calls.append(call)
    return root


def _rows(
    node: _Node, name: str, indent: int, depth: int | None, fold: bool, parts: Mapping[str, ModulePart]
) -> Iterator[Row]:
    part = parts.get(node.path)
    params, trainable = (None, None) if part is None else (part.params, part.trainable)
    yield Row(name if fold else node.path, node.kind, tuple(node.calls), params, trainable, indent)
    if depth is not None and indent >= depth:
        return
    for group in _groups(list(node.children.values()), fold):
        first, *rest = _rows(group[0], _span(group), indent + 1, depth, fold, parts)
        yield Row(first.name, first.kind, first.calls, first.params, first.trainable, first.indent, len(group))
        yield from rest


def _span(group: list[_Node]) -> str:
    return group[0].name if len(group) == 1 else f"{group[0].name}…{group[-1].name}"


def _groups(nodes: list[_Node], fold: bool) -> Iterator[list[_Node]]:
    """Yield neighbours that are equal together."""
    group: list[_Node] = []
    for node in nodes:
        if group and not (fold and _look(node) == _look(group[0])):
            yield group
            group = []
        group.append(node)
    if group:
        yield group


def _look(node: _Node) -> tuple[object, ...]:
    """What makes two modules equal: their kind, what their calls take, return and cost, and the same of all inside."""
    calls = tuple(
        (call.kind, call.input_shapes, call.output_shape, call.params, call.macs, call.path.removeprefix(node.path))
        for call in node.calls
    )
    return node.kind, calls
