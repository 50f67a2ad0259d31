"""Random programs over Python's own values, classes and closures, with pieces in them that the interpreter knows not.

Each top-level statement of a program stands in a `try`, so that one that fails does not end it. `unknown` is a function
that does in Python what nobody knows in the interpreter: it calls, changes and returns what it is given.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hypothesis import reject
from hypothesis import strategies as st

HEAD = """
import collections, contextlib, copy, dataclasses, enum, functools, itertools, operator
log = []
total = 0

class Doubling:
    def __set_name__(self, owner, name):
        self.name = "_" + name
    def __get__(self, obj, owner=None):
        return self if obj is None else getattr(obj, self.name, 1) * 2
    def __set__(self, obj, value):
        setattr(obj, self.name, value)

class Base:
    made = 0
    shared = []
    twice = Doubling()
    def __init__(self, x=1):
        self.x = x
        type(self).made += 1
    @property
    def half(self):
        return self.x // 2
    @half.setter
    def half(self, value):
        self.x = value * 2
    @classmethod
    def of(cls, x):
        return cls(x)
    @staticmethod
    def plus(a, b=1):
        return a + b
    def bump(self, by=1):
        self.x += by
        self.shared.append(by)
        return self
    def __eq__(self, other):
        return isinstance(other, Base) and self.x == other.x
    def __hash__(self):
        return hash(self.x)
    def __add__(self, other):
        return type(self)(self.x + (other.x if isinstance(other, Base) else other))
    def __len__(self):
        return abs(self.x) % 5
    def __iter__(self):
        return iter(range(len(self)))
    def __getitem__(self, index):
        return [self.x, index][index]
    def __enter__(self):
        self.x += 1
        return self
    def __exit__(self, kind, error, trace):
        self.x -= 1
        return kind is ValueError

class Child(Base):
    def __init__(self, x=2, *more, **named):
        super().__init__(x)
        self.more = more
        self.named = named
    def bump(self, by=2):
        super().bump(by)
        return self.x
    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        return name
    def __call__(self, *args):
        return args or self.x
    def __lt__(self, other):
        return self.x < other.x

def counter(start=0):
    count = start
    def step(by=1):
        nonlocal count
        global total
        count += by
        total += by
        return count
    return step

def numbers(n, inner=()):
    for i in range(n):
        got = yield i
        if got:
            log.append(got)
    yield from inner

def remember(function):
    kept = {}
    def inside(*args):
        if args not in kept:
            kept[args] = function(*args)
        return kept[args]
    return inside

@dataclasses.dataclass
class Pair:
    x: int = 1
    y: list = dataclasses.field(default_factory=list)
    def __post_init__(self):
        self.z = [self.x]

class Level(enum.IntEnum):
    LOW = 1
    HIGH = 3
    def more(self):
        return self + 1

Point = collections.namedtuple("Point", "u v", defaults=[2])

class Tagging(type):
    def __call__(cls, *args):
        made = super().__call__(*args)
        made.tag = len(args)
        return made

class Tagged(Base, metaclass=Tagging):
    kinds = []
    def __init_subclass__(cls, **named):
        super().__init_subclass__()
        Tagged.kinds.append(cls.__name__)

@contextlib.contextmanager
def kept(value=0):
    log.append(value)
    try:
        yield value
    except KeyError:
        log.append("caught")
    finally:
        log.append("out")

def talk(start=1):
    got = start
    while got < 40:
        try:
            sent = yield got
        except ValueError as error:
            sent = 5
            log.append(error.args)
        got += sent if isinstance(sent, int) else 1
    return got

def counted(by=1):
    def wrap(function):
        calls = [0]
        @functools.wraps(function)
        def inner(*args, **named):
            calls[0] += by
            log.append(calls[0])
            return function(*args, **named)
        inner.calls = calls
        return inner
    return wrap

@counted(2)
def gather(a=0, /, b=1, *rest, c, d=2, **more):
    return a, b, rest, c, d, sorted(more)

def filling(item, into=[]):
    into.append(item)
    return into

@functools.singledispatch
def told(value):
    return "any"

