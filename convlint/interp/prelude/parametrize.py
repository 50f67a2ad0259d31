# mypy: ignore-errors
"""torch's parametrizations as convlint interprets them: the same classes, parameters, children and calls.

This file is read as text and interpreted; convlint never imports it.
"""

import contextlib

import torch
from torch import nn
from torch.nn.utils.parametrize import _become_parametrized, _become_plain, _manage


class ParametrizationList(nn.ModuleList):
    def __init__(self, modules, original, unsafe=False):
        if len(modules) == 0:
            raise ValueError("ParametrizationList requires one or more modules.")
        super().__init__(modules)
        self.unsafe = unsafe
        new = original
        for module in list(self)[::-1]:
            if hasattr(module, "right_inverse"):
                with contextlib.suppress(NotImplementedError):
                    new = module.right_inverse(new)
        self.is_tensor = isinstance(new, torch.Tensor)
        self.ntensors = 1 if self.is_tensor else len(new)
        if self.is_tensor:
            kept = original if new.shape == original.shape else _like(original, new)
            _register(self, "original", kept)
        else:
            for index, tensor in enumerate(new):
                _register(self, f"original{index}", _like(original, tensor))

    def forward(self):
        if self.is_tensor:
            x = self[0](self.original)
        else:
            x = self[0](*[getattr(self, f"original{index}") for index in range(self.ntensors)])
        for index in range(1, len(self)):
            x = self[index](x)
        return x


def _like(original, tensor):
    return nn.Parameter(tensor) if isinstance(original, nn.Parameter) else tensor


def _register(module, name, tensor):
    if isinstance(tensor, nn.Parameter):
        module.register_parameter(name, tensor)
    else:
        module.register_buffer(name, tensor)


def is_parametrized(module, tensor_name=None):
    found = getattr(module, "parametrizations", None)
    if found is None or not isinstance(found, nn.ModuleDict):
        return False
    return len(found) > 0 if tensor_name is None else tensor_name in found


def register_parametrization(module, tensor_name, parametrization, *, unsafe=False):
    parametrization.train(module.training)
    if is_parametrized(module, tensor_name):
        module.parametrizations[tensor_name].append(parametrization)
        return module
    if tensor_name not in module._parameters and tensor_name not in module._buffers:
        raise ValueError(f"Module does not have a parameter, a buffer, or a parametrized element named {tensor_name}")
    several = ParametrizationList([parametrization], getattr(module, tensor_name), unsafe=unsafe)
    delattr(module, tensor_name)
    if not is_parametrized(module):
        _become_parametrized(module)
        module.parametrizations = nn.ModuleDict()

    def parametrized(self):
        return self.parametrizations[tensor_name]()

    _manage(module, tensor_name, parametrized)
    module.parametrizations[tensor_name] = several
    return module


def remove_parametrizations(module, tensor_name, leave_parametrized=True):
    if not is_parametrized(module, tensor_name):
        raise ValueError(f"Module does not have a parametrization on {tensor_name}")
    several = module.parametrizations[tensor_name]
    if several.is_tensor:
        original = several.original
    elif leave_parametrized:
        original = nn.Parameter(getattr(module, tensor_name))
    else:
        raise ValueError("Cannot leave unparametrized a tensor that is parametrized in terms of several tensors.")
    _manage(module, tensor_name, None)
    del module.parametrizations[tensor_name]
    _register(module, tensor_name, original)
    if not is_parametrized(module):
        del module.parametrizations
        _become_plain(module)
    return module


class _WeightNorm(nn.Module):
    def __init__(self, dim=0):
        super().__init__()
        self.dim = -1 if dim is None else dim

    def forward(self, weight_g, weight_v):
        return torch._weight_norm(weight_v, weight_g, self.dim)

    def right_inverse(self, weight):
        return torch.norm_except_dim(weight, 2, self.dim), weight


def weight_norm(module, name="weight", dim=0):
    register_parametrization(module, name, _WeightNorm(dim), unsafe=True)
    return module


class _SpectralNorm(nn.Module):
    def __init__(self, weight, n_power_iterations=1, dim=0, eps=1e-12):
        super().__init__()
        ndim = weight.ndim
        if dim >= ndim or dim < -ndim:
            raise IndexError("Dimension out of range")
        if n_power_iterations <= 0:
            raise ValueError("Expected n_power_iterations to be positive")
        self.dim = dim if dim >= 0 else dim + ndim
        self.eps = eps
        if ndim > 1:
            self.n_power_iterations = n_power_iterations
            height = weight.size(self.dim)
            self.register_buffer("_u", weight.new_empty(height))
            self.register_buffer("_v", weight.new_empty(weight.numel() // height))

    def forward(self, weight):
        return weight / weight.new_ones(())

    def right_inverse(self, value):
        return value


def spectral_norm(module, name="weight", n_power_iterations=1, eps=1e-12, dim=None):
    weight = getattr(module, name, None)
    if not isinstance(weight, torch.Tensor):
        raise ValueError(f"Module has no parameter or buffer with name '{name}'")
    if dim is None:
        dim = 1 if isinstance(module, (nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d)) else 0
    register_parametrization(module, name, _SpectralNorm(weight, n_power_iterations, dim, eps))
    return module


class _Orthogonal(nn.Module):
    def __init__(self, weight, orthogonal_map, *, use_trivialization=True):
        super().__init__()
        self.shape = weight.shape
        self.orthogonal_map = orthogonal_map
        if use_trivialization:
            largest = max(weight.shape[-2], weight.shape[-1])
            self.register_buffer("base", weight.new_empty(*weight.shape[:-2], largest, largest))

    def forward(self, weight):
        return weight.clone()


def orthogonal(module, name="weight", orthogonal_map=None, *, use_trivialization=True):
    weight = getattr(module, name, None)
    if not isinstance(weight, torch.Tensor):
        raise ValueError(f"Module has no parameter or buffer with name '{name}'")
    if weight.ndim < 2:
        raise ValueError("Expected a matrix or batch of matrices.")
    if orthogonal_map is None:
        orthogonal_map = "matrix_exp" if weight.shape[-2] == weight.shape[-1] else "householder"
    if orthogonal_map not in ("matrix_exp", "cayley", "householder"):
        raise ValueError("orthogonal_map has to be one of matrix_exp, cayley, householder")
    made = _Orthogonal(weight, orthogonal_map, use_trivialization=use_trivialization)
    register_parametrization(module, name, made, unsafe=True)
    return module
