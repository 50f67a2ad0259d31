"""What torch refuses only because of the defaults of a constructor: an error as long as nobody builds it otherwise."""

from __future__ import annotations

from pathlib import Path

import pytest

import convlint

STAGE = """
from torch import nn

class Stage(nn.Module):
    def __init__(self, width=31, groups=4):
        super().__init__()
        self.conv = nn.Conv2d(width, width, 3, padding=1, groups=groups)

    def forward(self, x):
        return self.conv(x)
"""
USER = """
from torch import nn
from stage import Stage

class Net(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.stage = Stage({given})

    def forward(self, x):
        return self.stage(x)
"""
BROKEN = STAGE.replace("groups=groups)", "groups=groups)\n        self.norm = nn.BatchNorm2d(2 * width)").replace(
    "return self.conv(x)", "return self.norm(self.conv(x))"
)


def errors(folder: Path, **files: str) -> list[tuple[str, str]]:
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    found = convlint.lint_paths([folder]).findings
    return [(Path(it.place.filename).name, it.code) for it in found if it.severity is convlint.Severity.ERROR]


def test_defaults_that_nobody_replaces(tmp_path: Path) -> None:
    assert errors(tmp_path, stage=STAGE) == [("stage.py", "CVL205")]
    assert errors(tmp_path, stage=STAGE, user=USER.format(given="")) == [("stage.py", "CVL205")]


@pytest.mark.parametrize("name", ["a_user", "user"])
def test_defaults_that_are_replaced_elsewhere(tmp_path: Path, name: str) -> None:
    """Whichever of the two files is read first."""
    assert errors(tmp_path, stage=STAGE, **{name: USER.format(given="width=width")}) == []


def test_what_no_argument_mends(tmp_path: Path) -> None:
    broken = BROKEN.replace("width=31", "width=32")
    assert errors(tmp_path, stage=broken, user=USER.format(given="width=width")) == [("stage.py", "CVL201")]


def test_what_an_operation_tells_of_its_input_says_nothing_of_its_other_arguments() -> None:
    """The size that callers give to `MaxUnpool2d` is no tensor, although its name is an argument of `forward`."""
    source = """
from torch import nn


class Up(nn.Module):
    def __init__(self):
        super().__init__()
        self.unpool = nn.MaxUnpool2d(2, 2)
        self.conv = nn.Conv2d(8, 4, 3, padding=1)

    def forward(self, inputs, indices, output_shape):
        return self.conv(self.unpool(input=inputs, indices=indices, output_size=output_shape))
"""
    assert convlint.lint_source(source, "net.py").findings == ()


NOTHING = """
from torch import nn

class Stage(nn.Module):
    def __init__(self, width={default}):
        super().__init__()
        {check}
        self.norm = nn.BatchNorm2d({width})
        self.conv = nn.Conv2d(8, 16, 3)
        self.last = nn.Conv2d({given}, 8, 3)

    def forward(self, x):
        return self.last(self.conv(x))
"""
OPEN = [
    ("None", "pass", "width"),
    ("()", "pass", "width[0]"),
    ("None", "if width is None:\n            raise ValueError('no width')", "width"),
    ("[]", "assert width", "width[0]"),
]


@pytest.mark.parametrize(("default", "check", "width"), OPEN)
@pytest.mark.parametrize(("given", "found"), [(16, []), (8, [("stage.py", "CVL201")])])
def test_a_default_that_stands_for_nothing_is_no_call(
    tmp_path: Path, default: str, check: str, width: str, given: int, found: list[tuple[str, str]]
) -> None:
    """What is refused only because of it is no error, and what is behind is looked at all the same."""
    stage = NOTHING.format(default=default, check=check, width=width, given=given)
    assert errors(tmp_path, stage=stage) == found
