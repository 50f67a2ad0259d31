"""The connection to an editor: which documents are open, when to look at them, and that nothing stale is shown.

Documents are synchronised as a whole: pygls 2.1 splits lines with `str.splitlines` when it applies a partial change,
and so corrupts documents that hold a form feed or U+2028.
"""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from convlint import __version__
from convlint.errors import ConfigError
from convlint.lsp.documents import Document, diagnose

DEBOUNCE_SECONDS = 0.2

log = logging.getLogger(__name__)


class ConvlintServer(LanguageServer):
    """A language server that publishes diagnostics for open documents."""

    def __init__(self) -> None:
        super().__init__("convlint", __version__, text_document_sync_kind=types.TextDocumentSyncKind.Full)
        self._open: dict[str, Document] = {}
        self._pending: dict[str, asyncio.Task[None]] = {}
        # One worker: the newest version of one document waits for at most one older look at another.
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="convlint")

    def look_at(self, document: Document, delay: float = 0.0) -> None:
        """Diagnose a document after a delay, unless it changes or is closed before."""
        self._open[document.uri] = document
        self._cancel(document.uri)
        self._pending[document.uri] = asyncio.ensure_future(self._look(document, delay))

    def look_again(self, uri: str) -> None:
        """Diagnose an open document at once, as when a file that it imports may have been saved."""
        if uri in self._open:
            self.look_at(self._open[uri])

    def forget(self, uri: str) -> None:
        """Show nothing more of a document."""
        self._open.pop(uri, None)
        self._cancel(uri)
        self._publish(uri, None, [])

    def report_server_error(self, error: Exception, source: object) -> None:
        """Log what went wrong; a message box at every keystroke would help nobody."""
        log.error("%s", error, exc_info=error)

    async def _look(self, document: Document, delay: float) -> None:
        await asyncio.sleep(delay)
        encoding = types.PositionEncodingKind(self.workspace.position_encoding or "utf-16").value
        loop = asyncio.get_running_loop()
        try:
            found = await loop.run_in_executor(self._worker, diagnose, document, encoding)
        except ConfigError as error:
            log.error("%s", error)
            return
        except Exception:
            # The one place where anything may go wrong with a document: the next keystroke looks again.
            log.exception("cannot diagnose %s", document.uri)
            return
        if self._open.get(document.uri) is document:
            self._publish(document.uri, document.version, found)

    def _cancel(self, uri: str) -> None:
        task = self._pending.pop(uri, None)
        if task is not None:
            task.cancel()

    def _publish(self, uri: str, version: int | None, found: list[types.Diagnostic]) -> None:
        self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, found, version))


def build() -> ConvlintServer:
    """Return a server with its handlers, not yet connected."""
    server = ConvlintServer()

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    async def did_open(params: types.DidOpenTextDocumentParams) -> None:
        item = params.text_document
        server.look_at(Document(item.uri, item.version, item.text))

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    async def did_change(params: types.DidChangeTextDocumentParams) -> None:
        item = params.text_document
        if params.content_changes:
            server.look_at(Document(item.uri, item.version, params.content_changes[-1].text), DEBOUNCE_SECONDS)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    async def did_save(params: types.DidSaveTextDocumentParams) -> None:
        server.look_again(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    async def did_close(params: types.DidCloseTextDocumentParams) -> None:
        server.forget(params.text_document.uri)

    return server


def serve() -> None:
    """Serve one client on standard input and output until it leaves. Logs go to standard error."""
    logging.basicConfig(level=logging.WARNING, format="convlint: %(message)s")
    build().start_io()
