"""Programs around torch's Python side: what they do in torch, they do here."""

from __future__ import annotations

import textwrap
from typing import Any

import pytest
import torch

from convlint.interp.values.unknown import Unknown
from tests.interp.running import interpret

PROGRAMS = {
    "base classes of layers": """
        from torch.nn.modules.batchnorm import _NormBase
        from torch.nn.modules.conv import _ConvNd, _ConvTransposeNd
        result = [
            isinstance(nn.Conv2d(1, 1, 1), _ConvNd), isinstance(nn.Linear(1, 1), _ConvNd),
            isinstance(nn.ConvTranspose1d(1, 1, 1), _ConvTransposeNd), issubclass(nn.BatchNorm1d, _NormBase),
            tuple(torch.autograd.Variable(torch.ones(2, 3)).shape),
        ]
        """,
    "a keyword that a layer does not take": """
        try:
            result = nn.GELU(inplace=True)
        except TypeError:
            result = 'refused'
        """,
    "too many arguments for a layer": """
        try:
            result = nn.Sigmoid(True)
        except TypeError:
            result = 'refused'
        """,
    "attributes that no layer has": "result = hasattr(nn.Conv2d(1, 1, 1), 'init_weights')",
    "attributes that layers have": "result = hasattr(nn.Conv2d(1, 1, 1), 'reset_parameters')",
    "a method of a layer's base": """
        class Conv(nn.Conv2d):
            def reset_parameters(self):
                super().reset_parameters()
        result = Conv(3, 4, 1).out_channels
        """,
    "a function with its own gradient": """
        class Double(torch.autograd.Function):
            @staticmethod
            def forward(ctx, x, factor):
                ctx.save_for_backward(x)
                return torch.cat([x] * factor)
            @staticmethod
            def backward(ctx, grad): return grad, None
        result = tuple(Double.apply(torch.ones(2, 3), 2).shape)
        """,
    "a function with a context of its own": """
        class Double(torch.autograd.Function):
            @staticmethod
            def forward(x): return torch.cat([x, x])
            @staticmethod
            def setup_context(ctx, inputs, output):
                ctx.size = output.shape
            @staticmethod
            def backward(ctx, grad): return grad
        result = tuple(Double.apply(torch.ones(2, 3)).shape)
        """,
    "what numbers a dtype can hold": """
        result = [
            (torch.finfo(d).bits, torch.finfo(d).eps, torch.finfo(d).max, torch.finfo(d).min, torch.finfo(d).tiny,
             torch.finfo(d).resolution)
            for d in (torch.float64, torch.float32, torch.float16, torch.bfloat16)
        ] + [(torch.iinfo(d).bits, torch.iinfo(d).max, torch.iinfo(d).min) for d in (torch.uint8, torch.int8)]
        """,
    "a cache by device": """
        cache, x = {}, torch.ones(2)
        key = str(x.device)
        seen = key in cache
        cache[key] = 5
        result = seen, key in cache, cache[str(x.device)], len(cache)
        """,
    "the distinct values of a tensor": """
        values, counts = torch.unique(torch.tensor([48, 96, 48, 12]), return_counts=True)
        result = values.tolist(), counts.tolist(), len(values)
        """,
    "whole floats as integers": "result = torch.arange(0.0, 6.0, 2.0, dtype=torch.int64).tolist()",
}


def in_torch(source: str) -> Any:
    names: dict[str, Any] = {}
    exec(textwrap.dedent("import torch\nfrom torch import nn\n") + textwrap.dedent(source), names)
    return names["result"]


@pytest.mark.parametrize("name", PROGRAMS)
def test_programs_do_what_they_do_in_torch(name: str) -> None:
    source = textwrap.dedent(PROGRAMS[name])
    names, vm = interpret("import torch\nfrom torch import nn\n" + source)
    assert names["result"] == in_torch(source)
    assert not vm.taken


def test_a_key_that_is_not_known_may_be_any_other() -> None:
    names, _ = interpret("""
        import torch
        cache = {'cpu': 1}
        key = str(torch.ones(2).device)
        result = cache.get(key)
        cache[key] = 2
        later = cache['cpu']
        """)
    assert isinstance(names["result"], Unknown)
    assert isinstance(names["later"], Unknown)


def test_a_known_key_after_one_that_is_not_known() -> None:
    names, _ = interpret("""
        import torch
        cache = {}
        cache[str(torch.ones(2).device)] = 1
        cache['cpu'] = 2
        result = len(cache)
        """)
    assert isinstance(names["result"], Unknown)


def test_a_dtype_that_is_not_known_leaves_the_shape() -> None:
    from convlint.layers.core.tensor import Tensor

    names, _ = interpret(
        """
        import torch
        moved = torch.zeros(2, 3).to(x.dtype)
        named = torch.zeros(2, 3).to(dtype=x.dtype)
        made = torch.as_tensor([1.0, 2.0], dtype=x.dtype)
        total = torch.zeros(2, 3).sum(0, dtype=x.dtype)
        """,
        given={"x": Tensor((4,), dtype="")},
    )
    for name, shape in {"moved": (2, 3), "named": (2, 3), "made": (2,), "total": (3,)}.items():
        assert (names[name].shape, names[name].dtype) == (shape, ""), name


def test_joining_dictionaries_with_a_key_that_is_not_known() -> None:
    names, vm = interpret("""
        import torch
        cache = {str(torch.ones(2).device): 1}
        other = {'cpu': 2}
        other.update(cache)
        display = {**cache, 'cpu': 2}
        result, last = other.get('cpu'), display['cpu']
        """)
    assert isinstance(names["result"], Unknown)
    assert vm.taint_of(names["display"]) is not None


def test_tensors_made_by_new() -> None:
    names, vm = interpret(
        """
        import torch
        w = torch.zeros(2, dtype=torch.float64)
        result = [w.new(2, 3), w.new(2, 4).zero_(), w.new([1, 2, 3]), w.new(torch.Size((5, 6))), w.new()]
        """
    )
    real = torch.zeros(2, dtype=torch.float64)
    expected = [real.new(2, 3), real.new(2, 4), real.new([1, 2, 3]), real.new(torch.Size((5, 6))), real.new()]
    assert [(made.shape, made.dtype) for made in names["result"]] == [(tuple(one.shape), "float64") for one in expected]
    assert not vm.gaps
