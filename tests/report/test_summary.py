"""The summary of a model and its receptive fields, from a trace made by hand."""

from __future__ import annotations

import io
import json

from msgspec.structs import replace

from convlint.layers.core.facts import Cost, WindowAxis
from convlint.layers.core.tensor import Tensor
from convlint.report import summary_json, summary_table
from convlint.summary import summary_of
from convlint.symbolic import SymbolKind, symbol
from convlint.trace import Gap, Place
from tests.rules.traces import axis, event, layer, trace, window_event


def chain(*steps: tuple[str, WindowAxis]):
    """Return a trace that slides one window after the other, in two equal axes."""
    events = []
    tensor = Tensor((1, 3, steps[0][1].size_in, steps[0][1].size_in))
    for number, (kind, a) in enumerate(steps):
        made = window_event(layer(f"layer{number}"), kind, a, a)
        made = replace(made, inputs=(tensor,))
        events.append(made)
        tensor = made.outputs[0]
    return trace(*events)


def test_receptive_fields_of_a_chain():
    """VGG-like: 3×3, 3×3, pool 2, 3×3 sees 3, 5, 6, 10 cells."""
    run = chain(
        ("conv", axis(32, 3, pad=1)),
        ("conv", axis(32, 3, pad=1)),
        ("max_pool", axis(32, 2, 2)),
        ("conv", axis(16, 3, pad=1)),
    )
    assert [row.receptive_field for row in summary_of(run).layers] == [(3, 3), (5, 5), (6, 6), (10, 10)]


def test_dilation_counts_and_transposed_windows_are_not_defined():
    run = chain(("conv", axis(32, 3, pad=2, dilation=2)), ("conv_transpose", axis(32, 2)), ("conv", axis(31, 3)))
    assert [row.receptive_field for row in summary_of(run).layers] == [(5, 5), None, None]


def test_sums_take_the_larger_field_and_linear_has_none():
    x = Tensor((1, 3, 8, 8))
    run = chain(("conv", axis(8, 3, pad=1)))
    first = replace(run.events[0], inputs=(x,))
    y = first.outputs[0]
    total = event("torch.add", [x, y], [Tensor(y.shape)])
    relu = event("torch.nn.ReLU", [total.outputs[0]], [Tensor(y.shape)], layer("act", "torch.nn.ReLU"))
    fc = event("torch.nn.Linear", [relu.outputs[0]], [Tensor((1, 3, 8, 4))], layer("fc", "torch.nn.Linear"))
    fields = [row.receptive_field for row in summary_of(trace(first, total, relu, fc)).layers]
    assert fields == [(3, 3), (3, 3), None]


def second_example():
    """The 32×32×3 example of the field: 20 filters 8×8, stride 2, padding 1."""
    weight, bias, output = Tensor((20, 3, 8, 8)), Tensor((20,)), Tensor((1, 20, 14, 14))
    module = layer("conv", parameters={"weight": weight, "bias": bias})
    a = axis(32, 8, 2, 1)
    run = trace(
        replace(window_event(module, "conv", a, a), outputs=(output,), result=output, cost=Cost(752_640, 756_560))
    )
    return replace(run, total_parameters=3860)


def test_summary_of_one_layer():
    (row,) = summary_of(second_example()).layers
    assert (row.path, row.kind, row.output_shape) == ("conv", "Conv2d", (1, 20, 14, 14))
    assert (row.params, row.unshared_params, row.output_volume, row.macs) == (3860, 756_560, 3920, 752_640)
    assert row.receptive_field == (8, 8)


def test_unknown_sizes_are_none_and_symbols_stay():
    unknown, n = symbol("?", SymbolKind.UNKNOWN, "a reason"), symbol("N")
    run = trace(event("torch.nn.ReLU", [Tensor((n, unknown))], [Tensor((n, unknown))], layer("act", "torch.nn.ReLU")))
    (row,) = summary_of(run).layers
    assert row.output_shape == (n, None)
    assert row.output_volume is None


def test_json_and_table_show_the_same_numbers():
    summary = summary_of(second_example())
    entry = json.loads(summary_json.text(summary))
    assert entry["params"] == 3860
    assert entry["layers"][0]["output_shape"] == [1, 20, 14, 14]
    assert entry["layers"][0]["unshared_params"] == 756_560
    stream = io.StringIO()
    summary_table.write(summary, stream)
    text = stream.getvalue()
    for part in ("conv", "Conv2d", "1×20×14×14", "3,860", "756,560", "3,920", "752,640", "8×8", "parameters  3,860"):
        assert part in text
    assert "\x1b[" not in text


def test_numbers_larger_than_64_bits_stay_exact():
    huge = 3**60
    summary = replace(summary_of(second_example()), macs=huge)
    assert json.loads(summary_json.text(summary))["macs"] == huge


def test_several_outputs_are_shown_nested():
    y, h, c = Tensor((5, 2, 8)), Tensor((1, 2, 8)), Tensor((1, 2, 8))
    made = event("torch.nn.LSTM", [Tensor((5, 2, 4))], [y, h, c], layer("rnn", "torch.nn.LSTM"))
    summary = summary_of(trace(replace(made, result=(y, (h, c)))))
    assert summary.layers[0].output_shape == ((5, 2, 8), ((1, 2, 8), (1, 2, 8)))
    stream = io.StringIO()
    summary_table.write(summary, stream)
    assert "(5×2×8, (1×2×8, 1×2×8))" in stream.getvalue()


def table_of(run):
    stream = io.StringIO()
    summary_table.write(summary_of(run), stream)
    return stream.getvalue().splitlines()


def test_sums_among_the_sizes_stand_in_parentheses():
    n, h = symbol("N"), symbol("H")
    padded = Tensor((n, 3, h + 2, 2 * h))
    lines = table_of(trace(event("torch.nn.ReLU", [padded], [padded], layer("act", "torch.nn.ReLU"))))
    assert "N×3×(H + 2)×2·H" in lines[1]


def test_costs_of_what_is_not_known_are_not_nothing():
    """A layer on something unknown costs what nobody knows: the total is not the sum of the others."""
    gap = Gap(Place("net.py", (3, 4, 3, 9)), "the rank of input `x` is not known")
    relu = event("torch.nn.Linear", [], [], layer("fc", "torch.nn.Linear"))
    run = trace(replace(relu, inputs_known=False, output_known=False, unknown=(gap,)))
    assert summary_of(run).macs is None
    assert table_of(run)[-1].endswith("net.py:3:5: unknown: the rank of input `x` is not known (so is fc)")


def test_only_the_first_gaps_are_told():
    gaps = tuple(Gap(None, f"reason {number}") for number in range(11))
    lines = table_of(replace(trace(), gaps=gaps))
    assert lines[-2:] == ["unknown: reason 7", "and 3 more that are unknown"]


def test_powers_stand_above():
    width = symbol("width")
    square = Tensor((width * width * 3 - 1, 2))
    lines = table_of(trace(event("torch.nn.ReLU", [square], [square], layer("act", "torch.nn.ReLU"))))
    assert "(3·width² − 1)×2" in lines[1]
