# mypy: ignore-errors
"""Environments of Gymnasium and Gym as convlint interprets them: what they show has the shape of their space.

This file is read as text and interpreted; convlint never imports it.
"""

from gym import _facts, _sample, _shape, _unknown


class Space:
    def __init__(self, shape=None, dtype=None, seed=None):
        self._shape, self.dtype = shape, dtype

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

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return _unknown(name)


class Box(Space):
    def __init__(self, low, high, shape=None, dtype="float32", seed=None):
        if shape is None:
            shape = _shape(low)
            if isinstance(shape, tuple) and not shape:
                shape = _shape(high)
        super().__init__(tuple(shape), dtype)
        self.low, self.high = low, high

    def sample(self, *args, **kwargs):
        return _sample(self.shape, self.dtype)


class Discrete(Space):
    def __init__(self, n, seed=None, start=0, dtype="int64"):
        super().__init__((), dtype)
        self.n, self.start = n, start

    def __eq__(self, other):
        return isinstance(other, Discrete) and self.n == other.n


class MultiDiscrete(Space):
    def __init__(self, nvec, dtype="int64", seed=None, start=None):
        super().__init__((len(nvec),), dtype)
        self.nvec = nvec

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
        self.spaces = {**(dict(spaces) if spaces is not None else {}), **more}

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
    metadata = {}  # noqa: RUF012
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


class _Known(Env):
    """An environment of which the spaces are known. Gym's old and new interfaces give different things."""

    def __init__(self, shown, taken, dtype, new):
        if isinstance(shown, tuple):
            self.observation_space = Box(_unknown("a bound"), _unknown("a bound"), shown, dtype)
        else:
            self.observation_space = Discrete(shown)
        if isinstance(taken, tuple):
            self.action_space = Box(_unknown("a bound"), _unknown("a bound"), taken, "float32")
        else:
            self.action_space = Discrete(taken)
        self._new = new

    def reset(self, **kwargs):
        return (self.observation_space.sample(), {}) if self._new else _unknown("an observation")

    def step(self, action):
        if not self._new:
            return _unknown("an observation")
        ended = _unknown("whether an episode ends")
        return self.observation_space.sample(), _unknown("a reward"), ended, ended, {}

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return _unknown(name)


def make(id, *args, **kwargs):
    facts = _facts(id)
    if facts is None:
        return _unknown("an environment that is not known")
    return _Known(facts[0], facts[1], facts[2], __name__.startswith("gymnasium"))


class Wrapper(Env):
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
        self.observation_space = Box(_unknown("a bound"), _unknown("a bound"), tuple(shape), dtype)

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
        count = 1
        for size in env.observation_space.shape:
            count = count * size
        self._becomes((count,))


class NormalizeObservation(_Shaped):
    def __init__(self, env, epsilon=1e-8):
        super().__init__(env)
        self._becomes(env.observation_space.shape, "")


class RescaleObservation(NormalizeObservation):
    def __init__(self, env, min_obs, max_obs):
        super().__init__(env)


TimeLimit = RecordVideo = RecordEpisodeStatistics = NormalizeReward = ClipAction = ClipReward = RescaleAction = Wrapper
TransformReward = AutoResetWrapper = Autoreset = OrderEnforcing = PassiveEnvChecker = HumanRendering = Monitor = Wrapper


class SyncVectorEnv(Env):
    """Several environments at once: the first one stands for all."""

    def __init__(self, env_fns, *args, **kwargs):
        makers = list(env_fns)
        env = makers[0]()
        self.num_envs = len(makers)
        self._of(env)

    def _of(self, env):
        self.single_observation_space = env.observation_space
        self.single_action_space = env.action_space
        space = env.observation_space
        shape = (self.num_envs, *space.shape)
        self.observation_space = Box(_unknown("a bound"), _unknown("a bound"), shape, space.dtype)
        self.action_space = _unknown("the actions of several environments")

    def reset(self, **kwargs):
        return self.observation_space.sample(), {}

    def step(self, actions):
        ended = _sample((self.num_envs,), "bool")
        return self.observation_space.sample(), _sample((self.num_envs,), "float64"), ended, ended, {}

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return _unknown(name)


AsyncVectorEnv = SyncVectorEnv


def make_vec(id, num_envs=1, *args, **kwargs):
    return SyncVectorEnv([lambda: make(id) for _ in range(num_envs)])
