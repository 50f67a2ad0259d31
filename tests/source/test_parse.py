"""Bad input ends in one error with its place; nothing overflows the stack, leaks a warning or takes minutes."""

from __future__ import annotations

import gc
import subprocess
import sys
import threading

import pytest

from convlint.ir.load import lower_text
from convlint.source.depth import MAX_BRACKETS, MAX_CHAIN, MAX_CHARACTERS, check_depth
from convlint.source.parse import parse
from convlint.source.stack import on_large_stack
from convlint.source.text import SourceError, SourceText, decode

pytestmark = pytest.mark.sampled


@pytest.mark.parametrize(
    ("text", "row", "column"),
    [
        ("x = (1,\ny = 2\n", 1, 4),
        ("x = 1\ny = = 2\n", 2, 4),
        ("def f()\n    pass\n", 1, 7),
        ('print "x"\n', 1, 0),
        ("if x:\n\ty\n        z\n", 3, None),
        ("%matplotlib inline\nx = 1\n", 1, 0),
        ("<<<<<<< HEAD\nx = 1\n", 1, 0),
        ("x = 'abc\n", 1, 4),
        ("x = '''abc\n\n", 1, 4),
        ("class A:\n", None, None),
        ("x = 1\n  y = 2\n", 2, None),
        ("é = 😀 +\n", 1, None),
        ("x = 'a' b'b'\n", 1, None),
        ("a = 1\r\nb = (\r\n", 2, 4),
        ("a = 1\rb = (\r", None, None),
    ],
)
def test_a_syntax_error_has_its_place(text: str, row: int | None, column: int | None) -> None:
    source = SourceText(text)
    with pytest.raises(SourceError) as caught:
        parse(source)
    error = caught.value
    assert error.message
    assert source.offset(error.row, error.column) <= len(text)
    assert row is None or error.row == row
    assert column is None or error.column == column


def test_what_python_takes_and_libcst_does_not_is_said_so() -> None:
    with pytest.raises(SourceError) as caught:
        parse(SourceText("x = 1\n(y): int = 2\n"))
    assert caught.value.message == "LibCST cannot parse this, though Python can"
    assert caught.value.row == 2


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "x",
        "\f\n",
        "# comment",
        "x = 1\r\ny = 2\r\n",
        "x = 1\ry = 2\nz = 3\r\n",
        "x = '\u2028'\n",
        "x = '\0'\n",
        "try: pass\nexcept A, e: pass\n",
        "def f[T](x: T): pass\n",
        "x = t'{a}'\n",
        "x = '\\d'\n",
        f"x = [{'1, ' * 30_000}]\n",
    ],
)
def test_odd_text_parses_and_lowers(text: str) -> None:
    lower_text(decode(text.encode()))


