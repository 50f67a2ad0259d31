"""Files that change without the editor: settings, imported modules, whatever else an analysis has read."""

from __future__ import annotations

import asyncio
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from lsprotocol import types

if TYPE_CHECKING:
    from convlint.lsp.server import ConvlintServer

PATTERNS = ("**/*.py", "**/pyproject.toml", "**/convlint.toml", "**/.convlint.toml", "**/*.{yaml,yml,json}")
SETTINGS = frozenset({"pyproject.toml", "convlint.toml", ".convlint.toml"})
PAUSE = 0.3
"""How many seconds to wait for more: a change of branch changes many files."""


def register(server: ConvlintServer) -> None:
    waiting: list[asyncio.TimerHandle] = []

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def files_changed(params: types.DidChangeWatchedFilesParams) -> None:
        names = {PurePosixPath(unquote(urlsplit(change.uri).path)).name for change in params.changes}
        if names & SETTINGS:
            server.settings_changed()
        for timer in waiting:
            timer.cancel()
        waiting[:] = [asyncio.get_running_loop().call_later(PAUSE, server.looking.files_changed)]


async def watch(server: ConvlintServer) -> None:
    """Ask the client to tell of changes of files, if it can."""
    workspace = server.client_capabilities.workspace
    watched = workspace.did_change_watched_files if workspace is not None else None
    if watched is None or not watched.dynamic_registration:
        return
    options = types.DidChangeWatchedFilesRegistrationOptions([types.FileSystemWatcher(it) for it in PATTERNS])
    registration = types.Registration("convlint-files", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
    await server.client_register_capability_async(types.RegistrationParams([registration]))
