"""What can be asked of a document: hovers, hints, lenses, symbols, definitions, actions, commands."""

from __future__ import annotations

import sys

import pytest
from lsprotocol import types

from tests.lsp.editor import SOURCE, Editor, capabilities, editor

MODEL = """\
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 32, 3)
        self.fc = nn.Linear(32 * 13 * 13, 10)

    def forward(self, x):
        y = torch.max_pool2d(self.conv(x), 2)
        return self.fc(y.flatten(1))


loader = DataLoader(TensorDataset(torch.zeros(128, 1, 28, 28), torch.zeros(128)), batch_size=64)
net = Net()
for images, labels in loader:
    out = net(images)
"""


def at(text: str, what: str, uri: str, shift: int = 0) -> types.HoverParams:
    """Return the place of the first character of `what`."""
    row = next(row for row, line in enumerate(text.splitlines()) if what in line)
    column = text.splitlines()[row].index(what) + shift
    return types.HoverParams(types.TextDocumentIdentifier(uri), types.Position(row, column))


async def hovered(it: Editor, text: str, what: str, uri: str, shift: int = 0) -> str:
    found = await it.client.text_document_hover_async(at(text, what, uri, shift))
    return found.contents.value if found else ""


async def actions(it: Editor, uri: str, line: int, only: list[str] | None = None, diagnostics=()):
    where = types.Range(types.Position(line, 0), types.Position(line, 200))
    context = types.CodeActionContext(list(diagnostics), only=only)
    params = types.CodeActionParams(types.TextDocumentIdentifier(uri), where, context)
    return await it.client.text_document_code_action_async(params)


@pytest.mark.asyncio
async def test_hovers(tmp_path):
    uri = (tmp_path / "model.py").as_uri()
    async with editor() as it:
        it.open(uri, MODEL)
        await it.told(uri)
        call = await hovered(it, MODEL, "self.conv(x)", uri, 7)
        assert "`64×1×28×28 → 64×32×26×26`" in call
        assert "height and width: (28 − 3 + 2·0)/1 + 1 = 26" in call
        assert "parameters 320 (216,320 if not shared) · MACs 12,460,032 · receptive field 3×3" in call
        assert await hovered(it, MODEL, "nn.Conv2d", uri) == call
        assert await hovered(it, MODEL, "y = torch", uri) == "`y`: 64×32×13×13"
        assert "from row 13: `y = torch.max_pool2d(self.conv(x), 2)`" in await hovered(it, MODEL, "y.flatten", uri)
        assert await hovered(it, MODEL, "x):", uri) == "`x`: 64×1×28×28"
        assert await hovered(it, MODEL, "loader:", uri) == "`loader` gives `images`: 64×1×28×28, `labels`: 64"
        model = await hovered(it, MODEL, "Net(nn.Module)", uri)
        assert "`64×1×28×28 → 64×10` · parameters 54,410 · MACs 15,921,152" in model
        assert "for H = W: 28…29" in model
        assert await hovered(it, MODEL, "import torch", uri) == ""
        broken = MODEL.replace("y.flatten(1))", "y.flatten(1)").replace("import torch\n", "import torch\n\n", 1)
        it.change(uri, broken)
        assert [one.code for one in await it.told(uri)] == ["CVL900"]
        assert await hovered(it, broken, "self.conv(x)", uri, 7) == call  # of the last text that could be parsed


@pytest.mark.asyncio
async def test_hints_lenses_symbols_and_commands(tmp_path):
    path = tmp_path / "model.py"
    path.write_text(MODEL)
    uri = path.as_uri()
    document = types.TextDocumentIdentifier(uri)
    everything = types.Range(types.Position(0, 0), types.Position(99, 0))
    async with editor(options={"inlayHints": True}) as it:
        it.open(uri, MODEL)
        await it.told(uri)
        hints = await it.client.text_document_inlay_hint_async(types.InlayHintParams(document, everything))
        labels = {(hint.position.line, hint.label) for hint in hints}
        assert {(12, ": 64×32×13×13"), (13, "→ 64×10"), (19, ": 64×10")} <= labels
        lenses = await it.client.text_document_code_lens_async(types.CodeLensParams(document))
        assert {lens.range.start.line for lens in lenses} == {5}
        titles = [(lens.command or (await it.client.code_lens_resolve_async(lens)).command).title for lens in lenses]
        assert titles == [
            "64×1×28×28 → 64×10 · parameters 54,410 · MACs 15,921,152",
            "Net accepts (N, C, H, W): H = W: 28…29",
            "show summary",
            "open report",
            "confirm with torch",
        ]
        (symbol,) = await it.client.text_document_document_symbol_async(types.DocumentSymbolParams(document))
        assert (symbol.name, symbol.range.start.line, symbol.range.end.line) == ("Net", 5, 13)
        layers = [(child.name, child.detail) for child in symbol.children]
        assert layers == [("conv", "Conv2d → 64×32×26×26"), ("fc", "Linear → 64×10")]
        summary = types.ExecuteCommandParams("convlint.showSummary", [uri, "Net"])
        table = await it.client.workspace_execute_command_async(summary)
        assert "54,410" in table
        assert it.messages == [table]  # this client can open no document
        debug = types.ExecuteCommandParams("convlint.printDebugInformation")
        assert uri in await it.client.workspace_execute_command_async(debug)
    async with editor() as it:  # hints are off by default
        it.open(uri, MODEL)
        assert await it.client.text_document_inlay_hint_async(types.InlayHintParams(document, everything)) == ()


