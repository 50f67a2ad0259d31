"""What can be done about findings: their fixes, comments that silence them, and the comment that declares an input."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from lsprotocol import types

from convlint.findings import Finding
from convlint.fixes.ignores import ignoring
from convlint.live.declaring import declaration
from convlint.live.models import is_at_definition, models_of
from convlint.lsp.diagnostics import Places
from convlint.lsp.documents import Part
from convlint.lsp.hover import accepted_inputs
from convlint.lsp.spots import View, view
from convlint.source.edits import Edit

if TYPE_CHECKING:
    from convlint.lsp.server import ConvlintServer

FIX_ALL = "source.fixAll.convlint"
OPTIONS = types.CodeActionOptions([types.CodeActionKind.QuickFix, types.CodeActionKind.RefactorRewrite, FIX_ALL])


def register(server: ConvlintServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_CODE_ACTION, OPTIONS)
    async def code_action(params: types.CodeActionParams) -> list[types.CodeAction]:
        seen = await view(server, params.text_document.uri)
        if seen is None or not seen.is_current:
            return []
        offered = _Offers(server, seen, params)
        actions: list[types.CodeAction] = []
        if offered.is_wanted(types.CodeActionKind.QuickFix):
            actions += offered.fixes()
            actions += offered.ignores()
        if offered.is_wanted(types.CodeActionKind.RefactorRewrite):
            actions += await offered.declarations()
        if offered.is_wanted(FIX_ALL):
            actions += await offered.all_fixes()
        return actions


class _Offers:
    """The actions for one stretch of a document."""

    def __init__(self, server: ConvlintServer, seen: View, params: types.CodeActionParams) -> None:
        self._server, self._seen, self._context = server, seen, params.context
        self._places = Places(seen.sheet, server.encoding)
        start = seen.place(params.range.start, server.encoding) or (1, 0)
        self._first, self._last = start, seen.place(params.range.end, server.encoding) or start
        own = (it for it in seen.look.report.findings if it.place.filename == seen.look.name)
        self._findings = [it for it in own if it.place.span[:2] <= self._last and self._first <= it.place.span[2:]]

    def is_wanted(self, kind: str) -> bool:
        """Tell whether the client asks for actions of a kind; kinds are asked for by their beginnings, too."""
        if self._context.only is None:
            return kind != FIX_ALL  # which takes several looks
        return any(kind == only or kind.startswith(f"{only}.") for only in map(_text, self._context.only))

    def fixes(self) -> Iterator[types.CodeAction]:
        for finding in self._findings:
            fix = finding.fix
            edit = None if fix is None or fix.filename != self._seen.look.name else self._edit(fix.edits)
            if fix is not None and edit is not None:
                title = fix.message if fix.safe else f"{fix.message} (unsafe)"
                yield types.CodeAction(
                    f"convlint: {title}",
                    kind=types.CodeActionKind.QuickFix,
                    diagnostics=self._diagnostics(finding),
                    is_preferred=fix.safe and len(self._findings) == 1,
                    edit=edit,
                )

    def ignores(self) -> Iterator[types.CodeAction]:
        for finding in self._findings:
            edit = self._edit(ignoring(self._seen.seen.sheet.text.source, [finding]))
            if edit is not None:
                yield types.CodeAction(
                    f"convlint: ignore {finding.code} on this line",
                    kind=types.CodeActionKind.QuickFix,
                    diagnostics=self._diagnostics(finding),
                    edit=edit,
                )

    async def declarations(self) -> list[types.CodeAction]:
        """Return what writes the input of the model whose class or `forward` begins at the cursor."""
        found = []
        for model in models_of(self._seen.look):
            if not is_at_definition(model, self._seen.look, self._first[0]):
                continue
            accepted = await accepted_inputs(self._server, self._seen, model)
            edits = declaration(model.traces[0], accepted, self._seen.look.module, self._seen.lines)
            edit = self._edit(edits)
            if edit is not None:
                title = f"convlint: add {edits[0].text.strip()}"
                found.append(types.CodeAction(title, kind=types.CodeActionKind.RefactorRewrite, edit=edit))
        return found

    async def all_fixes(self) -> list[types.CodeAction]:
        """Return what makes all safe fixes of the sheet, each of which holds."""
        if not any(it.fix is not None and it.fix.safe for it in self._seen.look.report.findings):
            return []
        edits = await self._server.looking.further(
            self._seen.seen, "fixed", lambda linter, asking: tuple(linter.fixed(asking))
        )
        edit = self._edit(edits or ())
        return [types.CodeAction("convlint: fix all", kind=FIX_ALL, edit=edit)] if edit is not None else []

    def _edit(self, edits: Iterable[Edit]) -> types.WorkspaceEdit | None:
        """Return edits as the client makes them, to this version only; None if there are none."""
        by_part: dict[str, tuple[Part, list[types.TextEdit]]] = {}
        for edit in edits:
            part = self._seen.sheet.part_at(edit.row)
            where = self._places.range(part, (edit.row, edit.column, edit.end_row, edit.end_column))
            text = part.document.text.as_it_ends_lines(edit.text)
            by_part.setdefault(part.document.uri, (part, []))[1].append(types.TextEdit(where, text))
        if not by_part:
            return None
        if not self._knows_versions():
            return types.WorkspaceEdit(changes={uri: made for uri, (_, made) in by_part.items()})
        documents = [
            types.TextDocumentEdit(
                types.OptionalVersionedTextDocumentIdentifier(uri=uri, version=part.document.version), list(made)
            )
            for uri, (part, made) in by_part.items()
        ]
        return types.WorkspaceEdit(document_changes=list(documents))

    def _knows_versions(self) -> bool:
        workspace = self._server.client_capabilities.workspace
        edit = workspace.workspace_edit if workspace is not None else None
        return edit is not None and bool(edit.document_changes)

    def _diagnostics(self, finding: Finding) -> Sequence[types.Diagnostic]:
        """Return those of the client's diagnostics that a finding is."""
        part = self._places.part(finding.place)
        where = None if part is None else self._places.range(part, finding.place.span)
        return [it for it in self._context.diagnostics if it.code == finding.code and it.range == where]


def _text(kind: str) -> str:
    return kind.value if isinstance(kind, types.CodeActionKind) else kind
