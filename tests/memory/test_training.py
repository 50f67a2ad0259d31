"""Memory at a batch size, in a dtype, and what fits; what is not known is not told."""

from __future__ import annotations

import pytest

from convlint import api
from convlint.config.counts import parse_bytes
from convlint.memory.units import bytes_text

NET = """\
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3, bias=False)
        self.fc = nn.Linear(8, 10).requires_grad_(False)
        self.again = self.fc

    def forward(self, x):
        x = torch.relu(self.conv(x))
        return self.again(self.fc(x.mean((2, 3)))[:, :8])
"""
PARAMETERS = 4 * (3 * 8 * 9 + 8 * 10 + 10)


@pytest.fixture
def target(tmp_path):
    (tmp_path / "net.py").write_text(NET)
    return f"{tmp_path / 'net.py'}:Net"


def test_parts(target):
    memory = api.training_memory(target, (2, 3, 10, 10)).memory
    assert (memory.parameters, memory.gradients) == (PARAMETERS, 4 * 3 * 8 * 9)
    assert memory.optimizer == 2 * memory.gradients + 4
    assert (memory.trainable, memory.frozen) == (216, 90)
    # the image, the result of relu
    assert memory.activations == 4 * (2 * 3 * 100 + 2 * 8 * 64)


def test_a_batch_is_put_in_for_the_first_size(target):
    one, many = (api.training_memory(target, (1, 3, 10, 10), batch_size=size) for size in (1, 64))
    assert many.batch_size == 64
    assert many.memory.activations == 64 * one.memory.activations
    assert many.memory.parameters == one.memory.parameters
    assert many.passes == 64 * one.passes


def test_half_takes_half(target):
    whole, half = (api.training_memory(target, (2, 3, 10, 10), dtype=dtype).memory for dtype in ("float32", "bfloat16"))
    assert (half.parameters * 2, half.activations * 2) == (whole.parameters, whole.activations)


def test_the_biggest_batch_fits_and_the_next_does_not(target):
    found = api.training_memory(target, (1, 3, 10, 10), limit=1 << 20)
    biggest = found.biggest_batch
    sizes = [
        api.training_memory(target, (1, 3, 10, 10), batch_size=size).memory.total for size in (biggest, biggest + 1)
    ]
    assert sizes[0] <= 1 << 20 < sizes[1]
    assert api.training_memory(target, (1, 3, 10, 10), limit=100).biggest_batch == 0


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("torch.utils.checkpoint.checkpoint(self.conv, x, use_reentrant=False)", "computed anew"),
        ("torch.special.i0(self.conv(x))", "i0"),
        ("unheard_of(self.conv(x))", "somewhere"),
    ],
)
def test_what_is_not_known_is_not_told(line, why, tmp_path):
    path = tmp_path / "net.py"
    text = NET.replace("torch.relu(self.conv(x))", line)
    path.write_text(f"import torch.utils.checkpoint\nfrom somewhere import unheard_of\n{text}")
    found = api.training_memory(f"{path}:Net", (2, 3, 10, 10))
    assert found.memory.activations is None
    assert found.memory.total is None
    assert any(why in gap.reason for gap in found.memory.unknown)
    assert found.memory.parameters == PARAMETERS


def test_gradients_that_are_switched_off_are_told(tmp_path):
    path = tmp_path / "net.py"
    frozen = "        with torch.no_grad():\n            x = x * self.conv(x).mean()\n        x = torch"
    path.write_text(NET.replace("        x = torch", frozen))
    found = api.training_memory(f"{path}:Net", (2, 3, 10, 10))
    assert any("switched off" in gap.reason for gap in found.memory.unknown)


@pytest.mark.parametrize(
    ("text", "number"), [("24 GiB", 24 << 30), ("80GB", 80 * 10**9), ("1.5 MiB", 3 << 19), ("512", 512), (7, 7)]
)
def test_amounts_are_read(text, number):
    assert parse_bytes(text) == number


@pytest.mark.parametrize("text", ["", "GiB", "24 gigs", "-1 GiB", "1e9"])
def test_what_is_no_amount_is_refused(text):
    with pytest.raises(ValueError, match="no amount of memory"):
        parse_bytes(text)


def test_amounts_are_written():
    assert [bytes_text(size) for size in (0, 1023, 1024, 7838315315)] == ["0 B", "1023 B", "1.0 KiB", "7.3 GiB"]
