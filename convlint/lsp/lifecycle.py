"""The beginning of a connection: what the client says of itself, its folders and its settings."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types

from convlint.errors import ConfigError
from convlint.lsp import configuration, parents, pulling, pushing, watching
from convlint.lsp.documents import path_of

if TYPE_CHECKING:
    from convlint.lsp.server import ConvlintServer


def register(server: ConvlintServer) -> None:
    @server.feature(types.INITIALIZE)
    def initialize(params: types.InitializeParams) -> None:
        server.loop = asyncio.get_running_loop()
        _general(server, params.initialization_options)
        for folder in _folders(params):
            server.configuration.set_folder(folder)
        parents.watch(params.process_id)
        documents = params.capabilities.text_document
        server.pulls = documents is not None and documents.diagnostic is not None
        (pulling if server.pulls else pushing).register(server)

    @server.feature(types.INITIALIZED)
    async def initialized(params: types.InitializedParams) -> None:
        await _ask(server)
        await _register(server)
        await watching.watch(server)

    @server.feature(types.SHUTDOWN)
    def shutdown(*_: object) -> None:
        server.looking.end()

    @server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    async def configuration_changed(params: types.DidChangeConfigurationParams) -> None:
        if not _can_be_asked(server):
            _general(server, params.settings)
        await _ask(server)
        server.settings_changed()

    @server.feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    async def folders_changed(params: types.DidChangeWorkspaceFoldersParams) -> None:
        for gone in _paths(params.event.removed):
            server.configuration.remove_folder(gone)
        for new in _paths(params.event.added):
            server.configuration.set_folder(new)
        await _ask(server)
        server.settings_changed()


def _folders(params: types.InitializeParams) -> list[Path]:
    """Return the workspace folders, or the one root that older clients have."""
    if params.workspace_folders:
        return list(_paths(params.workspace_folders))
    root = path_of(params.root_uri) if params.root_uri else params.root_path
    return [Path(root)] if root else []


def _paths(folders: Iterable[types.WorkspaceFolder]) -> Iterable[Path]:
    for folder in folders:
        path = path_of(folder.uri)
        if path is not None:
            yield Path(path)


def _general(server: ConvlintServer, given: object) -> None:
    try:
        server.configuration.set_general(configuration.read(given))
    except ConfigError as error:
        server.looking.complains(str(error))


def _can_be_asked(server: ConvlintServer) -> bool:
    workspace = server.client_capabilities.workspace
    return workspace is not None and bool(workspace.configuration)


async def _register(server: ConvlintServer) -> None:
    """Ask the client to tell when its settings change: some do only then."""
    workspace = server.client_capabilities.workspace
    told = workspace.did_change_configuration if workspace is not None else None
    if told is None or not told.dynamic_registration:
        return
    options = {"section": "convlint"}
    registration = types.Registration("convlint-settings", types.WORKSPACE_DID_CHANGE_CONFIGURATION, options)
    await server.client_register_capability_async(types.RegistrationParams([registration]))


async def _ask(server: ConvlintServer) -> None:
    """Ask the client for its settings: in general, and for every folder. What it does not answer stays as it was."""
    if not _can_be_asked(server):
        return
    folders = server.configuration.folders
    items = [types.ConfigurationItem(section="convlint")]
    items += [types.ConfigurationItem(folder.as_uri(), "convlint") for folder in folders]
    general, *own = await server.workspace_configuration_async(types.ConfigurationParams(items))
    if general:
        _general(server, general)
    for folder, given in zip(folders, own, strict=False):
        try:
            server.configuration.set_folder(folder, configuration.read(given) if given else None)
        except ConfigError as error:
            server.looking.complains(str(error))
