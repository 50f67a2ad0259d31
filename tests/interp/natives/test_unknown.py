"""What natives do with values that are not known: they never guess, and never lose what is known."""

from __future__ import annotations

from typing import Any

import pytest

from convlint.interp.values.numbers import Ratio, SymbolicBool
from convlint.interp.values.unknown import Unknown
from convlint.symbolic import Dim, evaluate, maximum, minimum, symbol
from tests.interp.running import interpret

H, W = symbol("H"), symbol("W")
UNKNOWN = "import random\nu = random.random()\n"


def run(source: str, **given: Any) -> Any:
    return interpret(source, given=given)[0]["result"]


def unknown(expression: str, setup: str = "") -> Any:
    return interpret(f"{UNKNOWN}{setup}\nresult = {expression}\n")[0]["result"]


@pytest.mark.parametrize(
    "expression",
    [
        "len(u)",
        "int(u)",
        "float(u)",
        "abs(u)",
        "round(u)",
        "sum([1, u])",
        "max(1, u)",
        "min([u, 2])",
        "sorted([1, u])",
        "str(u)",
        "f'{u}'",
        "'{}'.format(u)",
        "'a'.join(['x', u])",
        "[1, 2].index(u)",
        "[1, u].index(2)",
        "[u].count(1)",
        "list(u)",
        "tuple(u)",
        "dict(u)",
        "set([u, 1])",
        "{'a': 1}.get(u)",
        "range(u)",
        "zip(u)",
        "enumerate(u)",
        "map(str, u)",
        "next(iter(u))",
        "any(u)",
        "any([0, u])",
        "all([1, u])",
        "isinstance(u, int)",
        "getattr(3, u)",
        "hasattr(3, u)",
        "hash('a')",
        "type(u)",
        "callable(u)",
        "pow(2, u)",
        "divmod(u, 2)[0]",
        "reversed(u)",
        "open('x')",
        "eval(u)",
        "input()",
        "u.upper()",
        "bool(u)",
        "[3][u]",
        "(1, 2).index(u)",
        "frozenset([u, u + 1])",
        "'a' * u",
        "'ab'.split(u)",
    ],
)
def test_the_result_is_unknown(expression: str) -> None:
    assert isinstance(unknown(expression), Unknown)


@pytest.mark.parametrize(
    ("module", "call"),
    [
        ("math", "sqrt(u)"),
        ("math", "floor(u)"),
        ("math", "prod([2, u])"),
        ("time", "time()"),
        ("random", "randint(1, 2)"),
        ("os", "listdir('/')"),
        ("os.path", "exists('/')"),
        ("os", "environ['HOME']"),
        ("re", "match('a', u)"),
        ("json", "loads(u)"),
        ("functools", "reduce(max, u)"),
        ("datetime", "datetime.now()"),
        ("pathlib", "Path('a').exists()"),
        ("operator", "add(1, u)"),
        ("sys", "argv"),
        ("collections", "namedtuple('P', u)"),
        ("subprocess", "run(['true'])"),
        ("collections", "OrderedDict(u)"),
        ("copy", "copy(iter([1]))"),
        ("copy", "copy(u) is u"),
        ("copy", "deepcopy([u])[0] is u"),
    ],
)
def test_the_result_of_a_library_is_unknown(module: str, call: str) -> None:
    assert isinstance(unknown(f"m.{call}", f"import {module} as m"), Unknown)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("any([u, 1])", True),
        ("all([u, 0])", False),
        ("max([], default=3)", 3),
        ("len([u, u])", 2),
        ("[u, 1].index(u)", 0),
        ("list(zip([1], [u]))[0][0]", 1),
        ("{'a': u}.get('b', 4)", 4),
        ("[x for x, _ in enumerate([u])]", [0]),
        ("(u, 5)[1]", 5),
        ("dict(a=u).keys() == {'a'}", True),
        ("isinstance([u], list)", True),
        ("[1, u].index(1)", 0),
        ("sorted([u], key=lambda x: 1) == [u]", True),
        ("max([u], key=lambda x: 1) is u", True),
        ("len({u: 1} if False else {})", 0),
    ],
)
def test_what_is_known_stays_known(expression: str, expected: Any) -> None:
    assert unknown(expression) == expected


