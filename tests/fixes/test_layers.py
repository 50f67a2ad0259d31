"""Activations that are left out, and layers that are built anew: as a person would write it, or not at all."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from convlint.api import lint_source
from convlint.cli import main
from convlint.source.edits import apply

HEAD = "import torch\nimport torch.nn.functional as F\nfrom torch import nn\n\n"
LOSS = "F.cross_entropy({}, torch.zeros(4, dtype=torch.long))\n"


def mended(text: str, code: str) -> str | None:
    """Return the program after the fix of the only finding of a code, None if it has none."""
    (finding,) = [it for it in lint_source(HEAD + text, "a.py").findings if it.code == code]
    if finding.fix is None:
        return None
    assert not finding.fix.safe
    changed = apply((HEAD + text).encode(), finding.fix.edits).decode()
    assert code not in {it.code for it in lint_source(changed, "a.py").findings}
    return changed.removeprefix(HEAD)


@pytest.mark.parametrize(
    ("scores", "without"),
    [
        ("F.softmax(x, dim=1)", "x"),
        ("F.softmax(net(x), 1)", "net(x)"),
        ("F.softmax(input=x + 1, dim=1)", "(x + 1)"),
        ("torch.softmax(net(x).exp(), -1)", "net(x).exp()"),
        ("net(x).softmax(1)", "net(x)"),
        ("nn.functional.log_softmax(net(x), 1)", "net(x)"),
        ("F.softmax(*[net(x)], dim=1)", None),
    ],
)
def test_a_function_gives_way_to_its_input(scores, without):
    before = f"net = nn.Linear(8, 3)\nx = torch.rand(4, {3 if scores.find('net') < 0 else 8})\n"
    found = mended(before + LOSS.format(scores), "CVL506")
    assert found == (None if without is None else before + LOSS.format(without))


def test_a_layer_gives_way_to_one_that_does_nothing():
    text = "net = nn.Sequential(nn.Linear(8, 3), nn.Softmax(\n    dim=1,\n))\n" + LOSS.format("net(torch.rand(4, 8))")
    assert mended(text, "CVL506") == text.replace("nn.Softmax(\n    dim=1,\n)", "nn.Identity()")


SHARED = """class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.act = nn.ReLU()
        self.a, self.b = nn.Linear(8, 8), nn.Linear(8, 3)

    def forward(self, x):
        return self.act(self.b(self.act(self.a(x))))


"""


def test_a_layer_that_has_other_uses_stays():
    assert mended(SHARED + LOSS.format("Net()(torch.rand(4, 8))"), "CVL506") is None


def test_a_layer_imported_by_its_name_stays():
    text = "from torch.nn import Softmax\n\nnet = nn.Sequential(nn.Linear(8, 3), Softmax(dim=1))\n"
    assert mended(text + LOSS.format("net(torch.rand(4, 8))"), "CVL506") is None


@pytest.mark.parametrize(
    ("statement", "after"),
    [
        ("net[0].out_features = 5", "net[0] = nn.Linear(8, 5, bias=False)"),
        ("net[0].in_features = classes", "net[0] = nn.Linear(classes, 3, bias=False)"),
        (
            "net[0].out_features = 2 * (\n    classes + 1\n)",
            "net[0] = nn.Linear(8, 2 * (\n    classes + 1\n), bias=False)",
        ),
        ("net[1].kernel_size = (5, 5)", "net[1] = nn.Conv2d(1, 2, (5, 5), padding=1)"),
        ("é = 1; net[0].out_features = 5", "é = 1; net[0] = nn.Linear(8, 5, bias=False)"),
        ("setattr(net[0], 'out_features', 5)", None),
        ("one = net[0].out_features = 5", None),
    ],
)
def test_a_layer_is_built_anew(statement, after):
    before = (
        "classes = 7\nnet = nn.Sequential(nn.Linear(8, 3, bias=False), nn.Conv2d(1, 2, kernel_size=3, padding=1))\n"
    )
    before = before.replace("kernel_size=3", "3")
    found = mended(f"{before}{statement}\n", "CVL505")
    assert found == (None if after is None else f"{before}{after}\n")


def test_a_layer_is_called_as_the_file_calls_it():
    text = "import torch\n\nnet = torch.nn.Linear(8, 3)\nnet.out_features = 5\n"
    (finding,) = lint_source(text, "a.py").findings
    assert "net = torch.nn.Linear(8, 5)\n" in apply(text.encode(), finding.fix.edits).decode()


def test_fixes_are_the_same_from_results_that_were_kept(tmp_path, monkeypatch, capsys):
    text = "net = nn.Linear(8, 3)\nnet.out_features = 5\n" + LOSS.format("F.softmax(net(torch.rand(4, 8)), 1)")
    monkeypatch.chdir(tmp_path)
    Path("a.py").write_text(HEAD + text)
    told = []
    for _ in range(2):
        assert main(["check", "--isolated", "--cache-dir", "kept", "--output-format", "json", "a.py"]) == 1
        told.append(json.loads(capsys.readouterr().out))
    assert told[0] == told[1]
    assert all(entry["fix"] is not None for entry in told[0])
