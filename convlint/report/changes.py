"""The changes that fixes make, as people read them: a unified diff of a file, and the rows that one fix changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from convlint.findings import Fix
from convlint.report.escape import visible
from convlint.report.frame import split_lines
from convlint.source.edits import EditError, apply


def unified(name: str, before: str, after: str) -> Iterator[str]:
    """Yield the lines of a unified diff of one file, none if nothing changed."""
    import difflib

    old, new = split_lines(before), split_lines(after)
    for line in difflib.unified_diff(old, new, visible(name), visible(name), lineterm=""):
        yield line if line.startswith(("---", "+++")) else line[:1] + visible(line[1:].replace("\t", "    "))


def rows(fix: Fix, source: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield the rows that a fix takes away and puts in place of them, as ("7 -", text) and ("7 +", text)."""
    import difflib

    text = "\n".join(source)
    try:
        changed = apply(text.encode("utf-8", "surrogatepass"), fix.edits).decode("utf-8", "surrogatepass")
    except (EditError, UnicodeError):
        return
    matcher = difflib.SequenceMatcher(None, source, split_lines(changed), autojunk=False)
    after = split_lines(changed)
    for kind, old, old_end, new, new_end in matcher.get_opcodes():
        if kind == "equal":
            continue
        for row in range(old, old_end):
            yield f"{row + 1} -", visible(source[row].replace("\t", "    "))
        for row in range(new, new_end):
            yield f"{row + 1} +", visible(after[row].replace("\t", "    "))
