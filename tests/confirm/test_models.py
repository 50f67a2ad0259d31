"""Models run in torch beside their static traces: what is confirmed, what is refuted, and what says nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent

import pytest
import torch
from msgspec.structs import replace

from convlint.analysis import AnalysisSettings, FileInput, analyse
from convlint.confirm.child import models as child_models
from convlint.confirm.judging import ModelCheck, Outcome
from convlint.confirm.models import Workers, check_models
from convlint.confirm.process import Limits, Worker
from convlint.layers.core.refusal import Refusal, RefusalKind
from convlint.layers.core.tensor import Tensor
from convlint.report import runs_text
from convlint.report.rule_page import program
from convlint.rules import RULES
from convlint.rules.base import Rule
from convlint.rules.mismatches.no_input_fits import NoInputFits
from convlint.rules.structure.unparsable_file import UnparsableFile
from convlint.symbolic import at_least
from convlint.trace import FileAnalysis, Violation
from tests.confirm.user_code import PLAIN

pytestmark = [pytest.mark.sampled, pytest.mark.asks_torch]

Check = Callable[..., list[ModelCheck]]
HEAD = "import torch\nfrom torch import nn\n\n\n"
DECLARED = PLAIN.replace("class Net", "# convlint: input=(1, 3, 8, 8)\nclass Net")


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    with Workers(lambda: Worker(limits=Limits(seconds=20, memory_bytes=2 << 30))) as made:
        yield made


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all files, so that one child serves them."""
    return tmp_path_factory.mktemp("models")


@pytest.fixture
def check(workers: Workers, folder: Path) -> Check:
    """Return what runs a file's models; `planted` changes what convlint says of it first."""

    def run(source: str, *, planted: Callable[[FileAnalysis], FileAnalysis] = lambda it: it) -> list[ModelCheck]:
        path = folder / f"m{len(list(folder.iterdir()))}.py"
        path.write_text(HEAD + dedent(source), encoding="utf-8")
        return list(check_models(planted(static(path)), workers, macs=True))

    return run


def static(path: Path) -> FileAnalysis:
    (analysis,) = analyse([FileInput(str(path), path.read_bytes())], AnalysisSettings(use_cache=False))
    return analysis


def only(checks: list[ModelCheck]) -> ModelCheck:
    (check,) = checks
    return check


def test_what_is_said_of_a_model_is_confirmed_call_by_call(check: Check) -> None:
    made = only(check(DECLARED))
    assert (made.outcome, made.reason, made.inputs) == (Outcome.CONFIRMED, "", ((1, 3, 8, 8),))
    (row,) = made.rows
    assert row.said is not None
    assert row.seen is not None
    assert (row.said.output_shape, row.seen.outputs) == ((1, 4, 6, 6), ((1, 4, 6, 6),))
    assert made.params_said == made.params == 4 * (3 * 9 + 1)
    assert made.macs_said == made.macs == 4 * 36 * 27
    assert made.activation_bytes == 4 * 4 * 36
    assert made.unused == ("idle",)


def with_wrong_shape(analysis: FileAnalysis) -> FileAnalysis:
    """Say of the first call that its output is one column wider."""
    (trace,) = analysis.models
    (event, *rest) = trace.events
    wrong = Tensor((*event.outputs[0].shape[:-1], 7))
    events = (replace(event, outputs=(wrong,), result=wrong), *rest)
    return replace(analysis, models=(replace(trace, events=events),))


def test_a_wrong_shape_is_refuted_and_told_side_by_side(check: Check) -> None:
    made = only(check(DECLARED, planted=with_wrong_shape))
    assert made.outcome is Outcome.REFUTED
    assert made.reason == ("Conv2d output shape: conv: said (1, 4, 6, 7), torch has ((1, 4, 6, 6),)")
    (row,) = made.differences
    assert row.fields == ("output shape",)


def test_a_wrong_total_and_wrong_costs_are_refuted(check: Check) -> None:
    def wrong_total(analysis: FileAnalysis) -> FileAnalysis:
        return replace(analysis, models=(replace(analysis.models[0], total_parameters=113),))

    def wrong_macs(analysis: FileAnalysis) -> FileAnalysis:
        (trace,) = analysis.models
        event = trace.events[0]
        assert event.cost is not None
        costs = (replace(event, cost=replace(event.cost, macs=1)), *trace.events[1:])
        return replace(analysis, models=(replace(trace, events=costs),))

    assert only(check(DECLARED, planted=wrong_total)).reason == "total parameters: said 113, torch has 112"
    assert (
        only(check(DECLARED, planted=wrong_macs)).reason
        == "Conv2d multiply-accumulates: conv: said 1, torch counts 3888"
    )