@pytest.mark.parametrize(
    "statement",
    [
        "a.extend(u)",
        "a.insert(u, 1)",
        "a.remove(u)",
        "a.sort(key=lambda x: u + x)",
        "a.pop(u)",
        "d.update(u)",
        "d.setdefault(u, 1)",
        "d.pop(u)",
        "s.update(u)",
        "s.add(u)",
        "s.discard(u)",
    ],
)
def test_a_container_changed_in_unknown_ways_is_unknown(statement: str) -> None:
    setup = f"a, d, s = [3, 1, 2], {{'k': 1}}, {{1, 2}}\n{statement}"
    result = unknown({"a": "a[0]", "d": "d['k']", "s": "1 in s"}[statement[0]], setup)
    assert isinstance(result, Unknown)
    assert isinstance(unknown(f"len({statement[0]})", setup), Unknown)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("int(h)", H),
        ("float(h) / 2", Ratio(H, 2)),
        ("int(h / 2)", H // 2),
        ("math.floor(h / 2)", H // 2),
        ("math.ceil(h / 2)", (H + 1) // 2),
        ("math.trunc(h / 4)", H // 4),
        ("round(h)", H),
        ("round(h / 3)", (2 * H + 3) // 6),
        ("abs(h)", H),
        ("abs(-h)", H),
        ("max(h, w)", maximum(H, W)),
        ("min(h, w, 4)", minimum(H, W, 4)),
        ("max([h, 0])", H),
        ("sum([h, h, 1])", 2 * H + 1),
        ("math.prod([h, w, 3])", 3 * H * W),
        ("max(h, h - 1)", H),
        ("divmod(h, 2)", (H // 2, H % 2)),
        ("pow(h, 2)", H * H),
        ("len(range(h, h + 3))", 3),
        ("list(range(h, h + 2))", [H, H + 1]),
        ("operator.mul(h, 2)", 2 * H),
        ("reduce(operator.mul, [h, w])", H * W),
        ("list(accumulate([h, 1]))", [H, H + 1]),
        ("sorted([h + 1, h])", [H, H + 1]),
        ("[h, w].index(h)", 0),
        ("{h: 5}[h]", 5),
        ("isinstance(h, int)", True),
        ("type(h) is int", True),
        ("max(h / 2, 0.5)", Ratio(H, 2)),
        ("int(max(h, w) / 2)", maximum(H, W) // 2),
        ("h in (h, 3)", True),
        ("set([h, h]) == {h}", True),
        ("math.floor(h)", H),
        ("any([h])", True),
    ],
)
def test_symbolic_sizes_stay_exact(expression: str, expected: Any) -> None:
    setup = "import math, operator\nfrom functools import reduce\nfrom itertools import accumulate\n"
    assert run(f"{setup}result = {expression}\n", h=H, w=W) == expected


@pytest.mark.parametrize(
    "expression",
    [
        "sorted([h, w])",
        "[h, w].index(3)",
        "{h: 5}.get(4)",
        "{4: 1}.get(h)",
        "len({h, 4})",
        "list(range(h))",
        "str(h)",
        "round(h / 2)",
        "math.sqrt(h)",
        "max(h / 2, 8)",
    ],
)
def test_symbolic_sizes_are_not_guessed(expression: str) -> None:
    assert isinstance(run(f"import math\nresult = {expression}\n", h=H, w=W), Unknown)


@pytest.mark.parametrize("expression", ["any([h > 5, False])", "all([h > 5, w > 3])", "bool(h > 7)", "h in (3, 5)"])
def test_conditions_stay_conditions(expression: str) -> None:
    assert isinstance(run(f"result = {expression}\n", h=H, w=W), SymbolicBool | Unknown)


@pytest.mark.parametrize("value", [-9, -8, -1, 0, 1, 7, 8])
def test_truncation_is_exact_for_either_sign(value: int) -> None:
    """An argument may be negative: `int` rounds towards zero."""
    from convlint.symbolic import Symbol, SymbolKind

    argument = symbol("n", SymbolKind.ARGUMENT)
    result = run("result = int(n / 4)\n", n=argument)
    assert isinstance(result, Dim)
    assert evaluate(result, {Symbol("n", SymbolKind.ARGUMENT): value}) == int(value / 4)


@pytest.mark.parametrize(
    "expression",
    [
        "2 ** 100000",
        "1 << 100000",
        "pow(2, 100000)",
        "math.factorial(100000)",
        "'a' * 10**9",
        "[0] * 10**9",
        "'a'.ljust(10**9)",
        "'{:>999999999}'.format(1)",
        "format(1, '999999999')",
        "list(range(10**9))",
        "list(itertools.product(range(100), repeat=9))",
        "math.comb(10**6, 5 * 10**5)",
        "bytes(10**9)",
        "'ab'.replace('', 'x' * 999999)",
        "int('9' * 5000)",
        "re.match('(a+)+$', 'a' * 60 + 'b')",
        "re.match('(a|a)*$', 'a' * 60 + 'b')",
        "re.search('.*.*.*.*x', 'a' * 2000)",
        "list(itertools.permutations(range(20)))",
        "tuple(itertools.count())",
        "ast.literal_eval('(' * 1000 + ')' * 1000)",
        "re.compile('a' * 5000)",
        "sum(itertools.repeat(1, 10**9)) if False else open('x')",
        "math.perm(10**5)",
        "'x'.expandtabs(10**9) if False else '\\t'.expandtabs(10**9)",
        "fnmatch.fnmatch('a' * 100, '*a' * 50)",
    ],
)
def test_work_is_bounded(expression: str) -> None:
    assert isinstance(run(f"import ast, fnmatch, itertools, math, re\nresult = {expression}\n"), Unknown)