def test_no_warning_of_the_source_is_shown() -> None:
    program = (
        "from convlint.ir.load import load\nfor t in (b'x = \"\\\\d\" is 1\\n', b'x = \"\\\\d\" is 1 (\\n'):\n"
        + ("    try: load(t, 'a.py', use_cache=False)\n    except Exception as e: print(type(e).__name__)\n")
    )
    run = subprocess.run([sys.executable, "-W", "error", "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout == "SourceError\n"
    assert run.stderr == ""


def nested(opening: str, inner: str, closing: str, depth: int) -> str:
    return "x = " + opening * depth + inner + closing * depth + "\n"


# each would kill a process that parses it on an ordinary stack, or take minutes
BOMBS = {
    "calls": nested("f(", "1", ")", 20_000),
    "lists": nested("[", "1", "]", 20_000),
    "parentheses": nested("(", "1", ")", 20_000),
    "dictionaries": nested("{1: ", "1", "}", 20_000),
    "subscripts": nested("a[", "1", "]", 20_000),
    "open": "(" * 50_000,
    "mixed": "([{" * 20_000,
    "over lines": nested("f(\n", "1", ")\n", 20_000),
    "closers in strings": nested("f(')', ", "1", ")", 20_000),
    "closers in comments": nested("f( # )\n", "1", ")", 20_000),
    "closers in long strings": nested("f(''' ) ' \n ) ''', ", "1", ")", 20_000),
    "sum": "x = " + "a + " * 50_000 + "a\n",
    "sum over lines": "x = (" + "a +\n" * 50_000 + "a)\n",
    "sum over continued lines": "x = " + "a + \\\n" * 50_000 + "a\n",
    "attributes": "x = a" + ".b" * 50_000 + "\n",
    "chained calls": "x = f" + "()" * 50_000 + "\n",
    "chained calls with arguments": "x = f" + "(a, b)" * 50_000 + "\n",
    "chained subscripts": "x = f" + "[0]" * 50_000 + "\n",
    "and": "x = " + "a and " * 50_000 + "a\n",
    "not": "x = " + "not " * 50_000 + "a\n",
    "minus": "x = " + "-" * 50_000 + "a\n",
    "power": "x = " + "a ** " * 50_000 + "a\n",
    "ternaries": "x = " + "a if b else " * 50_000 + "a\n",
    "lambdas": "x = " + "lambda: " * 50_000 + "a\n",
    "awaits": "x = " + "await " * 50_000 + "a\n",
    "comparisons": "x = " + "a < " * 50_000 + "a\n",
    "strings": "x = " + "'a' " * 50_000 + "\n",
    "strings over lines": "x = (" + "'a'\n" * 50_000 + ")\n",
    "elif": "if a: pass\n" + "elif b: pass\n" * 20_000,
    "elif in a class": "class A:\n  if a: pass\n" + "  elif b: pass\n" * 20_000,
    "blocks": "".join(" " * depth + "if a:\n" for depth in range(1_200)) + " " * 1_200 + "pass\n",
    "f-string": "x = f'{" + "(" * 20_000 + "1" + ")" * 20_000 + "}'\n",
    "f-string with strings": "x = f'{" + 'f(")", ' * 20_000 + "1" + ")" * 20_000 + "}'\n",
    "f-string sum": "x = f'{" + "a + " * 50_000 + "a}'\n",
    "decorators": "@a\n" * 30_000 + "def f(): pass\n",
    "targets": "a = " * 20_000 + "1\n",
    "size": "x = 1\n" * (MAX_CHARACTERS // 6 + 1),
    "after a keyword": "(" * 190 + "\nreturn " + "(" * 190 + "\nreturn " + "[" * 50_000,
    "patterns": "match a:\n  case " + "[" * 20_000 + "]" * 20_000 + ": pass\n",
    "with items": "with (" * 20_000 + "a" + ")" * 20_000 + ": pass\n",
    "carriage returns": "x = (" + "a +\r" * 50_000 + "a)\r",
    "types": "x: " + "a[" * 20_000 + "b" + "]" * 20_000 + "\n",
    "stars": "f(" + "*" * 50_000 + "a)\n",
    "colons": "x = a[" + ":" * 50_000 + "]\n",
    "walrus": "x = " + "(a := " * 20_000 + "1" + ")" * 20_000 + "\n",
}


@pytest.fixture(scope="module")
def bomb_results() -> dict[str, str]:
    """Load all bombs in one child process, whose death would be seen; a dead one is told by the missing line."""
    program = (
        "import sys, json\n"
        "from convlint.ir.load import load\n"
        "for name, text in json.load(sys.stdin).items():\n"
        "    try:\n"
        "        load(text.encode(), name, use_cache=False)\n"
        "        outcome = 'ok'\n"
        "    except Exception as error:\n"
        "        outcome = type(error).__name__\n"
        "    print(json.dumps([name, outcome]), flush=True)\n"
    )
    import json

    run = subprocess.run(
        [sys.executable, "-c", program], input=json.dumps(BOMBS), capture_output=True, text=True, timeout=120
    )
    results = {}
    for line in run.stdout.splitlines():
        name, outcome = json.loads(line)
        results[name] = outcome
    return results


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_or_parsed(name: str, bomb_results: dict[str, str]) -> None:
    assert name in bomb_results, "the process died"
    outcome = bomb_results[name]
    assert outcome == ("ok" if name in ("decorators", "targets") else "SourceError")


LIMITS = {
    "brackets": (lambda n: nested("(", "1", ")", n), MAX_BRACKETS),
    "calls": (lambda n: nested("f(", "1", ")", n), MAX_BRACKETS),
    "sum": (lambda n: "x = " + "a + " * n + "a\n", MAX_CHAIN),
    "attributes": (lambda n: "x = a" + ".b" * n + "\n", MAX_CHAIN),
    "elif": (lambda n: "if a: pass\n" + "elif b: pass\n" * n, MAX_CHAIN),
}


@pytest.mark.parametrize("name", LIMITS)
def test_up_to_the_limit_text_is_parsed_and_lowered(name: str) -> None:
    make, limit = LIMITS[name]
    lower_text(SourceText(make(limit)))
    with pytest.raises(SourceError) as caught:
        check_depth(SourceText("# comment\ny = ''' '''\n" + make(limit + 1)))
    assert caught.value.message == "too deeply nested to parse safely"
    assert caught.value.row >= 3


@pytest.mark.parametrize(
    "text",
    [
        "x = [" + "a.b + c(d), " * 3_000 + "]\n",
        "x = {" + "'a': b.c[d] or 1,\n" * 3_000 + "}\n",
        "f(a.b)(c)\n" * 3_000,
        "f(a, b='''(((''', c='[', # (((\n d=\"{\\\"(\")\n" * 3_000,
        "class A:\n" + "    def f(self, x=(1, 2)): return self.a.b(x).c + 1\n" * 3_000,
        "if a: b\nelif c: d\nelse: e\n" * 3_000,
        "x = f'{a.b(c)} and {d!r:>{e}}'; y = '- - - - ( ( ('\n" * 3_000,
        "'''" + "(a + b)\n" * 3_000 + "'''\n",
        "# " + "(" * 3_000 + "\n",
        "x = ''' \\''' ((( ''' + r'\\' + \"\\\\\"\n" * 600,
    ],
)
def test_wide_text_is_not_taken_for_deep(text: str) -> None:
    check_depth(SourceText(text))


def test_an_open_bracket_does_not_make_the_rest_of_the_file_deep() -> None:
    text = "x = f(\n" + "def g(a):\n    return a.b(a) + 1\n" * 1_000
    with pytest.raises(SourceError) as caught:
        parse(SourceText(text))
    assert caught.value.row == 1
    assert "deep" not in caught.value.message


@pytest.mark.parametrize(
    "piece", ["'", '"', '"""', "\\", "'''\\'''", "f'{", "#", "(", "\\\n", "'\\\n", " ", "\t", "\f", "#\n"]
)
def test_a_megabyte_of_anything_is_scanned(piece: str) -> None:
    """What is not linear does not end on a text of this size."""
    try:
        check_depth(SourceText(piece * (1_000_000 // len(piece))))
    except SourceError as error:
        assert error.message.startswith(("too deeply nested", "too much to parse"))  # noqa: PT017 - most are fine


def test_settings_of_the_process_are_as_before() -> None:
    before = (gc.isenabled(), threading.stack_size(), sys.getrecursionlimit(), threading.active_count())
    parse(SourceText("x = 1\n"))
    with pytest.raises(SourceError):
        parse(SourceText("x = (\n"))
    assert (gc.isenabled(), threading.stack_size(), sys.getrecursionlimit(), threading.active_count()) == before
    gc.disable()
    try:
        parse(SourceText("x = 1\n"))
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_work_on_the_large_stack_may_ask_for_it_again() -> None:
    assert on_large_stack(lambda: on_large_stack(lambda: 7)) == 7


def test_errors_of_any_kind_reach_the_caller() -> None:
    class Panic(BaseException):
        pass

    def work() -> None:
        raise Panic

    with pytest.raises(Panic):
        on_large_stack(work)


def test_threads_may_parse_at_the_same_time() -> None:
    results: list[int] = []
    source = SourceText("x = f(1)\n" * 50)
    threads = [threading.Thread(target=lambda: results.append(len(lower_text(source).body))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [50] * 6
    assert gc.isenabled()


@pytest.mark.parametrize("line", ["%matplotlib inline", "!pip install torch", "    %time f()"])
def test_commands_of_notebooks_are_told_as_such(line: str) -> None:
    with pytest.raises(SourceError, match=f"`{line.split()[0]}` is a command of notebooks, and no Python"):
        parse(SourceText(f"import torch\nif 1:\n    x = 1\n{line}\n"))


def calls(depth: int) -> str:
    return "f(" * depth + "1" + ")" * depth + "\n"


@pytest.mark.parametrize(
    "text",
    [
        calls(190) * 50, calls(40) * 900, ("x" + "()" * 490 + "\n") * 30, ("x" + ".a()" * 240 + "\n") * 100,
        ("x" + "[0]" * 490 + "\n") * 30, "a=1\n" * 150_000, f"x = [{'1,' * 300_000}]\n",
        ("f'" + "{a}" * 900 + "'\n") * 200,
    ],
    ids=["deep calls", "calls", "calls of calls", "methods", "subscripts", "short", "a list", "f-strings"],
)  # fmt: skip
def test_what_takes_long_to_parse_is_refused(text: str) -> None:
    with pytest.raises(SourceError, match=r"too much to parse: it takes [0-9,]+ steps"):
        check_depth(SourceText(text))


@pytest.mark.parametrize("text", [calls(12) * 1_000, f"x = [{'1,' * 200_000}]\n", "a = f(b, c=1)\n" * 25_000])
def test_what_is_only_large_is_not_refused(text: str) -> None:
    check_depth(SourceText(text))
