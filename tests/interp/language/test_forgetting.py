"""After code that is skipped, nothing is known that CPython would contradict, however often that code ran."""

from __future__ import annotations

import textwrap
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from convlint.interp.values.functions import Native
from convlint.interp.values.unknown import Unknown
from convlint.interp.vm import Vm
from tests.interp.running import interpret

ROUNDS = (0, 1, 2)

STATE = """
G = 3
L = [1]
D = {'c': 3}
S = {1}

class Box:
    made = 0
    shared = []
    def __init__(self):
        self.c = 3
        self.xs = [1]
        self.inner = D
    def bump(self):
        self.c += 5
        self.xs.append(8)
    def count(self):
        Box.made += 1
        self.shared.append(1)
        type(self).made = 7
    @property
    def loud(self):
        L.append(self.c)
        return 1
    def __add__(self, other):
        D['added'] = other
        return self

B = Box()
alias = B.xs
mine = L

def set_global():
    global G
    G = 8

def fill(xs=L):
    xs.append(5)

def deep(box):
    box.xs[0] = 9
    set_global()

def outer():
    k = 3
    def bump():
        nonlocal k
        k += 5
    def read():
        return k
    return bump, read

bump, read = outer()
late = lambda: D.update(late=1)

def stream():
    yield D.setdefault('c', 1)
    D['c'] = 12
    yield 2

def main(UNKNOWN):
    global G, B
    n = 3
    xs = [1]
    here = Box()
    also = here
    bound = here.bump
    rows = [[1], [2]]
    flow = stream()
    steps = iter(L)
    def inner():
        nonlocal n
        n = 8
        xs.append(n)
"""

SAW = (
    """
n; len(xs); xs[0]; xs[-1]; here.c; also.c; len(also.xs); here.inner.get('c'); here.xs == [1]; rows[0][0]; len(rows[1])
G; len(L); len(mine); sum(L); L[0]; L[-1]; list(D); len(D); D.get('c'); D.get('added'); D.get('late'); 'late' in D
D == {'c': 3}; len(S); S == {1}; B.c; len(alias); B.xs[0]; B.inner.get('k'); hasattr(B, 'late'); getattr(B, 'late', 5)
Box.made; Box.made + 1; len(Box.shared); hasattr(Box, 'late'); getattr(Box, 'late', 4); read(); next(flow)
next(steps, 9); len(fill.__defaults__[0]); getattr(set_global, 'late', 4); L is mine; here is also
xs == [1]; here == also
""".strip()
    .replace("\n", "; ")
    .split("; ")
)

CHANGES = [
    "n = 8",
    "n += 1",
    "xs.append(n)",
    "xs += [1]",
    "xs = []",
    "here.c = 8",
    "here = Box(); here.c = 4",
    "also.c = 8; also = None",
    "here.bump()",
    "bound()",
    "inner()",
    "set_global()",
    "G = 9",
    "B = Box(); B.c = 5",
    "fill()",
    "fill(xs)",
    "deep(here)",
    "deep(B)",
    "bump()",
    "late()",
    "next(steps)",
    "B.loud",
    "next(flow)",
    "list(flow)",
    "B + 1",
    "B.count()",
    "Box.made = 4",
    "Box.late = 4",
    "setattr(B, 'late', 8)",
    "setattr(Box, 'made', 8)",
    "set_global.late = 4",
    "B.__dict__['c'] = 11",
    "vars(B).update(c=12)",
    "globals()['G'] = 12",
    "D['c'] = 8",
    "del D['c']; D['k'] = 1",
    "D |= {'c': 4}",
    "S.add(5)",
    "for row in rows: row.append(1)",
    "rows[0][0] = 5",
    "[row.append(3) for row in rows]",
    "[L.append(i) for i in range(2)]",
    "any(L.append(i) for i in range(2))",
    "list(map(L.append, [1]))",
    "import math as n",
    "(n := 8)",
    "with_it(here)",
    "inner.__call__()",
    "L.extend(rows[0]); L.sort()",
    "x = here.xs; x[0] = 5",
    "x, y = here, rows; x.c = 6",
    "Box.bump(here)",
    "Box.__init__(here); here.c = 12",
    "(lambda box: setattr(box, 'c', 13))(here)",
    "match here:\n    case Box(c=n): here.c = 4",
    "try:\n    here.nothing\nexcept AttributeError as n:\n    here.c = 5",
    "class Box2(Box): G = L.append(4)",
    "def inner(): L.append(4)\ninner()",
    "here.inner['c'] = 5",
    "L[0], *n = [4, 5]",
    "d = here.xs.append; d(4)",
    "globals().update(G=5)",
]

