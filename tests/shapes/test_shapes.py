"""The source with shapes: what is told of lines, and that torch holds the same there."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from types import FrameType

import pytest

from convlint import api
from convlint.analysis import AnalysisSettings, Session
from convlint.cli import main
from convlint.interp.language.compile import watching
from convlint.ir import nodes
from convlint.lines import SeenTensor
from convlint.report import shapes_text
from convlint.report.frame import columns
from convlint.report.seen_text import row_text

NET = """\
import torch
from torch import nn


class Block(nn.Module):
    def __init__(self, before, after):
        super().__init__()
        self.conv = nn.Conv2d(before, after, 3, stride=2)
        self.scale = nn.Parameter(torch.ones(after, 1, 1))

    def forward(self, x):
        x = self.conv(x)
        x *= self.scale
        return torch.relu(x)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.blocks = nn.ModuleList([Block(3, 8), Block(8, 8), Block(8, 8)])
        self.fc = nn.Linear(8, 10)

    def forward(self, x):
        kept = []
        for block in self.blocks:
            x = block(x)
            kept.append(x)
        first, *rest = kept
        both = {"first": first, "last": (x, rest)}
        pooled = both["last"][0].mean((2, 3))
        labels = pooled.argmax(1)
        return self.fc(pooled), labels


if __name__ == "__main__":
    net = Net()
    images = torch.randn(4, 3, 225, 225)
    scores, labels = net(images)
    loss = nn.functional.cross_entropy(scores, labels)
"""


def rows_of(path: Path | str, *inputs) -> dict[int, str]:
    return {row: row_text(held) for row, held in api.shapes(str(path), *inputs).held_at().items()}


def test_each_line_tells_what_it_holds(tmp_path):
    (tmp_path / "net.py").write_text(NET)
    rows = rows_of(tmp_path / "net.py")
    assert rows[9] == "8×1×1 (3 runs)"
    assert rows[12] == "4×8×112×112, 4×8×55×55, 4×8×27×27 (3 runs)"
    assert rows[28] == "first 4×8×112×112, rest (4×8×55×55, 4×8×27×27)"
    assert rows[29] == "(first: 4×8×112×112, last: (4×8×27×27, (4×8×55×55, 4×8×27×27)))"
    assert rows[32] == "(4×10, 4 int64)"
    assert rows[38] == "scores 4×10, labels 4 int64"
    assert rows[39] == "scalar"
    assert 20 not in rows


def test_a_model_by_name_has_open_sizes_unless_they_are_given(tmp_path):
    (tmp_path / "net.py").write_text(NET)
    target = f"{tmp_path / 'net.py'}:Net"
    assert rows_of(target)[23] == "N×C×H×W"
    assert rows_of(target, (1, 3, 65, 65))[32] == "(1×10, 1 int64)"


def test_lines_are_told_of_a_file_that_was_run_before(tmp_path):
    (tmp_path / "net.py").write_text(NET)
    target = f"{tmp_path / 'net.py'}:Net"
    api.summarize(target, (1, 3, 65, 65))
    assert rows_of(target, (1, 3, 65, 65))[32] == "(1×10, 1 int64)"


def test_many_runs_are_told_as_such(tmp_path):
    text = NET.replace("Block(8, 8), Block(8, 8)]", "*[Block(8, 8) for _ in range(4)]]")
    (tmp_path / "net.py").write_text(text)
    assert rows_of(tmp_path / "net.py")[12] == "4×8×112×112 … 4×8×6×6 (5 runs, 5 shapes)"


def test_what_is_not_known_says_why_and_costs_only_what_depends_on_it(tmp_path):
    text = f"import unheard_of\n{NET}".replace("first, *rest = kept", "first = unheard_of.change(x)")
    (tmp_path / "net.py").write_text(text)
    rows = rows_of(tmp_path / "net.py")
    assert rows[29].startswith("? (")
    assert rows[13] == "4×8×112×112, 4×8×55×55, 4×8×27×27 (3 runs)"


def test_where_something_is_lost_or_refused_there_is_a_mark(tmp_path):
    (tmp_path / "net.py").write_text(
        NET.replace("225, 225", "224, 224").replace("nn.Linear(8, 10)", "nn.Linear(9, 10)")
    )
    marks = api.shapes(str(tmp_path / "net.py")).marked_at()
    assert [mark.code for mark in marks[32]] == ["CVL202"]
    assert "CVL101" in [mark.code for mark in marks[8]]
    assert "CVL101" in [mark.code for mark in marks[12]]


def test_nothing_is_different_where_nobody_watches():
    node = nodes.Name((1, 0, 1, 1), "x")

    def store(vm, frame, value):
        pass

    assert watching.stored(node, store) is store
    with watching.watching(nodes.Module((1, 0, 1, 1), (nodes.ExprStmt((1, 0, 1, 1), node),))):
        assert watching.stored(node, store) is not store
    assert watching.stored(node, store) is store


def test_only_what_is_asked_for_is_noted(tmp_path):
    (tmp_path / "net.py").write_text(NET)
    assert Session(AnalysisSettings()).study(str(tmp_path / "net.py")).analysis.lines == {}


# --- torch ----------------------------------------------------------------------------------------------


def really_held(path: Path) -> set[tuple[int, str, tuple[int, ...]]]:
    """Run a file with torch, and return the sizes of every tensor that a variable held after each of its lines."""
    import torch

    held: set[tuple[int, str, tuple[int, ...]]] = set()
    before: dict[FrameType, int] = {}

    def note(frame: FrameType) -> None:
        values = [(name, value) for name, value in frame.f_locals.items() if isinstance(value, torch.Tensor)]
        held.update((before[frame], name, tuple(value.shape)) for name, value in values)

    def trace(frame: FrameType, event: str, arg: object):
        if frame.f_code.co_filename != str(path):
            return None
        if frame in before:
            note(frame)
        before.setdefault(frame, frame.f_lineno)
        if event == "return" and isinstance(arg, torch.Tensor):
            held.add((frame.f_lineno, "return", tuple(arg.shape)))
        if event == "line":
            before[frame] = frame.f_lineno
            held.update((frame.f_code.co_firstlineno, name, tuple(value.shape))
                        for name, value in frame.f_locals.items() if isinstance(value, torch.Tensor))  # fmt: skip
        return trace

    code = compile(path.read_text(), str(path), "exec")
    sys.settrace(trace)
    try:
        exec(code, {"__name__": "__main__"})
    finally:
        sys.settrace(None)
    return held


SCRIPTS = {
    "blocks": NET,
    "attention": """\
