"""Codes that silence nothing leave their comment, and the comment leaves with the last of them."""

from __future__ import annotations

import pytest

from convlint.fixes.comments import without
from convlint.source.directives import read_directives
from convlint.source.edits import apply
from convlint.source.text import SourceText


@pytest.mark.parametrize(
    ("text", "codes", "expected"),
    [
        ("x = 1  # convlint: ignore[CVL101]\n", ["CVL101"], "x = 1\n"),
        ("x = 1  # convlint: ignore[CVL101] why\n", ["CVL101"], "x = 1\n"),
        ("x = 1  # convlint: ignore[CVL101, CVL102]\n", ["CVL101"], "x = 1  # convlint: ignore[CVL102]\n"),
        ("x = 1  # convlint: ignore[non-integral-output,CVL102]\n", ["CVL101"], "x = 1  # convlint: ignore[CVL102]\n"),
        ("x = 1  # convlint: ignore\n", [], "x = 1\n"),
        ("  # convlint: ignore[CVL101]\n  x = 1\n", ["CVL101"], "  x = 1\n"),
        ("x = 1\n# convlint: file-ignore[CVL101]\n", ["CVL101"], "x = 1\n"),
        ("x = 1\n# convlint: file-ignore[CVL101]", ["CVL101"], "x = 1\n"),
        ("x = 1  # type: ignore  # convlint: ignore[CVL101]\n", ["CVL101"], "x = 1  # type: ignore\n"),
        ("x = 1  # convlint: ignore[CVL101]  # type: ignore\n", ["CVL101"], "x = 1  # type: ignore\n"),
        ("x = 1  # noqa: E501,CVL101 long\n", ["CVL101"], "x = 1  # noqa: E501 long\n"),
        ("x = 1  # noqa: CVL101\r\ny = 1\r\n", ["CVL101"], "x = 1\r\ny = 1\r\n"),
        ("f(  # convlint: ignore[CVL1]\n  1)\n", ["CVL1"], "f(\n  1)\n"),
    ],
)
def test_codes_are_taken_out(text, codes, expected):
    source = SourceText(text)
    (suppression,) = read_directives(source).suppressions
    assert apply(text.encode(), without(source, suppression, codes)).decode() == expected
