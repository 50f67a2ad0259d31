"""While the server is at work on one file, it answers about others, and is told that nobody waits any more."""

from __future__ import annotations

import asyncio

import pytest
from lsprotocol import types

from tests.lsp.editor import CLEAN, SOURCE, capabilities, editor
from tests.lsp.test_features import actions, hovered
from tests.lsp.test_pulling import SLOW


@pytest.mark.asyncio
async def test_hovers_are_answered_during_a_long_look(tmp_path):
    """A handler that does the work itself holds up everything else (bug 6)."""
    slow, other = (tmp_path / "slow.py").as_uri(), (tmp_path / "model.py").as_uri()
    async with editor() as it:
        it.open(other, SOURCE)
        await it.told(other)
        it.open(slow, SLOW)
        while not it.client.progress_reports:
            await asyncio.sleep(0.02)
        assert (await hovered(it, SOURCE, "self.conv(x)", other, 6)).startswith("**`conv` · Conv2d**")
        assert len(await it.client.text_document_document_symbol_async(symbols(other))) == 1
        assert slow not in it.client.diagnostics  # it is at work still
        it.close(slow)
        assert await it.told(slow) == []
        it.change(other, CLEAN)  # and the work ends with the document: what comes next need not wait
        assert await it.told(other) == []
        assert slow not in [params.uri for params in it.published[-1:]]
        assert [params.version for params in it.published if params.uri == slow] == [None]


def symbols(uri: str) -> types.DocumentSymbolParams:
    return types.DocumentSymbolParams(types.TextDocumentIdentifier(uri))


@pytest.mark.asyncio
async def test_edits_end_lines_as_the_document_does():
    """And their columns count what was agreed on, after a character of four bytes."""
    uri, text = "untitled:model", SOURCE.replace("self.conv =", 'name = "😋"; self.conv =').replace("\n", "\r\n")
    async with editor(capabilities("utf-8")) as it:
        it.open(uri, text)
        (found,) = await it.told(uri)
        (declare,) = await actions(it, uri, 3, only=["refactor.rewrite"])
        assert [edit.new_text for edit in declare.edit.changes[uri]] == ["# convlint: input=(N, 3, H, W)\r\n"]
        (mend, _) = await actions(it, uri, 6, diagnostics=[found])
        (edit,) = mend.edit.changes[uri]
        line = text.splitlines()[6].encode()
        assert line[: edit.range.start.character].endswith(b"nn.Conv2d(3, 8, 3")


@pytest.mark.asyncio
async def test_what_is_not_known_is_no_hint_and_no_lens(tmp_path):
    """Only hovers tell why: beside every line it would be noise."""
    uri = (tmp_path / "model.py").as_uri()
    text = SOURCE.replace("return self.conv(x)", "a = unknown(x)\n        b = (self.conv(x), a)\n        return b")
    text = "from somewhere import unknown\n" + text.replace("8, 3)", "8, 3, padding=1)")
    text += "\n\nclass Other(nn.Module):\n    def __init__(self, part):\n        super().__init__()\n"
    text += "        self.part = part\n\n    def forward(self, x):\n        y = self.part(x)\n        return y\n"
    everything = types.Range(types.Position(0, 0), types.Position(99, 0))
    async with editor(options={"inlayHints": True}) as it:
        it.open(uri, text)
        assert await it.told(uri) == []
        document = types.TextDocumentIdentifier(uri)
        hints = await it.client.text_document_inlay_hint_async(types.InlayHintParams(document, everything))
        assert [(text.splitlines()[hint.position.line].strip(), hint.label) for hint in hints] == [
            ("def forward(self, x):", ": N×C×H×W"),
            ("b = (self.conv(x), a)", ": (N×8×H×W, ?)"),
            ("return b", "→ (N×8×H×W, ?)"),
        ]
        lenses = await it.client.text_document_code_lens_async(types.CodeLensParams(document))
        titles = {lens.command.title for lens in lenses if lens.command}
        assert not [title for title in titles if title.startswith("?")]


@pytest.mark.asyncio
async def test_hints_stand_at_what_is_stored_and_at_calls_of_models(tmp_path):
    """What a line only sets up is no news."""
    uri = (tmp_path / "script.py").as_uri()
    setup = "super().__init__()\n        nn.init.zeros_(nn.Linear(2, 2).weight)"
    text = SOURCE.replace("super().__init__()", setup)
    text += "\n\nnet = Net()\nnet(torch.zeros(1, 3, 32, 32))\n"
    text = text.replace("from torch import nn", "import torch\nfrom torch import nn")
    everything = types.Range(types.Position(0, 0), types.Position(99, 0))
    async with editor(options={"inlayHints": True}) as it:
        it.open(uri, text)
        await it.told(uri)
        params = types.InlayHintParams(types.TextDocumentIdentifier(uri), everything)
        hints = await it.client.text_document_inlay_hint_async(params)
        assert [(text.splitlines()[hint.position.line].strip(), hint.label) for hint in hints] == [
            ("def forward(self, x):", ": 1×3×32×32"),
            ("return self.conv(x)", "→ 1×8×30×30"),
            ("net(torch.zeros(1, 3, 32, 32))", "→ 1×8×30×30"),
        ]
