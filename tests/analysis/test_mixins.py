"""Classes that mix something unknown into `nn.Module`: what their own forward does is known, within limits."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

import convlint
from convlint.findings import Severity
from convlint.summary import ModelSummary

HEAD = """
import torch
from torch import nn
from huggingface_hub import PyTorchModelHubMixin
from elsewhere import Mixin
"""
BODY = """
class Net({bases}):
    def __init__(self, width=8):
        super().__init__()
        self.conv = nn.Conv2d(3, width, 3)
        self.head = nn.Linear(width, 10)
    def forward(self, x):
        return self.head(self.conv(x).mean((2, 3)))
"""
LAYERS = [("conv", (2, 8, 6, 6)), ("head", (2, 10))]


def written(tmp_path: Path, bases: str, rest: str = "", head: str = HEAD) -> Path:
    file = tmp_path / "net.py"
    file.write_text(head + BODY.format(bases=bases) + textwrap.dedent(rest), encoding="utf-8")
    return file


def summary(tmp_path: Path, bases: str) -> ModelSummary:
    return convlint.summarize(f"{written(tmp_path, bases)}:Net", (2, 3, 8, 8))


@pytest.mark.parametrize(
    "bases",
    [
        "nn.Module, PyTorchModelHubMixin",
        "PyTorchModelHubMixin, nn.Module",
        'nn.Module, PyTorchModelHubMixin, library_name="nets", tags=["a"]',
    ],
)
def test_the_mixin_of_a_hub_changes_nothing(tmp_path: Path, bases: str) -> None:
    found = summary(tmp_path, bases)
    assert [(layer.path, layer.output_shape) for layer in found.layers] == LAYERS
    assert found.params == 224 + 90
    assert not found.gaps


def test_what_a_hub_builds_is_not_known(tmp_path: Path) -> None:
    rest = "Net.from_pretrained('someone/net')(torch.randn(1, 4, 8, 8))"
    assert not errors(written(tmp_path, "nn.Module, PyTorchModelHubMixin", rest))


@pytest.mark.parametrize("bases", ["nn.Module, Mixin", "Mixin, nn.Module"])
def test_the_class_s_own_layers_are_known(tmp_path: Path, bases: str) -> None:
    """The mixin may bring parameters of its own, so that their total is not known."""
    found = summary(tmp_path, bases)
    assert [(layer.path, layer.output_shape) for layer in found.layers] == LAYERS
    assert found.params is None
    assert found.gaps


def errors(file: Path) -> list[str]:
    return [finding.code for finding in convlint.lint_paths([file]).findings if finding.severity is Severity.ERROR]


WRONG = "Net()(torch.randn(1, 4, 8, 8))"


def test_torch_s_own_call_runs_where_it_comes_first(tmp_path: Path) -> None:
    assert errors(written(tmp_path, "nn.Module, Mixin", WRONG)) == ["CVL201"]


def test_a_mixin_that_comes_first_may_have_a_call_of_its_own(tmp_path: Path) -> None:
    assert not errors(written(tmp_path, "Mixin, nn.Module", WRONG))


def test_a_mixin_whose_source_is_there_is_run(tmp_path: Path) -> None:
    source = """
    class Mixin:
        def __call__(self, x):
            return super().__call__(x[:, :3])
    """
    (tmp_path / "elsewhere.py").write_text(textwrap.dedent(source), encoding="utf-8")
    assert not errors(written(tmp_path, "Mixin, nn.Module", WRONG))
    rest = "Net()(torch.randn(1, 2, 8, 8))"
    assert errors(written(tmp_path, "Mixin, nn.Module", rest)) == ["CVL201"]


@pytest.mark.parametrize("where", ["huggingface_hub", "huggingface_hub.file_download"])
def test_how_weights_are_downloaded_is_not_run(tmp_path: Path, where: str) -> None:
    package = tmp_path / "site-packages" / "huggingface_hub"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("from .file_download import hf_hub_download\n")
    (package / "file_download.py").write_text(
        "def hf_hub_download(*args, **kwargs):\n    raise ValueError('offline')\n"
    )
    text = f"""
import torch
from torch import nn
from {where} import hf_hub_download

net = nn.Sequential(nn.Conv2d(3, 8, 3), nn.Conv2d(4, 8, 3))
net.load_state_dict(torch.load(hf_hub_download("name/of", filename="weights.pt")))
net(torch.zeros(1, 3, 8, 8))
"""
    (tmp_path / "net.py").write_text(text)
    config = convlint.Config(search_path=(str(package.parent),))
    found = convlint.lint_paths([tmp_path / "net.py"], config=config).findings
    assert [finding.code for finding in found if finding.severity is Severity.ERROR] == ["CVL201"]
