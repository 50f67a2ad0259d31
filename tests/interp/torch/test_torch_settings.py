"""torch's modes of working: what programs find out of them, and what dtypes are known under autocast."""

from __future__ import annotations

import textwrap

import pytest
import torch

from convlint.interp.values.unknown import Unknown
from convlint.layers.core.tensor import Tensor
from tests.interp.running import agrees, interpret

PROGRAMS = {
    "layouts and memory formats": """
        result = [
            torch.strided == torch.strided, torch.strided == torch.sparse_coo, torch.channels_last is torch.strided,
            tuple(torch.full_like(torch.ones(2, 3), 1, layout=torch.strided).shape),
            tuple(torch.ones(1, 2, 3, 4).to(memory_format=torch.channels_last).shape),
            tuple(torch.ones(1, 2, 3, 4).contiguous(memory_format=torch.preserve_format).shape),
        ]
        """,
    "switches that nobody sets": """
        result = [
            torch.is_autocast_enabled(), torch.are_deterministic_algorithms_enabled(), torch.jit.is_scripting(),
            torch.compiler.is_compiling(), torch.onnx.is_in_onnx_export(), torch.jit.is_tracing(),
        ]
        """,
    "autocast that is not enabled": """
        with torch.autocast("cpu", enabled=False):
            y = F.linear(torch.ones(2, 3), torch.ones(4, 3))
        result = [y.dtype == torch.float32, torch.is_autocast_enabled()]
        """,
    "after autocast": """
        with torch.autocast("cpu"):
            F.linear(torch.ones(2, 3), torch.ones(4, 3))
        y = F.linear(torch.ones(2, 3), torch.ones(4, 3))
        result = [y.dtype == torch.float32, torch.is_autocast_enabled()]
        """,
    "an exception in a function under autocast": """
        @torch.autocast("cpu")
        def f():
            raise KeyError("lost")
        try:
            f()
        except KeyError:
            pass
        result = torch.is_autocast_enabled()
        """,
    "a decorated method": """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.head = nn.Linear(3, 4)
            @torch.autocast("cpu", enabled=False)
            def forward(self, x, scale=2):
                return self.head(x).repeat(scale, 1)
        result = tuple(Net()(torch.ones(2, 3), scale=3).shape)
        """,
    "functions with their own gradient under autocast": """
        class Double(torch.autograd.Function):
            @staticmethod
            @torch.amp.custom_fwd(device_type="cpu")
            def forward(ctx, x): return torch.cat([x, x])
            @staticmethod
            @torch.amp.custom_bwd(device_type="cpu")
            def backward(ctx, grad): return grad
        result = tuple(Double.apply(torch.ones(2, 3)).shape)
        """,
}
HEAD = "import torch\nfrom torch import nn\nimport torch.nn.functional as F\n"


@pytest.mark.parametrize("name", PROGRAMS)
def test_does_what_torch_does(name: str) -> None:
    agrees(HEAD + textwrap.dedent(PROGRAMS[name]))


def result_of(body: str) -> object:
    return interpret(HEAD + textwrap.dedent(body))[0]["result"]


@pytest.mark.parametrize(
    "head",
    [
        "with torch.autocast('cpu', dtype=torch.bfloat16):",
        "with torch.cuda.amp.autocast():",
        "if torch.set_default_dtype(torch.float64) is None:",
    ],
)
def test_dtypes_are_not_known_where_torch_chooses_them(head: str) -> None:
    made = result_of(f"{head}\n    result = F.linear(torch.rand(2, 3), torch.rand(4, 3))")
    assert isinstance(made, Tensor)
    assert made.shape == (2, 4)
    assert made.dtype == ""


def test_what_autocast_is_on_for_is_not_known() -> None:
    assert isinstance(result_of("with torch.autocast('cuda'):\n    result = torch.is_autocast_enabled()"), Unknown)


def test_a_program_may_set_switches() -> None:
    body = "torch.use_deterministic_algorithms(True)\nresult = torch.are_deterministic_algorithms_enabled()"
    assert isinstance(result_of(body), Unknown)


def test_layers_tell_the_dtype_of_what_they_take() -> None:
    """torch refuses operands of two dtypes, so that a result has the dtype of the weights."""
    for layer, shape in ((torch.nn.Linear(3, 4), (2, 3)), (torch.nn.Conv1d(3, 4, 1), (2, 3, 5))):
        for dtype in (torch.float64, torch.int64, torch.float16):
            with pytest.raises(RuntimeError):
                layer(torch.ones(shape, dtype=dtype))
    names, _ = interpret(HEAD + "result = nn.Linear(3, 4)(x)", given={"x": Tensor((2, 3), "")})
    assert names["result"].dtype == "float32"
