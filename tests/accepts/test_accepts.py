"""The accepted set of small models against torch on the CPU, size by size."""

from __future__ import annotations

import json
import re
import runpy
import textwrap
from pathlib import Path

import pytest
import torch

from convlint import api
from convlint.accepts import _agreeing
from convlint.analysis import run_target
from convlint.cli import main
from convlint.config import Config
from convlint.findings import Severity
from convlint.report import accepts_json, summary_json
from convlint.rules.windows.non_integral_output import NonIntegralOutput
from convlint.trace import Decision, Gap, RunPath
from tests.accepts import models

FILE = str(Path(models.__file__))
NETS = [name for name, value in vars(models).items() if isinstance(value, type) and value.__module__ == models.__name__]
pytestmark = pytest.mark.sampled
torch.set_num_threads(1)
SIDES = (1, 2, 3, 6, 7, 8, 12, 16, 17, 24, 32, 33, 41, 48)
GIVEN = {"Padded": (("N", 3, "H", "W"),), "Unfolded": (("N", 3, "H", "W"),)}
"""The inputs of models that do not show the number of dimensions themselves."""
NEED_ARGUMENTS = ("Block", "DoubleConv")


def runs(net: torch.nn.Module, height: int, width: int, channels: int = 3) -> bool:
    try:
        with torch.no_grad():
            net(torch.zeros(1, channels, height, width))
    except (RuntimeError, ValueError, AssertionError):
        return False
    return True


@pytest.mark.parametrize("name", NETS)
def test_accepted_sizes_are_those_on_which_torch_does_not_raise(name):
    accepted = api.accepted_inputs(f"{FILE}:{name}", *GIVEN.get(name, ()))
    assert accepted.decided, accepted
    net = getattr(models, name)().eval()
    sizes = [(side, side) for side in range(1, 101)] + [(h, w) for h in SIDES for w in SIDES]
    wrong = [size for size in sizes if accepted.takes((1, 3, *size)) is not runs(net, *size)]
    assert not wrong, (wrong, str(accepted))


def fixtures() -> list[tuple[Path, str]]:
    """The models of the fixtures that are built without arguments."""
    files = sorted((Path(__file__).parents[2] / "fixtures").glob("*/*.py"))
    found = [(file, name) for file in files for name in re.findall(r"^class (\w+)\(nn", file.read_text("utf-8"), re.M)]
    return [item for item in found if item[1] not in NEED_ARGUMENTS]


@pytest.mark.parametrize(("file", "name"), [pytest.param(*item, id=item[1]) for item in fixtures()])
def test_fixtures(file, name):
    accepted = api.accepted_inputs(f"{file}:{name}")
    net = runpy.run_path(str(file))[name]().eval()
    assert accepted.decided, accepted
    channels = next((c for c in (3, 1) if any(accepted.takes((1, c, s, s)) for s in (32, 33, 64))), 2)
    sizes = [*((side, side) for side in range(1, 71)), *((h, w) for h in SIDES for w in SIDES)]
    wrong = [size for size in sizes if accepted.takes((1, channels, *size)) is not runs(net, *size, channels)]
    assert not wrong, (wrong, str(accepted))


@pytest.mark.parametrize(
    "name", ["LeNet", "UNet", "AutoEncoder", "AtrousPyramid", "Adaptive", "Residual", "AnyPatches"]
)
def test_nothing_is_lost_where_no_remainder_is_claimed(name):
    """The set is solved from symbols; the rule looks at every size by itself."""
    accepted = api.accepted_inputs(f"{FILE}:{name}")
    sizes = [*((s, s) for s in range(1, 41)), (8, 96), (9, 96), (33, 17)]
    wrong = []
    for size in sizes:
        trace = run_target(f"{FILE}:{name}", ((1, 3, *size),)).trace
        claims = [claim for claim in NonIntegralOutput().check(trace, Config()) if claim.severity is not Severity.NOTE]
        expected = trace.violation is None and not claims
        if accepted.loses_nothing((1, 3, *size)) is not expected:
            wrong.append(size)
    assert not wrong, (wrong, str(accepted))


