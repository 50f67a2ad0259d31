"""The accepted set of small models against torch on the CPU, size by size."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from convlint import api
from tests.accepts import models

FILE = str(Path(models.__file__))
NETS = [name for name, value in vars(models).items() if isinstance(value, type) and value.__module__ == models.__name__]
torch.set_num_threads(1)
SIDES = (1, 2, 3, 6, 7, 8, 12, 16, 17, 24, 32, 33, 41, 48)
GIVEN = {"Padded": (("N", 3, "H", "W"),)}
"""The inputs of models that do not show the number of dimensions themselves."""


def runs(net: torch.nn.Module, height: int, width: int) -> bool:
    try:
        with torch.no_grad():
            net(torch.zeros(1, 3, height, width))
    except (RuntimeError, ValueError, AssertionError):
        return False
    return True


@pytest.mark.parametrize("name", NETS)
def test_accepted_sizes_are_those_on_which_torch_does_not_raise(name):
    accepted = api.accepts(f"{FILE}:{name}", *GIVEN.get(name, ()))
    assert accepted.decided, accepted
    net = getattr(models, name)().eval()
    sizes = [(side, side) for side in range(1, 101)] + [(h, w) for h in SIDES for w in SIDES]
    wrong = [size for size in sizes if accepted.takes((1, 3, *size)) is not runs(net, *size)]
    assert not wrong, (wrong, str(accepted))
