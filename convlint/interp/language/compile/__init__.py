"""Compiling the IR to functions of Python's own, once for each node: `run(vm, frame)`.

A name's place is found while compiling, what is constant is computed then, and only what yields is a generator.
"""

from convlint.interp.language.compile import (  # each registers what it compiles
    assignments,
    boolean,
    calls,
    comprehensions,
    definitions,
    displays,
    exceptions,
    expressions,
    loops,
    names,
    patterns,
    pausing,
    statements,
    yields,
)
from convlint.interp.language.compile.definitions import run_module

__all__ = ["run_module"]

_FAMILIES = (
    assignments,
    boolean,
    calls,
    comprehensions,
    definitions,
    displays,
    exceptions,
    expressions,
    loops,
    names,
    patterns,
    pausing,
    statements,
    yields,
)
