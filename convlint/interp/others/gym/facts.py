"""What well-known environments show and take: the spaces that Gymnasium 1.x and its Atari package register.

Sources: the classes under `gymnasium/envs` (their `observation_space` and `action_space`), and the pages of the
environments at gymnasium.farama.org and ale.farama.org.
"""

from __future__ import annotations

import re

from msgspec import Struct

Shape = tuple[int, ...]


class Facts(Struct, frozen=True):
    """The spaces of an environment: the shape of an observation, or how many there are; the same of its actions."""

    shown: Shape | int
    taken: Shape | int
    dtype: str = "float32"


def _box(size: int, taken: Shape | int) -> Facts:
    return Facts((size,), taken, "float64")


ENVIRONMENTS: dict[str, Facts] = {
    "CartPole": Facts((4,), 2),
    "MountainCar": Facts((2,), 3),
    "MountainCarContinuous": Facts((2,), (1,)),
    "Pendulum": Facts((3,), (1,)),
    "Acrobot": Facts((6,), 3),
    "LunarLander": Facts((8,), 4),
    "LunarLanderContinuous": Facts((8,), (2,)),
    "BipedalWalker": Facts((24,), (4,)),
    "BipedalWalkerHardcore": Facts((24,), (4,)),
    "CarRacing": Facts((96, 96, 3), (3,), "uint8"),
    "FrozenLake": Facts(16, 4),
    "FrozenLake8x8": Facts(64, 4),
    "Taxi": Facts(500, 6),
    "CliffWalking": Facts(48, 4),
    "HalfCheetah": _box(17, (6,)),
    "Hopper": _box(11, (3,)),
    "Walker2d": _box(17, (6,)),
    "Swimmer": _box(8, (2,)),
    "InvertedPendulum": _box(4, (1,)),
    "Ant-v4": _box(27, (8,)),
    "Ant-v5": _box(105, (8,)),
    "Humanoid-v4": _box(376, (17,)),
    "Humanoid-v5": _box(348, (17,)),
    "Reacher-v4": _box(11, (2,)),
    "Reacher-v5": _box(10, (2,)),
    "InvertedDoublePendulum-v4": _box(11, (1,)),
    "InvertedDoublePendulum-v5": _box(9, (1,)),
}
"""By name, with the version where versions differ."""
ATARI = {
    "Alien": 18, "Assault": 7, "Asterix": 9, "Asteroids": 14, "BankHeist": 18, "BeamRider": 9, "Boxing": 18,
    "Breakout": 4, "Centipede": 18, "CrazyClimber": 9, "DemonAttack": 6, "Enduro": 9, "Freeway": 3, "Frostbite": 18,
    "Gravitar": 18, "Hero": 18, "IceHockey": 18, "Jamesbond": 18, "Kangaroo": 18, "Krull": 18, "MontezumaRevenge": 18,
    "MsPacman": 9, "Pitfall": 18, "Pong": 6, "PrivateEye": 18, "Qbert": 6, "Riverraid": 18, "RoadRunner": 18,
    "Seaquest": 18, "SpaceInvaders": 6, "Tennis": 18, "Venture": 18, "VideoPinball": 9, "Zaxxon": 18,
}  # fmt: skip
"""Games of the Atari 2600 with the size of their reduced sets of actions; pictures are 210×160×3."""
_INDIFFERENT = """
    render_mode max_episode_steps disable_env_checker autoreset apply_api_compatibility frameskip mode difficulty
    repeat_action_probability is_slippery enable_wind wind_power turbulence_power gravity g goal_velocity hardcore
    lap_complete_percent domain_randomize sutton_barto_reward verbose
"""
INDIFFERENT = frozenset(_INDIFFERENT.split())
"""Options of `make` on which no space hangs."""
_ATARI_NAME = re.compile(r"(?:ALE/)?([A-Za-z]+?)(?:Deterministic|NoFrameskip)?-v\d+")


def facts_of(name: str) -> Facts | None:
    """Return what is known of an environment by the id that `gym.make` takes, None for nothing."""
    plain = re.sub(r"-v\d+$", "", name)
    found = ENVIRONMENTS.get(name) or ENVIRONMENTS.get(plain)
    if found is not None and plain != name:
        return found
    game = _ATARI_NAME.fullmatch(name)
    if game is None or game[1] not in ATARI:
        return None
    return Facts((210, 160, 3), ATARI[game[1]], "uint8")