REFUSED = DECLARED.replace("self.conv(x)", "self.conv(x.transpose(1, 2))")


def test_an_error_is_confirmed_where_torch_raises_it(check: Check) -> None:
    made = only(check(REFUSED))
    assert made.outcome is Outcome.CONFIRMED
    assert made.reason.startswith("torch raises, as convlint says: ")
    assert made.raised is not None
    assert made.raised.inside == "conv"
    assert made.raised.type == "RuntimeError"


BARE = """
import torch
from torch import nn

net = nn.Sequential(nn.Conv2d(3, 4, 3), nn.Flatten(), nn.Linear(5, 2))
net(torch.zeros(1, 3, 8, 8))
"""


def test_an_error_in_a_layer_that_no_code_of_the_users_calls_is_confirmed(check: Check) -> None:
    made = only(check(BARE))
    assert (made.outcome, made.reason) == (
        Outcome.CONFIRMED,
        "torch raises, as convlint says: `Linear` was built for 5 input features and gets 144",
    )
    assert made.raised is not None
    assert (made.raised.place, made.raised.inside) == (None, "2")


def test_an_error_in_another_layer_than_convlint_says_is_not_confirmed(check: Check) -> None:
    def in_the_convolution(analysis: FileAnalysis) -> FileAnalysis:
        (trace,) = analysis.models
        assert trace.violation is not None
        violation = replace(trace.violation, module=trace.events[0].module)
        return replace(analysis, models=(replace(trace, violation=violation),))

    made = only(check(BARE, planted=in_the_convolution))
    assert made.outcome is Outcome.NOT_CHECKED
    assert made.reason.startswith("another exception comes first: RuntimeError: mat1 and mat2")


def test_an_error_that_torch_does_not_raise_is_refuted(check: Check) -> None:
    def refusing(analysis: FileAnalysis) -> FileAnalysis:
        (trace,) = analysis.models
        event = trace.events[0]
        refusal = Refusal(RefusalKind.CHANNELS, "a planted error")
        violation = Violation(refusal, event.place, (), event.module, event.name)
        return replace(analysis, models=(replace(trace, violation=violation, events=(), complete=False),))

    made = only(check(DECLARED, planted=refusing))
    assert (made.outcome, made.reason) == (Outcome.REFUTED, "convlint says that torch raises: a planted error")


def test_a_constructor_that_torch_refuses_is_confirmed(check: Check) -> None:
    made = only(check(DECLARED.replace("nn.Conv2d(3, width, 3)", "nn.Conv2d(3, width, 3, groups=2)")))
    assert made.outcome is Outcome.CONFIRMED
    assert made.raised is not None
    assert made.raised.stage == "build"


def test_open_sizes_are_chosen_and_a_refused_input_is_tried_too(check: Check) -> None:
    source = PLAIN.replace("self.idle = nn.ReLU()", "self.fc = nn.Linear(4 * 36, 2)").replace(
        "return self.conv(x).flatten(1)", "return self.fc(self.conv(x).flatten(1))"
    )
    accepted, *refused = check(source)
    assert {made.outcome for made in (accepted, *refused)} == {Outcome.CONFIRMED}
    assert accepted.raised is None
    assert accepted.inputs[0][1] == 3
    assert (accepted.inputs[0][2] - 2) * (accepted.inputs[0][3] - 2) == 36
    assert len(refused) == 3
    for made in refused:
        assert made.reason.startswith("it refuses this input, as convlint says: RuntimeError: ")


def test_a_refused_input_that_torch_takes_is_refuted(check: Check) -> None:
    def stricter(analysis: FileAnalysis) -> FileAnalysis:
        (trace,) = analysis.models
        wrong = at_least(trace.inputs[0].shape[2], 10)
        return replace(analysis, models=(replace(trace, assumed=(*trace.assumed, wrong)),))

    checks = check(PLAIN, planted=stricter)
    assert any(
        made.outcome is Outcome.REFUTED and made.reason == "convlint says that it refuses this input; torch runs it"
        for made in checks
    )


