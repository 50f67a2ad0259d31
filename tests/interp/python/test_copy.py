"""Copies of modules share what torch's share, and nothing else."""

from __future__ import annotations

import textwrap

import pytest

from tests.interp.running import agrees

SETUP = "import copy\nfrom torch import nn\nimport torch\n"
PROGRAMS = {
    "a deep copy has its own parameters": "m = nn.Linear(2, 3)\nn = copy.deepcopy(m)\nresult = n.weight is m.weight",
    "a shallow copy shares them": "m = nn.Linear(2, 3)\nn = copy.copy(m)\nresult = n.weight is m.weight, n is m",
    "tied weights stay tied": """
        m = nn.ModuleList([nn.Linear(2, 2), nn.Linear(2, 2)])
        m[0].weight = m[1].weight
        n = copy.deepcopy(m)
        result = n[0].weight is n[1].weight, n[0].weight is m[0].weight, len(list(n.parameters())), n[0] is m[0]
        """,
    "two copies are apart": """
        m = nn.Linear(2, 2)
        layers = [copy.deepcopy(m) for _ in range(3)]
        result = len(list(nn.ModuleList(layers).parameters())), len(list(nn.ModuleList([m] * 3).parameters()))
        """,
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_agrees(name: str) -> None:
    pytest.importorskip("torch")
    agrees(SETUP + textwrap.dedent(PROGRAMS[name]))
