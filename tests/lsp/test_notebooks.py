"""Notebooks in an editor: cells are one program, and findings stand in the cell that they are about."""

from __future__ import annotations

import pytest
from lsprotocol import types

from tests.lsp.editor import capabilities, editor

CODE, MARKUP = types.NotebookCellKind.Code, types.NotebookCellKind.Markup
CELLS = {
    "import": "%matplotlib inline\nimport torch\nfrom torch import nn",
    "prose": "# A title",
    "model": (
        "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        "        self.conv = nn.Conv2d(3, 8, 3)\n\n    def forward(self, x):\n        return self.conv(x)"
    ),
    "use": "net = Net()\nout = net(torch.zeros(1, 4, 32, 32))",
}


def cell(name: str, kind: types.NotebookCellKind = CODE) -> types.NotebookCell:
    return types.NotebookCell(kind=kind, document=f"vscode-notebook-cell:/n.ipynb#{name}")


def text(name: str, language: str = "python") -> types.TextDocumentItem:
    return types.TextDocumentItem(cell(name).document, language, 1, CELLS[name])


def changed(uri: str, version: int, **cells) -> types.DidChangeNotebookDocumentParams:
    change = types.NotebookDocumentChangeEvent(cells=types.NotebookDocumentCellChanges(**cells))
    return types.DidChangeNotebookDocumentParams(types.VersionedNotebookDocumentIdentifier(version, uri), change)


@pytest.mark.asyncio
@pytest.mark.parametrize("pulls", [False, True])
async def test_cells_are_one_program(tmp_path, pulls):
    """A client that asks for the diagnostics of files does not ask for those of cells: they are sent to it, too."""
    uri = (tmp_path / "n.ipynb").as_uri()
    kinds = [cell(name, MARKUP if name == "prose" else CODE) for name in CELLS]
    async with editor(capabilities(pulls=pulls)) as it:
        client = it.client
        assert it.capabilities.notebook_document_sync is not None
        client.notebook_document_did_open(
            types.DidOpenNotebookDocumentParams(
                types.NotebookDocument(uri, "jupyter-notebook", 1, kinds),
                [text("import"), text("prose", "markdown"), text("model"), text("use")],
            )
        )
        assert [one.code for one in await it.told(cell("model").document)] == ["CVL201"]
        assert await it.told(cell("use").document) == []
        if pulls:  # one that asks nevertheless is not told twice
            assert list((await it.pull(cell("model").document)).items) == []
        (found,) = client.diagnostics[cell("model").document]
        assert found.range.start == types.Position(6, 15)
        assert {related.location.uri for related in found.related_information} <= {one.document for one in kinds}
        hover = await client.text_document_hover_async(
            types.HoverParams(types.TextDocumentIdentifier(cell("model").document), types.Position(3, 25))
        )
        assert hover.contents.value.startswith("`1×4×32×32 → ` torch raises: ")
        # one character of a cell changes
        where = types.Range(types.Position(1, 25), types.Position(1, 26))
        content = types.NotebookDocumentCellContentChanges(
            types.VersionedTextDocumentIdentifier(2, cell("use").document),
            [types.TextDocumentContentChangePartial(where, "3")],
        )
        client.notebook_document_did_change(changed(uri, 2, text_content=[content]))
        assert [one.code for one in await it.told(cell("model").document)] == ["CVL102"]
        # a cell becomes prose: the client closes it and opens it in another language
        array = types.NotebookCellArrayChange(start=3, delete_count=1, cells=[cell("use", MARKUP)])
        structure = types.NotebookDocumentCellChangeStructure(
            array=array,
            did_close=[types.TextDocumentIdentifier(cell("use").document)],
            did_open=[text("use", "markdown")],
        )
        it.published.clear()
        client.notebook_document_did_change(changed(uri, 3, structure=structure))
        assert await it.told(cell("use").document) == []
        assert [one.code for one in await it.told(cell("model").document)] == ["CVL102"]
        client.notebook_document_did_close(
            types.DidCloseNotebookDocumentParams(
                types.NotebookDocumentIdentifier(uri),
                [types.TextDocumentIdentifier(cell(name).document) for name in CELLS],
            )
        )
        assert await it.told(cell("model").document) == []
        assert it.messages == []
