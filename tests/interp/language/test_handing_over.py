"""After something is given to code that is not understood, nothing is known that its methods may have changed."""

from __future__ import annotations

import inspect
import textwrap
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convlint.interp.values.unknown import Unknown
from tests.interp.language.test_forgetting import CHANGES, SAW, is_decided, program
from tests.interp.running import interpret

TIMES = (0, 1, 2)
WORK = "def work(_=0):\n    nonlocal n, xs, here, also, rows, bound, inner\n    global G, B\n    {change}\n"
CARRIERS = {
    "a method": "class C:\n    def go(self): work()\nx = C()",
    "an inherited method": "class A:\n    def go(self): work()\nclass C(A): pass\nx = C()",
    "a method of a class that is given": "class C:\n    def __init__(self): work()\nx = C",
    "a property": "class C:\n    @property\n    def go(self): work()\nx = C()",
    "a cached property": "class C:\n    @functools.cached_property\n    def go(self): work()\nx = C()",
    "a class method": "class C:\n    @classmethod\n    def go(cls): work()\nx = C()",
    "a static method": "class C:\n    @staticmethod\n    def go(): work()\nx = C()",
    "a partial method": "class C:\n    def f(self, a): work()\n    go = functools.partialmethod(f, 1)\nx = C()",
    "a method for attributes": "class C:\n    def __getattr__(self, name): work()\nx = C()",
    "a call": "class C:\n    def __call__(self): work()\nx = C()",
    "a context manager": "class C:\n    def __enter__(self): pass\n    def __exit__(self, *a): work()\nx = C()",
    "a made context manager": "@contextlib.contextmanager\ndef c():\n    yield\n    work()\nx = c()",
    "an iterator": "class C:\n    def __iter__(self):\n        work()\n        return iter([])\nx = C()",
    "a descriptor": "class D:\n    def __get__(self, o, c=None): work()\nclass C: go = D()\nx = C()",
    "an object of a class": "class D:\n    def go(self): work()\nclass C: d = D()\nx = C()",
    "a class in a class": "class C:\n    class D:\n        def __init__(self): work()\nx = C()",
    "an object of an object": "class D:\n    def go(self): work()\nclass C: pass\nx = C()\nx.d = D()",
    "a function of an object": "class C: pass\nx = C()\nx.go = work",
    "a method that is set": "class C: pass\nC.go = work\nx = C()",
    "a named tuple": "class C(collections.namedtuple('C', 'a')):\n    def go(self): work()\nx = C(1)",
    "a dict of its own": "class C(dict):\n    def go(self): work()\nx = C()",
    "an exception": "class C(Exception):\n    def go(self): work()\nx = C()",
    "a generator": "def g():\n    work()\n    yield 1\nx = g()",
    "a generator of objects": "class C:\n    def go(self): work()\ndef g():\n    yield C()\nx = g()",
    "a generator expression": "x = (work() for i in [1])",
    "a closure that is returned": "def make():\n    return lambda: work()\nx = make",
    "an object that is returned": "class C:\n    def go(self): work()\nx = lambda: C()",
    "a list": "class C:\n    def go(self): work()\nx = [C()]",
    "a view": "class C:\n    def go(self): work()\nx = {'k': C()}.values()",
    "an iterator over objects": "class C:\n    def go(self): work()\nx = zip([C()], [1])",
    "a partial": "x = functools.partial(work)",
    "a wrapped function": "@functools.wraps(len)\ndef x(): return work()",
    "a cached function": "@functools.lru_cache\ndef x(): return work()",
    "a factory": "x = collections.defaultdict(work)",
    "a data class": "@dataclasses.dataclass\nclass x:\n    a: int = dataclasses.field(default_factory=work)",
    "a stack": "x = contextlib.ExitStack()\nx.callback(work)",
}
GIVEN_OBJECTS = ["a method", "a property", "a call", "a descriptor", "an object of an object", "a named tuple"]
WAYS = {
    "a call": "U(x)",
    "a named argument": "U(k=x)",
    "an argument in a list": "U([x])",
    "a method": "U.f(x)",
    "a loop": "for i in [x]: U(i)",
    "a program's function": "(lambda *a, **k: U(a, k))(x)",
}
OPERATIONS = {
    "an operand": "U + x",
    "an operand that is on the right": "x * U",
    "a comparison": "U == x",
    "a key": "U[x]",
    "an item that is set": "U['k'] = x",
    "an attribute that is set": "U.k = x",
    "a text": "U % (x,)",
    "a test": "x in U",
}
HOOKS = {
    "a base": "class M(Base):\n    def setup(self): work()\nM()",
    "its constructor": "class M(Base):\n    def __init__(self): super().__init__(1)\n    def setup(self): work()\nM()",
    "an inherited method": "class M(Base):\n    def setup(self): work()\nM().run()",
    "a class method": "class M(Base):\n    def setup(self): work()\nM.make()",
    "an operator": "class M(Base):\n    def setup(self): work()\nM() + 1",
    "a method above": "class M(Base):\n    def setup(self): work()\n    def run(self): super().run()\nM().run()",
    "a model": "class M(torch.nn.Module, Base):\n    def setup(self): work()\nM()",
}


