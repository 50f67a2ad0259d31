"""Modules of the standard library compute what Python's compute."""

from __future__ import annotations

import pytest

from tests.interp.running import agrees

PROGRAMS = {
    "math": """
        import math
        from math import ceil, floor
        result = (math.sqrt(16), ceil(2.1), floor(-2.1), math.prod([2, 3, 4]), math.prod([2], start=5), math.log2(8), math.pi, math.gcd(12, 18), math.lcm(4, 6), math.isqrt(17),
                  math.inf, math.log(math.e), math.pow(2, 3), math.factorial(5), math.comb(5, 2), math.trunc(-2.7), math.hypot(3, 4), math.isclose(1, 1.0), math.fabs(-2),
                  math.copysign(1, -2), math.cos(0), math.exp(0), math.ceil(5), math.log(8, 2), math.tanh(0))
        """,
    "math errors": """
        import math
        result = []
        for call in (lambda: math.sqrt(-1), lambda: math.log(0), lambda: math.floor('a'), lambda: math.factorial(-1), lambda: math.exp(10000), lambda: math.sqrt()):
            try:
                call()
            except Exception as e:
                result.append(type(e).__name__)
        """,
    "itertools": """
        import itertools
        from itertools import chain, product, repeat, count, islice, accumulate, zip_longest
        result = (list(chain([1], 'a')), list(chain.from_iterable([[1], [2, 3]])), list(product([1, 2], 'a')), list(product([0, 1], repeat=2)), list(repeat(1, 3)),
                  list(islice(count(), 3)), list(islice(count(5, 2), 1, 4, 2)), list(accumulate([1, 2, 3])), list(accumulate([1, 2, 3], lambda a, b: a * b)),
                  list(accumulate([1, 2], initial=10)), list(zip_longest([1, 2], 'a', fillvalue='-')), list(itertools.combinations('abc', 2)),
                  list(itertools.permutations([1, 2])), list(islice(itertools.cycle('ab'), 5)), list(itertools.starmap(pow, [(2, 3)])), list(itertools.takewhile(lambda x: x < 2, [1, 2, 1])),
                  list(itertools.dropwhile(lambda x: x < 2, [1, 2, 1])), [(k, list(g)) for k, g in itertools.groupby('aab')], list(itertools.pairwise([1, 2, 3])),
                  [list(t) for t in itertools.tee([1, 2])], list(itertools.filterfalse(None, [0, 1])), list(itertools.compress('abc', [1, 0, 1])), list(zip(repeat('x'), [1, 2])),
                  list(itertools.combinations_with_replacement('ab', 2)), list(islice('abc', None)), list(map(pow, [2, 3], repeat(2))))
        """,
    "functools": """
        import functools
        from functools import partial, reduce, wraps, lru_cache, cache, cached_property
        def f(a, b=2, *, c=3): return a, b, c
        p = partial(f, 1, c=9)
        q = partial(p, 5)
        def deco(fn):
            @wraps(fn)
            def inner(*args, **kw): return ('wrapped', fn(*args, **kw))
            return inner
        @deco
        def g(x): return x
        @lru_cache(maxsize=None)
        def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)
        @cache
        def one(): return 1
        @lru_cache
        def two(): return 2
        class A:
            calls = 0
            @cached_property
            def v(self):
                self.calls += 1
                return 7
            @lru_cache
            def m(self, x): return x + 1
        a = A()
        fib.cache_clear()
        class P:
            def f(self, a, b): return a, b
            g = functools.partialmethod(f, 1)
        result = (p(), q(), p.func is f, p.args, p.keywords, isinstance(p, partial), isinstance(f, partial), reduce(lambda a, b: a + b, [1, 2, 3]), reduce(max, [], 5),
                  g(4), g.__name__, g.__wrapped__(2), fib(12), one(), two(), a.v + a.v, a.calls, a.m(3), P().g(b=2), callable(p), fib.__name__)
        """,
    "total_ordering": """
        from functools import total_ordering
        @total_ordering
        class V:
            def __init__(self, n): self.n = n
            def __eq__(self, other): return self.n == other.n
            def __lt__(self, other): return self.n < other.n
        @total_ordering
        class W(V):
            def __ge__(self, other): return self.n >= other.n
        a, b = V(1), V(2)
        result = a < b, a <= b, a > b, a >= b, a >= V(1), a <= V(1), max(a, b).n, sorted([b, a])[0].n, W(1) >= W(1), W(2) > W(1), W(1) <= W(2)
        """,
    "collections": """
        from collections import OrderedDict, defaultdict, namedtuple, deque, Counter
        import collections.abc
        od = OrderedDict([('a', 1), ('b', 2)])
        od['c'] = 3
        od.move_to_end('a')
        od.move_to_end('c', last=False)
        dd = defaultdict(list)
        dd['x'].append(1)
        ddd = defaultdict(lambda: defaultdict(int))
        ddd['a']['b'] += 5
        d = deque([1, 2], maxlen=3)
        d.append(3)
        d.append(4)
        d.appendleft(0)
        dq = deque('abc')
        dq.rotate(1)
        c = Counter('aabc')
        c.update('c')
        c['new'] += 1
        result = (list(od.items()), od.popitem(), od.popitem(last=False), dict(dd), ddd['a']['b'], len(dd), 'nope' in dd, list(d), d[0], len(d), list(dq), dq.popleft(), dq.pop(), c['a'], c['zz'], c.most_common(1), dict(c),
                  isinstance([], collections.abc.Sequence), isinstance({}, collections.abc.Mapping), isinstance(3, collections.abc.Iterable), isinstance('a', collections.abc.Iterable),
                  isinstance(lambda: 0, collections.abc.Callable), OrderedDict(x=1) == {'x': 1}, isinstance(od, dict), dd.get('q'), list(OrderedDict.fromkeys('ab')))
        """,
    "namedtuple": """
        from collections import namedtuple
        from typing import NamedTuple
        P = namedtuple('P', 'x y')
        Q = namedtuple('Q', ['a', 'b', 'c'], defaults=[7])
        class R(NamedTuple):
            n: int
            s: str = 'x'
            def double(self): return self.n * 2
        class S(namedtuple('S', 'k')):
            def __new__(cls, k): return super().__new__(cls, k + 1)
            @property
            def twice(self): return self.k * 2
        class T(R):
            def more(self): return self.n + 100
        p = P(1, y=2)
        x, y = p
        r = R(4)
        result = (p.x, p[1], x, y, len(p), tuple(p), p == (1, 2), p._replace(x=5).x, p._asdict(), P._fields, Q(1, 2).c, r.s, r.double(), tuple(r), R(1, s='q').s, S(3).twice, tuple(S(3)),
                  isinstance(p, tuple), isinstance(r, R), P._make([8, 9]).y, T(2).more(), [a + b for a, b in [p]], p + (3,), P(*[1, 2]).y, max(p), sum(p), list(p), p[:1])
        """,
    "namedtuple errors": """
        from collections import namedtuple
        P = namedtuple('P', 'x y')
        result = []
        for call in (lambda: P(1), lambda: P(1, 2, 3), lambda: P(1, z=2), lambda: P(1, 2).z, lambda: namedtuple('Q', 'a 1b'), lambda: P(1, 2)._replace(q=1)):
            try:
                call()
            except Exception as e:
                result.append(type(e).__name__)
        """,
    "operator": """
        import operator
        from operator import itemgetter, attrgetter, mul
        class A:
            class b: c = 5
            def m(self, x): return x
        a = [1, 2]
        operator.setitem(a, 0, 9)
        result = (operator.add(1, 2), mul(3, 4), itemgetter(1)([5, 6]), itemgetter(0, 1)('ab'), attrgetter('b.c')(A), operator.methodcaller('m', 3)(A()), operator.neg(2), operator.eq(1, 1),
                  operator.contains([1], 1), operator.floordiv(7, 2), operator.not_(0), operator.is_(None, None), operator.getitem({'a': 1}, 'a'), operator.iadd([1], [2]), operator.index(3),
                  operator.truth([]), sorted([(1, 'b'), (0, 'c')], key=itemgetter(1)), a, operator.countOf([1, 1], 1), operator.and_(6, 3), operator.le(1, 2), operator.concat('a', 'b'))
        """,
    "copy": """
        import copy
        class A:
            def __init__(self): self.items = [1, [2]]
        class B:
            def __deepcopy__(self, memo): return 'deep'
            def __copy__(self): return 'shallow'
        a = A()
        b, c = copy.copy(a), copy.deepcopy(a)
        shared = []
        d = copy.deepcopy({'x': shared, 'y': shared, 't': (shared, 1)})
        loop = []
        loop.append(loop)
        l = copy.deepcopy(loop)
        t = (1, 2)
        a.items[1].append(3)
        class L(list): pass
        e = L([1, [2]]); e.extra = [5]
        f = copy.deepcopy(e); e[1].append(9); e.extra.append(6)
        result = (b.items is a.items, c.items is a.items, c.items, d['x'] is d['y'], d['t'][0] is d['x'], d['x'] is shared, l[0] is l, copy.deepcopy(t) is t, copy.copy(B()), copy.deepcopy(B()),
                  copy.copy([1]) == [1], copy.deepcopy(A) is A, copy.deepcopy(len) is len, c.__class__ is A, list(f), f.extra, copy.deepcopy({1, 2}))
        """,
    "dataclass": """
        from dataclasses import dataclass, field, replace, asdict, astuple, fields, is_dataclass, KW_ONLY, InitVar
        from typing import ClassVar, Optional
        @dataclass
        class A:
            x: int
            y: list = field(default_factory=list)
            z: Optional[int] = None
            k: ClassVar[int] = 5
            def total(self): return self.x + len(self.y)
        @dataclass
        class B(A):
            w: int = 3
            def __post_init__(self): object.__setattr__(self, 'x', self.x * 10)
        @dataclass
        class C:
            a: int
            _: KW_ONLY
            b: int = 2
            c: InitVar[int] = 4
            d: int = field(init=False, default=8)
            def __post_init__(self, c): self.e = c + 1
        @dataclass
        class D:
            inner: A
            items: list = field(default_factory=lambda: [1])
        @dataclass
        class E:
            v: int = 1
            def __init__(self): self.v = 99
        @dataclass(order=True)
        class O:
            n: int
        class F(A): pass
        @dataclass(kw_only=True, frozen=True)
        class K:
            a: int
            b: int = 1
            def __post_init__(self): object.__setattr__(self, 'b', self.b + 1)
        a, b = A(1), A(1)
        b.y.append(2)
        c = C(1, c=7)
        result = (a.y, b.y, a == A(1), a == b, a != b, B(2).x, B(2, [], 1, w=9).w, c.b, c.d, c.e, asdict(a), asdict(D(A(3))), replace(a, x=7).x, [f.name for f in fields(A)], is_dataclass(A), is_dataclass(a),
                  is_dataclass(3), repr(a), a.total(), A.k, astuple(A(1, [2])), E().v, O(1) < O(2), max([O(1), O(3)]).n, F(5).x, F(5) == F(5), A.z, K(a=3).a, D(A(1)).items, fields(A)[1].default_factory is list, str(C(3)))
        """,
    "dataclass errors": """
        from dataclasses import dataclass
        @dataclass
        class A:
            x: int
            y: int = 1
        @dataclass(kw_only=True)
        class K:
            a: int
        result = []
        for call in (lambda: A(), lambda: A(1, 2, 3), lambda: A(1, z=2), lambda: A(1, x=2), lambda: K(1), lambda: A(1).q, lambda: K()):
            try:
                call()
            except Exception as e:
                result.append(type(e).__name__)
        """,
    "enum": """
        from enum import Enum, IntEnum, auto, unique, Flag
        class Color(Enum):
            RED = 1
            GREEN = 2
            CRIMSON = 1
            def describe(self): return self.name.lower() + '!'
            @classmethod
            def first(cls): return cls.RED
            @property
            def double(self): return self.value * 2
        class Size(IntEnum):
            S = auto()
            M = auto()
        class Kind(str, Enum):
            A = 'a'
            B = 'b'
        class Planet(Enum):
            EARTH = (5, 6)
            def __init__(self, mass, radius):
                self.mass = mass
                self.radius = radius
        class Perm(Flag):
            R = auto()
            W = auto()
        @unique
        class U(Enum):
            X = 'x'
        class Base(Enum):
            @classmethod
            def get(cls, v): return cls[v] if isinstance(v, str) else v
        class Weights(Base):
            V1 = [1]
            V2 = [2]
            DEFAULT = V2
        result = (Color.RED.name, Color.RED.value, Color(2).name, Color['GREEN'].value, Color.CRIMSON is Color.RED, [c.name for c in Color], Color.RED.describe(), Color.first().name, Color.RED.double,
                  Color.RED == Color.RED, Color.RED == 1, Color.RED in (Color.RED,), isinstance(Color.RED, Color), len(Color), Size.M + 1, Size.M > Size.S, Size(1).name, int(Size.M), Kind('a') is Kind.A, Kind.A == 'a',
                  Kind.B.upper(), Planet.EARTH.mass, Planet.EARTH.value, (Perm.R | Perm.W).value, bool(Perm.R & Perm.W), Perm.R in (Perm.R | Perm.W), U.X.value, Weights.DEFAULT is Weights.V2, Weights.get('V1').value, Weights.DEFAULT.name,
                  str(Color.RED), repr(Color.RED), {Color.RED: 5}[Color.RED], list(Color.__members__), [m.value for m in Weights], type(Color.RED) is Color, hasattr(Color, 'BLUE'), Color(Color.RED) is Color.RED, sorted(Size)[0].name)
        """,
    "enum errors": """
        from enum import Enum
        class Color(Enum):
            RED = 1
        result = []
        for call in (lambda: Color(3), lambda: Color['BLUE'], lambda: Color.BLUE):
            try:
                call()
            except Exception as e:
                result.append((type(e).__name__))
        """,
    "typing": """
        from __future__ import annotations
        import typing
        from typing import Any, Callable, Dict, Generic, List, Literal, Optional, Protocol, Tuple, TypedDict, TypeVar, Union, cast, overload, TYPE_CHECKING, Final, runtime_checkable, NewType, Iterable
        if TYPE_CHECKING:
            import nothing_that_exists
        T = TypeVar('T')
        Alias = Union[int, List[str], Dict[str, Callable[..., Any]], None]
        Sized = Tuple[int, ...]
        Mode = Literal['a', 'b']
        Either = Optional[int] | None
        Id = NewType('Id', int)
        class Box(Generic[T]):
            def __init__(self, v: T) -> None: self.v: T = v
        @runtime_checkable
        class Shape(Protocol):
            def area(self) -> float: ...
        class Square(Shape):
            def area(self): return 4.0
        class Movie(TypedDict, total=False):
            name: str
        @overload
        def f(x: int) -> int: ...
        @overload
        def f(x: str) -> str: ...
        def f(x): return x
        X: Final = 3
        result = Box[int](3).v, Box(4).v, cast(int, 'a'), f(2), Movie(name='x'), Id(5), Square().area(), X, isinstance([], List), isinstance({}, Dict), isinstance((), typing.Sequence), isinstance(len, Callable)
        """,
    "re": """
        import re
        m = re.match(r'(\\w+)-(\\d+)', 'ab-12')
        p = re.compile(r'[ab]+', re.I)
        result = (m.group(1), m.groups(), m[2], m.span(), re.sub(r'\\d', 'N', 'a1b2'), re.split(r',\\s*', 'a, b,c'), re.findall(r'\\d+', '1 22'), bool(re.search('z', 'abc')), p.match('AB').group(), p.sub('-', 'xaby'),
                  [x.group() for x in re.finditer('a', 'aba')], re.fullmatch('a+', 'aa') is not None, re.escape('a.b'), re.sub('(a)', r'<\\1>', 'banana', count=1), re.match('x', 'y'),
                  re.match(r'(?P<k>a)', 'a').groupdict(), re.search('B', 'abc', flags=re.IGNORECASE).start(), p.findall('ab c a'), re.split('(-)', 'a-b'), re.compile(p) is p,
                  [int(s) if s.isdigit() else s for s in re.split(r'(\\d+)', 'stage10')])
        """,
    "re errors": "import re\ntry:\n    re.compile('(')\nexcept re.error as e:\n    result = type(e).__name__ == 'error' or type(e).__name__",
    "abc": """
        from abc import ABC, ABCMeta, abstractmethod
        class Base(ABC):
            @abstractmethod
            def f(self): ...
            @property
            @abstractmethod
            def g(self): ...
        class M(metaclass=ABCMeta):
            x = 1
        class Sub(Base):
            def f(self): return 2
            @property
            def g(self): return 3
        result = Sub().f(), Sub().g, M().x, isinstance(Sub(), Base)
        """,
    "contextlib": """
        import contextlib
        from contextlib import contextmanager, nullcontext, suppress
        log = []
        @contextmanager
        def ctx(name):
            log.append('in ' + name)
            try:
                yield name * 2
            finally:
                log.append('out ' + name)
        with ctx('a') as v:
            log.append(v)
        with suppress(ValueError):
            raise ValueError
        with nullcontext(5) as n:
            log.append(n)
        try:
            with ctx('b'):
                raise KeyError('k')
        except KeyError:
            log.append('caught')
        @contextmanager
        def swallowing():
            try:
                yield
            except ValueError:
                log.append('swallowed')
        with swallowing():
            raise ValueError
        @ctx('deco')
        def f(): return 1
        class A:
            @contextmanager
            def m(self):
                yield self
        a = A()
        with a.m() as b:
            log.append(a is b)
        with contextlib.ExitStack() if False else nullcontext():
            log.append('end')
        result = log, f()
        """,
    "types and inspect": """
        import inspect
        from types import SimpleNamespace, FunctionType, MethodType
        ns = SimpleNamespace(a=1, b='x')
        ns.c = 3
        def f(a, b=2, *args, c, d=4, **kw): pass
        class A:
            def __init__(self, x, y=1): pass
            def m(self): return 7
        class B: pass
        params = inspect.signature(f).parameters
        b = B()
        b.m = MethodType(A.m, b)
        kinds = [p.kind == p.KEYWORD_ONLY for p in params.values()]
        result = (ns.a, ns.c, ns == SimpleNamespace(a=1, b='x', c=3), list(params), params['b'].default, params['a'].default is inspect.Parameter.empty, kinds, list(inspect.signature(A).parameters),
                  isinstance(f, FunctionType), inspect.isclass(A), inspect.isfunction(f), inspect.isclass(3), b.m(), params['c'].name, params['args'].kind == inspect.Parameter.VAR_POSITIONAL, isinstance(A(1).m, MethodType))
        """,
    "text": """
        import string, textwrap, json, fnmatch, ast
        result = (string.ascii_lowercase, textwrap.dedent('  a\\n  b'), json.loads('{"a": [1, null]}'), json.dumps({'a': 1}), fnmatch.fnmatch('abc', 'a*'), fnmatch.filter(['ab', 'b'], 'a*'), ast.literal_eval('[1, (2,)]'),
                  string.digits, textwrap.indent('a', '> '))
        """,
    "paths": """
        import os
        import os.path as osp
        result = os.path.join('a', 'b.py'), osp.basename('a/b.py'), os.path.splitext('x.tar.gz'), osp.dirname('a/b/c')
        """,
    "logging and warnings": """
        import logging, warnings
        log = logging.getLogger(__name__)
        log.info('x %s', 1)
        log.setLevel(logging.INFO)
        warnings.warn('careful', UserWarning)
        with warnings.catch_warnings():
            warnings.simplefilter('ignore')
            n = 3
        result = n
        """,
    "numbers and sys": """
        import numbers, sys
        result = isinstance(1, numbers.Number), isinstance(1.5, numbers.Integral), isinstance(2, numbers.Integral), sys.version_info >= (3, 8), sys.version_info < (3,), sys.version_info[0], sys.version_info[:2] >= (3, 7), sys.maxsize > 2**32, sys.version_info > (3, 0), sys.version_info.major == 3
        """,
    "statistics": "import statistics\nresult = statistics.mean([1, 2, 3]), statistics.median([1, 3, 2])",
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_agrees(name: str) -> None:
    agrees(PROGRAMS[name])
