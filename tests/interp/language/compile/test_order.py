"""The order of evaluation, and what ends a statement early, against Python: random programs that note what they do."""

from __future__ import annotations

import random

import pytest

from tests.interp.running import agrees

HEAD = """
log = []
def t(value):
    log.append(value)
    return value
class Box:
    def __setattr__(self, name, value):
        log.append(('set', name))
        self.__dict__[name] = value
class Manager:
    def __init__(self, swallows): self.swallows = swallows
    def __enter__(self):
        log.append('enter')
        return self
    def __exit__(self, kind, error, trace):
        log.append(('exit', kind is None))
        return self.swallows
"""


CAUGHT = ["ValueError", "ZeroDivisionError", "(ValueError, TypeError)"]


class Writer:
    """Writes a random function. Every value is an integer; it may raise ValueError and ZeroDivisionError."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.pauses = self.random.random() < 0.4
        self.in_comprehension = 0
        self.lines: list[str] = []

    def expression(self, depth: int) -> str:
        pick = self.random.randrange(14 if depth else 3)
        if pick in (12, 13) and self.in_comprehension:
            pick = 0

        def inner() -> str:
            return self.expression(depth - 1)

        if pick == 0:
            return str(self.random.randrange(4))
        if pick == 1:
            return self.random.choice("abc")
        if pick == 2:
            return f"t({self.random.randrange(9)})"
        if pick == 3:
            return f"({inner()} {self.random.choice(['+', '-', '*', '//', '%'])} {inner()})"
        if pick == 4:
            return f"({inner()} {self.random.choice(['and', 'or'])} {inner()})"
        if pick == 5:
            return f"({inner()} if {inner()} else {inner()})"
        if pick == 6:
            ops = self.random.choice(["<", "<=", "==", "!=", ">"]), self.random.choice(["<", "==", ">="])
            return f"({inner()} {ops[0]} {inner()} {ops[1]} {inner()})"
        if pick == 7:
            return f"sum([{inner()}, *[{inner()}, {inner()}]])"
        if pick == 8:
            return f"{{{inner()}: {inner()}, 9: {inner()}}}[9]"
        if pick == 9:
            return f"(lambda x, y={inner()}, *z: x + y)({inner()})"
        if pick in (10, 11):
            self.in_comprehension += 1
            parts = inner(), inner()
            self.in_comprehension -= 1
            if pick == 10:
                return f"sum(v + {parts[0]} for v in (1, 2) if {parts[1]})"
            return f"len([v for v in range(2) for w in (v, {parts[0]}) if w])"
        if pick == 12:
            return f"(a := {inner()})"
        return f"((yield {inner()}) or 0)" if self.pauses else f"-{inner()}"

    def block(self, indent: str, depth: int, *, in_loop: bool) -> None:
        for _ in range(self.random.randrange(1, 4)):
            self.statement(indent, depth, in_loop=in_loop)

    def statement(self, indent: str, depth: int, *, in_loop: bool) -> None:
        add, more, value = self.lines.append, indent + "    ", self.expression(2)
        pick = self.random.randrange(16 if depth else 8)

        def inside(loop: bool = in_loop) -> None:
            self.block(more, depth - 1, in_loop=loop)

        if pick == 0:
            add(f"{indent}{self.random.choice('abc')} = {value}")
        elif pick == 1:
            add(f"{indent}{self.random.choice('abc')} {self.random.choice(['+', '-', '*'])}= {value}")
        elif pick == 2:
            add(f"{indent}box.x, d[{value}], *e = {self.expression(1)}, {self.expression(1)}, 3")
        elif pick == 3:
            add(f"{indent}d[0] += {value}")
        elif pick == 4:
            add(f"{indent}{value}")
        elif pick == 5:
            add(f"{indent}{self.random.choice(['break', 'continue']) if in_loop else 'log.append(a)'}")
        elif pick == 6:
            add(f"{indent}if {value}: return {self.expression(1)}")
        elif pick == 7:
            add(f"{indent}if {value}: raise {self.random.choice(['ValueError', 'ZeroDivisionError'])}({value})")
        elif pick in (8, 9):
            add(f"{indent}if {value}:")
            inside()
            add(f"{indent}else:")
            inside()
        elif pick in (10, 11):
            add(f"{indent}for {self.random.choice('abc')} in ({value}, {self.expression(1)}):")
            inside(True)
            add(f"{indent}else:")
            inside()
        elif pick == 12:
            add(f"{indent}n = 0")
            add(f"{indent}while n < 3 and {value}:")
            add(f"{more}n += 1")
            inside(True)
        elif pick in (13, 14):
            add(f"{indent}try:")
            inside()
            if self.random.random() < 0.8:
                add(f"{indent}except {self.random.choice(CAUGHT)} as e:")
                add(f"{more}log.append(type(e).__name__)")
                inside()
                if self.random.random() < 0.3:
                    add(f"{more}raise")
                if self.random.random() < 0.5:
                    add(f"{indent}else:")
                    inside()
            add(f"{indent}finally:")
            add(f"{more}log.append('finally')")
            inside()
        else:
            add(f"{indent}with Manager({self.random.choice(['True', 'False'])}) as m, Manager(False):")
            inside()

    def program(self) -> str:
        self.block("    ", 3, in_loop=False)
        body = "\n".join(self.lines)
        yields = "    if False: yield" if self.pauses else ""
        start = f"def f(a, b):\n    c, box, d = 1, Box(), {{0: 0}}\n{yields}\n{body}\n    log.append((a, b, c))\n"
        run = "list(f(1, 2))" if self.pauses else "f(1, 2)"
        caught = "(ValueError, ZeroDivisionError, OverflowError) as error"
        end = f"try:\n    log.append({run})\nexcept {caught}:\n    log.append(type(error).__name__)\nresult = log"
        return f"{HEAD}\n{start}\n{end}"


@pytest.mark.parametrize("seed", range(120))
def test_random_programs_do_the_same_in_the_same_order(seed: int) -> None:
    agrees(Writer(seed).program())
