"""Where the numbers of a mismatch come from: the places that a finding tells, in programs of several kinds."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from convlint.api import lint_contents, lint_source

HEAD = "import torch\nfrom torch import nn\n\n"

BLOCKS = (
    HEAD
    + """
class Block(nn.Module):
    def __init__(self, cin, cout):
        super().__init__()
        self.conv = nn.Conv2d(cin, cout, 3, padding=1)
        self.norm = nn.BatchNorm2d(cout)

    def forward(self, x):
        return torch.relu(self.norm(self.conv(x)))
"""
)

MODEL = (
    HEAD
    + """from blocks import Block

WIDTH = 32


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = Block(3, 16)
        self.b1 = Block(16, 8)
        self.b2 = Block(WIDTH, 64)

    def forward(self, x):
        a = self.a(x)
        b = self.b1(a)
        y = torch.cat([a, b], dim=1)
        return self.b2(y)


Net()(torch.randn(1, 3, 32, 32))
"""
)


def told(text, **others):
    """Return the related places of the only error as (row, message)."""
    files = {"m.py": (HEAD + text).encode(), **{f"{name}.py": body.encode() for name, body in others.items()}}
    report = lint_contents(files)
    (finding,) = [it for it in report.findings if it.severity.value == "error"]
    return [(it.place.filename, it.place.span[0] - 3, it.message) for it in finding.related]


@pytest.fixture
def project(tmp_path):
    (tmp_path / "blocks.py").write_text(BLOCKS)
    (tmp_path / "model.py").write_text(MODEL)

    def run(*options):
        command = [sys.executable, "-m", "convlint", "check", "--no-cache", "--isolated", *options]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False).stdout

    return run


def test_a_mismatch_across_two_files(project, snapshot):
    assert project("model.py") == snapshot


@pytest.mark.parametrize("options", [("--output-format", "json"), ("--output-format", "sarif")])
def test_machines_are_told_the_same_places(project, options):
    written = json.loads(project(*options, "model.py"))
    if "runs" in written:
        places = written["runs"][0]["results"][0]["relatedLocations"]
        found = [(it["physicalLocation"]["region"]["startLine"], it["message"]["text"]) for it in places]
    else:
        found = [(it["location"]["row"], it["message"]) for it in written[0]["related"]]
    assert (14, "`cin` is `WIDTH` here") in found
    assert (6, "`WIDTH` is 32 here") in found
    assert (19, "`cat` gives 1×24×32×32 here, of 16 and 8") in found
    assert [message for row, message in found if row == 12][1:] == ["`a.conv` is built to give 16: `cout` is 16 here"]


CHAINS = {
    "a default": (
        """
class Net(nn.Module):
    def __init__(self, width=64):
        super().__init__()
        self.inplanes = width
        self.body = nn.Conv2d(3, 32, 1)
        self.head = self.make(10)

    def make(self, classes):
        return nn.Conv2d(self.inplanes, classes, 1)

    def forward(self, x):
        return self.head(self.body(x))
""",
        [
            (10, "`head` is defined here: `in_channels` is `self.inplanes`"),
            (5, "`self.inplanes` is `width` here"),
            (3, "`width` is 64 here"),
        ],
    ),
    "a loop over a list of the file": (
        """
DIMS = [3, 8, 16]


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(*[nn.Conv2d(d, 32, 1) for _, d in enumerate(DIMS)])

    def forward(self, x):
        return self.layers(x)
""",
        [
            (8, "`layers.1` is defined here: `in_channels` is `d`"),
            (8, "`d` goes through `enumerate(DIMS)` here"),
            (2, "`DIMS` is `[3, 8, 16]` here"),
        ],
    ),
    "an object of settings": (
        """
class Settings:
    def __init__(self, width):
        self.width = width


class Net(nn.Module):
    def __init__(self, cfg):
        super().__init__()
        self.stem = nn.Conv2d(3, 4, 3)
        self.conv = nn.Conv2d(cfg.width, 4, 1)

    def forward(self, x):
        return self.conv(self.stem(x))


Net(Settings(width=5))(torch.randn(1, 3, 8, 8))
""",
        [
            (11, "`conv` is defined here: `in_channels` is `cfg.width`"),
            (17, "`cfg.width` is 5 here"),
        ],
    ),
    "a function that builds, and a class that derives": (
        """
