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


@pytest.mark.parametrize(
    "write",
    [
        "torch.add(base, 1, out=base)",
        "torch.abs(base, out=base)",
        "torch.clamp(input=base, min=0, out=base)",
        "torch.arange(2.0, out=base)",
        "torch.max(base[None], 0, out=(base, torch.empty(2).long()))",
        "torch.add(undefined(), 1, out=base)",
        "base.data.add_(1)",
        "base.add_(undefined())",
    ],
)
def test_what_is_given_to_be_written_to_holds_no_old_values(write: str) -> None:
    head = "from elsewhere import undefined\n"
    assert isinstance(interpret(head + PROGRAM.format(write=write))[0]["result"], Unknown)


def test_what_is_given_to_be_written_to_gets_the_shape_of_the_result() -> None:
    program = """
import torch
out = torch.empty(0)
same = torch.cat([torch.ones(2, 3), torch.ones(4, 3)], out=out)
none = torch.add(same, 1, out=None)
result = same is out, tuple(out.shape), tuple(none.shape)
"""
    assert interpret(program)[0]["result"] == (True, (6, 3), (6, 3))