@pytest.mark.parametrize(
    ("name", "size", "takes"),
    [("LeNet", (1, 3, 33, 34), True), ("LeNet", (1, 1, 32, 32), False), ("UNet", (7, 3, 16, 48), True)],
)
def test_every_dimension_counts(name, size, takes):
    assert api.accepted_inputs(f"{FILE}:{name}").takes(size) is takes


def test_a_given_size():
    assert api.accepted_inputs(f"{FILE}:LeNet", (1, 3, 32, 32)).takes((1, 3, 32, 32)) is True
    assert api.accepted_inputs(f"{FILE}:LeNet", (1, 3, 31, 32)).takes((1, 3, 31, 32)) is False


def test_shapes_of_another_form_were_not_asked_for():
    accepted = api.accepted_inputs(f"{FILE}:LeNet", ("N", 3, "S", "S"))
    assert accepted.takes((2, 3, 32, 32)) is True
    assert accepted.takes((2, 3, 32, 33)) is None
    assert accepted.takes((2, 1, 32, 32)) is None
    assert accepted.takes((3, 32, 32)) is None
    assert accepted.takes((2, 3, 32, 32), (2, 3, 32, 32)) is None


def test_text():
    assert str(api.accepted_inputs(f"{FILE}:LeNet")).splitlines() == [
        "LeNet accepts (N, C, H, W), in evaluation mode, with",
        "  N: any",
        "  C: 3",
        "  H: 32…35, W: 32…35",
        "  or H: 16…19, W: 112…115",
        "  or H: 112…115, W: 16…19",
        "  for H = W: 32…35",
        "and reads every cell if",
        "  N: any",
        "  C: 3",
        "  H: 32, W: 32",
        "  or H: 16, W: 112",
        "  or H: 112, W: 16",
        "  for H = W: 32",
    ]


def written(tmp_path: Path, init: str, forward: str) -> str:
    body = f"""
import contextlib

import torch
import torch.nn.functional as F
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
{textwrap.indent(init, " " * 8)}

    def forward(self, x):
{textwrap.indent(forward, " " * 8)}
"""
    path = tmp_path / "net.py"
    path.write_text(body, encoding="utf-8")
    return f"{path}:Net"


CONV = "self.conv = nn.Conv2d(3, 4, 5)\nself.fc = nn.Linear(4, 4)"


@pytest.mark.parametrize(
    "forward",
    [
        "try:\n    return self.conv(x)\nexcept RuntimeError:\n    return x",
        "with contextlib.suppress(RuntimeError):\n    x = self.conv(x)\nreturn x",
        "if not_known(x):\n    return x\nreturn self.conv(x)",
        "return not_known(self.conv(x))",
        "if x.sum() > 0:\n    raise ValueError\nreturn self.conv(x)",
        "y = self.conv(x)\nreturn y[y > 0].view(2, -1)",
        "not_known(x.shape[2])\nreturn self.conv(x)",
        "not_known.check()\nreturn self.conv(x)",
        "return self.conv(x) if self.given else x",
        "return self.conv(x) if self.given else F.max_pool2d(self.conv(x), 2)",  # reads another part
        "y = x + self.given\nreturn self.conv(x)",
        "y = [not_known(x) for _ in self.given]\nreturn self.conv(x)",
        "return F.conv_transpose2d(x, torch.zeros(3, 4, 2, 2), padding=2)",
    ],
)
def test_what_depends_on_the_unknown_is_not_decided(tmp_path, forward):
    init = f"{CONV}\nfrom elsewhere import given\nself.given = given()"
    accepted = api.accepted_inputs(written(tmp_path, init, "from elsewhere import not_known\n" + forward))
    assert not accepted.decided
    assert accepted.takes((1, 3, 32, 32)) is None
    assert accepted.loses_nothing((1, 3, 32, 32)) is None
    assert "not decided" in str(accepted)


