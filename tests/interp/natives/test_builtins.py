"""Builtins compute what Python's compute."""

from __future__ import annotations

import pytest

from tests.interp.running import agrees

PROGRAMS = {
    "len": "result = len('abc'), len([1, 2]), len({}), len(range(7)), len({1, 2}), len((1,)), len(b'ab')",
    "len of objects": """
        class A:
            def __len__(self): return 4
        class B(list): pass
        result = len(A()), len(B([1, 2]))
        """,
    "len raises": """
        result = []
        for value in (3, None, 2.5):
            try:
                len(value)
            except TypeError as e:
                result.append(str(e))
        """,
    "range": """
        result = (list(range(3)), list(range(1, 8, 3)), range(5)[::-1], 3 in range(4), list(reversed(range(3))), len(range(0, -5, -2)))
        """,
    "range raises": """
        result = []
        for args in ((1, 2, 0), ('a',), (1.5,)):
            try:
                range(*args)
            except (TypeError, ValueError) as e:
                result.append(type(e).__name__)
        """,
    "enumerate and zip": """
        result = (list(enumerate('ab')), list(enumerate('ab', 5)), list(enumerate(start=1, iterable='a')),
                  list(zip([1, 2, 3], 'ab')), list(zip()), list(zip([1])), dict(zip('ab', range(2))),
                  list(map(list, zip(*[[1, 2], [3, 4]]))))
        """,
    "zip strict": """
        result = []
        for pair in (([1], [1, 2]), ([1, 2], [1]), ([1], [2])):
            try:
                result.append(list(zip(*pair, strict=True)))
            except ValueError:
                result.append('uneven')
        """,
    "zip reads no more than it must": """
        it = iter(range(5))
        first = list(zip(range(2), it))
        result = first, list(it)
        """,
    "map and filter": """
        result = (list(map(lambda x: x * 2, [1, 2])), list(map(lambda a, b: a + b, [1, 2, 3], [10, 20])), list(map(str, [1, None])),
                  list(filter(None, [0, 1, '', 'a'])), list(filter(lambda x: x > 1, range(4))), list(map(int, '12')))
        """,
    "map is lazy": """
        seen = []
        m = map(seen.append, [1, 2, 3])
        next(m)
        result = list(seen)
        """,
    "sorted": """
        words = ['bb', 'a', 'ccc', 'dd']
        result = (sorted(words), sorted(words, key=len), sorted(words, key=len, reverse=True), sorted({3, 1, 2}), sorted('hello'),
                  sorted([(1, 'b'), (1, 'a')]), sorted({'x': 1, 'a': 2}), sorted([3, 1, 2], key=lambda x: -x))
        """,
    "sorting objects by their own order": """
        class V:
            def __init__(self, n): self.n = n
            def __lt__(self, other): return self.n < other.n
        result = [v.n for v in sorted([V(3), V(1), V(2)])]
        """,
    "sorting what has no order": """
        try:
            sorted([1, 'a'])
        except TypeError as e:
            result = str(e)
        """,
    "min and max": """
        result = (max(1, 2), min([3, 1, 2]), max('abc'), max([], default=7), min((1, 'a'), (0, 'z')), max([1, 2.5]),
                  max({'a': 1, 'b': 3}, key={'a': 1, 'b': 3}.get), min(['bb', 'a'], key=len), max([[1, 2], [1, 3]]), max(2, 2.0), max(True, 1))
        """,
    "max of nothing": """
        result = []
        for call in (lambda: max([]), lambda: max(), lambda: max(1, 'a')):
            try:
                call()
            except (TypeError, ValueError) as e:
                result.append(type(e).__name__)
        """,
    "sum": "result = sum([1, 2]), sum([[1], [2]], []), sum((0.5, 1)), sum([], 5), sum(x for x in range(4)), sum([True, True]), sum([1], start=2)",
    "any and all": "result = any([0, 1]), any([]), all([]), all([1, 0]), any(x > 2 for x in range(4)), all('ab'), any([0, '', None])",
    "any stops": """
        seen = []
        def f(x):
            seen.append(x)
            return x
        any(f(x) for x in [0, 1, 2])
        result = seen
        """,
    "numbers": """
        result = (abs(-3), abs(-2.5), round(2.5), round(3.5), round(2.567, 2), round(125, -1), pow(2, 5), pow(2, 5, 7), pow(2, -1), divmod(7, 2),
                  divmod(-7, 2), int('12'), int('ff', 16), int(3.9), int(-3.9), int(True), float('1.5'), float(2), int(), float(), bool([]), bool('a'),
                  complex(1, 2), int(' 7 '), int('0b11', 0), int('1_000'), float('inf'), abs(True), bin(5), hex(255), oct(8), chr(97), ord('a'))
        """,
    "bad numbers": """
        result = []
        for call in (lambda: int('x'), lambda: int('1', 99), lambda: float('y'), lambda: int(None), lambda: int([]), lambda: int(float('inf')),
                     lambda: chr(-1), lambda: abs('a'), lambda: divmod(1, 0), lambda: round('a'), lambda: pow(0, -1)):
            try:
                call()
            except Exception as e:
                result.append(type(e).__name__)
        """,
    "number methods": """
        result = ((5).bit_length(), (2.0).is_integer(), (2.5).is_integer(), (0.5).as_integer_ratio(), (258).to_bytes(2, 'big'), int.from_bytes(b'a', 'big'))
        """,
    "objects as numbers": """
        class N:
            def __int__(self): return 4
            def __float__(self): return 4.5
            def __index__(self): return 2
            def __abs__(self): return 9
            def __round__(self, n=None): return 8
        n = N()
        result = int(n), float(n), abs(n), round(n), list(range(n)), bool(n)
        """,
    "iter and next": """
        it = iter([1, 2])
        result = [next(it), next(it), next(it, 'end')]
        try:
            next(it)
        except StopIteration:
            result.append('stopped')
        values = iter([3, 4, 0, 5])
        result.append(list(iter(lambda: next(values), 0)))
        """,
    "iterators of the program": """
        class Count:
            def __init__(self, n): self.n = n
            def __iter__(self): return self
            def __next__(self):
                if self.n == 0:
                    raise StopIteration
                self.n -= 1
                return self.n
        c = Count(3)
        result = next(c), list(c), next(c, 'none')
        """,
    "reversed": """
        class A:
            def __reversed__(self): return iter('xy')
        class S:
            def __len__(self): return 2
            def __getitem__(self, i):
                if i > 1: raise IndexError
                return i * 10
        result = list(reversed([1, 2])), list(reversed('ab')), list(reversed(A())), list(reversed({'a': 1, 'b': 2})), list(reversed(S()))
        """,
    "attributes": """
        class A:
            x = 1
            def f(self): return self.x
        a = A()
        setattr(a, 'y', 5)
        result = [getattr(a, 'x'), getattr(a, 'z', 3), getattr(a, 'f')(), hasattr(a, 'y'), hasattr(a, 'q'), vars(a)]
        delattr(a, 'y')
        result.append(hasattr(a, 'y'))
        try:
            getattr(a, 'y')
        except AttributeError as e:
            result.append(str(e))
        """,
    "attributes of plain values": "result = hasattr([], 'append'), hasattr(1, 'foo'), getattr('a', 'upper')(), hasattr('a', '__len__'), hasattr({}, 'keys'), hasattr(1, '__add__')",
    "callable": """
        class A:
            def __call__(self): pass
        class B: pass
        result = callable(len), callable(A), callable(A()), callable(B()), callable(3), callable(lambda: 0), callable('a'.upper), callable(int)
        """,
    "type": """
        class A: pass
        class B(A): pass
        result = (type(1) is int, type('a') is str, type(A()) is A, type(A) is type, isinstance(B(), A), issubclass(B, A), issubclass(A, B), issubclass(bool, int),
                  type(1) == type(2), type([]).__name__, A.__name__, type(B()).__name__, isinstance(1, (str, int)), isinstance(True, int), issubclass(B, object))
        """,
    "type makes a class": """
        class A:
            def f(self): return self.n
        B = type('B', (A,), {'n': 4})
        result = B().f(), B.__name__, isinstance(B(), A)
        """,
    "super classes of Python": """
        class L(list):
            def total(self): return sum(self)
            def append(self, x): super().append(x * 2)
            def __getitem__(self, i): return list.__getitem__(self, i) + 100
        l = L([1, 2])
        l.append(5)
        class D(dict):
            def __getattr__(self, k):
                try: return self[k]
                except KeyError: raise AttributeError(k)
            def __setattr__(self, k, v): self[k] = v
        d = D(a=1)
        d.b = 2
        class S(str):
            def shout(self): return self.upper() + '!'
        class I(int):
            def twice(self): return self * 2
        class M(dict):
            def __missing__(self, k): return k * 2
        class O(dict):
            def __init__(self, **kw):
                super().__init__(**kw)
                self['n'] = len(self)
        result = l.total(), l[0], len(l), d.a, d.b, dict(d), hasattr(d, 'zz'), S('hi').shout(), I(4).twice(), M()['ab'], dict(O(x=1)), I(4) + 1
        """,
    "properties": """
        class A:
            def __init__(self): self._x = 1
            @property
            def x(self): return self._x
            @x.setter
            def x(self, v): self._x = v * 2
            @staticmethod
            def s(a): return a + 1
            @classmethod
            def c(cls): return cls.__name__
            y = property(lambda self: self._x + 10)
        a = A()
        a.x = 4
        result = a.x, A.s(1), a.s(2), A.c(), a.c(), a.y
        """,
    "object": """
        class A(object):
            def __init__(self):
                super().__init__()
                object.__setattr__(self, 'x', 3)
            def __setattr__(self, k, v): raise TypeError
        missing = object()
        class B:
            def __new__(cls, n):
                made = super().__new__(cls)
                made.n = n
                return made
        class C:
            def __new__(cls):
                made = object.__new__(cls)
                made.k = 7
                return made
        result = A().x, missing is missing, missing is object(), missing == object(), B(5).n, C().k
        """,
    "text of values": """
        class A:
            def __repr__(self): return 'A!'
        class B(A):
            def __str__(self): return 'B?'
            def __format__(self, spec): return spec
        result = str(1), repr('a'), str(A()), str([1, 'a']), repr((1,)), format(3.14159, '.2f'), f'{5:03d}', str(None), str(1.0), str({'a': 1}), str(B()), repr(B()), str(), str(b'a', 'utf8')
        """,
    "hash and id": """
        a = []
        try:
            hash(a)
        except TypeError as e:
            result = str(e), hash(5), id(a) == id(a), id(a) == id([])
        """,
    "exceptions": """
        result = []
        for cls in (ValueError, KeyError, RuntimeError, NotImplementedError, OSError, ImportError, IndexError, StopIteration, AssertionError):
            try:
                raise cls('x')
            except Exception as e:
                result.append((type(e).__name__, e.args, str(e)))
        class Mine(ValueError):
            def __init__(self, n):
                super().__init__(f'n={n}')
                self.n = n
        try:
            raise Mine(3)
        except ValueError as e:
            result.append((e.n, str(e)))
        """,
    "constants": "result = __debug__, Ellipsis is ..., NotImplemented is NotImplemented, print('x'), slice(1, 2).stop, [1, 2, 3][slice(1, None)]",
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_agrees(name: str) -> None:
    agrees(PROGRAMS[name])
