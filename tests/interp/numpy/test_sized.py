"""Arrays of which only the sizes are known: shapes and dtypes are those that NumPy itself gives."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convlint.interp.numpy.arrays import Array, Sized
from convlint.interp.values.unknown import Unknown
from convlint.layers.core.tensor import Tensor
from convlint.symbolic import Dim
from tests.interp.running import interpret, python

HEAD = """
import numpy as np
import torch
a = np.random.rand(2, 3, 4)
b = np.random.randint(0, 255, (2, 3, 4), dtype=np.uint8)
m = np.random.randn(4, 5)
z = np.zeros((1, 3, 64, 64), dtype=np.float32)
"""


def outline(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [outline(item) for item in value]
    if hasattr(value, "shape") and hasattr(value, "dtype"):
        return tuple(value.shape), str(value.dtype).removeprefix("torch.")
    return value


@pytest.mark.parametrize(
    "expression",
    [
        "np.random.rand()", "np.random.randint(3)",  # scalars are not known
        "a.mean()", "a.max()", "a[0, 0, 0]",
    ],
)  # fmt: skip
def test_single_numbers_are_not_known(expression: str) -> None:
    assert isinstance(interpret(f"{HEAD}\nresult = {expression}")[0]["result"], Unknown)


@pytest.mark.parametrize(
    "expression",
    [
        "a", "b", "m", "z", "a.T", "a.shape", "len(a)", "a.ndim", "a.size", "a.dtype == np.float64", "a.copy()",
        "a + 1", "1 + a", "b + 1", "b / 255", "b / 255.0", "a * b", "b // 2", "a ** 2", "-a", "abs(a)", "a > 0.5",
        "b == 3",
        "a + np.ones((3, 1))", "np.ones((3, 1)) + a", "np.ones(4) * a", "a @ m", "np.dot(m, m.T)", "np.matmul(a, m)",
        "a.astype(np.float32)", "a.astype('int64')", "b.astype(float)", "a.transpose(2, 0, 1)",
        "a.transpose((1, 0, 2))",
        "np.transpose(a, (2, 1, 0))", "np.transpose(a)", "a.swapaxes(0, 2)", "np.moveaxis(a, -1, 0)",
        "np.expand_dims(a, 0)", "np.expand_dims(a, axis=-1)", "z.squeeze()", "z.squeeze(0)", "np.squeeze(z, axis=0)",
        "a.reshape(6, 4)", "a.reshape((-1, 2))", "np.reshape(a, (4, 6))", "a.ravel()", "a.flatten()",
        "a.sum(axis=0)", "a.mean(axis=(0, 1))", "np.mean(z, axis=(2, 3))", "np.max(a, axis=1, keepdims=True)",
        "a.std(0)", "a.var(axis=-1)", "a.argmax(axis=1)", "np.argmax(a, axis=-1)", "a.min(1)", "a.any(axis=0)",
        "np.append(a, a)", "np.append(a, a, 0)",
        "np.concatenate([a, a])", "np.concatenate((a, b), axis=1)", "np.stack([a, a], axis=1)", "np.vstack([m, m])",
        "np.hstack([m, m])", "np.dstack([m, m])", "np.tile(m, (2, 3))", "np.repeat(m, 3, axis=0)",
        "np.pad(m, 2)", "np.pad(m, ((1, 2), (0, 3)))", "np.pad(m, (1, 2))", "np.clip(a, 0, 1)", "np.sqrt(a)",
        "np.exp(b.astype(np.float32))", "np.where(a > 0, a, 0.0)", "np.maximum(a, 0)", "np.isnan(a)", "np.flip(a, 0)",
        "np.zeros_like(a)", "a[0]", "a[:, 1]", "a[..., 0]", "a[:, :, ::-1]", "a[::2]", "a[1:, :2]", "a[:, None]",
        "a[np.array([0, 1, 1])]", "a[[0, 1]]", "a[-1]", "np.array([m, m])", "np.asarray(a)",
        "np.array(a, dtype=np.float32)",
        "np.argsort(m, axis=1)", "np.cumsum(m, axis=0)", "np.abs(m)", "np.shape(a)", "np.ndim(a)",
        "np.random.normal(0, 1, size=(3, 4))", "np.random.uniform(size=5)", "np.random.permutation(7)",
        "np.random.choice(10, 3)", "np.random.default_rng(0).integers(0, 9, size=(2, 2))",
        "np.random.standard_normal((2, 3))",
        "np.random.RandomState(1).randn(3, 2)", "np.arange(9000)", "np.linspace(0, 1, 9000)", "np.ones((100, 100))",
        "np.full((70, 70), 2.5)", "[row for row in m]", "np.eye(3) + m[:3, :3]",
        "torch.from_numpy(a)", "torch.tensor(b)", "torch.as_tensor(m)", "torch.FloatTensor(a)", "torch.Tensor(m)",
        "torch.from_numpy(z.transpose(0, 2, 3, 1)).permute(0, 3, 1, 2)", "torch.rand(3, 4).numpy()",
    ],
)  # fmt: skip
def test_agrees(expression: str) -> None:
    names, vm = interpret(f"{HEAD}\nresult = {expression}")
    assert outline_of(names["result"]) == outline(python(f"{HEAD}\nresult = {expression}")["result"])
    assert not vm.gaps, vm.gaps
    assert not vm.taken


def outline_of(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [outline_of(item) for item in value]
    return (value.shape, value.dtype) if isinstance(value, Sized | Array | Tensor) else value


@given(st.permutations([0, 1, 2]), st.sampled_from([(24,), (-1,), (6, -1), (2, 3, 4), (4, 1, 6)]), st.integers(-3, 2))
@settings(max_examples=40, deadline=None)
def test_shapes(axes: list[int], shape: tuple[int, ...], axis: int) -> None:
    for expression in (
        f"a.transpose({axes}).reshape({shape})",
        f"a.sum(axis={axis})",
        f"np.concatenate([a, a], {axis})",
        f"np.expand_dims(a, {axis})",
    ):
        real = python(f"{HEAD}\nresult = {expression}")["result"]
        assert outline_of(interpret(f"{HEAD}\nresult = {expression}")[0]["result"]) == outline(real)


def test_open_sizes() -> None:
    names, _ = interpret(
        """
        import numpy as np
        from PIL import Image
        from somewhere import n
        picture = np.array(Image.open("a.png").convert("RGB"))
        result = [picture, picture.transpose(2, 0, 1) / 255.0, np.array(Image.open("b").convert("L")), np.zeros((n, 3))]
        """
    )
    colours, planes, grey, rows = names["result"]
    assert colours.shape[2] == 3
    assert colours.dtype == "uint8"
    assert planes.shape == (3, *colours.shape[:2])
    assert planes.dtype == "float64"
    assert len(grey.shape) == 2
    assert isinstance(rows.shape[0], Dim)
    assert rows.shape[1] == 3


def test_what_is_not_known_is_unknown() -> None:
    names, _ = interpret(
        """
        import numpy as np
        from somewhere import dtype, shape
        a = np.random.rand(3, 4)
        result = [np.zeros((100, 100), dtype=dtype), np.zeros(shape), a.astype(dtype), np.array(a, dtype=dtype).dtype]
        """
    )
    zeros, nothing, cast, kind = names["result"]
    assert (zeros.shape, zeros.dtype) == ((100, 100), "")
    assert isinstance(nothing, Unknown)
    assert (cast.shape, cast.dtype) == ((3, 4), "")
    assert isinstance(kind, Unknown)


def test_numpy_is_there() -> None:
    assert np.zeros(1).shape == (1,)
