"""What is told of the place under the cursor: a layer, a tensor, a model, a loader."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from convlint.accepts import Accepted
from convlint.live import explained, held
from convlint.live.models import Model, is_around, model_called, models_named
from convlint.live.parts import parts_at, parts_of_class
from convlint.live.uses import refusals, refusals_at, uses_at, uses_of
from convlint.lsp.spots import View, view

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
    attribute, word = held.attribute_at(line, column), held.word_at(line, column)
    if attribute is not None:
        text = _of_part(seen, attribute, row, column)
        if text is not None:
            return text
    if word is not None and seen.look.analysis.models:
        text = await _of_word(server, seen, word[0], row, column)
        if text is not None:
            return text
    uses = uses_at(seen.look.analysis, row, column)
    called = model_called(seen.look, row, column)
    if called is not None and (not uses or is_around(uses[0].event.place.span, called.call.span)):
        return await _of_model(server, seen, called.model)
    refused = [it for it in refusals_at(seen.look.analysis, row, column) if not uses or uses[0].event.place != it.place]
    texts = [*([explained.layer(uses)] if uses else []), *map(explained.refusal, refused)]
    return "\n\n".join(dict.fromkeys(texts)) or None


async def accepted_inputs(server: ConvlintServer, seen: View, model: Model) -> Accepted | None:
    """Return which inputs a model of a text accepts; None if it cannot be run by itself."""
    return await server.looking.further(
        seen.seen, ("accepted", model.place), lambda linter, asking: linter.accepted(asking, model, seen.look)
    )


async def _of_model(server: ConvlintServer, seen: View, model: Model) -> str:
    return explained.model(model, await accepted_inputs(server, seen, model))


def _of_part(seen: View, name: str, row: int, column: int) -> str | None:
    """Tell of what an object holds: of a layer at this call of it, or else at all of them."""
    parts = parts_at(seen.look, row, name)
    uses = uses_of(seen.look.analysis, [part.module for part in parts])
    here = [use for use in uses_at(seen.look.analysis, row, column) if any(use.event is it.event for it in uses)]
    told = [explained.layer(here or uses)] if uses else []
    told += [
        explained.refusal(it) for it in refusals(seen.look.analysis) if any(it.module is part.module for part in parts)
    ]
    return "\n\n".join(dict.fromkeys(told)) or (explained.parts(name, parts) if parts else None)


async def _of_word(server: ConvlintServer, seen: View, name: str, row: int, column: int) -> str | None:
    models = models_named(seen.look, name)
    if models:
        model = next((it for it in models if it.row == row), models[0])
        return await _of_model(server, seen, model)
    parts = parts_of_class(seen.look, name)
    return explained.parts(name, parts) if parts else await _of_name(server, seen, name, row, column)


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
