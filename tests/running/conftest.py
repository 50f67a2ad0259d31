"""A small tree of models, which every way of running must tell the same of."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.linting.test_kept import NET


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Six models of one module, a class whose defaults another file does not rely on, and a file without torch."""
    (tmp_path / "pyproject.toml").write_text("")
    (tmp_path / "width.py").write_text("WIDTH = 3\n")
    for number in range(6):
        text = NET.format(name=f"Net{number}", module="width") + "#\n" * number
        (tmp_path / f"net{number}.py").write_text(text)
    (tmp_path / "defaults.py").write_text(
        "from torch import nn\n\n\nclass Grouped(nn.Module):\n    def __init__(self, groups=2):\n"
        "        super().__init__()\n        self.conv = nn.Conv2d(3, 4, 1, groups=groups)\n\n"
        "    def forward(self, x):\n        return self.conv(x)\n"
    )
    (tmp_path / "user.py").write_text("import torch\nfrom defaults import Grouped\nnet = Grouped(1)\n")
    (tmp_path / "broken.py").write_text("import torch\nx = (\n")
    (tmp_path / "plain.py").write_text("x = (\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path
