"""What an open file shows that depends on something else: another file, or the settings."""

from __future__ import annotations

import asyncio

import pytest
from lsprotocol import types

from tests.lsp.editor import SOURCE, Editor, capabilities, editor
from tests.lsp.test_models import titles

BLOCK = "from torch import nn\n\ndef block():\n    return nn.Conv2d(3, 8, 1)\n"
IMPORTS = SOURCE.replace("from torch import nn", "from torch import nn\nfrom block import block")
MODEL = IMPORTS.replace("nn.Conv2d(3, 8, 3)", "nn.Sequential(block(), nn.Conv2d(8, 4, 1))")
WORK = """\
        super().__init__()
        text, n = "ab" * 200000, 0
        for i in range(9000):
            n += text.count("ba")
"""
BUSY = MODEL.replace("        super().__init__()\n", WORK)
"""It takes a while, after the block was read."""
REFRESHES = capabilities(
    code_lens=types.CodeLensWorkspaceClientCapabilities(refresh_support=True),
    inlay_hint=types.InlayHintWorkspaceClientCapabilities(refresh_support=True),
)
NINE = ((3, 24, 3, 25), "9")


async def eventually(it: Editor, uri: str, codes: list[str]) -> None:
    """Wait until a file has these findings."""
    while [one.code for one in await it.told(uri)] != codes:
        pass


@pytest.mark.asyncio
async def test_what_changes_during_a_look_is_not_missed(tmp_path):
    """The look that is under way has read the block as it was: what it saw is not the last word."""
    block, model = tmp_path / "block.py", tmp_path / "model.py"
    block.write_text(BLOCK)
    async with editor(folders=(tmp_path,)) as it:
        it.open(block.as_uri(), BLOCK)
        assert await it.told(block.as_uri()) == []
        it.open(model.as_uri(), BUSY)
        while not (it.client.progress_reports or model.as_uri() in it.client.diagnostics):
            await asyncio.sleep(0.02)
        it.change(block.as_uri(), NINE)
        await eventually(it, model.as_uri(), ["CVL201"])


@pytest.mark.asyncio
async def test_files_that_come_change_and_go(tmp_path):
    """As the editor tells of them: an imported file is written, changed, deleted, and another one has its name.

    Before that it is there in the editor only.
    """
    block, model = tmp_path / "block.py", tmp_path / "model.py"
    async with editor(folders=(tmp_path,)) as it:
        it.open(model.as_uri(), MODEL)
        assert await it.told(model.as_uri()) == []
        it.open(block.as_uri(), BLOCK.replace("8", "9"))
        await eventually(it, model.as_uri(), ["CVL201"])
        it.close(block.as_uri())
        await eventually(it, model.as_uri(), [])
        for change in (lambda: block.write_text(BLOCK.replace("8", "9")), lambda: block.write_text(BLOCK)):
            change()
            it.files_changed(block)
            await eventually(it, model.as_uri(), ["CVL201"] if "9" in block.read_text() else [])
        block.unlink()
        (tmp_path / "block").mkdir()
        (tmp_path / "block" / "__init__.py").write_text(BLOCK.replace("8", "9"))
        it.files_changed(block, tmp_path / "block" / "__init__.py")
        await eventually(it, model.as_uri(), ["CVL201"])
        it.close(model.as_uri())
        assert await it.told(model.as_uri()) == []


@pytest.mark.asyncio
async def test_lenses_and_hints_are_asked_for_again(tmp_path):
    """The client asks by itself after its own changes only."""
    block, model = tmp_path / "block.py", tmp_path / "model.py"
    block.write_text(BLOCK)
    async with editor(REFRESHES, folders=(tmp_path,)) as it:
        it.open(model.as_uri(), MODEL)
        assert await it.told(model.as_uri()) == []
        it.open(block.as_uri(), BLOCK)
        await it.told(block.as_uri())
        it.change(model.as_uri(), MODEL.replace("8, 4, 1", "8, 5, 1"))
        assert await it.told(model.as_uri()) == []
        assert it.refreshed == []
        (_, costs, *_), *_ = await titles(it, model.as_uri())
        assert costs.startswith("N×C×H×W → N×5×H×W")
        it.change(block.as_uri(), ((3, 28, 3, 28), ", bias=False"))
        assert await it.told(model.as_uri()) == []
        assert it.refreshed == ["lenses", "hints"]
        (_, costs, *_), *_ = await titles(it, model.as_uri())
        assert "parameters 69" in costs
        given = {"convlint": {"codeLens": False}}
        it.client.workspace_did_change_configuration(types.DidChangeConfigurationParams(given))
        await it.told(model.as_uri())
        assert it.refreshed[2:4] == ["lenses", "hints"]
        assert await titles(it, model.as_uri()) == []


@pytest.mark.asyncio
async def test_the_client_is_asked_to_tell_of_what_changes(tmp_path):
    """Files and settings, if it can be asked."""
    able = capabilities(
        did_change_watched_files=types.DidChangeWatchedFilesClientCapabilities(dynamic_registration=True),
        did_change_configuration=types.DidChangeConfigurationClientCapabilities(dynamic_registration=True),
    )
    asked: list[str] = []
    async with editor(able, folders=(tmp_path,), asked=asked) as it:
        it.open((tmp_path / "model.py").as_uri(), SOURCE)
        await it.told((tmp_path / "model.py").as_uri())
        assert set(asked) == {"workspace/didChangeWatchedFiles", "workspace/didChangeConfiguration"}
