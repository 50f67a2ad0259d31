"""Whether single samples may fit a model that no batch fits: layers take both, and the rank is a guess then."""

from __future__ import annotations

from convlint.analysis.explore import Exploration, Outcome
from convlint.symbolic.conditions import condition_symbols
from convlint.symbolic.solve import solve

FAILING = frozenset({"refused", "raised", "failed"})


def fits_nothing(exploration: Exploration) -> bool:
    """Tell whether every path ends in an exception, or demands of the input what no sizes meet together."""
    return exploration.exhaustive and not any(may_fit(outcome) for outcome in exploration.outcomes)


def may_fit(outcome: Outcome) -> bool:
    """Tell whether a path neither ends in an exception nor demands what no sizes meet."""
    return not _is_hopeless(outcome)


def _is_hopeless(outcome: Outcome) -> bool:
    if outcome.ended in FAILING:
        return True
    conditions = [item.condition for item in outcome.vm.conditions]
    # Conditions on one size each were decided, exactly, as they came.
    if outcome.ended != "returned" or all(len(condition_symbols(condition)) < 2 for condition in conditions):
        return False
    return solve(conditions).impossible
