"""Axes along whole runs: what is carried has the sizes that torch has, and what is said is said of the right axis."""

from __future__ import annotations

import pytest

from convlint.analysis import AnalysisSettings, FileInput, analyse
from convlint.axes import axes_of
from convlint.symbolic import product
from convlint.trace import ProgramTrace
from tests.rules.correct_programs import CORRECT


def program_of(source: str) -> ProgramTrace:
    (analysis,) = analyse([FileInput("program.py", source.encode())], AnalysisSettings(use_cache=False))
    return analysis.programs[0]


@pytest.mark.parametrize("name", CORRECT)
def test_pieces_hold_as_many_elements_as_their_axes(name):
    (analysis,) = analyse([FileInput("program.py", CORRECT[name].encode())], AnalysisSettings(use_cache=False))
    for trace in (*analysis.programs, *analysis.models):
        axes = axes_of(trace.events)
        for event in trace.events:
            for tensor in () if event.name.endswith("_") else event.outputs:
                sizes = tuple(product(tuple(piece.size for piece in axis)) for axis in axes.of(tensor))
                assert sizes == tensor.shape, event.name


def roles(source: str) -> list[set[str]]:
    """Return what is said of the axes of the last tensor of a program."""
    events = program_of(source).events
    axes = axes_of(events)
    return [{said.role.value for said in axes.said_of(axis)} for axis in axes.of(events[-1].outputs[0])]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("nn.Conv2d(3, 8, 3)(torch.randn(4, 3, 9, 9))", [{"batch"}, {"channel"}, {"space"}, {"space"}]),
        ("nn.Conv1d(3, 8, 3)(torch.randn(4, 3, 9)).transpose(1, 2)", [{"batch"}, {"space"}, {"channel"}]),
        ("nn.LSTM(3, 5)(torch.randn(7, 4, 3))[0].relu()", [{"sequence"}, {"batch"}, set()]),
        ("nn.GRU(3, 5, batch_first=True)(torch.randn(7, 4, 3))[0] * 2", [{"batch"}, {"sequence"}, set()]),
        ("nn.GRU(3, 5, 2)(torch.randn(7, 4, 3))[1].tanh()", [{"direction"}, {"batch"}, set()]),
        ("nn.Conv2d(3, 8, 3)(torch.randn(4, 3, 9, 9)).flatten(1)", [{"batch"}, set()]),
        (
            "nn.Conv2d(3, 8, 3)(torch.randn(4, 3, 9, 9)).permute(0, 2, 3, 1).mean(1)",
            [{"batch"}, {"space"}, {"channel"}],
        ),
        ("nn.Conv2d(3, 8, 3)(torch.randn(4, 3, 9, 9))[:, None, 2:4, 0]", [{"batch"}, set(), {"channel"}, {"space"}]),
    ],
)
def test_what_is_said_of_axes(code, expected):
    assert roles(f"import torch\nfrom torch import nn\n\ny = {code}\n") == expected