CALLS = """
class Block(nn.Module):
    def __init__(self, channels, act):
        super().__init__()
        self.layers = nn.Sequential(*[nn.Conv2d(3, channel, 1) for channel in channels], act())

    def forward(self, x, twice=False):
        x = self.layers(x)
        return self.layers[-1](x) if twice else x


def main():
    return nn.Sequential(Block([5], nn.GELU), nn.Flatten())(torch.zeros(2, 3, 4, 4))


def again():
    return Block(channels=(2,), act=nn.ReLU)(torch.zeros(2, 3, 4, 4), twice=True)


def changed():
    model = Block([5], nn.GELU)
    model.layers[0] = nn.Conv2d(3, 6, 1)
    return model(torch.zeros(2, 3, 4, 4))
"""


def test_calls_are_repeated_with_what_the_program_gives(check: Check) -> None:
    first, second, third = sorted(check(CALLS), key=lambda made: (made.outcome.value, len(made.rows)))
    assert first.outcome is second.outcome is Outcome.CONFIRMED
    assert [row.seen.path for row in first.rows if row.seen] == ["0.layers.0", "0.layers.1", "1"]
    assert [row.seen.path for row in second.rows if row.seen] == ["layers.0", "layers.1", "layers.1"]
    assert third.outcome is Outcome.NOT_CHECKED
    assert third.reason == "the program changes the `Block` after it has built it"


def test_a_factory_is_called_and_a_needed_argument_is_missing(check: Check) -> None:
    source = """
        class Needs(nn.Module):
            def __init__(self, width):
                super().__init__()
                self.conv = nn.Conv2d(3, width, 3)

            def forward(self, x):
                return self.conv(x)


        class Made(Needs):
            pass


        def make():
            model = Made(7)
            model.conv = nn.Conv2d(3, 9, 3)
            return model
        """
    found = {(made.model, made.outcome): made for made in check(source)}
    assert found["Made", Outcome.CONFIRMED].params == 9 * 28
    assert found["Needs", Outcome.NOT_CHECKED].reason == "argument `width` has no known value"
    assert not any(outcome is Outcome.REFUTED for _, outcome in found)


def test_inputs_of_an_unknown_dtype_may_be_indices(check: Check) -> None:
    source = """
        # convlint: input=(2, 5)
        class Words(nn.Module):
            def __init__(self):
                super().__init__()
                self.table = nn.Embedding(10, 4)

            def forward(self, x):
                return self.table(x)
        """
    assert only(check(source)).outcome is Outcome.CONFIRMED


def test_an_exception_that_is_not_foreseen_is_told(check: Check) -> None:
    source = DECLARED.replace(
        "return self.conv(x).flatten(1)", "assert x.sum() < 0, 'too bright'\n        return self.conv(x).flatten(1)"
    )
    made = only(check(source))
    assert (made.outcome, made.reason) == (Outcome.RAISES, "AssertionError: too bright")
    assert made.differences == ()
    assert made.raised is not None
    assert made.raised.place is not None


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (
            "import no_such_package",
            "its module cannot be imported: ModuleNotFoundError: No module named 'no_such_package'",
        ),
        ("import sys\nsys.exit('no')", "its module cannot be imported: SystemExit: no"),
        ("import os\nos._exit(5)", "it exited with code 5"),
    ],
)
def test_user_code_that_does_not_come_to_the_model_says_nothing(check: Check, line: str, reason: str) -> None:
    source = f"if __name__ != '__main__':\n    {line.replace(chr(10), chr(10) + '    ')}\n" + DECLARED
    checks = check(source)
    assert checks
    assert {(made.outcome, made.reason) for made in checks} == {(Outcome.NOT_CHECKED, reason)}


def test_a_module_in_a_package_is_imported_under_its_name(workers: Workers, folder: Path) -> None:
    package = folder / "pack"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "parts.py").write_text("WIDTH = 6\n")
    path = package / "net.py"
    path.write_text(HEAD + "from .parts import WIDTH\n" + DECLARED.replace("width=4", "width=WIDTH"))
    made = only(list(check_models(static(path), workers)))
    assert (made.outcome, made.params) == (Outcome.CONFIRMED, 6 * 28)


def test_a_model_that_shows_no_rank_runs_on_some_input(check: Check) -> None:
    source = """
        class Head(nn.Module):
            def __init__(self):
                super().__init__()
                self.fc = nn.Linear(5000, 2)

            def forward(self, x):
                return self.fc(x)
        """
    accepted, *refused = check(source)
    assert (accepted.outcome, accepted.inputs) == (Outcome.CONFIRMED, ((2, 5000),))
    assert {made.outcome for made in refused} == {Outcome.CONFIRMED}


