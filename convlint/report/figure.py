"""A figure of a network for papers and READMEs, as SVG: volumes to scale as LeNet's authors drew it, or blocks.

Modules are shown as `summary --tree` folds them; arrows join neighbours, arcs are branches and skips.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from math import sqrt

from msgspec import Struct

from convlint.leaves import macs_of
from convlint.report.page.graph import INPUT, Node, nodes
from convlint.symbolic import Size, product
from convlint.trace import ModelTrace

_MOST_BOXES = 24
_HIGH, _SLANT, _GAP, _LETTER = 130.0, 0.45, 34.0, 6.6
_MOST_LETTERS = 22
_COLOURS = {
    "conv": "#f4c27a", "pool": "#e88f8f", "norm": "#c6ccd4", "linear": "#9fcf9f", "attention": "#c2a5de",
    "recurrent": "#e6a9cf", "join": "#8fc3df", "input": "#bcd7f0", "other": "#e3e0d5",
}  # fmt: skip
_JOINS = frozenset({"cat", "concat", "add", "iadd", "mul", "imul", "stack", "matmul"})


class Box(Struct, frozen=True):
    """What is drawn as one: calls one after the other, the label and kind of the module around them, its result."""

    label: str
    kind: str
    shape: tuple[Size, ...] | None
    calls: tuple[int, ...]
    family: str = "other"
    """The kind of colour: of a module that of the layers inside which compute most."""
    times: int = 1


def svg(trace: ModelTrace, style: str = "lenet") -> str:
    """Return the figure of a run; `style` is "lenet" or "blocks"."""
    graph = nodes(trace)
    given = trace.inputs[0].shape if trace.inputs else None
    boxes = [
        Box("input", "input", given, (INPUT,), "input"),
        *_boxes(graph, {it.path: it.kind for it in trace.all_modules}),
    ]
    joins = _joins(graph, boxes)
    return _volumes(boxes, joins) if style == "lenet" else _blocks(boxes, joins)


# --- what is shown ----------------------------------------------------------------------------------------


def _boxes(graph: Sequence[Node], kinds: dict[str, str]) -> list[Box]:
    """Return the calls in as many boxes as a figure bears: those of the deepest modules of which there are not more."""
    deepest = max((_path(node).count(".") + 1 for node in graph), default=1)
    found = _at_depth(graph, kinds, 1)
    for depth in range(2, deepest + 1):
        finer = _at_depth(graph, kinds, depth)
        if len(finer) > _MOST_BOXES:
            break
        found = finer
    return found


def _path(node: Node) -> str:
    return f"{node.parent}.{node.name}" if node.parent else node.name


def _at_depth(graph: Sequence[Node], kinds: dict[str, str], depth: int) -> list[Box]:
    groups: list[tuple[str, str, list[int]]] = []
    for at, node in enumerate(graph):
        if _is_pointwise(node) and groups:
            groups[-1][2].append(at)  # it belongs to what it follows
            continue
        path = ".".join(_path(node).split(".")[:depth])
        kind = kinds.get(path, "") or (node.event.module.kind if node.event.module is not None else node.name)
        if groups and groups[-1][0] == path and path in kinds:
            groups[-1][2].append(at)
        else:
            groups.append((path, kind, [at]))
    return _folded(
        [
            Box(path, kind, _result(graph, calls), tuple(calls), _weightiest(graph, calls, kind))
            for path, kind, calls in groups
        ],
        graph,
    )


def _weightiest(graph: Sequence[Node], calls: Sequence[int], kind: str) -> str:
    """Return the family of the calls that cost most, in parameters and multiply-accumulates."""
    costs: dict[str, int] = {}
    for node in (graph[at] for at in calls):
        event = node.event
        parameters = () if event.module is None else event.module.parameters.values()
        sizes = [macs_of(event, node.inner), *(product(one.shape) for one in parameters)]
        family = _family(_kind(node))
        costs[family] = costs.get(family, 0) + sum(size for size in sizes if isinstance(size, int))
    most = max(costs, key=lambda name: costs[name])
    return most if costs[most] and _family(kind) == "other" else _family(kind)


def _is_pointwise(node: Node) -> bool:
    """Whether a call leaves the shape of its only source: a norm, an activation, a dropout."""
    event = node.event
    plain = len(node.sources) == 1 and len(event.inputs) == 1 and len(event.outputs) == 1
    same = plain and event.inputs[0].shape == event.outputs[0].shape and not event.windows
    return same and _family(_kind(node)) not in ("linear", "attention")


def _kind(node: Node) -> str:
    return node.name if node.event.module is None else node.event.module.kind


def _result(graph: Sequence[Node], calls: Sequence[int]) -> tuple[Size, ...] | None:
    event = graph[calls[-1]].event
    return event.outputs[0].shape if event.outputs and event.output_known else None


def _folded(boxes: list[Box], graph: Sequence[Node]) -> list[Box]:
    """Return the boxes with equal neighbours as one."""
    found: list[Box] = []
    for box in boxes:
        last = found[-1] if found else None
        if last is not None and len(box.calls) > 1 and _look(box, graph) == _look(last, graph):
            label = _from_to(last.label.partition("…")[0], box.label)
            found[-1] = Box(label, last.kind, box.shape, last.calls + box.calls, last.family, last.times + 1)
        else:
            found.append(box)
    return found


def _from_to(first: str, last: str) -> str:
    """Return "layers.block_0…11": of the last name what differs from the first."""
    pairs = zip(first, last, strict=False)
    same = first[: next((at for at, (one, other) in enumerate(pairs) if one != other), len(first))]
    return f"{first}…{last[len(same.rstrip('0123456789')) :]}"


def _look(box: Box, graph: Sequence[Node]) -> tuple[object, ...]:
    size = len(box.calls) // box.times
    events = [graph[at].event for at in box.calls[:size]]
    return box.kind, box.shape, tuple((event.name, tuple(one.shape for one in event.inputs)) for event in events)


def _joins(graph: Sequence[Node], boxes: Sequence[Box]) -> list[tuple[int, int]]:
    holder = {call: place for place, box in enumerate(boxes) for call in box.calls}
    pairs = ((holder[source], holder[at]) for at, node in enumerate(graph) for source in node.sources)
    return list(dict.fromkeys((start, end) for start, end in pairs if start != end))


def _arcs(joins: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the connections that pass something by, the shortest first."""
    return sorted((pair for pair in joins if pair[1] != pair[0] + 1), key=lambda pair: pair[1] - pair[0])


