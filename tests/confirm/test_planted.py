"""Bugs that are put into convlint on purpose: torch refutes what they make it say."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest

from convlint.config import Config
from convlint.confirm.findings import confirm
from convlint.evidence import AxisReading, Raises, Unread
from convlint.findings import Confirmation, Finding, Report, Severity, Status
from convlint.layers.core.facts import WindowAxis
from convlint.layers.core.refusal import Refusal, RefusalKind
from convlint.layers.linear import linear
from convlint.layers.windows import pooling
from convlint.rules.base import Claim, Rule
from convlint.rules.costs import layer_parameters
from convlint.rules.run import sightings
from convlint.rules.subjects import sliding_windows
from convlint.rules.windows import non_integral_output, remainders, stride_skips_input
from convlint.sightings import merged
from convlint.symbolic import at_least, equal
from convlint.trace import ModelTrace, Place, Violation
from tests.confirm.asking import Here, checked, detail_of, layer, model, status, statuses
from tests.confirm.traces import traces_of

ROWS_LOST = layer("nn.MaxPool2d(3)", (1, 2, 8, 9))


def test_a_rule_that_miscounts_rows(monkeypatch):
    assert statuses(checked(ROWS_LOST)) == {("CVL101", "confirmed"): 1}
    count = non_integral_output._unread
    monkeypatch.setattr(non_integral_output, "_unread", lambda axis, rest: count(axis, rest) + 1)
    report = checked(ROWS_LOST)
    assert statuses(report) == {("CVL101", "refuted"): 1}
    assert detail_of(report, "CVL101") == "2 cells at the end of axis 0 get no gradient"


def test_a_rule_that_sees_gaps_between_windows_that_touch(monkeypatch):
    monkeypatch.setattr(stride_skips_input, "_skips", lambda axis: True)
    report = checked(layer("nn.MaxPool2d(3)", (1, 2, 9, 9)))
    assert statuses(report) == {("CVL105", "refuted"): 1}
    assert detail_of(report, "CVL105") == "every cell of axis 0 gets a gradient"


OPEN = """
from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.pool = nn.MaxPool2d(3)

    def forward(self, x):
        return self.pool(x)
"""


def test_a_rule_that_forgets_some_of_the_sizes_that_lose_cells(monkeypatch):
    """Torch is asked on sizes outside of the claimed set as well."""
    report = checked(OPEN)
    assert statuses(report) == {("CVL101", "confirmed"): 1}
    assert detail_of(report, "CVL101").startswith("the gradient is zero in the last 2 of ")
    monkeypatch.setattr(remainders, "_is_lost", lambda axis: at_least(remainders.raster_rest(axis), axis.pad_after + 2))
    report = checked(OPEN)
    assert statuses(report) == {("CVL101", "refuted"): 1}
    assert detail_of(report, "CVL101").startswith("1 cells at the end of axis 0 get no gradient")


class RefusesEveryPooling(Rule):
    """It says that torch refuses what torch takes."""

    code = "CVL103"
    name = "planted"
    severity = Severity.ERROR

    def check(self, trace: ModelTrace, settings: object) -> Iterator[Claim]:
        for event, _ in sliding_windows(trace):
            refusal = Refusal(RefusalKind.COLLAPSED, "planted")
            violation = Violation(refusal, event.place, (), event.module, event.name, event.inputs, True, event.given)
            yield Claim("planted", event.place, evidence=Raises(violation, trace.assumed))


class MisreadsTheWindows(Rule):
    """Its windows have another stride than the layer."""

    code = "CVL105"
    name = "planted"
    severity = Severity.WARNING

    def check(self, trace: ModelTrace, settings: object) -> Iterator[Claim]:
        for event, window in sliding_windows(trace):
            axes = tuple(msgspec.structs.replace(axis, stride=axis.stride + 1) for axis in window.axes)
            wrong = msgspec.structs.replace(window, axes=axes)
            yield Claim("planted", event.place, evidence=Unread(event, wrong, (AxisReading(),) * len(axes), ()))


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (RefusesEveryPooling(), "torch takes it and puts out 2×2×2×3"),
        (MisreadsTheWindows(), "cell 3 of axis 0 gets a gradient"),
    ],
)
def test_a_planted_rule(rule, said):
    found = merged(sightings(traces_of(ROWS_LOST), [rule], None, lambda name: True))  # type: ignore[arg-type]
    report = confirm(Report(found, files=1), Here())
    assert [(status(finding), finding.confirmation.detail) for finding in report.findings] == [("refuted", said)]
    assert report.exit_code == 3


def test_a_layer_rule_that_refuses_too_much(monkeypatch):
    """Our `Linear` demands one feature more than torch's."""
    monkeypatch.setattr(linear, "equal", lambda got, expected: equal(got, expected + 1))
    report = checked(layer("nn.Linear(8, 4)", (2, 8)))
    assert statuses(report) == {("CVL202", "refuted"): 1}
    assert detail_of(report, "CVL202") == "torch takes it and puts out 2×4"
    assert report.exit_code == 3


