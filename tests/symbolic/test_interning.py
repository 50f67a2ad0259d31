"""Equal values are one object, nothing is kept without bound, and no answer hangs on what was asked before."""

from __future__ import annotations

import copy
import gc
import pickle
import weakref

from hypothesis import given, settings
from hypothesis import strategies as st

from convlint.symbolic import (
    Assumptions,
    Dim,
    Size,
    SymbolKind,
    all_of,
    any_of,
    at_least,
    divides,
    equal,
    maximum,
    negation,
    symbol,
    symbols_of,
)
from convlint.symbolic.dim import Floor, make
from convlint.symbolic.domain import Domain
from convlint.symbolic.interning import Memory, fresh_number
from convlint.symbolic.symbols import Symbol

from .expressions import Claim, claims, expressions, name_of

H, W = symbol("H"), symbol("W")


class Number(int):
    """A number of a library."""


def unknown() -> Dim:
    return symbol("?", SymbolKind.UNKNOWN, "an index")


@settings(max_examples=200, derandomize=True, deadline=None)
@given(expressions([H, W], quotients=True), expressions([H, W], quotients=True))
def test_equal_sizes_are_one_object(first: tuple, second: tuple) -> None:
    a, b = first[0], second[0]
    for x, y in ((a + b, b + a), (a * b, b * a), (a - b + b, a), (a + 1 - 1, a), (2 * a - a, a)):
        assert x is y if isinstance(x, Dim) else x == y
    if isinstance(a, Dim):
        assert make(dict(reversed(a.terms.items()))) is a
        assert list(a.terms) == list(make(dict(reversed(a.terms.items()))).terms)
        assert pickle.loads(pickle.dumps(a)) is a
        assert copy.deepcopy(a) is a


@settings(max_examples=200, derandomize=True, deadline=None)
@given(claims([H, W]))
def test_equal_conditions_are_one_object(claim: Claim) -> None:
    condition = claim[0]
    assert pickle.loads(pickle.dumps(condition)) is condition
    assert all_of(condition, condition) is condition
    assert any_of(condition, condition) is condition
    assert copy.deepcopy(condition) is condition


def test_different_values_are_different() -> None:
    assert equal(H, -1) != equal(H, -2), "the hashes of -1 and -2 are equal"
    assert H - 1 != H - 2
    assert divides(2, H) != negation(divides(2, H))
    assert Symbol("H") == Symbol("H", SymbolKind.INPUT, "", 0)
    assert Symbol("H") != Symbol("H", SymbolKind.ARGUMENT)
    assert unknown() != unknown()


def test_defaults_and_given_arguments_make_the_same_object() -> None:
    assert Symbol("H") is Symbol("H", SymbolKind.INPUT) is Symbol("H", SymbolKind.INPUT, "", 0)
    assert type(divides(2, H))(2, H) is type(divides(2, H))(2, H, False)


def test_numbers_of_a_subclass_leave_no_trace() -> None:
    """What is asked with a library's number is the same object as what is asked with a plain one, and plain."""
    sizes = [H + Number(7), H * Number(7), (H + 1) // Number(7), Number(7) // (H + 1), maximum(H - 8, Number(7))]
    plain = [H + 7, H * 7, (H + 1) // 7, 7 // (H + 1), maximum(H - 8, 7)]
    assert all(a is b for a, b in zip(sizes, plain, strict=True))
    numbers = [c for size in sizes for c in size.terms.values()]
    numbers += [atom.den for size in sizes for atom in size.atoms() if isinstance(atom, Floor)]
    assert {type(number) for number in numbers} == {int}
    assert type(equal(H, Number(1234)).right) is int
    assert equal(H, Number(1234)) is equal(H, 1234)


def test_what_nobody_holds_is_forgotten() -> None:
    name = weakref.ref(symbol("H", SymbolKind.UNKNOWN, "to be forgotten").atoms()[0])
    gc.collect()
    assert name() is None


def test_a_memory_is_bounded_and_keeps_what_is_in_use() -> None:
    memory: Memory[int, int] = Memory(10)
    found: list[int] = []

    def find(key: int) -> int:
        found.append(key)
        return key + 1

    for key in range(200):
        assert memory.recall(-1, find) == 0
        assert memory.recall(key, find) == key + 1
    assert found.count(-1) == 1, "it was asked for all the time"
    assert len(memory) + len(memory._older) <= 20
    assert memory.recall(0, find) == 1
    assert found.count(0) == 2


def test_a_memory_does_not_keep_results_with_new_symbols() -> None:
    memory: Memory[int, Dim] = Memory(10)
    assert memory.recall(1, lambda _: unknown()) is not memory.recall(1, lambda _: unknown())


def test_sizes_too_large_to_follow_are_different_symbols_each_time() -> None:
    large = H + W
    for _ in range(5):
        large = large * large
    assert symbols_of(large * large) != symbols_of(large * large)


def order_of(sizes: list[Size]) -> list[int]:
    """Return in which order the symbols of these sizes come."""
    names = sorted((name_of(size) for size in sizes if isinstance(size, Dim)), key=lambda name: name.key)
    return [name.uid - min(name.uid for name in names) for name in names]


def test_the_order_of_unknown_sizes_does_not_hang_on_how_far_the_process_has_counted() -> None:
    orders = []
    for _ in range(12):
        orders.append(order_of([unknown() for _ in range(3)]))
        while fresh_number() % 10 != 7:
            pass
    assert orders == [[0, 1, 2]] * 12
    for _ in range(12):
        a, b = unknown(), unknown()
        assert [mono[0][0] for mono in (2 * b + 3 * a).terms] == [name_of(a), name_of(b)]
        while fresh_number() % 10 != 7:
            pass


@settings(max_examples=100, derandomize=True, deadline=None)
@given(st.lists(claims([H, W]), min_size=2, max_size=5), st.lists(claims([H, W]), max_size=5), st.randoms())
def test_answers_do_not_hang_on_what_was_asked_before(assumed: list[Claim], asked: list[Claim], random: object) -> None:
    def answers(order: list[int]) -> dict[int, object]:
        known = Assumptions()
        for condition, _ in assumed:
            known.assume(condition)
        found = {i: known.decide(asked[i][0]) for i in order}
        found[-1] = (known.facts, known.substitution, known.domains, known.contradictory)
        return found

    first = answers(list(range(len(asked))))
    assert answers(list(reversed(range(len(asked))))) == first


def test_domains_with_equal_values_are_one_object() -> None:
    (h,) = H.symbols
    everything = Domain.of(h)
    assert everything.where(at_least(H, 3)) is everything.where(at_least(2 * H, 5))
    assert everything.where(at_least(H, 1)) is everything