def _family(kind: str) -> str:
    lower = kind.lower()
    for name in ("pool", "conv", "norm", "attention"):
        if name in lower:
            return name
    if lower.removesuffix("cell") in ("lstm", "gru", "rnn"):
        return "recurrent"
    if "linear" in lower or "embedding" in lower:
        return "linear"
    return "input" if lower == "input" else "join" if lower in _JOINS else "other"


# --- volumes ----------------------------------------------------------------------------------------------


def _extents(shape: tuple[Size, ...] | None) -> tuple[int, int, int] | None:
    """Return channels, height and width of a shape without its batch, 0 high for a plain vector; None if not known."""
    sizes = [size for size in (shape or ())[1:] if isinstance(size, int)]
    if shape is None or len(sizes) != len(shape) - 1 or not sizes:
        return None
    if len(sizes) == 1:
        return sizes[0], 0, 0
    return (sizes[1], sizes[0], 1) if len(sizes) == 2 else (sizes[0], sizes[-2], sizes[-1])


def _volumes(boxes: Sequence[Box], joins: Sequence[tuple[int, int]]) -> str:
    extents = [_extents(box.shape) for box in boxes]
    spatial = max((max(it[1], it[2]) for it in extents if it), default=1) or 1
    channels = max((it[0] for it in extents if it and it[1]), default=1)
    features = max((it[0] for it in extents if it and not it[1]), default=1)
    arcs = _arcs(joins)
    middle, left = _HIGH * 0.8 + 20 * (1 + len(arcs)), 16.0
    parts, places = [], []
    for box, extent in zip(boxes, extents, strict=True):
        thick, high, deep = _pixels(extent, spatial, channels, features)
        texts = _texts(box)
        width = max(thick + deep, max(map(len, texts)) * _LETTER)
        start = left + (width - thick - deep) / 2
        parts.append(_solid(start, middle, thick, high, deep, _COLOURS[box.family]))
        parts += _words(texts, left + width / 2, middle + _HIGH * 0.75 + 16)
        places.append((start, start + thick + deep, middle - high / 2 - deep * 0.3))
        left += width + _GAP
    for source, sink in joins:
        if sink == source + 1:
            parts.append(_arrow(places[source][1] + 4, middle, places[sink][0] - 4, middle))
        else:
            top = middle - _HIGH * 0.8 - 10 - 18 * arcs.index((source, sink))
            parts.append(_arc(places[source], places[sink], top))
    return _document(left - _GAP + 16, middle + _HIGH * 0.75 + 66, parts)


def _pixels(
    extent: tuple[int, int, int] | None, spatial: int, channels: int, features: int
) -> tuple[float, float, float]:
    """Return thickness, height and depth in pixels: height and width to scale, channels by their root."""
    if extent is None:
        return 14.0, 14.0, 4.0
    if not extent[1]:
        return 8.0, 14 + (_HIGH - 14) * sqrt(extent[0] / features), 5.0
    high, deep = _HIGH * extent[1] / spatial, _HIGH * _SLANT * extent[2] / spatial
    return 3 + 44 * sqrt(extent[0] / channels), max(3.0, high), max(2.0, deep)