def test_a_model_that_no_input_fits_is_run_on_one(check: Check) -> None:
    made = only(check(program(NoInputFits.BAD[0])))
    assert made.outcome is Outcome.CONFIRMED
    assert made.reason.startswith("it refuses this input, as convlint says: ")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_nothing_that_is_said_of_an_example_is_refuted(check: Check, rule: Rule) -> None:
    for example in (rule.BAD[0], rule.GOOD[0]) if not isinstance(rule, UnparsableFile) else ():
        checks = check(program(example))
        assert not [made for made in checks if made.outcome in (Outcome.REFUTED, Outcome.RAISES)]
        # the pictures of CVL507 have open sizes and are no model's input
        assert checks or rule.code == "CVL507"


def test_parts_are_in_the_modes_of_the_program(check: Check) -> None:
    source = """
        class Part(nn.Module):
            def __init__(self):
                super().__init__()
                self.train_only = nn.Linear(4, 4)
                self.always = nn.Linear(4, 4)

            def forward(self, x):
                return self.always(self.train_only(x) if self.training else x)


        class Whole(nn.Module):
            def __init__(self):
                super().__init__()
                self.first, self.second = Part(), Part()
                self.second.eval()

            def forward(self, x):
                return self.second(self.first(x))


        def main():
            Whole()(torch.zeros(2, 4))
        """
    (made,) = [made for made in check(source) if made.model == "Whole"]
    assert made.outcome is Outcome.CONFIRMED
    assert made.unused == ("second.train_only",)


def test_work_that_the_counter_of_torch_does_not_see_is_no_difference(check: Check) -> None:
    source = """
        # convlint: input=(2, 7, 4)
        class Mixed(nn.Module):
            def __init__(self):
                super().__init__()
                self.lstm = nn.LSTM(4, 4, batch_first=True)
                self.fc = nn.Linear(4, 4)

            def forward(self, x):
                x = self.fc(self.lstm(x)[0])
                return nn.functional.scaled_dot_product_attention(x, x, x)
        """
    made = only(check(source))
    assert made.outcome is Outcome.CONFIRMED
    assert made.macs is not None
    assert made.macs_said is not None
    assert made.macs_said > made.macs >= 2 * 7 * 16


def test_work_that_is_said_to_be_less_is_refuted(check: Check) -> None:
    def without_work(analysis: FileAnalysis) -> FileAnalysis:
        (trace,) = analysis.models
        events = tuple(replace(event, cost=None) for event in trace.events)
        return replace(analysis, models=(replace(trace, events=events),))

    source = DECLARED.replace(".flatten(1)", ".flatten(1) @ torch.ones(144, 2)")
    made = only(check(source, planted=without_work))
    assert made.reason == "multiply-accumulates outside of layers: said 0, torch counts 288"


def test_the_peak_of_a_gpu_is_told_beside_its_parts(check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stand-in for the calls of `torch.cuda`, which machines without a GPU do not have."""
    asked: list[str] = []
    for name in ("reset_peak_memory_stats", "synchronize"):
        monkeypatch.setattr(torch.cuda, name, lambda device, name=name: asked.append(name))
    monkeypatch.setattr(torch.cuda, "max_memory_allocated", lambda device: asked.append("peak") or 4096)
    found: dict[str, object] = {}
    with child_models.peaking("cuda", found):
        asked.append("the model runs")
    assert asked == ["reset_peak_memory_stats", "the model runs", "synchronize", "peak"]
    assert found == {"peak_bytes": 4096}
    found.clear()
    with child_models.peaking("cpu", found):
        pass
    assert not found
    (run, *_) = [one for one in check(DECLARED) if one.training]
    assert run.peak_bytes is None
    assert run.peak_bytes_said == 4 * run.params + run.saved_bytes
    told = "\n".join(runs_text.full(replace(run, peak_bytes=4096), Path()))
    assert f"at most 4,096 bytes in use on the GPU (convlint says {run.peak_bytes_said:,}" in told


def test_what_a_forward_puts_into_the_model_is_watched_too() -> None:
    class Net(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.part = torch.nn.Linear(3, 3)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            self.part = torch.nn.Sequential(self.part, torch.nn.Dropout())
            self.last = torch.nn.ReLU()
            return self.last(self.part(x))

    net, calls = Net(), []
    with child_models.watched(net, calls):
        net(torch.zeros(1, 3))
    net(torch.zeros(1, 3))
    told = [(call["path"], call["kind"]) for call in calls]
    assert told == [("part", "Linear"), ("part.1", "Dropout"), ("last", "ReLU")]