@pytest.mark.asyncio
async def test_actions(tmp_path):
    uri = (tmp_path / "model.py").as_uri()
    able = capabilities(workspace_edit=types.WorkspaceEditClientCapabilities(document_changes=True))
    more = "        self.next = nn.Conv2d(8, 8, 3, padding=1)  # convlint: ignore[CVL102]\n"
    text = SOURCE.replace("8, 3)\n", f"8, 3)  # 😋\n{more}").replace("self.conv(x)", "self.next(self.conv(x))")
    async with editor(able) as it:
        it.open(uri, text)
        found = {one.code: one for one in await it.told(uri)}
        assert set(found) == {"CVL102", "CVL901"}
        mend, ignore = await actions(it, uri, 6, diagnostics=[found["CVL102"]])
        assert (mend.kind, mend.is_preferred, list(mend.diagnostics)) == ("quickfix", False, [found["CVL102"]])
        (edited,) = mend.edit.document_changes
        assert edited.text_document == types.OptionalVersionedTextDocumentIdentifier(uri=uri, version=1)
        assert [edit.new_text for edit in edited.edits] == [", padding=1"]
        assert ignore.title == "convlint: ignore CVL102 on this line"
        (edit,) = ignore.edit.document_changes[0].edits
        assert (edit.range.start.character, edit.new_text) == (
            len(text.splitlines()[6]) + 1,
            "  # convlint: ignore[CVL102]",
        )
        (safe, *_) = await actions(it, uri, 7, only=["quickfix"])
        assert safe.is_preferred
        (fix_all,) = await actions(it, uri, 0, only=["source.fixAll"])
        (edit,) = fix_all.edit.document_changes[0].edits
        assert edit.new_text == "        self.next = nn.Conv2d(8, 8, 3, padding=1)\n"
        assert await actions(it, uri, 0, only=["source.fixAll.ruff"]) == ()
        (declare,) = await actions(it, uri, 3, only=["refactor"])
        assert declare.edit.document_changes[0].edits[0].new_text == "# convlint: input=(N, 3, H, W)\n"
        it.change(uri, text.replace("class Net", "# convlint: input=(N, 3, 32, 32)\nclass Net"))
        assert await actions(it, uri, 4, only=["refactor"]) == ()
        it.change(uri, text.replace("nn.Conv2d(8, 8", "nn.Conv2d(9, 8"))
        params = at(text, "self.next(self", uri, 6)
        (location,) = await it.client.text_document_definition_async(
            types.DefinitionParams(params.text_document, params.position)
        )
        assert (location.uri, location.range.start.line) == (uri, 7)


@pytest.mark.asyncio
@pytest.mark.asks_torch
@pytest.mark.skipif(sys.platform == "win32", reason="the process is limited by what POSIX offers")
async def test_torch_is_asked_only_when_told_to(tmp_path):
    """The file would leave a trace if it ran, and a module of the server's folder would if Python looked there."""
    path, trace = tmp_path / "model.py", tmp_path / "trace"
    path.write_text(SOURCE.replace("3, 8, 3)", "3, 8, 3)") + f"\nopen({str(trace)!r}, 'w')\n")
    (tmp_path / "json.py").write_text(f"open({str(trace)!r}, 'w')\n")
    async with editor(folders=(tmp_path,)) as it:
        it.open(path.as_uri(), path.read_text())
        await it.told(path.as_uri())
        params = types.ExecuteCommandParams("convlint.confirm", [path.as_uri(), "Net"])
        said = await it.client.workspace_execute_command_async(params)
        assert "CVL102" in said
        assert not trace.exists()
        untitled = types.ExecuteCommandParams("convlint.confirm", ["untitled:a", "Net"])
        assert await it.client.workspace_execute_command_async(untitled) is None
