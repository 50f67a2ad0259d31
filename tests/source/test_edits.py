"""Edits change the bytes that they name and no others."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convlint.source.edits import Edit, EditError, apply
from convlint.source.text import SourceText, decode


def test_edits_are_made_in_any_order() -> None:
    data = b"conv(3, 4)\nrelu()\n"
    edits = [Edit(2, 0, 2, 4, "gelu"), Edit(1, 5, 1, 6, "16"), Edit(1, 9, 1, 9, ", padding=1"), Edit(3, 0, 3, 0, "x\n")]
    assert apply(data, edits) == b"conv(16, 4, padding=1)\ngelu()\nx\n"
    assert apply(data, reversed(edits)) == apply(data, edits)
    assert apply(data, []) == data


def test_bytes_outside_of_the_edits_stay() -> None:
    data = "\ufeffé = 1\r\nb\rc\n\u2028\fd".encode()
    assert apply(data, [Edit(1, 4, 1, 5, "22")]) == data.replace(b"1", b"22")
    latin = "# coding: latin-1\né = 1\n".encode("latin-1")
    assert apply(latin, [Edit(2, 4, 2, 5, "ü")]) == "# coding: latin-1\né = ü\n".encode("latin-1")


def test_line_ends_of_an_edit_are_those_of_the_file() -> None:
    assert apply(b"a\r\nb\r\n", [Edit(2, 0, 2, 1, "c\nd\r\ne")]) == b"a\r\nc\r\nd\r\ne\r\n"
    assert apply(b"a", [Edit(1, 1, 1, 1, "\nb")]) == b"a\nb"


@pytest.mark.parametrize(
    "edits",
    [
        [Edit(1, 0, 1, 3, "x"), Edit(1, 2, 1, 4, "y")],
        [Edit(1, 0, 1, 4, "x"), Edit(1, 1, 1, 2, "y")],
        [Edit(1, 1, 1, 1, "x"), Edit(1, 1, 1, 1, "y")],
        [Edit(1, 1, 1, 2, "x"), Edit(1, 1, 1, 2, "y")],
        [Edit(1, 1, 1, 1, "x"), Edit(1, 1, 1, 2, "y")],
        [Edit(1, 0, 1, 3, ""), Edit(1, 2, 1, 2, "y")],
        [Edit(1, 3, 1, 2, "x")],
        [Edit(1, 0, 1, 7, "x")],
        [Edit(4, 0, 4, 0, "x")],
        [Edit(0, 0, 1, 0, "x")],
    ],
)
def test_edits_that_contradict_or_lie_outside_are_refused(edits: list[Edit]) -> None:
    with pytest.raises(EditError):
        apply(b"abcdef\ngh\n", edits)
    with pytest.raises(EditError):
        apply(b"abcdef\ngh\n", reversed(edits))


def test_edits_side_by_side_and_equal_edits_do_not_overlap() -> None:
    assert apply(b"abcd", [Edit(1, 0, 1, 2, "x"), Edit(1, 2, 1, 4, "y")]) == b"xy"
    assert apply(b"abcd", [Edit(1, 0, 1, 2, "x"), Edit(1, 2, 1, 2, "z")]) == b"xzcd"
    assert apply(b"abcd", [Edit(1, 0, 1, 2, "x"), Edit(1, 0, 1, 2, "x")]) == b"xcd"


def test_text_that_the_encoding_has_not_is_refused() -> None:
    with pytest.raises(EditError, match="'€'"):
        apply(b"# coding: latin-1\nx\n", [Edit(2, 0, 2, 1, "€")])


@settings(max_examples=200, derandomize=True, deadline=None)
@given(st.text(alphabet="aé😀\n\r ", max_size=20), st.data(), st.booleans())
def test_edits_do_what_slices_of_the_text_do(text: str, data: st.DataObject, bom: bool) -> None:
    source = SourceText(text)
    places = [(offset, source.position(offset)) for offset in range(len(text) + 1)]
    places = [(offset, place) for offset, place in places if place[1] <= len(source.line(place[0]))]
    (start, first), (end, last) = sorted(data.draw(st.lists(st.sampled_from(places), min_size=2, max_size=2)))
    new = data.draw(st.text(alphabet="xé", max_size=3))
    encoded = ("\ufeff" * bom + text).encode()
    edited = apply(encoded, [Edit(*first, *last, new)])
    assert edited == ("\ufeff" * bom + text[:start] + new + text[end:]).encode()
    assert decode(edited).bom == bom
