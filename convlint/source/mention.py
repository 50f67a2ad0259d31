"""Whether a file can have to do with torch at all: only then is it worth parsing for itself."""

from __future__ import annotations

import re

_IMPORT = re.compile(rb"^[ \t]*(?:import|from)[ \t]+(?:torch|fastai\b)", re.MULTILINE)
"""What imports torch, or what binds its names by a star."""
_DOTTED = re.compile(rb"(?<![\w.])torch\w*(?:\.\w|\Z)")


def mentions_torch(data: bytes) -> bool:
    """Tell whether code names torch, or a text has its name alone or one of its names: `import_module("torch.nn")`.

    Comments, and texts that only speak of torch, do not count.
    """
    if b"torch" not in data and b"fastai" not in data:
        return False
    return _IMPORT.search(data) is not None or _in_code(data)


def _in_code(data: bytes) -> bool:
    from convlint.source.lexical import STRING_OR_COMMENT

    text = data.decode("latin-1")  # any encoding that Python reads writes these names so
    end = 0
    for match in STRING_OR_COMMENT.finditer(text):
        if "torch" in text[end : match.start()]:
            return True
        end = match.end()
        if match.lastgroup != "comment" and _names_torch(match["prefix"], match["string"]):
            return True
    return "torch" in text[end:]


def _names_torch(prefix: str, literal: str) -> bool:
    """Tell whether a text is a name of torch's, or has one in it; in an f-string any mention may be code."""
    if "torch" not in literal:
        return False
    return "f" in prefix.lower() or _DOTTED.search(literal.strip("'\"").encode("latin-1")) is not None
