"""Loops that are not run item by item: what is said to be known after them is what Python has after all rounds."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from convlint.interp.values.classes import ModuleInstance
from convlint.interp.values.signals import Bound, PyRaise
from convlint.interp.values.unknown import Number, Unknown, Whole
from convlint.interp.vm import Vm
from convlint.layers.core.tensor import Tensor
from convlint.symbolic import Dim
from tests.interp.running import follow, interpret, python

HEAD = """
import random
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
loader = DataLoader(TensorDataset(torch.zeros(COUNT, 6), torch.zeros(COUNT)), batch_size=4)
class Box:
    pass
box = Box()
box.x = 0
items, table, group = [], {}, set()
a, b, c = 0, 1, 2
t = torch.zeros(2, 3)
"""


def run(body: str, count: int = 18) -> dict[str, Any]:
    names, vm = interpret(HEAD.replace("COUNT", str(count)) + textwrap.dedent(body))
    assert not vm.settling
    return names


def test_the_first_round_is_as_it_is() -> None:
    names = run(
        """
        for x, y in loader:
            a += 1
            items.append(x)
            break
        """
    )
    assert (names["a"], len(names["items"]), names["x"].shape) == (1, 1, (4, 6))


def test_what_rounds_change_is_not_known_afterwards() -> None:
    names = run(
        """
        for i, (x, y) in enumerate(loader):
            a += 1
            items.append(x)
            box.x = i
            table["last"] = i
            c = 2
        after = [a, box.x, table["last"], len(items), b, c]
        """
    )
    assert all(isinstance(value, Unknown | Dim) for value in names["after"][:4])
    assert names["after"][4:] == [1, 2]


def test_the_last_batch_is_the_last() -> None:
    names = run("for x, y in loader:\n    pass\n")
    assert (names["x"].shape, names["y"].shape) == ((2, 6), (2,))
    names = run("for x, y in loader:\n    pass\n", 16)
    assert names["x"].shape == (4, 6)


def test_two_batches_are_two_rounds() -> None:
    names = run("for x, y in loader:\n    a += len(x)\n    items.append(a)\n", 6)
    assert (names["a"], names["items"]) == (6, [4, 6])


def test_a_model_that_a_loop_calls_is_still_the_model() -> None:
    names = run(
        """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.fc = nn.Linear(6, 3)
                self.calls = 0
            def forward(self, x):
                self.calls += 1
                return self.fc(x)
        net = Net()
        for epoch in range(100):
            net.train()
            for i, (x, y) in enumerate(loader):
                out = net(x)
                if i % 10 == 0:
                    print(out)
                if out.sum() > a:
                    a = i
            net.eval()
        after = net(torch.zeros(7, 6))
        """
    )
    assert isinstance(names["net"], ModuleInstance)
    assert names["after"].shape == (7, 3)
    assert isinstance(names["a"], Unknown)
    assert isinstance(names["net"].attrs["calls"], Unknown)


def test_a_branch_that_some_rounds_take() -> None:
    names = run(
        """
        for i, (x, y) in enumerate(loader):
            if i == 3:
                a = torch.zeros(5)
                c = 2
            elif i > 100:
                box.x = 7
        after = (a, c, box.x)
        """
    )
    changed, same, other = names["after"]
    assert isinstance(changed, Unknown)
    assert same == 2
    assert isinstance(other, Unknown)


def test_state_that_is_carried_on_meets_the_last_batch() -> None:
    """A hidden state kept between batches does not fit the last, smaller one."""
    body = """
    rnn = nn.GRU(6, 5)
    h = torch.zeros(1, 4, 5)
    for x, y in loader:
        out, h = rnn(x.unsqueeze(0), h)
        h = h.detach()
    """
    run(body, 16)
    with pytest.raises(PyRaise) as raised:
        run(body, 18)
    assert raised.value.violation is not None
    with pytest.raises(RuntimeError):
        python(HEAD.replace("COUNT", "18") + textwrap.dedent(body))


def test_loops_over_something_unknown() -> None:
    names = run(
        """
        from somewhere import things
        net = nn.Linear(6, 3)
        for thing in things:
            a += 1
            out = net(torch.zeros(4, 6))
        after = net(torch.zeros(2, 6))
        """
    )
    assert isinstance(names["a"], Unknown)
    assert names["after"].shape == (2, 3)
    with pytest.raises(PyRaise) as raised:
        run("from somewhere import things\nnet = nn.Linear(6, 3)\nfor thing in things:\n    net(torch.zeros(4, 5))\n")
    assert raised.value.violation is not None


GENERATOR = """
def batches():
    for x, y in loader:
        yield x
