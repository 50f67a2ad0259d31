"""Environments of Gymnasium and Gym by the facts that are known of them: what they show is an array of known shape."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.interp.natives.registry import native, written
from convlint.interp.numpy import numbers
from convlint.interp.numpy.arrays import sized
from convlint.interp.others.gym.facts import facts_of
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
    """What an environment shows and takes, and the dtype of what it shows; None for one that is not known."""
    name = args[0]
    facts = facts_of(name) if isinstance(name, str) else None
    if facts is None:
        return None
    place = vm.place()

    def told(space: int | tuple[int, ...] | None, what: str) -> Value:
        text = "×".join(map(str, space)) if isinstance(space, tuple) else str(space)
        origin = (Origin(place, f"`{name}` {what} {text}"),)
        if isinstance(space, tuple):
            return tuple(Told(size, origin) for size in space)
        return Unknown("how many actions there are") if space is None else Told(space, origin)

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
    """The shape of an array, or of what bounds a space; () for a number."""
    value = args[0]
    if isinstance(value, int | float):
        return ()
    return vm.getattr(value, "shape", Unknown("the shape of a space"))
