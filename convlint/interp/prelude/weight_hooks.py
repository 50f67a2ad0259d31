# mypy: ignore-errors
"""torch's older `weight_norm` and `spectral_norm`, which work by hooks, as convlint interprets them.

This file is read as text and interpreted; convlint never imports it.
"""

import torch
from torch import nn


class _Hook:
    """Computes a weight anew before every forward."""

    def __init__(self, name, parts):
        self.name = name
        self.parts = parts

    def compute(self, module):
        return getattr(module, self.name + self.parts[-1]).clone()

    def __call__(self, module, inputs):
        setattr(module, self.name, self.compute(module))


class WeightNorm(_Hook):
    def __init__(self, name, dim):
        super().__init__(name, ("_g", "_v"))
        self.dim = -1 if dim is None else dim

    def compute(self, module):
        return torch._weight_norm(getattr(module, self.name + "_v"), getattr(module, self.name + "_g"), self.dim)


class SpectralNorm(_Hook):
    def __init__(self, name):
        super().__init__(name, ("_orig",))


def _find(module, name, kind):
    for key, hook in module._forward_pre_hooks.items():
        if isinstance(hook, kind) and hook.name == name:
            return key
    return None


def weight_norm(module, name="weight", dim=0):
    hook = WeightNorm(name, dim)
    if _find(module, name, WeightNorm) is not None:
        raise RuntimeError(f"Cannot register two weight_norm hooks on the same parameter {name}")
    weight = getattr(module, name)
    del module._parameters[name]
    module.register_parameter(name + "_g", nn.Parameter(torch.norm_except_dim(weight, 2, hook.dim)))
    module.register_parameter(name + "_v", nn.Parameter(weight.data))
    setattr(module, name, hook.compute(module))
    module.register_forward_pre_hook(hook)
    return module


def remove_weight_norm(module, name="weight"):
    key = _find(module, name, WeightNorm)
    if key is None:
        raise ValueError(f"weight_norm of '{name}' not found in the module")
    weight = module._forward_pre_hooks[key].compute(module)
    delattr(module, name)
    del module._parameters[name + "_g"]
    del module._parameters[name + "_v"]
    setattr(module, name, nn.Parameter(weight.data))
    del module._forward_pre_hooks[key]
    return module


def spectral_norm(module, name="weight", n_power_iterations=1, eps=1e-12, dim=None):
    if dim is None:
        dim = 1 if isinstance(module, (nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d)) else 0
    if _find(module, name, SpectralNorm) is not None:
        raise RuntimeError(f"Cannot register two spectral_norm hooks on the same parameter {name}")
    if n_power_iterations <= 0:
        raise ValueError("Expected n_power_iterations to be positive")
    hook = SpectralNorm(name)
    weight = module._parameters[name]
    if weight is None:
        raise ValueError(f"`SpectralNorm` cannot be applied as parameter `{name}` is None")
    height = weight.size(dim)
    del module._parameters[name]
    module.register_parameter(name + "_orig", weight)
    setattr(module, name, weight.data)
    module.register_buffer(name + "_u", weight.new_empty(height))
    module.register_buffer(name + "_v", weight.new_empty(weight.numel() // height))
    module.register_forward_pre_hook(hook)
    return module


def remove_spectral_norm(module, name="weight"):
    key = _find(module, name, SpectralNorm)
    if key is None:
        raise ValueError(f"spectral_norm of '{name}' not found in the module")
    weight = module._forward_pre_hooks[key].compute(module)
    delattr(module, name)
    del module._buffers[name + "_u"]
    del module._buffers[name + "_v"]
    del module._parameters[name + "_orig"]
    module.register_parameter(name, nn.Parameter(weight))
    del module._forward_pre_hooks[key]
    return module
