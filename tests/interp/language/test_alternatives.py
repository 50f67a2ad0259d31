"""Conditions that are not known while a module is imported: both ways are run, and what they do alike is known."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import Any

import pytest

from convlint.interp.values.unknown import Unknown
from tests.interp.imports.packages import interpret, write

OPEN = "import platform\nopen_question = platform.machine() == 'x'\n"


def names(tmp_path: Path, source: str) -> dict[str, Any]:
    """Import a module that asks an open question, and return its globals."""
    write(tmp_path, {"lib.py": OPEN + textwrap.dedent(source), "main.py": "import lib\nresult = vars(lib)"})
    found, vm, _ = interpret(tmp_path)
    assert not vm.taken
    result: dict[str, Any] = found["result"]
    return result


SAME = {
    "both ways bind alike": """
        if open_question:
            result = 3
        else:
            result = 3
        """,
    "what a way changes elsewhere is kept": """
        table = {"a": 1}
        if open_question:
            table["a"] = 1
        result = 3 if table["a"] == 1 else 0
        """,
    "a way that raises is not taken": """
        if open_question:
            raise RuntimeError("no")
        else:
            result = 3
        """,
    "a decorator that returns what it is given in any case": """
        def mark(cls):
            if open_question:
                cls.note = "x"
                return cls
            cls.note = "y"
            return cls

        @mark
        class Kept:
            size = 3

        result = Kept.size
        """,
    "a loop over something unknown that leaves alone what it does not name": """
        def run():
            kept, seen = 3, []
            for name in platform.uname():
                seen.append(name)
            return kept

        result = run()
        """,
    "a function that is cut off by a loop that only one way leaves": """
        def run(value):
            for step in (1, 2):
                if open_question:
                    break
                value = value
            return value

        run(3)
        result = 3
        """,
}


@pytest.mark.parametrize("source", SAME.values(), ids=SAME.keys())
def test_knows_what_both_ways_do_alike(source: str, tmp_path: Path) -> None:
    assert names(tmp_path, source)["result"] == 3


OTHER = {
    "the ways bind other values": """
        if open_question:
            result = 3
        else:
            result = 4
        """,
    "one way binds, the other does not": """
        result = 3
        if open_question:
            result = 4
        """,
    "one way returns early": """
        def run():
            if open_question:
                return 4
            return 3

        result = run()
        """,
    "one way changes what stood before": """
        table = {"a": 3}
        if open_question:
            table["a"] = 4
        result = table["a"]
        """,
    "one way adds an attribute": """
        class Holder:
            size = 3
        if open_question:
            Holder.size = 4
        result = Holder.size
        """,
    "one way sets an attribute of a function": """
        def run():
            pass
        run.size = 3
        if open_question:
            run.size = 4
        result = run.size
        """,
    "one way adds an attribute to a function": """
        def run():
            pass
        if open_question:
            run.size = 4
        result = getattr(run, "size", 3)
        """,
    "one way sets the defaults of a function": """
        def run(size=3):
            return size
        if open_question:
            run.__defaults__ = (4,)
        result = run()
        """,
    "one way sets an attribute of a class of a library": """
        from torch import nn
        if open_question:
            nn.Identity.size = 4
        result = getattr(nn.Identity, "size", 3)
        """,
    "one way sets an attribute of a module of a library": """
        from torch.backends import cudnn
        cudnn.own = 3
        if open_question:
            cudnn.own = 4
        result = cudnn.own
        """,
    "one way sets an attribute of what keeps none itself": """
        import functools
        run = functools.partial(print)
        if open_question:
            run.size = 4
        result = getattr(run, "size", 3)
        """,
    "one way registers a class": """
        import collections.abc
        class Holder:
            pass
        if open_question:
            collections.abc.Sequence.register(Holder)
        result = isinstance(Holder(), collections.abc.Sequence)
        """,
    "one way registers a class with one of the program": """
        import abc
        class Kind(abc.ABC):
            pass
        class Holder:
            pass
        if open_question:
            Kind.register(Holder)
        result = issubclass(Holder, Kind)
        """,
    "one way makes an object one of another class": """
        class Small:
            size = 3
        class Large:
            size = 4
        held = Small()
        if open_question:
            held.__class__ = Large
        result = held.size
        """,
    "one way writes to an array": """
        import numpy as np
        held = np.array([3, 3])
        if open_question:
            held[0] = 4
        result = held[0]
        """,
    "an iterator of the module is drawn from in one way": """
        source = iter([3, 4])
        if open_question:
            next(source)
        result = next(source)
        """,
    "a round of a loop may change it": """
        result = 3
        for name in platform.uname():
            result = 4
        """,
    "a loop may return": """
        def run():
            for name in platform.uname():
                return 4
            return 3

        result = run()
        """,
    "a generator is drawn from in one way": """
        def run():
            source = iter([3, 4])
            if open_question:
                next(source)
            return next(source)

        result = run()
        """,
}


@pytest.mark.parametrize("source", OTHER.values(), ids=OTHER.keys())
def test_does_not_know_what_differs(source: str, tmp_path: Path) -> None:
    assert isinstance(names(tmp_path, source)["result"], Unknown)


def test_ends_where_a_function_may_call_itself(tmp_path: Path) -> None:
    found = names(
        tmp_path,
        """
        def walk(depth):
            if open_question:
                return walk(depth + 1) + walk(depth + 2)
            return 0

        result = walk(0)
        after = 3
        """,
    )
    assert isinstance(found["result"], Unknown)
    assert found["after"] == 3
