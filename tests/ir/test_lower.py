"""Lowering agrees with Python's own parser over real files and over each construct of the language."""

from __future__ import annotations

import ast
import symtable
import sys
import warnings
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from convlint.ir import nodes
from convlint.ir.load import lower_text
from convlint.source.text import SourceError, SourceText, decode
from tests.depth import some
from tests.ir.corpus import corpus
from tests.ir.normal import from_ast, from_ir


def parsed(text: str) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text)


def difference(ours: Any, theirs: Any, path: str = "") -> str:
    """Return where two forms part, "" if they do not."""
    if isinstance(ours, tuple) and isinstance(theirs, tuple) and len(ours) == len(theirs):
        for index, (mine, other) in enumerate(zip(ours, theirs, strict=True)):
            found = difference(mine, other, f"{path}/{ours[0] if index and isinstance(ours[0], str) else ''}{index}")
            if found:
                return found
        return ""
    return "" if ours == theirs and type(ours) is type(theirs) else f"{path}: {ours!r:.200} != {theirs!r:.200}"


def functions(node: Any) -> Iterator[nodes.FunctionDef]:
    todo = [node]
    while todo:
        item = todo.pop()
        if isinstance(item, nodes.FunctionDef):
            yield item
        if isinstance(item, nodes.Node):
            todo.extend(getattr(item, field) for field in item.__struct_fields__ if field != "span")
        elif isinstance(item, tuple):
            todo.extend(item)


def bound_by_us(module: nodes.Module) -> Counter[tuple[int, str, frozenset[str]]]:
    found: Counter[tuple[int, str, frozenset[str]]] = Counter()
    for function in functions(module):
        params = function.params
        single = [one for one in (params.vararg, params.kwarg) if one is not None]
        own = {param.name for param in (*params.posonly, *params.args, *params.kwonly, *single)}
        names = frozenset(name for name in function.names if name not in own and not is_private(name))
        found[function.span[0], as_written(function.name), names] += 1
    return found


def is_private(name: str) -> bool:
    """Names that Python mangles in a class are left out of the comparison of tables."""
    return "__" in name


def as_written(name: str) -> str:
    """Return the name of a function without the class that mangling puts before it: not every Python lists that."""
    return name[name.index("__") :] if is_private(name) else name


def bound_by_python(table: symtable.SymbolTable) -> Counter[tuple[int, str, frozenset[str]]]:
    found: Counter[tuple[int, str, frozenset[str]]] = Counter()
    for child in table.get_children():
        found += bound_by_python(child)
        name = child.get_name()
        if str(child.get_type()).endswith("function") and name not in ("lambda", "genexpr", *COMPREHENSIONS):
            symbols = child.get_symbols()
            names = {symbol.get_name() for symbol in symbols if symbol.is_local() and not symbol.is_parameter()}
            public = frozenset(name for name in names if not is_private(name))
            found[child.get_lineno(), as_written(name), public] += 1
    return found


COMPREHENSIONS = ("listcomp", "setcomp", "dictcomp")


def told_apart(tree: ast.Module, bound: Counter[tuple[int, str, frozenset[str]]]) -> Counter[tuple[Any, ...]]:
    """Leave out what comprehensions bind where Python, from 3.12 on, lists that in the function around them."""
    if sys.version_info < (3, 12):
        return Counter(bound)
    targets = (node.target for node in ast.walk(tree) if isinstance(node, ast.comprehension))
    inlined = {name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)}
    found: Counter[tuple[Any, ...]] = Counter()
    for (line, name, names), times in bound.items():
        found[line, name, names - inlined] += times
    return found


def check_text(text: str) -> None:
    tree = parsed(text)
    module = lower_text(SourceText(text))
    assert difference(from_ir(module), from_ast(tree)) == ""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            table = symtable.symtable(text, "<text>", "exec")
        except SyntaxError:  # such as `return` outside of a function, which parses
            return
    assert told_apart(tree, bound_by_us(module)) == told_apart(tree, bound_by_python(table))


def test_real_files_lower_as_python_parses_them() -> None:
    checked = 0
    for path in corpus(some(200)):
        source = decode(path.read_bytes())
        try:
            parsed(source.text)
            lower_text(source)
        except (SyntaxError, SourceError):  # a file that one of the parsers refuses has a test of its own
            continue
        try:
            check_text(source.text)
        except AssertionError as error:
            pytest.fail(f"{path}: {error}")
        checked += 1
    assert checked >= some(150)


