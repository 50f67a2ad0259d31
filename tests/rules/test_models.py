"""CVL207, 301–306 and 401 on hand-built traces."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from convlint.config import Config, ModelSettings
from convlint.findings import Severity
from convlint.layers.core.facts import Cost
from convlint.layers.core.tensor import Tensor
from convlint.rules import find
from convlint.symbolic import symbol
from convlint.trace import Gap, ModuleInfo
from tests.rules.traces import event, found, layer, place, trace

N = symbol("N")


def view(before, after, output=None):
    source, result = Tensor(before), Tensor(after)
    first = event("torch.nn.functional.relu", [Tensor(before)], [source])
    reshaping = event("torch.Tensor.view", [source], [result])
    last = event("torch.nn.Linear", [result], [Tensor(output or (after[0], 10))], layer("fc", "torch.nn.Linear"))
    return trace(first, reshaping, last)


@pytest.mark.parametrize(
    ("before", "after"), [((4, 16, 14, 14), (8, 1568)), ((6, 3, 8, 8), (3, 384)), ((N, 16, 14, 14), (2 * N, 1568))]
)
def test_cutting_through_a_dimension_is_batch_folding(before, after):
    (finding,) = found(find("CVL207"), view(before, after))
    assert finding.severity is Severity.WARNING
    assert "moves features into the batch dimension" in finding.message


@pytest.mark.parametrize(
    ("before", "after", "output"),
    [
        ((2, 7, 64), (14, 64), None),  # whole dimensions move
        ((4, 16, 14, 14), (4, 3136), None),  # the batch stays
        ((4, 16, 14, 14), (8, 1568), (4, 10)),  # and comes back later
        ((N, 16, 7, 7), (symbol("M"), 98), None),  # not known to differ
    ],
)
def test_other_views_are_left_alone(before, after, output):
    assert not found(find("CVL207"), view(before, after, output))


def costly(params=5_000_000, volume=(1, 64, 100, 100), macs=10**9):
    module = layer("conv", parameters={"weight": Tensor((params,))})
    run = trace(event("torch.nn.Conv2d", [Tensor((1, 3, 100, 100))], [Tensor(volume)], module, cost=Cost(macs)))
    return replace(run, total_parameters=params)


BUDGETS = [
    ("CVL301", "max_layer_params", "`conv` holds 5,000,000 parameters, over the budget of 4,000,000 (1.25 times)"),
    ("CVL302", "max_model_params", "`Net` holds 5,000,000 parameters, over the budget of 4,000,000 (1.25 times)"),
    (
        "CVL303",
        "max_activation",
        "`conv` puts out 1×64×100×100 = 640,000 elements, over the budget of 512,000 (1.25 times)",
    ),
    (
        "CVL304",
        "max_macs",
        "`Net` needs 1,000,000,000 multiply-accumulates, over the budget of 800,000,000 (1.25 times)",
    ),
]
LIMITS = {"max_layer_params": "4M", "max_model_params": 4e6, "max_activation": 512_000, "max_macs": "0.8G"}


@pytest.mark.parametrize(("code", "key", "message"), BUDGETS)
def test_budgets(code, key, message):
    rule, run = find(code), costly()
    assert not found(rule, run)
    (finding,) = found(rule, run, settings=Config(**{key: LIMITS[key]}))
    assert finding.message == message
    assert not found(rule, run, settings=Config(**{key: "1T"}))


@pytest.mark.parametrize(("code", "key", "message"), BUDGETS)
def test_a_model_may_have_a_budget_of_its_own(code, key, message):
    own = Config(**{key: 1}, models={"model:Net": ModelSettings(**{key: "1T"})})
    assert not found(find(code), costly(), settings=own)
    strict = Config(models={"model:Net": ModelSettings(**{key: LIMITS[key]})})
    assert found(find(code), costly(), settings=strict)


def test_symbolic_sizes_exceed_only_if_all_do():
    run = costly(volume=(N, 1000))
    assert found(find("CVL303"), run, settings=Config(max_activation=999))
    assert not found(find("CVL303"), run, settings=Config(max_activation=1000))


def conv_and_norm(bias=True, norm="torch.nn.BatchNorm2d", skip=False):
    parameters = {"weight": Tensor((8, 3, 3, 3)), **({"bias": Tensor((8,))} if bias else {})}
    x, y, z = Tensor((1, 3, 8, 8)), Tensor((1, 8, 8, 8)), Tensor((1, 8, 8, 8))
    events = [
        event("torch.nn.Conv2d", [x], [y], layer("conv", parameters=parameters)),
        event(norm, [y], [z], layer("norm", norm)),
    ]
    if skip:
        events.append(event("torch.add", [y, z], [Tensor(z.shape)]))
    return trace(*events)


def test_bias_before_norm():
    run = conv_and_norm()
    (finding,) = found(find("CVL305"), run)
    assert finding.message == "`conv` has a bias (8 parameters) that `norm` subtracts again"
    assert finding.place == run.events[0].module.definition


@pytest.mark.parametrize(
    "run",
    [
        conv_and_norm(bias=False),
        conv_and_norm(norm="torch.nn.ReLU"),
        conv_and_norm(skip=True),
        replace(conv_and_norm(), gaps=(Gap(None, "something was not modelled"),)),
        replace(conv_and_norm(), complete=False),
    ],
)
def test_bias_that_may_count(run):
    assert not found(find("CVL305"), run)


def test_bias_must_be_redundant_in_every_run():
    assert not found(find("CVL305"), conv_and_norm(), conv_and_norm(skip=True))


def test_container_around_the_norm_is_no_reader():
    run = conv_and_norm()
    frame = replace(run.events[1], name="torch.nn.Sequential", module=layer("head", "torch.nn.Sequential"), leaf=False)
    assert found(find("CVL305"), replace(run, events=(*run.events, frame)))


def hog(width=4096, volume=7, total=None):
    weight = Tensor((width, 512 * volume * volume))
    linear = layer("fc", "torch.nn.Linear", parameters={"weight": weight})
    flat = Tensor((1, 512 * volume * volume))
    dropped = Tensor(flat.shape)
    run = trace(
        event("torch.flatten", [Tensor((1, 512, volume, volume))], [flat]),
        event("torch.nn.Dropout", [flat], [dropped], layer("drop", "torch.nn.Dropout")),
        event("torch.nn.Linear", [dropped], [Tensor((1, width))], linear),
    )
    held = width * 512 * volume * volume
    return replace(run, total_parameters=held + 1000 if total is None else total)


def test_hog_is_a_note_with_its_share():
    (finding,) = found(find("CVL306"), hog())
    assert finding.severity is Severity.NOTE
    assert finding.message == (
        "`fc` holds 102,760,448 of the model's 102,761,448 parameters (99 %), on a flattened map of 512×7×7"
    )
    assert finding.help == "averaging over the map first leaves 512·4096 = 2,097,152 weights"


@pytest.mark.parametrize(
    "run", [hog(total=300_000_000), hog(width=2, total=None), replace(hog(), total_parameters=None)]
)
def test_no_hog_in_small_or_balanced_models(run):
    assert not found(find("CVL306"), run)


def nested(used_child=False, training=False, **changes):
    child = ModuleInfo(
        "block.conv", "Conv2d", "torch.nn.Conv2d", "torch.nn.Conv2d", place(), (), {}, {}, used=used_child
    )
    block = ModuleInfo("block", "Block", "model.Block", "", place(5), (), {}, {}, (child,), used=used_child)
    run = trace()
    root = ModuleInfo("", "Net", "model.Net", "", place(1), (), {}, {}, (block,), used=True)
    run = replace(run, root=root, all_modules=(root, block, child), mode_matters=False, training=training)
    return replace(run, **changes)


def test_only_the_topmost_unused_module_is_named():
    (finding,) = found(find("CVL401"), nested())
    assert finding.message == "`block` (`Block`) is defined, and no path of `forward` uses it"
    assert finding.place.span[0] == 5


@pytest.mark.parametrize(
    "runs",
    [
        [nested(used_child=True)],
        [nested(), nested(used_child=True)],
        [nested(gaps=(Gap(None, "a call was not modelled"),))],
        [nested(complete=False)],
        [nested(mode_matters=True)],
    ],
)
def test_modules_that_may_be_used(runs):
    assert not found(find("CVL401"), *runs)


def test_both_modes_seen():
    runs = [nested(mode_matters=True), nested(mode_matters=True, training=True)]
    assert len(found(find("CVL401"), *runs)) == 1


def test_members_of_lists_may_be_chosen_from():
    run = nested()
    run.root.children[0].torch_name = "torch.nn.ModuleList"
    run.root.children[0].used = True
    assert not found(find("CVL401"), run)
