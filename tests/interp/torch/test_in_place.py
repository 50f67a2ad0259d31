"""A write in place is seen through every view of the same memory: no old value survives it."""

from __future__ import annotations

import pytest

from convlint.interp.values.unknown import Unknown
from tests.interp.running import interpret

PROGRAM = """
import torch
import torch.nn.functional as F
base = torch.tensor([-1.0, 2.0])
view = base[:1]
{write}
result = base[0].item()
"""


@pytest.mark.parametrize("write", ["F.relu(view, inplace=True)", "torch.relu_(view)", "F.dropout(view, inplace=True)"])
def test_a_write_through_a_view_forgets_the_values_of_its_base(write: str) -> None:
    assert isinstance(interpret(PROGRAM.format(write=write))[0]["result"], Unknown)


def test_without_a_write_the_value_is_known() -> None:
    assert interpret(PROGRAM.format(write=""))[0]["result"] == -1.0
