"""Seeded changes of a program's text: the mistakes that people make in models, and damage of any kind."""

from __future__ import annotations

import ast
import random
import re
from collections.abc import Callable

Edit = tuple[int, int, str]
"""The piece of the text to replace, as character offsets, and what to put there."""


class Text:
    """A program's text with its tree, whose nodes know where they stand as character offsets."""

    def __init__(self, source: str, rows: frozenset[int] | None = None) -> None:
        """Take a program; with `rows`, only what starts in one of these lines is changed."""
        self.source = source
        self.tree = ast.parse(source)
        self.starts = [0]
        for line in source.splitlines(keepends=True):
            self.starts.append(self.starts[-1] + len(line))
        assert source.isascii()  # columns of the tree count bytes
        nodes = [node for node in ast.walk(self.tree) if isinstance(node, ast.expr | ast.stmt)]
        self.nodes = [node for node in nodes if rows is None or node.lineno in rows]

    def span(self, node: ast.AST) -> tuple[int, int]:
        first = self.starts[node.lineno - 1] + node.col_offset  # type: ignore[attr-defined]
        last = self.starts[node.end_lineno - 1] + node.end_col_offset  # type: ignore[attr-defined]
        return first, last

    def of(self, node: ast.AST) -> str:
        first, last = self.span(node)
        return self.source[first:last]

    def replaced(self, node: ast.AST, new: str) -> str:
        first, last = self.span(node)
        return self.source[:first] + new + self.source[last:]


def mistake(source: str, rng: random.Random, rows: frozenset[int] | None = None) -> str | None:
    """Return the program with one likely mistake about shapes, None if the chosen kind does not apply."""
    return rng.choice(MISTAKES)(Text(source, rows), rng)


def damage(source: str, rng: random.Random) -> str | None:
    """Return an odd but syntactically valid program, None if the chosen change makes none."""
    for _ in range(rng.choice((1, 1, 2, 4))):
        changed = rng.choice(DAMAGES)(Text(source), rng)
        try:
            if changed is not None and changed.isascii():
                compile(changed, "damaged", "exec")
                source = changed
        except (SyntaxError, ValueError):
            continue
    return source


def _pick(rng: random.Random, items: list[ast.AST]) -> ast.AST | None:
    return rng.choice(items) if items else None


