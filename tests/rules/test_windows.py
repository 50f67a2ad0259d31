"""CVL101–107 on hand-built windows, against a count of the cells that windows really read."""

from __future__ import annotations

import random

import pytest

from convlint.findings import Severity
from convlint.layers.core.facts import WindowAxis
from convlint.rules.windows.even_kernel_same import EvenKernelSame
from convlint.rules.windows.kernel_mostly_padding import KernelMostlyPadding
from convlint.rules.windows.non_integral_output import NonIntegralOutput
from convlint.rules.windows.padded_pooling import PaddedPooling
from convlint.rules.windows.shrinking_layer import ShrinkingLayer
from convlint.rules.windows.stride_skips_input import StrideSkipsInput
from convlint.symbolic import symbol
from tests.rules.traces import axis, found, layer, trace, window_event


def conv(*axes: WindowAxis, kind: str = "conv", path: str = "conv"):
    return trace(window_event(layer(path), kind, *axes))


def cells_behind_the_last_window(a: WindowAxis) -> int:
    """Count the real cells behind everything that a window covers, one cell at a time."""
    covered = {number * a.stride + offset for number in range(a.size_out) for offset in range(a.extent)}
    real = range(a.pad_before, a.pad_before + a.size_in)
    return sum(cell > max(covered) for cell in real)


def cells_between_windows(a: WindowAxis) -> int:
    covered = {number * a.stride + offset for number in range(a.size_out) for offset in range(a.extent)}
    real = range(a.pad_before, a.pad_before + a.size_in)
    return sum(cell < max(covered) and cell not in covered for cell in real)


