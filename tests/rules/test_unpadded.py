"""CVL102 on whole models: where no convolution pads, that is said once, with true numbers, and mended as a whole."""

from __future__ import annotations

import random

import pytest

from convlint.api import lint_source
from convlint.fixes.applying import fix
from tests.confirm.asking import checked, status

NET = """
import torch
from torch import nn
import torch.nn.functional as F

class Net(nn.Module):
    def __init__(self):
        super().__init__()
{layers}

    def forward(self, x):
{body}

Net()(torch.zeros({shape}))
"""


def net(*layers: str, body: str = "return x", shape: str = "1, 3, 84, 84") -> str:
    """A model of these layers, called one after another."""
    made = "\n".join(f"        self.l{number} = {layer}" for number, layer in enumerate(layers))
    calls = "\n".join(f"        x = self.l{number}(x)" for number in range(len(layers)))
    return NET.format(layers=made, body=f"{calls}\n        {body}", shape=shape)


def messages(text: str) -> list[str]:
    found = checked(text).findings
    assert {status(it) for it in found if it.code == "CVL102"} <= {"confirmed"}
    return [finding.message for finding in found if finding.code == "CVL102"]


@pytest.mark.parametrize(
    ("layers", "said"),
    [
        (
            ["nn.Conv2d(3, 4, 8, 4)", "nn.Conv2d(4, 4, 4, 2)", "nn.Conv2d(4, 4, 3)"],
            "none of the 3 convolutions pads: the map goes 84 → 7, 2 rows and columns by missing padding",
        ),
        (
            ["nn.Conv2d(3, 4, 5)", "nn.MaxPool2d(2)", "nn.Conv2d(4, 4, (3, 1))"],
            "none of the 2 convolutions pads: the map goes 84×84 → 38×40, 6 rows and 4 columns by missing padding",
        ),
        (
            [
                *("nn.Conv2d(3, 4, 3)", "nn.MaxPool2d(2)", "nn.Conv2d(4, 4, 3)"),
                *("nn.ConvTranspose2d(4, 4, 2, 2)", "nn.Conv2d(4, 4, 5)"),
            ],
            "none of the 3 convolutions pads: the map goes 84 → 74, each cuts off up to 4 rows and columns",
        ),
        (["nn.Conv2d(3, 4, 3)"], "`l0` shrinks the map: height and width 84 → 82, 2 smaller"),
        (["nn.Conv2d(3, 4, 3, padding=1)", "nn.Conv2d(4, 4, 3)"], "`l1` shrinks the map: height and width 84 → 82"),
        (["nn.ZeroPad2d(1)", "nn.Conv2d(3, 4, 3)", "nn.Conv2d(4, 4, 3)"], "`l2` shrinks the map"),
        (["nn.Conv2d(3, 8, 4, 4)", "nn.Conv2d(8, 8, 3)"], "`l1` shrinks the map"),
        (["nn.Conv2d(3, 8, 3)", "nn.Conv2d(8, 8, 82)"], "`l0` shrinks the map"),
    ],
)
def test_one_warning_where_none_pads_and_one_for_the_one_that_does_not(layers, said):
    (message,) = messages(net(*layers))
    assert message.startswith(said)


def test_branches_have_no_map_in_common():
    text = NET.format(
        layers="        self.towers = nn.ModuleList([nn.Conv1d(3, 4, k) for k in (3, 5)])",
        body="        return torch.cat([tower(x).amax(2) for tower in self.towers], 1)",
        shape="1, 3, 20",
    )
    assert messages(text) == ["none of the 2 convolutions pads: each cuts off up to 4 positions"]


def test_every_layer_is_a_related_place_and_is_mended():
    text = net("nn.Conv2d(3, 4, 8, 4)", "nn.Conv2d(4, 4, 3)", "nn.Conv2d(4, 4, 5)", shape="1, 3, 64, 64")
    report = lint_source(text, "net.py")
    (finding,) = (it for it in report.findings if it.code == "CVL102")
    rows = [number for number, line in enumerate(text.splitlines(), 1) if "nn.Conv2d" in line]
    assert [place.place.span[0] for place in finding.related] == rows
    assert finding.place.span[0] == rows[1]
    assert finding.help == "`padding=1` in `l1` and `padding=2` in `l2` keep the sizes"
    done = fix(
        {"net.py": text.encode()}, lambda contents: lint_source(contents["net.py"].decode(), "net.py"), unsafe=True
    )
    mended = done.contents["net.py"].decode()
    assert "nn.Conv2d(4, 4, 3, padding=1)" in mended
    assert "nn.Conv2d(4, 4, 5, padding=2)" in mended
    assert "CVL102" not in {it.code for it in done.report.findings}


def test_layers_that_are_not_written_out_are_left_to_the_person():
    text = net("nn.Conv2d(3, 4, *[3])", "nn.Conv2d(4, 4, 3)", "nn.Conv2d(4, 4, 5)", shape="1, 3, 64, 64")
    done = fix(
        {"net.py": text.encode()}, lambda contents: lint_source(contents["net.py"].decode(), "net.py"), unsafe=True
    )
    assert done.contents["net.py"].decode().count("padding") == 2
    assert [it.layer for it in done.report.findings if it.code == "CVL102"] == ["l0"]


def test_the_cells_that_are_lost_are_those_of_the_layers():
    rng = random.Random(5)
    for _ in range(12):
        kernels = [rng.choice((3, 5, 7)) for _ in range(rng.randint(2, 4))]
        size = sum(kernels) + rng.randint(2, 30)
        layers = [f"nn.Conv2d(3, 3, {kernel})" for kernel in kernels]
        lost = sum(kernel - 1 for kernel in kernels)
        assert messages(net(*layers, shape=f"1, 3, {size}, {size}")) == [
            f"none of the {len(kernels)} convolutions pads: the map goes {size} → {size - lost}, "
            f"{lost} rows and columns by missing padding"
        ]


def test_open_sizes_are_told_where_they_are_short():
    layers = ["nn.Conv2d(3, 4, 3)", "nn.Conv2d(4, 4, 3)"]
    text = net(*layers)[: net(*layers).index("Net()(")]
    assert messages(text) == [
        "none of the 2 convolutions pads: the map goes H×W → (H − 4)×(W − 4), 4 rows and columns by missing padding"
    ]
    layers = ["nn.Conv2d(3, 4, 8, 4)", "nn.Conv2d(4, 4, 4, 2)", "nn.Conv2d(4, 4, 3)"]
    text = net(*layers)[: net(*layers).index("Net()(")]
    assert messages(text) == ["none of the 3 convolutions pads: the map loses 2 rows and columns"]


@pytest.mark.parametrize(
    ("silenced", "codes"), [([0], []), ([0, 1], []), ([0, 1, 2], ["CVL901"]), ([1], ["CVL102"]), ([], ["CVL102"])]
)
def test_a_comment_at_any_of_the_layers_is_used_and_one_at_the_first_silences(silenced, codes):
    layers = ["nn.Conv2d(3, 4, 3)", "nn.Conv2d(4, 4, 3)", "nn.Conv2d(4, 4, 1)"]
    text = net(*(f"{layer}{'  # convlint: ignore[CVL102]' * (row in silenced)}" for row, layer in enumerate(layers)))
    assert [it.code for it in lint_source(text, "net.py").findings] == codes
