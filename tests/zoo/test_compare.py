from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pytest

from benchmarks.scoreboard.compare import failure, flatten, judge
from benchmarks.scoreboard.truth import Call, Truth
from convlint.trace import Gap, Place

TRUTH = Truth(
    "pkg.net:small",
    {},
    ((1, 3, 8, 8),),
    30,
    (
        Call("conv", "Conv2d", ((1, 3, 8, 8),), ((1, 2, 8, 8),), 20),
        Call("relu", "ReLU", ((1, 2, 8, 8),), ((1, 2, 8, 8),), 0),
        Call("lstm", "LSTM", ((1, 2, 64),), ((1, 2, 4), (1, 1, 4), (1, 1, 4)), 10),
        Call("relu", "ReLU", ((1, 2, 4),), ((1, 2, 4),), 0),
        Call("roi", "Linear", ((None, 4),), ((None, 7),), 0),
    ),
)


@dataclass(frozen=True)
class Said:
    path: str
    kind: str
    input_shapes: Any
    output_shape: Any
    params: int | None


@dataclass(frozen=True)
class Answer:
    layers: list[Said]
    params: int | None = 30
    gaps: tuple[Gap, ...] = ()
    error: str = ""


RIGHT = [
    Said("conv", "Conv2d", ((1, 3, 8, 8),), (1, 2, 8, 8), 20),
    Said("relu", "ReLU", None, (1, 2, 8, 8), 0),
    Said("lstm", "LSTM", ((1, 2, 64),), ((1, 2, 4), ((1, 1, 4), (1, 1, 4))), 10),
    Said("relu", "ReLU", ((1, 2, 4),), (1, 2, 4), 0),
    Said("roi", "Linear", ((None, 4),), (None, 7), 0),
]
GAPS = (Gap(Place("pkg/net.py", (7, 4, 7, 9)), "not modelled"),)


def changed(index: int, **fields: Any) -> list[Said]:
    return [replace(said, **fields) if at == index else said for at, said in enumerate(RIGHT)]


def without(*indices: int) -> list[Said]:
    return [said for at, said in enumerate(RIGHT) if at not in indices]


def test_all_equal_is_exact() -> None:
    assert judge(TRUTH, Answer(RIGHT)).status == "exact"


@pytest.mark.parametrize(
    ("answer", "cause"),
    [
        (Answer(changed(0, output_shape=(1, 2, 8, 7))), "Conv2d output shape"),
        (Answer(changed(0, output_shape=(1, 2, None, 7))), "Conv2d output shape"),
        (Answer(changed(0, output_shape=(1, 2, 8))), "Conv2d output shape"),
        (Answer(changed(0, input_shapes=((1, 3, 8, 9),))), "Conv2d input shapes"),
        (Answer(changed(0, input_shapes=((1, 3, 8, 8), (1,)))), "Conv2d input shapes"),
        (Answer(changed(0, params=21)), "Conv2d parameters"),
        (Answer(changed(2, output_shape=((1, 2, 4), (1, 1, 4)))), "LSTM output shape"),
        (Answer(changed(4, output_shape=(1000, 7))), "Linear output shape"),
        (Answer(changed(0, kind="Conv1d")), "Conv1d call that torch does not make"),
        (Answer([*RIGHT, Said("more", "ReLU", None, None, None)]), "ReLU call that torch does not make"),
        (Answer([*RIGHT, RIGHT[0]]), "Conv2d call that torch does not make"),
        (Answer([RIGHT[1], RIGHT[0], *RIGHT[2:]]), "Conv2d call that torch does not make"),
        (Answer(without(2)), "LSTM call left out without a gap"),
        (Answer(without(4)), "Linear call left out without a gap"),
        (Answer(RIGHT, params=31), "total parameters"),
        (Answer(RIGHT[:2], error="not 4 but 5"), "says that torch raises"),
    ],
)
def test_a_false_claim_is_wrong_with_or_without_gaps(answer: Answer, cause: str) -> None:
    verdict = judge(TRUTH, answer)
    assert (verdict.status, verdict.cause) == ("wrong", cause)
    if "without a gap" not in cause:
        assert judge(TRUTH, replace(answer, gaps=GAPS)).status == "wrong"


@pytest.mark.parametrize(
    "answer",
    [
        Answer(changed(0, output_shape=None)),
        Answer(changed(0, output_shape=(1, None, 8, 8))),
        Answer(changed(0, input_shapes=((1, None, 8, 8),))),
        Answer(changed(2, output_shape=(None, ((1, 1, 4), (1, 1, 4))))),
        Answer(changed(0, params=None)),
        Answer(without(1), gaps=GAPS),
        Answer(without(0, 1, 2, 3, 4), gaps=GAPS),
        Answer(RIGHT, params=None),
    ],
)
def test_what_is_unknown_is_partial(answer: Answer) -> None:
    assert judge(TRUTH, answer).status == "partial"
    verdict = judge(TRUTH, replace(answer, gaps=GAPS))
    assert (verdict.status, verdict.cause) == ("partial", "not modelled")


def test_a_gap_that_hides_nothing_leaves_the_answer_exact() -> None:
    assert judge(TRUTH, Answer(RIGHT, gaps=GAPS)).status == "exact"


def test_a_missing_call_is_named_though_its_module_is_called_again() -> None:
    verdict = judge(TRUTH, Answer(without(1), gaps=GAPS))
    assert "the first missing is relu" in verdict.detail
    assert "4 of 5" in verdict.detail
    assert "net.py:7" in verdict.detail


@pytest.mark.parametrize(
    ("nest", "flat"),
    [
        (None, None),
        ((), ((),)),
        ((1, 2), ((1, 2),)),
        ((None, 2), ((None, 2),)),
        (((1,), ((2,), (3,))), ((1,), (2,), (3,))),
        (((1,), None), ((1,), None)),
        ({"out": (1, 2), "aux": (3,)}, ((1, 2), (3,))),
        ({}, ((),)),
    ],
)
def test_nests_of_shapes_are_flattened(nest: Any, flat: Any) -> None:
    assert flatten(nest) == flat


def test_failures_of_many_models_share_their_cause() -> None:
    error = "UsageError: `{0}:{1}`: `{1}` is not known"
    other = replace(TRUTH, target="pkg.net:large")
    first = failure(TRUTH, error.format("pkg.net", "small"))
    second = failure(other, error.format("pkg.net", "large"))
    assert (first.status, first.cause) == (second.status, second.cause)
    assert first.target != second.target
