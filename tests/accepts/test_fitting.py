"""What would have fitted a refused input: torch takes it, and nothing nearer."""

from __future__ import annotations

import re
import runpy

import pytest
import torch

import convlint

HEAD = "import torch\nimport torch.nn.functional as F\nfrom torch import nn\n\n\n"
NETS = {
    "pool": ("self.pool = nn.MaxPool2d(4)\nself.up = nn.Upsample(scale_factor=4)",
             "return torch.cat([x, self.up(self.pool(x))], 1)"),
    "deep": ("self.net = nn.Sequential(*(nn.Conv2d(3, 3, 3, stride=2) for _ in range(4)))", "return self.net(x)"),
    "view": ("self.norm = nn.BatchNorm2d(3)",
             "n, c, h, w = self.norm(x).shape\nreturn x.view(n, c, h // 6, 6, w // 6, 6)"),
    "sum": ("self.down = nn.Conv2d(3, 3, 3, stride=2, padding=1)\nself.up = nn.ConvTranspose2d(3, 3, 2, stride=2)",
            "return x + self.up(self.down(x))"),
    "none": ("self.conv = nn.Conv2d(3, 3, 3)", "return x + self.conv(x)"),
    "features": ("self.fc = nn.Linear(24, 8)", "return self.fc(x)"),
}  # fmt: skip


def source(init: str, forward: str, shape: tuple[int, ...]) -> str:
    lines = ["class Net(nn.Module):", "    def __init__(self):", "        super().__init__()"]
    lines += [f"        {line}" for line in init.splitlines()]
    lines += ["", f"    # convlint: input={shape}", "    def forward(self, x):"]
    lines += [f"        {line}" for line in forward.splitlines()]
    return HEAD + "\n".join(lines) + "\n"


def runs(net: torch.nn.Module, *sizes: int) -> bool:
    try:
        with torch.no_grad():
            net(torch.zeros(2, 3, *sizes))
    except (RuntimeError, ValueError):
        return False
    return True


@pytest.mark.parametrize("sizes", [(33, 33), (7, 7), (25, 50), (9, 40), (3, 5)])
@pytest.mark.parametrize("name", NETS)
def test_the_nearest_sizes_that_fit(name, sizes, tmp_path):
    text = source(*NETS[name], (2, 3, *sizes))
    path = tmp_path / "net.py"
    path.write_text(text, encoding="utf-8")
    net = runpy.run_path(str(path))["Net"]().eval()
    errors = [finding for finding in convlint.lint_source(text).findings if finding.severity.value == "error"]
    assert bool(errors) is not runs(net, *sizes)
    if not errors:
        return
    found = re.search(r"an input of (.*) fits", errors[0].help)
    told = [tuple(map(int, size.split("×"))) for size in re.findall(r"[\d×]+", found[1])] if found else []
    assert all(runs(net, *size) for size in told)
    if name == "none" and min(sizes) > 6:
        assert not told  # 3×3 would fit, since 1×1 broadcasts, but nobody means that
    elif sizes[0] == sizes[1] and name != "features":
        above = next((side for side in range(sizes[0], 2 * sizes[0] + 1) if runs(net, side, side)), None)
        below = next((side for side in range(sizes[0], (sizes[0] - 1) // 2, -1) if runs(net, side, side)), None)
        assert told == [(side, side) for side in (below, above) if side is not None]
