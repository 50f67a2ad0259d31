"""What becomes of a finding when its call cannot be repeated, and how torch is asked where sizes are open."""

from __future__ import annotations

from typing import Any

import pytest

from convlint.api import lint_source
from convlint.config import Config
from convlint.confirm.findings import confirm
from convlint.confirm.process import ChildLost
from tests.confirm.asking import HEAD, Here, checked, detail_of, layer, model, status, statuses

SHRINKS = layer("nn.Conv2d(3, 4, 3)", (1, 3, 9, 9))


class Lost(Here):
    """A worker whose child is lost whenever memory is asked for."""

    def __init__(self, cause: str) -> None:
        super().__init__()
        self.cause = cause

    def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        if not request.get("without_memory"):
            raise ChildLost(self.cause, "it is gone", "")  # type: ignore[arg-type]
        return super().ask(request)


def said(source: str, worker: Here) -> list[tuple[str, str, str]]:
    report = confirm(lint_source(source, "example.py"), worker)
    return [(f.code, status(f), f.confirmation.detail) for f in report.findings if f.confirmation]


def test_a_lost_child_is_no_verdict():
    assert said(SHRINKS, Lost("signal")) == [("CVL102", "not-checked", "torch's process was lost: it is gone")]


def test_where_memory_runs_out_tensors_without_any_are_asked():
    assert said(SHRINKS, Lost("memory")) == [("CVL102", "confirmed", "torch puts out 7×7 (on tensors without memory)")]
    refused = layer("nn.Linear(9, 4)", (2, 8))
    ((code, verdict, detail),) = said(refused, Lost("memory"))
    assert (code, verdict) == ("CVL202", "confirmed")
    assert detail.startswith("RuntimeError: ")
    assert detail.endswith("(on tensors without memory)")
    assert said(layer("nn.MaxPool2d(2)", (1, 1, 5, 5)), Lost("memory")) == [
        ("CVL101", "not-checked", "the gradients take too much memory")
    ]


def test_what_tensors_without_memory_take_is_no_refutation(monkeypatch):
    from convlint.rules.windows import shrinking

    monkeypatch.setattr(shrinking, "_loss", lambda axis: 5)
    ((_, verdict, detail),) = said(SHRINKS, Lost("memory"))
    assert verdict == "not-checked"
    assert detail.startswith("it takes too much memory")


def test_a_layer_that_was_changed_is_not_rebuilt():
    source = layer("nn.Conv2d(3, 4, 3)\n    self.layer.stride = (1, 1)", (1, 3, 9, 9))
    report = checked(source)
    assert statuses(report) == {("CVL102", "not-checked"): 1}
    assert detail_of(report, "CVL102") == "`layer` was changed after it was built"


def test_a_lazy_layer_is_not_rebuilt_as_the_plain_one():
    source = layer("nn.LazyConv2d(4, 3)", (1, 3, 9, 9))
    assert statuses(checked(source)) == {("CVL102", "not-checked"): 1}


def test_a_class_that_adapts_the_input_of_torchs_layer():
    """The claim is about what torch's own forward was given, not about what the program's class was."""
    source = f"""{HEAD}class Inner(nn.MaxPool2d):
    def forward(self, x):
        return super().forward(x[..., 1:, 1:])


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.pool = Inner(2)

    def forward(self, x):
        return self.pool(x)


Net()(torch.randn(1, 1, 6, 6))
"""
    report = checked(source)
    assert statuses(report) == {("CVL101", "confirmed"): 1}
    assert "the last 1 of 5 cells" in detail_of(report, "CVL101")


def test_a_hook_that_changes_the_output_is_not_torchs():
    source = f"""{HEAD}class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3, padding=1)
        self.conv.register_forward_hook(lambda module, args, output: torch.cat([output, output]))

    def forward(self, x):
        return self.conv(x)


Net()(torch.randn(1, 3, 9, 9))
"""
    report = checked(source, Config(max_activation=10))
    assert statuses(report) == {("CVL303", "not-checked"): 1, ("CVL303", "confirmed"): 1}


def test_windows_over_an_empty_batch_are_those_over_a_full_one():
    assert statuses(checked(layer("nn.Conv2d(3, 2, 2, 2)", (0, 3, 5, 5)))) == {("CVL101", "confirmed"): 1}


def test_no_advice_where_more_than_the_channels_is_wrong():
    (finding,) = checked(layer("nn.Conv2d(3, 4, 7)", (1, 2, 5, 9))).findings
    assert (finding.code, finding.help, status(finding)) == ("CVL201", "", "confirmed")


def test_open_sizes_are_tried_with_several_numbers():
    worker = Here()
    source = f"""{HEAD}class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3)

    def forward(self, x):
        return self.conv(x)
"""
    ((_, verdict, detail),) = said(source, worker)
    assert (verdict, detail) == (
        "confirmed",
        "torch puts out 10×10 (for C = 3, H = 12, W = 12, and for 2 other sizes)",
    )
    ((case, *others),) = [request["cases"] for request in worker.requests]
    assert len(others) == 2
    assert {tuple(case["tensors"]["0"]["shape"]) for case in (case, *others)} != {(1, 3, 12, 12)}


