# mypy: ignore-errors
"""Environments of Gymnasium and Gym as convlint interprets them: what they show has the shape of their space.

This file is read as text and interpreted; convlint never imports it.
"""

import numpy as np
from gym import _facts, _sample, _shape, _sizes, _unknown

NEW = __name__.startswith("gymnasium")
"""Whether environments give what Gymnasium's do; Gym's old and new interfaces give different things."""


class Space:
    def __init__(self, shape=None, dtype=None, seed=None):
        self._shape = shape
        self.dtype = None if dtype is None else np.dtype(dtype)

    def __class_getitem__(cls, params):
        return cls

    @property
    def shape(self):
        return self._shape

    def sample(self, *args, **kwargs):
        return _unknown("a sample of a space")

    def contains(self, x):
        return _unknown("whether a space contains something")

    def seed(self, seed=None):
        return None

    def _flat_size(self):
        """How many numbers an element has once it is flattened."""
        return _unknown("how many numbers an element of a space has")

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return _unknown(name)


class Box(Space):
    def __init__(self, low, high, shape=None, dtype="float32", seed=None):
        super().__init__(_shape(shape, low, high), dtype)
        self.low, self.high = self.sample(), self.sample()

    def sample(self, *args, **kwargs):
        return _sample(self.shape, self.dtype)

    def _flat_size(self):
        count = 1
        for size in self.shape:
            count = count * size
        return count


def _box(shape, dtype):
    return Box(0, 1, shape, dtype)


class Discrete(Space):
    def __init__(self, n, seed=None, start=0, dtype="int64"):
        super().__init__((), dtype)
        self.n, self.start = n, start

    def _flat_size(self):
        return self.n

    def __eq__(self, other):
        return isinstance(other, Discrete) and self.n == other.n


class MultiDiscrete(Space):
    def __init__(self, nvec, dtype="int64", seed=None, start=None):
        self.nvec = np.array(nvec, dtype)
        super().__init__(self.nvec.shape, dtype)

    def sample(self, *args, **kwargs):
        return _sample(self.shape, self.dtype)


class MultiBinary(Space):
    def __init__(self, n, seed=None):
        super().__init__(tuple(n) if isinstance(n, (tuple, list)) else (n,), "int8")
        self.n = n

    def sample(self, *args, **kwargs):
        return _sample(self.shape, self.dtype)


class Tuple(Space):
    def __init__(self, spaces, seed=None):
        super().__init__()
        self.spaces = tuple(spaces)

    def __getitem__(self, index):
        return self.spaces[index]

    def __len__(self):
        return len(self.spaces)

    def sample(self, *args, **kwargs):
        return tuple(space.sample() for space in self.spaces)


class Dict(Space):
    def __init__(self, spaces=None, seed=None, **more):
        super().__init__()
        given = dict(spaces) if spaces is not None else {}
        if type(spaces) is dict:
            given = {key: given[key] for key in sorted(given)}
        self.spaces = {**given, **more}

    def __len__(self):
        return len(self.spaces)

    def __getitem__(self, key):
        return self.spaces[key]

    def keys(self):
        return self.spaces.keys()

    def items(self):
        return self.spaces.items()

    def values(self):
        return self.spaces.values()

    def __iter__(self):
        return iter(self.spaces)

    def sample(self, *args, **kwargs):
        return {key: self.spaces[key].sample() for key in self.spaces}


class Env:
    metadata = {"render_modes": []}  # noqa: RUF012
    render_mode = None
    spec = _unknown("the registered data of an environment")

    def __class_getitem__(cls, params):
        return cls

    def reset(self, *, seed=None, options=None):
        return None

    def step(self, action):
        raise NotImplementedError

    def render(self, *args, **kwargs):
        return _unknown("what is rendered")

    def close(self):
        return None

    @property
    def unwrapped(self):
        return self

    def __enter__(self):
        return self

    def __exit__(self, *error):
        return None

    @property
    def np_random(self):
        return _unknown("a generator of random numbers")


class _Open(Env):
    """An environment that a library makes: it has more than is known."""

    metadata = render_mode = _unknown("the metadata of an environment")

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return _unknown(name)


class _Known(_Open):
    """An environment of which the spaces are known."""

    def __init__(self, shown, taken, dtype):
        self.observation_space = _box(shown, dtype) if isinstance(shown, tuple) else Discrete(shown)
        self.action_space = _box(taken, "float32") if isinstance(taken, tuple) else Discrete(taken)

    def reset(self, **kwargs):
        return (self.observation_space.sample(), _told()) if NEW else _unknown("an observation")

    def step(self, action):
        if not NEW:
            return _unknown("an observation")
        ended = _unknown("whether an episode ends")
        return self.observation_space.sample(), _unknown("a reward"), ended, ended, _told()


def _told():
    return _unknown("what an environment tells beside its observation")


def make(id, *args, **kwargs):
    facts = _facts(id, kwargs)
    return _unknown("an environment that is not known") if facts is None else _Known(*facts)


