"""What a model costs and accepts, above its class, with commands that show more (`codeLens`)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lsprotocol import types

from convlint.live import explained
from convlint.live.models import model_near, models_of
from convlint.lsp.encoding import to_range
from convlint.lsp.hover import accepted_inputs
from convlint.lsp.spots import View, view

if TYPE_CHECKING:
    from convlint.lsp.server import ConvlintServer

TITLES = {"convlint.showSummary": "show summary", "convlint.openReport": "open report"}
OF_FILES = {"convlint.confirm": "confirm with torch"}
"""What can be done with a saved file only."""


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
        uri, name, row = lens.data or ("", "", None)
        title = await accepted_sizes(server, uri, name, row)
        lens.command = types.Command(title=title or f"what {name} accepts is not known", command="")
        return lens


def _lenses(server: ConvlintServer, seen: View) -> Iterator[types.CodeLens]:
    text = seen.part.document.text.lines
    for model in models_of(seen.look):
        shown = seen.shown(model.row)
        if shown is None or shown > len(text):
            continue
        where = to_range((shown, 0, shown, len(text[shown - 1])), text, server.encoding)
        told = [seen.part.document.uri, model.name, model.row]
        totals = explained.totals_in_short(model.traces)
        if totals:
            yield types.CodeLens(where, types.Command(title=totals, command=""))
            yield types.CodeLens(where, data=told)
        for command, title in {**TITLES, **(OF_FILES if seen.sheet.path is not None else {})}.items():
            yield types.CodeLens(where, types.Command(title=title, command=command, arguments=told))


async def accepted_sizes(server: ConvlintServer, uri: str, name: str, row: int | None = None) -> str | None:
    """Return in one line which inputs a model accepts."""
    seen = await view(server, uri)
    model = model_near(seen.look, name, row) if seen is not None else None
    accepted = await accepted_inputs(server, seen, model) if seen is not None and model is not None else None
    return None if accepted is None else explained.accepted_in_short(accepted)