class Anything:
    """Does with what it is given all that can be done, so many times; whatever is asked of it gives it again."""

    times = 0

    def _do(self, *given: Any, **named: Any) -> Any:
        for _ in range(self.times):
            for value in (*given, *named.values()):
                _use(value, 3)
        return self

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    __call__ = __add__ = __rmul__ = __eq__ = __getitem__ = __mod__ = _do  # type: ignore[assignment]
    __hash__ = object.__hash__

    def __setitem__(self, key: Any, value: Any) -> None:
        self._do(key, value)

    def __setattr__(self, name: str, value: Any) -> None:
        self._do(value)

    def __contains__(self, value: Any) -> bool:
        self._do(value)
        return True


def _use(value: Any, depth: int) -> None:
    """Call a value, its methods and those of what it holds, gives and returns."""
    if depth == 0 or isinstance(value, int | str | Anything) or value is None:
        return
    try:
        for item in [*value] if not isinstance(value, dict) else value.values():
            _use(item, depth - 1)
    except Exception:
        pass
    if callable(value):
        _use(_called(value), depth - 1)
    if isinstance(value, list | tuple | dict) and type(value) in (list, tuple, dict):
        return
    if isinstance(value, dict) and hasattr(value, "default_factory"):
        _use(value.default_factory, depth)
    names = ("__enter__", "__exit__", "go", "d", "D", "k", "close", "anything")
    for name in names if not inspect.isgenerator(value) else ():
        arguments = (None, None, None) if name == "__exit__" else ()
        found = getattr(type(value) if name.startswith("__") else value, name, None)
        if found is not None:
            _use(_called(found, *((value,) if name.startswith("__") else ()), *arguments), depth - 1)
            _use(found, depth - 1)


def _called(function: Any, *arguments: Any) -> Any:
    try:
        return function(*arguments)
    except Exception:
        return None


class Base:
    """A base class whose methods call those of the program."""

    def __init__(self, *given: Any) -> None:
        self.run()

    def run(self) -> Any:
        for _ in range(Anything.times):
            self.setup()  # type: ignore[attr-defined]
        return self

    def __add__(self, other: Any) -> Any:
        return self.run()

    @classmethod
    def make(cls) -> Any:
        return cls().run()


HEAD = "import collections, contextlib, dataclasses, functools, torch\n"


