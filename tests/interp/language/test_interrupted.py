"""What is known after a `try` whose body met something that is not known: it may have been left anywhere."""

from __future__ import annotations

import textwrap
from typing import Any

import pytest

from convlint.interp.values.unknown import Unknown
from convlint.interp.vm import Vm
from convlint.layers.core.tensor import Tensor
from tests.interp.running import interpret

HEAD = """
import random, torch
from torch.utils.data import DataLoader, Dataset
import something
class Items(Dataset):
    def __len__(self):
        return something.length()
    def __getitem__(self, index):
        return torch.zeros(3, 8, 8), index
loader = DataLoader(Items(), batch_size=4)
class Box:
    pass
box, items, table = Box(), [1], {"a": 1}
box.x = 1
base = [1, 2]
"""


def run(body: str, *choices: bool) -> tuple[dict[str, Any], Vm]:
    names, vm = interpret(HEAD + textwrap.dedent(body), choices)
    assert not vm.moments
    return names, vm


def is_known(vm: Vm, value: Any) -> bool:
    return not isinstance(value, Unknown) and vm.taint_of(value) is None


BODIES = {
    "an attribute": ("box.x = 2", "box.x"),
    "an attribute that is put back": ("box.x = 2; something.run(); box.x = 1", "box.x"),
    "an entry that is put back": ("table['a'] = 2; something.run(); table['a'] = 1", "table['a']"),
    "a list that is put back": ("items[0] = 2; something.run(); items[0] = 1", "items[0]"),
    "a list": ("items.append(2)", "len(items)"),
    "an entry": ("table['a'] = 2", "table['a']"),
    "a name": ("a = 1", "a"),
}


@pytest.mark.parametrize("kind", BODIES)
def test_what_the_body_may_have_done_by_then_is_not_known(kind: str) -> None:
    statement, asked = BODIES[kind]
    body = f"a = 0\ntry:\n    {statement}; something.run()\nexcept ValueError:\n    pass\nresult = {asked}\n"
    whole, half = run(body, True), run(body, False)
    assert is_known(whole[1], whole[0]["result"])
    assert not is_known(half[1], half[0]["result"])


@pytest.mark.parametrize("asked", ["box.x", "len(items)", "table['a']", "base"])
def test_what_it_leaves_alone_is_known(asked: str) -> None:
    body = f"try:\n    something.run(1)\nexcept ValueError:\n    pass\nresult = {asked}\n"
    names, vm = run(body, False)
    assert is_known(vm, names["result"])


@pytest.mark.parametrize("kind", BODIES)
def test_what_a_manager_keeps_is_half_done(kind: str) -> None:
    statement, asked = BODIES[kind]
    body = (
        f"import contextlib\na = 0\nwith contextlib.suppress(ValueError):\n    {statement}; something.run()\n"
        f"result = {asked}\n"
    )
    whole, half = run(body, True), run(body, False)
    assert is_known(whole[1], whole[0]["result"])
    assert not is_known(half[1], half[0]["result"])


@pytest.mark.parametrize("asked", ["box.x", "len(items)", "table['a']", "base"])
def test_what_it_leaves_alone_is_known_where_a_manager_keeps_it(asked: str) -> None:
    body = (
        "import contextlib\nseen = [base]\nwith contextlib.suppress(ValueError):\n"
        f"    items.append(1) if items == [2] else seen[0]; something.run(1)\nresult = {asked}\n"
    )
    names, vm = run(body, False)
    assert is_known(vm, names["result"])


def test_one_of_the_handlers_catches() -> None:
    names, vm = run("try:\n    something.run()\nexcept ValueError:\n    result = 1\n", False)
    assert names["result"] == 1
    assert len(vm.taken) == 1


def test_a_handler_that_raises_again_is_no_way_on() -> None:
    names, vm = run("try:\n    result = 1; something.run()\nexcept ValueError as error:\n    raise error\n")
    assert names["result"] == 1
    assert not vm.taken


NEXT = """
it = iter(loader)
for step in range(100000):
    try:
        batch = next(it)
    except StopIteration:
        it = iter(loader)
        batch = next(it)
    x, y = batch
"""


def test_the_next_batch_of_a_loader_that_begins_again() -> None:
    names, vm = run(NEXT)
    assert isinstance(names["x"], Tensor)
    assert names["x"].shape == (4, 3, 8, 8)
    assert not vm.taken


def test_a_list_that_something_else_may_hold_is_not_known_afterwards() -> None:
    """A change of one of them could be a change of `base`."""
    names, vm = run(
        """
        for step in range(100000):
            try:
                picked = base
                something.run()
            except ValueError:
                picked = [1, 2]
            break
        """
    )
    assert not is_known(vm, names["picked"])


def test_lists_that_are_new_are_joined() -> None:
    names, _ = run(
        """
        for step in range(100000):
            try:
                picked = [1, 2]
                same = picked
                something.run()
            except ValueError:
                picked = [1, 3]
                same = picked
            break
        """
    )
    assert names["picked"] is names["same"]
    assert names["picked"][0] == 1
    assert isinstance(names["picked"][1], Unknown)


def test_either_value_of_an_expression_in_a_loop() -> None:
    names, vm = run(
        """
        while True:
            kind = "a" if something.run() else "b"
            width = 3 if something.run() else 3
            if random.random() > 0.5:
                break
        """
    )
    assert isinstance(names["kind"], Unknown)
    assert names["width"] == 3
    assert not vm.taken
