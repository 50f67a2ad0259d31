"""From claims to findings: where they may point, and that each is said once."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

import convlint
from convlint.config import Config, load
from convlint.errors import ConfigError, UsageError
from convlint.findings import Severity
from convlint.rules import RULES, find
from convlint.rules.run import sightings
from convlint.rules.selection import selection
from convlint.sightings import merged
from tests.rules.traces import axis, layer, place, trace, window_event

PACKAGE = "site-packages/zoo.py"


def shrinking(module, stack=()):
    module.definition_stack = stack
    return trace(window_event(module, "conv", axis(32, 3)))


def losing(module, stack=()):
    module.definition_stack = stack
    return replace(trace(window_event(module, "conv", axis(9, 2, 2))), input_source="declared")


def run_rules(*traces, asked=lambda name: name == "model.py", code="CVL102"):
    return merged(sightings(traces, (find(code),), Config(), asked))


def test_place_in_a_package_becomes_the_asked_for_line_that_led_there():
    module = layer("conv")
    module.definition = place(70, PACKAGE)
    inner, outer = place(20), place(10)
    (finding,) = run_rules(losing(module, (outer, inner, place(60, PACKAGE))), code="CVL101")
    assert finding.place == inner
    assert finding.related[0].place == module.definition


def test_place_in_a_package_without_any_call_points_at_the_model():
    module = layer("conv")
    module.definition = place(70, PACKAGE)
    (finding,) = run_rules(losing(module), code="CVL101")
    assert finding.place == place(1)


def test_how_a_package_pads_is_the_affair_of_its_authors():
    module = layer("conv")
    module.definition = place(70, PACKAGE)
    assert not run_rules(shrinking(module, (place(10), place(60, PACKAGE))))
    assert run_rules(shrinking(module), asked=lambda _: True)
    module.definition = place(70, "blocks.py")
    assert run_rules(shrinking(module, (place(10), place(60, "blocks.py"))))


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
    return {rule.code for rule in selection(RULES, Config(select=tuple(select), ignore=tuple(ignore))).rules}


def test_choosing_rules():
    assert codes() == codes(["ALL"]) == {rule.code for rule in RULES}
    assert codes(["CVL30"]) == {f"CVL30{number}" for number in range(1, 8)}
    assert codes(["CVL1", "CVL401"], ["CVL10"]) == {"CVL401"}
    assert codes(["CVL102"], ["CVL1"]) == {"CVL102"}
    assert codes(["CVL102"], ["CVL102"]) == set()
    assert "CVL102" not in codes(ignore=["CVL102"])


def test_selectors_are_names_too_and_of_any_case():
    assert codes(["Shrinking-Layer", "cvl30"], ["cvl30"]) == {"CVL102"}
    assert codes(["all"], ["CVL"]) == set()
    assert codes(["CVL"]) == codes()


@pytest.mark.parametrize(
    ("selector", "near"),
    [
        ("CVL999", "CVL9"),
        ("E501", "give a code"),
        ("CVL1012", "CVL10"),
        ("", ""),
        ("shrinking-layers", "shrinking-layer"),
    ],
)
def test_unknown_selectors_are_named(selector, near):
    with pytest.raises(UsageError, match=f"`{selector}`.*{near}"):
        codes([selector])


def test_selectors_beside_others():
    assert codes(["CVL101"]) | {"CVL305"} == {
        rule.code for rule in selection(RULES, Config(select=("CVL101",), extend_select=("redundant-bias",))).rules
    }
    assert selection(RULES, Config(extend_select=("CVL102",), ignore=("CVL1",))).rules[0].code == "CVL102"


def test_severities_are_of_the_closest_selector():
    settings = Config(severity={"CVL1": "note", "CVL102": "error", "non-integral-output": "off"})
    selected = selection(RULES, settings)
    (finding,) = run_rules(shrinking(layer("conv")))
    assert selected.weighed(finding).severity is Severity.ERROR
    assert selected.weighed(replace(finding, code="CVL105")).severity is Severity.NOTE
    assert selected.weighed(replace(finding, code="CVL305")).severity is finding.severity
    assert "CVL101" not in {rule.code for rule in selected.rules}


def test_rules_are_left_out_in_files_that_match(tmp_path):
    settings = Config(per_file_ignores={"tests/*.py": ("CVL1",), "!src/**": ("shrinking-layer",)}, root=str(tmp_path))
    selected = selection(RULES, settings)
    (finding,) = run_rules(shrinking(layer("conv")))

    def tells(name, code):
        place = replace(finding.place, filename=str(tmp_path / name))
        return selected.tells(replace(finding, code=code, place=place))

    assert [tells("tests/a.py", "CVL101"), tells("tests/a/b.py", "CVL101"), tells("a.py", "CVL101")] == [0, 1, 1]
    assert [tells("src/a.py", "CVL102"), tells("a.py", "CVL102"), tells("a.py", "CVL305")] == [1, 0, 1]


def test_a_wrong_selector_in_a_file_is_told_with_its_row(tmp_path):
    file = tmp_path / "pyproject.toml"
    file.write_text('[tool.convlint]\nselect = [\n  "CVL1",\n  "CVL999",\n]\n')
    with pytest.raises(ConfigError, match=f"{file}:4: unknown rule selector `CVL999`"):
        selection(RULES, load(file))
    file.write_text('[tool.convlint.severity]\nCVL1 = "note"\nconvs = "off"\n')
    with pytest.raises(ConfigError, match=f"{file}:3: unknown rule selector `convs`"):
        selection(RULES, load(file))


def test_sort_key_is_path_row_column_code_message():
    (finding,) = run_rules(shrinking(layer("conv", row=12)))
    assert finding.sort_key == ("model.py", 12, 8, "CVL102", finding.message)
    assert replace(finding, code="CVL001").sort_key < finding.sort_key


def test_a_layer_that_is_built_where_it_is_called_is_not_shown_twice():
    source = "import torch\n\ntorch.nn.BCELoss()(torch.rand(16), torch.rand(16, 1))\n"
    (finding,) = convlint.lint_source(source).findings
    assert [related.message for related in finding.related] == ["`BCELoss` is called here with 16, 16×1"]
