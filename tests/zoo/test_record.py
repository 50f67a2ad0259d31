"""What the recorder writes down of small models, against what is known of them without running anything."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import torch

from benchmarks.scoreboard import importing
from benchmarks.scoreboard.catalogue import Entry, entries
from benchmarks.scoreboard.record import observe, observe_on_cpu, record
from benchmarks.scoreboard.truth import Call, Truth, read

MODELS = '''
import torch
from torch import nn


class Tied(nn.Module):
    """Calls one layer twice, never calls another, and shares a parameter."""

    def __init__(self, width=4):
        super().__init__()
        self.one = nn.Linear(width, width)
        self.two = nn.Linear(width, width, bias=False)
        self.two.weight = self.one.weight
        self.idle = nn.Linear(2, 3)
        self.scale = nn.Parameter(torch.ones(5))
        self.lstm = nn.LSTM(width, 3)

    def forward(self, x):
        x = self.two(self.one(self.one(x)))
        out, (h, c) = self.lstm(input=x)
        return {"out": out, "states": [h, c]}


class Choosing(nn.Module):
    """Keeps the rows above the mean: how many depends on the values."""

    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(3, 2)

    def forward(self, x):
        return self.layer(x[x[:, 0] > x.mean()])


class Rates(nn.Module):
    """Reads a value while it is built, which the meta device cannot."""

    def __init__(self):
        super().__init__()
        rates = [rate.item() for rate in torch.linspace(0, 1, 3)]
        self.drops = nn.ModuleList(nn.Dropout(rate) for rate in rates)

    def forward(self, x):
        for drop in self.drops:
            x = drop(x)
        return x


class Attentive(nn.Module):
    """Whose fast path would skip the layers."""

    def __init__(self):
        super().__init__()
        self.block = nn.TransformerEncoderLayer(4, 2, 8, batch_first=True)

    def forward(self, x):
        return self.block(x)


def tied(width=4):
    return Tied(width)


def refused():
    return nn.Sequential(nn.Linear(3, 4), nn.Linear(5, 6))
'''


@pytest.fixture
def package(tmp_path: Path) -> Iterator[str]:
    (tmp_path / "recorded_zoo.py").write_text(MODELS)
    sys.path.insert(0, str(tmp_path))
    yield "recorded_zoo"
    sys.path.remove(str(tmp_path))
    sys.modules.pop("recorded_zoo", None)


@pytest.mark.parametrize("run", [observe, observe_on_cpu])
def test_calls_are_in_order_and_parameters_counted_once(package: str, run: Callable[[Entry], Truth]) -> None:
    truth = run(Entry(f"{package}:tied", {"width": 6}, ((2, 5, 6),)))
    assert truth.error is None
    lstm = 4 * 3 * (6 + 3 + 2)
    assert truth.calls == (
        Call("one", "Linear", ((2, 5, 6),), ((2, 5, 6),), 42),
        Call("one", "Linear", ((2, 5, 6),), ((2, 5, 6),), 42),
        Call("two", "Linear", ((2, 5, 6),), ((2, 5, 6),), 36),
        Call("lstm", "LSTM", ((2, 5, 6),), ((2, 5, 3), (1, 5, 3), (1, 5, 3)), lstm),
    )
    assert truth.params == 42 + 9 + 5 + lstm
    assert truth.outputs == ((2, 5, 3), (1, 5, 3), (1, 5, 3))


def test_sizes_that_depend_on_values_are_none(package: str) -> None:
    truth = observe(Entry(f"{package}:Choosing", {}, ((50, 3),)))
    assert truth.calls == (Call("layer", "Linear", ((None, 3),), ((None, 2),), 8),)


def test_a_model_that_reads_values_to_be_built_is_recorded(package: str) -> None:
    truth = observe(Entry(f"{package}:Rates", {}, ((2, 2),)))
    assert [call.path for call in truth.calls] == ["drops.0", "drops.1", "drops.2"]


def test_layers_that_a_fast_path_skips_are_recorded(package: str) -> None:
    truth = observe(Entry(f"{package}:Attentive", {}, ((1, 3, 4),)))
    assert [call.path for call in truth.calls] == [
        f"block.{name}" for name in ("dropout1", "norm1", "linear1", "dropout", "linear2", "dropout2", "norm2")
    ]


def test_a_model_that_torch_refuses_is_recorded_as_such(package: str) -> None:
    truth = observe(Entry(f"{package}:refused", {}, ((1, 3),)))
    assert truth.error is not None
    assert truth.error.startswith("RuntimeError: mat1 and mat2 shapes cannot be multiplied")


def test_recording_goes_on_where_it_stopped(package: str, tmp_path: Path) -> None:
    targets, out = tmp_path / "targets.jsonl", tmp_path / "truth.jsonl.gz"
    lines = [f'{{"target": "{package}:{name}", "input": [[1, 5, 4]]}}\n' for name in ("tied", "Attentive")]
    targets.write_text("".join(lines))
    earlier = f'{{"target":"{package}:tied","kwargs":{{}},"input":[],"error":"recorded before"}}\n'
    out.with_suffix(".part").write_text(earlier)
    record(package, tmp_path, out, targets=targets)
    assert [(truth.name, truth.error) for truth in read(out)] == [("Attentive", None), ("tied", "recorded before")]
    assert not out.with_suffix(".part").exists()


def test_a_package_without_a_known_registry_needs_targets() -> None:
    with pytest.raises(ValueError, match="--targets"):
        entries("somebodys_models", None)


def test_overlapping_boxes_are_suppressed() -> None:
    boxes = torch.tensor([[0, 0, 10, 10], [1, 1, 10, 10], [20, 20, 30, 30], [0, 0, 10, 4]], dtype=torch.float32)
    scores = torch.tensor([0.5, 0.9, 0.1, 0.3])
    assert importing.suppress_overlaps(boxes, scores, 0.5).tolist() == [1, 3, 2]
    assert importing.suppress_overlaps(boxes, scores, 0.9).tolist() == [1, 0, 3, 2]
    assert importing.suppress_overlaps(boxes[:0], scores[:0], 0.5).tolist() == []