"""


@pytest.mark.parametrize(
    "taken",
    ["len(list(batches()))", "sum(1 for x in batches())", "len([*batches()])", "len(tuple(enumerate(batches())))"],
)
def test_how_much_a_generator_over_a_loader_gives_is_not_known(taken: str) -> None:
    assert isinstance(run(GENERATOR + f"a = {taken}\n")["a"], Unknown)
    assert run(GENERATOR + f"a = {taken}\n", 6)["a"] in (1, 2)


def test_a_loop_over_a_generator_over_a_loader() -> None:
    names = run(
        GENERATOR + "for i, x in enumerate(batches()):\n    a += 1\n    items.append(1)\n    c = 2\nn = len(items)\n"
    )
    assert isinstance(names["a"], Unknown)
    assert isinstance(names["n"], Unknown)
    assert names["c"] == 2


def test_comprehensions_over_a_loader_run_once() -> None:
    names = run("made = [a := len(items.append(x) or x) for x, y in loader]\nn = len(items)\nb = len(made)\n")
    assert all(isinstance(names[name], Unknown) for name in ("made", "a", "n", "b"))
    with pytest.raises(PyRaise) as raised:
        run("net = nn.Linear(5, 3)\nmade = [net(x) for x, y in loader]\n")
    assert raised.value.violation is not None
    assert isinstance(run(GENERATOR + "a = len([x for x in batches()])\n")["a"], Unknown)


def test_what_torch_refuses_in_a_loop_that_may_have_no_round_may_not_be_caught() -> None:
    loop = "    for thing in things:\n        torch.zeros(2, 3) @ torch.zeros(2, 3)\n"
    body = f"try:\n{loop}except RuntimeError:\n    a = 7\n"
    ends = list(paths(HEAD.replace("COUNT", "18") + "from somewhere import things\n" + body))
    assert {end[0]["a"] for end in ends if isinstance(end, tuple)} == {0, 7}


# --- whatever a loop does -------------------------------------------------------------------------------

STATEMENTS = [
    "a += 1", "b = a", "c = b", "a = a * 2 % 7", "items.append(a)", "items = items + [1]", "table[a % 3] = b",
    "table['k'] = c", "group.add(a)", "box.x += 1", "box.x = c", "box.y = t", "t = t + 1", "t = torch.zeros(3, 2)",
    "t = torch.cat([t, t])[:2]", "t = x", "t[0] = 1", "b, c = c, b", "c = len(items)", "a = len(x)", "items = []",
    "table = {}", "b = box.x", "c = i", "b = sum(x.shape)", "t = x[:1].expand(2, 6)", "a = min(a, 3)", "c = (a, b)",
    "c = table.get('k')", "b = items[-1] if items else 0", "t = t @ torch.zeros(t.shape[1], 3)", "a = next(more, 9)",
    "b = len(list(each(things)))", "c = random.randint(0, 2)", "b = [4, 5, 6][random.randrange(3)]", "a = int(c * 1.5)",
    "c = {0: 1, 1: 3}[i % 2]", "b = random.random()", "t = t * random.random()", "random.shuffle(items)",
    "for n in range(3):\n    box.x = n",
    "c = sum(1 for pair in pairs(loader))", "a = f(a)",
]  # fmt: skip
TESTS = ["i == 0", "i > 2", "a > 3", "i % 2", "len(items) > 2", "b == c", "len(x) < 4", "a", "b == 0", "len(t) == 2"]
LEAVING = ["break", "continue", "raise ValueError"]
CODE = """
def each(things):
    for thing in things:
        yield thing
def pairs(things):
    for i, thing in enumerate(things):
        yield i, thing
def until(things):
    for thing in things:
        yield thing
        if len(thing[0]) < 4:
            return
def f(number):
    global b
    for i, (x, y) in enumerate(loader):
        if i > number:
            return i
        b = i
    return 0
