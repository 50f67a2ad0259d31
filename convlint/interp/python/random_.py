"""`random`: numbers of which nobody knows which ones, and choices from what is known."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

from convlint.interp.language.alike import again, alike
from convlint.interp.natives.registry import native
from convlint.interp.values.unknown import Number, Unknown, Value, Whole

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

FLOATS = (
    "random", "uniform", "triangular", "betavariate", "expovariate", "gammavariate", "gauss", "lognormvariate",
    "normalvariate", "vonmisesvariate", "paretovariate", "weibullvariate",
)  # fmt: skip
WHOLE = ("randint", "randrange", "getrandbits", "binomialvariate")
MAX_DRAWN = 4096
"""So many items at most are listed one by one."""


@native(*(f"random.{name}" for name in FLOATS))
def _number(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return Number("a random number")


@native(*(f"random.{name}" for name in WHOLE))
def _whole(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return Whole("a random number")


@native("random.choice")
def _choice(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    seq = args[0] if args else kwargs.get("seq")
    if isinstance(seq, range):
        return Whole("a random number")
    return vm.getitem(seq, Whole("which one is chosen"))


@native("random.sample", "random.choices")
def _sample(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    population = args[0] if args else kwargs.get("population")
    count = kwargs.get("k", args[-1] if len(args) > 1 else 1)
    if not isinstance(count, int) or count > MAX_DRAWN:
        return Unknown("which ones are chosen")
    if count <= 0:
        return []
    one = _choice(vm, [population], {})
    return [one, *(copy.copy(one) if isinstance(one, Unknown) else again(one) for _ in range(count - 1))]


@native("random.shuffle")
def _shuffle(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """The items stand in another order: each may be any of them."""
    items = args[0] if args else kwargs.get("x")
    if isinstance(items, list) and vm.taint_of(items) is None and 1 < len(items) <= MAX_DRAWN:
        one = alike(vm, items)
        if isinstance(one, Unknown) and not isinstance(one, Number):
            vm.havoc(items, "the order of a list that was shuffled")
        else:
            vm.writing(items)
            items[:] = [again(one) for _ in items]
    elif not isinstance(items, list):
        vm.havoc(items, "the order of what was shuffled")
    return None
