"""What may have happened since a moment: only what was written to is joined, and only what was there then."""

from __future__ import annotations

import textwrap
from typing import Any

import pytest

from convlint.interp.values.unknown import Unknown
from convlint.interp.vm import Vm
from tests.interp.running import interpret

HEAD = """
import random, torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
loader = DataLoader(TensorDataset(torch.zeros(18, 6)), batch_size=4)
class Box:
    pass
box, items, table = Box(), [1], {"a": 1}
box.inner = Box()
box.inner.x = 1
numbers = iter([1, 2, 3])
outer = zip(numbers, "abc")
t = torch.zeros(2, 3)
view = t.view(6)
maybe = random.random() > 0.5
def count():
    n = 0
    def up():
        nonlocal n
        n += 1
        return n
    return up
up = count()
"""


def run(body: str) -> tuple[dict[str, Any], Vm]:
    names, vm = interpret(HEAD + textwrap.dedent(body))
    assert not vm.moments
    return names, vm


def is_known(vm: Vm, value: Any) -> bool:
    return not isinstance(value, Unknown) and vm.taint_of(value) is None


CHANGES = {
    "a name": ("a = 1", "a += 1", "a"),
    "an attribute of an attribute": ("", "box.inner.x += 1", "box.inner.x"),
    "an item of a list": ("", "items[0] += 1", "items[0]"),
    "what a list holds": ("", "items.append(2)", "len(items)"),
    "an item of a dict": ("", "table['a'] += 1", "table['a']"),
    "a variable of a closure": ("", "up()", "up()"),
    "an iterator": ("", "next(numbers)", "next(numbers)"),
    "what an iterator draws from": ("", "next(outer)", "next(numbers)"),
    "an iterator in a loop": ("", "\n    for _ in numbers:\n        pass", "list(numbers)"),
    "the values of a tensor": ("", "t.add_(1)", "t[0, 0].item()"),
    "the values of its view": ("", "t.fill_(7)", "view[0].item()"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_rounds_may_have_changed_is_not_known(change: str) -> None:
    before, statement, asked = CHANGES[change]
    names, vm = run(f"{before}\nfor (x,) in loader:\n    {statement.strip()}\nresult = {asked}\n")
    assert not is_known(vm, names["result"])


@pytest.mark.parametrize("change", CHANGES)
def test_what_they_leave_alone_is_known(change: str) -> None:
    before, _, asked = CHANGES[change]
    names, vm = run(f"{before}\nfor (x,) in loader:\n    pass\nresult = {asked}\n")
    assert is_known(vm, names["result"])


def test_what_a_round_makes_anew_is_what_it_was_made() -> None:
    names, vm = run(
        """
        kept = []
        def first():
            for (x,) in loader:
                net = nn.Sequential(nn.Linear(6, 2))
                net.extra = [1]
                net.extra.append(2)
                return net
        net = first()
        """
    )
    net = names["net"]
    assert is_known(vm, net)
    assert list(net.modules) == ["0"]
    assert net.attrs["extra"] == [1, 2]


def test_a_generator_that_waits_in_a_loop_leaves_it_when_it_is_closed() -> None:
    names, _ = run(
        """
        def batches():
            for (x,) in loader:
                yield x.shape[1]
        source = batches()
        width = next(source)
        items.append(2)
        source.close()
        size = len(items)
        """
    )
    assert names["width"] == 6
    assert names["size"] == 2
