"""The guide to editors: what it tells people to write is what the tests give the editors."""

from __future__ import annotations

import re

from tests.editors.programs import ROOT

GUIDE = ROOT / "docs" / "guides" / "editors.md"


def blocks(heading: str, language: str) -> list[str]:
    """Return the blocks of a language below a heading of the guide, in their order."""
    _, _, below = GUIDE.read_text(encoding="utf-8").partition(f"\n## {heading}\n")
    section = re.split(r"^## ", below, maxsplit=1, flags=re.MULTILINE)[0]
    return re.findall(rf"^```{language}\n(.*?)^```$", section, flags=re.MULTILINE | re.DOTALL)


def block(heading: str, language: str, number: int = 0) -> str:
    """Return one of these blocks."""
    return blocks(heading, language)[number]
