"""Commands that a person gives: show what a model costs, ask torch, tell what the server knows of itself.

User code never runs here. Only `convlint.confirm` runs it at all, in a process of its own, as `convlint confirm` does.
"""

from __future__ import annotations

import asyncio
import gc
import io
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from convlint import __version__
from convlint.accepts import Accepted
from convlint.errors import UsageError
from convlint.live.models import model_near
from convlint.lsp.documents import path_of
from convlint.lsp.hover import accepted_inputs
from convlint.lsp.spots import view
from convlint.report import summary_table
from convlint.summary import summary_of
from convlint.trace import ModelTrace

if TYPE_CHECKING:
    from convlint.lsp.server import ConvlintServer

SECONDS = 300.0
"""How long torch may take."""


def register(server: ConvlintServer) -> None:
    """Add the commands. What they need not be given is `*` to pygls, which knows no defaults."""

    @server.command("convlint.showSummary")
    async def show_summary(uri: str, name: str, *row: int) -> str | None:
        text = await summary(server, uri, name, *row[:1])
        if text is None:
            server.show(f"convlint: nothing is known of `{name}`")
        else:
            await _show(server, f"{name}.txt", text)
        return text

    @server.command("convlint.openReport")
    async def open_report(uri: str, name: str, *row: int) -> str | None:
        """Return the file in which the page stands, which the editor opens if it can."""
        try:
            page = await report(server, uri, name, *row[:1])
        except UsageError as error:
            server.show(f"convlint: {error}")
            return None
        if page is None:
            server.show(f"convlint: nothing is known of `{name}`")
            return None
        file = _stored(f"{name}.html", page)
        if not await _opened(server, file, external=True):
            server.show(f"convlint: the report is {file}", types.MessageType.Info)
        return str(file)

    @server.command("convlint.confirm")
    async def confirm(uri: str, *model: Any) -> str | None:
        path = path_of(uri)
        if path is None or not Path(path).is_file():
            server.show("convlint: torch is asked about saved files only")
            return None
        end = server.begin(f"convlint: asking torch about {Path(path).name}")
        try:
            text = await confirmed(path)
        finally:
            end()
        await _show(server, f"{Path(path).stem}-confirmed.txt", text)
        return text

    @server.command("convlint.printDebugInformation")
    def debug_information() -> str:
        return json.dumps(information(server), indent=2)


async def summary(server: ConvlintServer, uri: str, name: str, row: int | None = None) -> str | None:
    """Return the table of every run of a model that is different; None if there is none."""
    seen = await view(server, uri)
    model = model_near(seen.look, name, row) if seen is not None else None
    if seen is None or model is None:
        return None
    accepted = await accepted_inputs(server, seen, model)
    return "\n".join(dict.fromkeys(_table(name, trace, accepted) for trace in model.traces))


def _table(name: str, trace: ModelTrace, accepted: Accepted | None) -> str:
    stream = io.StringIO()
    stream.write(f"{name}, {'training' if trace.training else 'evaluation'} mode\n")
    summary_table.write(summary_of(trace, accepted), stream)
    return stream.getvalue()


async def report(server: ConvlintServer, uri: str, name: str, row: int | None = None) -> str | None:
    """Return the page that shows a model, as the editor has its text; None if there is none. Raises UsageError."""
    seen = await view(server, uri)
    model = model_near(seen.look, name, row) if seen is not None else None
    if seen is None or model is None:
        return None
    look = seen.look
    return await server.looking.further(
        seen.seen, ("page", model.place), lambda linter, asking: linter.page(asking, model, look)
    )


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
        return f"torch had no answer after {SECONDS:.0f} seconds\n"
    finally:
        if process.returncode is None:  # it takes too long, or the client waits no more
            process.kill()
    return output.decode("utf-8", "replace")


def information(server: ConvlintServer) -> dict[str, Any]:
    """Return what helps to find out why the server does what it does."""
    gc.collect()
    documents = {sheet.uri: [sheet.version, len(sheet.text.text)] for sheet in server.documents}
    return {
        "version": __version__,
        "python": sys.version,
        "location": str(Path(__file__).parents[1]),
        "process": os.getpid(),
        "encoding": server.encoding,
        "pulls": server.pulls,
        "folders": [str(folder) for folder in server.configuration.folders],
        "documents": documents,
        "objects": len(gc.get_objects()),
    }


async def _show(server: ConvlintServer, name: str, text: str) -> None:
    """Open a text in the editor, where it can show one, else say what stands in it first."""
    if not await _opened(server, _stored(name, text)):
        server.show(text, types.MessageType.Info)


def _stored(name: str, text: str) -> Path:
    """Write a text to a file of that name in a new folder of this user's only, which the system clears some day."""
    file = Path(tempfile.mkdtemp(prefix="convlint-")) / name
    file.write_text(text, encoding="utf-8")
    return file


async def _opened(server: ConvlintServer, file: Path, *, external: bool = False) -> bool:
    """Let the editor open a file, or what the system opens it with; False if it cannot."""
    window = server.client_capabilities.window
    if window is None or window.show_document is None or not window.show_document.support:
        return False
    params = types.ShowDocumentParams(file.as_uri(), external=external, take_focus=True)
    return (await server.window_show_document_async(params)).success