CONSTRUCTS = """
a, (b, c), *d = 1, (2, 3), 4
a = b = [c, *d]; x = y,
def f(a, b: int, /, c=1, *args: int, d, e: str = "x", **kw) -> None: ...
def g(*, a): yield a; (yield); z = yield from a
def h(*a): nonlocal_ = 1; global q; q = 2
async def co(): await x; return [i async for i in y if i if not i]
lambda: (yield)
lambda x, *y, z=1, **k: x
lambda *, k: k
f(1, *a, b, k=1, *c, **d, l=2)
f(x for x in y)
f((x for x in y), z)
f(a)(b)[c].d(e)[f:g, ::2, ...]
x[1], x[1,], x[1, 2], x[:], x[a:b], x[a:b:c], x[::], x[(1, 2)]
-1, +a, ~b, not c, - -d
a + b * c - d ** -e ** f @ g // h % i << j >> k & l | m ^ n
a and b and c or d or (e or f) and not g
(a and b) and c
a < b <= c != d is not e not in f is g in h == i > j >= k
a if b else c if d else e
(n := 5, [m := 1])
[a for b, c in d if e for f in g], {a for a in b}, {a: b for a, b in c}, (a for a in b)
{}, {1: 2, **a, "b": [3]}, {1, *a}, (), [], (1,), (1, 2,)
None, True, False, ..., 1_000, 0xFF, 0o17, 0b1, 1e3, .5, 1j, 1_0.0_1, 99999999999999999999999, 0
"a" 'b' r"\\n" if 0 else b"\\xff\\101" rb"\\x" B"" BR"x"
"\\n\\t\\x41\\u00e9\\U0001F600\\N{BULLET}\\101\\7\\q" '\\''
'''a
b\\
c'''
"\\ud800" "x", "", "" "", f"" "", "é"
f"a{b}c{d!r:>{w}.{p}}" "e" f'{f"{g}"}' rf"\\{h}" f"{{}}" f"{i=}" f"{j = !s}" f"{k=:x}" f"{ {1: 2}[1] }"
f"\\N{BULLET}{l:\\n}" F"" fR"\\{i}" if 0 else u"x" U"y"
x += 1; x -= 1; x *= 1; x /= 1; x //= 1; x %= 1; x **= 1; x @= 1; x <<= 1; x >>= 1; x &= 1; x |= 1; x ^= 1
a: int; b: int = 1; c.d: "str" = 2; e[0]: int
del a, b[0], (c, d); del (e, f)
assert a, b; raise; raise A; raise A from b
import a, b.c as d, e.f; from . import g; from ..h.i import j as k, l; from m import (n, o,)
if a: pass
elif b: c
elif d:
    e; f;
else: g
for a, b in c, d: continue
else: e
while a:
    break
else: b
with a: pass
with a as b, c as (d, e): pass
with (a as b, c,): pass
with (a): pass
with (a, b) as c: pass
with (yield): pass
try: a
except B: c
except (D, E) as f: g
except: h
else: i
finally: j
@a.b(c)
@d
class K(L, *m, metaclass=N, **o):
    '''doc'''
    x: int = 1
    @property
    def p(self): return self.__x
class Empty: pass
class Parens(): pass
match a, b:
    case 1 | -1 | 1 + 2j | "x" "y" | None | True | q.r: pass
    case [a, *_] | (a, _): pass
    case a, *b: pass
    case (c): pass
    case (1, 2) | [] | (): pass
    case {"k": v, 1: _, **rest}: pass
    case {}: pass
    case K(a, 1, k=2, l=[_]) as whole if whole: pass
    case K(): pass
    case _: pass
match = case = type = 1
match[case]; type(match)
def scopes(p, q=(w := 1)):
    global G
    G = 1
    p = 2
    import a.b, c as d
    from e import f
    for g, [h, *i] in j: pass
    with k as l: pass
    try: pass
    except E as m: pass
    def n(): nonlocal o; o = yield
    o = [s := t for t in u]
    class V: inner = 1
    del z
    y: int
    match x:
        case {"k": aa, **bb} | K(cc) | [*dd]: pass
        case ee: pass
    lambda: (ff := 1)
    gg += 1
""".lstrip()

PYTHON_311 = """
def h(*a: *Ts): pass
f[*a], f[*a, 1], f[1, *a]
try:
    a
except* B as c: d
""".lstrip()


