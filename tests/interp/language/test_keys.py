"""Keys and comparisons are what Python makes of them, for every kind of value; what is not known is not claimed."""

from __future__ import annotations

import collections
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from convlint.interp.values.unknown import Unknown
from convlint.interp.vm import Vm
from tests.depth import kept
from tests.interp.running import interpret, python

CLASSES = """
import collections, dataclasses, enum, typing

class Plain:
    pass

class ByValue:
    def __init__(self, a): self.a = a
    def __eq__(self, other): return isinstance(other, ByValue) and self.a == other.a
    def __hash__(self): return hash(self.a)

class Anything:
    def __eq__(self, other): return True
    def __hash__(self): return 1

class Unhashable:
    def __eq__(self, other): return True

class Apart:
    count = 0
    def __init__(self): Apart.count += 1; self.n = Apart.count
    def __eq__(self, other): return True
    def __hash__(self): return self.n

class Reflected(int):
    def __eq__(self, other): return 'asked'
    def __lt__(self, other): return NotImplemented
    def __gt__(self, other): return 'greater'
    def __hash__(self): return 3

class Below(ByValue):
    def __eq__(self, other): return False
    def __hash__(self): return hash(self.a)
    def __ne__(self, other): return NotImplemented

class Number(enum.IntEnum):
    ONE = 1
    TWO = 2

class Word(str, enum.Enum):
    A = 'a'

class Colour(enum.Enum):
    RED = 1

class Bits(enum.IntFlag):
    X = 1
    Y = 2

Point = collections.namedtuple('Point', 'x y')

class Typed(typing.NamedTuple):
    x: int
    y: int = 2

@dataclasses.dataclass(frozen=True)
class Frozen:
    a: int
    b: tuple = ()

@dataclasses.dataclass
class Loose:
    a: int

@dataclasses.dataclass(eq=False)
class ByIdentity:
    a: int

@dataclasses.dataclass(order=True, unsafe_hash=True)
class Ordered:
    a: int
    b: int = dataclasses.field(default=0, compare=False)

class Text(str):
    pass

class Mine(dict):
    pass

class Items(list):
    pass

class Whole(tuple):
    pass

class Has:
    def __contains__(self, item): return [item]

class Walked:
    def __iter__(self): return iter([1, 'a', Number.TWO])

class Indexed:
    def __getitem__(self, index):
        if index > 3: raise IndexError
        return index

plain, apart = Plain(), Apart()
bound = ByValue(1)
"""
VALUES = (
    """
1; 0; True; False; 1.0; 2; -1; -2; 0.5; 'a'; 'b'; ''; b'a'; None; (); (1,); (1, 2); (True, 2.0); ('a',)
((1,), 2); ...; (1, 'a'); frozenset(); frozenset({1}); frozenset({1, 'a'}); frozenset({True, 'a'}); range(2)
range(0); range(1, 1); plain; Plain(); ByValue(1); ByValue(True); ByValue('a'); ByValue(2); Anything()
Unhashable(); apart; Apart(); Below(1); Reflected(3); Number.ONE; Number.TWO; Word.A; Colour.RED; Bits.X
Bits.X | Bits.Y; Point(1, 2); Point(1, []); Typed(1); Frozen(1); Frozen(1, ('a',)); Frozen(1, ([],)); Loose(1)
ByIdentity(1); Ordered(1); Ordered(1, 5); Ordered(2); Text('a'); Mine(); Mine(a=1); Items([1]); Whole([1, 2])
Plain; ByValue; int; bool; len; plain.__class__; [1]; {1}; {'a': 1}; []; {}; {1: 'x'}; [1, 2]; {1, 2}; set()
collections.OrderedDict(a=1); collections.Counter('aab'); collections.deque([1]); 10**30; (Number.ONE, 2)
(ByValue(1),); (plain, 1); float('inf'); 1j; 1 + 0j; {1.0: 'x'}; {True: 'x'}; bytearray(b'a'); print
""".strip()
    .replace("\n", "; ")
    .split("; ")
)
HASHABLE = [text for text in VALUES if not text.startswith(("[", "{", "Loose", "Mine", "Items", "set()", "Unhash"))]
QUESTIONS = (
    """
a == b; a != b; a in [b, 5]; a in (5, b); a in {5: 0, b: 1}; a in {b}; {b: 7}.get(a, 'none'); {b: 7}[a]
[5, b].index(a); [b, 5, b].count(a); {b: 1, a: 2}; len({b: 1, a: 2}); len({a, b, a}); {b} | {a}; {b} & {a}
{b} - {a}; {b} ^ {a}; {b} <= {a}; {b: 1} == {a: 1}; {b} == {a}; [b] == [a]; (b, 1) < (a, 2); a < b; a >= b
{b: 1}.pop(a, 'none'); hash(a) == hash(b); collections.Counter([a, b, a]).most_common()
collections.Counter([a, b])[b]; dict.fromkeys([a, b, a], 1); a in b; ({b: 1} | {a: 2})[a]
{b: 1}.setdefault(a, 3); frozenset([b]) == {a}; {b}.issubset([a]); {b}.isdisjoint([a]); a in Walked()
collections.OrderedDict([(a, 1), (b, 2)]); collections.defaultdict(list, {b: 3})[a]; a in Has(); a in Indexed()
not a == b; [b, 1].remove(a); {b}.remove(a); {b}.discard(a); a is b; a is not b; {(a, 1): 2}.get((b, 1))
{b: 1}.keys() == {a}; (a, 1) in {b: 1}.items(); a in {b: 1}.keys(); a in {1: b}.values(); min(a, b)
sorted([a, b]); max([a, b]); bool(a); a is a; {x: 1 for x in (a, b)}; {b: 1}.items() == {a: 1}.items()
[a, b] < [b, a]; -a
""".strip()
    .replace("\n", "; ")
    .split("; ")
)

