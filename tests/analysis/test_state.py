"""Every run starts from what the imports left: no path, mode, file or program sees what another one did."""

from __future__ import annotations

import itertools
import textwrap
from pathlib import Path

import pytest

import convlint
from convlint.findings import Severity

HEAD = """
import torch
from torch import nn
"""

CHANGED_IN_THE_CONSTRUCTOR = {
    "an item of a list": ("N = [0]", "N[0] += 8", "N[0]"),
    "a list that grows": ("N = []", "N.append(8)", "sum(N)"),
    "a dictionary": ("N = {}", "N['x'] = N.get('x', 0) + 8", "N['x']"),
    "a set": ("N = set()", "N.add(len(N))", "8 * len(N)"),
    "a global name": ("N = 0", "global N; N += 8", "N"),
    "an attribute of a class": ("class K:\n    n = 0", "K.n += 8", "K.n"),
    "an attribute of an object": ("class K:\n    n = 0\nk = K()", "k.n += 8", "k.n"),
    "a variable of a closure": (
        "def counter():\n    n = 0\n    def up():\n        nonlocal n\n        n += 8\n        return n\n"
        "    return up\nup = counter()",
        "w = up()",
        "w",
    ),
    "a deque": ("import collections\nN = collections.deque()", "N.append(8)", "sum(N)"),
    "a default that is a list": ("def f(n=[]):\n    n.append(8)\n    return sum(n)", "w = f()", "w"),
    "whether a tensor learns": ("t = torch.zeros(1)", "w = 16 if t.requires_grad else 8; t.requires_grad_()", "w"),
    "the dtype of a layer": (
        "m = torch.nn.Linear(1, 1)",
        "w = 8 if m.weight.dtype == torch.float32 else 16; m.half()",
        "w",
    ),
    "the modules that are loaded": (
        "import sys, types",
        "try:\n        import made_here\n        w = 16\n    except ImportError:\n        w = 8\n"
        "    sys.modules['made_here'] = types.ModuleType('made_here')\n    del sys.modules['made_here']",
        "w",
    ),
    "a list that a callback of `re` fills": (
        "import re\nN = []",
        "re.sub('a', lambda m: N.append(8) or '', 'a')",
        "sum(N)",
    ),
    "an iterator": ("import itertools\nN = itertools.count(8, 8)", "w = next(N)", "w"),
    "an attribute of a function": ("def f():\n    pass\nf.n = 0", "f.n += 8", "f.n"),
}


MODEL = (
    HEAD
    + """
from shared import change

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, change())
        self.out = nn.Linear(8, 2)

    def forward(self, x: torch.Tensor):
        if x.sum() > 0:
            x = x + 1
        x = self.fc(x)
        if self.training:
            x = x * 2
        return self.out(x)
"""
)


@pytest.mark.parametrize("call", ["", "Net()(torch.randn(4, 8))\n"])
@pytest.mark.parametrize("name", CHANGED_IN_THE_CONSTRUCTOR)
def test_what_a_constructor_changes_is_changed_once(name: str, call: str, tmp_path: Path) -> None:
    setup, change, width = CHANGED_IN_THE_CONSTRUCTOR[name]
    shared = f"import torch\n{setup}\ndef change():\n    {change}\n    return {width}\n"
    (tmp_path / "shared.py").write_text(shared)
    (tmp_path / "net.py").write_text(MODEL + call)
    names: dict[str, object] = {}
    exec(shared, names)
    assert names["change"]() == 8  # type: ignore[operator]
    report = convlint.lint_paths([tmp_path / "net.py"], config=convlint.Config())
    assert not report.failures
    assert [finding.message for finding in report.findings if finding.severity is Severity.ERROR] == []
    (tmp_path / "net.py").write_text((MODEL + call).replace("Linear(8, 2)", "Linear(7, 2)"))
    report = convlint.lint_paths([tmp_path / "net.py"], config=convlint.Config())
    assert [finding.code for finding in report.findings if finding.severity is Severity.ERROR] == ["CVL202"]


def test_what_a_forward_changes_is_undone_before_the_next_path(tmp_path: Path) -> None:
    path = tmp_path / "net.py"
    path.write_text(
        textwrap.dedent("""
        import torch
        from torch import nn

        SEEN = []

        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.calls = 0
                self.widths = [8]
                self.fc = nn.Linear(8, 8)

            def forward(self, x: torch.Tensor):
                if x.sum() > 0:
                    x = x + 1
                self.calls += 1
                SEEN.append(self.calls)
                self.widths.append(self.widths[-1])
                if len(SEEN) > 1 or self.calls > 1 or len(self.widths) > 2:
                    x = x[:, :4]
                return self.fc(x)
        """)
    )
    report = convlint.lint_paths([path], config=convlint.Config())
    assert not report.failures
    assert [finding for finding in report.findings if finding.severity is Severity.ERROR] == []