def random_axes(seed: int, count: int):
    rng = random.Random(seed)
    while count:
        kernel, stride, dilation = rng.randint(1, 5), rng.randint(1, 6), rng.choice((1, 1, 2, 3))
        pad = rng.randint(0, kernel // 2)
        size = rng.randint(1, 24)
        if size + 2 * pad >= dilation * (kernel - 1) + 1:
            count -= 1
            yield axis(size, kernel, stride, pad, dilation, ceil=rng.random() < 0.3)


def test_rest_is_what_no_window_reaches():
    for a in random_axes(1, 600):
        findings = found(NonIntegralOutput(), conv(a, kind="max_pool"))
        warned = [f for f in findings if f.severity is Severity.WARNING]
        if a.stride > a.extent:  # those at the end are left out as those between the windows are
            assert not findings
            continue
        assert bool(warned) == (cells_behind_the_last_window(a) > 0), a
        if warned:
            count = cells_behind_the_last_window(a)
            assert f"{count} position{'s' * (count != 1)} at the end" in warned[0].message
        elif not a.ceil_mode:
            rest = (a.size_in + 2 * a.pad_before - a.extent) % a.stride
            assert bool(findings) == (rest > 0)


def test_an_axis_that_is_read_in_steps_does_not_hide_another():
    (finding,) = found(NonIntegralOutput(), conv(axis(56, 1, 2), axis(56, 3, 2)))
    assert finding.message.startswith("`conv`: width: (56 − 3 + 2·0)/2 + 1 = 27.5, rounded to 27: 1 column at the end")
    assert not found(NonIntegralOutput(), conv(axis(symbol("H"), 1, 2)))


def test_skipped_is_what_lies_between_windows():
    for a in random_axes(2, 600):
        assert bool(found(StrideSkipsInput(), conv(a))) == (cells_between_windows(a) > 0), a


def test_shrinking_and_even_kernels_share_the_stride_one_losses():
    for a in random_axes(3, 600):
        shrinks = a.stride == 1 and 1 < a.size_out < a.size_in
        shrinking = bool(found(ShrinkingLayer(), conv(a)))
        even = bool(found(EvenKernelSame(), conv(a)))
        assert not (shrinking and even)
        assert shrinks <= (shrinking or even)
        assert shrinking <= shrinks
        assert even == (a.stride == 1 and a.pad_before > 0 and abs(a.size_out - a.size_in) == 1), a


def test_message_of_a_stem_on_224():
    (finding,) = found(NonIntegralOutput(), conv(axis(224, 11, 4), axis(224, 11, 4), path="stem"))
    assert finding.message == (
        "`stem`: height and width: (224 − 11 + 2·0)/4 + 1 = 54.25, rounded to 54: "
        "1 row and 1 column at the end are never read"
    )
    assert finding.help == "`padding=2` reads everything; an input of 223 or 227 fits"
    assert finding.severity is Severity.WARNING


def test_endless_fraction_is_cut_off():
    (finding,) = found(NonIntegralOutput(), conv(axis(224, 4, 3), axis(226, 4, 3)))
    assert "(224 − 4 + 2·0)/3 + 1 = 74.33…" in finding.message
    assert finding.message.endswith("rounded to 74: 1 row at the end is never read")


def test_only_padding_dropped_is_a_note():
    (finding,) = found(NonIntegralOutput(), conv(axis(224, 7, 2, 3), axis(224, 7, 2, 3)))
    assert finding.severity is Severity.NOTE
    assert finding.message.endswith("112.5, rounded to 112: only padding is dropped")


def test_ceil_mode_reads_the_rest():
    assert not found(NonIntegralOutput(), conv(axis(25, 2, 2, ceil=True), kind="max_pool"))
    (finding,) = found(NonIntegralOutput(), conv(axis(25, 2, 2), kind="max_pool"))
    assert finding.help.startswith("`ceil_mode=True` reads the rest")


@pytest.mark.parametrize("size", [symbol("H"), symbol("H") * 3])
def test_undecided_symbols_say_nothing(size):
    assert not found(NonIntegralOutput(), conv(axis(size, 3, 2)))


def test_remainder_of_every_even_size():
    (finding,) = found(NonIntegralOutput(), conv(axis(2 * symbol("H"), 3, 2)))
    assert finding.severity is Severity.WARNING
    assert "is never a whole number" in finding.message


def test_shrinking_symbols_show_the_difference():
    (finding,) = found(ShrinkingLayer(), conv(axis(symbol("H"), 5), axis(symbol("W"), 3, pad=1)))
    assert finding.message == "`conv` shrinks the map: height H → H − 4"
    assert finding.help == "`padding=(2, 1)` keeps the size"


def test_kernel_over_the_whole_map_is_meant():
    assert not found(ShrinkingLayer(), conv(axis(7, 7), axis(7, 7)))


def test_even_kernel_message():
    (finding,) = found(EvenKernelSame(), conv(axis(32, 4, pad=2), axis(32, 4, pad=2)))
    assert finding.message == (
        "`conv`: kernel 4 with padding 2 on both sides cannot keep the size: height and width 32 → 33"
    )


def test_pointwise_stride_is_a_note():
    (finding,) = found(StrideSkipsInput(), conv(axis(32, 1, 2), axis(32, 1, 2)))
    assert finding.severity is Severity.NOTE
    assert finding.message == (
        "`conv`: stride 2 exceeds kernel 1: 1 of every 2 cells along height and width are never read"
    )


@pytest.mark.parametrize(("channels", "groups", "severity"), [(8, 8, "note"), (8, 4, "warning"), (1, 1, "warning")])
def test_a_depthwise_stride_is_a_note(channels, groups, severity):
    module = layer("conv", in_channels=channels, groups=groups)
    (finding,) = found(StrideSkipsInput(), trace(window_event(module, "conv", axis(32, 3, 4, 1), axis(32, 3, 4, 1))))
    assert finding.severity.value == severity


def test_padded_pooling_is_a_note_for_pools_only():
    (finding,) = found(PaddedPooling(), conv(axis(32, 3, 2, 1), kind="avg_pool"))
    assert finding.severity is Severity.NOTE
    assert "count the padding's zeros" in finding.message
    assert not found(PaddedPooling(), conv(axis(32, 3, 2, 1)))


def test_kernel_larger_than_its_map():
    (finding,) = found(KernelMostlyPadding(), conv(axis(14, 3, pad=18, dilation=18), axis(64, 3, pad=18, dilation=18)))
    assert (
        finding.message == "`conv`: the dilated kernel is larger than the map it slides over: 37 against 14 in height"
    )


def test_a_definition_that_runs_often_is_reported_once():
    shared = layer("pool", "torch.nn.MaxPool2d")
    events = [window_event(shared, "max_pool", axis(size, 2, 2)) for size in (25, 13, 7)]
    (finding,) = found(NonIntegralOutput(), trace(*events))
    assert finding.place == shared.definition
    assert "25" in finding.message
    assert [r.place for r in finding.related] == [event.place for event in events]
