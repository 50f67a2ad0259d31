"""The documents that an editor has open, each at one version of it, and the sheets that are linted."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from urllib.parse import unquote, urlsplit

from lsprotocol import types
from msgspec import Struct
from pygls import uris

from convlint.lsp.texts import Text
from convlint.source.kinds import is_notebook


class Document(Struct, frozen=True):
    """A text that an editor has open: a file, something that is not saved, or a cell of a notebook."""

    uri: str
    language: str
    version: int
    text: Text


class Part(Struct, frozen=True):
    """A document in a sheet, whose first row is that row of the sheet (from 1)."""

    document: Document
    first_row: int


class Sheet(Struct, frozen=True, eq=False):
    """What is linted as one text: a document, or the Python cells of a notebook one below the other.

    `path` is the file that it is, None if it is none. Two sheets are the same only if they are one object.
    """

    uri: str
    version: int | None
    path: str | None
    text: Text
    parts: tuple[Part, ...]

    @property
    def name(self) -> str:
        """Under which name it is linted: what is no file lies in no folder that there is, and the cells of a notebook
        make a module."""
        if self.path is not None:
            return f"{self.path}.py" if is_notebook(self.path) else self.path
        base = posixpath.basename(unquote(urlsplit(self.uri).path)) or "document"
        return f"<unsaved>/{base.removesuffix('.py')}.py"

    @property
    def has_cells(self) -> bool:
        """Whether it is a notebook."""
        return not any(part.document.uri == self.uri for part in self.parts)

    @property
    def data(self) -> bytes:
        return self.text.data

    def part_of(self, uri: str) -> Part | None:
        """Return where a document is in the sheet."""
        return next((part for part in self.parts if part.document.uri == uri), None)

    def part_at(self, row: int) -> Part:
        """Return the document in which a row of the sheet is, the nearest one outside of all of them."""
        return next((part for part in reversed(self.parts) if part.first_row <= row), self.parts[0])


def path_of(uri: str) -> str | None:
    """Return the file that a URI names; None for any other scheme, such as `untitled` or `vscode-notebook-cell`."""
    return uris.to_fs_path(uri)


class Documents:
    """What is open. Notifications about what is not open are ignored."""

    def __init__(self) -> None:
        self._sheets: dict[str, Sheet] = {}

    def __iter__(self) -> Iterator[Sheet]:
        return iter(list(self._sheets.values()))

    def sheet_of(self, uri: str) -> Sheet | None:
        """Return the sheet that a document is, or is a part of."""
        found = self._sheets.get(uri)
        return found or next((sheet for sheet in self if sheet.part_of(uri) is not None), None)

    def sheet(self, uri: str) -> Sheet | None:
        """Return the sheet of that URI."""
        return self._sheets.get(uri)

    @property
    def overlay(self) -> Mapping[str, bytes]:
        """What the open files hold, by path."""
        return {sheet.name: sheet.data for sheet in self._sheets.values() if sheet.path is not None}

    def open(self, item: types.TextDocumentItem) -> Sheet | None:
        """Open a document; None if it is not in Python."""
        if item.language_id != "python":
            return None
        return self._put(Document(item.uri, item.language_id, item.version, Text(item.text)))

    def change(self, params: types.DidChangeTextDocumentParams, encoding: str) -> Sheet | None:
        """Change an open document."""
        before = self._sheets.get(params.text_document.uri)
        if before is None:
            return None
        (part,) = before.parts
        text = part.document.text.changed(params.content_changes, encoding)
        return self._put(Document(before.uri, part.document.language, params.text_document.version, text))

    def close(self, uri: str) -> Sheet | None:
        """Close a document or notebook, and return what it was."""
        return self._sheets.pop(uri, None)

    def put(self, sheet: Sheet) -> Sheet:
        """Let a sheet be what is open under its URI."""
        self._sheets[sheet.uri] = sheet
        return sheet

    def _put(self, document: Document) -> Sheet:
        return self.put(
            Sheet(document.uri, document.version, path_of(document.uri), document.text, (Part(document, 1),))
        )
