"""Random convolutions, poolings and unfoldings: what is said of their windows, torch shows by gradients and sizes."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from convlint.confirm.claims import claim_of
from convlint.confirm.encoding import NotRebuildable
from tests.confirm.asking import checked, layer, model, statuses

KINDS = ("Conv", "MaxPool", "AvgPool", "LPPool", "Unfold", "functional")


def windowed(rng: random.Random, kind: str) -> str:
    """Return a program with one window operation whose arguments may be anything."""
    axes = 2 if kind in ("Unfold", "functional") else rng.choice((1, 2) if kind == "LPPool" else (1, 2, 3))
    kernel, stride, padding, dilation = (
        rng.choice(v) for v in ((1, 2, 3, 4, 5), (1, 2, 3, 5), (0, 0, 1, 2), (1, 1, 2))
    )
    size = tuple(rng.randint(4, 13) for _ in range(axes))
    if kind == "Conv":
        mode = rng.choice(("zeros", "zeros", "circular", "replicate", "reflect"))
        made = f"nn.Conv{axes}d(2, 3, {kernel}, {stride}, {padding}, {dilation}, padding_mode={mode!r})"
    elif kind == "Unfold":
        made = f"nn.Unfold({kernel}, {dilation}, {padding}, {stride})"
    elif kind == "LPPool":
        made = f"nn.LPPool{axes}d(2, {kernel}, {stride}, ceil_mode={rng.random() < 0.3})"
    elif kind == "AvgPool":
        counts = f", count_include_pad={rng.random() < 0.5}" if rng.random() < 0.5 else ""
        made = f"nn.AvgPool{axes}d({kernel}, {stride}, {min(padding, kernel // 2)}, {rng.random() < 0.3}{counts})"
    elif kind == "MaxPool":
        made = f"nn.MaxPool{axes}d({kernel}, {stride}, {min(padding, kernel // 2)}, {dilation}, {rng.random() < 0.2})"
    else:
        call = f"F.conv2d(x, torch.randn(3, 2, {kernel}, {kernel}), None, {stride}, {padding}, {dilation})"
        return model(f"def forward(self, x):\n    return {call}", f"torch.randn(1, 2, {size[0]}, {size[1]})")
    return layer(made, (rng.choice((1, 2, 9)), 2, *size))


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_refuted(kind):
    rng = random.Random(kind)
    seen: Counter[tuple[str, str]] = Counter()
    for _ in range(18):
        report = checked(windowed(rng, kind))
        assert not [finding for finding in report.findings if finding.is_refuted], report.findings
        seen += statuses(report)
    assert sum(count for (_, said), count in seen.items() if said == "not-checked") == 0
    assert {"CVL101", "CVL105"} <= {code for code, _ in seen}


def test_windows_on_padding_alone_give_no_cell_a_gradient():
    """Two columns of padding are read, and the one between them is not: nothing is seen of the rows, either."""
    report = checked(layer("nn.Conv2d(2, 4, 1, 2, 1)", (1, 2, 2, 1)))
    (finding,) = [it for it in report.findings if it.code == "CVL105"]
    assert not finding.is_refuted
    assert "no cell gets a gradient: along axis 1" in finding.confirmation.detail


@pytest.mark.parametrize("size", [(3, 9), (9, 3)])
def test_a_kernel_that_is_larger_than_one_axis_of_two(size):
    """The axes have different numbers of windows; `ceil_mode` lets torch take the call without padding, too."""
    report = checked(layer("nn.AvgPool2d(5, 3, 1, ceil_mode=True)", (1, 2, *size)))
    assert not [finding for finding in report.findings if finding.is_refuted]
    assert "CVL107" in {finding.code for finding in report.findings}


def test_a_claim_needs_evidence():
    with pytest.raises(NotRebuildable):
        claim_of(None)  # type: ignore[arg-type]
