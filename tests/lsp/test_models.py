"""What is told of whole models and their parts: wherever they are named, built or called."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol import types

from tests.lsp.editor import Editor, capabilities, editor
from tests.lsp.test_features import actions, hovered

PARTS = """\
from torch import nn


def conv(given, made):
    return nn.Conv2d(given, made, 3, padding=1)


class Block(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.conv = conv(width, width)
        self.act = nn.ReLU()

    def forward(self, x):
        return self.act(self.conv(x)) + x


class Net(nn.Module):
    def __init__(self, width, classes):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, width, 1), nn.ReLU())
        self.blocks = nn.Sequential(Block(width), Block(width))
        self.head = nn.Linear(width, classes)

    def forward(self, x):
        x = self.blocks(self.stem(x))
        return self.head(x.mean((2, 3)))


def net():
    return Net(16, 10)
"""
SCRIPT = """\
import torch
from torch import nn
from parts import Net

model = Net(8, 5)
out = model(torch.zeros(4, 3, 32, 32))
head = nn.Sequential(
    nn.Linear(5, 7),
    nn.ReLU(),
)
loss = nn.MSELoss()(head(out), torch.zeros(4, 7))
"""


async def titles(it: Editor, uri: str) -> list[tuple[int, str, str, list[object]]]:
    """Return row, title, command and arguments of every lens."""
    found = []
    for lens in await it.client.text_document_code_lens_async(types.CodeLensParams(types.TextDocumentIdentifier(uri))):
        command = (lens if lens.command else await it.client.code_lens_resolve_async(lens)).command
        found.append((lens.range.start.line, command.title, command.command, command.arguments or []))
    return found


@pytest.mark.asyncio
async def test_parts_are_told_of_where_they_are_assigned_and_called(tmp_path):
    uri = (tmp_path / "parts.py").as_uri()
    async with editor() as it:
        it.open(uri, PARTS)
        assert await it.told(uri) == []
        assigned = await hovered(it, PARTS, "self.conv = conv", uri, 6)
        assert assigned.startswith("**`blocks.0.conv` and 1 more · Conv2d**")
        assert "`N×16×H×W → N×16×H×W`" in assigned
        called = await hovered(it, PARTS, "self.act(self.conv(x))", uri, 16)
        assert called == assigned  # and not the activation around it
        stem = await hovered(it, PARTS, "self.stem(x)", uri, 6)
        assert stem.startswith("**`stem`** · Sequential\n\n`N×C×H×W → N×16×H×W` · parameters 64")
        blocks = await hovered(it, PARTS, "self.blocks =", uri, 6)
        assert blocks.startswith("**`blocks`** · Sequential\n\nparameters 4,640 · MACs ")
        assert "→" not in blocks  # what a block of the program's returns need not be what its last layer does
        assert (await hovered(it, PARTS, "class Block", uri, 7)).startswith("**`Block`**\n\nparameters 2,320")
        assert (await hovered(it, PARTS, "Net(16", uri)).startswith("**`Net`**  \n`N×C×H×W → N×10`")


@pytest.mark.asyncio
async def test_models_of_other_files_and_of_torch_are_told_of_where_a_script_calls_them(tmp_path):
    (tmp_path / "parts.py").write_text(PARTS)
    uri = (tmp_path / "script.py").as_uri()
    async with editor(folders=(tmp_path,)) as it:
        it.open(uri, SCRIPT)
        assert await it.told(uri) == []
        model = await hovered(it, SCRIPT, "model(torch", uri)
        assert model.startswith("**`Net`**  \n`4×3×32×32 → 4×5` · parameters 1,245")
        assert "C: 3" in model  # it is built as the script builds it
        assert await hovered(it, SCRIPT, "Net(8", uri) == await hovered(it, SCRIPT, "import Net", uri, 7) == model
        assert (await hovered(it, SCRIPT, "head = ", uri)).startswith("**`head`** · Sequential  \n`4×5 → 4×7`")
        lenses = await titles(it, uri)
        assert {row for row, *_ in lenses} == {6}  # none for the loss, and none for what is defined elsewhere
        assert [title for _, title, *_ in lenses][:2] == [
            "4×5 → 4×7 · parameters 42 · MACs 140",
            "head accepts (N, F): F: 5",
        ]


@pytest.mark.asyncio
async def test_symbols_are_what_a_class_holds_wherever_it_is_built(tmp_path):
    uri = (tmp_path / "parts.py").as_uri()
    async with editor() as it:
        it.open(uri, PARTS)
        await it.told(uri)
        params = types.DocumentSymbolParams(types.TextDocumentIdentifier(uri))
        found = await it.client.text_document_document_symbol_async(params)
        told = {one.name: {child.name: child.detail for child in one.children} for one in found}
        assert told["Block"] == {"conv": "Conv2d → N×16×H×W", "act": "ReLU → N×16×H×W"}
        assert told["Net"]["blocks"] == "Sequential"
        assert told["Net"]["head"] == "Linear → N×10"
        rows = [child.range.start.line for one in found for child in one.children]
        assert sorted(rows) == [10, 11, 20, 20, 20, 21, 22]


@pytest.mark.asyncio
async def test_what_builds_a_model_says_what_it_accepts(tmp_path):
    """A class that needs arguments is built as the program builds it."""
    uri = (tmp_path / "parts.py").as_uri()
    async with editor() as it:
        it.open(uri, PARTS + "\n\ndef wide():\n    return Net(32, 10)\n")
        await it.told(uri)
        first, accepts, *_ = [title for _, title, *_ in await titles(it, uri)]
        assert first.startswith("N×C×H×W → N×10 · parameters ")
        assert first.endswith(" · and 1 other run")
        assert accepts == "net accepts (N, C, H, W): C: 3"
        for row in (17, 24):  # at the class and at its forward
            (declare,) = await actions(it, uri, row, only=["refactor"])
            assert [edit.new_text for edit in declare.edit.changes[uri]] == ["# convlint: input=(N, 3, H, W)\n"]
        assert await actions(it, uri, 20, only=["refactor"]) == ()


@pytest.mark.asyncio
async def test_the_report_shows_the_text_of_the_editor(tmp_path):
    """Also of what is not saved: torch is the only one who has to have a file."""
    able = capabilities()
    able.window.show_document = types.ShowDocumentClientCapabilities(support=True)
    uri = "untitled:Untitled-1"
    async with editor(able, cwd=tmp_path) as it:
        shown = it.client.shown_documents
        it.open(uri, PARTS)
        await it.told(uri)
        commands = {title: (command, given) for _, title, command, given in await titles(it, uri) if command}
        assert set(commands) == {"show summary", "open report"}
        command, given = commands["open report"]
        file = await it.client.workspace_execute_command_async(types.ExecuteCommandParams(command, given))
        (params,) = shown
        assert (params.uri, params.external) == (Path(file).as_uri(), True)
        page = Path(file).read_text(encoding="utf-8")
        assert page.startswith("<!doctype html>")
        assert "blocks.1.conv" in page
        command, given = commands["show summary"]
        table = await it.client.workspace_execute_command_async(types.ExecuteCommandParams(command, given))
        assert "blocks.0.conv" in table
        assert Path(shown[1].uri.removeprefix("file://")).read_text(encoding="utf-8") == table
        nobody = types.ExecuteCommandParams("convlint.openReport", [uri, "Nobody"])
        assert await it.client.workspace_execute_command_async(nobody) is None
        assert it.messages == ["convlint: nothing is known of `Nobody`"]
