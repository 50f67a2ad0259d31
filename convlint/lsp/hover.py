"""What is told of the place under the cursor: a layer, a tensor, a model, a loader."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from convlint.accepts import Accepted
from convlint.live import explained, held
from convlint.live.uses import refusals_at, uses_at
from convlint.lsp.spots import View, view
from convlint.trace import ModelTrace

if TYPE_CHECKING:
    from convlint.lsp.server import ConvlintServer


def register(server: ConvlintServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_HOVER)
    async def hover(params: types.HoverParams) -> types.Hover | None:
        seen = await view(server, params.text_document.uri)
        place = None if seen is None else seen.place(params.position, server.encoding)
        if seen is None or place is None:
            return None
        text = await explanation(server, seen, *place)
        return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, text)) if text else None


async def explanation(server: ConvlintServer, seen: View, row: int, column: int) -> str | None:
    """Return what there is to tell of a place; None for nothing."""
    line = seen.lines[row - 1] if row <= len(seen.lines) else ""
    word = held.word_at(line, column)
    traces = [] if word is None else models_named(seen, word[0], row)
    if word is not None and traces:
        accepted = await accepted_inputs(server, seen, word[0])
        return explained.model(traces, accepted)
    if word is not None and seen.look.analysis.models:
        text = await _of_name(server, seen, word[0], row, column)
        if text is not None:
            return text
    uses = uses_at(seen.look.analysis, row, column)
    refused = [it for it in refusals_at(seen.look.analysis, row, column) if not uses or uses[0].event.place != it.place]
    texts = [*([explained.layer(uses)] if uses else []), *map(explained.refusal, refused)]
    return "\n\n".join(dict.fromkeys(texts)) or None


async def accepted_inputs(server: ConvlintServer, seen: View, name: str) -> Accepted | None:
    """Return which inputs a model of a text accepts; None if it cannot be run by itself."""
    return await server.looking.further(
        seen.seen, ("accepted", name), lambda linter, asking: linter.accepted(asking, name)
    )


def models_named(seen: View, name: str, row: int) -> list[ModelTrace]:
    """Return the runs of the model whose class, or function, is defined in a row under a name."""
    models = seen.look.analysis.models
    return [it for it in models if it.name == name and it.place.filename == seen.look.name and it.place.span[0] == row]


async def _of_name(server: ConvlintServer, seen: View, name: str, row: int, column: int) -> str | None:
    module = seen.look.module
    lines = await server.looking.further(seen.seen, "lines", lambda linter, asking: linter.lines(asking))
    if lines is None or module is None:
        return None
    found = held.held_at(lines, module, seen.look.name, name, row, column)
    if found is not None:
        origin = seen.lines[found.row - 1].strip()
        where = "" if found.row == row else f", from row {seen.shown(found.row) or found.row}: `{origin}`"
        return f"`{name}`: {held.text(found)}{where}"
    batch = held.batch_of(lines, module, seen.look.name, name)
    if batch:
        return f"`{name}` gives " + ", ".join(f"`{part.name}`: {held.text(part)}" for part in batch)
    return None
