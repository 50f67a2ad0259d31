"""Where the project's pages are: one place to change when they move."""

from __future__ import annotations

DOCUMENTATION = "https://convlint.readthedocs.io/en/stable"


def rule_url(code: str, name: str) -> str:
    """Return the address of a rule's page."""
    return f"{DOCUMENTATION}/rules/{code}-{name}/"
