"""What is not known stays unknown: nothing old survives code that is not understood."""

from __future__ import annotations

from typing import Any

import pytest

from convlint.interp.values.classes import Instance
from convlint.interp.values.unknown import Unknown
from tests.interp.running import interpret


def value(source: str, name: str = "result") -> Any:
    return interpret(source)[0][name]


@pytest.mark.parametrize(
    "source",
    [
        "import missing\nxs = [1]\nmissing.change(xs)\nresult = len(xs)",
        "import missing\nxs = [1]\nmissing.change([xs])\nresult = xs[0]",
        "import missing\nd = {'a': 1}\nmissing.change(d)\nresult = d['a']",
        "import missing\nclass A:\n    x = 1\na = A()\na.y = 2\nmissing.change(a)\nresult = a.y",
        "import missing\nclass A: pass\na, b = A(), A()\na.b = b\nb.x = 1\nmissing.change(a)\nresult = b.x",
        "import missing\nxs = []\nfor i in missing.items:\n    xs.append(i)\nresult = len(xs)",
        "import missing\nx = 1\nfor i in missing.items:\n    x = 2\nresult = x",
        "import missing\nx = 1\nwhile missing.more():\n    x += 1\nresult = x",
        "import missing\nclass A:\n    def __init__(self):\n        self.xs = []\n        for i in missing.items:\n"
        "            self.xs.append(i)\nresult = len(A().xs)",
        "import missing\nresult = [x for x in missing.items]",
        "import missing\nresult = f'{missing.x}'",
        "import missing\nresult = missing.a + 1",
        "import missing\nresult = [1, 2, 3][missing.i]",
        "import missing\n@missing.decorate\ndef f():\n    return 1\nresult = f()",
        "import missing\nresult = dict(a=1, **missing.more)",
        "import missing\na, *b = missing.pair\nresult = b",
    ],
)
def test_unknown_spreads(source: str) -> None:
    assert isinstance(value(source), Unknown)


def test_a_class_with_an_unknown_base_is_not_known() -> None:
    made = value("import missing\nclass A(missing.Base):\n    pass\nresult = A()")
    assert isinstance(made, Instance)
    assert isinstance(value("import missing\nclass A(missing.Base):\n    pass\nresult = A().anything"), Unknown)


@pytest.mark.parametrize("what", ["A().anything", "A.anything"])
def test_an_attribute_of_an_unknown_base_may_be_deleted(what: str) -> None:
    assert value(f"import missing\nclass A(missing.Base):\n    pass\ndel {what}\nresult = 3") == 3


def test_an_attribute_that_is_not_there_cannot_be_deleted() -> None:
    source = "class A:\n    pass\ntry:\n    del A().anything\nexcept AttributeError:\n    result = 3"
    assert value(source) == 3


def test_the_same_question_has_the_same_answer_on_one_path() -> None:
    source = "import missing\nx = missing.flag\nresult = [bool(x) for _ in range(3)]\n"
    source += "a = 1 if missing.flag else 2\nb = 1 if missing.flag else 2\nresult = a == b"
    for choice in (True, False):
        assert interpret(source, (choice,))[0]["result"] is True


def test_a_fork_takes_the_chosen_side() -> None:
    source = "import missing\nresult = 'then' if missing.flag else 'else'"
    assert interpret(source, (True,))[0]["result"] == "then"
    assert interpret(source, (False,))[0]["result"] == "else"


def test_the_gap_says_where_and_why() -> None:
    _, vm = interpret("x = 1\ny = open('file')")
    assert vm.gaps
    assert vm.gaps[0].place is not None
    assert vm.gaps[0].place.span[0] == 2


def test_a_value_that_does_not_tell_its_truth_is_a_defect() -> None:
    class Refuses:
        def __bool__(self) -> bool:
            raise ValueError("neither")

    vm = interpret("")[1]
    with pytest.raises(ValueError, match="neither"):
        vm.truth_of(Refuses())


@pytest.mark.parametrize(
    "later",
    ["self.log = []", "self.log = {}", "self.log = 3", "self.log = (1, [2])"],
)
@pytest.mark.parametrize("call", ["missing.go(self.ref)", "self.ref.go()", "missing.go([self.ref])", "self.ref().x(1)"])
def test_what_keeps_an_object_may_change_it_later(later: str, call: str) -> None:
    source = f"""
import missing

class Agent:
    def __init__(self):
        self.ref = missing.Reference(self)
        {later}

    def run(self):
        {call}
        return self.log

result = Agent().run()
"""
    assert isinstance(value(source), Unknown)