import torch
from torch import nn


class Heads(nn.Module):
    def __init__(self, width=32, heads=4):
        super().__init__()
        self.heads, self.qkv = heads, nn.Linear(width, 3 * width)

    def forward(self, x):
        n, length, width = x.shape
        qkv = self.qkv(x).view(n, length, 3, self.heads, width // self.heads)
        q, k, v = qkv.permute(2, 0, 3, 1, 4)
        scores = q @ k.transpose(-2, -1)
        weights = scores.softmax(-1)
        mixed = (weights @ v).transpose(1, 2)
        mixed = mixed.reshape(n, length, width)
        return mixed


for length in (5, 7):
    out = Heads()(torch.randn(2, length, 32))
    total = out.sum()
    total += 1
with torch.no_grad():
    cut, _ = torch.randn(4, 6).split(3, dim=1)
""",
    "u-net": """\
import torch
from torch import nn


def double(before, after):
    return nn.Sequential(nn.Conv2d(before, after, 3, padding=1), nn.ReLU())


class UNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.down, self.deep, self.up = double(1, 4), double(4, 8), double(12, 4)

    def forward(self, x):
        fine = self.down(x)
        coarse = nn.functional.max_pool2d(fine, 2)
        coarse = self.deep(coarse)
        raised = nn.functional.interpolate(coarse, scale_factor=2)
        joined = torch.cat([raised, fine], 1)
        return self.up(joined)


image = torch.zeros(1, 1, 16, 24)
mask = UNet()(image)
flat = mask.flatten(1)
""",
}


def said(path: Path) -> Iterator[tuple[int, str, tuple[object, ...]]]:
    for held in api.shapes(str(path)).held:
        for value, _ in held.values:
            if isinstance(value, SeenTensor) and "." not in held.name and held.name:
                yield held.row, held.name, value.shape


@pytest.mark.parametrize("name", SCRIPTS)
def test_torch_holds_the_same(name, tmp_path):
    path = tmp_path / "script.py"
    path.write_text(SCRIPTS[name])
    told, real = set(said(path)), really_held(path)
    assert len(told) > 7
    assert {entry for entry in told if entry not in real} == set()


# --- how it is shown ------------------------------------------------------------------------------------

WIDE = NET.replace("images", "画像")


@pytest.mark.parametrize("width", [40, 80, 120])
def test_text_fits_the_terminal(width, tmp_path):
    (tmp_path / "net.py").write_text(WIDE)
    shapes = api.shapes(str(tmp_path / "net.py"))
    listing = list(shapes_text.lines(shapes, width))
    sources = {line.rstrip() for line in shapes.source}
    for line in listing:
        assert columns(line) <= width or line[5:] in sources
    told = row_text(shapes.held_at()[12]).replace(" ", "")
    assert told in "".join(listing).replace(" ", "").replace("└", "")


def test_shapes_stand_in_one_column_where_there_is_room(tmp_path):
    (tmp_path / "net.py").write_text(WIDE)
    shapes = api.shapes(str(tmp_path / "net.py"))
    lines = list(shapes_text.lines(shapes, 160))
    rows = {row: row_text(held) for row, held in shapes.held_at().items()}
    starts = {columns(lines[row - 1].partition(text)[0]) for row, text in rows.items()}
    assert len(starts) == 1


@pytest.mark.parametrize("form", ["text", "json", "markdown", "html"])
def test_formats(form, tmp_path, monkeypatch, capsys, snapshot):
    monkeypatch.chdir(tmp_path)
    Path("net.py").write_text(NET.replace("225", "224"))
    assert main(["shapes", "net.py", "--output-format", form, "--width", "100", "--color", "never"]) == 1
    assert capsys.readouterr().out == snapshot


def test_json_and_html_can_be_read(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("net.py").write_text(NET)
    main(["shapes", "net.py:Net", "--output-format", "json"])
    found = json.loads(capsys.readouterr().out)
    (value,) = next(held["values"] for held in found["held"] if held["row"] == 23)
    assert value == {"kind": "tensor", "shape": ["N", "C", "H", "W"], "dtype": None, "text": "N×C×H×W", "runs": 1}
    main(["shapes", "net.py", "--output-format", "html", "-o", "page.html"])
    parser = HTMLParser()
    parser.feed(Path("page.html").read_text(encoding="utf-8"))
    assert capsys.readouterr().out == ""


def test_what_cannot_be_read_is_told(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["shapes", "none.py"]) == 2
    assert "none.py" in capsys.readouterr().err
    Path("net.py").write_text("import torch\n(")
    assert main(["shapes", "net.py"]) == 1
    assert "CVL900" in capsys.readouterr().out
    Path("net.py").write_text(NET)
    assert main(["shapes", "net.py:Net_"]) == 2


DIRECTED = """\
import torch
from torch import nn


# convlint: inptu=(1, 3, 8, 8)
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.one = nn.Conv2d(3, 4, 3, stride=2)  # convlint: ignore[CVL101]
        self.two = nn.Conv2d(4, 4, 2, stride=2)

    def forward(self, x):
        return self.two(self.one(x))


Net()(torch.randn(1, 3, 12, 12))
"""


@pytest.mark.parametrize("name", ["", ":Net"])
def test_comments_and_settings_hold_as_for_check(name, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "net.py").write_text(DIRECTED)
    shape = ["--input", "1,3,12,12"] if name else []
    main(["shapes", f"net.py{name}", *shape])
    told = capsys.readouterr()
    assert "`two`" in told.out
    assert "`one`" not in told.out
    assert "net.py:5:1: unknown directive `inptu`" in told.err
    (tmp_path / "convlint.toml").write_text('ignore = ["CVL101"]\n')
    main(["shapes", f"net.py{name}", *shape])
    assert "`two`" not in capsys.readouterr().out
