"""The data of pages: expressions that can be computed again, and a page that holds them safely."""

from __future__ import annotations

import json
import re

import pytest

from convlint import api
from convlint.cli import main
from convlint.report.page import data, html
from convlint.report.page.expressions import Expressions
from convlint.symbolic import at_least, equal, symbol
from convlint.symbolic.extremes import maximum
from tests.report.page.models import ALEX, MODELS, net


def found(text: str, tmp_path, *inputs) -> dict:
    (tmp_path / "net.py").write_text(text)
    return data.plain(api.page_subject(f"{tmp_path / 'net.py'}:Net", *inputs), tmp_path)


def test_expressions_are_trees():
    h, table = symbol("H"), Expressions()
    assert table.size(7) == 7
    assert table.size(None) is None
    assert [table.size(h), table.size((h - 1) // 2), table.size(h)] == [[0], [1], [0]]
    floor = ["/", ["+", [1], [1, ["H", 1]]], 2]
    assert table.table == ["H", ["+", [-1], [1, [floor, 1]]]]
    assert table.tree(maximum(h, 3)) in (["max", "H", 3], ["max", 3, "H"])
    assert table.condition(equal(h, 3))[0] == "=="
    assert table.condition(at_least(h, 3))[0] == ">="


def test_sizes_that_are_given_stay_open_to_change(tmp_path):
    page = found(ALEX, tmp_path, (1, 3, 227, 227))
    assert {it["name"]: it["value"] for it in page["symbols"]} == {"N": 1, "H": 227, "W": 227}
    assert page["fixed"] == ""
    assert [node["name"] for node in page["nodes"]] == ["conv1", "pool"]
    assert [node["sources"] for node in page["nodes"]] == [[-1], [0]]


def test_sizes_that_nobody_gives_are_those_that_are_accepted(tmp_path):
    page = found(MODELS["linear"], tmp_path)
    values = {it["name"]: it["value"] for it in page["symbols"]}
    assert (values["H"], values["W"]) == (32, 32)


def test_a_model_that_cannot_be_followed_on_open_sizes_says_why(tmp_path):
    way = "return self.last(self.conv(x)) if x.shape[2] % 7 == 1 else self.conv(self.last(x))"
    text = net("self.conv = nn.Conv2d(3, 4, 3); self.last = nn.Identity()", way)
    page = found(text, tmp_path, (1, 3, 16, 16))
    assert page["fixed"] == "with open sizes the run does not come to its end"
    assert page["symbols"] == []


def test_branches_and_skips_are_edges(tmp_path):
    page = found(MODELS["skip"], tmp_path, (1, 3, 32, 32))
    names = {node["name"]: node for node in page["nodes"]}
    assert [page["nodes"][at]["name"] for at in names["add"]["sources"]] == ["a", "b"]


def test_a_refused_model_shows_up_to_where_it_is_refused(tmp_path):
    page = found(MODELS["linear"], tmp_path, (1, 3, 40, 40))
    assert any(finding["code"] == "CVL202" for finding in page["findings"])


def test_the_page_holds_its_data_safely(tmp_path):
    (tmp_path / "net.py").write_text(ALEX.replace("super()", "'</script><b>&'; super()"))
    page = html.page(data.plain(api.page_subject(f"{tmp_path / 'net.py'}:Net"), tmp_path))
    held = re.search(r'<script type="application/json" id="model">(.*?)</script>', page, re.DOTALL)
    assert held is not None
    assert "</script><b>&" in "\n".join(json.loads(held[1])["source"]["lines"])
    assert not re.search(r'(src|href)="(?!#)', page)


@pytest.mark.parametrize("form", ["html", "json"])
def test_the_command_writes_a_file(form, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "net.py").write_text(ALEX)
    assert main(["report", "net.py:Net", "--input", "1,3,227,227", "-o", f"page.{form}"]) in (0, 1)
    assert (tmp_path / f"page.{form}").stat().st_size > 1000
    assert capsys.readouterr().out.startswith(f"page.{form}: 2 calls of Net")


@pytest.mark.parametrize(
    ("init", "forward", "shape", "open_sizes"),
    [
        ("self.c = nn.Conv1d(8, 4, 3)", "return self.c(x)", (2, 8, 64), {"N": 2, "L": 64}),
        ("self.c = nn.LSTM(8, 4, batch_first=True)", "return self.c(x)[0]", (2, 64, 8), {"N": 2, "L": 64}),
        ("self.c = nn.Embedding(50, 4)", "return self.c(x)", (3, 12), {"N": 3, "L": 12}),
        ("self.c = nn.Linear(12, 4)", "return self.c(x)", (3, 12), {"N": 3}),
        ("self.c = nn.ReLU()", "return self.c(x)", (3, 12, 5), {"N": 3, "C": 12, "L": 5}),
    ],
)
def test_the_length_of_a_sequence_is_open(init, forward, shape, open_sizes, tmp_path):
    page = found(net(init, forward), tmp_path, shape)
    assert {it["name"]: it["value"] for it in page["symbols"]} == open_sizes


def test_dtypes_of_the_program_are_told(tmp_path):
    forward = "return F.softmax(self.c(x), 1, dtype=torch.float64), torch.empty(4, dtype=torch.int64)"
    page = found(net("self.c = nn.Conv2d(3, 4, 3)", forward), tmp_path, (1, 3, 8, 8))
    assert json.loads(re.search(r'id="model">(.*?)</script>', html.page(page), re.DOTALL)[1])
    assert [node["dtype"] for node in page["nodes"]] == ["float32", "float64"]


def test_operators_have_their_usual_names(tmp_path):
    page = found(
        net("self.c = nn.Conv2d(3, 3, 1)", "y = self.c(x); y += x; y *= x; return y / 2"), tmp_path, (1, 3, 8, 8)
    )
    assert [node["name"] for node in page["nodes"]] == ["c", "add", "mul", "div"]


@pytest.mark.parametrize(
    ("forward", "tracked"),
    [
        ("return self.c(x)", True),
        ("return self.c(x), unknown(x)", False),
        ("y = self.c(x); unknown(y); return y", False),
    ],
)
def test_who_reads_is_known_or_it_is_not(forward, tracked, tmp_path):
    text = net("self.c = nn.Conv2d(3, 3, 1)", forward).replace(
        "import torch\n", "import torch\nfrom elsewhere import unknown\n", 1
    )
    assert found(text, tmp_path, (1, 3, 8, 8))["tracked"] is tracked


REPLACED = """\
import torch
import torch.nn.functional as F
from torch import nn


class Same(nn.Conv2d):
    def forward(self, x):
        return F.conv2d(F.pad(x, (0, 1, 0, 1)), self.weight, self.bias, self.stride)


class ChannelNorm(nn.LayerNorm):
    def forward(self, x):
        return super().forward(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv, self.norm, self.act = Same(3, 8, 3, 2), ChannelNorm(8), nn.ReLU()

    def forward(self, x):
        return self.act(self.norm(self.conv(x)))
"""


def test_a_layer_that_the_program_has_changed_is_one_call(tmp_path):
    page = found(REPLACED, tmp_path, (1, 3, 32, 32))
    assert [(node["path"], node["sources"]) for node in page["nodes"]] == [("conv", [-1]), ("norm", [0]), ("act", [1])]
    conv = page["nodes"][0]
    assert [window["kind"] for window in conv["windows"]] == ["conv"]
    assert conv["macs"] is not None
    assert conv["reads"] == "all"


def test_a_summary_counts_what_a_changed_layer_computes(tmp_path):
    (tmp_path / "net.py").write_text(REPLACED)
    summary = api.summarize(f"{tmp_path / 'net.py'}:Net", (1, 3, 32, 32))
    assert summary.layers[0].macs == summary.macs == 16 * 16 * 8 * 27


def test_findings_are_those_that_check_would_tell(tmp_path):
    init = "self.a = nn.Conv2d(3, 4, 3, 2)  # convlint: ignore[CVL101]; self.b = nn.Conv2d(4, 4, 2, 2)"
    page = found(net(init, "return self.b(self.a(x))"), tmp_path, (1, 3, 12, 12))
    lost = [finding["message"] for finding in page["findings"] if finding["code"] == "CVL101"]
    assert [message.partition(":")[0] for message in lost] == ["`b`"]