@told.register(int)
def _(value):
    return "int"

@told.register(list)
def _(value):
    return "list"

@functools.lru_cache(maxsize=None)
def slow(n):
    log.append(n)
    return n + 1

def ends(value):
    try:
        if value:
            return "try"
        raise KeyError(value)
    except KeyError as error:
        return error.args
    else:
        log.append("else")
    finally:
        log.append("finally")

step = counter()
f = remember(lambda *a: len(a))
a, b, c, s, t = 3, 1, 7, "ab", "xyz"
l, m, d, e, q, o, p = [1, 2, 3], [4, 5], {"a": 1, "b": 2}, {1, 2}, (1, 2), Base(3), Child(4, 5, k=6)
r, g1 = Pair(2), talk()
"""


def _forms(text: str) -> tuple[str, ...]:
    """Split the forms of a text, in which a place to be filled is a number in braces."""
    return tuple(form.strip() for line in text.strip().splitlines() for form in line.split(" ;; "))


NAMES = ("a", "b", "c", "s", "t", "l", "m", "d", "e", "q", "o", "p", "log", "total", "step", "f", "r", "g1")
NUMBERS = ("0", "1", "2", "-1", "3", "7", "a", "b", "c", "len(l)", "o.x", "total")
CALLED = _forms("""
step() ;; step({0}) ;; o.bump() ;; p.bump({0}) ;; p({1}) ;; Base({0}) ;; Child({0}, {1}) ;; Base.of({0})
Child.of({0}) ;; o.plus({0}) ;; f({1}) ;; counter({0}) ;; len({1}) ;; sorted({1}) ;; list({1}) ;; tuple({1})
sum({1}) ;; max({1}) ;; min({1}, default=0) ;; any({1}) ;; dict(zip({1}, {1})) ;; set(range({0})) ;; str({1})
isinstance({1}, {2}) ;; next(numbers({0}), {1}) ;; list(numbers({0}, {1})) ;; getattr({1}, 'x', {0})
hasattr({1}, 'x') ;; list(map(step, {1})) ;; list(filter(None, {1})) ;; list(reversed({1})) ;; hash({1})
l.pop() ;; l.append({1}) ;; d.pop('a', {1}) ;; d.setdefault({1}, {0}) ;; d.update(k={1}) ;; d.get({1})
e.add({0}) ;; m.extend({1}) ;; l.sort() ;; l.insert({0}, {1}) ;; l.index({1}) ;; s.join({1})
s.replace(s, t) ;; abs({0}) ;; divmod({0}, {0}) ;; list(enumerate({1})) ;; type({1}) is {2} ;; callable({1})
p.anything ;; id({1}) == id({1}) ;; list(d.items()) ;; sorted(map(str, d.keys() | {1})) ;; list(d.values())
dict.fromkeys({1}, {0}) ;; list(map(lambda v: v, {1})) ;; min({1}, key=str) ;; round({0}) ;; l.count({1}) ;; l.copy()
e.union({1}) ;; e & set({1}) ;; set(d) ^ e ;; vars(o) ;; type(o)({0}) ;; s.split({1}) ;; s.partition('b') ;; t.upper()
s.zfill({0}) ;; q.index({0}) ;; q.count({1}) ;; d.popitem() ;; d.keys() - {1} ;; list(zip({1}, numbers(3)))
[*numbers({0})] ;; sum([*numbers(3)], {0}) ;; ''.join(map(str, {1})) ;; max({1}, {1}, key=lambda v: str(v))
next(iter({1})) ;; next(iter({1}), {0}) ;; list({1})[::2] ;; bool({1}) ;; int({1}) ;; float({0}) ;; frozenset({1})
sorted({1}, key=lambda v: str(v), reverse=True) ;; list(itertools.chain({1}, {1})) ;; list(itertools.islice({1}, {0}))
functools.reduce(lambda x, y: x, {1}) ;; functools.partial(f, {1})({1}) ;; collections.Counter({1}) ;; copy.copy({1})
copy.deepcopy({1}) ;; list(itertools.accumulate({1})) ;; collections.deque({1}, 2) ;; repr({1})
operator.add({1}, {1}) ;; Pair({0}) ;; Pair({0}, {1}) ;; dataclasses.replace(r, x={0}) ;; dataclasses.asdict(r)
Level({0}) ;; Level.HIGH.more() ;; [level.name for level in Level] ;; Level['LOW'] + {0} ;; Level.LOW in {1}
Point({0}) ;; Point(u={0}, v={1})._replace(u={0}) ;; Point({0}).v ;; Point({0})._asdict() ;; Tagged({0}).tag
gather({0}, c={1}) ;; gather({1}, {0}, *{1}, c={0}) ;; gather(c={0}, **d) ;; gather.calls ;; gather.__name__
filling({1}) ;; filling({1}, []) ;; told({1}) ;; slow({0}) ;; slow.cache_clear() ;; ends({1})
next(g1) ;; g1.send({0})
g1.throw(ValueError({0})) ;; g1.close() ;; list(itertools.islice(g1, 2)) ;; next(g1, {1})
list(itertools.takewhile(lambda v: v != {1}, {1})) ;; [k for k, _ in itertools.groupby({1})]
list(itertools.product({1}, {1})) ;; list(itertools.combinations({1}, 2)) ;; list(itertools.zip_longest({1}, {1}))
list(itertools.pairwise({1})) ;; list(itertools.starmap(max, [{1}, {1}])) ;; list(itertools.dropwhile(bool, {1}))
functools.reduce(operator.add, {1}, {1}) ;; functools.partial(gather, c={1})({0})
copy.deepcopy([o, o]) ;; copy.copy(r)
sorted({1}, key=functools.cmp_to_key(lambda x, y: (str(x) > str(y)) - (str(x) < str(y)))) ;; list(map(ends, {1}))
operator.itemgetter({0})({1}) ;; operator.attrgetter('x')({1}) ;; collections.OrderedDict({1}) ;; list(d.keys() & {1})
collections.ChainMap(d, {{'a': {1}}})['a'] ;; collections.Counter({1}).most_common(1) ;; dict({1}) ;; dict(d, q={1})
type('T', (Base,), {{'x': {0}}})().bump() ;; getattr(r, 'y', {1}) ;; r.y.append({1}) ;; max(d, key=d.get, default={1})
""")
KINDS = ("int", "str", "list", "dict", "Base", "Child", "(int, str)")
READ = _forms("""
{0} + {0} ;; {0} - {0} ;; {0} * {0} ;; {0} // {0} ;; {0} % {0} ;; {1} + {1} ;; {1} * {0} ;; {1}[{0}]
{1}[{0}:] ;; {1}[::-1] ;; {1} == {1} ;; {1} != {1} ;; {0} < {0} ;; {1} < {1} ;; {1} in {1} ;; not {1} ;; -{0}
{1} and {1} ;; {1} or {1} ;; {1} if {1} else {1} ;; ({1}, {1}) ;; [{1}, {1}] ;; {{'k': {1}, {1}: {0}}}
{{{0}, {0}}} ;; [*{1}, *{1}] ;; (*{1},) ;; {{**d, 'z': {1}}} ;; [i for i in {1}] ;; [i for i in {1} if i]
{{i: {0} for i in {1}}} ;; sum(i for i in {1}) ;; [j for i in {1} for j in {1}] ;; (w := {1})
f'{{{1}}}-{{{0}:>3}}' ;; f'{{{1}!r:>4}}' ;; l[{0}:{0}] ;; t[-{0}:] ;; q + ({0},) ;; (*q, *l)[{0}] ;; {1} is {1} ;; o.x
o.half ;; o.twice ;; p.x ;; p.more ;; Base.made ;; Child.made ;; Base.shared
(lambda z={1}: z)() ;; o + {1} ;; d['a'] ;; 0 < {0} <= {0} ;; o == p ;; s + t ;; s * {0} ;; s[{0}]
s % ({1},)
""")
SIMPLE = _forms("""
{3} = {1} ;; {3} = {1} ;; {3} = {1} ;; {3} += {1} ;; {3} -= {0} ;; {3} *= {0} ;; {3} //= {0} ;; {3} |= {1}
{3}, {3} = {1} ;; {3}, *{3} = {1} ;; ({3}, {3}), {3} = {1}, {1} ;; {3} = {3} = {1} ;; {1} ;; {1} ;; del {3}
o.x = {1} ;; o.half = {0} ;; o.twice = {0} ;; p.y = {1} ;; del p.y ;; o.x += {0} ;; Base.made = {0}
Child.made += 1 ;; l[{0}] = {1} ;; l[{0}:] = {1} ;; del l[{0}] ;; d['a'] = {1} ;; d[{1}] = {1} ;; del d['a']
d['a'] += {0} ;; l += {1} ;; e |= {{{0}}} ;; e -= {1} ;; log.append({1}) ;; raise ValueError({0})
raise KeyError('k') ;; assert {1} ;; p.{5} = {1} ;; f = remember(step) ;; step = counter({0})
Base.bump = Child.bump ;; Base.extra = {1} ;; m = l ;; o = p ;; l.extend({1}) ;; l.reverse() ;; l.clear() ;; d.clear()
d.update({1}) ;; d |= {{'z': {1}}} ;; e.discard({0}) ;; e.update({1}) ;; l[{0}:{0}] = {1} ;; del l[{0}:] ;; del d[{1}]
setattr(o, 'x', {1}) ;; delattr(o, 'x') ;; o.__dict__['x'] = {1} ;; vars(p).update(x={0}) ;; {3} = {3}, {1}
l.remove({1})
{3} = [*{1}, {1}] ;; {3} = {{**d, 'a': {1}}} ;; (l if {1} else m).append({0}) ;; l[0], l[-1] = {1}, {1}
o.x, {3} = {1}, {1}
r.x = {1} ;; r.y = {1} ;; r.y += [{1}] ;; r = Pair({0}, {1}) ;; g1 = talk({0}) ;; Pair.x = {0} ;; Base.half = {1}
o.__class__ = Child ;; gather.__kwdefaults__['d'] = {1} ;; filling.__defaults__ = ({1},) ;; del r.z ;; r, o = o, r
{3}, *{3}, {3} = {1} ;; [{3}, {3}] = {1} ;; d[{1}], {3} = {1}, {1} ;; {3}: int = {1} ;; Tagged.kinds += [{1}]
""")
UNKNOWN = ("unknown", "unknown({1})", "unknown(l, d)", "unknown(o)", "unknown(step)", "unknown(p.bump)", "unknown(m).x")
BLOCKS = tuple(
    tuple(block.splitlines())
    for block in """
