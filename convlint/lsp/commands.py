"""Commands that a person gives: show what a model costs, ask torch, tell what the server knows of itself.

User code never runs here. Only `convlint.confirm` runs it at all, in a process of its own, as `convlint confirm` does.
"""

from __future__ import annotations

import asyncio
import io
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from convlint import __version__
from convlint.lsp.code_lens import models_of
from convlint.lsp.documents import path_of
from convlint.lsp.hover import accepted_inputs
from convlint.lsp.spots import view
from convlint.report import summary_table
from convlint.summary import summary_of

if TYPE_CHECKING:
    from convlint.lsp.server import ConvlintServer

SECONDS = 300.0
"""How long torch may take."""


def register(server: ConvlintServer) -> None:
    @server.command("convlint.showSummary")
    async def show_summary(uri: str, name: str) -> str | None:
        text = await summary(server, uri, name)
        if text is None:
            server.show(f"convlint: nothing is known of `{name}`")
        else:
            await _show(server, f"{name}.txt", text)
        return text

    @server.command("convlint.confirm")
    async def confirm(uri: str, name: str = "") -> str | None:
        path = path_of(uri)
        if path is None or not Path(path).is_file():
            server.show("convlint: torch is asked about saved files only")
            return None
        text = await confirmed(path)
        await _show(server, f"{Path(path).stem}-confirmed.txt", text)
        return text

    @server.command("convlint.printDebugInformation")
    def debug_information() -> str:
        return json.dumps(information(server), indent=2)


async def summary(server: ConvlintServer, uri: str, name: str) -> str | None:
    """Return the table of every run of a model; None if there is none."""
    seen = await view(server, uri)
    if seen is None:
        return None
    stream = io.StringIO()
    for trace in (trace for traces in models_of(seen).values() for trace in traces if trace.name == name):
        accepted = await accepted_inputs(server, seen, name)
        stream.write(f"{name}, {'training' if trace.training else 'evaluation'} mode\n")
        summary_table.write(summary_of(trace, accepted), stream)
        stream.write("\n")
    return stream.getvalue() or None


async def confirmed(path: str) -> str:
    """Return what `convlint confirm` says of a saved file: it asks torch in a child process, with layers only.

    The process starts in convlint's own folder: Python would look for modules first where it starts.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "convlint", "confirm", "--", path,
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        cwd=Path(__file__).parents[2], env={**os.environ, "NO_COLOR": "1"},
    )  # fmt: skip
    try:
        output, _ = await asyncio.wait_for(process.communicate(), SECONDS)
    except asyncio.TimeoutError:
        process.kill()
        return f"torch had no answer after {SECONDS:.0f} seconds\n"
    return output.decode("utf-8", "replace")


def information(server: ConvlintServer) -> dict[str, Any]:
    """Return what helps to find out why the server does what it does."""
    documents = {sheet.uri: [sheet.version, len(sheet.text.text)] for sheet in server.documents}
    return {
        "version": __version__,
        "python": sys.version,
        "encoding": server.encoding,
        "pulls": server.pulls,
        "folders": [str(folder) for folder in server.configuration.folders],
        "documents": documents,
    }


async def _show(server: ConvlintServer, name: str, text: str) -> None:
    """Open a text in the editor, where it can show one, else say what stands in it first."""
    window = server.client_capabilities.window
    if window is None or window.show_document is None or not window.show_document.support:
        server.show(text, types.MessageType.Info)
        return
    folder = Path(tempfile.mkdtemp(prefix="convlint-"))
    file = folder / name
    file.write_text(text, encoding="utf-8")
    await server.window_show_document_async(types.ShowDocumentParams(file.as_uri(), take_focus=True))
