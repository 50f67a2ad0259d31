"""What convlint says of calls, put beside the calls that torch makes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from convlint.confirm.compare import Call, side_by_side


@dataclass(frozen=True)
class Said:
    path: str
    kind: str = "Linear"
    input_shapes: Any = ((2, 4),)
    output_shape: Any = (2, 4)
    params: int | None = 20


def call(path: str, kind: str = "Linear", outputs: tuple[tuple[int, ...], ...] = ((2, 4),)) -> Call:
    return Call(path, kind, ((2, 4),), outputs, 20)


def rows(said: list[Said], seen: list[Call], *, whole: bool = True) -> list[tuple[str, str, tuple[str, ...]]]:
    found = side_by_side(said, seen, whole=whole)
    return [(row.said.path if row.said else "", row.seen.path if row.seen else "", row.fields) for row in found]


def test_equal_calls_stand_beside_each_other() -> None:
    assert rows([Said("a"), Said("b"), Said("a")], [call("a"), call("b"), call("a")]) == [
        ("a", "a", ()),
        ("b", "b", ()),
        ("a", "a", ()),
    ]


def test_what_is_not_known_differs_in_nothing() -> None:
    unknown = Said("a", input_shapes=None, output_shape=(None, 4), params=None)
    assert rows([unknown], [call("a")]) == [("a", "a", ())]


def test_false_fields_are_named() -> None:
    wrong = Said("a", input_shapes=((2, 5),), output_shape=(2, 5), params=21)
    assert rows([wrong], [call("a")]) == [("a", "a", ("output shape", "input shapes", "parameters"))]


def test_a_call_that_is_left_out_is_false_unless_there_is_a_gap() -> None:
    assert rows([Said("b")], [call("a"), call("b"), call("c")]) == [
        ("", "a", ("call",)),
        ("b", "b", ()),
        ("", "c", ("call",)),
    ]
    assert rows([Said("b")], [call("a"), call("b"), call("c")], whole=False) == [
        ("", "a", ()),
        ("b", "b", ()),
        ("", "c", ()),
    ]


def test_a_call_that_torch_does_not_make_is_false_with_and_without_gaps() -> None:
    for whole in (True, False):
        assert rows([Said("a"), Said("b")], [call("a")], whole=whole) == [("a", "a", ()), ("b", "", ("call",))]
        assert rows([Said("a", kind="Conv2d")], [call("a")], whole=whole)[0] == ("a", "", ("call",))


def test_a_claim_stands_beside_the_call_that_it_fits_before_others_of_its_module() -> None:
    small, large = call("a", outputs=((2, 3),)), call("a")
    assert rows([Said("a")], [small, large], whole=False) == [("", "a", ()), ("a", "a", ())]
