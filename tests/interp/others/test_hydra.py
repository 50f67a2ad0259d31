"""Hydra: the configuration that the project's own files give, and what is built of it."""

from __future__ import annotations

from pathlib import Path

import pytest

import convlint
from convlint.findings import Severity

FILES = {
    "conf/config.yaml": """
defaults:
  - model: small
  - data@input: pictures
  - optional local: null
  - experiment: first
  - override hydra/job_logging: none
batch: 4
model:
  hidden: 20
same: ${model.dim}
""",
    "conf/model/small.yaml": "defaults: [base]\ndim: 12\nhidden: 9\n",
    "conf/model/base.yaml": "dim: 1\nout: 3\n",
    "conf/data/pictures.yaml": "side: 8\n",
    "conf/experiment/first.yaml": "# @package _global_\nseed: 7\n",
    "conf/net.yaml": """
net:
  _target_: torch.nn.Sequential
  _args_:
    - _target_: torch.nn.Linear
      in_features: 5
      out_features: 6
    - _target_: main.Last
optimizer:
  _target_: torch.optim.Adam
  _partial_: true
  lr: 0.1
""",
}
HEAD = """
from dataclasses import dataclass

import hydra
import torch
from hydra.core.config_store import ConfigStore
from hydra.utils import instantiate
from omegaconf import DictConfig, OmegaConf


class Last(torch.nn.Module):
    def forward(self, x):
        return x


@dataclass
class Stored:
    width: int = 14


ConfigStore.instance().store(name="stored", node=Stored)


@hydra.main(config_path={path!r}, config_name={name!r}, version_base=None)
def main(cfg: DictConfig) -> None:
    {body}


if __name__ == "__main__":
    main()
"""


def errors(folder: Path, name: str, body: str, path: str | None = "conf") -> list[str]:
    for file, text in FILES.items():
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_text(text)
    (folder / "main.py").write_text(HEAD.format(path=path, name=name, body=body))
    found = convlint.lint_paths([str(folder / "main.py")]).findings
    return [finding.code for finding in found if finding.severity is Severity.ERROR]


@pytest.mark.parametrize(
    ("entry", "size"),
    [
        ("cfg.model.dim", 12),
        ("cfg.model.hidden", 20),
        ("cfg.model.out", 3),
        ("cfg['input'].side", 8),
        ("cfg.seed", 7),
        ("cfg.same", 12),
        ("cfg.batch", 4),
    ],
)
def test_entries(tmp_path: Path, entry: str, size: int) -> None:
    body = f"torch.nn.Linear({entry}, 2)(torch.zeros(1, {{}}))"
    assert errors(tmp_path, "config", body.format(size)) == []
    assert errors(tmp_path, "config", body.format(size + 1)) == ["CVL202"]


def test_what_is_built(tmp_path: Path) -> None:
    body = "optimizer = instantiate(cfg.optimizer)(instantiate(cfg.net).parameters()); instantiate(cfg.net)({})"
    assert errors(tmp_path, "net", body.format("torch.zeros(1, 5)")) == []
    assert errors(tmp_path, "net", body.format("torch.zeros(1, 6)")) == ["CVL202"]


def test_a_stored_configuration(tmp_path: Path) -> None:
    body = "torch.nn.Linear(cfg.width, 2)(torch.zeros(1, {}))"
    assert errors(tmp_path, "stored", body.format(14), None) == []
    assert errors(tmp_path, "stored", body.format(15), None) == ["CVL202"]


def test_what_is_not_known(tmp_path: Path) -> None:
    assert errors(tmp_path, "absent", "torch.nn.Linear(cfg.width, 2)(torch.zeros(1, 3))") == []
    assert errors(tmp_path, "config", "torch.nn.Linear(cfg.nothing, 2)(torch.zeros(1, 3))") == []
