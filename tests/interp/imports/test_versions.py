"""The torch that a project has installed: its version, and what it does not have yet."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

import convlint
from convlint.config import Config
from convlint.interp.imports.versions import ARGUMENTS, NAMES

HEAD = "import torch\nfrom torch import nn\nimport torch.nn.functional as F\n\n"
BIASED = "nn.Sequential(nn.BatchNorm2d(4, bias=True), nn.Flatten(), nn.Linear(63, 2))(torch.zeros(1, 4, 4, 4))\n"
ATTENDING = """
q, k = torch.zeros(1, 8, 5, 16), torch.zeros(1, 2, 5, 16)
nn.Linear(8, 2)(F.scaled_dot_product_attention(q, k, k, enable_gqa=True))
"""
NORMED = "nn.Sequential(nn.RMSNorm(6), nn.Linear(5, 2))(torch.zeros(1, 6))\n"


def errors(folder: Path, version: str, source: str) -> list[str]:
    """Lint a script beside an environment with a torch of that version; none of it if the version is ""."""
    site = folder / "env" / "lib" / "python3.12" / "site-packages"
    site.mkdir(parents=True)
    (folder / "env" / "pyvenv.cfg").write_text("home = /usr/bin\n")
    if version:
        (site / f"torch-{version}.dist-info").mkdir()
    script = folder / "script.py"
    script.write_text(HEAD + source)
    report = convlint.lint_paths([script], config=Config(python=str(folder / "env")))
    assert not report.failures
    return [finding.code for finding in report.findings if finding.severity is convlint.Severity.ERROR]


@pytest.mark.parametrize(
    ("source", "since"), [(BIASED, "2.13.0"), (ATTENDING, "2.5.1"), (NORMED, "2.4.0")], ids=["bias", "gqa", "name"]
)
def test_what_is_younger_than_the_installed_torch_is_not_known(source: str, since: str, tmp_path: Path) -> None:
    for version, expected in {"2.3.1": [], since: ["CVL202"], "": ["CVL202"], "2.14.1+cpu": ["CVL202"]}.items():
        folder = tmp_path / (version or "none")
        folder.mkdir()
        assert errors(folder, version, source) == expected, version


@pytest.mark.parametrize("version", ["2.4.0", "2.13.0+cpu", "2.14.1", ""])
def test_the_version_is_that_of_the_installed_torch(version: str, tmp_path: Path) -> None:
    source = """
width = 6 if torch.__version__ >= "2.14" else 5
nn.Linear(6, 2)(torch.zeros(1, width))
"""
    assert errors(tmp_path, version, source) == ([] if version == "2.14.1" else ["CVL202"])


def test_this_torch_has_all_that_is_younger() -> None:
    for name in NAMES:
        assert hasattr(torch.nn, name) or hasattr(torch.nn.functional, name)
    for name, arguments in ARGUMENTS.items():
        owner = getattr(torch.nn, name, None) or getattr(torch.nn.functional, name)
        told = owner.__init__ if isinstance(owner, type) else owner
        text = getattr(told, "__code__", None)
        names = text.co_varnames if text is not None else (owner.__doc__ or "")
        assert all(argument in names for argument in arguments), name
