"""How messages write what an argument must not be."""

from __future__ import annotations

import re

import pytest

from convlint.api import lint_source
from convlint.layers.core.tensor import Tensor
from convlint.layers.shared.axes import written
from convlint.symbolic import symbol

HEIGHT = symbol("H")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("same", "'same'"),
        (None, "None"),
        (2.5, "2.5"),
        (HEIGHT // 2, "H//2"),
        ((3,), "(3,)"),
        ([3, (HEIGHT, None)], "[3, (H, None)]"),
        ([Tensor((2, HEIGHT))], "[a tensor of shape (2, H)]"),
        ({"a": 1}, "something else"),
    ],
)
def test_values_are_written_as_people_write_them(value, text):
    assert written(value) == text


CALLS = (
    "nn.Unflatten(1, {})(x)",
    "nn.Linear(({}, 3), 4)(x)",
    "nn.RNN(3, {})(x)",
    "nn.RNN(3, 4, nonlinearity={})(x)",
    "F.mse_loss(x, x, reduction={})",
    "F.gelu(x, approximate={})",
)
"""Each is refused by torch for the kind of the argument, whatever its size."""


@pytest.mark.parametrize("argument", ["x", "torch.zeros(3)", "(x, None)", "[torch.zeros(2), 3]"])
@pytest.mark.parametrize("call", CALLS)
def test_no_message_shows_what_convlint_is_made_of(call, argument):
    program = (
        "import torch\nfrom torch import nn\nimport torch.nn.functional as F\n\n\n"
        "class Net(nn.Module):\n    # convlint: input=(N, 3, 8)\n    def forward(self, x):\n"
        f"        return {call.format(argument)}\n"
    )
    findings = [it for it in lint_source(program).findings if it.code == "CVL205"]
    assert findings or argument[0] in "(["  # which may be sizes to it
    for finding in findings:
        assert not re.search(r"Tensor\(|<\w+ |object at", finding.message)