@pytest.mark.parametrize(
    ("init", "forward"),
    [
        ("from elsewhere import log\nself.log = log('net')", "return self.conv(x)"),
        ("self.given = torch.not_there(3)\nself.name = str(torch.not_there)", "return self.conv(x)"),
        ("from elsewhere import given\nself.given = given", "return self.conv(x) if self.given else -self.conv(x)"),
        (
            "from elsewhere import given\nself.given = given",
            "if self.given and x.shape[2] > 4:\n    x = x + 1\nif self.given:\n    x = -x\nreturn self.conv(x)",
        ),
        ("", "assert x.shape[2] > 4, f'{x.shape} is too small for {self.conv}'\nreturn self.conv(x)"),
        ("", "return F.conv_transpose2d(self.conv(x), torch.zeros(4, 4, 3, 3), padding=1)"),
        ("", "y = F.conv_transpose2d(x, torch.zeros(3, 3, 2, 2), padding=1)\nself.conv(y)\nreturn self.conv(x)"),
    ],
)
def test_the_unknown_that_the_input_does_not_meet_matters_not(tmp_path, init, forward):
    accepted = api.accepted_inputs(written(tmp_path, f"{CONV}\n{init}", forward))
    assert accepted.decided, accepted
    assert next(side for side in range(1, 9) if accepted.takes((1, 3, side, 8))) in (5, 6)


def test_what_is_needed_is_told_though_the_set_is_not_decided(tmp_path):
    accepted = api.accepted_inputs(written(tmp_path, CONV, "from elsewhere import f\nreturn f(self.conv(x))"))
    assert accepted.takes((1, 3, 4, 9)) is False
    assert accepted.takes((1, 3, 5, 9)) is None
    assert "needed is at least" in str(accepted)


def test_exceptions_that_may_be_caught_bound_nothing(tmp_path):
    forward = "try:\n    return self.conv(x)\nexcept RuntimeError:\n    return x"
    assert api.accepted_inputs(written(tmp_path, CONV, forward)).takes((1, 3, 4, 4)) is None


def test_no_grad_catches_nothing(tmp_path):
    accepted = api.accepted_inputs(written(tmp_path, CONV, "with torch.no_grad():\n    return self.conv(x)"))
    assert accepted.takes((1, 3, 5, 5)) is True
    assert accepted.takes((1, 3, 4, 5)) is False


def test_a_model_that_takes_nothing(tmp_path):
    forward = "y = self.conv(x)\nif x.shape[2] > 3:\n    raise ValueError\nreturn y"
    accepted = api.accepted_inputs(written(tmp_path, CONV, forward))
    assert accepted.decided
    assert accepted.cases == ()
    assert "accepts no input" in str(accepted)


def test_constructor_arguments_are_sizes_too(tmp_path):
    path = tmp_path / "net.py"
    path.write_text(
        "from torch import nn\n\n\nclass Net(nn.Module):\n    def __init__(self, width: int):\n"
        "        super().__init__()\n        self.conv = nn.Conv2d(6, width, 3, groups=3)\n\n"
        "    def forward(self, x):\n        return self.conv(x)\n",
        encoding="utf-8",
    )
    (case,) = api.accepted_inputs(f"{path}:Net").cases
    sets = {str(symbol): str(sizes) for symbol, sizes in case.sizes}
    assert sets == {"N": "any", "C": "6", "H": "≥ 3", "W": "≥ 3", "width": "multiples of 3, ≥ 3"}


def test_batch_norm_in_both_modes(tmp_path):
    target = written(tmp_path, "self.norm = nn.BatchNorm1d(4)", "return self.norm(x)")
    assert api.accepted_inputs(target, ("N", 4)).takes((1, 4)) is True
    training = api.accepted_inputs(target, ("N", 4), training=True)
    assert training.takes((1, 4)) is False
    assert training.takes((2, 4)) is True


