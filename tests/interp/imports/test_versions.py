"""The torch that a project has installed: its version, and what it does not have yet."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

import convlint
from benchmarks.torch_versions import differences, read
from convlint.config import Config
from convlint.interp.imports.versions import ARGUMENTS, GONE, NAMES
from convlint.layers.core import registry
from convlint.layers.recurrent import recurrent
from tests.layers.oracle import resolve

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


CHECKED = "nn.LSTM(6, 4, 1, 1)(torch.zeros(3, 2, 6))\n"
EMPTY = "nn.GRU(0, 4)\n"


@pytest.mark.parametrize("source", [CHECKED, EMPTY])
def test_what_only_younger_releases_refuse_is_an_error_where_one_is_installed(source: str, tmp_path: Path) -> None:
    for version, expected in {
        "2.4.1": [],
        "2.10.0": [],
        "2.11.0": ["CVL205"],
        "2.14.1+cpu": ["CVL205"],
        "": [],
    }.items():
        folder = tmp_path / (version or "none")
        folder.mkdir()
        assert errors(folder, version, source) == expected, version


def test_a_name_that_is_gone_is_not_known(tmp_path: Path) -> None:
    source = "nn.Linear(3, 2)(torch.cholesky(torch.eye(4)))\n"
    for version, expected in {"2.13.0": ["CVL202"], "2.14.1": []}.items():
        folder = tmp_path / version
        folder.mkdir()
        assert errors(folder, version, source) == expected, version


THIS = tuple(int(part) for part in torch.__version__.split(".")[:2])


@pytest.mark.parametrize("name", sorted(NAMES))
def test_this_torch_has_a_younger_name_from_its_release_on(name: str) -> None:
    modules = (torch.nn, torch.nn.functional, torch.serialization)
    assert any(hasattr(module, name) for module in modules) == (NAMES[name] <= THIS)


@pytest.mark.parametrize("name", sorted(ARGUMENTS))
def test_this_torch_takes_a_younger_argument_from_its_release_on(name: str) -> None:
    owner = getattr(torch.nn, name, None) or getattr(torch.nn.functional, name)
    told = owner.__init__ if isinstance(owner, type) else owner
    text = getattr(told, "__code__", None)
    names = text.co_varnames if text is not None else (owner.__doc__ or "")
    for argument, since in ARGUMENTS[name].items():
        assert (argument in names) == (since <= THIS), argument


def test_this_torch_refuses_what_is_said_of_it() -> None:
    for make in (lambda: torch.nn.LSTM(6, 4, 1, 1), lambda: torch.nn.GRU(0, 4)):  # type: ignore[arg-type]
        try:
            make()
        except (TypeError, ValueError):
            assert recurrent.CHECKED_SINCE <= THIS
        else:
            assert recurrent.CHECKED_SINCE > THIS


def test_this_torch_has_what_is_modelled() -> None:
    modelled = [it for it in registry.names() if it.startswith("torch.") and not it.startswith("torch.ops.")]
    assert len(modelled) > 1000
    for name in modelled:
        since, gone = NAMES.get(name.rpartition(".")[2], (2, 4)), GONE.get(name, (3, 0))
        try:
            resolve(name)
        except (AttributeError, LookupError):
            assert not since <= THIS < gone, name
        else:
            assert since <= THIS < gone, name


def release(folder: Path, version: str, functional: str, layers: str = "") -> Path:
    """Write the sources of a release that holds little."""
    root = folder / version / "torch"
    (root / "nn" / "modules").mkdir(parents=True)
    (folder / version / f"torch-{version}.dist-info").mkdir()
    (root / "nn" / "functional.py").write_text(functional)
    (root / "nn" / "modules" / "pooling.py").write_text(layers)
    return folder / version


def test_releases_are_read_and_compared(tmp_path: Path) -> None:
    relu = "def relu(input{}): ...\n"
    layers = "class _Pool(Module):\n    def __init__(self, kernel_size{}): ...\n\nclass MaxPool2d(_Pool): ...\n"
    old = release(tmp_path, "2.4.1", relu.format(""), layers.format(""))
    new = release(
        tmp_path,
        "2.10.0",
        relu.format(", inplace=False") + "def elu(input): ...\n",
        layers.format(", padding=0"),
    )
    newest = release(
        tmp_path,
        "2.12.0",
        relu.format(", inplace=True") + "def elu(input): ...\n",
        layers.format(", padding=0"),
    )
    assert list(differences([read(old), read(new), read(newest)])) == [
        "argument torch.nn.MaxPool2d padding: not in 2.4",
        "name torch.nn.functional.elu: not in 2.4",
        "argument torch.nn.functional.relu inplace: not in 2.4",
        "default torch.nn.functional.relu inplace: False in 2.10; True in 2.12",
    ]