class Wrapper(Env):
    metadata = render_mode = _unknown("the metadata of an environment")

    def __init__(self, env, *args, **kwargs):
        self.env = env

    def reset(self, **kwargs):
        return self.env.reset(**kwargs)

    def step(self, action):
        return self.env.step(action)

    def render(self, *args, **kwargs):
        return self.env.render(*args, **kwargs)

    def close(self):
        return self.env.close()

    @property
    def unwrapped(self):
        return self.env.unwrapped

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self.env, name)


class ObservationWrapper(Wrapper):
    def reset(self, **kwargs):
        shown = self.env.reset(**kwargs)
        if isinstance(shown, tuple):
            return self.observation(shown[0]), shown[1]
        return _unknown("an observation")

    def step(self, action):
        shown = self.env.step(action)
        if isinstance(shown, tuple):
            return (self.observation(shown[0]), *shown[1:])
        return _unknown("an observation")


class ActionWrapper(Wrapper):
    def step(self, action):
        return self.env.step(self.action(action))


class RewardWrapper(Wrapper):
    def step(self, action):
        shown = self.env.step(action)
        if isinstance(shown, tuple):
            return (shown[0], self.reward(shown[1]), *shown[2:])
        return shown


class _Shaped(Wrapper):
    """A wrapper whose observations are arrays of another shape."""

    def _becomes(self, shape, dtype=None):
        dtype = self.env.observation_space.dtype if dtype is None else dtype
        self.observation_space = _box(tuple(shape), dtype)

    def reset(self, **kwargs):
        shown = self.env.reset(**kwargs)
        return (self.observation_space.sample(), shown[1]) if isinstance(shown, tuple) else shown

    def step(self, action):
        shown = self.env.step(action)
        return (self.observation_space.sample(), *shown[1:]) if isinstance(shown, tuple) else shown


class AtariPreprocessing(_Shaped):
    def __init__(
        self, env, noop_max=30, frame_skip=4, screen_size=84, terminal_on_life_loss=False, grayscale_obs=True,
        grayscale_newaxis=False, scale_obs=False,
    ):  # fmt: skip
        super().__init__(env)
        sizes = tuple(screen_size)[::-1] if isinstance(screen_size, (tuple, list)) else (screen_size, screen_size)
        planes = ((1,) if grayscale_newaxis else ()) if grayscale_obs else (3,)
        self._becomes(sizes + planes, "float32" if scale_obs else "uint8")


class FrameStackObservation(_Shaped):
    def __init__(self, env, stack_size, *args, **kwargs):
        super().__init__(env)
        self._becomes((stack_size, *env.observation_space.shape))


class FrameStack(FrameStackObservation):
    def __init__(self, env, num_stack, lz4_compress=False):
        super().__init__(env, num_stack)


class GrayscaleObservation(_Shaped):
    def __init__(self, env, keep_dim=False):
        super().__init__(env)
        self._becomes(env.observation_space.shape[:2] + ((1,) if keep_dim else ()))


GrayScaleObservation = GrayscaleObservation


class ResizeObservation(_Shaped):
    def __init__(self, env, shape):
        super().__init__(env)
        sizes = tuple(shape) if isinstance(shape, (tuple, list)) else (shape, shape)
        self._becomes(sizes + env.observation_space.shape[2:])


class FlattenObservation(_Shaped):
    def __init__(self, env):
        super().__init__(env)
        self._becomes((env.observation_space._flat_size(),))


class NormalizeObservation(_Shaped):
    def __init__(self, env, epsilon=1e-8):
        super().__init__(env)
        self._becomes(env.observation_space.shape, _unknown("a dtype that hangs on the version"))


class RescaleObservation(NormalizeObservation):
    def __init__(self, env, min_obs, max_obs):
        super().__init__(env)


TimeLimit = RecordVideo = RecordEpisodeStatistics = NormalizeReward = ClipAction = ClipReward = RescaleAction = Wrapper
TransformReward = AutoResetWrapper = Autoreset = OrderEnforcing = PassiveEnvChecker = HumanRendering = Monitor = Wrapper


class SyncVectorEnv(_Open):
    """Several environments at once: the first one stands for all."""

    def __init__(self, env_fns, *args, **kwargs):
        makers = list(env_fns)
        env = makers[0]()
        self.num_envs = len(makers)
        self.single_observation_space = env.observation_space
        self.single_action_space = env.action_space
        space = env.observation_space
        self.observation_space = _box((self.num_envs, *_sizes(space.shape)), space.dtype)
        self.action_space = _unknown("the actions of several environments")

    def reset(self, **kwargs):
        return (self.observation_space.sample(), _told()) if NEW else _unknown("observations")

    def step(self, actions):
        if not NEW:
            return _unknown("observations")
        ended = _sample((self.num_envs,), "bool")
        return self.observation_space.sample(), _sample((self.num_envs,), "float64"), ended, ended, _told()


AsyncVectorEnv = SyncVectorEnv


def make_vec(id, num_envs=1, vectorization_mode=None, vector_kwargs=None, wrappers=None, **kwargs):
    def made():
        env = make(id, **kwargs)
        for wrapper in wrappers if wrappers is not None else ():
            env = wrapper(env)
        return env

    return SyncVectorEnv([made for _ in range(num_envs)])
