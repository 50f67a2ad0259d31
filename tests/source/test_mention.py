"""Which files can have to do with torch: wherever code may name it, and not where only prose does."""

from __future__ import annotations

import pytest

from convlint.source.mention import mentions_torch

CODE = [
    "import torch.nn as nn",
    "    from torch import nn",
    "import numpy, torch",
    "if x:  import torch",
    "import numpy as np; import torch",
    "x = f(torch)",
    'nn = importlib.import_module("torch.nn")',
    "torch = pytest.importorskip('torch')",
    "models = import_module('torchvision.models')",
    'def f(x: "torch.Tensor | None"): ...',
    'def f(x: "list[torch.Tensor]"): ...',
    'x = f"{torch.__version__}"',
    '"""A docstring."""\nfrom pytorch_lightning import LightningModule',
    "x = '#'; import torch",
    '"# no comment"; torch',
]
PROSE = [
    "import numpy",
    "# import torch",
    "x = 1  # as torch.nn does",
    '"""Works like torch, and not worse."""',
    "'''PyTorch and torchvision are something else.'''",
    'print("pip install torch first")',
    "#torch\n'torch \\' it'",
]


@pytest.mark.parametrize("text", CODE)
def test_code_that_names_torch_counts(text: str) -> None:
    assert mentions_torch(text.encode())


@pytest.mark.parametrize("text", PROSE)
def test_comments_and_prose_do_not(text: str) -> None:
    assert not mentions_torch(text.encode())