if {1}:
*
else:
*

if {1}:
*

for i in {1}:
*

for i in {1}:
*
else:
*

for i, j in {1}:
*

for i in range(3):
*
    if i == {0}: break

while total < 3:
    total += 1
*

try:
*
except ValueError:
*

try:
*
except (KeyError, TypeError) as error:
*
finally:
*

try:
*
except Exception as error:
    log.append(type(error).__name__)
else:
*

try:
*
finally:
*

with o:
*

with Base({0}) as w:
*

def g(x={1}, *rest, k={0}):
    global a, l
*
    return {1}

def g(x):
    y = x
    def h():
        nonlocal y
        y += {0}
        return y
    return h() + h()

def g():
    for i in {1}:
        yield i
    return {1}

class C(Base):
    y = {1}
    z = [y for i in range(2)]
    def bump(self): return super().bump({0}).x

class C(Child):
    x = {0}
    __slots__ = ('u',)
    def __eq__(self, other): return True

with kept({1}) as a:
*

with kept({1}), o as b:
*

for k in d:
*

for k, v in d.items():
*
    d[{1}] = v

for k in list(d):
    del d[k]
*

for i in l:
*
    l.append({1})
    if len(l) > 9: break

while l:
*
    l.pop()
else:
    c = {1}

def g(x={1}):
    kept_here = [x]
    def h(*, y={1}):
        nonlocal x
        x = y
        kept_here.append(x)
        return kept_here
    h()
    return h

