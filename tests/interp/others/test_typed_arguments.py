"""Programs whose arguments are types or flags: tyro, jsonargparse, simple-parsing, Fire, Abseil and others."""

from __future__ import annotations

import pytest

import convlint
from convlint.findings import Severity

HEAD = """
import dataclasses
from dataclasses import dataclass, field

import torch
from torch import nn


@dataclass
class Model:
    width: int = 64
    heads: int = 8


@dataclass(frozen=True)
class Config:
    name: str
    model: Model = field(default_factory=Model)
    depth: int = 2


def train(width, depth):
    layers = [nn.Linear(10, width)]
    for _ in range(depth):
        layers.append(nn.Linear(width, width))
    nn.Sequential(*layers, nn.Linear({}, 1))(torch.zeros(4, 10))


"""
PROGRAMS = {
    "tyro": "import tyro\ncfg = tyro.cli(Config)\ntrain(cfg.model.width, cfg.depth)",
    "tyro, a function": "import tyro\ndef main(name: str, width: int = 64, *, depth: int = 1): train(width, depth)\n"
    "tyro.cli(main)",
    "tyro, a function of a configuration": "import tyro\ndef main(cfg: Config): train(cfg.model.width, cfg.depth)\n"
    "tyro.cli(main)",
    "jsonargparse": "from jsonargparse import CLI\ndef main(width: int = 64, model: Model = Model()): train(width, 1)\n"
    "CLI(main)",
    "simple-parsing": "import simple_parsing\ncfg = simple_parsing.parse(Config)\ntrain(cfg.model.width, cfg.depth)",
    "simple-parsing, its parser": "from simple_parsing import ArgumentParser\nparser = ArgumentParser()\n"
    "parser.add_arguments(Model, dest='model')\nparser.add_argument('--depth', type=int, default=2)\n"
    "args = parser.parse_args()\ntrain(args.model.width, args.depth)",
    "pyrallis": "import pyrallis\n@pyrallis.wrap()\ndef main(cfg: Config): train(cfg.model.width, cfg.depth)\nmain()",
    "transformers": "from transformers import HfArgumentParser\n"
    "model, cfg = HfArgumentParser((Model, Config)).parse_args_into_dataclasses()\ntrain(model.width, cfg.depth)",
    "Fire": "import fire\ndef main(path, width=64, depth=2): train(width, depth)\nfire.Fire(main)",
    "Fire, a class": "import fire\nclass Main:\n    def __init__(self, width=64): train(width, 1)\nfire.Fire(Main)",
    "Tap": "from tap import Tap\nclass Args(Tap):\n    path: str\n    width: int = 64\nargs = Args().parse_args()\n"
    "train(args.width, 1)",
    "Abseil": "from absl import app, flags\nFLAGS = flags.FLAGS\nflags.DEFINE_integer('width', 64, 'width')\n"
    "_DEPTH = flags.DEFINE_integer('depth', 2, 'depth', lower_bound=1)\n"
    "def main(argv): train(FLAGS.width, _DEPTH.value)\napp.run(main)",
}


def errors(source: str) -> list[convlint.Finding]:
    findings = convlint.lint_source(source, "main.py").findings
    return [finding for finding in findings if finding.severity is Severity.ERROR]


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program(name: str) -> None:
    assert errors(HEAD.format(64) + PROGRAMS[name]) == []
    (finding,) = errors(HEAD.format(32) + PROGRAMS[name])
    assert finding.code == "CVL202"
    assert any("with the default `--" in related.message for related in finding.related)


@pytest.mark.parametrize(
    "call",
    [
        "tyro.cli(Config, args=['--depth', '3'])",
        "jsonargparse.CLI([Model, Config])",
        "jsonargparse.CLI()",
        "fire.Fire({'a': train})",
    ],
)
def test_what_is_not_known(call: str) -> None:
    program = f"import fire, jsonargparse, tyro\ncfg = {call}\ntrain(cfg.model.width, cfg.depth)"
    assert errors(HEAD.format(32) + program) == []
