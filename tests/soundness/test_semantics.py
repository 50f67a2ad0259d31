"""What small programs mean: each gives in the interpreter what it gives in Python."""

from __future__ import annotations

from pathlib import Path

import pytest

from convlint.interp.imports.program import Program
from convlint.interp.values.modules import PyModule
from convlint.interp.values.signals import PyRaise
from convlint.interp.values.unknown import Unknown
from convlint.interp.vm import Vm
from convlint.ir.load import load
from convlint.source.stack import on_large_stack
from tests.interp.running import agrees, follow

PROGRAMS = {
    "import by a call": """
        result = [__import__("math").floor(2.5), __import__("os.path").sep]
        result.append(__import__("os.path", fromlist=["join"]).sep)
        """,
    "addresses": """
        from urllib.parse import quote, unquote, urljoin, urlparse, urlsplit
        one, two = urlsplit("http://me@host:80/a/b?c=d#e"), urlparse("yolo.yaml")
        result = [one.scheme, one.netloc, one.hostname, one.port, one.geturl(), two.scheme, two.path, tuple(two)]
        result += [quote("a b"), unquote("a%20b"), urljoin("http://a/b", "c"), bool(two.netloc)]
        """,
    "texts of containers": """
        class A:
            def __init__(self, n):
                self.n = n
            def __repr__(self):
                return f"A<{self.n}>"
        class B:
            def __str__(self):
                return "text"
            __repr__ = lambda self: "repr"
        result = [str([A(1), 2]), repr((A(1),)), f"{ {'a': A(2), 3: [B()]} }", str((A(1), B())), f"{[B()]}"]
        result += [str([str, int]), "Generation" in str(A.__bases__), str([]), str(((),))]
        """,
    "annotations of functions": """
        import inspect
        class A:
            pass
        def f(a: int, b: "A" = 1, *c: list[int], d: A = None, e: int | None = 2, g=3, **h) -> dict[str, A]:
            pass
        found = inspect.signature(f)
        result = [one.annotation is int if one.annotation is not inspect.Parameter.empty else None
                  for one in found.parameters.values()]
        result += [found.parameters["d"].annotation is A, found.parameters["b"].annotation]
        result += [found.return_annotation is inspect.Signature.empty, inspect.signature(lambda: 1).return_annotation is
                   inspect.Parameter.empty]
        """,
    "classes that derive from Python's own": """
        from collections import OrderedDict
        from dataclasses import dataclass
        class M(OrderedDict):
            pass
        @dataclass
        class N(M):
            x: int = 1
        class E(ValueError):
            pass
        class T(tuple, object):
            pass
        result = [[one.__name__ for one in kind.__mro__] for kind in (M, N, E, T)]
        result += [[one.__name__ for one in kind.__bases__] for kind in (M, N, E)] + [M.__base__ is OrderedDict]
        result += [N.__mro__[-1] is object, [one.__name__ for one in N.mro()]]
        """,
    "variables of a context": """
        from contextvars import ContextVar
        one = ContextVar("one", default=3)
        two = ContextVar("two")
        result = [one.get(), two.get(5), one.name]
        token = one.set(4)
        result += [one.get(), token.var is one]
        one.reset(token)
        result.append(one.get())
        try:
            two.get()
        except LookupError:
            result.append("none")
        """,
    "names of a function's code": """
        def f(a, b=1, *c, d, **e):
            g = a
            h, i = b, c
            return g
        def k(a, b):
            return [b for c in a]
        result = ["a" in k.__code__.co_varnames, "z" in k.__code__.co_varnames, k.__code__.co_varnames.index("b")]
        result += [f.__code__.co_varnames[:5], sorted(f.__code__.co_varnames), "a" in f.__code__.co_varnames]
        """,
    "what a mapping gives by super": """
        from collections.abc import MutableMapping
        class M(MutableMapping):
            def __init__(self):
                self.held = {"a": 1}
            def __getitem__(self, key):
                return self.held[key]
            def __setitem__(self, key, value):
                self.held[key] = value
            def __delitem__(self, key):
                del self.held[key]
            def __iter__(self):
                return iter(self.held)
            def __len__(self):
                return len(self.held)
            def find(self, key, default):
                return super().get(key, default)
        result = [M().find("a", 2), M().find("b", 2), M().get("c")]
        """,
    "the class that an object says it has": """
        class Mapped:
            names = {"old": "new"}
            def __getattribute__(self, name):
                names = super().__getattribute__("names")
                return super().__getattribute__(names.get(name, name))
        class Other:
            pass
        class Says:
            @property
            def __class__(self):
                return Other
        one = Mapped()
        one.new = 3
        result = [one.old, isinstance(one, dict), isinstance(one, Mapped), isinstance(one, Other)]
        result += [hasattr(one, "older"), isinstance(Says(), Other), isinstance(Says(), Says)]
        """,
    "an exception inside of a context manager goes on unless that keeps it": """
        import contextlib
        class Keeps:
            def __init__(self, keeps):
                self.keeps = keeps
            def __enter__(self):
                return self
            def __exit__(self, kind, error, trace):
                return self.keeps
        result = []
        for keeps in (True, False, None, 1):
            try:
                with Keeps(keeps):
                    raise KeyError(keeps)
                result.append("kept")
            except KeyError:
                result.append("gone on")
        with contextlib.suppress(KeyError):
            {}[1]
        """,
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_means_what_it_means_in_python(name: str) -> None:
    agrees(PROGRAMS[name])


def test_an_unknown_context_manager_may_keep_an_exception_or_not() -> None:
    program = "before = 1\nwith manager:\n    raise KeyError(3)\nafter = 2"
    kept, _, ended = follow(program, (True,), given={"manager": Unknown("not known")})
    assert ended is None
    assert kept["after"] == 2
    gone, _, ended = follow(program, (False,), given={"manager": Unknown("not known")})
    assert isinstance(ended, PyRaise)
    assert isinstance(ended.value, KeyError)
    assert "after" not in gone


def test_what_an_installed_package_has_not_is_answered_by_its_own_getattr(tmp_path: Path) -> None:
    """A module's `__getattr__` that raises says that there is no such name: then a module in its folder is meant."""
    for name, text in {
        "mine/__init__.py": 'from .inner import A\ndef __getattr__(name):\n    if name == "B":\n        return 2\n'
        "    raise AttributeError(name)\n",
        "mine/inner/__init__.py": "A = 1\n",
        "mine-1.dist-info/METADATA": "Name: mine\nRequires-Dist: torch\n",
        "main.py": "import mine\nresult = [mine.inner.A, mine.A, mine.B, hasattr(mine, 'C')]\n",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    vm = Vm(Program(lambda name: load(Path(name).read_bytes(), name).module, (str(tmp_path),)))
    module: PyModule = vm.program.module_of_file(str(tmp_path / "main.py"))
    assert on_large_stack(lambda: vm.getattr(module, "result")) == [1, 1, 2, False]
