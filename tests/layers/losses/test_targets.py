"""What losses take as targets: classes as integers that the input has scores of, probabilities as floats."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import convlint
from convlint.findings import Severity

DTYPES = ["int64", "uint8", "int32", "int16", "bool", "float32", "float64"]
LOSSES = ["cross_entropy", "nll_loss", "binary_cross_entropy", "binary_cross_entropy_with_logits"]
HEAD = "import torch\nimport torch.nn.functional as F\nscores = torch.full((4, 3), 0.5)\n"


def is_refused(program: str) -> bool:
    try:
        exec(compile(HEAD + program, "<program>", "exec"), {})
    except (RuntimeError, IndexError, ValueError):
        return True
    return False


def errors(source: str) -> list[str]:
    findings = convlint.lint_source(source, "main.py").findings
    return [finding.code for finding in findings if finding.severity is Severity.ERROR]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("shape", ["4", "4, 3"])
def test_dtypes(loss: str, shape: str, dtype: str) -> None:
    """Floats of another size than the scores are left open: what the default is, a program may have changed."""
    program = f"F.{loss}(scores, torch.zeros({shape}, dtype=torch.{dtype}))"
    is_open = dtype == "float64" and loss == "binary_cross_entropy" and shape == "4, 3"
    assert bool(errors(HEAD + program)) is (is_refused(program) and not is_open)


def test_logits_are_compared_with_complex_targets() -> None:
    program = "F.binary_cross_entropy_with_logits(scores, torch.zeros(4, 3, dtype=torch.complex64))"
    assert not is_refused(program)
    assert errors(HEAD + program) == []


@given(
    classes=st.lists(st.integers(-2, 4), min_size=4, max_size=4),
    ignored=st.sampled_from([None, -100, -1, 3]),
    loss=st.sampled_from(LOSSES[:2]),
)
def test_classes(classes: list[int], ignored: int | None, loss: str) -> None:
    option = "" if ignored is None else f", ignore_index={ignored}"
    program = f"F.{loss}(scores, torch.tensor({classes}){option})"
    assert bool(errors(HEAD + program)) is is_refused(program)


def test_targets_of_which_no_dtype_is_known() -> None:
    model = """
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(5, 3)

    # convlint: input=(4, 5), (4,)
    def forward(self, x, y):
        return nn.functional.cross_entropy(self.layer(x), y)
"""
    assert errors(model) == []
