"""The models of a file and the layers that they build, for the outline."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lsprotocol import types

from convlint.ir import nodes
from convlint.ir.walking import walk
from convlint.live.held import last_row
from convlint.live.uses import Use, definitions
from convlint.lsp.encoding import to_range
from convlint.lsp.spots import View, view
from convlint.places import Span
from convlint.rules.wording import shape_text

if TYPE_CHECKING:
    from convlint.lsp.server import ConvlintServer


def register(server: ConvlintServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL, types.DocumentSymbolOptions(label="convlint"))
    async def document_symbol(params: types.DocumentSymbolParams) -> list[types.DocumentSymbol]:
        seen = await view(server, params.text_document.uri)
        return [] if seen is None else list(_symbols(server, seen))


def _symbols(server: ConvlintServer, seen: View) -> Iterator[types.DocumentSymbol]:
    """Yield a symbol for each class in which layers are built, with one for each place that builds some."""
    module = seen.look.module
    if module is None:
        return
    built = definitions(seen.look.analysis)
    for node in walk(module.body, into_definitions=True):
        if not isinstance(node, nodes.ClassDef):
            continue
        first, last = node.span[0], last_row(node)
        inside = {span: uses for span, uses in built.items() if first < span[0] <= last}
        whole = _range(server, seen, (first, node.span[1], last, len(seen.lines[last - 1])))
        name = _range(server, seen, node.span)
        if inside and whole is not None and name is not None:
            layers = [symbol for span, uses in sorted(inside.items()) for symbol in _layer(server, seen, span, uses)]
            yield types.DocumentSymbol(node.name, types.SymbolKind.Class, whole, name, children=layers)


def _layer(server: ConvlintServer, seen: View, span: Span, uses: list[Use]) -> Iterator[types.DocumentSymbol]:
    module, where = uses[0].event.module, _range(server, seen, span)
    if module is None or where is None:
        return
    shapes = list(dict.fromkeys(shape_text(output.shape) for use in uses for output in use.event.outputs[:1]))
    detail = f"{module.kind} → {shapes[0]}{' …' if len(shapes) > 1 else ''}" if shapes else module.kind
    name = module.assigned or module.path or module.kind
    yield types.DocumentSymbol(name, types.SymbolKind.Field, where, where, detail=detail)


def _range(server: ConvlintServer, seen: View, span: Span) -> types.Range | None:
    """Return a span of the look as a range of the document, None if it is not in it any more."""
    first, last = seen.shown(span[0]), seen.shown(span[2])
    if first is None or last is None:
        return None
    return to_range((first, span[1], last, span[3]), seen.part.document.text.lines, server.encoding)
