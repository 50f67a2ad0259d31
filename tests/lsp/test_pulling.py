"""Diagnostics that the client asks for: never sent as well, unchanged where they are, asked for again elsewhere."""

from __future__ import annotations

import asyncio

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcRequestCancelled

from tests.lsp.editor import CLEAN, SOURCE, capabilities, editor

PULLS = capabilities(pulls=True, diagnostics=types.DiagnosticWorkspaceClientCapabilities(refresh_support=True))
SLOW = """\
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        text, n = "ab" * 200000, 0
        for i in range(10 ** 6):
            n += text.count("ba")

    def forward(self, x):
        return x
"""
"""Seconds of work on any machine: few steps, each of which is long."""


@pytest.mark.asyncio
async def test_one_mode_per_client(tmp_path):
    uri = (tmp_path / "model.py").as_uri()
    async with editor(PULLS) as it:
        assert it.capabilities.diagnostic_provider.inter_file_dependencies
        it.open(uri, SOURCE)
        first = await it.pull(uri)
        assert [one.code for one in first.items] == ["CVL102"]
        again = await it.pull(uri, first.result_id)
        assert isinstance(again, types.RelatedUnchangedDocumentDiagnosticReport)
        it.change(uri, CLEAN)
        other = await it.pull(uri, first.result_id)
        assert list(other.items) == []
        it.close(uri)
        assert list((await it.pull(uri)).items) == []
        assert it.published == []


@pytest.mark.asyncio
async def test_the_client_is_asked_to_ask_again_for_files_that_import_what_changed(tmp_path):
    block, model = tmp_path / "block.py", tmp_path / "model.py"
    block.write_text("from torch import nn\n\ndef block():\n    return nn.Conv2d(3, 8, 1)\n")
    text = SOURCE.replace("nn.Conv2d(3, 8, 3)", "nn.Sequential(block(), nn.Conv2d(8, 4, 1))")
    async with editor(PULLS, folders=(tmp_path,)) as it:
        it.open(model.as_uri(), text.replace("from torch import nn", "from torch import nn\nfrom block import block"))
        it.open(block.as_uri(), block.read_text())
        assert list((await it.pull(model.as_uri())).items) == []
        asked = it.client.diagnostic_refresh_count
        it.change(block.as_uri(), ((3, 24, 3, 25), "9"))
        while it.client.diagnostic_refresh_count == asked:
            await asyncio.sleep(0.05)
        assert [one.code for one in (await it.pull(model.as_uri())).items] == ["CVL201"]


@pytest.mark.asyncio
async def test_requests_are_cancelled_and_older_versions_are_given_up(tmp_path):
    """A handler in a thread of pygls goes on, and answers as if it had not been cancelled (bug 7); a sync one holds up
    everything else (bug 6)."""
    uri, other = (tmp_path / "slow.py").as_uri(), (tmp_path / "model.py").as_uri()
    async with editor(PULLS) as it:
        it.open(uri, SLOW)
        params = types.DocumentDiagnosticParams(types.TextDocumentIdentifier(uri))
        request = it.client.protocol.send_request_async(types.TEXT_DOCUMENT_DIAGNOSTIC, params, msg_id="mine")
        asking = asyncio.ensure_future(request)
        for _ in range(400):  # it takes more than a second, and says so
            if it.client.progress_reports or asking.done():
                break
            await asyncio.sleep(0.05)
        assert it.client.progress_reports
        it.client.cancel_request(types.CancelParams("mine"))
        with pytest.raises(JsonRpcRequestCancelled):
            await asking
        it.change(uri, CLEAN)
        it.open(other, SOURCE)
        assert [one.code for one in (await it.pull(other)).items] == ["CVL102"]
        assert list((await it.pull(uri)).items) == []
