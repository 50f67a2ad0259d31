"""Where input sizes come from, in the order in which they count."""

from __future__ import annotations

import textwrap

import pytest

import convlint
from convlint.config import Config, ModelSettings

MODEL = """
import torch
from torch import nn, Tensor
from jaxtyping import Float

{above}
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3, padding=1)
        self.fc = nn.Linear(8 * 32 * 32, 10)

    def forward(self, x{annotation}):
        return self.fc(torch.flatten(self.conv(x), 1))

{below}
"""


def codes(above: str = "", annotation: str = "", below: str = "", config: Config | None = None) -> list[str]:
    source = MODEL.format(above=above, annotation=annotation, below=textwrap.dedent(below))
    report = convlint.lint_source(source, "model.py", config=config)
    return [finding.code for finding in report.findings if finding.severity.value == "error"]


def test_symbols_when_nothing_is_said() -> None:
    assert codes() == []


@pytest.mark.parametrize("size", [32, 28])
def test_a_comment(size: int) -> None:
    assert codes(above=f"# convlint: input=(1, 3, {size}, {size})") == (["CVL202"] if size != 32 else [])


@pytest.mark.parametrize("size", [32, 28])
def test_an_annotation(size: int) -> None:
    found = codes(annotation=f': Float[Tensor, "batch 3 {size} {size}"]')
    assert found == (["CVL202"] if size != 32 else [])


def test_an_annotation_of_open_rank_says_nothing() -> None:
    assert codes(annotation=': Float[Tensor, "*batch 3 28 28"]') == []


def test_an_annotation_of_channels_that_do_not_fit() -> None:
    assert codes(annotation=': Float[Tensor, "batch 4 height width"]') == ["CVL201"]


@pytest.mark.parametrize("size", [32, 28])
def test_a_setting(size: int) -> None:
    config = Config(models={"model:Net": ModelSettings(input=(1, 3, size, size))})
    assert codes(config=config) == (["CVL202"] if size != 32 else [])


@pytest.mark.parametrize(
    "call",
    [
        "Net()(torch.randn(1, 3, {0}, {0}))",
        "net = Net()\nx = torch.zeros((2, 3, {0}, {0}))\nwith torch.no_grad():\n    y = net(x)",
        "def main():\n    net = Net().eval()\n    return net.forward(torch.ones(1, 3, {0}, {0}))\n\nmain()",
        "def test_net():\n    Net()(torch.rand(1, 3, {0}, {0}))",
        "from torchsummary import summary\nsummary(Net(), (3, {0}, {0}))",
        "from torchinfo import summary\nsummary(Net(), input_size=(1, 3, {0}, {0}))",
        "torch.onnx.export(Net(), torch.randn(1, 3, {0}, {0}), 'net.onnx')",
        "torch.jit.trace(Net(), torch.randn(1, 3, {0}, {0}))",
        "if __name__ == '__main__':\n    Net()(torch.randn(1, 3, {0}, {0}))",
    ],
)
@pytest.mark.parametrize("size", [32, 28])
def test_a_call(call: str, size: int) -> None:
    assert codes(below=call.format(size)) == (["CVL202"] if size != 32 else [])


@pytest.mark.parametrize(
    "below",
    [
        "try:\n    Net()(torch.randn(1, 3, 28, 28))\nexcept RuntimeError:\n    pass",
        "import pytest\ndef test_net():\n    with pytest.raises(RuntimeError):\n        Net()(torch.ones(1, 3, 9, 9))",
        "import contextlib\nwith contextlib.suppress(RuntimeError):\n    Net()(torch.randn(1, 3, 28, 28))",
    ],
)
def test_a_refusal_that_is_caught_is_no_error(below: str) -> None:
    assert codes(below=below) == []


def test_an_example_input_array() -> None:
    source = MODEL.format(above="", annotation="", below="").replace(
        "super().__init__()", "super().__init__()\n        self.example_input_array = torch.zeros(1, 3, 28, 28)"
    )
    report = convlint.lint_source(source)
    assert [finding.code for finding in report.findings if finding.severity.value == "error"] == ["CVL202"]


OPTIONAL = """
import torch
from torch import nn


class Block(nn.Module):
    def __init__(self, channels{parameter}):
        super().__init__()
        self.merge = nn.Conv2d(2 * channels, channels, 1)

    def forward(self, x{argument}):
        x = nn.functional.relu(x)
        {body}
        return self.merge(x)
"""


@pytest.mark.parametrize(
    ("parameter", "argument", "body", "refused"),
    [
        ("", ", skip=None", "x = x if skip is None else torch.cat([x, skip], 1)", False),
        (", twice=False", "", "x = torch.cat([x, x], 1) if self.twice else x", False),
        ("", "", "x = nn.functional.conv2d(x, self.merge.weight[:, :1])", True),
    ],
)
def test_a_default_that_callers_may_override_makes_no_error(
    parameter: str, argument: str, body: str, refused: bool
) -> None:
    source = OPTIONAL.format(parameter=parameter, argument=argument, body=body)
    if parameter:
        source = source.replace("super().__init__()", "super().__init__()\n        self.twice = twice")
    found = [finding.code for finding in convlint.lint_source(source).findings if finding.severity.value == "error"]
    assert bool(found) == refused


@pytest.mark.parametrize(
    "head",
    [
        "class Concurrent(nn.Sequential):\n    def __init__(self):\n        super().__init__()\n        self.axis = 1",
        "class Concurrent(nn.Module):\n    def __init__(self, *branches):\n        super().__init__()\n"
        "        self.axis = 1\n        for index, branch in enumerate(branches):\n"
        "            self.add_module(str(index), branch)",
    ],
)
def test_a_container_that_callers_fill_is_not_judged_empty(head: str) -> None:
    source = f"import torch\nfrom torch import nn\n\n{head}\n\n    def forward(self, x):\n"
    source += "        return torch.cat([module(x) for module in self._modules.values()], self.axis)\n"
    assert not convlint.lint_source(source).findings


def test_no_gap_for_an_example_that_the_program_does_not_give() -> None:
    source = MODEL.format(above="", annotation="", below="").replace("nn.Module", "LightningModule")
    source = source.replace("from jaxtyping", "from pytorch_lightning import LightningModule\nfrom jaxtyping")
    reasons = [gap.reason for gap in convlint.lint_source(source, "model.py").gaps]
    assert not any("example_input_array" in reason for reason in reasons)
