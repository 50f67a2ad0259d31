"""Environments of Gymnasium by facts, and what wrappers make of them."""

from __future__ import annotations

import pytest

from convlint.interp.others.gym.facts import facts_of
from convlint.interp.values.unknown import Unknown
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


MINE = """
class Mine(gym.Env):
    def __init__(self, space=spaces.Box(low=-1, high=1, shape=(3, 8))):
        self.observation_space, self.action_space = space, spaces.Box(low=-2, high=2, shape=(5,))
    def reset(self, seed=None, options=None):
        return self.observation_space.sample(), {}
def Stacked(env):
    return gym.wrappers.FrameStackObservation(env, 2)
"""


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("spaces.Box(-2, 2, (5,)).high.shape", (5,)),
        ("spaces.Box(0, 1).shape", (1,)),
        ("spaces.Box(0, 1, (2,)).dtype == np.float32", True),
        ("spaces.MultiDiscrete([2, 3]).nvec.sum()", 5),
        ("len(spaces.Dict(a=spaces.Discrete(2)))", 1),
        ("list(spaces.Dict({'b': spaces.Discrete(2), 'a': spaces.Discrete(3)}))", ["a", "b"]),
        ("gym.wrappers.FlattenObservation(gym.make('FrozenLake-v1')).observation_space.shape", (16,)),
        ("gym.vector.SyncVectorEnv([Mine] * 2).reset()[0].shape", (2, 3, 8)),
        ("gym.make('Hopper-v5', render_mode='human').observation_space.shape", (11,)),
        ("gym.make_vec('CartPole-v1', 3, wrappers=[Stacked]).reset()[0].shape", (3, 2, 4)),
    ],
)
def test_spaces_are_gymnasiums(text: str, value: object) -> None:
    assert interpret(f"{HEAD}{MINE}x = {text}")[0]["x"] == value


@pytest.mark.parametrize(
    "text",
    [
        "spaces.Box(-2, 2, (5,)).high[0]",
        "gym.make('FrozenLake-v1', map_name='8x8').observation_space.n",
        "gym.make('CarRacing-v3', continuous=False).action_space",
        "gym.make('LunarLander-v3', **{'continuous': True}).action_space",
        "gym.make('Taxi-v3').reset()[1]['action_mask']",
        "gym.make('CartPole-v1').step(0)[4]['episode']['r']",
        "gym.make('CartPole-v1').metadata['render_fps']",
        "gym.wrappers.RecordEpisodeStatistics(gym.make('CartPole-v1')).render_mode",
        "gym.wrappers.FlattenObservation(Mine(spaces.Dict(a=spaces.Discrete(2)))).reset()[0].shape",
        "gym.vector.SyncVectorEnv([lambda: Mine(spaces.Dict(a=spaces.Discrete(2)))]).observation_space.shape",
        "gym.vector.SyncVectorEnv([Mine] * 2).step(0)[4]['final_info']",
    ],
)
def test_what_hangs_on_more_is_not_known(text: str) -> None:
    assert isinstance(interpret(f"{HEAD}{MINE}x = {text}")[0]["x"], Unknown)


@pytest.mark.parametrize("call", ["reset()", "step(0)"])
def test_what_gym_gives_hangs_on_its_version(call: str) -> None:
    names, _ = interpret(
        f"import gym\nx = gym.vector.SyncVectorEnv([lambda: gym.make('CartPole-v1')] * 2).{call}\n"
        f"y = gym.make('CartPole-v1').{call}"
    )
    assert isinstance(names["x"], Unknown)
    assert isinstance(names["y"], Unknown)