ASK = """
def ask(a, b):
    out = []
{asked}    return out
A = {a}
B = {b}
result = ask(A, B)
"""
ONE = """    try:
        out.append({question})
    except Exception as error:
        out.append('raised ' + type(error).__name__)
"""


def source(a: str, b: str, questions: list[str]) -> str:
    asked = "".join(ONE.format(question=question) for question in questions)
    return CLASSES + ASK.format(a=a, b=b, asked=asked)


def check(a: str, b: str) -> tuple[int, int]:
    """Assert that what is decided is what Python says; return how much was decided, of how much."""
    expected = python(source(a, b, QUESTIONS))["result"]
    names, vm = interpret(source(a, b, QUESTIONS))
    assert isinstance(names["result"], list)
    decided = 0
    for question, seen, wanted in zip(QUESTIONS, names["result"], expected, strict=True):
        open_ = [reason for reason in vm.reasons if "may raise" not in reason]
        if open_ or not known(vm, seen):
            continue
        decided += 1
        assert shown(seen) == shown(wanted), f"{question} with a = {a}, b = {b}: {seen!r} instead of {wanted!r}"
    return decided, len(QUESTIONS)


def shown(value: Any) -> Any:
    """What can be compared of a value of Python's and of the interpreter's."""
    if type(value) in (bool, int, float, str, type(None)):
        return type(value), value
    if type(value) in (list, tuple, dict, set, frozenset, collections.OrderedDict, collections.Counter):
        return type(value), len(value)
    return "a value"


def known(vm: Vm, value: Any) -> bool:
    if isinstance(value, list | tuple):
        return all(known(vm, part) for part in value)
    return not isinstance(value, Unknown) and vm.taint_of(value) is None


@given(st.sampled_from(VALUES), st.sampled_from(VALUES))
@settings(max_examples=300, deadline=None)
@example("ByValue(1)", "ByValue(True)")
@example("Number.ONE", "1")
@example("Number.ONE", "Bits.X")
@example("Word.A", "'a'")
@example("Point(1, 2)", "(1, 2)")
@example("Frozen(1)", "Frozen(1)")
@example("Apart()", "apart")
@example("1", "Reflected(3)")
@example("ByValue(1)", "Below(1)")
@example("-1", "-2")
@example("(Number.ONE, 2)", "Frozen(1, ([],))")
def test_every_pair_of_values(a: str, b: str) -> None:
    check(a, b)


def test_most_is_decided() -> None:
    pairs = [check(a, b) for a, b in kept(list(zip(HASHABLE, [*HASHABLE[3:], *HASHABLE[:3]], strict=True)))]
    decided, asked = sum(pair[0] for pair in pairs), sum(pair[1] for pair in pairs)
    assert decided >= 0.9 * asked, f"{decided} of {asked}"


@pytest.mark.parametrize(
    "question",
    [
        "u == 1", "u != 1", "1 == u", "u in [1, 2]", "1 in [u, 2]", "u in {1: 2}", "1 in {u: 2}", "u is 1", "u is None",
        "{1: 2}.get(u)", "{u: 1}.get(1)", "{1: 2, u: 3}.get(1)", "len({1, u})", "[1, u] == [1, 2]", "(u,) == (1,)",
        "{1: u} == {1: 2}", "{u} == {1}", "[u, 1].index(1)", "[u].count(1)",
        "(u, 1) in {(1, 1): 2}", "{1}.issubset({u})",
        "{(u, 1): 2}.get((1, 1))", "[1] < [u]", "u < 1", "sorted([1, u])", "{1: 2}.pop(u, 3)", "{1} & {u}", "{1} | {u}",
        "'a' in u", "u in 'abc'", "1000 * 1000 is 1000000", "'a b' is ' '.join('ab')", "(1, 2) is tuple([1, 2])",
        "{u: 1} | {1: 2}", "[1].remove(u)", "{u: 1}[1]", "{1: 1}[u]", "{u}.pop() == 1",
    ],
)  # fmt: skip
def test_what_is_not_known_is_unknown(question: str) -> None:
    names, vm = interpret(f"import collections\nresult = {question}", given={"u": Unknown("u")})
    assert not known(vm, names["result"]) or names["result"] is None


def test_a_key_whose_hash_has_changed_is_not_found_for_certain() -> None:
    assert isinstance(interpret(CLASSES + "d = {bound: 1}\nbound.a = 2\nresult = d.get(bound)")[0]["result"], Unknown)


@pytest.mark.parametrize("others", ["[a]", "[a, 7]", "[7, 8, a]"])
def test_what_pythons_see_in_another_order_is_unknown(others: str) -> None:
    """From 3.12 on, `issubset` asks of what is not equal both ways the other way round."""
    names, vm = interpret(source("Anything()", "Below(1)", [f"{{b}}.issubset({others})"]))
    assert not known(vm, names["result"])


def test_large_dicts_are_looked_up_quickly() -> None:
    text = "d = {}\nfor i in range(5000):\n    d[i] = i\nresult = d[4000]\nd[ByValue(1)] = 2\nother = d.get(ByValue(1))"
    names, _ = interpret(CLASSES + text)
    assert (names["result"], names["other"]) == (4000, 2)
