"""Environments of Gymnasium and Gym by the facts that are known of them: what they show is an array of known shape."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.interp.natives.registry import native, written
from convlint.interp.numpy import numbers
from convlint.interp.numpy.arrays import sized
from convlint.interp.others.gym.facts import INDIFFERENT, facts_of
from convlint.interp.values.unknown import Harmless, Unknown, Value
from convlint.symbolic import Dim
from convlint.symbolic.told import Told
from convlint.trace import Origin

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

SPACES = "Space Box Discrete MultiDiscrete MultiBinary Tuple Dict"
WRAPPERS = (
    "AtariPreprocessing FrameStack FrameStackObservation GrayScaleObservation GrayscaleObservation ResizeObservation "
    "FlattenObservation TimeLimit RecordVideo RecordEpisodeStatistics NormalizeObservation NormalizeReward ClipAction "
    "ClipReward RescaleAction RescaleObservation TransformReward AutoResetWrapper Autoreset OrderEnforcing "
    "PassiveEnvChecker HumanRendering Monitor"
)
for _package in ("gymnasium", "gym"):
    written("environments.py", _package, "make Env Wrapper ObservationWrapper ActionWrapper RewardWrapper make_vec")
    written("environments.py", f"{_package}.core", "Env Wrapper ObservationWrapper ActionWrapper RewardWrapper")
    written("environments.py", f"{_package}.spaces", SPACES)
    for _space in ("Box", "Discrete"):
        written("environments.py", f"{_package}.spaces.{_space.lower()}", _space)
    written("environments.py", f"{_package}.wrappers", WRAPPERS)
    written("environments.py", f"{_package}.vector", "SyncVectorEnv AsyncVectorEnv")


@native("gym._facts")
def _facts(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """What an environment made with some options shows and takes, and the dtype of what it shows.

    None for one that is not known, or may be another one by an option.
    """
    name, options = args
    facts = facts_of(name) if isinstance(name, str) else None
    if facts is None or vm.taint_of(options) is not None or not options.keys() <= INDIFFERENT:
        return None
    place = vm.place()

    def told(space: int | tuple[int, ...], what: str) -> Value:
        text = "×".join(map(str, space)) if isinstance(space, tuple) else str(space)
        origin = (Origin(place, f"`{name}` {what} {text}"),)
        return tuple(Told(size, origin) for size in space) if isinstance(space, tuple) else Told(space, origin)

    return told(facts.shown, "gives"), told(facts.taken, "takes"), facts.dtype


@native("gym._sample")
def _sample(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """An array of a space: of known shape and dtype, its contents are not known."""
    shape, dtype = args
    if not isinstance(shape, tuple | list) or not all(isinstance(size, int | Dim) for size in shape):
        return Unknown("an observation whose shape is not known")
    return sized(tuple(shape), numbers.dtype_named(dtype))


@native("gym._unknown")
def _unknown(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return Harmless(args[0])


@native("gym._shape")
def _shape(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """The shape of a box: as it is given, or that of an array that is a bound; of two numbers (1,)."""
    given, *bounds = args
    if given is not None:
        return tuple(given) if isinstance(given, tuple | list) and vm.taint_of(given) is None else Unknown("a shape")
    for bound in bounds:
        found = () if isinstance(bound, int | float) else vm.getattr(bound, "shape", Unknown("the shape of a space"))
        if found != ():
            return found
    return (1,)


@native("gym._sizes")
def _sizes(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """The shape of a space; spaces that are made of others have none."""
    return args[0] if isinstance(args[0], tuple) else Unknown("the shape of a space")