def change_number(text: Text, rng: random.Random) -> str | None:
    """Another channel number, kernel, stride, padding, size, axis or index."""
    node = _pick(rng, [node for node in text.nodes if isinstance(node, ast.Constant) and type(node.value) is int])
    if node is None:
        return None
    value = node.value  # type: ignore[attr-defined]
    new = rng.choice([value + 1, value - 1, value * 2, value // 2, value + 2, -value, 0, 1, 3])
    return None if new == value else text.replaced(node, str(new))


def change_size_of_input(text: Text, rng: random.Random) -> str | None:
    """Another size, one size more or one less in a call that makes a tensor."""
    makers = {"rand", "randn", "zeros", "ones", "randint"}
    calls = [node for node in text.nodes if isinstance(node, ast.Call) and _name(node) in makers and node.args]
    call = _pick(rng, calls)  # type: ignore[arg-type]
    if call is None:
        return None
    sizes = call.args  # type: ignore[attr-defined]
    if len(sizes) > 1 and rng.random() < 0.3:
        gone = rng.randrange(len(sizes))
        kept = [text.of(size) for index, size in enumerate(sizes) if index != gone]
        return text.source[: text.span(sizes[0])[0]] + ", ".join(kept) + text.source[text.span(sizes[-1])[1] :]
    size = rng.choice(sizes)
    return text.replaced(
        size, rng.choice([f"{text.of(size)} + 1", f"2 * {text.of(size)}", f"1, {text.of(size)}", "1", "5"])
    )


def change_argument(text: Text, rng: random.Random) -> str | None:
    """An argument of a layer left out, added or in another's place."""
    calls = [node for node in text.nodes if isinstance(node, ast.Call) and (node.args or node.keywords)]
    call = _pick(rng, calls)  # type: ignore[arg-type]
    if call is None:
        return None
    args, keywords = list(call.args), list(call.keywords)  # type: ignore[attr-defined]
    parts = [text.of(arg) for arg in args] + [text.of(word) for word in keywords]
    kind = rng.randrange(4)
    if kind == 0:
        del parts[rng.randrange(len(parts))]
    elif kind == 1 and len(args) > 1:
        i, j = rng.sample(range(len(args)), 2)
        parts[i], parts[j] = parts[j], parts[i]
    elif kind == 2:
        parts.append(
            rng.choice(["stride=2", "padding=1", "groups=2", "dilation=2", "dim=1", "bias=False", "kernel_size=5"])
        )
    else:
        parts[rng.randrange(len(parts))] = rng.choice(["2", "(3, 1)", "-1", "'same'", "None"])
    _, last = text.span(call)
    opening = text.span(call.func)[1]  # type: ignore[attr-defined]
    return text.source[:opening] + "(" + ", ".join(parts) + ")" + text.source[last:]


def drop_call(text: Text, rng: random.Random) -> str | None:
    """A call left out whose first argument, or whose object, goes on in its place: a lost flatten, pool or squeeze."""
    calls = [node for node in text.nodes if isinstance(node, ast.Call)]
    call = _pick(rng, calls)  # type: ignore[arg-type]
    if call is None:
        return None
    if isinstance(call.func, ast.Attribute) and (rng.random() < 0.5 or not call.args):  # type: ignore[attr-defined]
        return text.replaced(call, text.of(call.func.value))  # type: ignore[attr-defined]
    return text.replaced(call, text.of(call.args[0])) if call.args else None  # type: ignore[attr-defined]


def swap_operator(text: Text, rng: random.Random) -> str | None:
    """`+` for `*`, `@` for `*`, `//` for `/` and so on."""
    node = _pick(rng, [node for node in text.nodes if isinstance(node, ast.BinOp)])
    if node is None:
        return None
    left, right = text.of(node.left), text.of(node.right)  # type: ignore[attr-defined]
    return text.replaced(node, f"({left} {rng.choice(['+', '-', '*', '//', '@', '/', '**'])} {right})")


def swap_name(text: Text, rng: random.Random) -> str | None:
    """One name or attribute where another of the same program should stand."""
    kinds = rng.choice([(ast.Name,), (ast.Attribute,)])
    found = [node for node in text.nodes if isinstance(node, kinds) and isinstance(node.ctx, ast.Load)]
    if len(found) < 2:
        return None
    target = rng.choice(found)
    near = [node for node in found if abs(node.lineno - target.lineno) < 12]
    return text.replaced(target, text.of(rng.choice(near)))


def drop_statement(text: Text, rng: random.Random) -> str | None:
    """A statement left out."""
    statements = [node for node in text.nodes if isinstance(node, ast.Assign | ast.AugAssign | ast.Expr | ast.If)]
    node = _pick(rng, statements)  # type: ignore[arg-type]
    return None if node is None else text.replaced(node, "pass")


def swap_layers(text: Text, rng: random.Random) -> str | None:
    """Two elements of a list, tuple or call in each other's place: layers, sizes, parts of a cat."""
    holders = [node for node in text.nodes if isinstance(node, ast.List | ast.Tuple) and len(node.elts) > 1]
    node = _pick(rng, holders)  # type: ignore[arg-type]
    if node is None or not isinstance(node.ctx, ast.Load):  # type: ignore[attr-defined]
        return None
    a, b = sorted(rng.sample(range(len(node.elts)), 2))  # type: ignore[attr-defined]
    first, second = node.elts[a], node.elts[b]  # type: ignore[attr-defined]
    (start, middle), (resume, end) = text.span(first), text.span(second)
    source = text.source
    return source[:start] + source[resume:end] + source[middle:resume] + source[start:middle] + source[end:]


def duplicate_statement(text: Text, rng: random.Random) -> str | None:
    """A simple statement twice."""
    node = _pick(rng, [node for node in text.nodes if isinstance(node, ast.Assign | ast.Expr | ast.Return)])
    if node is None:
        return None
    indent = " " * node.col_offset  # type: ignore[attr-defined]
    return text.replaced(node, f"{text.of(node)}\n{indent}{text.of(node)}")


def swap_rank(text: Text, rng: random.Random) -> str | None:
    """A layer of another number of dimensions."""
    found = list(re.finditer(r"\b[A-Za-z_]+([123])d\b", text.source))
    if not found:
        return None
    match = rng.choice(found)
    new = rng.choice("123".replace(match[1], ""))
    return text.source[: match.start(1)] + new + text.source[match.end(1) :]


def odd_expression(text: Text, rng: random.Random) -> str | None:
    """Any expression replaced by a value of another kind."""
    node = _pick(rng, [node for node in text.nodes if isinstance(node, ast.expr) and not _is_target(node)])
    if node is None:
        return None
    return text.replaced(node, rng.choice(ODD).replace("$", text.of(node)))


def swap_statements(text: Text, rng: random.Random) -> str | None:
    """Two statements in each other's place."""
    found = [node for node in text.nodes if isinstance(node, ast.stmt) and node.lineno == node.end_lineno]
    if len(found) < 2:
        return None
    first, second = sorted(rng.sample(found, 2), key=text.span)
    (start, middle), (resume, end) = text.span(first), text.span(second)
    source = text.source
    return source[:start] + source[resume:end] + source[middle:resume] + source[start:middle] + source[end:]


def _is_target(node: ast.expr) -> bool:
    return not isinstance(getattr(node, "ctx", ast.Load()), ast.Load)


def _name(call: ast.Call) -> str:
    func = call.func
    return func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")


ODD = [
    "None", "()", "[]", "{}", "''", "'text'", "0.5", "-1", "10**30", "float('nan')", "(lambda *a, **k: a)", "[$]",
    "($, $)", "{'a': $}", "not $", "-$", "$.x", "$()", "$[0]", "$[...]", "*$", "(yield)", "[i for i in $]", "type($)",
    "str($)", "super()", "self", "$ if $ else $", "torch", "nn", "torch.nn.Module", "nn.Conv2d", "int", "print",
    "object()", "iter($)", "next(iter($))", "range(10**9)", "len($)", "...", "b''", "1j", "$ is $", "{$}", "f'{$}'",
    "getattr($, 'shape')", "$.shape", "$.view(-1)", "(x := $)", "Exception", "set()", "frozenset", "sum($)",
    "sorted($)", "dict($)", "list($)", "zip($, $)", "map(str, $)", "torch.rand($)", "nn.Sequential($)", "True",
    "1 / 0", "torch.tensor($)",
]  # fmt: skip
Mutation = Callable[[Text, random.Random], "str | None"]
MISTAKES: list[Mutation] = [
    *[change_number] * 4, *[change_size_of_input] * 2, *[change_argument] * 2, drop_call, swap_operator, swap_name,
    drop_statement, swap_layers, duplicate_statement, swap_rank,
]  # fmt: skip
DAMAGES: list[Mutation] = [*MISTAKES, *[odd_expression] * 8, *[swap_statements] * 3]
