"""The interpreter computes what Python computes, on programs without torch."""

from __future__ import annotations

import pytest

from tests.interp.running import agrees

PROGRAMS = {
    "arithmetic": "result = (7 // 2, -7 // 2, -7 % 3, 2 ** 10, 7 / 2, 5 & 3, 5 | 3, 5 ^ 3, ~5, 1 << 4, -(3))",
    "comparison chain": "result = (1 < 2 < 3, 1 < 3 < 2, 1 == 1.0, 'a' < 'b', [1, 2] < [1, 3], None is None)",
    "bool operators": "result = (0 or 'x', 1 and 2, not [], None or 0 or (), 'a' and '')",
    "unpacking": "a, (b, *c), d = 1, (2, 3, 4), 5\n[e, f] = 'xy'\nresult = (a, b, c, d, e, f)",
    "starred display": "a = [1, 2]\nresult = [*a, 3, *range(2)], {*a}, {**{'x': 1}, 'y': 2}, (*a,)",
    "slices": "a = list(range(10))\na[2:4] = [9]\ndel a[0]\nresult = (a, a[::-1], a[-3:], 'hello'[1:3])",
    "augmented": """
        a = b = [1]
        a += [2]
        x = 3
        x *= 4
        d = {'k': 1}
        d['k'] += 5
        result = (a is b, b, x, d)
        """,
    "closures": """
        def counter():
            n = 0
            def step(by=1):
                nonlocal n
                n += by
                return n
            return step
        c = counter()
        c()
        result = (c(2), c(by=3))
        """,
    "late binding": "fs = [lambda: i for i in range(3)]\nresult = [f() for f in fs]",
    "global": "n = 1\ndef f():\n    global n\n    n += 1\nf()\nresult = n",
    "defaults are evaluated once": "def f(x, acc=[]):\n    acc.append(x)\n    return acc\nf(1)\nresult = f(2)",
    "signatures": """
        def f(a, /, b, *args, c=3, d, **kw):
            return a, b, args, c, d, kw
        result = f(1, 2, 4, 5, d=6, e=7), f(1, b=2, d=0)
        """,
    "errors in calls": """
        def f(a, *, b): return a
        result = []
        for call in (lambda: f(), lambda: f(1), lambda: f(1, 2, b=3), lambda: f(1, b=2, c=3), lambda: f(1, a=2, b=3)):
            try:
                call()
            except TypeError:
                result.append('refused')
        """,
    "comprehensions": """
        result = [
            [x * y for x in range(3) if x for y in range(x)],
            {x: x ** 2 for x in range(3)},
            {x % 2 for x in range(5)},
            sum(x for x in range(5) if x % 2),
        ]
        """,
    "comprehension scope": "x = 'outer'\n[x for x in range(3)]\nresult = x",
    "walrus": "result = [y for x in range(4) if (y := x * 2) > 2], y",
    "generators": """
        def gen(n):
            for i in range(n):
                yield i
            yield from 'ab'
            return
        g = gen(2)
        result = next(g), list(g), next(g, 'end')
        """,
    "generator pauses": """
        log = []
        def gen():
            log.append('start')
            yield 1
            log.append('resumed')
            yield 2
        for x in gen():
            log.append(x)
        result = log
        """,
    "endless generator": """
        def naturals():
            n = 0
            while True:
                yield n
                n += 1
        result = [n for n, _ in zip(naturals(), 'abc')]
        """,
    "while else": """
        n = 3
        while n:
            n -= 1
            if n == 1:
                continue
        else:
            n = 'done'
        for x in range(3):
            if x == 1:
                break
        else:
            x = 'never'
        result = n, x
        """,
    "try": """
        log = []
        def f(x):
            try:
                if x == 0:
                    raise ValueError('zero')
                if x == 1:
                    return 'returned'
                {}['missing']
            except ValueError as error:
                log.append(str(error))
            except (KeyError, TypeError):
                log.append('key')
            else:
                log.append('else')
            finally:
                log.append('finally')
            return 'end'
        result = [f(0), f(1), f(2), log]
        """,
    "reraise": """
        class Mine(ValueError):
            pass
        try:
            try:
                raise Mine('x')
            except ValueError:
                raise
        except Mine as e:
            result = type(e).__name__, isinstance(e, ValueError)
        """,
    "with": """
        class Manager:
            def __init__(self, log): self.log = log
            def __enter__(self):
                self.log.append('in')
                return self
            def __exit__(self, kind, value, trace):
                self.log.append('out')
                return kind is KeyError
        log = []
        with Manager(log) as m, Manager(log):
            log.append('body')
            raise KeyError('k')
        result = log
        """,
    "classes": """
        class Base:
            kind = 'base'
            def __init__(self, x): self.x = x
            def name(self): return f'{self.kind}:{self.x}'
            @property
            def double(self): return self.x * 2
            @double.setter
            def double(self, value): self.x = value // 2
            @classmethod
            def make(cls): return cls(7)
            @staticmethod
            def helper(y): return y + 1
        class Child(Base):
            kind = 'child'
            def name(self): return 'my ' + super().name()
        c = Child.make()
        before = c.name(), c.double, Child.helper(1), c.helper(2)
        c.double = 20
        result = before, c.x, isinstance(c, Base), issubclass(Child, Base), type(c).__name__
        """,
    "diamond": """
        class A:
            def f(self): return ['A']
        class B(A):
            def f(self): return ['B'] + super().f()
        class C(A):
            def f(self): return ['C'] + super().f()
        class D(B, C):
            def f(self): return ['D'] + super().f()
        result = D().f(), [c.__name__ for c in D.__mro__ if c is not object]
        """,
    "special methods": """
        class V:
            def __init__(self, *xs): self.xs = list(xs)
            def __add__(self, other): return V(*[a + b for a, b in zip(self.xs, other.xs)])
            def __eq__(self, other): return self.xs == other.xs
            def __len__(self): return len(self.xs)
            def __getitem__(self, i): return self.xs[i]
            def __setitem__(self, i, v): self.xs[i] = v
            def __contains__(self, x): return x in self.xs
            def __iter__(self): return iter(self.xs)
            def __call__(self, k): return [k * x for x in self.xs]
            def __bool__(self): return any(self.xs)
            def __repr__(self): return 'V' + repr(self.xs)
        v = V(1, 2) + V(3, 4)
        v[0] = 9
        result = v == V(9, 6), v != V(1, 1), len(v), v[1], 9 in v, list(v), v(2), bool(V(0)), f'{v}', repr(v)
        """,
    "getattr": """
        class Bag:
            def __getattr__(self, name): return 'made ' + name
        b = Bag()
        b.real = 1
        result = b.real, b.other, getattr(b, 'x'), hasattr(b, 'y'), getattr(3, 'nothing', 'default')
        """,
    "decorators": """
        def twice(f):
            def inner(*args, **kwargs):
                return f(*args, **kwargs) * 2
            return inner
        def times(n):
            return lambda f: lambda *a: f(*a) * n
        @twice
        @times(3)
        def f(x): return x + 1
        result = f(1)
        """,
    "format": """
        x, name = 3.14159, 'n'
        result = f'{x:.2f} {name!r:>5} {x=:.1f} {{}} {1 + 1}', '%d-%s' % (1, 'a'), '{:>4}|{k}'.format(1, k=2)
        """,
    "match": """
        def f(x):
            match x:
                case 0: return 'zero'
                case [a, b]: return ('pair', a, b)
                case [first, *rest] if first: return (first, rest)
                case {'k': v, **other}: return (v, other)
                case str() as s: return s
                case 1 | 2: return 'small'
                case _: return 'else'
        result = [f(x) for x in (0, [1, 2], [3, 4, 5], {'k': 1, 'z': 2}, 'text', 2, None)]
        """,
    "dict views": """
        d = {'a': 1, 'b': 2}
        result = list(d), list(d.items()), sorted(d.values()), d.get('z', 0), d.pop('a'), d
        """,
    "sorting": "result = sorted([3, 1, 2], key=lambda x: -x), max('ab', 'c', key=len), min([4, 2])",
    "strings": """
        result = ' a,b '.strip().split(','), '-'.join(['x', 'y']), 'abc'.replace('b', 'd'), 'x' in 'xyz', 'ab' * 2
        """,
    "chained assignment of attributes": """
        class A: pass
        a, b = A(), A()
        a.x = b.x = []
        a.x.append(1)
        result = b.x
        """,
    "class attributes are shared": "class A:\n    xs = []\nA().xs.append(1)\nresult = A.xs, A().xs",
    "lambda defaults": "fs = [lambda x, i=i: x + i for i in range(3)]\nresult = [f(10) for f in fs]",
    "nested functions see later names": "def f():\n    return g()\ndef g():\n    return 'late'\nresult = f()",
    "conditional expression": "result = ['even' if x % 2 == 0 else 'odd' for x in range(3)]",
    "assert": "try:\n    assert 1 == 2, 'no'\nexcept AssertionError as e:\n    result = str(e)",
    "delete": "x = [1, 2, 3]\ndel x[1]\nd = {1: 2}\ndel d[1]\nresult = x, d",
    "unbound local": """
        x = 1
        def f():
            y = x
            x = 2
        try:
            f()
        except UnboundLocalError:
            result = 'refused'
        """,
    "iteration by index": """
        class Seq:
            def __getitem__(self, i):
                if i > 2: raise IndexError
                return i * i
        result = list(Seq())
        """,
    "init_subclass": """
        seen = []
        class Base:
            def __init_subclass__(cls, **kw): seen.append((cls.__name__, kw))
        class Child(Base, flag=1): pass
        result = seen
        """,
    "metadata of functions": "def f(): pass\nf.tag = 1\nresult = f.__name__, f.tag, (lambda: 0).__name__",
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_programs_run_as_in_python(name: str) -> None:
    agrees(PROGRAMS[name])
