#!/usr/bin/env python3
"""Writes what the documentation takes from the code: a page for each rule, the table in the README, and the
JSON Schema of the settings.

Usage: python docs/generate.py [--check]        (--check writes nothing and exits with 1 if anything is out of date)
"""

from __future__ import annotations

import sys
from pathlib import Path

from convlint.cli.config import schema_text
from convlint.report.rule_page import markdown, table
from convlint.rules import RULES

ROOT = Path(__file__).resolve().parent.parent
SCHEMA = ROOT / "docs" / "convlint.schema.json"
START, END = "<!-- rules: start -->\n", "<!-- rules: end -->\n"


def expected() -> dict[Path, str]:
    """Return what each generated file should hold."""
    pages = {ROOT / "docs" / "rules" / f"{rule.slug}.md": markdown(rule) for rule in RULES}
    readme = ROOT / "README.md"
    before, _, rest = readme.read_text(encoding="utf-8").partition(START)
    _, _, after = rest.partition(END)
    return {**pages, SCHEMA: f"{schema_text()}\n", readme: f"{before}{START}{table(RULES)}{END}{after}"}


def outdated() -> list[Path]:
    """Return the files that are missing or differ, and the pages of rules that are gone."""
    wanted = expected()
    wrong = [path for path, text in wanted.items() if not path.is_file() or path.read_text(encoding="utf-8") != text]
    return wrong + [path for path in sorted((ROOT / "docs" / "rules").glob("*.md")) if path not in wanted]


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