def test_a_shape_formula_that_is_off_by_one(monkeypatch):
    slide = pooling.slide

    def planted(*args: object) -> WindowAxis:
        axis = slide(*args)  # type: ignore[arg-type]
        return msgspec.structs.replace(axis, size_out=axis.size_out + 1)

    monkeypatch.setattr(pooling, "slide", planted)
    report = checked(layer("nn.AvgPool2d(3, stride=1)", (1, 2, 8, 8)))
    assert statuses(report) == {("CVL102", "refuted"): 1}
    assert detail_of(report, "CVL102") == "torch puts out (6, 6)"
    report = checked(layer("nn.AvgPool2d(2)", (1, 2, 8, 8)), Config(max_activation=10))
    assert statuses(report) == {("CVL303", "refuted"): 1}
    assert detail_of(report, "CVL303") == "torch puts out (1, 2, 4, 4), not (1, 2, 5, 5)"


def test_parameters_that_are_miscounted(monkeypatch):
    monkeypatch.setattr(layer_parameters, "_parameters", lambda module: 999 if module.parameters else 0)
    report = checked(layer("nn.Linear(4, 5)", (2, 4)), Config(max_layer_params=10))
    assert statuses(report) == {("CVL301", "refuted"): 1}
    assert detail_of(report, "CVL301") == "torch counts 25 parameters, not 999"


def test_sizes_that_do_not_fit(monkeypatch):
    from convlint.analysis import fitting

    body = (
        "def __init__(self):\n    super().__init__()\n    self.conv = nn.Conv2d(1, 2, 3, 2)\n"
        "    self.fc = nn.Linear(2 * 4 * 4, 3)\n\ndef forward(self, x):\n    return self.fc(self.conv(x).flatten(1))"
    )
    source = model(body, "torch.randn(1, 1, 5, 5)")
    assert detail_of(checked(source), "CVL202").endswith("; torch takes S = 9, S = 10 and refuses S = 8, S = 11")
    true = fitting.holds
    monkeypatch.setattr(
        fitting, "holds", lambda condition, values: true(condition, {s: n - 1 for s, n in values.items()})
    )
    report = checked(source)
    assert statuses(report)["CVL202", "refuted"] == 1
    assert "torch refuses S = 11, which was said to fit" in detail_of(report, "CVL202")


def test_advice_that_does_not_help(monkeypatch):
    from convlint.rules.mismatches import features_mismatch

    monkeypatch.setattr(features_mismatch.FeaturesMismatch, "mended", lambda self, violation: {"in_features": 3})
    report = checked(layer("nn.Linear(9, 4)", (2, 8)))
    assert statuses(report) == {("CVL202", "refuted"): 1}
    assert detail_of(report, "CVL202").startswith("what the help advises torch refuses, too: RuntimeError: mat1")


def test_a_refuted_finding_does_not_fail_the_run_as_the_users_would():
    place = Place("a.py", (1, 0, 1, 1))
    refuted = Confirmation(Status.REFUTED, "…")
    wrong = Finding("CVL202", "x", Severity.ERROR, "m", place, confirmation=refuted)
    note = Finding("CVL101", "x", Severity.NOTE, "m", place)
    assert Report((wrong,)).exit_code == 3
    assert Report((note, wrong)).exit_code == 3
    assert Report((note,)).exit_code == 0
    right = msgspec.structs.replace(wrong, confirmation=Confirmation(Status.CONFIRMED, "…"))
    assert Report((right,)).exit_code == 1


def test_what_a_model_of_several_calls_says_is_checked_for_each():
    source = model(
        "def __init__(self):\n    super().__init__()\n    self.pool = nn.MaxPool2d(2)\n\n"
        "def forward(self, x):\n    return self.pool(x), self.pool(x[:, :, 2:])",
        "torch.randn(1, 2, 7, 8)",
    )
    (finding,) = checked(source).findings
    assert len(finding.evidence) == 2
    assert status(finding) == "confirmed"
