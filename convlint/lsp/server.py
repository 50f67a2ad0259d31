"""The server: what is open, how the client wants to be told, and which features there are."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from convlint import __version__
from convlint.lsp import notebooks
from convlint.lsp.configuration import Configuration
from convlint.lsp.documents import Documents
from convlint.lsp.looking import Looking
from convlint.lsp.protocol import Protocol

log = logging.getLogger(__name__)


class ConvlintServer(LanguageServer):
    """A language server for one client."""

    def __init__(self) -> None:
        super().__init__(
            "convlint",
            __version__,
            text_document_sync_kind=types.TextDocumentSyncKind.Incremental,
            notebook_document_sync=notebooks.SYNC,
            protocol_cls=Protocol,
        )
        self.documents = Documents()
        self.configuration = Configuration()
        self.looking = Looking(self.documents, self.configuration)
        self.looking.begins = lambda sheet: self.begin(f"convlint: {Path(sheet.name).name}")
        self.looking.complains = self._complain
        self.looking.stale = self._refresh
        self.pulls = False
        """Whether the client asks for diagnostics; otherwise they are sent to it."""
        self.loop: asyncio.AbstractEventLoop | None = None
        self._complained: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def encoding(self) -> str:
        """The unit of positions that was agreed on."""
        return types.PositionEncodingKind(self.workspace.position_encoding or "utf-16").value

    def do(self, work: Callable[[], object]) -> None:
        """Run something on the connection's own thread."""
        assert self.loop is not None
        self.loop.call_soon_threadsafe(work)

    def spawn(self, work: Callable[[], object]) -> None:
        """Let a coroutine run by itself; what goes wrong in it is logged."""

        async def run() -> None:
            try:
                result = work()
                if asyncio.iscoroutine(result):
                    await result
            except Exception:
                log.exception("a task failed")

        task = asyncio.ensure_future(run())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def report_server_error(self, error: Exception, source: object) -> None:
        """Log what went wrong; a message box at every keystroke would help nobody."""
        log.error("%s", error, exc_info=error)

    def show(self, text: str, kind: types.MessageType = types.MessageType.Warning) -> None:
        """Show a message to the person at the editor."""
        self.window_show_message(types.ShowMessageParams(kind, text))

    def _complain(self, text: str) -> None:
        """Tell of wrong settings, each fault once."""

        def tell() -> None:
            if text not in self._complained:
                self._complained.add(text)
                self.show(f"convlint: {text}", types.MessageType.Error)

        self.do(tell)

    def settings_changed(self) -> None:
        """Read all settings anew."""
        self._complained.clear()
        self.configuration.forget()
        self.looking.settings_changed()

    def _refresh(self) -> None:
        """Let the client ask anew what it shows beside the text. Diagnostics are its or the server's own business."""
        workspace = self.client_capabilities.workspace
        lenses = workspace.code_lens if workspace is not None else None
        hints = workspace.inlay_hint if workspace is not None else None
        if lenses is not None and lenses.refresh_support:
            self.spawn(lambda: self.workspace_code_lens_refresh_async(None))
        if hints is not None and hints.refresh_support:
            self.spawn(lambda: self.workspace_inlay_hint_refresh_async(None))

    def begin(self, title: str) -> Callable[[], None]:
        """Tell that something takes long, and return how to tell that it is over."""
        window = self.client_capabilities.window
        if window is None or not window.work_done_progress:
            return lambda: None
        token, over = f"convlint-{uuid4()}", asyncio.Event()

        async def tell() -> None:
            await self.work_done_progress.create_async(token)
            self.work_done_progress.begin(token, types.WorkDoneProgressBegin(title=title))
            await over.wait()
            self.work_done_progress.end(token, types.WorkDoneProgressEnd())
            self.work_done_progress.tokens.pop(token, None)

        self.spawn(tell)
        return over.set


def build() -> ConvlintServer:
    """Return a server with its handlers, not yet connected."""
    from convlint.lsp import (
        code_actions,
        code_lens,
        commands,
        definition,
        hover,
        inlay_hints,
        lifecycle,
        symbols,
        synchronisation,
        watching,
    )

    server = ConvlintServer()
    for room in (lifecycle, synchronisation, notebooks, watching):
        room.register(server)
    for feature in (code_actions, hover, inlay_hints, code_lens, symbols, definition, commands):
        feature.register(server)
    return server


def serve() -> int:
    """Serve one client on standard input and output until it leaves. Logs go to standard error.

    Returns the exit code that the protocol wants: 1 if the client said `exit` without `shutdown`.
    """
    logging.basicConfig(level=logging.WARNING, format="convlint: %(message)s")
    logging.getLogger("pygls").setLevel(logging.ERROR)
    server = build()
    try:
        server.start_io()
    finally:
        server.looking.end()
    assert isinstance(server.protocol, Protocol)
    return int(server.protocol.exited and not server.protocol.has_ended)
