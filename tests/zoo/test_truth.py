from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.scoreboard.truth import Call, Truth, decode, encode, read, sample, write

SHAPES = st.lists(st.lists(st.none() | st.integers(0, 9), max_size=3).map(tuple), max_size=3).map(tuple)
CALLS = st.builds(Call, st.text(max_size=5), st.sampled_from(["Conv2d", "ReLU"]), SHAPES, SHAPES, st.integers(0, 99))
TRUTHS = st.builds(
    Truth,
    st.just("a.b:c"),
    st.dictionaries(st.text(max_size=3), st.none() | st.integers()),
    SHAPES,
    st.integers(0, 10**12),
    st.lists(CALLS, max_size=5).map(tuple),
    SHAPES,
)


@settings(max_examples=100, derandomize=True, deadline=None)
@given(TRUTHS)
def test_a_line_says_all_of_a_model(truth: Truth) -> None:
    assert decode(encode(truth)) == truth


def test_what_could_not_run_keeps_its_reason() -> None:
    truth = Truth("a.b:c", {"weights": None}, ((1, 3, 8, 8),), error="ValueError: no")
    assert decode(encode(truth)) == truth


def test_the_same_truths_give_the_same_bytes(tmp_path: Path) -> None:
    truths = [Truth(f"a.{name}:f", {}, ((1, 2),), 3) for name in "xyz"]
    write(tmp_path / "one.gz", truths)
    write(tmp_path / "two.gz", reversed(truths))
    assert (tmp_path / "one.gz").read_bytes() == (tmp_path / "two.gz").read_bytes()
    assert list(read(tmp_path / "one.gz")) == truths


def test_a_sample_has_each_module_and_depends_on_the_seed_only() -> None:
    truths = [Truth(f"pkg.{module}:f{number}") for module in "abcde" for number in range(10)]
    chosen = sample(truths, 8, seed=1)
    assert len({truth.target for truth in chosen}) == 8
    assert {truth.target[:5] for truth in chosen} == {f"pkg.{module}" for module in "abcde"}
    assert sample(truths[::-1], 8, seed=1) == chosen
    assert sample(truths, 8, seed=2) != chosen


@pytest.mark.parametrize("name", ["torchvision", "timm", "timm_sample"])
def test_recorded_files_are_complete(name: str) -> None:
    truths = list(read(Path(__file__).with_name(f"{name}.jsonl.gz")))
    assert len({truth.target for truth in truths}) == len(truths)
    assert [truth.target for truth in truths if truth.error is not None] == []
    for truth in truths:
        assert truth.calls
        assert truth.params >= max(call.params for call in truth.calls)
