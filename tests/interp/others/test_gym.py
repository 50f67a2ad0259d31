"""Environments of Gymnasium by facts, and what wrappers make of them."""

from __future__ import annotations

import pytest

from convlint.interp.others.gym.facts import facts_of
from tests.interp.running import interpret

HEAD = "import gymnasium as gym\nfrom gymnasium import spaces\nimport numpy as np\n"


@pytest.mark.parametrize(
    ("name", "shown", "taken"),
    [
        ("CartPole-v1", (4,), 2),
        ("MountainCarContinuous-v0", (2,), (1,)),
        ("ALE/Breakout-v5", (210, 160, 3), 4),
        ("PongNoFrameskip-v4", (210, 160, 3), 6),
        ("Ant-v5", (105,), (8,)),
    ],
)
def test_facts(name: str, shown: object, taken: object) -> None:
    facts = facts_of(name)
    assert facts is not None
    assert (facts.shown, facts.taken) == (shown, taken)


@pytest.mark.parametrize("name", ["Mine-v0", "ALE/Mine-v5", "CartPole", "Ant-v1", ""])
def test_what_is_not_known_has_no_facts(name: str) -> None:
    assert facts_of(name) is None


def test_observations_have_the_shape_of_their_space() -> None:
    names, _ = interpret(
        HEAD + "env = gym.make('Acrobot-v1')\nx, info = env.reset(seed=1)\ny = env.step(0)[0]\n"
        "shapes = x.shape, y.shape\nn = env.action_space.n\ns = env.observation_space.sample().shape"
    )
    assert names["shapes"] == ((6,), (6,))
    assert (names["n"], names["s"]) == (3, (6,))


@pytest.mark.parametrize(
    ("wrapped", "shape"),
    [
        ("gym.wrappers.AtariPreprocessing(env)", (84, 84)),
        ("gym.wrappers.AtariPreprocessing(env, screen_size=96, grayscale_newaxis=True)", (96, 96, 1)),
        ("gym.wrappers.FrameStackObservation(gym.wrappers.AtariPreprocessing(env), 4)", (4, 84, 84)),
        ("gym.wrappers.ResizeObservation(gym.wrappers.GrayscaleObservation(env), (80, 70))", (80, 70)),
        ("gym.wrappers.FlattenObservation(env)", (100800,)),
        ("gym.wrappers.RecordEpisodeStatistics(env)", (210, 160, 3)),
    ],
)
def test_wrappers(wrapped: str, shape: tuple[int, ...]) -> None:
    names, _ = interpret(HEAD + f"env = gym.make('BreakoutNoFrameskip-v4')\nx = {wrapped}.reset()[0].shape")
    assert names["x"] == shape


def test_spaces_and_environments_of_the_program() -> None:
    names, _ = interpret(
        HEAD + "class Mine(gym.Env):\n"
        "    def __init__(self):\n"
        "        self.observation_space = spaces.Box(low=-1, high=1, shape=(3, 8), dtype=np.float32)\n"
        "        self.action_space = spaces.Discrete(5)\n"
        "    def reset(self, seed=None, options=None):\n"
        "        return self.observation_space.sample(), {}\n"
        "class Seen(gym.ObservationWrapper):\n"
        "    def observation(self, x):\n"
        "        return x[0]\n"
        "x = Seen(Mine()).reset()[0].shape\nn = Seen(Mine()).action_space.n\n"
        "low = spaces.Box(np.zeros(7), np.ones(7)).shape"
    )
    assert (names["x"], names["n"], names["low"]) == ((8,), 5, (7,))
