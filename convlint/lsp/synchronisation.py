"""What happens to documents: they are opened, changed, saved and closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

if TYPE_CHECKING:
    from convlint.lsp.server import ConvlintServer


def register(server: ConvlintServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def did_open(params: types.DidOpenTextDocumentParams) -> None:
        sheet = server.documents.open(params.text_document)
        if sheet is not None:
            server.looking.changed(sheet, delay=0)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def did_change(params: types.DidChangeTextDocumentParams) -> None:
        sheet = server.documents.change(params, server.encoding)
        if sheet is not None:
            server.looking.changed(sheet)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    def did_save(params: types.DidSaveTextDocumentParams) -> None:
        server.configuration.forget()  # not every client tells of changes of settings files
        server.looking.saved(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def did_close(params: types.DidCloseTextDocumentParams) -> None:
        sheet = server.documents.close(params.text_document.uri)
        if sheet is not None:
            server.looking.closed(sheet)
