"""Arguments are changed where the call is written plainly, and nowhere else."""

from __future__ import annotations

import ast

import pytest

from convlint.changes import SetArgument
from convlint.fixes.arguments import edits_of
from convlint.source.edits import apply
from convlint.source.text import SourceText
from convlint.trace import Place

POSITIONAL = ("in_channels", "out_channels", "kernel_size", "stride", "padding", "dilation", "groups", "bias")


def changed(call: str, name="padding", value="1", before="x = ", after="  # é\ny = 2\n"):
    """Return the call with the argument set, or None."""
    source = SourceText(before + call + after)
    start, end = source.position(len(before)), source.position(len(before) + len(call))
    change = SetArgument(
        Place("a.py", (*start, *end)), name, value, POSITIONAL, POSITIONAL[:3], ("kernel_size", "stride"), "set it"
    )
    edits = edits_of(change, source)
    if not edits:
        return None
    text = apply(source.text.encode(), edits).decode()
    assert text.startswith(before)
    assert text.endswith(after)
    ast.parse(text)
    return text[len(before) : -len(after)]


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("nn.Conv2d(3, 8, 3)", "nn.Conv2d(3, 8, 3, padding=1)"),
        ("nn.Conv2d(3, 8, 3, )", "nn.Conv2d(3, 8, 3, padding=1, )"),
        ("nn.Conv2d(3, 8, kernel_size=3, bias=False)", "nn.Conv2d(3, 8, kernel_size=3, bias=False, padding=1)"),
        ("nn.Conv2d(3, 8, 3, padding=0)", "nn.Conv2d(3, 8, 3, padding=1)"),
        ("nn.Conv2d(3, 8, 3, 1, 0)", "nn.Conv2d(3, 8, 3, 1, 1)"),
        ("nn.Conv2d(3, 8, 3, padding=(0, 0))", "nn.Conv2d(3, 8, 3, padding=1)"),
        ("nn.Conv2d(\n    3,\n    8,  # é\n    3,\n)", "nn.Conv2d(\n    3,\n    8,  # é\n    3, padding=1,\n)"),
        ("nn.Conv2d(é, 8, 3, padding=0)", "nn.Conv2d(é, 8, 3, padding=1)"),
        ("nn.Conv2d(3, 8, 1 + 2)", "nn.Conv2d(3, 8, 1 + 2, padding=1)"),
        ("layers['😋'].conv(width, 8, 3)", "layers['😋'].conv(width, 8, 3, padding=1)"),
    ],
)
def test_plain_calls(call, expected):
    assert changed(call) == expected


@pytest.mark.parametrize(
    "call",
    [
        "nn.Conv2d(3, 8, kernel)",
        "nn.Conv2d(3, 8, kernel_size=2 * k)",
        "nn.Conv2d(3, 8, 3, padding=pad)",
        "nn.Conv2d(3, 8, 3, s)",
        "nn.Conv2d(*sizes, 3)",
        "nn.Conv2d(3, 8, 3, **options)",
        "nn.Conv2d(3, 8)",
        "nn.Conv2d(3, 8, (3))",
        "nn.Conv2d",
        "nn.Conv2d(3, 8, 3, 1, 0, 1, 1, True, 'zeros')",
        "nn.Conv2d(3, 8, 3",
    ],
)
def test_calls_that_are_left_alone(call):
    assert changed(call) is None


def test_other_line_ends_stay():
    call = "f(3,\r\n  8,\r\n  3)"
    assert changed(call, before="\r\nx = ", after="\r\n") == "f(3,\r\n  8,\r\n  3, padding=1)"
    assert changed("nn.Conv2d(3, 8, 3, bias=True)", "bias", "False") == "nn.Conv2d(3, 8, 3, bias=False)"
