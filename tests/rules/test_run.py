"""From claims to findings: where they may point, and that each is said once."""

from __future__ import annotations

from dataclasses import replace

import pytest

import convlint
from convlint.config import Config
from convlint.errors import UsageError
from convlint.findings import Severity
from convlint.rules import RULES, chosen, find
from convlint.rules.run import merged, sightings
from tests.rules.traces import axis, layer, place, trace, window_event

PACKAGE = "site-packages/zoo.py"


def shrinking(module, stack=()):
    module.definition_stack = stack
    return trace(window_event(module, "conv", axis(32, 3)))


def run_rules(*traces, asked=lambda name: name == "model.py"):
    return merged(sightings(traces, (find("CVL102"),), Config(), asked))


def test_place_in_a_package_becomes_the_asked_for_line_that_led_there():
    module = layer("conv")
    module.definition = place(70, PACKAGE)
    inner, outer = place(20), place(10)
    (finding,) = run_rules(shrinking(module, (outer, inner, place(60, PACKAGE))))
    assert finding.place == inner
    assert finding.related[0].place == module.definition


def test_place_in_a_package_without_any_call_points_at_the_model():
    module = layer("conv")
    module.definition = place(70, PACKAGE)
    (finding,) = run_rules(shrinking(module))
    assert finding.place == place(1)


def test_nothing_is_said_of_files_that_nobody_asked_for():
    assert not run_rules(shrinking(layer("conv")), asked=lambda _: False)


def test_the_gravest_speaks():
    rule = find("CVL101")
    shared = layer("pool", "torch.nn.MaxPool2d")
    note = trace(window_event(shared, "max_pool", axis(224, 3, 2, 1)))
    warning = trace(window_event(shared, "max_pool", axis(9, 2, 2)))
    (finding,) = merged(sightings([note, warning], (rule,), Config(), lambda _: True))
    assert finding.severity is Severity.WARNING
    assert finding.related[-1].message.startswith("also `pool`")


def test_many_repetitions_are_counted():
    shared = layer("conv")
    events = [window_event(shared, "conv", axis(size, 3)) for size in range(10, 20)]
    (finding,) = run_rules(trace(*events))
    assert finding.related[-1].message == "and 4 more like these"


def test_order_does_not_depend_on_the_order_of_models():
    runs = [trace(window_event(layer(f"c{row}", row=row), "conv", axis(32, 3)), name=f"N{row}") for row in (30, 20, 40)]
    assert run_rules(*runs) == run_rules(*reversed(runs))
    assert [finding.place.span[0] for finding in run_rules(*runs)] == [20, 30, 40]


def codes(select=(), ignore=()):
    return {rule.code for rule in chosen(select, ignore)}


def test_choosing_rules():
    assert codes() == codes(["ALL"]) == {rule.code for rule in RULES}
    assert codes(["CVL30"]) == {"CVL301", "CVL302", "CVL303", "CVL304", "CVL305", "CVL306"}
    assert codes(["CVL1", "CVL401"], ["CVL10"]) == {"CVL401"}
    assert codes(["CVL102"], ["CVL1"]) == {"CVL102"}
    assert codes(["CVL102"], ["CVL102"]) == set()
    assert "CVL102" not in codes(ignore=["CVL102"])


@pytest.mark.parametrize("selector", ["CVL999", "E501", "cvl101", "CVL1012", ""])
def test_unknown_selectors_are_named(selector):
    with pytest.raises(UsageError, match=f"`{selector}`"):
        chosen([selector], [])


def test_sort_key_is_path_row_column_code_message():
    (finding,) = run_rules(shrinking(layer("conv", row=12)))
    assert finding.sort_key == ("model.py", 12, 8, "CVL102", finding.message)
    assert replace(finding, code="CVL001").sort_key < finding.sort_key


def test_a_layer_that_is_built_where_it_is_called_is_not_shown_twice():
    source = "import torch\n\ntorch.nn.BCELoss()(torch.rand(16), torch.rand(16, 1))\n"
    (finding,) = convlint.lint_source(source).findings
    assert [related.message for related in finding.related] == ["`BCELoss` is called here with 16, 16×1"]