def _solid(x: float, middle: float, thick: float, high: float, deep: float, colour: str) -> str:
    rise, top = deep * 0.6, middle - high / 2
    front = [(x, top), (x + thick, top), (x + thick, top + high), (x, top + high)]
    lid = [(x, top), (x + deep, top - rise), (x + thick + deep, top - rise), (x + thick, top)]
    far = x + thick + deep
    side = [(x + thick, top), (far, top - rise), (far, top + high - rise), (x + thick, top + high)]
    light, shade = _polygon(lid, "#ffffff", 0.35), _polygon(side, "#000000", 0.16)
    return "".join((*(_polygon(points, colour) for points in (front, lid, side)), light, shade))


def _polygon(points: Sequence[tuple[float, float]], colour: str, opacity: float = 1.0) -> str:
    listed = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    faint = "" if opacity == 1.0 else f' fill-opacity="{opacity}"'
    return f'<polygon points="{listed}" fill="{colour}"{faint} stroke="#444" stroke-width="0.7"/>'


# --- blocks -----------------------------------------------------------------------------------------------

_WIDE, _TALL, _BETWEEN = 190.0, 46.0, 26.0


def _blocks(boxes: Sequence[Box], joins: Sequence[tuple[int, int]]) -> str:
    arcs = _arcs(joins)
    left, parts = 24.0 + 18 * len(arcs), []
    for at, box in enumerate(boxes):
        top = 16 + at * (_TALL + _BETWEEN)
        colour = _COLOURS[box.family]
        parts.append(
            f'<rect x="{left}" y="{top}" width="{_WIDE}" height="{_TALL}" rx="7" fill="{colour}" stroke="#444" '
            'stroke-width="0.8"/>'
        )
        parts += _words(_texts(box), left + _WIDE / 2, top + 14, step=13)
    for source, sink in joins:
        start, end = 16 + source * (_TALL + _BETWEEN) + _TALL, 16 + sink * (_TALL + _BETWEEN)
        if sink == source + 1:
            parts.append(_arrow(left + _WIDE / 2, start + 2, left + _WIDE / 2, end - 3))
            continue
        out = left - 16 - 16 * arcs.index((source, sink))
        path = f"M{left},{start - _TALL / 2} H{out} V{end + _TALL / 2} H{left - 3}"
        parts.append(f'<path d="{path}" class="line" marker-end="url(#tip)"/>')
    return _document(left + _WIDE + 24, 16 + len(boxes) * (_TALL + _BETWEEN), parts)


# --- shared -----------------------------------------------------------------------------------------------


def _texts(box: Box) -> list[str]:
    parts = box.label.split(".")
    while len(parts) > 1 and len(".".join(parts)) > _MOST_LETTERS:
        parts.pop(0)
    label = f"{'.'.join(parts)} × {box.times}" if box.times > 1 else ".".join(parts)
    shape = "" if box.shape is None else "×".join(map(str, box.shape[1:] or box.shape))
    return [text for text in (label, box.kind if box.kind != box.label else "", shape) if text]


def _words(texts: Sequence[str], x: float, y: float, step: float = 15) -> list[str]:
    kinds = ("label", "kind", "shape") if len(texts) == 3 else ("label", "shape")
    return [
        f'<text x="{x:.1f}" y="{y + number * step:.1f}" class="{kind}">{escape(text)}</text>'
        for number, (text, kind) in enumerate(zip(texts, kinds, strict=False))
    ]


def _arrow(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<path d="M{x1:.1f},{y1:.1f} L{x2:.1f},{y2:.1f}" class="line" marker-end="url(#tip)"/>'


def _arc(source: tuple[float, float, float], sink: tuple[float, float, float], top: float) -> str:
    start, end = (source[0] + source[1]) / 2, (sink[0] + sink[1]) / 2
    path = f"M{start:.1f},{source[2] - 3:.1f} V{top:.1f} H{end:.1f} V{sink[2] - 4:.1f}"
    return f'<path d="{path}" class="line skip" marker-end="url(#tip)"/>'


_STYLE = (
    "text{font:11px sans-serif;text-anchor:middle;fill:#222}.kind{fill:#666;font-size:10px}.shape{fill:#0b5c8a}"
    ".line{fill:none;stroke:#555;stroke-width:1.1}.skip{stroke:#0b5c8a;stroke-dasharray:5 3}"
)


def _document(width: float, height: float, parts: Sequence[str]) -> str:
    tip = (
        '<marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="6" markerHeight="6" orient="auto">'
        '<path d="M0,0 L8,4 L0,8 z" fill="#555"/></marker>'
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
        f'viewBox="0 0 {width:.0f} {height:.0f}"><style>{_STYLE}</style><defs>{tip}</defs>'
        f'<rect width="100%" height="100%" fill="#ffffff"/>{"".join(parts)}</svg>\n'
    )