def g(x=0):
    try:
        return {1}
    finally:
        log.append(x)
    return x

def g(x=0):
    for i in {1}:
        try:
            if i: continue
            break
        finally:
            log.append(i)
    else:
        return 'all'
    return i

def g(*args, k={1}, **named):
    with kept(args):
        return named or k

@counted({0})
def g(x={1}):
    got = yield x
    yield got
    return (yield from numbers(2))

@dataclasses.dataclass(order=True)
class C(Pair):
    w: int = {0}
    def bump(self): return self.w + self.x

class C(Tagged):
    y = {1}
    @property
    def x(self): return self.__dict__.get('x', {0})
    @x.setter
    def x(self, value): self.__dict__['x'] = value

class C(Base):
    def __init_subclass__(cls): log.append(cls.__name__)
    def __getattr__(self, name): return name
    def __setattr__(self, name, value): super().__setattr__(name, [value])

class C(dict):
    def __missing__(self, key): return {1}
    def bump(self): return self['k']

try:
    with kept({1}):
        raise KeyError({1})
except KeyError:
*
else:
*

match {1}:
    case {{'a': int(x), **y}} if x: log.append((x, y))
    case (1, _) | [_]: log.append('short')
    case Pair(x=1, y=[]): log.append('pair')
    case str() as y: log.append(y)
    case _: b = 4

