"""The editor's text under partial changes, and places in it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types

from convlint.lsp.encoding import to_column, to_range, units
from convlint.lsp.texts import Text
from convlint.source.text import decode, encode

ENCODINGS = ("utf-8", "utf-16", "utf-32")
TEXTS = st.text(st.sampled_from(["a", "é", "😋", "\n", "\r", "\x0c", "\u2028", "\x85", "\x1c", "#", " "]), max_size=12)


def partial(start: tuple[int, int], end: tuple[int, int], text: str) -> types.TextDocumentContentChangePartial:
    return types.TextDocumentContentChangePartial(
        range=types.Range(types.Position(*start), types.Position(*end)), text=text
    )


@pytest.mark.parametrize("separator", ["\x0c", "\u2028", "\x85", "\x1c"])
def test_only_line_feeds_and_carriage_returns_end_lines(separator):
    """pygls splits at each of these, so that a change of line 1 lands on the wrong line (bug 1 of other servers)."""
    text = Text(f"a = 1{separator}\nb = 2\n").changed([partial((1, 0), (1, 1), "B")], "utf-16")
    assert text.text == f"a = 1{separator}\nB = 2\n"


@pytest.mark.parametrize(("encoding", "character"), [("utf-8", 10), ("utf-16", 8), ("utf-32", 7)])
def test_characters_are_counted_in_the_unit_that_was_agreed_on(encoding, character):
    text = Text("a = '😋'\nb = 1\n").changed([partial((0, character), (0, character), "; c = 2")], encoding)
    assert text.text == "a = '😋'; c = 2\nb = 1\n"


def test_each_change_speaks_of_the_text_after_those_before_it():
    changes = [partial((0, 0), (0, 0), "x\r\n"), partial((1, 0), (1, 1), "b"), partial((1, 1), (9, 9), "!")]
    assert Text("a\nc\n").changed(changes, "utf-16").text == "x\r\nb!"


@pytest.mark.parametrize(
    ("text", "made"), [("a\r\nb\r\n", "x\r\n"), ("a\rb", "x\r"), ("a\r\nb\n", "x\n"), ("a", "x\n")]
)
def test_new_lines_end_as_the_others_do(text, made):
    assert Text(text).as_it_ends_lines("x\n") == made


def test_a_whole_text_replaces_all():
    changes = [partial((0, 0), (0, 1), ""), types.TextDocumentContentChangeWholeDocument("new")]
    assert Text("abc").changed(changes, "utf-8").text == "new"


@given(TEXTS, st.integers(0, 12), st.integers(0, 12), TEXTS, st.sampled_from(ENCODINGS))
def test_changes_land_where_the_client_means_them(before, start, end, new, encoding):
    """The reference splits a text as the protocol says and counts units from its lines."""
    start, end = sorted((min(start, len(before)), min(end, len(before))))
    if any(before[at - 1 : at + 1] == "\r\n" for at in (start, end)):
        return  # no position lies between the two
    changed = Text(before).changed(
        [partial(position(before, start, encoding), position(before, end, encoding), new)], encoding
    )
    assert changed.text == before[:start] + new + before[end:]


def position(text: str, offset: int, encoding: str) -> tuple[int, int]:
    lines = text[:offset].replace("\r\n", "\n").replace("\r", "\n").split("\n")
    codec, unit = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}[encoding]
    return len(lines) - 1, len(lines[-1].encode(codec)) // unit


@given(TEXTS, st.integers(0, 8), st.sampled_from(ENCODINGS))
def test_columns_there_and_back(line, column, encoding):
    column = min(column, len(line))
    assert to_column(line, units(line[:column], encoding), encoding) == column


def test_positions_outside_of_the_text_are_clamped():
    assert Text("ab\n").place(types.Position(7, 3), "utf-16") == (2, 0)
    assert Text("ab\n").place(types.Position(0, 9), "utf-16") == (1, 2)
    assert to_range((9, 4, 9, 8), ["x"], "utf-16").start == types.Position(8, 0)


@pytest.mark.parametrize("text", ["# coding: latin-1\ns = 'é'", "s = '😋'", "# coding: utf-8\n'é'"])
def test_a_text_becomes_the_bytes_that_are_read_back(text):
    assert decode(encode(text)).text == text


@pytest.mark.parametrize("text", ["# coding: rot13\n'é'", "# coding: ascii\n'é'", "'\ud800'"])
def test_a_text_that_its_encoding_cannot_hold_still_becomes_bytes(text):
    assert encode(text) == text.encode("utf-8", "surrogatepass")
