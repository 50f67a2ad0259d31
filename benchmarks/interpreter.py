"""How fast the interpreter runs plain Python: statements and expressions per CPU second, against CPython's own.

    python -m benchmarks.interpreter

Each program is run in the interpreter and by CPython in the same process; the ratio of the two is what counts, as the
machine's speed is in both.
"""

from __future__ import annotations

import textwrap
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from convlint.interp.imports.program import Program
from convlint.interp.language.compile import run_module, unit
from convlint.interp.values.code import Run
from convlint.interp.values.modules import PyModule
from convlint.interp.values.scope import Frame, Scope
from convlint.interp.vm import Vm
from convlint.ir.load import load
from convlint.source.stack import on_large_stack

REPEATED = 3

PROGRAMS = {
    "loops of windows": """
        def windows(resolution, size):
            points = [(i, j) for i in range(resolution) for j in range(resolution)]
            offsets, ids = {}, []
            for p1 in points:
                for p2 in points:
                    offset = (abs(p1[0] - p2[0]), abs(p1[1] - p2[1]))
                    if offset not in offsets:
                        offsets[offset] = len(offsets)
                    ids.append(offsets[offset])
            return len(ids)
        result = windows(9, 7)
        """,
    "config lists": """
        CONFIGS = [[1, 16, 1, 1], [6, 24, 2, 2], [6, 40, 2, 2], [6, 80, 3, 2], [6, 112, 3, 1], [6, 192, 4, 2]]
        def divisible(value, divisor=8):
            new = max(divisor, int(value + divisor / 2) // divisor * divisor)
            if new < 0.9 * value:
                new += divisor
            return new
        def blocks(width):
            made, channels = [], 32
            for expand, out, repeats, stride in CONFIGS:
                out = divisible(out * width)
                for index in range(repeats):
                    stride = stride if index == 0 else 1
                    made.append({'in': channels, 'out': out, 'stride': stride, 'mid': channels * expand})
                    channels = out
            return made
        result = 0
        for step in range(150):
            result += len(blocks(1.0 + step * 0.1))
        """,
    "arithmetic": """
        def collatz(n):
            steps = 0
            while n != 1:
                if n % 2 == 0:
                    n = n // 2
                else:
                    n = 3 * n + 1
                steps += 1
            return steps
        result = max(collatz(n) for n in range(1, 400))
        """,
    "objects": """
        class Block:
            def __init__(self, width, depth):
                self.width, self.depth = width, depth
            @property
            def area(self):
                return self.width * self.depth
            def scaled(self, by):
                return Block(self.width * by, self.depth)
        result = 0
        for index in range(1500):
            block = Block(index, 3).scaled(2)
            result += block.area + block.width
        """,
    "calls": """
        def add(a, b=1, *rest, c=2, **named):
            return a + b + c + len(rest) + len(named)
        def apply(f, n):
            return [f(i) for i in range(n)]
        result = 0
        for index in range(250):
            result += sum(apply(lambda x: add(x, index, c=3), 10))
        """,
}


def counted(source: str) -> int:
    """Return how many statements and expressions the interpreter runs; constants folded into others are not counted."""
    count = 0

    def counting(make: Callable[..., Any]) -> Callable[..., Any]:
        def made(compiled: unit.Unit, node: Any) -> Run:
            run = make(compiled, node)

            def run_counted(vm: Vm, frame: Frame) -> Any:
                nonlocal count
                count += 1
                return run(vm, frame)

            return run_counted

        return made

    tables = (unit._EXPRESSIONS, unit._STATEMENTS)
    before = [dict(table) for table in tables]
    for table in tables:
        table.update({kind: counting(make) for kind, make in table.items()})
    try:
        by_interpreter(source)
    finally:
        for table, makers in zip(tables, before, strict=True):
            table.update(makers)
    return count


def by_cpython(source: str) -> float:
    """Return the CPU seconds that CPython takes."""
    code = compile(source, "<program>", "exec")
    start = time.process_time()
    for _ in range(10):
        exec(code, {"__name__": "__main__"})
    return (time.process_time() - start) / 10


def by_interpreter(source: str) -> float:
    """Return the CPU seconds that the interpreter takes, reading and compiling apart."""
    module = load(source.encode(), "<program>", use_cache=False).module

    def run() -> float:
        program = Program(lambda name: load(Path(name).read_bytes(), name).module, max_steps=100_000_000)
        vm, scope = Vm(program, seconds=600), Scope({"__name__": "__main__"})
        frame = Frame(PyModule("program", "<program>", scope), scope)
        vm.frames.append(frame)
        start = time.process_time()
        run_module(vm, module, frame)
        spent = time.process_time() - start
        expected: dict[str, Any] = {"__name__": "__main__"}
        exec(compile(source, "<program>", "exec"), expected)
        assert scope.names["result"] == expected["result"], (scope.names["result"], expected["result"])
        return spent

    return on_large_stack(run)


def main() -> None:
    """Print a line for each program."""
    print(f"{'program':<20}{'nodes':>10}{'nodes/s':>12}{'of CPython':>12}")
    for name, text in PROGRAMS.items():
        source = textwrap.dedent(text)
        nodes = counted(source)
        ratios = []
        for _ in range(REPEATED):
            ours, theirs = by_interpreter(source), by_cpython(source)
            ratios.append((ours / theirs, nodes / ours))
        slower, speed = sorted(ratios)[REPEATED // 2]
        print(f"{name:<20}{nodes:>10,}{speed / 1e6:>10.2f} M{slower:>10.1f} ×")


if __name__ == "__main__":
    main()
