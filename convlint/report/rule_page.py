"""The page of a rule: as Markdown for `convlint rule` and the documentation, and as JSON."""

from __future__ import annotations

import inspect
from collections.abc import Iterable

from convlint.links import rule_url
from convlint.report.escape import json_text
from convlint.rules.base import Rule


def markdown(rule: Rule) -> str:
    """Return the rule's page, with its examples at the end."""
    parts = [f"# {rule.code} {rule.name}", f"Severity: {rule.severity.value}", rule.page]
    for title, examples in (("Reported", rule.BAD), ("Not reported", rule.GOOD)):
        for number, example in enumerate(examples, 1):
            parts.append(f"## {title}: example {number}\n\n```python\n{program(example)}```")
    return "\n\n".join(parts) + "\n"


def program(example: str) -> str:
    """Return an example of a rule as a file would hold it."""
    return inspect.cleandoc(example) + "\n"


def table(rules: Iterable[Rule]) -> str:
    """Return the table of rules, with links to the pages in `rules`."""
    rows = ["| code | name | severity | claim |", "| --- | --- | --- | --- |"]
    rows += [f"| [{r.code}](rules/{r.slug}.md) | {r.name} | {r.severity.value} | {r.summary} |" for r in rules]
    return "\n".join(rows) + "\n"


def rules_json(rules: Iterable[Rule]) -> str:
    """Return the rules as an indented JSON array."""
    entries = [
        {
            "code": rule.code,
            "name": rule.name,
            "severity": rule.severity.value,
            "summary": rule.summary,
            "url": rule_url(rule.code, rule.name),
            "explanation": rule.page,
            "bad": [program(example) for example in rule.BAD],
            "good": [program(example) for example in rule.GOOD],
        }
        for rule in rules
    ]
    return json_text(entries)
