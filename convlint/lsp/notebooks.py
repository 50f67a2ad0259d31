"""Notebooks: their Python cells are one sheet, in the order of the notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types
from msgspec import Struct

from convlint.lsp.documents import Document, Part, Sheet, path_of
from convlint.lsp.texts import Text
from convlint.source.notebook import joined

if TYPE_CHECKING:
    from convlint.lsp.server import ConvlintServer

SYNC = types.NotebookDocumentSyncOptions(
    [types.NotebookDocumentFilterWithCells([types.NotebookCellLanguage("python")], notebook="*")], save=True
)


class Notebook(Struct):
    """An open notebook: its cells in order, and the texts of those that the client has opened."""

    uri: str
    version: int
    cells: list[types.NotebookCell]
    texts: dict[str, Document]

    def put(self, item: types.TextDocumentItem) -> None:
        self.texts[item.uri] = Document(item.uri, item.language_id, item.version, Text(item.text))

    def change(self, change: types.NotebookDocumentCellChanges, encoding: str) -> None:
        """Change the order of the cells, what they are, and what they hold."""
        structure = change.structure
        if structure is not None:
            first, end = structure.array.start, structure.array.start + structure.array.delete_count
            self.cells[first:end] = structure.array.cells or []
            for closed in structure.did_close or ():
                self.texts.pop(closed.uri, None)
            for opened in structure.did_open or ():
                self.put(opened)
        kinds = {cell.document: cell for cell in change.data or ()}
        self.cells = [kinds.get(cell.document, cell) for cell in self.cells]
        for content in change.text_content or ():
            before = self.texts.get(content.document.uri)
            if before is not None:
                text = before.text.changed(content.changes, encoding)
                self.texts[before.uri] = Document(before.uri, before.language, content.document.version, text)

    def sheet(self) -> Sheet:
        """Return what is linted of it."""
        code = [self.texts[cell.document] for cell in self.cells if self._is_python(cell)]
        python, rows = joined([document.text.text for document in code])
        parts = tuple(Part(document, row) for document, row in zip(code, rows, strict=True))
        return Sheet(self.uri, self.version, path_of(self.uri), Text(python), parts)

    def _is_python(self, cell: types.NotebookCell) -> bool:
        text = self.texts.get(cell.document)
        return cell.kind is types.NotebookCellKind.Code and text is not None and text.language == "python"


def register(server: ConvlintServer) -> None:
    notebooks: dict[str, Notebook] = {}

    @server.feature(types.NOTEBOOK_DOCUMENT_DID_OPEN)
    def did_open(params: types.DidOpenNotebookDocumentParams) -> None:
        given = params.notebook_document
        notebook = notebooks[given.uri] = Notebook(given.uri, given.version, list(given.cells), {})
        for item in params.cell_text_documents:
            notebook.put(item)
        server.looking.changed(server.documents.put(notebook.sheet()), delay=0)

    @server.feature(types.NOTEBOOK_DOCUMENT_DID_CHANGE)
    def did_change(params: types.DidChangeNotebookDocumentParams) -> None:
        notebook = notebooks.get(params.notebook_document.uri)
        if notebook is None:
            return
        notebook.version = params.notebook_document.version
        if params.change.cells is not None:
            notebook.change(params.change.cells, server.encoding)
            server.looking.changed(server.documents.put(notebook.sheet()))

    @server.feature(types.NOTEBOOK_DOCUMENT_DID_SAVE)
    def did_save(params: types.DidSaveNotebookDocumentParams) -> None:
        server.looking.saved(params.notebook_document.uri)

    @server.feature(types.NOTEBOOK_DOCUMENT_DID_CLOSE)
    def did_close(params: types.DidCloseNotebookDocumentParams) -> None:
        notebooks.pop(params.notebook_document.uri, None)
        sheet = server.documents.close(params.notebook_document.uri)
        if sheet is not None:
            server.looking.closed(sheet)
