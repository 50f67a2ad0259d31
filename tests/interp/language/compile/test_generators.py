"""Generator functions: `yield` in any expression and statement, and what is sent, thrown and returned."""

from __future__ import annotations

import textwrap

import pytest

from tests.interp.running import agrees

DRIVE = """
def drive(generator, sent=(None, 1, 2, 3, 4, 5)):
    log = []
    for value in sent:
        try:
            log.append(generator.send(value))
        except StopIteration:
            log.append('end')
            break
        except (ValueError, TypeError, ArithmeticError, AttributeError, AssertionError, LookupError) as error:
            log.append(type(error).__name__)
            break
    return log
"""
FUNCTIONS = {
    "sum": "def f():\n    x = (yield 'a') + 1\n    yield x",
    "call": "def f():\n    yield (lambda *a, **k: (a, k))((yield 1), 2, *(yield 3), b=(yield 4))",
    "empty": "def f():\n    yield ((yield), (yield))",
    "nested": "def f():\n    yield (yield (yield 1))",
    "display": "def f():\n    yield [(yield 1), {'k': (yield 2), **{}}, {(yield 3)}]",
    "order": """
        log = []
        def note(x):
            log.append(x)
            return x
        def f():
            value = note(1) + (yield list(log)) + note(2)
            yield value, list(log)
            yield [note(3), (yield list(log)), note(4)], list(log)
        """,
    "short circuit": "def f():\n    yield (yield 0) or (yield 1) or 7\n    yield 0 and (yield 'never')",
    "condition": "def f():\n    yield ((yield 1) if (yield 2) else (yield 3))",
    "comparison": "def f():\n    yield 0 < (yield 1) < (yield 2)\n    yield 5 < (yield 'b') < 1 / 0",
    "subscript": "def f():\n    d = {}\n    d[(yield 1)] = (yield 2)\n    d[(yield 3)] += 10 if d else 0\n    yield d",
    "augmented": "def f():\n    total = 10\n    total += (yield total)\n    total *= yield\n    yield total",
    "targets": "def f():\n    a = {}\n    (a['x'], a[(yield 1)]), *b = (yield 2), 3, 4\n    yield a, b",
    "unpacked": "def f():\n    d = {}\n    (d[(yield 1)], d['y']), e = (5, 6), (yield 2)\n    yield d, e",
    "delete": "def f():\n    d = {1: 1, 2: 2, None: 3}\n    del d[(yield 1)], (d[(yield 2)],)\n    yield d",
    "defaults": """
        def f():
            yield (lambda x=(yield 1), *, y=(yield 2): (x, y))()
            def g(x=(yield 3)): return x
            yield g()
        """,
    "decorator": "def f():\n    @((yield 1) or (lambda g: 'plain'))\n    def g(): pass\n    yield g",
    "annotated": "def f():\n    x: int = (yield 1)\n    yield x",
    "f-string": "def f():\n    yield f'{(yield 1)}-{(yield 2):>4}'",
    "comprehension": "def f():\n    yield [x * 2 for x in (yield 1) or (1, 2)]",
    "walrus": "def f():\n    if (n := (yield 1)):\n        yield n",
    "if and while": """
        def f():
            while (yield 'test'):
                if (yield 'if') == 2:
                    yield 'two'
                elif (yield 'elif'):
                    yield 'other'
                else:
                    break
            else:
                yield 'else'
        """,
    "for": """
        def f():
            for x in range((yield 'n') or 2):
                if x == 1:
                    continue
                yield x
                try:
                    if x == 2:
                        break
                finally:
                    yield 'finally'
            else:
                yield 'else'
        """,
    "return in finally": "def f():\n    try:\n        yield 1\n        return 2\n    finally:\n        yield 3",
    "assert": "def f():\n    assert (yield 1) == 1\n    yield 'held'\n    assert (yield 2) == 1",
    "raise": """
        def f():
            try:
                raise ValueError((yield 1))
            except ValueError as e:
                yield e.args
        """,
    "with": """
        class M:
            def __enter__(self): return 'in'
            def __exit__(self, *a): return a[0] is ValueError
        def f():
            with M() as a, M() as b:
                yield a, b
                raise ValueError
            yield 'after'
        """,
    "match": """
        def f():
            match (yield 1):
                case 1 if (yield 'guard') == 3: yield 'guarded'
                case x: yield ('else', x)
        """,
    "yield from": """
        def inner():
            x = yield 'first'
            y = yield x
            return x, y
        def f():
            got = yield from inner()
            yield got
            yield (yield from [7, 8]), (yield from inner())
        """,
    "recursion": "def f(n=3):\n    if n:\n        yield (yield n), (yield from f(n - 1))",
    "closure": """
        def f():
            n = 0
            def more():
                nonlocal n
                n += 1
                return n
            yield more() + (yield n) + more()
            yield n
        """,
    "lambda": "f = lambda: (yield 1)",
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_what_is_sent_arrives_as_in_python(name: str) -> None:
    agrees(f"{DRIVE}\n{textwrap.dedent(FUNCTIONS[name])}\nresult = drive(f()), drive(f(), [None] * 9)")


PROGRAMS = {
    "throw": """
        def f():
            while True:
                try:
                    yield 1
                except ValueError as e:
                    yield 'caught', e.args
        g = f()
        result = next(g), g.throw(ValueError('x')), g.throw(ValueError) if next(g) else 0
        try:
            g.throw(KeyError('gone'))
        except KeyError:
            result += ('out', list(g))
        """,
    "throw into a generator that is delegated to": """
        def inner():
            try:
                yield 1
            except ValueError:
                yield 'inner'
            return 'value'
        def f():
            yield (yield from inner())
        g = f()
        result = next(g), g.throw(ValueError()), next(g)
        """,
    "close": """
        log = []
        def f():
            try:
                yield 1
                yield 2
            finally:
                log.append('closed')
        g, fresh, ended = f(), f(), f()
        next(g)
        list(ended)
        result = g.close(), fresh.close(), ended.close(), list(g), list(fresh), log
        """,
    "refused": """
        def f():
            yield 1
        def ends():
            next(iter(()))
            yield
        result = []
        for action in (lambda: f().send(1), lambda: list(ends()), lambda: f().throw(OSError())):
            try:
                action()
            except (TypeError, RuntimeError, OSError) as error:
                result.append(type(error).__name__)
        """,
    "generators in a loop of loops": """
        def pairs(n):
            for a in range(n):
                for b in (x for x in range(a) if x % 2 == 0):
                    yield a, b
        result = [p for p in pairs(6)], dict(pairs(4)), sum(a * b for a, b in pairs(5))
        """,
    "a generator is lazy": """
        log = []
        def source():
            for i in range(3):
                log.append(i)
                yield i
        g = ((a, b) for a in source() for b in (log.append('inner') or 'xy'))
        result = next(g), list(log), next(g), list(log), list(g), log
        """,
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_programs_run_as_in_python(name: str) -> None:
    agrees(PROGRAMS[name])
