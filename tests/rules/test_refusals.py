"""CVL103, 106 and 201–206: what a refusal becomes, where it points, and that an uncertain one says nothing."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from convlint.findings import Severity
from convlint.layers.core.refusal import RefusalKind
from convlint.layers.core.tensor import Tensor
from convlint.rules import RULES, find
from convlint.rules.wording import as_operators
from tests.rules.traces import event, found, layer, place, refused, trace

CODES = {
    RefusalKind.COLLAPSED: "CVL103",
    RefusalKind.PADDING: "CVL106",
    RefusalKind.CHANNELS: "CVL201",
    RefusalKind.FEATURES: "CVL202",
    RefusalKind.SIZES: "CVL203",
    RefusalKind.RESHAPE: "CVL204",
    RefusalKind.LAYER: "CVL205",
    RefusalKind.RANK: "CVL206",
    RefusalKind.CHECK: "CVL209",
}


def findings_of(run):
    return [finding for rule in RULES for finding in found(rule, run)]


@pytest.mark.parametrize("kind", RefusalKind)
def test_each_kind_has_exactly_one_rule(kind):
    run = trace(violation=refused(kind, "it does not fit", layer("conv")))
    (finding,) = findings_of(run)
    assert (finding.code, finding.severity) == (CODES[kind], Severity.ERROR)
    assert finding.message == "`conv`: it does not fit"
    assert finding.layer == "conv"


@pytest.mark.parametrize("kind", RefusalKind)
def test_uncertain_refusals_are_not_reported(kind):
    violation = replace(refused(kind, "it does not fit", layer("conv")), certain=False)
    assert not findings_of(trace(violation=violation))


def test_mismatch_points_at_the_call_and_names_the_definition():
    module = layer("conv2", in_channels=32, groups=1)
    violation = refused(RefusalKind.CHANNELS, "`Conv2d` was built for 32 input channels and gets 16", module, got=16)
    (finding,) = findings_of(trace(violation=violation))
    assert finding.place == violation.place
    assert [related.place for related in finding.related] == [module.definition]
    assert finding.help == "`in_channels=16` takes this input"


def test_wrong_arguments_point_at_the_definition():
    module = layer("pool", "torch.nn.MaxPool2d")
    for kind in (RefusalKind.LAYER, RefusalKind.PADDING):
        violation = refused(kind, "no", module)
        (finding,) = findings_of(trace(violation=violation))
        assert finding.place == module.definition
        assert [related.place for related in finding.related] == [violation.place]


def test_functions_have_no_layer_name():
    (finding,) = findings_of(trace(violation=refused(RefusalKind.SIZES, "`cat` gets 32 and 33 rows")))
    assert finding.message == "`cat` gets 32 and 33 rows"
    assert finding.related == ()


def lenet_on_28():
    module = layer("fc1", "torch.nn.Linear", in_features=400)
    flat = Tensor((1, 256))
    flattening = event("torch.flatten", [Tensor((1, 16, 4, 4))], [flat])
    text = "`Linear` was built for 400 features and gets 256"
    violation = refused(RefusalKind.FEATURES, text, module, (flat,), expected=400, got=256)
    return trace(flattening, violation=violation)


def test_features_after_flatten_name_the_map():
    (finding,) = found(find("CVL202"), lenet_on_28())
    assert finding.help == "`in_features=256` takes this input, 16·4·4"


def test_features_name_the_size_that_would_fit():
    (finding,) = found(find("CVL202"), replace(lenet_on_28(), fits=("32×32",)))
    assert finding.message == (
        "`fc1`: `Linear` was built for 400 features and gets 256; 400 is right for an input of 32×32"
    )


def test_the_call_that_gave_the_sizes_is_related():
    call = place(99)
    run = replace(lenet_on_28(), call=call)
    (finding,) = found(find("CVL202"), run)
    assert finding.related[-1].place == call
    assert finding.related[-1].message == "`Net` is called here with 1×16×4×4"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("`__add__` of a", "`+` of a"),
        ("`__iadd__` keeps", "`+=` keeps"),
        ("`__rmatmul__`", "`@`"),
        ("`cat` of", "`cat` of"),
    ],
)
def test_operators_are_shown_as_they_are_written(text: str, shown: str) -> None:
    assert as_operators(text) == shown
