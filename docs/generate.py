#!/usr/bin/env python3
"""Writes what the documentation takes from the code: a page for each rule and their table, the reference and the JSON
Schema of the settings, and the picture of a terminal in the README.

Usage: python docs/generate.py [--check]        (--check writes nothing and exits with 1 if anything is out of date)
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.text import Text

from convlint.cli import main as convlint
from convlint.cli.config import schema_text
from convlint.config.schema import settings
from convlint.report.rule_page import markdown, table
from convlint.rules import RULES

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
COMMAND = ("check", "fixtures/worked/lenet.py", "--select", "CVL2")
WIDTH = 124


def expected() -> dict[Path, str]:
    """Return what each generated file should hold."""
    pages = {DOCS / "rules" / f"{rule.slug}.md": markdown(rule) for rule in RULES}
    return {
        **pages,
        DOCS / "rules.md": rules_page(),
        DOCS / "settings.md": settings_page(),
        DOCS / "convlint.schema.json": f"{schema_text()}\n",
        DOCS / "terminal.svg": terminal(),
    }


def rules_page() -> str:
    intro = "`convlint rule CVL101` prints a page. Selectors are codes, beginnings of codes, names, and `ALL`."
    return f"# Rules\n\n{intro}\n\n{table(RULES)}"


def settings_page() -> str:
    """Return the reference of the settings."""
    parts = ["# Settings\n", "`convlint config KEY` prints one. The same as [JSON Schema](convlint.schema.json).\n"]
    for setting in settings():
        parts.append(f"## `{setting.key}`\n\n{setting.description}\n")
        parts.append(f"- type: {setting.kind}\n- default: `{setting.default}`\n")
    return "\n".join(parts)


def terminal() -> str:
    """Return a picture of a terminal in which convlint has run."""
    output = io.StringIO()
    with _working_in(ROOT), contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
        convlint([*COMMAND, "--color", "always"])
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    console.print(Text(f"$ convlint {' '.join(COMMAND)}", style="bold"))
    console.print(Text.from_ansi(output.getvalue()))
    return console.export_svg(title="convlint", unique_id="convlint") + "\n"


@contextlib.contextmanager
def _working_in(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def outdated() -> list[Path]:
    """Return the files that are missing or differ, and the pages of rules that are gone."""
    wanted = expected()
    wrong = [path for path, text in wanted.items() if not path.is_file() or path.read_text(encoding="utf-8") != text]
    return wrong + [path for path in sorted((DOCS / "rules").glob("*.md")) if path not in wanted]


def main(arguments: list[str]) -> int:
    wrong = outdated()
    for path in wrong:
        print(path.relative_to(ROOT))
    if "--check" in arguments:
        return 1 if wrong else 0
    for path, text in expected().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    for path in outdated():
        path.unlink()
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
