"""Exploring the paths of a run: what is not known is decided one way, then the run is replayed with the other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from convlint.interp.imports.program import Program
from convlint.interp.values.signals import Bound, PyRaise
from convlint.interp.values.unknown import Value
from convlint.interp.vm import Vm
from convlint.trace import Violation

MAX_PATHS = 24
MAX_RUNS_OF_STEPS = 2


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one path ended: "returned", "refused" (torch raises), "raised" (the program does so on purpose),
    "failed" (another exception, perhaps for want of a model of something) or "stopped" (a bound)."""

    vm: Vm
    ended: str
    value: Value = None
    violation: Violation | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Exploration:
    """The paths that were run; `exhaustive` if there are no others, `doubtful` if what torch refuses hangs on a
    default that callers may well override."""

    outcomes: tuple[Outcome, ...]
    exhaustive: bool
    doubtful: bool = False
    on_defaults: bool = False
    """Whether what torch refuses hangs on the defaults of the constructor's arguments."""

    @property
    def is_refused(self) -> bool:
        return any(outcome.ended == "refused" for outcome in self.outcomes)

    @property
    def always_refused(self) -> bool:
        """Whether the program cannot get past here: every path ends in an exception, and torch raises at least one."""
        return (
            self.exhaustive
            and self.is_refused
            and all(outcome.ended in ("refused", "raised") for outcome in self.outcomes)
        )


def explore(program: Program, action: Callable[[Vm], Value], *, max_paths: int = MAX_PATHS) -> Exploration:
    """Run `action` along every path, or along as many as the bounds allow, each side of a branch once first."""
    # A path that turns off from another is kept as that path and where: a long one has as many turnings as decisions.
    waiting: list[tuple[list[bool], int]] = [([], -1)]
    seen: set[tuple[str, bool]] = set()
    outcomes: list[Outcome] = []
    steps = 0
    while waiting and len(outcomes) < max_paths and steps < MAX_RUNS_OF_STEPS * program.max_steps:
        waiting.sort(key=_length)
        choices = _turned(*waiting.pop(0))
        outcome = run_path(program, action, choices)
        outcomes.append(outcome)
        vm = outcome.vm
        steps += vm.steps
        seen.update(zip(vm.reasons, vm.taken, strict=True))
        fresh: list[tuple[list[bool], int]] = []
        known: list[tuple[list[bool], int]] = []
        for index in range(len(choices), len(vm.taken)):
            other = (vm.taken, index)
            (known if (vm.reasons[index], not vm.taken[index]) in seen else fresh).append(other)
        waiting = fresh + waiting + known
    return Exploration(tuple(outcomes), not waiting)


def _length(turning: tuple[list[bool], int]) -> int:
    return turning[1] + 1


def _turned(taken: list[bool], index: int) -> tuple[bool, ...]:
    """Return the decisions of a path that does as another one did, and the opposite at one decision."""
    return () if index < 0 else (*taken[:index], not taken[index])


def run_path(program: Program, action: Callable[[Vm], Value], choices: tuple[bool, ...]) -> Outcome:
    """Run once with the given decisions taken first. `NeedRank` passes through."""
    vm = Vm(program, choices)
    try:
        return Outcome(vm, "returned", action(vm))
    except PyRaise as raised:
        text = f"{type(raised.value).__name__}: {raised.value}"
        if raised.violation is not None:
            return Outcome(vm, "refused", violation=raised.violation, reason=text)
        return Outcome(vm, "raised" if raised.explicit else "failed", reason=text)
    except Bound as bound:
        return Outcome(vm, "stopped", reason=bound.reason)
    except RecursionError:
        return Outcome(vm, "stopped", reason="the calls are too deeply nested")
    finally:
        program.spent += vm.steps
