"""Loops and branches that hang on something unknown: they are not run, and what they may change is forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.interp.language import operators
from convlint.interp.language.forgetting import forget
from convlint.interp.values.scope import Frame
from convlint.interp.values.signals import Stop, Undecided
from convlint.interp.values.unknown import Unknown, Value
from convlint.ir import nodes
from convlint.ir.walking import walk
from convlint.symbolic import Verdict

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

MAX_ROUNDS = 20_000
MAX_BLIND = 300
"""After how many rounds in a row that met something unknown nothing more is expected of a `while`."""


def is_open(vm: Vm, test: Value) -> bool:
    """Whether the truth of a condition is not known on this path."""
    result = operators.truth(vm, test)
    if isinstance(result, Unknown):
        return True
    if isinstance(result, bool):
        return False
    return vm.assumptions.decide(result.condition) is Verdict.OPEN


def skip(vm: Vm, node: nodes.For | nodes.While, frame: Frame, reason: str) -> Stop | None:
    """Pass over a loop that may run any number of times; it may also have returned from within."""
    vm.unknown(reason)
    body = node.body + node.orelse
    forget(vm, node, frame, reason)
    returns = any(isinstance(inner, nodes.Return) for inner in walk(body))
    if returns and vm.importing:
        vm.opened.setdefault(id(frame), []).append(Unknown(reason, vm.place()))
    elif returns and not vm.decide(f"whether a loop ends: {reason}"):
        frame.returned = Unknown(reason, vm.place())
        return Stop.RETURN
    return None


def pass_over(vm: Vm, branches: tuple[nodes.Stmt, ...], frame: Frame) -> None:
    """Go on after a condition that is not known while modules are imported, which happens once for all paths.

    What either branch would bind or change is unknown; one that only raises is one that the import did not take. Raises
    Undecided if the function may have returned from one of them, or the loop have ended.
    """
    if any(isinstance(inner, nodes.Return | nodes.Break | nodes.Continue) for inner in walk(branches)):
        raise Undecided("it depends on a condition that is not known")
    forget(vm, branches, frame, "it depends on a condition that is not known")


__all__ = ["MAX_ROUNDS", "forget", "is_open", "pass_over", "skip"]
