"""What a model costs and accepts, above its class, with commands that show more (`codeLens`)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lsprotocol import types

from convlint.live import explained
from convlint.lsp.encoding import to_range
from convlint.lsp.hover import accepted_inputs
from convlint.lsp.spots import View, view
from convlint.trace import ModelTrace

if TYPE_CHECKING:
    from convlint.lsp.server import ConvlintServer

TITLES = {"convlint.showSummary": "show summary", "convlint.confirm": "confirm with torch"}


def register(server: ConvlintServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_CODE_LENS, types.CodeLensOptions(resolve_provider=True))
    async def code_lens(params: types.CodeLensParams) -> list[types.CodeLens]:
        sheet = server.documents.sheet_of(params.text_document.uri)
        if sheet is None or not server.configuration.editor(sheet.path).code_lens:
            return []
        seen = await view(server, params.text_document.uri)
        return [] if seen is None else list(_lenses(server, seen))

    @server.feature(types.CODE_LENS_RESOLVE)
    async def resolve(lens: types.CodeLens) -> types.CodeLens:
        uri, name = lens.data or ("", "")
        lens.command = types.Command(title=await accepted_sizes(server, uri, name) or name, command="")
        return lens


def models_of(seen: View) -> dict[int, list[ModelTrace]]:
    """Return the runs of each model of a file by the row of its class or function."""
    found: dict[int, list[ModelTrace]] = {}
    for trace in seen.look.analysis.models:
        if trace.place.filename == seen.look.name and trace.root is not None:
            found.setdefault(trace.place.span[0], []).append(trace)
    return found


def _lenses(server: ConvlintServer, seen: View) -> Iterator[types.CodeLens]:
    text = seen.part.document.text.lines
    for row, traces in sorted(models_of(seen).items()):
        shown = seen.shown(row)
        if shown is None or shown > len(text):
            continue
        where = to_range((shown, 0, shown, len(text[shown - 1])), text, server.encoding)
        name, uri = traces[0].name, seen.part.document.uri
        yield types.CodeLens(where, types.Command(title=explained.totals(traces[0]).replace("`", ""), command=""))
        yield types.CodeLens(where, data=[uri, name])
        if seen.sheet.path is not None:
            for command, title in TITLES.items():
                yield types.CodeLens(where, types.Command(title=title, command=command, arguments=[uri, name]))


async def accepted_sizes(server: ConvlintServer, uri: str, name: str) -> str | None:
    """Return in one line which inputs a model accepts."""
    seen = await view(server, uri)
    if seen is None:
        return None
    accepted = await accepted_inputs(server, seen, name)
    return None if accepted is None else explained.accepted_in_short(accepted)