WORK = "def work(_=0):\n    nonlocal n, xs, here, also, rows, bound, inner\n    global G, B\n"
SKIPPED = {
    "a loop": "for i in UNKNOWN:\n{body}",
    "a while": "while MORE():\n{body}",
    "a callback": WORK + "{body}\nREPEAT(work)",
    "a callback of a callback": WORK + "{body}\nREPEAT({{'f': [lambda: work()]}}['f'][0])",
}
FOLDED = {
    "a comprehension": "[{body} for i in UNKNOWN]",
    "a comprehension inside": "[{body} for i in [1] for j in UNKNOWN]",
    "a dict of them": "{{i: {body} for i in UNKNOWN}}",
    "an any": "any({body} and False for i in UNKNOWN)",
    "a sum": "sum(1 for i in UNKNOWN if ({body}) or True)",
    "a list": "list(({body}) for i in UNKNOWN)",
    "a callable": "REPEAT(lambda: ({body}))",
}
EXPRESSIONS = [
    "xs.append(n)", "here.bump()", "bound()", "inner()", "set_global()", "fill()", "fill(xs)", "deep(here)", "deep(B)",
    "bump()", "late()", "next(flow)", "next(steps)", "list(flow)", "B.loud", "B + 1", "B.count()",
    "setattr(B, 'late', 8)",
    "setattr(Box, 'made', 8)", "vars(B).update(c=12)", "S.add(5)", "[row.append(3) for row in rows]", "(n := 8)",
    "any(L.append(i) for i in range(2))", "list(map(L.append, [1]))", "with_it(here)", "inner.__call__()",
    "Box.bump(here)", "(lambda box: setattr(box, 'c', 13))(here)", "globals().update(G=5)", "L.extend(rows[0])",
]  # fmt: skip
HANDED = [
    "bound", "here.bump", "xs.append, 3", "inner", "bump", "late", "set_global", "fill", "B.count", "L.append, 4",
    "functools.partial(deep, here)", "functools.partial(xs.append, 1)", "lambda: D.clear()", "D.popitem",
    "functools.partial(setattr, here, 'c', 8)", "map(L.append, U)", "filter(L.append, U)", "sorted(U, key=L.append)",
    "zip(steps, U)", "min(U, key=L.append, default=1)", "Box.bump, here",
    "itertools.accumulate(U, lambda a, b: L.append(a))",
]  # fmt: skip


LOOK = """    try:
        saw.append({what})
    except Exception as error:
        saw.append(type(error).__name__)
"""


def program(code: str) -> str:
    saw = "".join(LOOK.format(what=what) for what in SAW)
    body = textwrap.indent(f"{code}\nsaw = []\n", "    ")
    return f"import functools, itertools\n{STATE}{body}{saw}    return saw\nresult = main(U)\n"


def run_by_python(source: str, times: int) -> list[Any]:
    def repeat(function: Any, *args: Any) -> None:
        for _ in range(times):
            function(*args)

    more = iter([True] * times)
    names: dict[str, Any] = {"U": [1] * times, "REPEAT": repeat, "with_it": lambda box: box.bump(), "__name__": "p"}
    names["MORE"] = lambda: next(more, False)
    exec(source, names)
    return names["result"]  # type: ignore[no-any-return]


def holds(code: str) -> int:
    """Assert that all that is decided is what Python has after any number of rounds; return how much is decided."""
    source = program(code)
    outcomes: list[list[Any]] = []
    for times in ROUNDS:
        try:
            outcomes.append(run_by_python(source, times))
        except Exception:  # the program ends here: what comes after is not asked for
            continue
    given = {name: Unknown(name) for name in ("U", "REPEAT", "MORE", "with_it")}
    names, vm = interpret(source, given=given)
    assert not [reason for reason in vm.reasons if "may raise" not in reason]  # as each look at the outcome may
    seen = names["result"]
    assert isinstance(seen, list)
    assert len(seen) == len(SAW)
    decided = 0
    for what, value, *expected in zip(SAW, seen, *outcomes, strict=True):
        if is_decided(vm, value):
            decided += 1
            assert all(value == one and type(value) is type(one) for one in expected), f"{what}: {value!r}, {expected}"
    return decided


def is_decided(vm: Vm, value: Any) -> bool:
    return not isinstance(value, Unknown | Native) and vm.taint_of(value) is None


@pytest.mark.sampled
@pytest.mark.parametrize("form", SKIPPED)
@pytest.mark.parametrize("change", CHANGES)
def test_each_change_is_forgotten(form: str, change: str) -> None:
    holds(SKIPPED[form].format(body=textwrap.indent(change.replace("; ", "\n"), "    ")))


@pytest.mark.sampled
@pytest.mark.parametrize("form", FOLDED)
@pytest.mark.parametrize("change", EXPRESSIONS)
def test_each_expression_is_forgotten(form: str, change: str) -> None:
    if "[" not in form or ":=" not in change:
        holds(FOLDED[form].format(body=change))


@pytest.mark.parametrize("what", HANDED)
def test_what_is_handed_over_is_forgotten(what: str) -> None:
    holds(f"REPEAT({what})")
    holds(f"kept = {what}\nREPEAT(kept)" if what.endswith(")") else f"kept = [{what}]\nREPEAT(*kept)")


@given(st.lists(st.sampled_from(CHANGES), min_size=1, max_size=4), st.sampled_from(list(SKIPPED)))
@settings(max_examples=60, deadline=None)
@example(["here.c = 8", "x, y = here, rows; x.c = 6"], "a loop")
def test_changes_together_are_forgotten(changes: list[str], form: str) -> None:
    body = "\n".join(change.replace("; ", "\n") for change in changes)
    holds(SKIPPED[form].format(body=textwrap.indent(body, "    ")))


def test_what_skipped_code_cannot_reach_stays_known() -> None:
    assert holds("for i in UNKNOWN:\n    n = 8") >= 25
    assert holds("for i in UNKNOWN:\n    n = len(xs) + here.c") >= 25
    assert holds("for i in UNKNOWN:\n    xs.append(here.c)") >= 20


@pytest.mark.parametrize(("name", "is_known"), [("walked_apart", True), ("forward", False)])
def test_what_is_put_into_a_class_of_torch_is_called_by_torch_only_under_a_name_of_its_own(
    name: str, is_known: bool
) -> None:
    names, _ = interpret(
        f"""
        from torch import nn
        class Config:
            def __init__(self): self.width = 3
            def widen(self): self.width += 1
        config = Config()
        def put(module): config.widen()
        setattr(nn.Module, {name!r}, put)
        width = config.width
        """
    )
    assert (names["width"] == 3) is is_known
