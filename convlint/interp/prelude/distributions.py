# mypy: ignore-errors
"""`torch.distributions` as convlint interprets them: the shapes of samples and of what is computed from them.

This file is read as text and interpreted; convlint never imports it.
"""

import torch
from torch.distributions import _unknown


class Distribution:
    """One number for each element of what its parameters broadcast to."""

    def __init__(self, *parameters, validate_args=None, **named):
        given = [value for value in (*parameters, *named.values()) if value is not None]
        total = given[0]
        for value in given[1:]:
            total = total + value
        self._values = torch.as_tensor(total)

    @property
    def batch_shape(self):
        return self._values.shape

    def sample(self, sample_shape=()):
        return torch.randn(tuple(sample_shape) + tuple(self._values.shape))

    def rsample(self, sample_shape=()):
        return self.sample(sample_shape)

    def log_prob(self, value):
        return self._values * value

    def entropy(self):
        return self._values * 1.0

    @property
    def mean(self):
        return self._values * 1.0

    @property
    def variance(self):
        return self._values * 1.0

    @property
    def stddev(self):
        return self._values * 1.0

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return _unknown(f"`{name}` of a distribution")


class Normal(Distribution):
    def __init__(self, loc, scale, validate_args=None):
        super().__init__(loc, scale)
        self.loc, self.scale = loc, scale


class LogNormal(Normal):
    pass


class Laplace(Normal):
    pass


class Beta(Distribution):
    pass


class Gamma(Distribution):
    pass


class Uniform(Distribution):
    pass


class Exponential(Distribution):
    pass


class Poisson(Distribution):
    pass


class Bernoulli(Distribution):
    def __init__(self, probs=None, logits=None, validate_args=None):
        super().__init__(probs, logits)


class Categorical(Distribution):
    """The last axis of its parameter is that of the classes."""

    def __init__(self, probs=None, logits=None, validate_args=None):
        given = probs if probs is not None else logits
        super().__init__(given[..., 0])
        self.probs = self.logits = given

    def sample(self, sample_shape=()):
        return torch.randint(0, 2, tuple(sample_shape) + tuple(self._values.shape))


class Independent(Distribution):
    """The last axes of another distribution count as one event."""

    def __init__(self, base_distribution, reinterpreted_batch_ndims, validate_args=None):
        self.base_dist = base_distribution
        self._values = base_distribution._values
        self._count = reinterpreted_batch_ndims

    def _summed(self, values):
        for _ in range(self._count):
            values = values.sum(-1)
        return values

    def log_prob(self, value):
        return self._summed(self.base_dist.log_prob(value))

    def entropy(self):
        return self._summed(self.base_dist.entropy())


def kl_divergence(p, q):
    return p._values + q._values
