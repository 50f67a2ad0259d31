"""Fourier transforms against torch, and on symbolic sizes."""

from __future__ import annotations

import random
from typing import Any

import pytest
import torch

from convlint.layers.core.tensor import Tensor
from convlint.symbolic import symbol
from tests.interp.running import interpret
from tests.layers.oracle import check_operation, check_symbolic, run_operation
from tests.layers.random_calls import Call, call, check_random, dimension, shape, typed
from tests.layers.shapes.test_reshaping import mappings

N, C, H, W = (symbol(name) for name in "NCHW")
DTYPES = (torch.float32, torch.float64, torch.complex64, torch.int64)
NORMS = (None, "ortho", "forward")


def convlint_shape(text: str) -> tuple[object, ...]:
    return tuple(interpret(f"import torch\nx = {text}")[0]["x"].shape)


def single(rng: random.Random) -> Call:
    source = typed(rng, shape(rng), DTYPES)
    options: dict[str, Any] = {"dim": dimension(rng, source.ndim)} if rng.random() < 0.6 else {}
    if rng.random() < 0.3:
        options["n"] = rng.randint(0, 5)
    return call(source, norm=rng.choice(NORMS), **options)


def several(rng: random.Random) -> Call:
    source = typed(rng, shape(rng, (1, 2, 3, 4)), DTYPES)
    options: dict[str, Any] = {}
    if rng.random() < 0.5:
        options["dim"] = tuple(dimension(rng, source.ndim) for _ in range(rng.randint(1, 3)))
    if rng.random() < 0.3:
        options["s"] = tuple(rng.randint(1, 5) for _ in range(rng.randint(1, 2)))
    return call(source, **options)


def test_agrees_with_torch() -> None:
    makers = {f"torch.fft.{name}": single for name in ("fft", "ifft", "rfft", "irfft", "hfft", "ihfft")}
    makers |= {f"torch.fft.{name}": several for name in ("fft2", "rfft2", "irfft2", "fftn", "ifftn", "rfftn", "irfftn")}
    check_random(makers, 40, unmodelled=0.3)


def test_frequencies() -> None:
    check_operation("torch.fft.fftfreq", (5,))
    check_operation("torch.fft.rfftfreq", (5,))
    check_operation("torch.fft.fftshift", (torch.zeros(2, 3), 1))


@pytest.mark.parametrize("sizes", [(4, 16000), (500,)])
@pytest.mark.parametrize(
    "options",
    [
        {"n_fft": 400, "hop_length": 160, "return_complex": True},
        {"n_fft": 256, "return_complex": True, "onesided": False},
        {"n_fft": 100, "hop_length": 30, "center": False, "return_complex": False},
        {"n_fft": 401, "hop_length": 7, "return_complex": True},
    ],
)
def test_windows_of_a_signal(sizes: tuple[int, ...], options: dict[str, Any]) -> None:
    truth = torch.stft(torch.zeros(sizes), window=torch.ones(options["n_fft"]), **options)
    found = convlint_shape(f"torch.stft(torch.zeros({sizes}), window=None, **{options})")
    assert found == tuple(truth.shape)


def test_symbolic_spectrum_and_back() -> None:
    def run(ctx: Any, put: Any) -> Any:
        spectrum = run_operation(ctx, "torch.fft.rfft2", put(Tensor((N, C, H, W))), dim=(2, 3), norm="ortho")
        return spectrum, run_operation(ctx, "torch.fft.irfft2", spectrum, s=(put(H), put(W)), dim=(2, 3))

    check_symbolic(run, mappings(N, C, H, W, values=(1, 2, 3)))
