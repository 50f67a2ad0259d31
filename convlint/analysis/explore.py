"""Exploring the paths of a run: what is not known is decided one way, then the run is repeated with the other."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct, field

from convlint.interp.imports.program import Program
from convlint.interp.language.checks import described
from convlint.interp.torch.replays import Fixed
from convlint.interp.values.picture import Picture, picture
from convlint.interp.values.reach import Restore, Unseen, restorer
from convlint.interp.values.sides import Seen, Side, sides
from convlint.interp.values.signals import Bound, PyRaise
from convlint.interp.values.unknown import FreeTensor, OpenBatch, Value
from convlint.interp.vm import Vm
from convlint.trace import Violation

MAX_PATHS = 24
ENOUGH = 8
"""From how many paths on only what none of them has seen is looked for, if they are too many to run all of them."""
MUCH_WORK = 40_000
"""From how many steps on they are: what one more path of a large model shows is seldom new."""


class Outcome(Struct, frozen=True):
    """How one path ended: "returned", "refused" (torch raises), "raised" (the program does so on purpose),
    "failed" (another exception, perhaps for want of a model of something) or "stopped" (a bound)."""

    vm: Vm
    ended: str
    value: Value = None
    violation: Violation | None = None
    reason: str = ""


class Exploration(Struct, frozen=True):
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
        return self.exhaustive and self.is_refused and not any(goes_on(outcome) for outcome in self.outcomes)


def goes_on(outcome: Outcome) -> bool:
    """Whether the program may get past here on that path, for all that is known."""
    return outcome.ended not in ("refused", "raised")


class Made(Struct, frozen=True):
    """What the first step of a run made, and the run as it stood then. `choices` are the decisions on the way to it."""

    value: Value
    choices: tuple[bool, ...]
    vm: Vm
    world: Picture
    written: tuple[Restore, ...]
    """What makes of older objects what the step made of them."""

    def serves(self, choices: tuple[bool, ...]) -> bool:
        """Whether a path with these decisions, and further ones taken the first way, comes to the same."""
        given = choices[: len(self.choices)]
        return given + (True,) * (len(self.choices) - len(given)) == self.choices

    def resume(self, choices: tuple[bool, ...]) -> Vm:
        """Make the world what it was, and return a run that goes on from there."""
        self.world.put_back()
        for restore in self.written:
            restore()
        return self.vm.branch(choices)


class Steps(Struct, frozen=True):
    """A run in two steps: what `make` returns is given to `use`.

    A step that was made once serves every path that decides alike on the way to it; `made` keeps them, for other
    explorations that begin with the same step too.
    """

    make: Callable[[Vm], Value]
    use: Callable[[Vm, Value], Value] = field(default=lambda vm, value: value)
    made: list[Made] = []

    def begin(self, program: Program, choices: tuple[bool, ...], seen: Seen | None) -> tuple[Vm, Made | None]:
        """Return a run, and what its first step made if it need not be done again."""
        served = (made for made in self.made if made.serves(choices))
        found = next((made for made in served if seen is None or len(made.choices) <= len(choices)), None)
        vm = Vm(program, choices) if found is None else found.resume(choices)
        vm.seen = seen
        return vm, found

    def keep(self, vm: Vm, value: Value) -> None:
        """Remember what the first step has made, unless something of it may change unseen, or it has called models."""
        if vm.infos or vm.model_runs or vm.frames:
            return
        written = vm.writes.written()
        try:
            world = picture([value, *written], vm.program.standing)
        except Unseen:
            return
        vm.fixed = Fixed({id(item): item for item in world.kept})
        vm.writes.watched = vm.fixed.objects
        after = tuple(restore for old in written if (restore := restorer(old)) is not None)
        self.made.append(Made(value, tuple(vm.taken), vm.branch(()), world, after))


class _Turning(Struct, frozen=True):
    """A path that does as another one did, and the opposite at one decision.

    It is kept as that path and where it turns off: a long one has as many turnings as decisions. `is_combined` if the
    other path turned off from a third one, and either side of the decision has been taken before. `side` is what is
    new on it.
    """

    taken: list[bool]
    index: int
    """Which decision; -1 for the first path of all."""
    is_combined: bool
    side: Side = (None, 0, True)

    @property
    def choices(self) -> tuple[bool, ...]:
        return () if self.index < 0 else (*self.taken[: self.index], not self.taken[self.index])

    def rank(self) -> tuple[bool, int]:
        return self.is_combined, self.index


def explore(
    program: Program,
    steps: Steps,
    *,
    max_paths: int = MAX_PATHS,
    enough: int = ENOUGH,
    until: Callable[[Outcome], bool] | None = None,
) -> Exploration:
    """Run `steps` along every path, or along as many as the bounds allow, each side of a branch once first.

    Where there are more paths than may be run, those are left out that differ from one which was run in several
    decisions whose both sides are known; and after `enough` paths (in dear models always) each takes whatever no path
    has taken, as long as there is such a thing. Who only wants to know whether no path does something gives that as
    `until`: there is no more to see once one does, or once the bounds leave no hope of running them all. Where a path
    has not asked for the rank of an input, another one may, and then all begin again.
    """
    waiting: list[_Turning] = [_Turning([], -1, is_combined=False)]
    seen: set[Side] = set()
    reasons: set[tuple[str, bool]] = set()
    outcomes: list[Outcome] = []
    spent = program.spent
    covers = False
    while waiting and len(outcomes) < max_paths and program.spent - spent < program.max_steps:
        waiting.sort(key=_Turning.rank)
        are_too_many = len(outcomes) + len(waiting) > max_paths
        if waiting[0].is_combined and are_too_many:
            break
        are_dear = program.spent - spent > MUCH_WORK
        covers = covers or (len(outcomes) >= enough and (are_too_many or are_dear))
        if covers and waiting[0].side in seen:
            waiting.pop(0)
            continue
        turning = waiting.pop(0)
        choices = turning.choices
        outcome = run_path(program, steps, choices, seen if covers else None)
        outcomes.append(outcome)
        vm = outcome.vm
        seen.update(sides(vm.decided_at, vm.taken))
        reasons.update(zip(vm.reasons, vm.taken, strict=True))
        for index, (place, number, taken) in enumerate(sides(vm.decided_at, vm.taken)):
            if index >= len(choices):
                is_combined = turning.index >= 0 and (vm.reasons[index], not taken) in reasons
                waiting.append(_Turning(vm.taken, index, is_combined, (place, number, not taken)))
        is_enough = until is not None and (until(outcome) or len(outcomes) + len(waiting) > max_paths)
        if is_enough and not any(map(_may_need_rank, outcomes)):
            return Exploration(tuple(outcomes), False)
    return Exploration(tuple(outcomes), not (waiting or covers))


def _may_need_rank(outcome: Outcome) -> bool:
    given = (value for run in outcome.vm.model_runs for value in (*run.args, *run.kwargs.values()))
    return any((isinstance(value, FreeTensor) and not value.settled) or isinstance(value, OpenBatch) for value in given)


def run_path(program: Program, steps: Steps, choices: tuple[bool, ...], seen: Seen | None = None) -> Outcome:
    """Run once with the given decisions taken first, and leave no trace of it in what stood before. `NeedRank` passes
    through. Further decisions are taken as no path that was `seen` has, if that is given."""
    vm, made = steps.begin(program, choices, seen)
    before = vm.steps
    try:
        value = steps.make(vm) if made is None else made.value
        if made is None:
            steps.keep(vm, value)
        return Outcome(vm, "returned", steps.use(vm, value))
    except PyRaise as raised:
        text = described(raised.value)
        if raised.violation is not None:
            return Outcome(vm, "refused", violation=raised.violation, reason=text)
        return Outcome(vm, "raised" if raised.explicit else "failed", reason=text)
    except Bound as bound:
        return Outcome(vm, "stopped", reason=bound.reason)
    except RecursionError:
        return Outcome(vm, "stopped", reason="the calls are too deeply nested")
    finally:
        program.spent += vm.steps - before
        vm.writes.undo()
