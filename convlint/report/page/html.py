"""A page around its data: one file, which holds its script and its style and asks for nothing else."""

from __future__ import annotations

from functools import cache
from html import escape
from importlib import resources
from typing import Any

from convlint.report.escape import encodable, json_text

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data: blob:"


def page(data: dict[str, Any]) -> str:
    """Return the page that shows these data."""
    title = escape(encodable(str(data["name"])))
    return "\n".join(
        (
            "<!doctype html>",
            '<html lang="en"><head><meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{title} – convlint</title>",
            f"<style>{_bundle('page.css')}</style></head>",
            f'<body><div id="app"><noscript>{title}: this page is drawn by its script.</noscript></div>',
            f'<script type="application/json" id="model">{_embedded(data)}</script>',
            f"<script>{_bundle('page.js')}</script></body></html>",
        )
    )


@cache
def _bundle(name: str) -> str:
    return (resources.files(__package__) / "bundle" / name).read_text(encoding="utf-8")


def _embedded(data: dict[str, Any]) -> str:
    """Return data as JSON that cannot end the element that it stands in."""
    return encodable(json_text(data, indent=0)).replace("<", "\\u003c")