def statements(text: str) -> list[str]:
    """Split into the top-level statements, a compound one with its clauses."""
    lines = text.splitlines(keepends=True)
    rows = [node.lineno - 1 - len(getattr(node, "decorator_list", ())) for node in parsed(text).body]
    rows = sorted(set(rows))
    return ["".join(lines[start:end]) for start, end in zip(rows, [*rows[1:], len(lines)], strict=True)]


@pytest.mark.parametrize("text", statements(CONSTRUCTS))
def test_each_construct_lowers_as_python_parses_it(text: str) -> None:
    check_text(text)


@pytest.mark.skipif(sys.version_info < (3, 11), reason="this Python cannot parse the syntax of 3.11")
def test_the_syntax_of_python_311_lowers_as_python_parses_it() -> None:
    check_text(PYTHON_311)


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_line_ends_do_not_change_the_form(line_end: str) -> None:
    text = CONSTRUCTS.replace("\n", line_end)
    assert from_ir(lower_text(decode(text.encode()))) == from_ir(lower_text(SourceText(CONSTRUCTS)))


NEWER = [
    ("type A[T: int, *Ts, **P] = list[T]\n", "TypeAlias"),
    ("def f[T: (int, str) = int, *Ts = *Us, **P = [int]](x: T) -> T: return x\n", "FunctionDef"),
    ("class K[T](Base[T]): pass\n", "ClassDef"),
    ("try: pass\nexcept A, B: pass\n", "Try"),
    ("lazy_ = t'{a!r:>{w}} b {c}'\n", "Assign"),
]


@pytest.mark.parametrize(("text", "kind"), NEWER)
def test_syntax_newer_than_this_python_is_lowered(text: str, kind: str) -> None:
    module = lower_text(SourceText(text))
    assert [type(item).__name__ for item in module.body] == [kind]
    assert module.body[0].span[:2] == (1, 0)


def test_what_is_not_modelled_is_an_await_of_its_parts() -> None:
    (statement,) = lower_text(SourceText("x = t'{a} b {c}'\n")).body
    assert isinstance(statement, nodes.Assign)
    assert isinstance(statement.value, nodes.Await)
    assert isinstance(statement.value.value, nodes.Tuple)
    assert [item.id for item in statement.value.value.elts if isinstance(item, nodes.Name)] == ["a", "c"]


def test_names_are_known_by_their_normal_form() -> None:
    (first, second) = lower_text(SourceText("ﬁ = 1\nx.ﬁ\n")).body
    assert isinstance(first, nodes.Assign)
    assert first.targets[0] == nodes.Name((1, 0, 1, 1), "fi")
    assert isinstance(second, nodes.ExprStmt)
    assert isinstance(second.value, nodes.Attribute)
    assert second.value.attr == "fi"


def test_an_integer_beyond_the_limit_on_digits_is_kept() -> None:
    (statement,) = lower_text(SourceText(f"0x{'f' * 8000}\n")).body
    assert isinstance(statement, nodes.ExprStmt)
    assert isinstance(statement.value, nodes.Constant)
    assert statement.value.kind == "int"
    assert int(str(statement.value.value), 0) == 16**8000 - 1


@pytest.mark.parametrize(
    ("text", "row", "column", "message"),
    [
        ("x = 1\ny = '\\N{NO SUCH NAME}'\n", 2, 4, "cannot decode the escape `\\N{NO SUCH NAME}`"),
        ("x = b'é'\n", 1, 4, "bytes can only contain ASCII literal characters"),
        ("x = f(1,\n  '\\U99999999')\n", 2, 2, "cannot decode the escape `\\U99999999`"),
    ],
)
def test_literals_that_python_refuses_are_errors(text: str, row: int, column: int, message: str) -> None:
    with pytest.raises(SourceError) as caught:
        lower_text(SourceText(text))
    assert (caught.value.row, caught.value.column, caught.value.message) == (row, column, message)


def test_generators_are_told_from_other_functions() -> None:
    text = """
def a(): yield
def b(): return (x for x in y)
def c():
    def d(): yield 1
def e(): return lambda: (yield)
def f(): x = yield from y
def g(x=(yield)): pass
async def h():
    class K:
        def i(self): yield
"""
    found = {function.name: function.is_generator for function in functions(lower_text(SourceText(text)))}
    expected = {"a": True, "b": False, "c": False, "d": True, "e": False, "f": True, "g": False, "h": False, "i": True}
    assert found == expected
