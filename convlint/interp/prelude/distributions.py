# mypy: ignore-errors
"""`torch.distributions` as convlint interprets them: the shapes of samples and of what is computed from them.

This file is read as text and interpreted; convlint never imports it.
"""

import torch
from torch.distributions import _is_none, _unknown


class Distribution:
    """What all derive from, those of the program as well: of its shapes only those are known that it is told."""

    def __init__(self, batch_shape=(), event_shape=(), validate_args=None):
        self._batch_shape, self._event_shape = torch.Size(batch_shape), torch.Size(event_shape)

    @property
    def batch_shape(self):
        return self._batch_shape

    @property
    def event_shape(self):
        return self._event_shape

    def sample(self, sample_shape=()):
        return self.rsample(sample_shape)

    def rsample(self, sample_shape=()):
        return _unknown("a sample of a distribution")

    def _divergence(self, other):
        return _unknown("how far apart two distributions are")

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return _unknown(f"`{name}` of a distribution")


class _Elementwise(Distribution):
    """One number for each element of what its parameters broadcast to. Which numbers is not known."""

    def __init__(self, *parameters, validate_args=None, **named):
        given = [value for value in (*parameters, *named.values()) if not _is_none(value)]
        if not given:
            raise ValueError("a distribution takes one of its parameters")
        total = given[0]
        for value in given[1:]:
            total = total + value
        self._values = torch.as_tensor(total) * torch.rand(())
        super().__init__(self._values.shape)

    def sample(self, sample_shape=()):
        return torch.randn(tuple(sample_shape) + tuple(self._values.shape), dtype=self._values.dtype)

    def rsample(self, sample_shape=()):
        return self._values + self.sample(sample_shape)

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

    def _divergence(self, other):
        return self._values + other._values


class Normal(_Elementwise):
    def __init__(self, loc, scale, validate_args=None):
        super().__init__(loc, scale)
        self.loc, self.scale = self._values * 1.0, self._values * 1.0


class LogNormal(Normal):
    pass


class Laplace(Normal):
    pass


class Beta(_Elementwise):
    pass


class Gamma(_Elementwise):
    pass


class Uniform(_Elementwise):
    pass


class Exponential(_Elementwise):
    pass


class Poisson(_Elementwise):
    pass


class Bernoulli(_Elementwise):
    def __init__(self, probs=None, logits=None, validate_args=None):
        super().__init__(probs, logits)


class Categorical(_Elementwise):
    """The last axis of its parameter is that of the classes."""

    def __init__(self, probs=None, logits=None, validate_args=None):
        given = logits if _is_none(probs) else probs
        super().__init__(given[..., 0])
        self.probs = self.logits = given * torch.rand(())

    def sample(self, sample_shape=()):
        return torch.randint(0, self.probs.shape[-1], tuple(sample_shape) + tuple(self._values.shape))


class Independent(Distribution):
    """The last axes of another distribution count as one event."""

    def __init__(self, base_distribution, reinterpreted_batch_ndims, validate_args=None):
        self.base_dist, self.reinterpreted_batch_ndims = base_distribution, reinterpreted_batch_ndims
        batch, event = tuple(base_distribution.batch_shape), tuple(base_distribution.event_shape)
        kept = len(batch) - reinterpreted_batch_ndims
        super().__init__(batch[:kept], batch[kept:] + event)

    def _summed(self, values):
        for _ in range(self.reinterpreted_batch_ndims):
            values = values.sum(-1)
        return values

    def sample(self, sample_shape=()):
        return self.base_dist.sample(sample_shape)

    def rsample(self, sample_shape=()):
        return self.base_dist.rsample(sample_shape)

    def log_prob(self, value):
        return self._summed(self.base_dist.log_prob(value))

    def entropy(self):
        return self._summed(self.base_dist.entropy())

    @property
    def mean(self):
        return self.base_dist.mean

    @property
    def variance(self):
        return self.base_dist.variance

    @property
    def stddev(self):
        return self.base_dist.stddev

    def _divergence(self, other):
        return self._summed(kl_divergence(self.base_dist, other.base_dist))


def kl_divergence(p, q):
    return p._divergence(q)
