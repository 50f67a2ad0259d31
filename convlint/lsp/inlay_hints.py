"""The shape of what each line stores, beside it; off unless the settings turn it on (`inlayHints`)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lsprotocol import types

from convlint.lines import Lines
from convlint.live import held
from convlint.lsp.encoding import to_position
from convlint.lsp.spots import View, view

if TYPE_CHECKING:
    from convlint.lsp.server import ConvlintServer


def register(server: ConvlintServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_INLAY_HINT)
    async def inlay_hint(params: types.InlayHintParams) -> list[types.InlayHint]:
        sheet = server.documents.sheet_of(params.text_document.uri)
        if sheet is None or not server.configuration.editor(sheet.path).inlay_hints:
            return []
        seen = await view(server, params.text_document.uri)
        if seen is None or not seen.look.analysis.models:
            return []
        lines = await server.looking.further(seen.seen, "lines", lambda linter, asking: linter.lines(asking))
        if lines is None:
            return []
        first, last = params.range.start.line, params.range.end.line
        return [hint for hint in _hints(server, seen, lines) if first <= hint.position.line <= last]


def _hints(server: ConvlintServer, seen: View, lines: Lines) -> Iterator[types.InlayHint]:
    text = seen.part.document.text.lines
    called = {trace.call.span for trace in seen.look.analysis.models if trace.call is not None}
    for span, found in held.all_held(lines, seen.look.name):
        row, column = span[2:]
        shown = seen.shown(row)
        values = held.brief(found)
        if shown is None or shown > len(text) or not values:
            continue
        if not found.name and span not in called:
            continue  # an expression of which nothing is kept, such as one that sets up a weight
        label = f": {values}" if found.name not in ("", "return") else f"→ {values}"
        position = to_position(shown, column, text, server.encoding)
        yield types.InlayHint(position, label, kind=types.InlayHintKind.Type, padding_left=found.name in ("", "return"))
