"""Diagnostics for a client that asks for them, and is told to ask again when something besides the document changed.

No client asks of the cells of notebooks, not even those that ask of files, such as Visual Studio Code: they are sent.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from lsprotocol import types

from convlint.lsp import pushing
from convlint.lsp.diagnostics import diagnostics_of
from convlint.lsp.documents import Sheet
from convlint.lsp.looking import Seen

if TYPE_CHECKING:
    from convlint.lsp.server import ConvlintServer

OPTIONS = types.DiagnosticOptions(inter_file_dependencies=True, workspace_diagnostics=False, identifier="convlint")


def register(server: ConvlintServer) -> None:
    told: dict[str, tuple[str, Seen]] = {}
    """The last answer for each document: its identifier, and what it was made from."""
    numbers = itertools.count(1)

    @server.feature(types.TEXT_DOCUMENT_DIAGNOSTIC, OPTIONS)
    async def diagnostic(params: types.DocumentDiagnosticParams) -> types.DocumentDiagnosticReport:
        uri = params.text_document.uri
        sheet = server.documents.sheet_of(uri)
        seen = None
        if sheet is not None and not sheet.has_cells:
            await server.looking.quiet(sheet.uri)
            seen = await server.looking.look(sheet.uri)
        if seen is None:
            return types.RelatedFullDocumentDiagnosticReport(items=[])
        if uri in told and told[uri] == (params.previous_result_id, seen):
            return types.RelatedUnchangedDocumentDiagnosticReport(told[uri][0])
        told[uri] = str(next(numbers)), seen
        found = diagnostics_of(seen, server.encoding).get(uri, [])
        return types.RelatedFullDocumentDiagnosticReport(found, result_id=told[uri][0])

    def ready(sheet: Sheet) -> None:
        """The client asks by itself after a change of its own."""
        if sheet.has_cells:
            pushing.ready(server, sheet)
        if sheet.has_cells or server.looking.is_asked(sheet):
            return
        workspace = server.client_capabilities.workspace
        if workspace is not None and workspace.diagnostics is not None and workspace.diagnostics.refresh_support:
            server.spawn(lambda: server.workspace_diagnostic_refresh_async(None))

    def gone(sheet: Sheet) -> None:
        if sheet.has_cells:
            pushing.gone(server, sheet)
        for part in sheet.parts:
            told.pop(part.document.uri, None)

    server.looking.ready = ready
    server.looking.gone = gone