def holds(code: str) -> int:
    """Assert that all that is decided is what Python has after any number of calls; return how much is decided."""
    source = HEAD + program(code)
    outcomes = []
    for times in TIMES:
        Anything.times = times
        names: dict[str, Any] = {"U": Anything(), "Base": Base, "__name__": __name__, "with_it": lambda box: box.bump()}
        names |= {"REPEAT": lambda *a: None, "MORE": lambda: False}
        try:
            exec(source, names)
        except ModuleNotFoundError:
            raise
        except Exception:  # the program ends here: what comes after is not asked for
            continue
        outcomes.append(names["result"])
    assert outcomes
    given = {name: Unknown(name) for name in ("U", "Base", "REPEAT", "MORE", "with_it")}
    names, vm = interpret(source, given=given)
    seen = names["result"]
    assert isinstance(seen, list)
    decided = [index for index, value in enumerate(seen) if is_decided(vm, value)]
    for index in decided:
        value, what = seen[index], SAW[index]
        expected = [outcome[index] for outcome in outcomes]
        assert all(value == one and type(value) is type(one) for one in expected), f"{what}: {value!r}, {expected}"
    return len(decided)


def worked(change: str, code: str) -> int:
    return holds(WORK.format(change=change.replace("\n", "\n    ").replace("; ", "\n    ")) + code)


EVERY = "n = 8; xs.append(1); here.c = 8; G = 8; L.append(5); D['c'] = 8; Box.made = 4; B.c = 11"


@pytest.mark.parametrize("carrier", CARRIERS)
def test_what_is_given_away_may_have_all_its_methods_called(carrier: str) -> None:
    worked(EVERY, f"{CARRIERS[carrier]}\nU(x)")


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("carrier", ["a method", "a list", "a closure that is returned"])
def test_whatever_way_it_is_given(way: str, carrier: str) -> None:
    worked(EVERY, f"{CARRIERS[carrier]}\n{WAYS[way]}")


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("carrier", ["a method", "a property", "an object of an object"])
def test_operations_with_something_unknown_let_it_call_methods(operation: str, carrier: str) -> None:
    worked(EVERY, f"{CARRIERS[carrier]}\n{OPERATIONS[operation]}")


@pytest.mark.parametrize("hook", HOOKS)
def test_a_base_that_is_not_known_may_call_what_the_program_overrides(hook: str) -> None:
    worked(EVERY, HOOKS[hook])


@given(st.sampled_from(CHANGES), st.sampled_from(list(CARRIERS)), st.sampled_from([*WAYS.values(), *HOOKS.values()]))
@settings(max_examples=60, deadline=None)
def test_each_change_by_each_way(change: str, carrier: str, way: str) -> None:
    worked(change, f"{CARRIERS[carrier]}\n{way}")


KEPT = """
n = 3
here.c = 3
G = 3
Box.made = 3
U.later()
"""


@pytest.mark.parametrize("carrier", ["a method", "a closure that is returned", "a partial", "a class method"])
def test_what_was_given_away_may_be_called_at_any_later_call(carrier: str) -> None:
    kept = textwrap.dedent(KEPT)
    names = ("n", "here.c", "G", "Box.made")
    source = program(WORK.format(change="n = here.c = G = Box.made = 8") + f"{CARRIERS[carrier]}\nU(x){kept}")
    seen = interpret(HEAD + source, given={"U": Unknown("U")})[0]["result"]
    assert all(isinstance(seen[SAW.index(name)], Unknown) for name in names)


def test_a_constructor_may_run_on_what_is_made_by_something_unknown() -> None:
    source = """
    made = []
    class N:
        def __new__(cls): return U()
        def __init__(self): made.append(1)
    N()
    result = len(made)
    """
    assert isinstance(interpret(source, given={"U": Unknown("U")})[0]["result"], Unknown)


def test_what_is_not_reached_stays_known() -> None:
    carrier = CARRIERS["a method"]
    assert worked("n = 8", f"{carrier}\nU(x)") >= 25
    assert worked("n = len(xs) + here.c", f"{carrier}\nU(x)") >= 20
    assert worked("n = 8", HOOKS["a model"]) >= 25
    assert worked("n = 8", f"{carrier}\nU == 3") >= 30