def conv3x3(ins, outs):
    return nn.Conv2d(ins, outs, 3)


class Stage(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.a = conv3x3(3, 2 * width)
        self.b = conv3x3(width, width)

    def forward(self, x):
        return self.b(self.a(x))


class Wide(Stage):
    def __init__(self):
        super().__init__(width=48)


Wide()(torch.randn(1, 3, 8, 8))
""",
        [
            (3, "`b` is defined here: `in_channels` is `ins`"),
            (10, "`ins` is `width` here"),
            (18, "`width` is 48 here"),
            (13, "`a` gives 1×96×6×6 here"),
            (18, "`a` is built to give 96: `width` is 48 here"),
        ],
    ),
}


@pytest.mark.parametrize("name", CHAINS)
def test_the_chain_ends_where_somebody_could_change_the_number(name):
    text, expected = CHAINS[name]
    found = [(row, message) for _, row, message in told(text)]
    assert found[: len(expected)] == expected


def test_a_number_of_another_file():
    text = """
from conf import Config


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, Config.stem, 3)
        self.conv = nn.Conv2d(Config.width, 4, 1)

    def forward(self, x):
        return self.conv(self.stem(x))
"""
    found = told(text, conf="class Config:\n    stem = 4\n    width = 12\n")
    assert ("conf.py", 3 - 3, "`Config.width` is 12 here") in found
    assert ("conf.py", 2 - 3, "`stem` is built to give 4: `Config.stem` is 4 here") in found


def test_names_that_files_import_from_each_other_have_no_end():
    text = """
from other import WIDTH


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 4, 3)
        self.conv = nn.Conv2d(8, 4, 1) if WIDTH else nn.Conv2d(WIDTH, 4, 1)

    def forward(self, x):
        return self.conv(self.stem(x))


WIDTH = 8
"""
    back = "from m import WIDTH\n"
    files = {"m.py": (HEAD + text).encode(), "other.py": back.encode()}
    report = lint_contents(files)
    assert not report.failures


def test_nothing_is_said_of_a_number_that_another_line_may_have_set():
    found = told("""
class Net(nn.Module):
    def __init__(self, width=16):
        super().__init__()
        if width < 32:
            width = 32
        self.stem = nn.Conv2d(3, 4, 3)
        self.conv = nn.Conv2d(width, 4, 1)

    def forward(self, x):
        return self.conv(self.stem(x))
""")
    assert found[0][1:] == (8, "`conv` is defined here: `in_channels` is `width`")
    assert not any(message.startswith("`width` is") for _, _, message in found)


def test_the_chain_of_shapes_before_a_flattening():
    found = told("""
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 6, 5)
        self.pool = nn.MaxPool2d(2)
        self.fc = nn.Linear(6 * 14 * 14, 10)

    def forward(self, x):
        x = self.pool(torch.relu(self.conv(x)))
        return self.fc(torch.flatten(x, 1))


Net()(torch.randn(4, 1, 28, 28))
""")
    assert [message for _, _, message in found] == [
        "`fc` is defined here",
        "`flatten` gives 4×864 here",
        "`pool` gives 4×6×12×12 here",
        "`conv` gives 4×6×24×24 here",
        "`Net` is called here with 4×1×28×28",
    ]


@pytest.mark.parametrize(
    ("made", "called", "says"),
    [
        ("nn.LayerNorm(width)", "self.last(x)", "`normalized_shape` is `width`"),
        ("nn.MultiheadAttention(width, 4)", "self.last(x, x, x)", "`embed_dim` is `width`"),
        ("nn.GRU(width, 4)", "self.last(x)", "`input_size` is `width`"),
    ],
)
def test_whatever_layer_was_built_for_a_number(made, called, says):
    source = f"""
import torch
from torch import nn

WIDTH = 32


class Net(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.first, self.last = nn.Linear(8, 24), {made}

    def forward(self, x):
        x = self.first(x)
        return {called}


Net(WIDTH)(torch.zeros(5, 2, 8))
"""
    (finding,) = [it for it in lint_source(source, "net.py").findings if it.severity.value == "error"]
    told = {it.message for it in finding.related}
    assert f"`last` is defined here: {says}" in told
    assert {"`WIDTH` is 32 here", "`first` is built to give 24"} <= told
