"""A way through questions and assumptions is gone again only where every answer is the same."""

from __future__ import annotations

import pytest

from convlint.symbolic import Assumptions, Verdict, at_least, divides, equal, symbol

H, W = symbol("H"), symbol("W")


def _way(assumptions: Assumptions) -> None:
    """Ask and assume as an operation does; a part of it on a copy that is given up."""
    if assumptions.decide(divides(2, H)) is Verdict.OPEN:
        assumptions.assume(divides(2, H))
    trial = assumptions.copy()
    trial.assume(at_least(W, 7))
    trial.decide(at_least(W, 6))
    assumptions.simplify(H // 2 * 2)


def _gone() -> tuple[Assumptions, object]:
    assumptions = Assumptions()
    mark = assumptions.mark()
    _way(assumptions)
    return assumptions, assumptions.since(mark)


def test_the_same_answers_lead_to_the_same_end():
    gone, questions = _gone()
    other = Assumptions()
    other.assume(at_least(H, 5))  # changes no answer
    after = other.again(questions)
    assert after is not None
    assert after.conditions == (at_least(H, 5), *gone.conditions)
    assert after.decide(divides(2, H)) is Verdict.PROVED
    assert after.decide(at_least(W, 6)) is Verdict.OPEN
    assert other.conditions == (at_least(H, 5),)


@pytest.mark.parametrize("known", [divides(2, H), divides(4, H), equal(W, 3)], ids=str)
def test_another_answer_is_another_way(known):
    _, questions = _gone()
    other = Assumptions()
    other.assume(known)
    assert other.again(questions) is None


def test_a_way_gone_again_is_part_of_a_longer_one():
    _, questions = _gone()
    outer = Assumptions()
    mark = outer.mark()
    outer.assume(at_least(H, 3))
    after = outer.again(questions)
    assert after is not None
    after.decide(at_least(H, 4))
    whole = after.since(mark)

    same = Assumptions().again(whole)
    assert same is not None
    assert same.conditions == after.conditions
    differing = Assumptions()
    differing.assume(divides(2, H))
    assert differing.again(whole) is None


def test_another_path_forgets_the_questions():
    gone, _ = _gone()
    branch = gone.branch()
    mark = branch.mark()
    assert branch.since((0, mark[1])).steps == ()