more = iter(range(3))
"""
OVER = ["enumerate(loader)", "enumerate(things)", "zip(range(9), loader)", "pairs(loader)", "enumerate(each(loader))",
        "pairs(things)", "enumerate(until(loader))"]  # fmt: skip
FIRST = "i, (x, y) = 0, next(iter(loader))\n"
HEADS = [
    *(f"for i, (x, y) in {over}:" for over in OVER),
    FIRST + "while i < 9:\n    i += 1",
    FIRST + "while ready():\n    i += 1",
    FIRST + "while True:\n    i += 1\n    if i > 7:\n        break",
    FIRST + "while True:\n    if not ready():\n        break\n    i = i + 1",
    FIRST + "while i < 9 and ready():\n    i += 1",
    FIRST + "for i in range(9):\n    b = i",
    "it = iter(loader)\nfor i in range(9):\n    try:\n        x, y = next(it)\n    except StopIteration:\n"
    "        it = iter(loader)\n        x, y = next(it)",
]
"""How loops begin; `ready` is of somewhere else, as `things` are."""


@st.composite
def bodies(draw: Any, depth: int = 2) -> list[str]:
    lines: list[str] = []
    for _ in range(draw(st.integers(1, 4))):
        kind = draw(st.integers(0, 4)) if depth else 4
        if kind == 0:
            lines.append(f"if {draw(st.sampled_from(TESTS))}:")
            lines += [f"    {line}" for line in draw(bodies(depth=depth - 1))]
            if draw(st.booleans()):
                lines += ["else:", *(f"    {line}" for line in draw(bodies(depth=depth - 1)))]
            elif draw(st.booleans()):
                lines.append(f"    {draw(st.sampled_from(LEAVING))}")
        elif kind == 1 and draw(st.booleans()):
            lines += ["try:", *(f"    {line}" for line in draw(bodies(depth=depth - 1)))]
            lines += ["except ValueError:", *(f"    {line}" for line in draw(bodies(depth=depth - 1)))]
        else:
            lines += draw(st.sampled_from(STATEMENTS)).splitlines()
    return lines


@st.composite
def programs(draw: Any) -> str:
    body = [f"    {line}" for line in draw(bodies())]
    lines = [*draw(st.sampled_from(HEADS)).splitlines(), *body]
    if draw(st.integers(0, 2)) == 0:
        lines += ["else:", *(f"    {line}" for line in draw(st.sampled_from(STATEMENTS)).splitlines())]
    if draw(st.integers(0, 2)) == 0:
        turns = draw(st.sampled_from(["range(2)", "range(4)", "[5, 6, 7]"]))
        lines = [f"for epoch in {turns}:", *(f"    {line}" for line in lines), "    b += 1"]
    if draw(st.integers(0, 2)) == 0:
        lines = ["try:", *(f"    {line}" for line in lines), "except ValueError:", "    a, b = 40, 41"]
    if draw(st.booleans()):
        lines += [f"if {draw(st.sampled_from(TESTS[2:]))}:", "    c = 30", "else:", "    b = 31"]
    return "\n".join(lines) + "\n"


def fits(said: Any, real: Any) -> bool:
    """Whether what is known of a value is so."""
    if isinstance(said, Number):
        return isinstance(real, int if isinstance(said, Whole) else (int, float))
    if isinstance(said, Unknown | Dim):
        return True
    if isinstance(said, Tensor):
        same_rank = isinstance(real, torch.Tensor) and len(said.shape) == real.ndim
        sizes = same_rank and all(not isinstance(a, int) or a == b for a, b in zip(said.shape, real.shape, strict=True))
        return sizes and (said.data is None or list(said.data) == real.flatten().tolist())
    if isinstance(said, tuple):
        return isinstance(real, tuple) and len(said) == len(real) and all(map(fits, said, real))
    return bool(said == real)


MORE_ROUNDS = [
    f"things = [(torch.zeros(4, 6), torch.zeros(4)) for _ in range({count})]\nturns = iter(range({count}))\n"
    "def ready():\n    return next(turns, None) is not None\n"
    for count in (0, 1, 2, 3, 5)
]


@given(programs(), st.sampled_from([3, 6, 16, 18]))
@settings(max_examples=150, deadline=None)
def test_what_is_known_is_so(program: str, count: int) -> None:
    """What Python does is what some path says, where all paths are known; a program that Python runs is not refused.

    The same claims are made of what all paths agree in. As wanted, a loop over something unknown is taken to have
    rounds where torch refuses one.
    """
    head = HEAD.replace("COUNT", str(count)) + CODE
    ways = list(paths(head + "from somewhere import ready, things\n" + program))
    if None in ways:
        return
    ended = [way for way in ways if isinstance(way, tuple)]
    for number, things in enumerate(MORE_ROUNDS):
        try:
            real = python(head + things + program)
        except Exception:  # of whatever kind: it has no end of which anything is said
            continue
        wrong = [misfit(names, vm, real) for names, vm in ended]
        assert "" in wrong or (not ended and number < 2 and ("things" in program or "ready" in program)), (
            number,
            wrong,
        )


def paths(source: str, most: int = 48) -> Iterator[tuple[dict[str, Any], Vm] | PyRaise | None]:
    """Run a program along all paths; None for one whose end is not known, and for those that are too many."""
    waiting: list[tuple[bool, ...]] = [()]
    for _ in range(most):
        if not waiting:
            return
        choices = waiting.pop()
        names, vm, ended = follow(source, choices)
        if isinstance(ended, Bound):
            break
        yield ended or (names, vm)
        waiting += [(*vm.taken[:at], not vm.taken[at]) for at in range(len(choices), len(vm.taken))]
    yield None


def misfit(names: dict[str, Any], vm: Vm, expected: dict[str, Any]) -> str:
    """Return the name of which something is said that is not so, "" if there is none."""
    box, real = names["box"].attrs, vars(expected["box"])
    wrong = [name for name in ("a", "b", "c", "t") if not fits(names[name], expected[name])]
    wrong += [f"box.{name}" for name in box if not fits(box[name], real.get(name))]
    for name in ("items", "table", "group"):
        said, found = names[name], expected[name]
        if isinstance(said, Unknown) or vm.taint_of(said) is not None:
            continue
        known = len(said) == len(found)
        if isinstance(said, list):
            known = known and all(map(fits, said, found))
        elif isinstance(said, dict):
            known = known and all(fits(said[key], found.get(key)) for key in said)
        wrong += [] if known else [name]
    return ", ".join(wrong)
