"""From a finding to the layer that it is about: where that is built. Elsewhere other servers know better."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lsprotocol import types

from convlint.live.uses import uses_at
from convlint.lsp.diagnostics import Places
from convlint.lsp.spots import view
from convlint.trace import FileAnalysis, Place

if TYPE_CHECKING:
    from convlint.lsp.server import ConvlintServer


def register(server: ConvlintServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_DEFINITION)
    async def definition(params: types.DefinitionParams) -> list[types.Location]:
        seen = await view(server, params.text_document.uri)
        place = None if seen is None or not seen.is_current else seen.place(params.position, server.encoding)
        if seen is None or place is None:
            return []
        spans = [it.place.span for it in seen.look.report.findings if it.place.filename == seen.look.name]
        if not any(span[:2] <= place <= span[2:] for span in spans):
            return []
        locate = Places(seen.seen.sheet, server.encoding).location
        found = [locate(built) for built in dict.fromkeys(_built(seen.look.analysis, *place))]
        return [location for location in found if location is not None]


def _built(analysis: FileAnalysis, row: int, column: int) -> Iterator[Place]:
    """Yield where the layers are built that are called, or refused, at a place."""
    refused = [trace.violation for trace in analysis.models if trace.violation is not None]
    modules = [it.module for it in refused if it.place.span[:2] <= (row, column) <= it.place.span[2:]]
    modules += [use.event.module for use in uses_at(analysis, row, column)]
    yield from (module.definition for module in modules if module is not None and module.definition is not None)
