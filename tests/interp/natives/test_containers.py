"""Methods of texts, lists, tuples, dicts and sets compute what Python's compute."""

from __future__ import annotations

import pytest

from tests.interp.running import agrees

PROGRAMS = {
    "str": """
        s = 'Hello, World'
        result = (s.lower(), s.upper(), s.split(', '), s.replace('l', 'L', 1), s.find('o'), s.rfind('o'), s.startswith('He'), s.endswith(('x', 'd')),
                  s.strip('Hd'), s.partition(','), s.count('l'), s.index('W'), s.title(), s.swapcase(), 'a-b'.rsplit('-', 1), ' x '.strip(), 'x'.zfill(3),
                  'ab'.center(6, '*'), 'ab'.ljust(4), '-'.join(['a', 'b']), 'a,b'.split(','), '12'.isdigit(), 'ab1'.isalnum(), s[::-1], s * 2, 'lo' in s,
                  'a\\nb'.splitlines(), s.encode(), b'ab'.decode(), 'prefix_x'.removeprefix('prefix_'), 'ab'.translate({97: 'z'}), str.lower('AB'),
                  list(map(str.strip, [' a'])), 'abc'.casefold(), 'x.y'.rpartition('.'), str.maketrans('a', 'b'), len('é'), 'ß'.upper())
        """,
    "str.format": """
        class P:
            x = 3
            def __str__(self): return 'P!'
        result = ('{} {}'.format(1, 2), '{1}{0}'.format('a', 'b'), '{name:>5}|'.format(name='x'), '{:.2f}'.format(3.14159), '{0!r}'.format('a'),
                  '{{}}'.format(), '{:{w}}'.format('a', w=4), '{p.x} {d[k]} {l[0]}'.format(p=P(), d={'k': 1}, l=[7]), '{}'.format(P()),
                  '{a}'.format_map({'a': 1}), '%s-%d' % ('a', 3), '%(k)s' % {'k': 1}, '{:{}}|'.format('a', 3), '{:>{w}.{p}f}'.format(2.5, w=8, p=2))
        """,
    "str errors": """
        result = []
        for call in (lambda: 'a'.index('z'), lambda: '{}'.format(), lambda: '{x}'.format(), lambda: ''.join([1]), lambda: 'a' + 1, lambda: '{'.format(),
                     lambda: 'a'.split(''), lambda: '{:q}'.format('a'), lambda: b'\\xff'.decode()):
            try:
                call()
            except Exception as e:
                result.append(type(e).__name__)
        """,
    "bytes": "result = b'ab'.upper(), b'a,b'.split(b','), bytes(3), bytes([1, 2]), b'ab'.hex(), bytes('a', 'utf8'), len(b'abc'), b'ab'[0], bytes.fromhex('6162'), bytes(b'x')",
    "list": """
        a = [3, 1, 2]
        b = a.copy()
        a.append(5)
        a.extend((6, 7))
        a.extend(x for x in [8])
        a.insert(0, 9)
        a.insert(-1, 'i')
        p = a.pop(), a.pop(0), a.pop(-2)
        a.remove(1)
        b.sort(reverse=True)
        c = list('abc')
        c.reverse()
        d = [1, 2, 1]
        c.clear()
        result = a, b, c, p, d.count(1), d.index(2), d.index(1, 1), d.index(1, -1), [1] + [2], [0] * 3, list(), list(range(3)), [[1]].index([1])
        """,
    "list methods return nothing": "a = []\nresult = a.append(1), a.extend([2]), a.sort(), a.reverse(), a.insert(0, 1), a.remove(1), a.clear()",
    "list errors": """
        result = []
        for call in (lambda: [].pop(), lambda: [1].pop(3), lambda: [].remove(1), lambda: [].index(1), lambda: [1].extend(2), lambda: [1, 'a'].sort(), lambda: list(3),
                     lambda: [].append(), lambda: [1].pop('a')):
            try:
                call()
            except Exception as e:
                result.append(type(e).__name__)
        """,
    "list while it is walked": "a = [1, 2, 3]\nresult = []\nfor x in a:\n    result.append(x)\n    if x < 3 and len(a) < 6:\n        a.append(x + 10)",
    "sort with a key": """
        class V:
            def __init__(self, n): self.n = n
        a = [V(2), V(1), V(3)]
        a.sort(key=lambda v: v.n)
        result = [v.n for v in a]
        """,
    "tuple": "result = tuple([1, 2]), tuple('ab'), (1, 2, 1).count(1), (1, 2).index(2), tuple(), (1,) + (2,), (0,) * 2, tuple(x for x in range(2)), (1, 2) < (1, 3)",
    "dict": """
        d = {'a': 1}
        d['b'] = 2
        e = d.copy()
        e.update({'c': 3}, z=9)
        e.update([('q', 1)])
        popped = e.pop('a'), e.pop('nope', 0), e.popitem()
        d.setdefault('k', []).append(4)
        d.setdefault('a', 5)
        result = (d, e, popped, d.get('a'), d.get('zz'), d.get('zz', 4), list(d), list(d.keys()), list(d.values()), list(d.items()), 'a' in d, 'zz' in d,
                  dict(a=1), dict([('x', 1)]), dict({'y': 2}, w=3), dict.fromkeys('ab'), dict.fromkeys([1, 2], 0), dict(zip('ab', [1, 2])), {**d, 'n': 0}, len(d),
                  sorted(d), max(d.items(), key=lambda kv: kv[0]), d.keys() & {'a'}, d.keys() - {'a'} == {'b', 'k'}, list(reversed(d)), d | {'o': 1}, bool({}), dict())
        """,
    "dict views follow": """
        d = {'a': 1}
        keys, values, items = d.keys(), d.values(), d.items()
        d['b'] = 2
        result = list(keys), list(values), list(items), len(keys), 'b' in keys, ('b', 2) in items, 2 in values, d.keys() == {'a', 'b'}
        """,
    "dict errors": """
        result = []
        for call in (lambda: {}['a'], lambda: {}.pop('a'), lambda: {}.popitem(), lambda: {[]: 1}, lambda: {}.get([]), lambda: dict([1]), lambda: dict([(1, 2, 3)]),
                     lambda: {}.setdefault([], 1)):
            try:
                call()
            except Exception as e:
                result.append((type(e).__name__, e.args if isinstance(e, KeyError) else ''))
        """,
    "dict of objects": """
        class K: pass
        k = K()
        def f(): pass
        d = {k: 1, f: 2, int: 3, None: 4, (1, 'a'): 5, K: 6, 1: 7}
        result = d[k], d[f], d[int], d[None], d[1, 'a'], d[K], d[True], d[1.0], d.get(K()), K() in d
        """,
    "mappings of the program": """
        class M:
            def keys(self): return ['a', 'b']
            def __getitem__(self, k): return k * 2
        def f(**kw): return kw
        result = dict(M()), f(**M()), {**M()}
        """,
    "set": """
        s = {1, 2}
        s.add(3)
        s.discard(9)
        s.remove(1)
        t = s.copy()
        t.update([7], {8})
        u = {1, 2, 3}
        u.intersection_update([2, 3])
        result = (s, t, u, s | {5}, s & {2}, s - {2}, s ^ {2, 9}, s.union([1]), s.intersection([2]), s.difference({2}), s.symmetric_difference({2, 4}), s.issubset({2, 3, 4}),
                  s.issuperset([2]), s.isdisjoint([9]), 2 in s, len(s), set(), set('aa'), frozenset([1]), frozenset('a') == {'a'}, {5}.pop(), sorted(set([3, 1, 3])), s <= t, s < s)
        """,
    "set errors": """
        result = []
        for call in (lambda: set().pop(), lambda: {1}.remove(2), lambda: {[]}, lambda: set([[]]), lambda: set().add({}), lambda: set(3)):
            try:
                call()
            except Exception as e:
                result.append(type(e).__name__)
        """,
    "special methods by name": """
        result = ([1].__len__(), 'a'.__add__('b'), {}.__contains__(1), (5).__add__(3), [1, 2].__getitem__(1), list([1].__iter__()), (5).__radd__(1), 'x'.__eq__('x'),
                  {'a': 1}.__getitem__('a'), int.__add__(1, 2), dict.__len__({1: 2}), (7).__floordiv__(2), (2).__rpow__(3))
        """,
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_agrees(name: str) -> None:
    agrees(PROGRAMS[name])
