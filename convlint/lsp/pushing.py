"""Diagnostics sent to a client that does not ask for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from convlint.lsp.diagnostics import diagnostics_of
from convlint.lsp.documents import Sheet

if TYPE_CHECKING:
    from convlint.lsp.server import ConvlintServer


def register(server: ConvlintServer) -> None:
    def ready(sheet: Sheet) -> None:
        server.spawn(lambda: _publish(server, sheet.uri))

    def gone(sheet: Sheet) -> None:
        for part in sheet.parts:
            _send(server, part.document.uri, None, [])

    server.looking.ready = ready
    server.looking.gone = gone


async def _publish(server: ConvlintServer, uri: str) -> None:
    seen = await server.looking.look(uri)
    if seen is None or seen.sheet is not server.documents.sheet(uri):
        return
    versions = {part.document.uri: part.document.version for part in seen.sheet.parts}
    for document, found in diagnostics_of(seen, server.encoding).items():
        _send(server, document, versions[document], found)


def _send(server: ConvlintServer, uri: str, version: int | None, found: list[types.Diagnostic]) -> None:
    server.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, found, version))
