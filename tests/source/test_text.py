"""Decoding as Python decodes, and the index of lines."""

from __future__ import annotations

import io
import tokenize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convlint.source.text import SourceError, SourceText, decode


@pytest.mark.parametrize(
    ("data", "text", "encoding", "bom"),
    [
        (b"x = 1\n", "x = 1\n", "utf-8", False),
        ("é\n".encode(), "é\n", "utf-8", False),
        ("\ufeffé\r\n".encode(), "é\r\n", "utf-8", True),
        ("\ufeff# coding: utf-8\n".encode(), "# coding: utf-8\n", "utf-8", True),
        ("# -*- coding: latin-1 -*-\né\n".encode("latin-1"), "# -*- coding: latin-1 -*-\né\n", "iso8859-1", False),
        (b"#!x\n# vim: set fileencoding=cp1252 :\n\x80", "#!x\n# vim: set fileencoding=cp1252 :\n€", "cp1252", False),
        (b"\n# coding: utf-8\n", "\n# coding: utf-8\n", "utf-8", False),
        ("\r# coding: latin-1\ré".encode("latin-1"), "\r# coding: latin-1\ré", "iso8859-1", False),
        ("x = 1\n# coding: latin-1\né".encode(), "x = 1\n# coding: latin-1\né", "utf-8", False),
        (b"# coding: latin-1\n\xa0", "# coding: latin-1\n\xa0", "iso8859-1", False),
        (b"", "", "utf-8", False),
        (b"x = '\0'\n", "x = '\0'\n", "utf-8", False),
    ],
)  # fmt: skip
def test_text_is_decoded_as_python_does(data: bytes, text: str, encoding: str, bom: bool) -> None:
    source = decode(data)
    assert (source.text, source.encoding, source.bom) == (text, encoding, bom)


@pytest.mark.parametrize(
    ("data", "message", "row", "column"),
    [
        (b"x = 1\ny = '\xff'\n", "cannot be decoded as utf-8", 2, 5),
        ("x = 'é".encode() + b"\xe9'\r\n", "cannot be decoded as utf-8", 1, 6),
        (b"# coding: no-such\n", "unknown encoding: no-such", 1, 0),
        (b"\n# coding: no-such\n", "unknown encoding: no-such", 2, 0),
        (b"# coding: rot13\n", "unknown encoding: rot13", 1, 0),
        (b"# coding: zlib\n", "unknown encoding: zlib", 1, 0),
        (b"\xef\xbb\xbf# coding: latin-1\n", "the coding line says iso8859-1, the byte order mark says utf-8", 1, 0),
        ("x = 1".encode("utf-16"), "is UTF-16, which Python does not read; save it as UTF-8", 1, 0),
        (b"# coding: ascii\nx = '\xe9'", "cannot be decoded as ascii", 2, 5),
        (b"x = '\xed\xa0\x80'", "cannot be decoded as utf-8", 1, 5),
    ],
)
def test_text_that_cannot_be_decoded_is_one_error_with_its_place(
    data: bytes, message: str, row: int, column: int
) -> None:
    with pytest.raises(SourceError) as caught:
        decode(data)
    assert (caught.value.message, caught.value.row, caught.value.column) == (message, row, column)


CODING_LINES = st.sampled_from([
    b"# coding: latin-1", b"#coding=utf-8", b"# -*- coding: cp1252 -*-", b"x = 1 # coding: latin-1", b"", b"   ",
    b"# hi", b"\xef\xbb\xbf", b"# encoding: bad-name", b"\f# coding: iso-8859-15", b"'''", b"#!/usr/bin/python",
])  # fmt: skip


@settings(max_examples=300, derandomize=True, deadline=None)
@given(st.lists(CODING_LINES, max_size=4), st.booleans())
def test_the_encoding_is_the_one_that_tokenize_finds(lines: list[bytes], bom: bool) -> None:
    data = (b"\xef\xbb\xbf" if bom else b"") + b"\n".join(lines)
    try:
        expected = tokenize.detect_encoding(io.BytesIO(data).readline)[0].replace("-sig", "")
        "".encode(expected)
    except SyntaxError:
        with pytest.raises(SourceError):
            decode(data)
        return
    found = decode(data).encoding
    assert "".encode(found) == "".encode(expected)
    assert bytes(range(128, 160)).decode(found, "replace") == bytes(range(128, 160)).decode(expected, "replace")


def test_only_line_feeds_and_carriage_returns_end_lines() -> None:
    source = SourceText("a\fb\nc\u2028d\x85e\r\nf\rg\x0b\x1c")
    assert source.lines == ("a\fb", "c\u2028d\x85e", "f", "g\x0b\x1c")
    assert SourceText("").lines == ()
    assert SourceText("a\n").lines == ("a",)
    assert SourceText("\n\n").lines == ("", "")


@settings(max_examples=200, derandomize=True, deadline=None)
@given(st.text(alphabet="ab é😀\n\r\f\u2028", max_size=30))
def test_offsets_and_places_convert_both_ways(text: str) -> None:
    source = SourceText(text)
    for offset in range(len(text) + 1):
        row, column = source.position(offset)
        assert text[:offset].replace("\r\n", "\n" * (not text[:offset].endswith("\r"))).count("\n") <= row
        if column <= len(source.line(row)):
            assert source.offset(row, column) == offset
    rejoined = "".join(
        text[start:end] for start, end in zip(source.starts, [*source.starts[1:], len(text)], strict=True)
    )
    assert rejoined == text
    data = text.encode()
    for offset in range(len(text) + 1):
        assert data[: source.byte_offset(offset)].decode() == text[:offset]


def test_places_outside_of_the_text_are_refused() -> None:
    source = SourceText("ab\nc\n")
    for row, column in ((0, 0), (4, 0), (1, 3), (1, -1)):
        with pytest.raises(IndexError):
            source.offset(row, column)
    for offset in (-1, 6):
        with pytest.raises(IndexError):
            source.position(offset)
    assert source.offset(3, 0) == 5
