"""Where names live: locals, cells, classes, comprehensions, globals; and those that are not bound."""

from __future__ import annotations

import pytest

from tests.interp.running import agrees

PROGRAMS = {
    "class names are not seen in methods": """
        x = 'global'
        class A:
            x = 'class'
            y = x + '!'
            def f(self): return x
            g = lambda self: x
            z = [x for _ in range(1)]
            w = [v for v in x[:1]]
        result = A.y, A().f(), A().g(), A.z, A.w
        """,
    "class in a function": """
        x = 'global'
        def f():
            x = 'function'
            class Reads:
                y = x
            class Binds:
                y = x
                x = 'class'
                z = x
            return Reads.y, Binds.y, Binds.z
        result = f()
        """,
    "class of a class": """
        class A:
            n = 1
            class B:
                n = 2
                def f(self): return A.n, self.n, A.B.n
            m = B.n
        result = A.B().f(), A.m, A.B.__name__
        """,
    "nonlocal through scopes": """
        def f():
            n = 0
            def g():
                def h():
                    nonlocal n
                    n += 1
                    return n
                h()
                return h()
            return g(), n
        result = f()
        """,
    "nonlocal in a class": """
        def f():
            n = 1
            class A:
                nonlocal n
                n = 2
                m = n
            return n, A.m, hasattr(A, 'n')
        result = f()
        """,
    "global in a function of a function": """
        n = 'module'
        def f():
            n = 'function'
            def g():
                global n
                before = n
                n = 'changed'
                return before
            def h():
                return n
            return g(), h(), n
        result = f(), n
        """,
    "global in a class": """
        class A:
            global tag
            tag = 1
            def f(self): return tag
        result = tag, A().f(), hasattr(A, 'tag')
        """,
    "cells are variables": """
        def f():
            x = 1
            def g(): return x
            first = g()
            x = 2
            return first, g()
        result = f()
        """,
    "comprehensions nest": """
        def f(n):
            xs = [[(i, j, n) for j in range(i) if j != n] for i in range(4)]
            fs = [lambda: (i, n) for i in range(2)]
            n = 9
            return xs, [g() for g in fs], {k: [k + n for _ in 'ab'] for k in (1, 2)}
        result = f(1)
        """,
    "walrus in comprehensions": """
        def f():
            xs = [y := x + 1 for x in range(3)]
            ys = [[z := x * y for x in range(2)] for _ in range(2)]
            def g():
                nonlocal y
                return [y := 7 for _ in 'a'], y
            return xs, ys, y, z, g(), y
        total = [t := 5 for _ in 'a']
        result = f(), t
        """,
    "walrus in a lambda": "f = lambda x: (y := x + 1) * y\nresult = f(2)",
    "what is not bound": """
        def local():
            if False: a = 1
            return a
        def deleted():
            a = 1
            del a
            return a
        def cell():
            def g(): return b
            try: return g()
            finally: b = 1
        def nothing(): return undefined_name
        def twice():
            a = 1
            del a
            del a
        def gone():
            global never
            del never
        def handled():
            try: raise ValueError
            except ValueError as error: pass
            return error
        def loop():
            for item in (): pass
            return item
        result = []
        for f in (local, deleted, cell, nothing, twice, gone, handled, loop):
            try:
                f()
            except UnboundLocalError: result.append((f.__name__, 'unbound'))
            except NameError: result.append((f.__name__, 'name'))
        """,
    "except unbinds": """
        e = 'before'
        try:
            raise KeyError('k')
        except KeyError as e:
            inner = e.args
        result = inner, 'e' in dir() if False else 'gone'
        """,
    "dunder class": """
        class A:
            def f(self): return __class__
            @staticmethod
            def g(): return [__class__ for _ in 'a'][0]
        class B(A): pass
        result = B().f() is A, B.g() is A
        """,
    "private names": """
        class A:
            __n = 1
            def __init__(self, __x=2):
                self.__x = __x
                self.__dunder__ = 0
            def __f(self): return self.__x, self.__n
            def f(self): return self.__f(), [self.__x for _ in 'a'], (lambda __y: __y)(3)
            class __B:
                __m = 4
                def m(self): return self.__m
            def b(self): return self.__B().m(), self.__B.__name__, self.__f.__name__, A.__f.__qualname__
        class _B(A):
            def __f(self): return 'own'
            def g(self): return self.__f()
        class __:
            def f(self): self.__x = 1
        def outside(a):
            try: return a.__x
            except AttributeError: return 'not there', a._A__x
        u = __()
        u.f()
        result = A().f(), A().b(), _B().f(), _B().g(), outside(A()), sorted(vars(A())), vars(u)
        """,
    "delete": """
        class A: pass
        a, b, c = A(), [1, 2, 3], {'k': 1, 'l': 2}
        a.x = 1
        x = y = z = 1
        del a.x, b[0], (c['k'], [x]), y
        result = hasattr(a, 'x'), b, c, z
        """,
    "builtins are shadowed": """
        def f():
            len = lambda x: 'mine'
            return len('abc')
        result = f(), len('abc')
        sum = lambda *a: 'mine too'
        result += (sum([1]),)
        """,
    "recursive closure": """
        def f(n):
            def g(k): return 1 if k == 0 else k * g(k - 1)
            return g(n)
        result = f(5)
        """,
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_programs_run_as_in_python(name: str) -> None:
    agrees(PROGRAMS[name])
