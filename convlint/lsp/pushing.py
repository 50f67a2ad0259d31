"""Diagnostics sent to a client that does not ask for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from convlint.lsp.diagnostics import diagnostics_of
from convlint.lsp.documents import Sheet

if TYPE_CHECKING:
    from convlint.lsp.server import ConvlintServer


def register(server: ConvlintServer) -> None:
    server.looking.ready = lambda sheet: ready(server, sheet)
    server.looking.gone = lambda sheet: gone(server, sheet)


def ready(server: ConvlintServer, sheet: Sheet) -> None:
    """Send what is found in a sheet, as soon as that is known."""
    server.spawn(lambda: _publish(server, sheet.uri))


def gone(server: ConvlintServer, sheet: Sheet) -> None:
    """Take back what was sent of the documents of a sheet."""
    for part in sheet.parts:
        _send(server, part.document.uri, None, [])


async def _publish(server: ConvlintServer, uri: str) -> None:
    seen = await server.looking.look(uri)
    if seen is None or seen.sheet is not server.documents.sheet(uri):
        return
    versions = {part.document.uri: part.document.version for part in seen.sheet.parts}
    for document, found in diagnostics_of(seen, server.encoding).items():
        _send(server, document, versions[document], found)


def _send(server: ConvlintServer, uri: str, version: int | None, found: list[types.Diagnostic]) -> None:
    server.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, found, version))
