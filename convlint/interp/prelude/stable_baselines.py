# mypy: ignore-errors
"""Stable-Baselines3 as convlint interprets it: the extractors of features, on what an environment shows.

This file is read as text and interpreted; convlint never imports it.
"""

import gymnasium as gym
import torch
from stable_baselines3 import _open
from torch import nn


class BaseFeaturesExtractor(nn.Module):
    def __init__(self, observation_space, features_dim=0):
        super().__init__()
        self._observation_space = observation_space
        self._features_dim = features_dim

    @property
    def features_dim(self):
        return self._features_dim


class BaseAlgorithm:
    """An algorithm: what it makes of a policy that is given as a class of features is run on an observation."""

    def __init__(self, policy=None, env=None, *args, policy_kwargs=None, **options):
        self.policy_kwargs = policy_kwargs
        self.env = gym.make(env) if isinstance(env, str) else env
        self._extractor = self._extracted = None
        kind = policy_kwargs.get("features_extractor_class") if isinstance(policy_kwargs, dict) else None
        space = getattr(self.env, "observation_space", None)
        if isinstance(self.env, gym.vector.SyncVectorEnv):
            space = self.env.single_observation_space
        if isinstance(kind, type) and isinstance(space, gym.spaces.Box):
            self._begin(kind, _channels_first(space), policy_kwargs.get("features_extractor_kwargs", {}))

    def _begin(self, kind, space, options):
        self._extractor = kind(space, **options)
        self._shape = space.shape

    def learn(self, *args, **options):
        if self._extractor is not None:
            self._extractor(torch.zeros((1, *self._shape)))
        return self

    @classmethod
    def load(cls, *args, **options):
        return _open("a trained policy")

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return _open(name)


def _channels_first(space):
    """A space of pictures as the policies have it: with the channels first."""
    shape = space.shape
    if len(shape) == 3 and str(space.dtype) == "uint8" and shape[2] < shape[0] and shape[2] < shape[1]:
        return gym.spaces.Box(0, 255, (shape[2], shape[0], shape[1]), "uint8")
    return space


class PPO(BaseAlgorithm):
    pass


class A2C(BaseAlgorithm):
    pass


class DQN(BaseAlgorithm):
    pass


class SAC(BaseAlgorithm):
    pass


class TD3(BaseAlgorithm):
    pass


class DDPG(BaseAlgorithm):
    pass
