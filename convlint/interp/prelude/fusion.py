# mypy: ignore-errors
"""torch's fusion of batch norms into layers, and quantization's stand-ins for functions, as convlint interprets them.

This file is read as text and interpreted; convlint never imports it.
"""

import copy

import torch
import torch.nn.functional as F
from torch import nn


def fuse_conv_bn_eval(conv, bn, transpose=False):
    return _fused(conv, bn, fuse_conv_bn_weights, transpose)


def fuse_linear_bn_eval(linear, bn):
    if bn.num_features not in (linear.out_features, 1):
        raise AssertionError("To fuse, linear.out_features == bn.num_features or bn.num_features == 1")
    return _fused(linear, bn, fuse_linear_bn_weights)


def _fused(layer, bn, fuse, *options):
    if layer.training or bn.training:
        raise AssertionError("Fusion only for eval!")
    fused = copy.deepcopy(layer)
    if bn.running_mean is None or bn.running_var is None:
        raise AssertionError("bn.running_mean and bn.running_var must not be None")
    parts = (bn.running_mean, bn.running_var, bn.eps, bn.weight, bn.bias, *options)
    fused.weight, fused.bias = fuse(fused.weight, fused.bias, *parts)
    return fused


def fuse_conv_bn_weights(conv_w, conv_b, bn_rm, bn_rv, bn_eps, bn_w, bn_b, transpose=False):
    shape = [1, -1] + [1] * (len(conv_w.shape) - 2) if transpose else [-1, 1] + [1] * (len(conv_w.shape) - 2)
    bias = torch.zeros_like(bn_rm) if conv_b is None else conv_b
    return nn.Parameter(conv_w * torch.rsqrt(bn_rv + bn_eps).reshape(shape)), nn.Parameter(bias - bn_rm)


def fuse_linear_bn_weights(linear_w, linear_b, bn_rm, bn_rv, bn_eps, bn_w, bn_b):
    bias = torch.zeros_like(bn_rm) if linear_b is None else linear_b
    return nn.Parameter(linear_w * torch.rsqrt(bn_rv + bn_eps).unsqueeze(-1)), nn.Parameter(bias - bn_rm)


class FloatFunctional(nn.Module):
    def __init__(self):
        super().__init__()
        self.activation_post_process = nn.Identity()

    def forward(self, x):
        raise RuntimeError("FloatFunctional is not intended to use the 'forward'")

    def add(self, x, y):
        return self.activation_post_process(torch.add(x, y))

    def add_scalar(self, x, y):
        return torch.add(x, y)

    def mul(self, x, y):
        return self.activation_post_process(torch.mul(x, y))

    def mul_scalar(self, x, y):
        return torch.mul(x, y)

    def cat(self, x, dim=0):
        return self.activation_post_process(torch.cat(x, dim=dim))

    def add_relu(self, x, y):
        return self.activation_post_process(F.relu(torch.add(x, y)))

    def matmul(self, x, y):
        return self.activation_post_process(torch.matmul(x, y))
