"""Programs that hypothesmith makes up from Python's grammar: linted, or refused with a finding, never an exception.

A short run here; every night one of `CONVLINT_EXAMPLES` examples (see `.github/workflows/nightly.yml`).
"""

from __future__ import annotations

import os
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import convlint
from convlint.interp.natives.failures import Strictness

hypothesmith = pytest.importorskip("hypothesmith")

EXAMPLES = int(os.environ.get("CONVLINT_EXAMPLES", "30"))
TEXTS = st.one_of(hypothesmith.from_grammar(), hypothesmith.from_node())
SLOWLY = (HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.function_scoped_fixture)


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=SLOWLY)
@given(text=TEXTS, inside=st.booleans())
def test_any_program_is_linted_or_refused(text: str, inside: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Strictness, "on", False)  # as users have it
    report = convlint.lint_source(in_a_model(text) if inside else f"import torch\n{text}")
    assert not report.failures, report.failures[0].traceback


def in_a_model(text: str) -> str:
    """Let a program be what a model does, with the names that it uses given to it."""
    body: Any = "".join(f"        {line}\n" for line in text.splitlines() if line.strip()) or "        pass\n"
    return (
        "import torch\nfrom torch import nn\n\n\nclass Net(nn.Module):\n    def forward(self, A, a, b=None, *c, **d):\n"
        f"{body}        return A\n\n\nNet()(torch.zeros(2, 3), torch.ones(2))\n"
    )