def test_the_script_of_a_file_does_not_change_what_importing_it_gives(tmp_path: Path) -> None:
    package = tmp_path / "nets"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "registry.py").write_text(
        "MODELS = {}\ndef register(f):\n    if f.__name__ in MODELS:\n        raise ValueError('twice')\n"
        "    MODELS[f.__name__] = f\n    return f\n"
    )
    (package / "net.py").write_text(
        HEAD + "from .registry import register\n\n@register\ndef small():\n"
        "    return nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.Conv2d(4, 8, 3, padding=1))\n"
    )
    report = convlint.lint_paths([package / "net.py"], config=convlint.Config())
    assert [finding.code for finding in report.findings if finding.severity is Severity.ERROR] == ["CVL201"]


PATCHING = HEAD + "nn.Module.width = 3\nnn.Linear.marker = 1\ntorch.width = 3\n"
ASKING = (
    HEAD
    + """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        if hasattr(nn.Module, "width") or hasattr(nn.Linear, "marker") or hasattr(torch, "width"):
            self.fc = nn.Linear(3, 2)
        else:
            self.fc = nn.Linear(8, 2)

    def forward(self, x):
        return self.fc(x)

Net()(torch.randn(4, 8))
"""
)


def test_what_one_program_does_to_torch_is_not_seen_by_another() -> None:
    before = convlint.lint_source(ASKING, "asking.py")
    convlint.lint_source(PATCHING, "patching.py")
    after = convlint.lint_source(ASKING, "asking.py")
    assert before.findings == after.findings == ()


PATCHES = (
    "torch.set_default_dtype(torch.float64)", "sys.modules['shared_thing'] = 3", "warnings.showwarning = print",
    "builtins.print = len", "nn.Linear.forward = lambda self, x: x[:, :3]", "F.relu = lambda x: x[:, :3]",
    "torch.Tensor.width = 3", "collections.abc.Hashable.register(nn.Linear)", "os.environ['WIDTH'] = '3'",
    "sys.path.insert(0, '/nowhere')", "sys.argv[:] = ['a', '--width', '3']", "math.width = 3",
    "nn.Module.__setattr__ = lambda self, name, value: None", "nn.Sequential.__len__ = lambda self: 3",
    "enum.Enum.width = 3", "functools.lru_cache = lambda *a: 3", "json.dumps = lambda value: 'aaa'",
    "torch.nn.init.zeros_ = None", "nn.ReLU = nn.GLU", "logging.Logger.width = 3", "math.floor = lambda v: 3",
)  # fmt: skip
IMPORTS = "import builtins, collections.abc, enum, functools, json, logging, math, os, sys, warnings\n"
IMPORTS += "import torch.nn.functional as F\n"
LOOKING = (
    HEAD
    + IMPORTS
    + """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        seen = [math, enum.Enum, torch.Tensor, logging.Logger]
        width = 3 if any(hasattr(each, "width") for each in seen) else 8
        self.head = nn.Sequential(nn.Linear(8, width), nn.ReLU(), nn.Linear(math.floor(8.5), 4))
        self.tail = nn.Linear(len(json.dumps("12")), len(self.head))

    def forward(self, x):
        return self.tail(F.relu(self.head(x)))

Net()(torch.randn(4, 8))
"""
)


@pytest.mark.parametrize("patch", PATCHES)
def test_what_a_file_changes_in_a_library_ends_with_it(patch: str) -> None:
    """A and then B in one process is what B alone is; what A says is not asked for."""
    alone = convlint.lint_source(LOOKING, "looking.py").findings
    convlint.lint_source(HEAD + IMPORTS + patch + "\nnn.Linear(3, 2)(torch.randn(1, 3))\n", "patching.py")
    assert convlint.lint_source(LOOKING, "looking.py").findings == alone
    assert [finding.code for finding in alone if finding.severity is Severity.ERROR] == []


FILES = {
    "a.py": HEAD
    + """
from shared import TABLE
TABLE.append(8)

def a():
    TABLE.append(1)
    return nn.Linear(8, len(TABLE))
""",
    "b.py": HEAD
    + """
from shared import TABLE

def b():
    return nn.Sequential(nn.Conv2d(3, 8, 3), nn.Conv2d(4, 8, 3))
""",
    "c.py": ASKING,
    "shared.py": "import torch\nTABLE = []\n",
}


def test_findings_do_not_hang_on_the_order_of_the_files(tmp_path: Path) -> None:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    seen = set()
    for order in itertools.permutations(["a.py", "b.py", "c.py"]):
        report = convlint.lint_paths([tmp_path / name for name in order], config=convlint.Config())
        seen.add(tuple((finding.code, str(finding.place), finding.message) for finding in report.findings))
    assert len(seen) == 1
    assert "CVL201" in {code for code, _, _ in seen.pop()}


STARTED = """
import torch
from torch import nn

import around

WIDTH = around.WIDTH


# convlint: input=(2, 3)
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, WIDTH)

    def forward(self, x):
        return self.fc(x)


if __name__ == "__main__":
    Net.forward = lambda self, x: self.fc(x).view(3, 7)
"""


def test_a_class_is_not_what_the_program_has_made_of_its_own_one_when_it_was_started(tmp_path: Path) -> None:
    (tmp_path / "started.py").write_text(STARTED)
    (tmp_path / "around.py").write_text("import torch\nimport started\n\nWIDTH = 4\nNETS = [started.Net]\n")
    assert convlint.lint_paths([tmp_path / "started.py"], config=convlint.Config()).findings == ()