match {1}:
    case [x, *y]: log.append((x, y))
    case {{'a': x}}: log.append(x)
    case Base(x=x): log.append(x)
    case int() | str(): log.append(1)
""".strip("\n").split("\n\n")
)
USES = ("g()", "g(1)", "list(g())", "list(g(1))", "g({1})", "C()", "C({0}).bump()", "C.z", "C() == {1}", "C(2).y")
Choice = Callable[[Sequence[str]], str]


class _Maker:
    """Makes one program out of choices."""

    def __init__(self, choose: Choice, less: Callable[[int], int]) -> None:
        self.choose = choose
        self.less = less

    def program(self) -> str:
        lines = []
        for _ in range(1 + self.less(9)):
            lines += ["try:", *(f"    {line}" for line in self.statement(2)), "except Exception as error:"]
            lines += ["    log.append(type(error).__name__)"]
        return "\n".join(lines) + "\n"

    def statement(self, depth: int) -> list[str]:
        if depth == 0 or self.less(3):
            return [self.filled(self.choose(SIMPLE if self.less(8) else USES), depth)]
        lines = []
        for line in BLOCKS[self.less(len(BLOCKS))]:
            if line == "*":
                lines += [f"    {inner}" for _ in range(1 + self.less(2)) for inner in self.statement(depth - 1)]
            else:
                lines.append(self.filled(line, depth))
        return lines

    def filled(self, form: str, depth: int) -> str:
        parts = {"{0}": NUMBERS, "{2}": KINDS, "{3}": NAMES[:12], "{5}": ("x", "y", "made", "more", "named")}
        doubled = form.replace("{{", "\0").replace("}}", "\1")
        while "{" in doubled:
            start = doubled.index("{")
            mark = doubled[start : start + 3]
            if mark == "{1}":
                inner = self.expression(depth)
            elif mark in parts:
                inner = self.choose(parts[mark])
            else:
                inner, mark = "\0", "{"
            doubled = doubled.replace(mark, inner, 1)
        return doubled.replace("\0", "{").replace("\1", "}")

    def expression(self, depth: int) -> str:
        if depth <= 0 or not self.less(3):
            return self.choose(NAMES)
        form = self.choose((READ, CALLED, NUMBERS, CALLED, UNKNOWN)[self.less(5)])
        text = self.filled(form, depth - 1)
        return text if form in NAMES else f"({text})"


@st.composite
def programs(draw: st.DrawFn) -> str:
    """Draw the text of a program, without its head."""

    def less(limit: int) -> int:
        return draw(st.integers(0, limit - 1))

    text = _Maker(lambda options: options[less(len(options))], less).program()
    try:
        compile(text, "<program>", "exec", dont_inherit=True)
    except SyntaxError:  # quotes in quotes of a formatted text, before Python 3.12
        reject()
    return text