def test_json():
    data = json.loads(accepts_json.text(api.accepted_inputs(f"{FILE}:LeNet")))
    (case,) = data["cases"]
    assert data["decided"] is True
    assert data["inputs"] == [["N", "C", "H", "W"]]
    assert case["sizes"]["C"] == {"text": "3", "any": False, "parts": [{"low": 3, "high": 3, "step": 1, "residue": 0}]}
    assert {"low": 32, "high": 35, "step": 1, "residue": 0} in case["alternatives"][1]["W"]["parts"]
    assert len(data["lossless"]) == 1
    assert json.loads(summary_json.text(api.summarize(f"{FILE}:LeNet")))["accepts"] == data


def test_command_line(capsys):
    assert main(["accepts", f"{FILE}:LeNet", "--input", "N,3,H,H"]) == 0
    assert "H: 32…35" in capsys.readouterr().out
    assert main(["accepts", f"{FILE}:LeNet", "--input", "N,4,H,H", "--output-format", "json"]) == 1
    assert json.loads(capsys.readouterr().out)["cases"] == []
    assert main(["accepts", f"{FILE}:Nothing"]) == 2


def test_declared_numbers_are_left_open(tmp_path):
    path = tmp_path / "net.py"
    path.write_text(
        "from torch import nn\n\n\nclass Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        "        self.conv = nn.Conv2d(3, 4, 5)\n\n    # convlint: input=(C, 3, 32, 32), (1, 4, 28, S)\n"
        "    def forward(self, x, y):\n        return self.conv(x) + y\n",
        encoding="utf-8",
    )
    accepted = api.accepted_inputs(f"{path}:Net")
    assert [[str(size) for size in shape] for shape in accepted.inputs] == [
        ["C", "C1", "H1", "W1"],
        ["N2", "C2", "H2", "S"],
    ]
    assert accepted.takes((2, 3, 9, 9), (2, 4, 5, 5)) is True
    assert accepted.takes((2, 3, 9, 9), (2, 4, 5, 6)) is False
    assert accepted.takes((2, 3, 9, 9), (3, 4, 5, 5)) is False
    assert api.summarize(f"{path}:Net").accepts.takes((2, 3, 9, 9), (2, 4, 5, 5)) is None


def test_many_alternatives_are_counted(tmp_path):
    target = written(tmp_path, "self.fc = nn.Linear(3600, 2)", "return self.fc(F.pad(x, (1, 1)).flatten(1))")
    accepted = api.accepted_inputs(target, ("N", 4, "H", "W"))
    assert len(accepted.cases[0].alternatives) > 10
    assert [line for line in accepted.lines() if line.endswith(" more")]
    assert accepted.takes((1, 4, 10, 88)) is True
    assert accepted.takes((1, 4, 88, 10)) is False


UNKNOWN_WIDTH = """
from torch import nn


class Net(nn.Module):
    def __init__(self, options):
        super().__init__()
        width = options.width
        self.conv = nn.Conv2d(3, width, 3)
        self.norm = nn.BatchNorm2d(width) if options.norm else nn.Identity()
        self.fc = nn.Linear(width, options.classes)

    def forward(self, x):
        return self.fc(self.norm(self.conv(x)).mean((2, 3)))
"""


def test_what_is_needed_is_told_of_known_sizes_only(tmp_path: Path) -> None:
    """What has no known value is not a size that anybody can choose: nothing is said of it, and no way twice."""
    file = tmp_path / "net.py"
    file.write_text(UNKNOWN_WIDTH, encoding="utf-8")
    accepted = api.accepted_inputs(f"{file}:Net")
    assert not accepted.decided
    (case,) = accepted.cases
    assert {str(symbol): str(sizes) for symbol, sizes in case.sizes} == {"N": "any", "C": "3", "H": "≥ 3", "W": "≥ 3"}
    assert "?" not in "".join(accepted.lines())
    assert accepted.takes((1, 4, 8, 8)) is False
    assert accepted.takes((1, 3, 8, 8)) is None


def test_a_question_that_only_the_first_path_asks_is_open() -> None:
    """What a path asks while it imports something is not asked again by those after it."""
    asked = RunPath("returned", None, (), decisions=(Decision(True, Gap(None, "what an import may raise")),))
    assert _agreeing([asked, RunPath("returned", None, ())], 0) is None
