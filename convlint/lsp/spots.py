"""Where the cursor is, in what was last understood of its document."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lsprotocol import types
from msgspec import Struct

from convlint.live.looks import Look
from convlint.live.rows import Rows
from convlint.lsp.documents import Part, Sheet
from convlint.lsp.looking import Seen

if TYPE_CHECKING:
    from convlint.lsp.server import ConvlintServer


class View(Struct, frozen=True):
    """What is known of a document: a look at it, or, while it cannot be parsed, at the last version that could.

    `rows` lead from the rows of the sheet as it is to those of the look.
    """

    seen: Seen
    look: Look
    sheet: Sheet
    part: Part
    rows: Rows | None = None

    @property
    def is_current(self) -> bool:
        return self.rows is None

    @property
    def lines(self) -> Sequence[str]:
        """The lines that were looked at."""
        return self.seen.sheet.text.lines

    def place(self, position: types.Position, encoding: str) -> tuple[int, int] | None:
        """Return a position in the document as row and column of the look; None where the text has changed since."""
        row, column = self.part.document.text.place(position, encoding)
        row += self.part.first_row - 1
        old = row if self.rows is None else self.rows.old(row)
        return None if old is None else (old, column)

    def shown(self, row: int) -> int | None:
        """Return the row of the document in which a row of the look is now; None if it is not there."""
        new = row if self.rows is None else self.rows.new(row)
        if new is None or self.sheet.part_at(new) is not self.part:
            return None
        return new - self.part.first_row + 1


async def view(server: ConvlintServer, uri: str) -> View | None:
    """Return what is known of the newest version of a document; None if nothing is."""
    sheet = server.documents.sheet_of(uri)
    seen = None if sheet is None else await server.looking.look(sheet.uri)
    part = None if seen is None else seen.sheet.part_of(uri)
    if seen is None or seen.look is None or part is None:
        return None
    if not seen.look.is_broken:
        return View(seen, seen.look, seen.sheet, part)
    good = server.looking.last_good(seen.sheet.uri)
    if good is None or good.look is None:
        return None
    rows = Rows.of(good.sheet.text.lines, seen.sheet.text.lines)
    return View(good, good.look, seen.sheet, part, rows)
