"""Stacks of context managers leave what was entered as Python does."""

from __future__ import annotations

import pytest

from tests.interp.running import agrees, interpret

HEAD = """
from contextlib import ExitStack, contextmanager, nullcontext
told = []
@contextmanager
def place(name, quiet=False):
    told.append("in " + name)
    try:
        yield name
    except ValueError:
        if not quiet:
            raise
        told.append("kept by " + name)
    finally:
        told.append("out " + name)
class Held:
    def __enter__(self): return "held"
    def __exit__(self, kind, error, trace): told.append("left" if error is None else type(error).__name__)
"""


@pytest.mark.parametrize(
    "body",
    [
        "with ExitStack() as stack:\n    told.append([stack.enter_context(place(one)) for one in 'ab'])",
        "stack = ExitStack()\ntold.append(stack.enter_context(Held()))\n"
        "stack.callback(told.append, 'called')\nstack.close()",
        "with ExitStack() as stack:\n    stack.enter_context(place('a', True))\n"
        "    stack.push(Held())\n    raise ValueError",
        "with ExitStack() as stack:\n    stack.enter_context(nullcontext(3))\n    kept = stack.pop_all()\nkept.close()",
        "try:\n    with ExitStack() as stack:\n        stack.enter_context(place('a'))\n        raise ValueError\n"
        "except ValueError:\n    told.append('raised')",
    ],
)
def test_a_stack_leaves_what_was_entered(body: str) -> None:
    agrees(f"{HEAD}\n{body}\nresult = told")


def test_what_a_stack_keeps_for_itself_is_not_known() -> None:
    source = """
    from contextlib import ExitStack
    from json import JSONEncoder
    stack = ExitStack()
    kept = hasattr(stack, "_exit_callbacks"), hasattr(JSONEncoder(), "skipkeys")
    lacking = hasattr(stack, "__add__"), hasattr(1.5, "__or__"), hasattr("a", "__or__")
    """
    names, _ = interpret(source)
    assert not any(isinstance(answer, bool) for answer in names["kept"])
    assert names["lacking"][1:] == (False, False)
