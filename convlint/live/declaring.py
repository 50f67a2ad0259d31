"""The comment that declares what a model is called with: `# convlint: input=(N, 3, H, W)` above its class."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from convlint.accepts import Accepted
from convlint.ir import nodes
from convlint.ir.walking import walk
from convlint.source.edits import Edit
from convlint.symbolic import Size, symbols_of
from convlint.symbolic.dim import of_atom
from convlint.trace import ModelTrace


def declaration(
    trace: ModelTrace, accepted: Accepted | None, module: nodes.Module | None, lines: Sequence[str]
) -> tuple[Edit, ...]:
    """Return the edit that writes the comment; () if the model has its sizes already, or their form is not known.

    Sizes that the model demands are numbers, others are names.
    """
    shapes = accepted.inputs if accepted is not None and accepted.inputs else tuple(it.shape for it in trace.inputs)
    if trace.input_source == "declared" or not shapes:
        return ()
    texts = [[_text(size, accepted) for size in shape] for shape in shapes]
    if any(text is None for shape in texts for text in shape):
        return ()
    row = _first_row(trace.place.span[0], module)
    indent = lines[row - 1][: len(lines[row - 1]) - len(lines[row - 1].lstrip())]
    written = ", ".join(f"({', '.join(text for text in shape if text)}{',' * (len(shape) == 1)})" for shape in texts)
    return (Edit(row, 0, row, 0, f"{indent}# convlint: input={written}\n"),)


def _text(size: Size, accepted: Accepted | None) -> str | None:
    """Return a size as the comment writes it; None for one that is computed from others."""
    if isinstance(size, int):
        return str(size)
    symbol = next(iter(symbols_of(size)))
    if size != of_atom(symbol):
        return None
    sets = [case.of(symbol) for case in accepted.cases] if accepted is not None and accepted.decided else []
    if len(sets) == 1 and sets[0] is not None and [part.count for part in sets[0].parts] == [1]:
        return str(next(iter(sets[0])))
    name = str(symbol)
    return name if name.isidentifier() else None


def _first_row(row: int, module: nodes.Module | None) -> int:
    """Return the row of the first decorator of the class or function in a row, or the row itself."""
    return min([row, *(it.span[0] for it in _decorators(row, module))])


def _decorators(row: int, module: nodes.Module | None) -> Iterator[nodes.Expr]:
    for node in walk(module.body, into_definitions=True) if module is not None else ():
        if isinstance(node, nodes.ClassDef | nodes.FunctionDef) and node.span[0] == row:
            yield from node.decorators