def test_a_large_batch_is_made_small_where_samples_do_not_meet():
    worker = Here()
    said(layer("nn.MaxPool2d(2)", (512, 1, 5, 5)), worker)
    (request,) = worker.requests
    assert request["cases"][0]["tensors"]["0"]["shape"] == [1, 1, 5, 5]


def test_the_batch_of_a_reshape_is_kept():
    worker = Here()
    source = model("def forward(self, x):\n    return x.view(7, 3)", "torch.randn(512, 2)")
    assert said(source, worker)[0][:2] == ("CVL204", "confirmed")
    assert worker.requests[0]["cases"][0]["tensors"]["0"]["shape"] == [512, 2]


@pytest.mark.parametrize(
    ("made", "shape", "code", "text"),
    [
        ("nn.Embedding(4, 2), nn.Linear(3, 2)", "4, 5", "CVL202", "mat1 and mat2"),
        ("nn.LSTM(4, 2)", "2, 3, 5", "CVL202", "Expected 4, got 5"),
    ],
)
def test_layers_that_take_more_than_real_numbers(made, shape, code, text):
    source = f"{HEAD}net = nn.Sequential({made})\nx = torch.zeros({shape})\n"
    source += "net(x.long() if isinstance(net[0], nn.Embedding) else x)\n"
    report = checked(source)
    assert statuses(report) == {(code, "confirmed"): 1}
    assert text in detail_of(report, code)


def test_a_file_that_python_compiles_is_not_checked():
    """Only convlint's parser cannot read it: that is no error of the file's."""
    report = checked("def f(:\n    pass\n")
    assert statuses(report) == {("CVL900", "confirmed"): 1}
    assert detail_of(report, "CVL900").startswith("Python raises SyntaxError: ")


BUDGETS = Config(max_layer_params=10, max_model_params=10, max_activation=10, max_macs=10)


@pytest.mark.parametrize(
    ("made", "shape", "codes"),
    [
        ("nn.LSTM(4, 8, num_layers=2, bidirectional=True)", (5, 2, 4), "1234"),
        ("nn.MultiheadAttention(8, 2)", (3, 2, 8), "124"),
        ("nn.ConvTranspose2d(3, 4, 3, 2)", (1, 3, 5, 5), "1234"),
        ("nn.Sequential(nn.Linear(8, 8), nn.GELU(), nn.Linear(8, 8))", (2, 3, 8), "1234"),
        ("nn.GRUCell(4, 8)", (2, 4), "1234"),
    ],
)
def test_budgets_are_counted_by_torch(made, shape, codes):
    source = layer(made, shape)
    if "Attention" in made:
        source = source.replace("self.layer(x)", "self.layer(x, x, x)")
    found = statuses(checked(source, BUDGETS))
    assert {verdict for _, verdict in found} == {"confirmed"}
    assert {code for code, _ in found} == {f"CVL30{code}" for code in codes}


def test_work_that_torch_does_not_count_is_not_checked():
    source = layer("nn.Bilinear(4, 4, 3)", (2, 4)).replace("self.layer(x)", "self.layer(x, x)")
    report = checked(source, Config(max_macs=10))
    assert statuses(report) == {("CVL304", "not-checked"): 1}
    assert detail_of(report, "CVL304") == "torch's FLOP counter counts nothing in `torch.nn.Bilinear`"


def test_a_packed_sequence_is_not_made_of_shapes():
    """How long its sequences are stands in its values."""
    body = (
        "def __init__(self):\n    super().__init__()\n    self.rnn = nn.GRU(4, 5)\n\ndef forward(self, x):\n"
        "    packed = nn.utils.rnn.pack_padded_sequence(x, torch.tensor([3, 2]))\n    return self.rnn(packed)"
    )
    report = checked(model(body, "torch.randn(3, 2, 4)"), Config(max_macs=10))
    assert statuses(report) == {("CVL304", "not-checked"): 1}
    assert detail_of(report, "CVL304") == "a `PackedSequence` cannot be made of shapes"


def test_weights_that_two_layers_share_are_counted_once():
    source = model(
        "def __init__(self):\n    super().__init__()\n    self.one = nn.Linear(4, 4)\n    self.two = self.one\n\n"
        "def forward(self, x):\n    return self.two(self.one(x))",
        "torch.randn(2, 4)",
    )
    assert detail_of(checked(source, BUDGETS), "CVL302") == "torch counts 20 parameters"


def test_a_bias_is_tried_on_a_small_map():
    worker = Here()
    source = layer("nn.Sequential(nn.Conv2d(3, 4, 3, padding=1), nn.BatchNorm2d(4))", (64, 3, 512, 40))
    assert [verdict for code, verdict, _ in said(source, worker) if code == "CVL305"] == ["confirmed"]
    (request,) = worker.requests
    assert request["cases"][0]["tensors"]["0"]["shape"] == [2, 3, 48, 40]
