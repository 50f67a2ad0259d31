"""What rules advise, and what they say of padding, where torch once showed that it was not so."""

from __future__ import annotations

import pytest

from tests.confirm.asking import checked, layer, status


def told(made: str, shape: tuple[int, ...], code: str) -> tuple[str, str]:
    """Return message and help of the only finding of a code, which torch must confirm."""
    (finding,) = [finding for finding in checked(layer(made, shape)).findings if finding.code == code]
    assert status(finding) == "confirmed"
    return finding.message, finding.help


@pytest.mark.parametrize(
    ("made", "shape", "advice"),
    [
        ("nn.Conv2d(3, 4, (2, 3))", (1, 3, 8, 8), '`padding="same"` keeps the size'),
        ("nn.Conv2d(3, 4, (2, 3), stride=(1, 2))", (1, 3, 8, 9), "an odd kernel can keep the size"),
        ("nn.LPPool2d(2, 3, stride=1)", (1, 3, 8, 8), "pad the input before it to keep the size"),
        ("nn.MaxPool2d(3, stride=1)", (1, 3, 8, 8), "`padding=1` keeps the size"),
        ("nn.MaxPool2d(3, stride=1, dilation=2)", (1, 3, 8, 8), "pad the input before it to keep the size"),
    ],
)
def test_what_keeps_the_size(made, shape, advice):
    assert told(made, shape, "CVL102")[1] == advice


def test_same_padding_is_not_advised_with_a_stride():
    assert told("nn.Conv2d(3, 4, 4, padding=2)", (1, 3, 8, 8), "CVL104")[1].startswith('`padding="same"`')
    assert told("nn.Conv2d(3, 4, 4, (1, 2), 2)", (1, 3, 8, 8), "CVL104")[1] == "an odd kernel keeps the size"


def test_averages_that_leave_zeros_out():
    shape = (1, 3, 8, 8)
    counting, advice = told("nn.AvgPool2d(3, 1, 1)", shape, "CVL106")
    assert counting.endswith("averages along the border count the padding's zeros")
    assert advice == "`count_include_pad=False` leaves the zeros out"
    fewer, none = told("nn.AvgPool2d(3, 1, 1, count_include_pad=False)", shape, "CVL106")
    assert fewer.endswith("windows along the border see fewer cells")
    assert none == ""


def test_padding_that_repeats_cells_reads_them():
    for mode in ("circular", "reflect", "replicate"):
        made = f"nn.Conv2d(3, 4, 2, 5, 1, padding_mode={mode!r})"
        assert not checked(layer(made, (1, 3, 9, 9))).findings
    assert checked(layer("nn.Conv2d(3, 4, 2, 5, 1)", (1, 3, 9, 9))).findings


def test_features_where_a_hidden_state_is_given_too():
    alone = layer("nn.LSTMCell(9, 9)", (2, 6))
    (finding,) = checked(alone).findings
    assert finding.help == "`input_size=6` takes this input"
    (finding,) = checked(alone.replace("self.layer(x)", "self.layer(x, (x, x))")).findings
    assert (finding.code, finding.help, status(finding)) == ("CVL202", "", "confirmed")


def test_channels_that_the_groups_of_a_norm_do_not_divide():
    assert told("nn.GroupNorm(4, 8)", (1, 12, 3, 3), "CVL201")[1] == "`num_channels=12` takes this input"
    assert told("nn.GroupNorm(4, 8)", (1, 10, 3, 3), "CVL201")[1] == ""
