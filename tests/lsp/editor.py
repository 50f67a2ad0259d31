"""An editor as the tests play it: a client of pytest-lsp with a server in another process, and what people do there."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from lsprotocol import types
from pytest_lsp import LanguageClient, make_test_lsp_client

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60.0

SOURCE = """\
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3)

    def forward(self, x):
        return self.conv(x)
"""
"""A model with one finding: CVL102 in row 7."""
CLEAN = SOURCE.replace("8, 3)", "8, 3, padding=1)")


class Editor:
    """`published` are the publications of diagnostics so far, each with its document and version."""

    def __init__(self, client: LanguageClient) -> None:
        self.client = client
        self.published: list[types.PublishDiagnosticsParams] = []
        self.capabilities: types.ServerCapabilities
        self._news: asyncio.Queue[types.PublishDiagnosticsParams] = asyncio.Queue()
        self._versions: dict[str, int] = {}
        self.refreshed: list[str] = []
        """Which of what it shows the server has told the client to ask for again."""

        def publish(params: types.PublishDiagnosticsParams) -> None:
            client.diagnostics[params.uri] = params.diagnostics
            self.published.append(params)
            self._news.put_nowait(params)

        client.protocol.fm.features[types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS] = publish  # in place of pytest-lsp's
        client.feature(types.WORKSPACE_CODE_LENS_REFRESH)(lambda _: self.refreshed.append("lenses"))
        client.feature(types.WORKSPACE_INLAY_HINT_REFRESH)(lambda _: self.refreshed.append("hints"))

    def open(self, uri: str, text: str, language: str = "python") -> None:
        self._versions[uri] = 1
        item = types.TextDocumentItem(uri=uri, language_id=language, version=1, text=text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))

    def change(self, uri: str, *changes: str | tuple[tuple[int, int, int, int], str]) -> None:
        """Change a document: to another text, or a range of it (line, character, line, character) to another."""
        self._versions[uri] += 1
        events: list[types.TextDocumentContentChangeEvent] = []
        for change in changes:
            if isinstance(change, str):
                events.append(types.TextDocumentContentChangeWholeDocument(change))
            else:
                (row, column, end_row, end_column), text = change
                where = types.Range(types.Position(row, column), types.Position(end_row, end_column))
                events.append(types.TextDocumentContentChangePartial(range=where, text=text))
        identifier = types.VersionedTextDocumentIdentifier(self._versions[uri], uri)
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(identifier, events))

    def save(self, uri: str) -> None:
        self.client.text_document_did_save(types.DidSaveTextDocumentParams(types.TextDocumentIdentifier(uri)))

    def close(self, uri: str) -> None:
        self.client.text_document_did_close(types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(uri)))

    def files_changed(self, *paths: Path) -> None:
        events = [types.FileEvent(path.as_uri(), types.FileChangeType.Changed) for path in paths]
        self.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams(events))

    async def told(self, uri: str) -> list[types.Diagnostic]:
        """Return the next publication for a document."""
        while True:
            params = await asyncio.wait_for(self._news.get(), PATIENCE)
            if params.uri == uri:
                return list(params.diagnostics)

    async def pull(self, uri: str, previous: str | None = None) -> types.DocumentDiagnosticReport:
        params = types.DocumentDiagnosticParams(types.TextDocumentIdentifier(uri), previous_result_id=previous)
        return await asyncio.wait_for(self.client.text_document_diagnostic_async(params), PATIENCE)

    async def nothing_more(self, seconds: float = 0.8) -> bool:
        """Tell whether no further publication comes for a while."""
        await asyncio.sleep(seconds)
        return self._news.empty()

    @property
    def messages(self) -> list[str]:
        """All messages that a person would see."""
        return [message.message for message in self.client.messages]


def capabilities(encoding: str = "utf-16", *, pulls: bool = False, **workspace: Any) -> types.ClientCapabilities:
    """Return what a client can do; `workspace` are its capabilities with workspaces."""
    diagnostic = types.DiagnosticClientCapabilities() if pulls else None
    return types.ClientCapabilities(
        general=types.GeneralClientCapabilities(position_encodings=[types.PositionEncodingKind(encoding)]),
        text_document=types.TextDocumentClientCapabilities(diagnostic=diagnostic),
        workspace=types.WorkspaceClientCapabilities(**workspace),
        window=types.WindowClientCapabilities(work_done_progress=True),
        notebook_document=types.NotebookDocumentClientCapabilities(types.NotebookDocumentSyncClientCapabilities()),
    )


@asynccontextmanager
async def editor(
    able: types.ClientCapabilities | None = None,
    folders: tuple[Path, ...] = (),
    options: dict[str, Any] | None = None,
    cwd: Path | None = None,
    command: str = "server",
    asked: list[str] | None = None,
) -> AsyncIterator[Editor]:
    """Start a server, and end it; `asked` is given the methods that the server asks to be told of."""
    client = make_test_lsp_client()
    if asked is not None:
        client.feature(types.CLIENT_REGISTER_CAPABILITY)(
            lambda params: asked.extend(it.method for it in params.registrations)
        )
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    await client.start_io(sys.executable, "-m", "convlint", command, env=env, cwd=cwd)
    playing = Editor(client)
    params = types.InitializeParams(
        capabilities=able or capabilities(),
        workspace_folders=[types.WorkspaceFolder(folder.as_uri(), folder.name) for folder in folders] or None,
        initialization_options=options,
    )
    result = await client.initialize_session(params)
    playing.capabilities = result.capabilities
    try:
        yield playing
    finally:
        await client.shutdown_session()
        await client.stop()
