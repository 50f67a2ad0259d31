"""The language server over a real connection: when diagnostics come, where they stand, and when they go."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import pytest
import pytest_lsp
from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient

from convlint.cli import main
from convlint.lsp.positions import to_range, units

ROOT = Path(__file__).resolve().parents[2]
EMOJI = """\
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        name = "😋"; self.conv = nn.Conv2d(3, 8, 3)

    def forward(self, x):
        return self.conv(x)
"""
SOURCE = EMOJI.replace('name = "😋"; ', "")
CLEAN = SOURCE.replace("8, 3)", "8, 3, padding=1)")
ENCODINGS = {"utf-8": 15, "utf-16": 13, "utf-32": 12}


@pytest_lsp.fixture(
    config=ClientServerConfig(
        server_command=[sys.executable, "-m", "convlint", "server"],
        server_env={**os.environ, "PYTHONPATH": str(ROOT)},
    ),
    params=list(ENCODINGS),
)
async def client(request, lsp_client: LanguageClient):
    general = types.GeneralClientCapabilities(position_encodings=[types.PositionEncodingKind(request.param)])
    lsp_client.encoding = request.param
    await lsp_client.initialize_session(
        types.InitializeParams(capabilities=types.ClientCapabilities(general=general), workspace_folders=None)
    )
    yield
    await lsp_client.shutdown_session()


def opened(client: LanguageClient, uri: str, text: str, version: int = 1) -> None:
    item = types.TextDocumentItem(uri=uri, language_id="python", version=version, text=text)
    client.text_document_did_open(types.DidOpenTextDocumentParams(item))


def changed(client: LanguageClient, uri: str, text: str, version: int) -> None:
    client.text_document_did_change(
        types.DidChangeTextDocumentParams(
            types.VersionedTextDocumentIdentifier(version, uri), [types.TextDocumentContentChangeWholeDocument(text)]
        )
    )


async def diagnostics(client: LanguageClient, uri: str) -> list[types.Diagnostic]:
    await asyncio.wait_for(client.wait_for_notification(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS), 30)
    return list(client.diagnostics[uri])


@pytest.mark.asyncio
async def test_open_change_save_close(client, tmp_path):
    uri = (tmp_path / "model.py").as_uri()
    opened(client, uri, EMOJI)
    (found,) = await diagnostics(client, uri)
    assert (found.code, found.source, found.severity) == ("CVL102", "convlint", types.DiagnosticSeverity.Warning)
    column = EMOJI.splitlines()[6].index("nn.Conv2d") + ENCODINGS[client.encoding] - 12
    assert found.range.start == types.Position(6, column)
    changed(client, uri, CLEAN, 2)
    changed(client, uri, "class Net(nn.Module:\n", 3)
    changed(client, uri, SOURCE, 4)
    (found,) = await diagnostics(client, uri)
    assert found.range.start == types.Position(6, SOURCE.splitlines()[6].index("nn.Conv2d"))
    client.text_document_did_save(types.DidSaveTextDocumentParams(types.TextDocumentIdentifier(uri)))
    assert len(await diagnostics(client, uri)) == 1
    client.text_document_did_close(types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(uri)))
    assert await diagnostics(client, uri) == []


@pytest.mark.asyncio
async def test_syntax_errors_and_line_ends(client):
    """A form feed and U+2028 are no line ends to the protocol, and an unsaved buffer is no file."""
    uri = "untitled:Untitled-1"
    opened(client, uri, "class Net(nn.Module:\n    pass\n")
    (found,) = await diagnostics(client, uri)
    assert found.code == "CVL900"
    changed(client, uri, "a = 1\x0c\r\nb = '\u2028'\r" + SOURCE, 2)
    (found,) = await diagnostics(client, uri)
    assert found.range.start.line == 8
    messages = [entry.message for entry in client.log_messages] + [entry.message for entry in client.messages]
    assert messages == []


@pytest.mark.parametrize(("encoding", "length"), [("utf-8", 4), ("utf-16", 2), ("utf-32", 1)])
def test_units(encoding, length):
    assert units("😋", encoding) == length
    assert units("a", encoding) == 1


def test_places_outside_of_the_text_are_harmless():
    assert to_range((9, 4, 9, 8), ["x"], "utf-16").start == types.Position(8, 0)


def test_without_pygls_it_says_how_to_get_it(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "pygls", None)
    assert main(["server"]) == 2
    assert "pip install 'convlint[lsp]'" in capsys.readouterr().err
